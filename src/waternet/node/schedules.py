"""The delivery schedule: proposed, agreed, standing; and how proposals differ from it.

Agreement is that of `node.agreement`: a schedule stands when every party published
equal bytes. Without it nobody owes anything here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAgreed, NotFound
from waternet.exchange.delivery_schedule import (
    MOST_BYTES,
    MOST_LINES,
    DeliverySchedule,
)
from waternet.node.agreement import (
    SCHEDULE,
    Proposal,
    lines_sha256,
    list_proposals,
    publish_lines,
    read_published,
    standing,
)
from waternet.node.appending import Keys
from waternet.node.folder import Node

__all__ = [
    "ScheduleChange",
    "agree_schedule",
    "choose_proposal",
    "differences",
    "last_words",
    "open_proposals",
    "propose_schedule",
    "read_proposal",
    "read_schedule_file",
    "standing_schedule",
]

_LEAST_PREFIX = 8  # hexadecimal digits by which a proposal is named


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """A line that a proposal adds (`sign` '+') or leaves out ('-')."""

    sign: str
    line: Mapping[str, Any]


def read_schedule_file(path: Path) -> DeliverySchedule:
    """Read a schedule from a TOML file.

    Raises
    ------
    NotFound
        There is no such file, or no such observed property.
    NotAcceptable
        It does not hold a schedule; the message says where.
    """
    if not path.is_file():
        raise NotFound(f"no file {path}")
    try:
        return DeliverySchedule.from_toml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise NotAcceptable(
            f"{path.name} is not UTF-8", hint="save it as UTF-8"
        ) from error


def propose_schedule(
    node: Node, keys: Keys, schedule: DeliverySchedule, title: str
) -> int:
    """Append a schedule to the own record; see `publish_lines`."""
    told = {"name": schedule.name, "version": schedule.version, "title": title}
    return publish_lines(node, keys, SCHEDULE, schedule.to_json(), told)


def agree_schedule(node: Node, keys: Keys, proposal: Proposal) -> int:
    """Publish the bytes of another party's proposal as one's own.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        Its blob is missing, damaged or not a schedule.
    """
    party = min(proposal.agreed_by)
    told = proposal.agreed_by[party]
    schedule = read_proposal(node, proposal)
    titles = {"name": told.name, "version": told.version, "title": told.title}
    return publish_lines(node, keys, SCHEDULE, schedule.to_json(), titles)


def read_proposal(node: Node, proposal: Proposal) -> DeliverySchedule:
    """Read the schedule of a proposal from what this node holds.

    Raises
    ------
    NotFound, NotVerified, NotAcceptable
        Its blob is missing, damaged, or not a schedule as Waternet writes it.
    """
    party = node.party if node.party in proposal.agreed_by else min(proposal.agreed_by)
    told = proposal.agreed_by[party]
    if told.count > MOST_LINES or told.bytes > MOST_BYTES:
        raise NotAcceptable(
            f"the schedule of entry {told.index} of {party!r} has {told.count:,} lines "
            f"of {told.bytes:,} bytes, {MOST_LINES:,} of {MOST_BYTES:,} at most"
        )
    lines = read_published(node, party, told)
    schedule = DeliverySchedule.from_json(told.name, told.version, lines)
    if lines_sha256(schedule.to_json()) != proposal.sha256:
        raise NotAcceptable(
            f"the schedule of entry {told.index} of {party!r} is not sorted, or says "
            "what is as by default",
            hint="ask the party to propose it with 'waternet schedule propose'",
        )
    return schedule


def standing_schedule(node: Node, bank: Bank) -> tuple[Proposal, DeliverySchedule]:
    """Return the schedule that all agreed on.

    Raises
    ------
    NotAgreed
        There is none.
    NotFound, NotVerified, NotAcceptable
        Its blob is missing, damaged, or for another version of Waternet.
    """
    chosen = standing(list_proposals(node, bank, SCHEDULE))
    if chosen is None:
        raise NotAgreed(
            "no delivery schedule stands",
            hint="'waternet schedule propose FILE' proposes one; all must agree",
        )
    return chosen, read_proposal(node, chosen)


def last_words(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return what each party published last; the rest was replaced by its author."""
    newest: dict[str, int] = {}
    for one in proposals:
        for party, said in one.agreed_by.items():
            newest[party] = max(said.index, newest.get(party, 0))
    return [
        one
        for one in proposals
        if any(said.index == newest[by] for by, said in one.agreed_by.items())
    ]


def open_proposals(proposals: Sequence[Proposal], party: str) -> list[Proposal]:
    """Return what others proposed last and `party` has not agreed to."""
    return [one for one in last_words(proposals) if party not in one.agreed_by]


def choose_proposal(proposals: Sequence[Proposal], party: str, prefix: str) -> Proposal:
    """Return the proposal that `party` means to agree to.

    Parameters
    ----------
    proposals : sequence of Proposal
    party : str
    prefix : str
        Of its hash, at least eight digits; '' where only one is open.

    Raises
    ------
    NotFound
        There is none, or none of that hash.
    NotAcceptable
        Several are meant, or the prefix is too short.
    """
    if prefix and len(prefix) < _LEAST_PREFIX:
        raise NotAcceptable(
            f"{prefix!r}: expected {_LEAST_PREFIX} digits of the hash at least"
        )
    among = proposals if prefix else open_proposals(proposals, party)
    found = [one for one in among if one.sha256.startswith(prefix)]
    if not found:
        told = f"no schedule {prefix!r}" if prefix else "no proposal is open"
        raise NotFound(told, hint="'waternet schedule show' lists them; pull first")
    if len(found) > 1:
        raise NotAcceptable(
            f"{len(found)} proposals are open",
            hint=f"name one: {', '.join(one.sha256[:16] for one in found)}",
        )
    return found[0]


def differences(
    standing_one: DeliverySchedule | None, proposed: DeliverySchedule
) -> list[ScheduleChange]:
    """Return how a proposal differs from what stands, line by line."""
    before = list(standing_one.to_json()) if standing_one else []
    after = list(proposed.to_json())
    gone = [ScheduleChange("-", line) for line in before if line not in after]
    return gone + [ScheduleChange("+", line) for line in after if line not in before]
