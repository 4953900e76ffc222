"""Findings about places told once each: how many, which, and what to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from waternet.observation.place import Place
from waternet.quality.coordinates import (
    ADVICE,
    FOUND,
    Misplaced,
    find_misplaced,
)

__all__ = ["PlaceFinding", "group_misplaced", "misplaced_among"]

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """All places of which one thing is said.

    Attributes
    ----------
    finding : str
        A key of `coordinates.ADVICE`.
    places : tuple of str
        Their ids; sorted.
    examples : tuple of Misplaced
        At most three: the farthest off first; of places at one point, one of each
        point, that of most places first.
    sentence : str
        What was found, to stand after '12 places'.
    advice : str
    """

    finding: str
    places: tuple[str, ...]
    examples: tuple[Misplaced, ...]
    sentence: str
    advice: str


def misplaced_among(
    places: Iterable[Place], named: Collection[str]
) -> tuple[Misplaced, ...]:
    """Find misplaced places among all of a party, and return those that are asked for.

    Parameters
    ----------
    places : iterable of Place
        All that are known.
    named : collection of str
        Ids; a finding counts where it is about one of them, or names one as the other.
    """
    found = find_misplaced(places)
    return tuple(one for one in found if one.place in named or one.other in named)


def group_misplaced(misplaced: Iterable[Misplaced]) -> list[PlaceFinding]:
    """Gather findings about places by what they say.

    Returns
    -------
    list of PlaceFinding
        In the order of `coordinates.ADVICE`.
    """
    gathered: dict[str, list[Misplaced]] = defaultdict(list)
    for one in misplaced:
        gathered[one.finding].append(one)
    return [
        PlaceFinding(
            finding=name,
            places=tuple(sorted({one.place for one in gathered[name]})),
            examples=_examples(gathered[name]),
            sentence=FOUND[name],
            advice=ADVICE[name],
        )
        for name in ADVICE
        if name in gathered
    ]


def _examples(found: list[Misplaced]) -> tuple[Misplaced, ...]:
    shared = Counter(one.other for one in found if one.other)
    if not shared:
        found = sorted(found, key=lambda one: (-abs(one.amount), one.place))
        return tuple(found[:_EXAMPLES])
    firsts: dict[str, Misplaced] = {}
    for one in found:
        firsts.setdefault(one.other, one)
    most = sorted(firsts, key=lambda other: (-shared[other], other))
    return tuple(firsts[other] for other in most[:_EXAMPLES])
