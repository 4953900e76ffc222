"""Credentials: which keys speak for a party in a group, as its steward signed.

The chain is: the registry names the party's card, the card the steward's key, the
steward's entry of kind 'credential' the delegate's key, that key the act.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.record.note import Verifier
from waternet.workinggroup.charter import LEVELS
from waternet.workinggroup.refusal import Refused

__all__ = ["Credential", "Credentials"]


@dataclass(frozen=True, slots=True)
class Credential:
    """One entry of kind 'credential'.

    Attributes
    ----------
    party : str
    index : int
        Of the entry: what the delegate's key signed counts from there on.
    delegate : str
        Id, unique within the party.
    vkey : str
        The delegate's verifier key; '' where the entry takes the credential back.
    names : mapping of language to str
    office : str
        What the delegate is at home: 'Water Authority, hydrologist'; '' untold.
    offices : tuple of str
        Ids of offices that the delegate holds, for what a charter excludes.
    level : str
        Rank, one of `LEVELS`.
    bodies : tuple of str
        Of the charter, in which the delegate may speak; () is all of them.
    until : str
        The last day, '2026-12-31'; '' without end.
    reason : str
        Why it was taken back; '' else.
    entered : str
        When the steward signed the entry; '' untold.
    """

    party: str
    index: int
    delegate: str
    vkey: str
    names: Mapping[str, str]
    office: str
    offices: tuple[str, ...]
    level: str
    bodies: tuple[str, ...]
    until: str
    reason: str = ""
    entered: str = ""

    @classmethod
    def from_body(
        cls, party: str, index: int, body: Mapping[str, Any], entered: str = ""
    ) -> Credential:
        """Read the body of an entry of that kind."""
        return cls(
            party=party,
            index=index,
            delegate=body["delegate"],
            vkey=body.get("vkey", ""),
            names=dict(body.get("names", {})),
            office=body.get("office", ""),
            offices=tuple(sorted(body.get("offices", ()))),
            level=body.get("level", LEVELS[0]),
            bodies=tuple(sorted(body.get("bodies", ()))),
            until=body.get("until", ""),
            reason=body.get("reason", ""),
            entered=entered,
        )

    @property
    def verifier(self) -> Verifier:
        """What checks the delegate's acts."""
        return Verifier.from_text(self.vkey)


class Credentials:
    """All that parties said of their delegates.

    Parameters
    ----------
    said : sequence of Credential
    """

    def __init__(self, said: Sequence[Credential]) -> None:
        self._by_delegate: dict[tuple[str, str], list[Credential]] = {}
        for one in sorted(said, key=lambda one: (one.party, one.index)):
            self._by_delegate.setdefault((one.party, one.delegate), []).append(one)

    def at(self, party: str, delegate: str, index: int) -> Credential:
        """Return what counted where an entry of that party stands.

        Raises
        ------
        Refused
            'no-credential', 'credential-ended'.
        """
        named = self._by_delegate.get((party, delegate), [])
        count = bisect_left(named, index, key=lambda one: one.index)
        if not count:
            raise Refused(
                "no-credential",
                f"{party!r} gave {delegate!r} no credential before entry {index}",
            )
        last = named[count - 1]
        if not last.vkey:
            told = f"{party!r} took back {delegate!r}'s in entry {last.index}"
            raise Refused("credential-ended", told)
        return last

    def all(self) -> tuple[Credential, ...]:
        """Return every one that was given or taken back, by party, delegate, entry."""
        return tuple(
            one for key in sorted(self._by_delegate) for one in self._by_delegate[key]
        )
