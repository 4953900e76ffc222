"""A hydrograph as SVG, drawn here: for pages without scripts, print, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from html import escape

from waternet.errors import NotAcceptable
from waternet.portal.chart.frame import frame_of
from waternet.portal.chart.line import MOST_LINES, Band, Line
from waternet.portal.chart.strokes import (
    band_strokes,
    flag_bands,
    patterns,
    strokes,
)
from waternet.portal.language.language import Language

__all__ = ["draw_hydrograph"]

_FONTS = "'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Hebrew', sans-serif"


def draw_hydrograph(
    lines: Sequence[Line],
    bands: Sequence[Band] = (),
    *,
    width: int = 860,
    height: int = 320,
    language: Language,
    zone: tzinfo = UTC,
    span: tuple[int, int] | None = None,
    is_log: bool = False,
    about: str = "",
    name: str = "hydrograph",
) -> str:
    """Draw figures over time: an `svg` element without style sheet or script.

    Time runs from left to right in every language; the first axis stands on the side
    where text begins. Suspect and bad stretches are hatched, such figures and limits
    bear signs; bad ones are not joined up. Where nothing is known the line is broken.
    Of many figures the extremes of each column of pixels are kept.

    Parameters
    ----------
    lines : at most five `of` Lines
    bands : Bands, behind the lines
    width, height : int [px]
    language : Language
        Of months, and the side of the axis.
    zone : tzinfo
        Whose days and years are named.
    span : (int, int) [ms since 1970, UTC], or None
        What is shown; all there is, unless stated.
    is_log : bool
        Of every axis; values that are not positive lie at its foot.
    about : str
        What a screen reader says of it: `tell_hydrograph`.
    name : str
        Of this drawing alone in its document: its patterns are called after it.

    Returns
    -------
    str

    Raises
    ------
    NotAcceptable
        Lines of more than five datastreams, or a size that holds nothing.
    """
    if len({line.of for line in lines}) > MOST_LINES:
        raise NotAcceptable(
            f"more than {MOST_LINES} datastreams in one drawing",
            hint="nobody tells six lines apart: draw two",
        )
    if width < 160 or height < 90:
        raise NotAcceptable(f"a drawing of {width} x {height} pixels holds nothing")
    size = (width, height)
    frame = frame_of(lines, bands, size, language, zone, span, is_log=is_log)
    clip = (
        f'<clipPath id="{name}-box"><rect x="{frame.left:.1f}" y="{frame.top - 4:.1f}" '
        f'width="{frame.right - frame.left:.1f}" '
        f'height="{frame.foot - frame.top + 8:.1f}"/></clipPath>'
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" class="hydrograph" role="img" '
        f'aria-label="{escape(about)}" direction="ltr" font-size="12" '
        f'font-family="{_FONTS}">',
        f"<defs>{patterns(name)}{clip}</defs>",
        *frame.grid(),
        f'<g clip-path="url(#{name}-box)">',
        *(part for band in bands for part in band_strokes(frame, band)),
        *(
            part
            for line in lines
            if not line.is_other
            for part in flag_bands(frame, line, name)
        ),
        *(part for line in _behind_first(lines) for part in strokes(frame, line)),
        "</g></svg>",
    ]
    return "".join(parts)


def _behind_first(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: not line.is_other)
