"""Station ranges learned from what a station has had, as rules that people review."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.quality.range_checks import Range
from waternet.quality.robust import quantiles
from waternet.quality.rules import Rule, RuleSet
from waternet.quality.series import SeriesTable

__all__ = ["Learning", "learn_ranges"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learning:
    """How wide a station's range is.

    Attributes
    ----------
    fewest : int
        Figures that a station must have.
    share : float
        Share of the figures left out at either end before the range is taken.
    times : float
        How many times as far from the median as what is left may figures lie.
    digits : int
        To how many significant digits of its width a range is rounded, outwards.
    """

    fewest: int = 30
    share: float = 0.01
    times: float = 2.0
    digits: int = 2


def learn_ranges(
    series: SeriesTable, learning: Learning | None = None, *, party: str = ""
) -> RuleSet:
    """Return a range for each property at each station that has figures enough.

    Errors among the figures hardly move it: the outermost are left out, and the range
    is measured from the median. Where no figure is negative, none is expected to be.

    Parameters
    ----------
    series : SeriesTable
        What is known to be wrong is better taken out before.
    learning : Learning, optional
    party : str
        Whose rules they become.

    Returns
    -------
    RuleSet
        One 'station-range' for each, by station and property, that says what it was
        learned from. `RuleSet.to_toml` writes it as a file to read through.
    """
    learning = learning or Learning()
    gathered: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(series.datastreams):
        gathered[one.feature, one.observed_property, one.unit].append(number)
    rules = []
    for (feature, observed_property, unit), numbers in sorted(gathered.items()):
        figures = series.take(np.array(numbers)).figures
        if len(figures.value) < learning.fewest:
            continue
        least, most = _range(figures.value, learning)
        days = figures.time.min(), figures.time.max()
        first, last = (str(np.datetime64(int(day), "us"))[:10] for day in days)
        low, high = figures.value.min(), figures.value.max()
        outside = int(((figures.value < least) | (figures.value > most)).sum())
        rules.append(
            Rule(
                "station-range",
                observed_property=(observed_property,),
                features=(feature,),
                party=party,
                parameters=Range(least, most, unit),
                because=f"Learned from {len(figures.value):,} figures, {first} to "
                f"{last}, {low:.10g} to {high:.10g}; {outside} of them outside.",
            )
        )
    return RuleSet("station-ranges", "1", tuple(rules))


def _range(values: Floats, learning: Learning) -> tuple[float, float]:
    ends = np.array([0, len(values)])
    shares = learning.share, 0.5, 1 - learning.share
    low, middle, high = quantiles(values, ends, shares)[:, 0]
    below, above = learning.times * (middle - low), learning.times * (high - middle)
    width = below + above
    if not width > 0:
        return float(values.min()), float(values.max())
    step = 10.0 ** (np.floor(np.log10(width)) + 1 - learning.digits)
    least = np.floor((middle - below) / step) * step
    most = np.ceil((middle + above) / step) * step
    if values.min() >= 0:
        least = max(least, 0.0)
    return float(round(least, 9)), float(round(most, 9))
