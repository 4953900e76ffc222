"""One series as a small drawing (SVG): its course, and the figures objected to.

Time runs from left to right in every language, the scale stands on the right. Nothing
in it is a word: titles and legends are HTML, so that they follow their own script.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from waternet.observation.vocabulary import Grade

__all__ = ["MOST_POINTS", "decimate", "draw_series"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOST_POINTS = 2_000  # of one drawing, those objected to among them
_MOST_FLAGGED = 500
_WIDTH, _HEIGHT = 860, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 70, 10, 24
_GAP = 8  # times the usual distance between two figures: there the line is broken
_TICKS = 4
_SUSPECT_ROOM = 3.0  # times the range of trusted figures: farther off is at the edge
_DAY = 86_400_000_000  # us


def draw_series(time: Integers, value: Floats, grade: npt.NDArray[np.int8]) -> str:
    """Draw a series; figures that are suspect or bad stand out by form and colour.

    Parameters
    ----------
    time : array of int, (n,) [us since 1970, UTC]
        Rising.
    value : array of float, (n,)
        Those that are no number are left out.
    grade : array of int, (n,)

    Returns
    -------
    str
        An `svg` element; '' where there is nothing to draw.
    """
    known = np.isfinite(value)
    time, value, grade = time[known], value[known], grade[known]
    if not len(value):
        return ""
    flagged = np.flatnonzero(grade >= Grade.SUSPECT)
    if len(flagged) > _MOST_FLAGGED:
        flagged = flagged[decimate(value[flagged], _MOST_FLAGGED)]
    plain = np.flatnonzero(grade < Grade.BAD)
    course = plain[decimate(value[plain], MOST_POINTS - len(flagged))]
    scale = _Scale(time, _telling(value[plain], grade[plain]) if len(plain) else value)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" direction="ltr">',
        *scale.grid(),
        f'<path class="course" d="{_path(scale, time[course], value[course])}"/>',
        *(_mark(scale, time[row], value[row], grade[row]) for row in flagged),
        "</svg>",
    ]
    return "".join(parts)


def decimate(value: Floats, most: int) -> Integers:
    """Return the places of at most `most` values: the extremes of equal stretches.

    Examples
    --------
    >>> decimate(np.array([0.0, 5, 1, 1, -3, 1, 1, 1]), 4).tolist()
    [0, 1, 4, 5]
    """
    count = len(value)
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, max(most // 2, 1) + 1).astype(np.int64)
    kept = set()
    for first, last in pairwise(edges):
        part = value[first:last]
        kept |= {int(first + part.argmin()), int(first + part.argmax())}
    return np.array(sorted(kept), np.int64)


def _telling(value: Floats, grade: npt.NDArray[np.int8]) -> Floats:
    """Return the values that set the scale: no lone suspect that flattens the rest."""
    trusted = value[grade < Grade.SUSPECT]
    if len(trusted) < 2 or trusted.min() == trusted.max():
        return value
    room = _SUSPECT_ROOM * (trusted.max() - trusted.min())
    near = (value >= trusted.min() - room) & (value <= trusted.max() + room)
    telling: Floats = value[near]
    return telling


class _Scale:
    """Where a time and a value lie in the drawing."""

    def __init__(self, time: Integers, value: Floats) -> None:
        low, high = float(value.min()), float(value.max())
        room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
        self.low, self.high = low - room, high + room
        self.first = int(time[0])
        self.span = max(int(time[-1]) - self.first, 1)

    def x(self, time: float) -> float:
        share = (time - self.first) / self.span
        return _LEFT + 4 + share * (_WIDTH - _LEFT - _RIGHT - 8)

    def y(self, value: float) -> float:
        """Return the height; what lies outside is drawn at the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (
            self.high - self.low
        )
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def is_outside(self, value: float) -> bool:
        return not self.low <= value <= self.high

    def grid(self) -> Iterator[str]:
        right, foot = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        for value in _round_values(self.low, self.high):
            y = self.y(value)
            yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{right}"/>'
            yield f'<text x="{right + 6}" y="{y + 4:.1f}">{value:.10g}</text>'
        for time, told in _round_times(self.first, self.first + self.span):
            x = self.x(time)
            yield f'<path class="grid" d="M{x:.1f} {_TOP}V{foot}"/>'
            middle = max(x, _LEFT + 4 * len(told))  # a name at the edge stays whole
            yield f'<text x="{middle:.1f}" y="{foot + 16}" class="time">{told}</text>'


def _path(scale: _Scale, time: Integers, value: Floats) -> str:
    """Return the course as a path, broken where figures are missing."""
    steps = np.diff(time, prepend=time[:1])
    usual = float(np.median(steps[1:])) if len(steps) > 1 else 0.0
    pieces: list[str] = []
    for at, figure, step in zip(time, value, steps, strict=True):
        pen = "M" if not pieces or step > _GAP * usual else "L"
        pieces.append(f"{pen}{scale.x(at):.1f} {scale.y(figure):.1f}")
    if len(pieces) == 1:
        pieces.append("h0.1")  # a lone figure is a dot
    return "".join(pieces)


def _mark(scale: _Scale, time: int, value: float, grade: int) -> str:
    """Return the sign of a figure: a ring for suspect, a cross for bad."""
    x, y = scale.x(time), scale.y(value)
    told = f"{_moment(int(time))}: {value:.10g}"
    if scale.is_outside(value):
        inwards = 9 if value > scale.high else -9
        form = f"M{x - 5:.1f} {y + inwards:.1f}h10l-5 {-inwards}z"
    elif grade == Grade.BAD:
        form = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0-8l-8 8"
    else:
        form = f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"
    name = Grade(grade).name.lower()
    return f'<path class="{name}" d="{form}"><title>{told}</title></path>'


def _round_values(low: float, high: float) -> list[float]:
    step = 10.0 ** math.floor(math.log10((high - low) / _TICKS))
    for factor in (1, 2, 5, 10):
        if (high - low) / (step * factor) <= _TICKS + 1:
            step *= factor
            break
    first = math.ceil(low / step)
    return [round(number * step, 12) for number in range(first, int(high // step) + 1)]


def _round_times(first: int, last: int) -> list[tuple[int, str]]:
    """Return a few times to name: beginnings of years, months or days."""
    days = (last - first) / _DAY
    unit = "Y" if days > 1000 else "M" if days > 70 else "D" if days > 2 else "h"
    edges = np.arange(
        np.datetime64(first, "us").astype(f"datetime64[{unit}]"),
        np.datetime64(last, "us").astype(f"datetime64[{unit}]") + 1,
    )
    edges = edges[:: max(len(edges) // 6, 1)]
    micros = edges.astype("datetime64[us]").astype(np.int64)
    return [
        (int(at), str(edge).replace("T", " ") + ":00" * (unit == "h"))
        for at, edge in zip(micros, edges, strict=True)
        if first <= at <= last
    ]


def _moment(micros: int) -> str:
    when = datetime.fromtimestamp(0, UTC) + np.timedelta64(micros, "us").astype(object)
    return f"{when:%Y-%m-%d %H:%M}Z"
