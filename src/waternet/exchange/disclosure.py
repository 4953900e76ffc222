"""Whether a joint total would tell a party's figure to somebody, and by which rule.

A total is a linear equation in the parties' figures. Each party knows its own figure
and everything that is public; if from these and the totals another party's figure, or
the part of it that was not public, follows by linear algebra, the total must not be
computed. Whether it follows *nearly* depends on the figures themselves: that is the
p% rule, which is decided inside the computation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from waternet.errors import NotAllowed

__all__ = ["FEWEST", "overlaps", "reveals", "verify_parties"]

FEWEST = 3
"""Of two parties, each would learn the other's figure by taking off its own."""


def verify_parties(parties: Collection[str]) -> None:
    """Raise `NotAllowed` where so few take part that a total hides nothing.

    Examples
    --------
    >>> verify_parties(["a", "b", "c"])
    """
    if len(parties) < FEWEST:
        raise NotAllowed(
            f"fewer-than-three: a total of {len(parties)} tells a figure: whoever "
            "takes its own off has the other's",
            hint="find a third party that has figures of its own",
        )


def reveals(
    totals: Sequence[Mapping[str, int]], public: Collection[str]
) -> tuple[str, str] | None:
    """Return who would learn whose figure, or None where nobody would.

    Parameters
    ----------
    totals : sequence of mapping of party to weight
        Every total of one quantity and period, the new one among them.
    public : collection of str
        Parties whose figure is public already.

    Returns
    -------
    (str, str) or None
        A party of some total, and one whose figure follows for it exactly.

    References
    ----------
    Chin, F. Y. and G. Özsoyoğlu (1982): Auditing and inference control in statistical
    databases. IEEE Transactions on Software Engineering 8(6), 574-582.

    Examples
    --------
    >>> three = {"a": 1, "b": 1, "c": 1}
    >>> reveals([three], public=[]) is None
    True
    >>> reveals([three], public=["a"])
    ('b', 'c')
    >>> reveals([three, {**three, "d": 1}], public=[])
    ('a', 'd')
    """
    parties = sorted({party for total in totals for party in total})
    known = [{party: 1} for party in parties if party in public]
    for party in parties:
        follows = _solved([*totals, *known, {party: 1}], parties)
        for other in parties:
            if other != party and other not in public and other in follows:
                return party, other
    return None


def overlaps(one: str, other: str) -> bool:
    """Return whether two periods, years or months, share a day.

    Examples
    --------
    >>> overlaps("2015", "2015-06"), overlaps("2015-05", "2015-06")
    (True, False)
    """
    return one.startswith(other) or other.startswith(one)


def _solved(rows: Iterable[Mapping[str, int]], parties: Sequence[str]) -> set[str]:
    """Return the parties whose figure the equations determine (Gauss-Jordan)."""
    left = [[Fraction(row.get(party, 0)) for party in parties] for row in rows]
    reduced: list[list[Fraction]] = []
    for column in range(len(parties)):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        unit = [value / pivot[column] for value in pivot]
        left = [_without(row, unit, column) for row in left]
        reduced = [_without(row, unit, column) for row in reduced] + [unit]
    return {
        parties[row.index(Fraction(1))]
        for row in reduced
        if sum(map(bool, row)) == 1 and 1 in row
    }


def _without(
    row: Sequence[Fraction], unit: Sequence[Fraction], column: int
) -> list[Fraction]:
    factor = row[column]
    return [value - factor * part for value, part in zip(row, unit, strict=True)]
