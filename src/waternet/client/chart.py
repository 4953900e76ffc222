"""A small drawing of a few series, for notebooks: SVG without a word in it.

Time runs from left to right in every language, the scale stands on the right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["COLOURS", "MOST_SERIES", "Course", "draw"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Told apart by who sees no red or green, on white and on black; after Wong, Nature
# Methods 8, 441 (2011).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
MOST_SERIES = len(COLOURS)
_MOST_POINTS = 600  # of one series
_WIDTH, _HEIGHT = 620, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 62, 8, 22
_GAP = 8  # times the usual distance between two figures: there the line is broken
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS = np.array([1, 2, 2.5, 5, 10])


@dataclass(frozen=True, slots=True)
class Course:
    """One series.

    Attributes
    ----------
    time : array of int, (n,) [us since 1970, UTC]
        Rising.
    value : array of float, (n,)
        NaN is not drawn.
    is_limit : array of bool, (n,)
        Whether a value is a limit ('<', '>'), drawn hollow.
    """

    time: Integers
    value: Floats
    is_limit: npt.NDArray[np.bool_]


def draw(courses: Sequence[Course]) -> str:
    """Draw series on one scale.

    Returns
    -------
    str
        An `svg` element; '' where there is nothing to draw.
    """
    known = [_known(one) for one in courses[:MOST_SERIES]]
    values = np.concatenate([one.value for one in known] or [np.empty(0)])
    if not len(values):
        return ""
    times = np.concatenate([one.time for one in known])
    scale = _Scale(times, values)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" '
        'direction="ltr" style="max-width:100%;height:auto;display:block" '
        'font-family="sans-serif" font-size="11" fill="currentColor">',
        *scale.grid(),
    ]
    for one, colour in zip(known, COLOURS, strict=False):
        parts += _drawn(scale, _decimated(one), colour)
    return "".join([*parts, "</svg>"])


def _known(one: Course) -> Course:
    is_known = np.isfinite(one.value)
    return Course(one.time[is_known], one.value[is_known], one.is_limit[is_known])


def _decimated(one: Course) -> Course:
    """Keep the extremes of equal stretches."""
    count = len(one.value)
    if count <= _MOST_POINTS:
        return one
    edges = np.linspace(0, count, _MOST_POINTS // 2 + 1).astype(np.int64)
    kept = set()
    for first, last in pairwise(edges.tolist()):
        part = one.value[first:last]
        kept |= {first + int(part.argmin()), first + int(part.argmax())}
    chosen = np.array(sorted(kept))
    return Course(one.time[chosen], one.value[chosen], one.is_limit[chosen])


def _drawn(scale: _Scale, one: Course, colour: str) -> Iterator[str]:
    x, y = scale.x(one.time), scale.y(one.value)
    gaps = np.diff(one.time)
    usual = float(np.median(gaps)) if len(gaps) else 0.0
    broken = np.append(True, gaps > _GAP * usual)
    steps = [
        f"{'M' if is_new else 'L'}{at:.1f} {height:.1f}"
        for is_new, at, height in zip(broken, x, y, strict=True)
    ]
    yield (
        f'<path d="{"".join(steps)}" fill="none" stroke="{colour}" stroke-width="1.5" '
        'stroke-linejoin="round"/>'
    )
    few = len(x) <= 60
    alone = broken & np.append(broken[1:], True)
    for place in np.flatnonzero(one.is_limit | alone | few).tolist():
        hollow = bool(one.is_limit[place])
        yield (
            f'<circle cx="{x[place]:.1f}" cy="{y[place]:.1f}" r="{3 if hollow else 2}" '
            f'fill="{"none" if hollow else colour}" stroke="{colour}"/>'
        )


class _Scale:
    """Where a time and a value lie in the drawing."""

    def __init__(self, times: Integers, values: Floats) -> None:
        low, high = float(values.min()), float(values.max())
        room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
        self.low, self.high = low - room, high + room
        self.first, self.last = int(times.min()), int(times.max())

    def x(self, time: Integers) -> Floats:
        span = max(self.last - self.first, 1)
        share = (time - self.first) / span if self.last > self.first else 0.5 + 0 * time
        return np.asarray(_LEFT + 4 + share * (_WIDTH - _LEFT - _RIGHT - 8), np.float64)

    def y(self, value: Floats) -> Floats:
        share = (value - self.low) / (self.high - self.low)
        return np.asarray(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM))

    def grid(self) -> Iterator[str]:
        right, foot = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        for value in _round_values(self.low, self.high):
            y = float(self.y(np.array([value]))[0])
            yield (
                f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="currentColor" '
                'stroke-opacity="0.15"/>'
                f'<text x="{right + 6}" y="{y + 4:.1f}">{_figure(value)}</text>'
            )
        yield f'<path d="M{_LEFT} {foot}H{right}" stroke="currentColor"/>'
        yield (
            f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{_day(self.first)}</text>'
            f'<text x="{right}" y="{_HEIGHT - 6}" text-anchor="end">'
            f"{_day(self.last) if self.last > self.first else ''}</text>"
        )


def _round_values(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(power * _STEPS[np.searchsorted(_STEPS, rough / power)])
    first = int(np.ceil(low / step))
    return [number * step for number in range(first, int(np.floor(high / step)) + 1)]


def _figure(value: float) -> str:
    return f"{value:.10g}".replace("-", "\u2212")


def _day(time: int) -> str:
    moment = np.datetime64(time, "us")
    return str(moment.astype("datetime64[D]"))
