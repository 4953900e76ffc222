"""Counts by year as columns: an SVG without style sheet or script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from waternet.portal.language.language import Language

__all__ = ["MOST_SERIES", "SHAPES", "draw_counts"]

MOST_SERIES: Final = 3  # that fills tell apart
SHAPES: Final = (
    'fill="#005a7d" stroke="#005a7d"',
    'fill="#b34700" fill-opacity="0.3" stroke="#b34700"',
    'fill="none" stroke="#5b3e96" stroke-dasharray="3 2"',
)
"""How each series is filled, for paper and for who sees no colours."""
_FONTS = "'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Hebrew', sans-serif"
_TOP, _FOOT, _SIDE, _MARGIN = 16.0, 26.0, 42.0, 10.0  # px
_LINE_ROOM = 36.0  # px between named counts
_YEAR_ROOM = 40.0  # px that a named year takes
_STEPS = (1, 2, 5)


def draw_counts(
    series: Sequence[Mapping[int, int]],
    size: tuple[int, int],
    language: Language,
    about: str,
) -> str:
    """Draw counts by year: an `svg` element.

    Years run from left to right in every language; the axis stands on the side where
    text begins, and begins at zero.

    Parameters
    ----------
    series : at most three mappings of year to count
        Of the same years, rising.
    size : (int, int) [px]
    language : Language
        Of digits, and the side of the axis.
    about : str
        What a screen reader says of it.

    Examples
    --------
    >>> from waternet.portal.language.language import get_language
    >>> drawn = draw_counts([{1992: 5, 1993: 2}], (300, 200), get_language("en"), "x")
    >>> drawn.count("<rect"), drawn.count(">1992<")
    (2, 1)
    """
    width, height = size
    years = list(series[0])
    greatest = max((max(one.values(), default=0) for one in series), default=0)
    step = _step(greatest, (height - _TOP - _FOOT) / _LINE_ROOM)
    top = max(-(-greatest // step) * step, step)
    is_left = language.direction == "ltr"
    left, right = (_SIDE, width - _MARGIN) if is_left else (_MARGIN, width - _SIDE)
    foot = height - _FOOT
    scale = (foot - _TOP) / top
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" class="hydrograph" role="img" '
        f'aria-label="{escape(about)}" direction="ltr" font-size="12" '
        f'font-family="{_FONTS}">',
    ]
    for count in range(0, top + 1, step):
        y = foot - count * scale
        x, anchor = (left - 6, "end") if is_left else (right + 6, "start")
        parts.append(
            f'<path class="grid" stroke="#d5d9dd" d="M{left:.1f} {y:.1f}H{right:.1f}"/>'
        )
        parts.append(_text(x, y + 4, language.number(count, 0), anchor))
    parts += _columns(series, years, (left, right, foot), scale)
    parts += _years(years, (left, right, foot), language)
    return "".join((*parts, "</svg>"))


def _step(greatest: int, most: float) -> int:
    """Return how far named counts are apart: whole, and at most about `most`."""
    power = 1
    while True:
        for one in _STEPS:
            if greatest <= one * power * max(most, 1):
                return one * power
        power *= 10


def _columns(
    series: Sequence[Mapping[int, int]],
    years: Sequence[int],
    box: tuple[float, float, float],
    scale: float,
) -> Iterator[str]:
    left, right, foot = box
    room = (right - left) / max(len(years), 1)
    wide = min(room * 0.8 / len(series), 40.0)
    for number, counts in enumerate(series):
        shape = SHAPES[number % len(SHAPES)]
        for at, year in enumerate(years):
            if counts[year]:
                middle = left + (at + 0.5) * room
                x = middle + (number - len(series) / 2) * wide
                tall = counts[year] * scale
                yield (
                    f'<rect class="bar of-{number}" {shape} x="{x:.1f}" '
                    f'y="{foot - tall:.1f}" width="{max(wide - 1, 1):.1f}" '
                    f'height="{tall:.1f}"/>'
                )


def _years(
    years: Sequence[int], box: tuple[float, float, float], language: Language
) -> Iterator[str]:
    left, right, foot = box
    room = (right - left) / max(len(years), 1)
    every = max(1, -(-int(_YEAR_ROOM) // max(int(room), 1)))
    for at, year in enumerate(years):
        if at % every == 0:
            x = left + (at + 0.5) * room
            yield _text(x, foot + 17, language.digits(str(year)), "middle")
    yield (
        f'<path class="axis" stroke="#5b6570" d="M{left:.1f} {foot:.1f}H{right:.1f}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="#3d4650" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
