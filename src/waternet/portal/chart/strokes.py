"""Lines, steps, bands and signs as SVG: by form as well as colour.

Colours stand in attributes, which a style sheet may replace and a printer need not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from waternet.observation.vocabulary import Censor, Grade
from waternet.portal.chart.decimation import decimate, runs_of
from waternet.portal.chart.frame import Frame
from waternet.portal.chart.line import Band, Floats, Line

__all__ = [
    "COLOURS",
    "DASHES",
    "band_strokes",
    "dashes_of",
    "flag_bands",
    "patterns",
    "strokes",
]

# Told apart also by those who see no red or no green (Okabe and Ito 2008, darkened
# until each has a contrast of 4.5 with paper), and by their dashes.
COLOURS: Final = ("#005a7d", "#b34700", "#5b3e96", "#1a6b3c", "#8a1c5c")
DASHES: Final = ("", "9 3", "3 2.5", "12 3 2 3", "6 2 2 2 2 2")
_MOST_SIGNS = 240  # of a line; more would hide it
_LEAST_BAND = 3.0  # px: a lone suspect figure can be seen
_SIGNS: Final = {
    # About (0, 0): a ring, a cross, a triangle that points to where the value is.
    "suspect": "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
    "bad": "m-3.5-3.5l7 7m0-7l-7 7",
    "below": "m-4-3h8l-4 7z",
    "above": "m-4 3h8l-4-7z",
}
_UPSIDE_DOWN: Final = {"below": "above", "above": "below"}


def strokes(frame: Frame, line: Line) -> Iterator[str]:
    """Yield a line, joined up where nothing is missing, and its signs."""
    shown = line.plain()
    colour = COLOURS[line.of % len(COLOURS)]
    dashes = dashes_of(line.of, line.is_other)
    path = _steps(frame, shown) if line.is_stepped else _course(frame, shown)
    if path:
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        other = " other" if line.is_other else ""
        yield (
            f'<path class="line of-{line.of}{other}" fill="none" stroke="{colour}" '
            f'stroke-width="{1 if line.is_other else 1.6}" stroke-linejoin="round"'
            f'{dashed} d="{path}"/>'
        )
    if not line.is_other:
        yield from _signs(frame, line, colour)


def dashes_of(of: int, is_other: bool = False) -> str:
    """Return the dashes of a datastream's line; '' where it is drawn through."""
    return "3 3" if is_other else DASHES[of % len(DASHES)]


def band_strokes(frame: Frame, band: Band) -> Iterator[str]:
    """Yield what is usual: an area from low to high, and the middle as a thin line."""
    x = frame.x(band.time)
    each = np.unique(np.floor(x), return_index=True)[1]  # one for a column of pixels
    x, axis = x[each], band.axis
    low, high = frame.y(band.low[each], axis), frame.y(band.high[each], axis)
    middle = frame.y(band.middle[each], axis)
    known = np.isfinite(low) & np.isfinite(high)
    for first, end in runs_of(known):
        part = slice(first, end)
        across = np.concatenate([x[part], x[part][::-1]])
        up = np.concatenate([low[part], high[part][::-1]])
        yield (
            '<path class="usual" fill="#7f8c99" fill-opacity="0.25" '
            f'd="{_path(across, up)}z"/>'
            '<path class="usual-middle" fill="none" stroke="#56616c" '
            f'stroke-dasharray="1 3" d="{_path(x[part], middle[part])}"/>'
        )


def flag_bands(frame: Frame, line: Line, name: str) -> Iterator[str]:
    """Yield the stretches of suspect and of bad figures, hatched, behind the line."""
    x = frame.x(line.time)
    for grade in (Grade.SUSPECT, Grade.BAD):
        word = grade.name.lower()
        last = -1e9
        for first, end in runs_of(line.graded(grade)):
            left, right = float(x[first]), float(x[end - 1])
            if line.is_stepped:
                right = float(frame.x(line.end[end - 1 : end])[0])
            short = max(_LEAST_BAND - (right - left), 0) / 2
            left, right = max(left - short, last), right + short
            if right <= left:  # within the one before it
                continue
            last = right
            yield (
                f'<rect class="flag {word}" fill="url(#{name}-{word})" '
                f'x="{left:.1f}" y="{frame.top:.1f}" width="{right - left:.1f}" '
                f'height="{frame.foot - frame.top:.1f}"/>'
            )


def patterns(name: str) -> str:
    """Return the hatchings: one way for suspect, both ways for bad."""
    begin = 'width="6" height="6" patternUnits="userSpaceOnUse"'
    one, both = "M0 6L6 0", "M0 6L6 0M0 0L6 6"
    return (
        f'<pattern id="{name}-suspect" {begin}>'
        f'<path class="hatch suspect" stroke="#b07a00" stroke-opacity="0.55" '
        f'd="{one}"/></pattern><pattern id="{name}-bad" {begin}>'
        f'<path class="hatch bad" stroke="#b3261e" stroke-opacity="0.55" '
        f'd="{both}"/></pattern>'
    )


def _course(frame: Frame, line: Line) -> str:
    """Return a line through instants, broken where nothing is known."""
    broken = line.broken()
    known = np.isfinite(line.value)
    piece = np.concatenate([[0], np.cumsum(broken)[:-1]])[known]
    if not len(piece):
        return ""
    x = frame.x(line.time[known])
    y = _inside(frame, frame.y(line.value[known], line.axis))
    kept = decimate(np.floor(x).astype(np.int64), -y, piece)
    x, y, piece = x[kept], y[kept], piece[kept]
    new = np.append(True, np.diff(piece) != 0)
    return _path(x, y, new)


def _steps(frame: Frame, line: Line) -> str:
    """Return values that each stand for a stretch, as steps."""
    known = np.isfinite(line.value)
    begin, end = frame.x(line.time[known]), frame.x(line.end[known])
    y = _inside(frame, frame.y(line.value[known], line.axis))
    if not len(y):
        return ""
    if line.tells_gaps:
        piece = np.cumsum(~known)[known]
    else:
        piece = np.cumsum(np.append(True, begin[1:] - end[:-1] > 0.5))
    kept = decimate(np.floor(begin).astype(np.int64), -y, piece)
    until = np.append(begin[kept][1:], end[kept][-1:])
    until = np.where(np.append(np.diff(piece[kept]) != 0, True), end[kept], until)
    x = np.stack([begin[kept], until], axis=1).ravel()
    heights = np.repeat(y[kept], 2)
    new = np.zeros(len(x), bool)
    new[::2] = np.append(True, np.diff(piece[kept]) != 0)
    return _path(x, heights, new)


def _inside(frame: Frame, y: Floats) -> Floats:
    return np.clip(y, frame.top - 2, frame.foot + 2)


def _path(x: Floats, y: Floats, new: npt.NDArray[np.bool_] | None = None) -> str:
    """Return a path in tenths of pixels, each point told by its way from the last."""
    xs, ys = np.round(x * 10).astype(np.int64), np.round(y * 10).astype(np.int64)
    across, down = np.diff(xs, prepend=0).tolist(), np.diff(ys, prepend=0).tolist()
    moves = [not place for place in range(len(x))] if new is None else new.tolist()
    parts = []
    for dx, dy, is_new in zip(across, down, moves, strict=True):
        if is_new:
            parts.append(f"m{dx / 10:g} {dy / 10:g}")
        elif dx == 0:
            parts.append(f"v{dy / 10:g}")
        elif dy == 0:
            parts.append(f"h{dx / 10:g}")
        else:
            parts.append(f"l{dx / 10:g} {dy / 10:g}")
    if len(parts) == 1 or (new is not None and _has_lone(moves)):
        parts = _with_dots(parts, moves)
    return "".join(parts).replace(" -", "-")


def _has_lone(moves: list[bool]) -> bool:
    return any(a and b for a, b in zip(moves, [*moves[1:], True], strict=True))


def _with_dots(parts: list[str], moves: list[bool]) -> list[str]:
    """Give a point that is joined to none a small cross-stroke, so that it shows."""
    following = [*moves[1:], True]
    return [
        f"{part}h1h-2h1v1v-2v1" if is_new and is_last else part
        for part, is_new, is_last in zip(parts, moves, following, strict=True)
    ]


def _signs(frame: Frame, line: Line, colour: str) -> Iterator[str]:
    """Yield signs on suspect and bad figures and on limits, and what lies outside."""
    censor = line.censor if len(line.censor) else np.zeros(len(line.time), np.int8)
    kinds = (
        ("suspect", line.graded(Grade.SUSPECT), "#8a5f00"),
        ("bad", line.graded(Grade.BAD), "#b3261e"),
        ("below", censor == Censor.BELOW, colour),
        ("above", censor == Censor.ABOVE, colour),
    )
    for word, where, told in kinds:
        places = np.flatnonzero(where & np.isfinite(line.value))
        if not len(places):
            continue
        turned = _UPSIDE_DOWN.get(word, word) if line.is_depth else word
        x = frame.x(line.time[places])
        y = np.clip(frame.y(line.value[places], line.axis), frame.top, frame.foot)
        kept = _spread(x, y)
        signs = "".join(
            f"M{a:.1f} {b:.1f}{_SIGNS[turned]}"
            for a, b in zip(x[kept].tolist(), y[kept].tolist(), strict=True)
        )
        yield (
            f'<path class="sign {word} of-{line.of}" fill="none" stroke="{told}" '
            f'stroke-width="1.4" d="{signs}"/>'
        )


def _spread(x: Floats, y: Floats) -> npt.NDArray[np.int64]:
    """Return which of many signs are drawn: none upon another."""
    if len(x) <= _MOST_SIGNS:
        return np.arange(len(x))
    cells = np.round(x / 8).astype(np.int64) * 10_000 + np.round(y / 8).astype(np.int64)
    found: npt.NDArray[np.int64] = np.sort(np.unique(cells, return_index=True)[1])
    return found[:: max(len(found) // _MOST_SIGNS, 1)]
