"""A chronicle brought into the record: an archive's reports, entered in one append."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from waternet.bank.seal import writing_bank
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.node.acting import Hands
from waternet.node.appending import append_drafts
from waternet.node.draft import Draft
from waternet.node.folder import Node
from waternet.node.groups import find_group, group_names, group_state, read_said
from waternet.node.intake import catch_up
from waternet.node.log import stage_blobs
from waternet.node.recovery import recover_node
from waternet.record.fields import write_time
from waternet.workinggroup.act import Act, sign_act
from waternet.workinggroup.chronicle import Report, enact, read_chronicle
from waternet.workinggroup.fold import fold
from waternet.workinggroup.gathering import Said
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verbs import VERBS

__all__ = ["Entered", "enter_chronicle", "open_chronicle"]

_MOST_FILE = 4 << 20  # bytes of a chronicle, or of a file that it takes in


@dataclass(frozen=True, slots=True)
class Entered:
    """Reports that stand in the log.

    Attributes
    ----------
    group : str
        Its id.
    first : int
        Entry of the first report.
    count : int
    """

    group: str
    first: int
    count: int


def open_chronicle(path: Path) -> tuple[Report, ...]:
    """Read a chronicle, and the files beside it that it names.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        A file is too long, or not as `read_chronicle` demands.
    """

    def read(name: str) -> str:
        if name != Path(name).name:
            raise NotAcceptable(f"{name!r}: expected a file beside {path.name}")
        return _text(path.parent / name)

    return read_chronicle(_text(path), path.name, read)


def enter_chronicle(
    node: Node, hands: Hands, delegate: str, group: str, reports: Sequence[Report]
) -> Entered:
    """Sign every report and enter all of them, or none.

    Parameters
    ----------
    node : Node
        Of the keeper.
    hands : Hands
    delegate : str
        Id of the keeper's delegate, whose key `hands` has.
    group : str
        Its name or id; '' for the only one. It is founded by the first report where
        that does so.
    reports : sequence of Report

    Raises
    ------
    Refused
        A report would not count; the message says which, and why. Nothing was entered.
    NotFound, NotAcceptable
        No such group, or a report names none that comes before it.
    Conflict
        Another process is writing to the node.
    """
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            told = _begin(node, bank, hands, delegate, (group, reports))
            enact(reports, told.sign)
            _verify_all_count(node, bank, told)
            stage_blobs(node)
            first = append_drafts(node, hands.keys, told.drafts)
            catch_up(node, bank, lambda _done, _of: None)
    return Entered(told.group, first, len(told.drafts))


@dataclass
class _Telling:
    """Reports signed so far, as the entries that they will be."""

    node: Node
    hands: Hands
    delegate: str
    group: str
    charter: str
    sizes: dict[str, int]
    issued: str
    said: list[Said] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    def sign(self, report: Report) -> str:
        """Sign a report; return the id of the act."""
        verb = VERBS.get(report.verb)
        body = dict(report.body)
        if verb and "seen" in verb.fields and "seen" not in body:
            body["seen"] = dict(self.sizes)
        act, note = sign_act(
            Act(
                verb=report.verb,
                subject=report.subject,
                party=self.node.party,
                delegate=self.delegate,
                issued=self.issued,
                body=body,
                group=self.group,
                charter=report.charter or self.charter,
                on=report.on,
                date=report.date,
                of=report.of,
                source=report.source,
            ),
            self.hands.delegate,
        )
        self._enter(act, note)
        if act.verb == "charter.found":
            self.group = act.id
        if act.verb == "charter.adopt":
            self.charter = act.id
        return act.id

    def _enter(self, act: Act, note: str) -> None:
        title = f"{act.verb} {act.subject}"
        body: dict[str, Any] = {"act": note, "title": title}
        if act.group:
            body["group"] = act.group
        party = self.node.party
        self.said.append(Said(party, self.sizes[party], self.issued, "act", body))
        self.drafts.append(Draft("act", body, title))
        self.sizes[party] += 1


def _begin(
    node: Node,
    bank: Bank,
    hands: Hands,
    delegate: str,
    asked: tuple[str, Sequence[Report]],
) -> _Telling:
    name, reports = asked
    group = charter = ""
    if reports[0].verb != "charter.found":
        group = find_group(group_names(node, bank), name)
        charter = group_state(node, bank, group).charter_id
    elif name:
        raise NotAcceptable(
            "the chronicle founds a group of its own", hint="leave out --group"
        )
    followed = node.cards()
    sizes = {
        party: size
        for party, size in sorted(bank.catalogue.positions().items())
        if party in followed
    }
    sizes.setdefault(node.party, 0)
    issued = write_time(datetime.now(UTC).replace(microsecond=0))
    return _Telling(node, hands, delegate, group, charter, sizes, issued)


def _verify_all_count(node: Node, bank: Bank, told: _Telling) -> None:
    """Refuse a chronicle of which a report would not count, before any is entered."""
    first = told.said[0].index
    after = fold([*read_said(node, bank), *told.said], told.group)
    for one in after.refusals:
        if one.party == node.party and one.index >= first:
            number = one.index - first
            title = told.drafts[number].title
            raise Refused(one.name, f"report {number + 1} ({title}): {one.message}")


def _text(path: Path) -> str:
    if not path.is_file():
        raise NotFound(f"no file {path}")
    if path.stat().st_size > _MOST_FILE:
        raise NotAcceptable(f"{path.name} is longer than {_MOST_FILE:,} bytes")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NotAcceptable(
            f"{path.name} is not UTF-8", hint="save it as UTF-8"
        ) from error
