"""Acts: what a delegate does in the group, one signed line of JSON each.

A delegate signs the act with a key of their own; their party's steward enters it into
the party's log as an entry of kind 'act'. The line is canonical (RFC 8785), so an act
has one spelling, and its SHA-256 names it for ever: whoever builds on an act, consents
to one or objects to one names that hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812 - `date` is a field of an act
from hashlib import sha256
from typing import Any

from waternet.errors import NotAcceptable
from waternet.observation.place import verify_id
from waternet.record.canonical import read_canonical, write_canonical
from waternet.record.fields import (
    Check,
    verify_fields,
    verify_name,
    verify_sha256,
    verify_text,
    verify_time,
)
from waternet.record.note import Signer, Verifier, read_note, sign_note, verify_note
from waternet.workinggroup.when import day_span

__all__ = [
    "MOST_ACT",
    "Act",
    "read_act",
    "read_line",
    "sign_act",
    "verify_act",
    "write_act",
]

MOST_ACT = 60_000  # bytes of a signed act: it stands within an entry
_MOST_ON = 200
_MOST_DEPTH = 20  # of lists and objects in a body; a charter has seven


@dataclass(frozen=True, slots=True)
class Act:
    """What one delegate did.

    Attributes
    ----------
    verb : str
        'text.amend', 'session.call'...: which forms it has, see `verbs`.
    subject : str
        Id of the thing: of a text, a session, a project... 'charter' for the charter.
    party : str
        In whose log it stands, and whose delegate signed it.
    delegate : str
        Under which credential of that party.
    issued : str
        When it was signed, by the delegate's clock.
    body : mapping
        The fields of the verb.
    group : str
        Id of the group: the id of the act that founded it; '' in that act alone.
    charter : str
        Id of the act that adopted the charter under which it was done; '' before the
        first one.
    on : tuple of str
        Ids of the acts that it builds on, consents to or relies on. For what changes a
        thing, the first is the last change that the delegate saw.
    date : str
        The day on which it was done: '1992-01-28'; '1992-01' or '1992' where no more
        is known, in reports alone. '' is the day of `issued`.
    of : str
        The member whose act it is where `party` only reports it; '' else.
    source : str
        Where a report is from; '' else.
    """

    verb: str
    subject: str
    party: str
    delegate: str
    issued: str
    body: Mapping[str, Any]
    group: str = ""
    charter: str = ""
    on: tuple[str, ...] = ()
    date: str = ""
    of: str = ""
    source: str = ""
    id: str = field(default="", compare=False)
    """SHA-256 of the line: set where it is signed or read."""

    @property
    def kind(self) -> str:
        """Kind of the thing: 'text' of 'text.amend'."""
        return self.verb.partition(".")[0]

    @property
    def member(self) -> str:
        """Whose act it is, whoever wrote it down."""
        return self.of or self.party

    @property
    def day(self) -> str:
        """When it was done, as far as that is known."""
        return self.date or self.issued[:10]

    @property
    def last_day(self) -> Date:
        """The last day on which it may have been done."""
        return day_span(self.day)[1]


def _verify_day(value: Any, at: str) -> None:
    verify_text(value, at)
    day_span(value)


def _verify_hashes(value: Any, at: str) -> None:
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_ON:
        raise NotAcceptable(f"{at}: expected 1 to {_MOST_ON} ids of acts")
    for one in value:
        verify_sha256(one, at)
    if len(set(value)) != len(value):
        raise NotAcceptable(f"{at}: names one act twice")


def _verify_body(value: Any, at: str) -> None:
    """Raise unless it is an object of no deeper lists and objects than any form has.

    The fold holds a body to its verb: see `verbs.verify_form`.
    """
    if not isinstance(value, Mapping):
        raise NotAcceptable(f"{at}: expected named fields")
    level: list[Mapping[str, Any] | list[Any]] = [value]
    for _ in range(_MOST_DEPTH):
        inner = [one for held in level for one in _held(held)]
        level = [one for one in inner if isinstance(one, (Mapping, list))]
        if not level:
            return
    raise NotAcceptable(f"{at}: nested more than {_MOST_DEPTH} deep")


def _held(value: Mapping[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, Mapping) else value


_FIELDS: Mapping[str, Check] = {
    "act": verify_text,
    "subject": verify_name,
    "party": verify_name,
    "delegate": verify_name,
    "issued": verify_time,
    "body": _verify_body,
}
_OPTIONAL: Mapping[str, Check] = {
    "group": verify_sha256,
    "charter": verify_sha256,
    "on": _verify_hashes,
    "date": _verify_day,
    "of": verify_name,
    "source": verify_text,
}


def write_act(act: Act) -> str:
    r"""Return the act's one line, with its newline; fields that are empty are left out.

    Raises
    ------
    NotAcceptable
        A field is not as it must be; the message names it.

    Examples
    --------
    >>> act = Act("task.done", "map", "a", "rana", "2026-11-22T08:00:00Z", {})
    >>> write_act(act)[:53]
    '{"act":"task.done","body":{},"delegate":"rana","issue'
    """
    written: dict[str, Any] = {
        "act": act.verb,
        "subject": act.subject,
        "party": act.party,
        "delegate": act.delegate,
        "issued": act.issued,
        "body": dict(act.body),
    }
    optional = {
        "group": act.group,
        "charter": act.charter,
        "on": list(act.on),
        "date": act.date,
        "of": act.of,
        "source": act.source,
    }
    written |= {name: held for name, held in optional.items() if held}
    _verify_act(written)
    return write_canonical(written).decode() + "\n"


def sign_act(act: Act, signer: Signer) -> tuple[Act, str]:
    """Return the act with its id, and the signed note that the party's log holds.

    Raises
    ------
    NotAcceptable
        A field is not as it must be, or the note is longer than `MOST_ACT`.
    """
    line = write_act(act)
    note = sign_note(line, signer).decode()
    _verify_length(note)
    return read_line(line), note


def read_act(note: str) -> Act:
    """Read a signed act. It means nothing until `verify_act` has passed.

    Raises
    ------
    NotAcceptable
        It is too long, no signed note, not one line of canonical JSON, or a field is
        not as it must be.
    """
    _verify_length(note)
    return read_line(read_note(note.encode()).text)


def verify_act(note: str, verifier: Verifier) -> None:
    """Raise `NotVerified` unless the delegate's key signed it."""
    verify_note(note.encode(), [verifier])


def read_line(line: str) -> Act:
    """Read an act that nobody has signed yet, as `write_act` wrote it.

    Raises
    ------
    NotAcceptable
        It is not one line of canonical JSON, or a field is not as it must be.
    """
    text, newline, more = line.partition("\n")
    if not newline or more:
        raise NotAcceptable("an act is one line")
    written = read_canonical(text)
    _verify_act(written)
    return Act(
        verb=written["act"],
        subject=written["subject"],
        party=written["party"],
        delegate=written["delegate"],
        issued=written["issued"],
        body=written["body"],
        group=written.get("group", ""),
        charter=written.get("charter", ""),
        on=tuple(written.get("on", ())),
        date=written.get("date", ""),
        of=written.get("of", ""),
        source=written.get("source", ""),
        id=sha256(line.encode()).hexdigest(),
    )


def _verify_act(written: Mapping[str, Any]) -> None:
    verify_fields(written, _FIELDS, "an act", _OPTIONAL)
    if "of" in written:
        verify_id(written["of"], "a member")
        if "source" not in written:
            raise NotAcceptable("an act that is reported names its 'source'")
    if "." in written["issued"]:
        raise NotAcceptable("an act: 'issued' is given in whole seconds")


def _verify_length(note: str) -> None:
    if len(note.encode()) > MOST_ACT:
        raise NotAcceptable(
            f"a signed act has at most {MOST_ACT:,} bytes, this one "
            f"{len(note.encode()):,}",
            hint="hand in what is long as a document, and name it",
        )
