"""Sight: what was there when an act was signed, as it claims and as it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Protocol

from waternet.workinggroup.act import Act
from waternet.workinggroup.when import moment

__all__ = ["Entered", "Sight"]

_CLOCKS = timedelta(days=1)  # how far the clocks of two stewards may be apart


class Entered(Protocol):
    """An act in a log."""

    @property
    def act(self) -> Act:
        """The act."""

    @property
    def index(self) -> int:
        """Index of its entry."""

    @property
    def entered(self) -> str:
        """When the steward signed the entry."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What an act had before it.

    Attributes
    ----------
    issued : str
        When the act was signed: it claims in vain to have seen what was entered later,
        so nothing that comes later undoes what it does.
    claimed : mapping of party to int
        Entries of each log, by the act's 'seen'.
    shown : mapping of party to int
        Entries of each log that were there because the act builds, in one step or in
        many, on an act in that log; of its own log all that stand before it. Nobody
        can have overlooked these.
    before : tuple of str and mapping of party to int
        `issued` and `claimed` of the first act that it builds on: what that had seen
        was there.
    """

    issued: str
    claimed: Mapping[str, int]
    shown: Mapping[str, int]
    before: tuple[str, Mapping[str, int]] = ("", MappingProxyType({}))

    @classmethod
    def of(cls, act: Act, index: int, named: Iterable[tuple[Entered, Sight]]) -> Sight:
        """Return the sight of an act at its place, from those that it builds on.

        Examples
        --------
        >>> act = Act("task.done", "map", "a", "rana", "2026-11-22T08:00:00Z", {})
        >>> Sight.of(act, 3, ()).shown
        {'a': 3}
        """
        shown: dict[str, int] = {act.party: index}
        builds_on = list(named)
        for one, sight in builds_on:
            for party, size in (*sight.shown.items(), (one.act.party, one.index + 1)):
                if shown.get(party, 0) < size:
                    shown[party] = size
        before: tuple[str, Mapping[str, int]] = ("", {})
        if builds_on:
            one, sight = builds_on[0]
            before = (sight.issued, _claimed(one.act, but=act.party))
        return cls(act.issued, _claimed(act, but=act.party), shown, before)

    def covers(self, one: Entered) -> bool:
        """Return whether an act was there."""
        party, index = one.act.party, one.index
        if index < self.shown.get(party, 0):
            return True
        return any(
            index < claimed.get(party, 0)
            and moment(one.entered) - moment(issued) <= _CLOCKS
            for issued, claimed in ((self.issued, self.claimed), self.before)
        )

    def bounds(self) -> dict[str, int]:
        """Return how many entries of each log may be covered, at most."""
        known = dict(self.claimed)
        for sizes in (self.shown, self.before[1]):
            for party, size in sizes.items():
                known[party] = max(size, known.get(party, 0))
        return known


def _claimed(act: Act, *, but: str) -> dict[str, int]:
    """Return what an act claims of logs but one, in whatever form its body is."""
    seen = act.body.get("seen")
    if not isinstance(seen, Mapping):
        return {}
    return {
        party: size
        for party, size in seen.items()
        if type(size) is int and party not in (act.party, but)
    }
