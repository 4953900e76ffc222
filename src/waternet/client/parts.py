"""A long question in parts that a node answers one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from waternet.client.asking import Query
from waternet.client.moments import written

__all__ = ["FIGURES_AT_ONCE", "Part", "halves", "in_parts"]

FIGURES_AT_ONCE = 500_000
_LETTERS = 4_000  # of the addresses in one request: many servers take 8,000 in all
_SHORTEST = timedelta(hours=1)  # a period is not halved further


@dataclass(frozen=True, slots=True)
class Part:
    """One request for figures.

    Attributes
    ----------
    query : mapping
        Filters, and how figures are wanted.
    addresses : tuple of str
        The datastreams; () where the filters say which.
    start, end : datetime or None
    figures : int
        About as many are expected.
    first, last : datetime or None
        Between which they lie.
    """

    query: Query
    addresses: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    figures: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the request."""
        told = {
            "datastream": ",".join(self.addresses),
            "start": written(self.start) if self.start else "",
            "end": written(self.end) if self.end else "",
        }
        return {**self.query, **{name: text for name, text in told.items() if text}}


def in_parts(part: Part, described: Sequence[Mapping[str, Any]]) -> list[Part]:
    """Divide a question: by datastreams, and by time where one has very many figures.

    Parameters
    ----------
    part : Part
        Of the whole question.
    described : sequence of mapping
        Of each datastream in it: 'address', and 'figures', 'first' and 'last' of all
        it holds.

    Returns
    -------
    list of Part
        In the order of the answer. Statistics of a period are never divided by time.
    """
    groups = _groups(part, described) if part.addresses else [(part, list(described))]
    made = []
    for group, own in groups:
        told = _estimated(group, own)
        count = -(-told.figures // FIGURES_AT_ONCE)
        if count > 1 and _by_time(told):
            made += _divided(told, count)
        else:
            made.append(told)
    return made


def halves(part: Part) -> list[Part]:
    """Return two parts of one that was too large for the node; [] if there are none."""
    if len(part.addresses) > 1:
        middle = len(part.addresses) // 2
        return [
            replace(part, addresses=part.addresses[:middle], figures=0),
            replace(part, addresses=part.addresses[middle:], figures=0),
        ]
    return _divided(part, 2) if _by_time(part) else []


def _groups(
    part: Part, described: Sequence[Mapping[str, Any]]
) -> list[tuple[Part, list[Mapping[str, Any]]]]:
    """Divide addresses so that few letters and figures go into one request."""
    by_address = {one["address"]: one for one in described}
    groups: list[list[str]] = [[]]
    letters = figures = 0
    for address in part.addresses:
        held = by_address.get(address, {}).get("figures") or 0
        letters += len(address) + 1
        figures += held
        if groups[-1] and (letters > _LETTERS or figures > FIGURES_AT_ONCE):
            groups.append([])
            letters, figures = len(address) + 1, held
        groups[-1].append(address)
    return [
        (
            replace(part, addresses=tuple(group)),
            [by_address[one] for one in group if one in by_address],
        )
        for group in groups
    ]


def _estimated(part: Part, described: Sequence[Mapping[str, Any]]) -> Part:
    """Return the part with how many figures it will bring, were they evenly spread."""
    figures = 0.0
    times = list[datetime]()
    for one in described:
        if not one.get("figures"):
            continue
        first, last = one["first"], one["last"]
        low, high = max(first, part.start or first), min(last, part.end or last)
        if low > high:
            continue
        whole = (last - first) / timedelta(seconds=1)
        share = (high - low) / timedelta(seconds=1) / whole if whole else 1.0
        figures += one["figures"] * share
        times += [low, high]
    if not times:
        return part
    return replace(part, figures=round(figures), first=min(times), last=max(times))


def _by_time(part: Part) -> bool:
    if "aggregate" in part.query or part.first is None or part.last is None:
        return False
    return part.last - part.first > _SHORTEST


def _divided(part: Part, count: int) -> list[Part]:
    """Divide by time; what the parts share in length they share in figures."""
    assert part.first is not None
    assert part.last is not None
    step = (part.last - part.first) / count
    cuts = [part.first + step * number for number in range(1, count)]
    edges = [part.start, *cuts, part.end]
    bounds = [part.first, *cuts, part.last]
    return [
        replace(
            part,
            start=edges[number],
            end=edges[number + 1],
            figures=part.figures // count,
            first=bounds[number],
            last=bounds[number + 1],
        )
        for number in range(count)
    ]
