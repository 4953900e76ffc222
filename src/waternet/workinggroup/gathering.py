"""Reading entries as acts and credentials; what cannot be one is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.note import Verifier
from waternet.workinggroup.act import Act, read_act, verify_act
from waternet.workinggroup.credential import Credential, Credentials
from waternet.workinggroup.refusal import Refusal, Refused

__all__ = ["Candidate", "Gathered", "Said", "gather", "list_groups"]


@dataclass(frozen=True, slots=True)
class Said:
    """An entry of kind 'act' or 'credential', as a party's log has it.

    Attributes
    ----------
    party : str
        Whose log it stands in: its place and the steward's signature were verified.
    index : int
    issued : str
        By the steward's clock.
    kind : str
        'act' or 'credential'.
    body : mapping
    """

    party: str
    index: int
    issued: str
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An act whose signature holds; the fold decides whether it counts.

    Attributes
    ----------
    act : Act
    index : int
    entered : str
        When the steward signed its entry.
    credential : Credential
    """

    act: Act
    index: int
    entered: str
    credential: Credential


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read of one group.

    Attributes
    ----------
    candidates : tuple of Candidate
    credentials : Credentials
    refusals : tuple of (Refusal, str)
        With the moment at which the steward signed the entry.
    records : mapping of party to str
        The day on which each party's own record in the group begins: of its first
        credential, and not before the group was founded in the record.
    """

    candidates: tuple[Candidate, ...]
    credentials: Credentials
    refusals: tuple[tuple[Refusal, str], ...]
    records: Mapping[str, str]


def list_groups(said: Iterable[Said]) -> dict[str, str]:
    """Return the id of every group that was founded, with the name that it gave itself.

    Two groups may give themselves one name: only the id tells them apart.
    """
    found = {}
    for one in said:
        if one.kind == "act" and not one.body.get("group"):
            try:
                act = read_act(one.body["act"])
            except NotAcceptable:
                continue  # `gather` refuses it by name
            if act.verb == "charter.found" and not act.group:
                found[act.id] = _group_name(act)
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def _group_name(act: Act) -> str:
    charter = act.body.get("charter")
    return str(charter.get("name", "")) if isinstance(charter, Mapping) else ""


def gather(said: Iterable[Said], group: str) -> Gathered:
    """Read the entries of one group, in whatever order they come.

    Parameters
    ----------
    said : iterable of Said
        Of any groups; those of others are passed over.
    group : str
        Its id.
    """
    ordered = sorted(said, key=lambda one: (one.party, one.index))
    credentials = Credentials(
        [
            Credential.from_body(one.party, one.index, one.body, one.issued)
            for one in ordered
            if one.kind == "credential"
        ]
    )
    refusals: list[tuple[Refusal, str]] = []
    candidates: dict[str, Candidate] = {}
    for one in ordered:
        if one.kind != "act" or not _is_of(one, group):
            continue
        act: Act | None = None
        try:
            act = _read(one)
            _verify_place(act, one, group)
            _verify_new(act, candidates)
            credential = credentials.at(one.party, act.delegate, one.index)
            _verify_signature(one, credential)
            candidates[act.id] = Candidate(act, one.index, one.issued, credential)
        except Refused as error:
            known = act.id if act else ""
            refusal = Refusal(error.name, error.message, one.party, one.index, known)
            refusals.append((refusal, one.issued))
    founding = candidates.get(group)
    records = _records(ordered, founding.act.issued if founding else "")
    made = tuple(candidates.values())
    return Gathered(made, credentials, tuple(refusals), records)


def _records(ordered: Iterable[Said], founded: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in ordered:
        if one.kind == "credential":
            found.setdefault(one.party, max(one.issued, founded)[: len("2026-11-28")])
    return found


def _is_of(one: Said, group: str) -> bool:
    """Return whether an entry says that it is of this group, or its act does."""
    named = one.body.get("group", "")
    if named:
        return bool(named == group)
    try:
        act = _read_note(one.body["act"])
    except NotAcceptable:
        return False
    return group in (act.id, act.group)


def _read(one: Said) -> Act:
    try:
        return _read_note(one.body["act"])
    except NotAcceptable as error:
        raise Refused("unreadable-act", str(error)) from error


@lru_cache(maxsize=20_000)  # a node folds the same acts again with every new entry
def _read_note(note: str) -> Act:
    return read_act(note)


def _verify_place(act: Act, one: Said, group: str) -> None:
    if act.party != one.party:
        told = f"signed for the log of {act.party!r}, entered in that of {one.party!r}"
        raise Refused("act-of-another-party", told)
    if group not in (act.group, act.id):
        raise Refused("act-of-another-group", f"signed for the group {act.group!r}")
    if act.group and not one.body.get("group"):
        told = "signed for this group, entered as of none"
        raise Refused("act-of-another-group", told)


def _verify_new(act: Act, candidates: Mapping[str, Candidate]) -> None:
    if act.id in candidates:
        first = candidates[act.id].index
        raise Refused("replayed-act", f"it stands in entry {first} already")


def _verify_signature(one: Said, credential: Credential) -> None:
    if told := _signature_fault(one.body["act"], credential.vkey):
        raise Refused("bad-act-signature", told)


@lru_cache(maxsize=20_000)
def _signature_fault(note: str, vkey: str) -> str:
    """Return why a key did not sign an act; '' where it did."""
    try:
        verify_act(note, Verifier.from_text(vkey))
    except (NotVerified, NotAcceptable) as error:
        return str(error)
    return ""
