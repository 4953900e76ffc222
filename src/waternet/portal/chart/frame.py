"""The frame of a hydrograph: axes, grid and the box that lines are drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import escape
from typing import Literal

import numpy as np
from babel.dates import get_month_names

from waternet.portal.chart.line import Band, Floats, Line, Times
from waternet.portal.chart.scale import Scale, Tick, scale_of, time_ticks
from waternet.portal.language.language import Language
from waternet.portal.language.units import unit_text

__all__ = ["Frame", "frame_of", "month_names"]

_TOP, _FOOT = 22.0, 26.0  # px: the unit above an axis, times below
_AXIS = 58.0  # px: the least room of a further axis
_MARGIN = 12.0
_PER_LETTER = 6.6  # px at 12 px, of digits
_TICK_ROOM = 76.0  # px a named time takes
_LINE_ROOM = 44.0  # px between named values


@dataclass(frozen=True, slots=True)
class Axis:
    """One scale of values: where it stands and what it is of.

    Attributes
    ----------
    scale : Scale
    unit : str
        As it is read.
    of : int or None
        The only datastream on it, for its colour; None where it has several.
    x : float [px]
    is_left : bool
        Its names stand to the left of it.
    """

    scale: Scale
    unit: str
    of: int | None
    x: float
    is_left: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The box between `left` and `right`, `top` and `foot` [px], and its scales."""

    left: float
    right: float
    top: float
    foot: float
    first: int
    last: int
    axes: tuple[Axis, ...]
    times: tuple[Tick, ...]
    language: Language

    def x(self, time: Times) -> Floats:
        """Return where times lie [px]: always from left to right."""
        share = (time - self.first) / max(self.last - self.first, 1)
        return self.left + share * (self.right - self.left)

    def y(self, value: Floats, axis: int) -> Floats:
        """Return how low values lie [px]; NaN stays NaN, what is outside, outside."""
        share = self.axes[axis].scale.share(value)
        return self.foot - share * (self.foot - self.top)

    def grid(self) -> Iterator[str]:
        """Yield the grid and the axes with their names."""
        for number, axis in enumerate(self.axes):
            yield from self._axis(axis, has_grid=not number)
        yield from self._times()

    def _axis(self, axis: Axis, *, has_grid: bool) -> Iterator[str]:
        of = "" if axis.of is None or len(self.axes) == 1 else f" of-{axis.of}"
        turned = "end" if axis.is_left else "start"
        step = -6 if axis.is_left else 6
        most = int((self.foot - self.top) / _LINE_ROOM)
        for tick in axis.scale.ticks(max(most, 2)):
            y = self.foot - tick.at * (self.foot - self.top)
            if has_grid:
                yield (
                    f'<path class="grid" stroke="#d5d9dd" d="M{self.left:.1f} {y:.1f}'
                    f'H{self.right:.1f}"/>'
                )
            text = self.language.written(tick.text)
            yield _text(axis.x + step, y + 4, text, f"figure{of}", turned)
        if not has_grid:
            yield (
                f'<path class="axis" stroke="#5b6570" d="M{axis.x:.1f} {self.top:.1f}'
                f'V{self.foot:.1f}"/>'
            )
        yield _text(axis.x + step, self.top - 9, axis.unit, f"unit{of}", turned)

    def _times(self) -> Iterator[str]:
        end = -1e9
        for tick in self.times:
            x = float(self.x(np.array([tick.at]))[0])
            yield (
                f'<path class="grid{" greater" if tick.is_greater else ""}" '
                f'stroke="{"#b3bac1" if tick.is_greater else "#e6e9ec"}" '
                f'd="M{x:.1f} {self.top:.1f}V{self.foot:.1f}"/>'
            )
            half = len(tick.text) * _PER_LETTER / 2
            if x - half > end + 6 and self.left - 20 < x - half:
                text = self.language.digits(tick.text)
                yield _text(x, self.foot + 17, text, "time", "middle")
                end = x + half
        yield (
            f'<path class="axis" stroke="#5b6570" d="M{self.left:.1f} {self.foot:.1f}'
            f'H{self.right:.1f}"/>'
        )


def frame_of(
    lines: Sequence[Line],
    bands: Sequence[Band],
    size: tuple[int, int],
    language: Language,
    zone: tzinfo,
    span: tuple[int, int] | None = None,
    *,
    is_log: bool = False,
) -> Frame:
    """Return the frame that holds all lines; the first axis stands where text begins.

    Parameters
    ----------
    size : (int, int) [px]
    zone : tzinfo
        Whose days are named.
    span : (int, int) [ms since 1970, UTC], or None
        What is shown; all there is, unless stated.
    """
    width, height = size
    first, last = span or _span_of(lines)
    count = max((line.axis for line in lines), default=0) + 1
    scales = [
        (_scale(lines, bands, axis, is_log=is_log), *_of_axis(lines, axis))
        for axis in range(count)
    ]
    top, foot = _TOP, height - _FOOT
    most = max(int((foot - top) / _LINE_ROOM), 2)
    longest = [
        max(len(unit), *(len(tick.text) for tick in scale.ticks(most)), 1)
        for scale, unit, _ in scales
    ]
    near = longest[0] * _PER_LETTER + 14
    rooms = [max(_AXIS, one * _PER_LETTER + 14) for one in longest[1:]]
    far = _MARGIN + sum(rooms)
    is_left = language.direction == "ltr"
    left, right = (near, width - far) if is_left else (far, width - near)
    axes = []
    for number, (scale, unit, of) in enumerate(scales):
        if number:
            step = sum(rooms[: number - 1])
            x = right + step + 4 if is_left else left - step - 4
            axes.append(Axis(scale, unit, of, x, not is_left))
        else:
            axes.append(Axis(scale, unit, of, left if is_left else right, is_left))
    names = month_names(language)
    ticks = time_ticks(first, last, int((right - left) / _TICK_ROOM), zone, names)
    return Frame(
        left, right, top, foot, first, last, tuple(axes), tuple(ticks), language
    )


def month_names(language: Language) -> list[str]:
    """Return the months in the words of the reader's region, January first."""
    form: Literal["wide", "abbreviated"]
    form = "wide" if language.code == "ar" else "abbreviated"
    names = get_month_names(form, "stand-alone", language.locale)
    return [str(names[number]) for number in range(1, 13)]


def _span_of(lines: Sequence[Line]) -> tuple[int, int]:
    known = [line for line in lines if len(line.time) and not line.is_other]
    known = known or [line for line in lines if len(line.time)]
    if not known:
        return 0, 86_400_000
    first = min(int(line.time[0]) for line in known)
    last = max(int((line.end if line.is_stepped else line.time)[-1]) for line in known)
    if last == first:  # a lone figure stands in the middle of two days
        return first - 86_400_000, last + 86_400_000
    return first, last


def _scale(
    lines: Sequence[Line], bands: Sequence[Band], axis: int, *, is_log: bool
) -> Scale:
    trusted = [line.plain().value for line in lines if line.axis == axis]
    if not any(np.isfinite(value).any() for value in trusted):
        trusted = [line.value for line in lines if line.axis == axis]
    usual = [
        side for band in bands if band.axis == axis for side in (band.low, band.high)
    ]
    falls = any(line.is_depth for line in lines if line.axis == axis)
    return scale_of([*trusted, *usual], is_log=is_log, falls=falls)


def _of_axis(lines: Sequence[Line], axis: int) -> tuple[str, int | None]:
    on = [line for line in lines if line.axis == axis]
    shown = {line.of for line in on}
    unit = unit_text(on[0].unit) if on else ""
    return unit, shown.pop() if len(shown) == 1 else None


def _text(x: float, y: float, text: str, name: str, anchor: str) -> str:
    return (
        f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" fill="#3d4650" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
