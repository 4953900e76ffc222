"""Reading entries as acts and credentials; what cannot be one is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from waternet.errors import NotAcceptable, NotVerified
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
    """What was read of one group."""

    candidates: tuple[Candidate, ...]
    credentials: Credentials
    refusals: tuple[Refusal, ...]


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
                found[act.id] = str(act.body.get("charter", {}).get("name", ""))
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


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
            Credential.from_body(one.party, one.index, one.body)
            for one in ordered
            if one.kind == "credential"
        ]
    )
    refusals: list[Refusal] = []
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
            refusals.append(
                Refusal(error.name, error.message, one.party, one.index, known)
            )
    return Gathered(tuple(candidates.values()), credentials, tuple(refusals))


def _is_of(one: Said, group: str) -> bool:
    """Return whether an entry says that it is of this group, or founds it."""
    named = one.body.get("group", "")
    if named:
        return bool(named == group)
    try:
        return read_act(one.body["act"]).id == group
    except NotAcceptable:
        return False


def _read(one: Said) -> Act:
    try:
        return read_act(one.body["act"])
    except NotAcceptable as error:
        raise Refused("unreadable-act", str(error)) from error


def _verify_place(act: Act, one: Said, group: str) -> None:
    if act.party != one.party:
        told = f"signed for the log of {act.party!r}, entered in that of {one.party!r}"
        raise Refused("act-of-another-party", told)
    if group not in (act.group, act.id):
        raise Refused("act-of-another-group", f"signed for the group {act.group!r}")


def _verify_new(act: Act, candidates: Mapping[str, Candidate]) -> None:
    if act.id in candidates:
        first = candidates[act.id].index
        raise Refused("replayed-act", f"it stands in entry {first} already")


def _verify_signature(one: Said, credential: Credential) -> None:
    try:
        verify_act(one.body["act"], credential.verifier)
    except (NotVerified, NotAcceptable) as error:
        raise Refused("bad-act-signature", str(error)) from error
