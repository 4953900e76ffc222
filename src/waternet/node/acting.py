"""Acts of a party's delegates: drawn up, signed, and entered into the party's log.

An act is signed by its delegate and entered by the steward in one step where both keys
are here; else it is drawn up here, signed on the delegate's machine, and entered from
a file. Either way it is judged before it stands in the log for ever: what would not
count is not entered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from waternet.bank.seal import writing_bank
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound
from waternet.failpoint import failpoint
from waternet.node.appending import Keys, append_drafts
from waternet.node.documents import stage_document, verify_goes_with
from waternet.node.draft import Draft
from waternet.node.folder import Node
from waternet.node.groups import find_group, group_names, group_state, read_said
from waternet.node.intake import catch_up
from waternet.node.log import stage_blobs
from waternet.node.recovery import recover_node
from waternet.record.fields import verify_fields, write_time
from waternet.record.note import Signer
from waternet.workinggroup.act import Act, read_act, read_line, sign_act, write_act
from waternet.workinggroup.feasibility import disclosed_parties
from waternet.workinggroup.fold import fold
from waternet.workinggroup.gathering import Said
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.state import Conflict as Contested
from waternet.workinggroup.state import State
from waternet.workinggroup.verb import Verb
from waternet.workinggroup.verbs import VERBS

__all__ = [
    "Asked",
    "Doing",
    "Hands",
    "Performed",
    "draw_up",
    "enter_act",
    "entry_body",
    "find_act",
    "perform",
    "sign_line",
    "verify_counts",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom, and where, something is done.

    Attributes
    ----------
    group : str
        Its id, the beginning of it, or its name; '' where there is only one.
    delegate : str
        Id of the one who acts.
    on : tuple of str
        Ids of acts, or their beginnings: what it builds on or relies on, besides what
        follows from what is done.
    date, of, source : str
        See `Act`: of a report.
    """

    group: str = ""
    delegate: str = ""
    on: tuple[str, ...] = ()
    date: str = ""
    of: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done.

    Attributes
    ----------
    verb : str
    subject : str
        Id of the thing; see `State.thing`.
    body : mapping
        The fields of the verb; 'seen' is filled in.
    on : tuple of str
        Ids of acts that it relies on. The last change of the thing comes before them,
        unless a change of the thing is the first of them.
    document : Path, optional
        A file that goes with it.
    """

    verb: str
    subject: str
    body: Mapping[str, Any] = field(default_factory=dict)
    on: tuple[str, ...] = ()
    document: Path | None = None


@dataclass(frozen=True, slots=True)
class Hands:
    """Who signs: the delegate the act, the steward its entry, the log the head."""

    keys: Keys
    delegate: Signer


@dataclass(frozen=True, slots=True)
class Performed:
    """An act that stands in the log.

    Attributes
    ----------
    act : Act
    entry : int
    title : str
    conflicts : tuple of Contested
        What of the same thing is contested after it.
    """

    act: Act
    entry: int
    title: str
    conflicts: tuple[Contested, ...] = ()

    def sentence(self) -> str:
        """Say it in one line."""
        return f"entry {self.entry}: {self.title} (act {self.act.id[:16]})"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "act": self.act.id,
            "group": self.act.group or self.act.id,
            "verb": self.act.verb,
            "subject": self.act.subject,
            "entry": self.entry,
            "conflicts": [
                {"conflict": one.name, "acts": list(one.acts)} for one in self.conflicts
            ],
        }


def perform(
    node: Node, hands: Hands, asked: Asked, plan: Callable[[State], Doing]
) -> Performed:
    """Do something in a group: the act is signed, and entered into the own log.

    Parameters
    ----------
    node : Node
    hands : Hands
    asked : Asked
    plan : function of State returning Doing
        Called with the state on which the act builds, while nobody else writes here.

    Returns
    -------
    Performed
        On return it is durable and in the bank.

    Raises
    ------
    Refused
        It would not count, and why; nothing was signed into the log.
    NotFound, NotAcceptable
        No such group or thing, or a field is not as it must be.
    Conflict
        The thing is contested; or another process is writing to the node.
    """
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            drawn, document = _drawn_up(node, bank, asked, plan)
            act, note = sign_act(drawn, hands.delegate)
            return _enter(node, bank, hands.keys, (act, note), document)


def draw_up(
    node: Node, bank: Bank, asked: Asked, plan: Callable[[State], Doing]
) -> str:
    """Return an act as its delegate will sign it, elsewhere; nothing is written here.

    Raises
    ------
    NotFound, NotAcceptable, Conflict
        As `perform`.
    """
    return write_act(_drawn_up(node, bank, asked, plan)[0])


def sign_line(line: str, signer: Signer) -> tuple[Act, str]:
    """Sign an act that was drawn up, with the present time; return the signed note.

    Raises
    ------
    NotAcceptable
        It is no act.
    """
    drawn = replace(read_line(line), issued=_now())
    return sign_act(drawn, signer)


def enter_act(
    node: Node, keys: Keys, note: str, document: Path | None = None
) -> Performed:
    """Enter an act that its delegate signed into the own log.

    Raises
    ------
    NotAcceptable
        It is no signed act, or its document is another, or is not there.
    Refused
        It would not count, and why.
    Conflict
        Another process is writing to the node.
    """
    act = read_act(note)
    with node.writing():
        recover_node(node)
        with writing_bank(node.bank) as bank:
            catch_up(node, bank, lambda _done, _of: None)
            return _enter(node, bank, keys, (act, note), document)


def _drawn_up(
    node: Node, bank: Bank, asked: Asked, plan: Callable[[State], Doing]
) -> tuple[Act, Path | None]:
    group, state = _state(node, bank, asked.group)
    doing = plan(state)
    verb = VERBS.get(doing.verb)
    if verb is None:
        raise NotAcceptable(f"no act {doing.verb!r} is known")
    if verb.name == "charter.found":
        group, state = "", fold((), "")
    relied = (*(find_act(state, one) for one in asked.on), *doing.on)
    body = dict(doing.body)
    if "seen" in {**verb.fields, **verb.optional} and "seen" not in body:
        body["seen"] = dict(sorted(_sizes(node, bank).items()))
    verify_fields(body, verb.fields, doing.verb, verb.optional)
    plain = doing.subject.partition("~")[0]
    drawn = Act(
        verb=doing.verb,
        subject=plain,
        party=node.party,
        delegate=asked.delegate,
        issued=_now(),
        body=body,
        group=group,
        charter=state.charter_id,
        on=_based(state, verb, doing.subject, relied),
        date=asked.date,
        of=asked.of,
        source=asked.source,
    )
    return drawn, doing.document


def _state(node: Node, bank: Bank, name: str) -> tuple[str, State]:
    """Return a group and what stands in it; nothing before the first was founded."""
    groups = group_names(node, bank)
    if not groups and not name:
        return "", fold((), "")
    group = find_group(groups, name)
    return group, group_state(node, bank, group)


def find_act(state: State, beginning: str) -> str:
    """Return the id of the one act that counts and begins so.

    Raises
    ------
    NotFound
        None does.
    Conflict
        Several do.
    """
    found = [one for one in state.taken if beginning and one.startswith(beginning)]
    if not found:
        raise NotFound(
            f"no act {beginning!r} counts in this group",
            hint="pull first; 'waternet group refusals' lists what counts not",
        )
    if len(found) > 1:
        raise Conflict(
            f"{len(found)} acts begin with {beginning!r}", hint="give more of its id"
        )
    return found[0]


def _based(
    state: State, verb: Verb, subject: str, relied: Sequence[str]
) -> tuple[str, ...]:
    """Return what an act builds on and relies on, the change that it builds on first.

    Raises
    ------
    Conflict
        The thing is contested, and no side of it was named.
    """
    kind = verb.name.partition(".")[0]
    if verb.begins:
        if verb.changes and any(one.id == subject for one in state.of(kind)):
            raise Conflict(
                f"there is a {kind} {subject!r} already", hint="choose another id"
            )
        return tuple(dict.fromkeys(relied))
    thing = state.thing(kind, subject)
    changes = {one.act.id for one in thing.changes}
    if relied and relied[0] in changes:
        return tuple(dict.fromkeys(relied))
    if thing.in_conflict and verb.changes:
        named = " ".join(f"--on {one[:16]}" for one in thing.tips)
        raise Conflict(
            f"delegates acted at once on {kind} {subject!r}",
            hint=f"name all that they did, the one to go on from first: {named}",
        )
    last = thing.last.act.id if thing.last else thing.root
    return tuple(dict.fromkeys((last, *relied)))


def _sizes(node: Node, bank: Bank) -> dict[str, int]:
    """Return how many entries of each log were seen."""
    followed = node.cards()
    positions = bank.catalogue.positions()
    return {party: size for party, size in positions.items() if party in followed}


def entry_body(act: Act, note: str) -> dict[str, Any]:
    """Return the fields of the entry that holds an act."""
    body = {"act": note, "title": f"{act.verb} {act.subject}"}
    return {**body, "group": act.group} if act.group else body


def _enter(
    node: Node,
    bank: Bank,
    keys: Keys,
    signed: tuple[Act, str],
    document: Path | None,
) -> Performed:
    act, note = signed
    _verify_own_to_tell(node, act)
    body = entry_body(act, note)
    blobs = stage_blobs(node)
    if document is not None:
        body["document"] = stage_document(blobs, document, act.body).to_json()
    else:
        verify_goes_with(act.body, "")
    verify_counts(node, bank, act, body)
    index = append_drafts(node, keys, [Draft("act", body, body["title"])])
    failpoint("act.entered")
    catch_up(node, bank, lambda _done, _of: None)
    after = group_state(node, bank, act.group or act.id)
    return Performed(
        act,
        index,
        body["title"],
        tuple(
            one
            for one in after.conflicts
            if (one.kind, one.id) == (act.kind, act.subject)
        ),
    )


def verify_counts(node: Node, bank: Bank, act: Act, body: Mapping[str, Any]) -> None:
    """Refuse an act that would not count, before it stands in the log for ever.

    Parameters
    ----------
    node : Node
    bank : Bank
    act : Act
    body : mapping
        Of the entry that would hold it.

    Raises
    ------
    Refused
    """
    index = bank.catalogue.position(node.party)
    entry = Said(node.party, index, _now(), "act", body)
    after = fold([*read_said(node, bank), entry], act.group or act.id)
    for one in after.refusals:
        if (one.party, one.index) == (node.party, index):
            raise Refused(one.name, one.message, hint=_MEND.get(one.name, ""))


def _verify_own_to_tell(node: Node, act: Act) -> None:
    """Refuse an act that tells everybody what others showed to this party alone.

    Raises
    ------
    NotAllowed
    """
    others = [one for one in disclosed_parties(act.body) if one != node.party]
    if act.verb == "feasibility.record" and others:
        raise NotAllowed(
            "the record would tell everybody what restricted figures of "
            f"{', '.join(others)} hold",
            hint="take what was found of them out; they may record it themselves",
        )


_MEND = {
    "unreadable-act": "mend that and do it again: nothing was entered",
    "unmet-condition": "look at what is there, and do it again: nothing was entered",
}
"""What whoever acts does next, where a reader of the record does something else."""


def _now() -> str:
    return write_time(datetime.now(UTC).replace(microsecond=0))
