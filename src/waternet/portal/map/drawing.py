"""The map as SVG: on pages without scripts, in print and in reports alike.

It carries its colours as attributes of the drawing, so that it needs no style sheet and
none is forbidden; one that is there may say otherwise, as it does in the dark.

References
----------
SVG 2 (W3C Candidate Recommendation); WAI-ARIA Graphics Module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from markupsafe import escape

from waternet.portal.language.language import Language
from waternet.portal.map.extent import Extent, Paper, extent_of, round_length
from waternet.portal.map.marks import MARKS
from waternet.portal.map.outlines import cut_outlines

__all__ = ["MOST_LINKS", "Point", "Shape", "draw_map", "lay_paper", "spread"]

Floats = npt.NDArray[np.float64]

MOST_LINKS = 3000  # points that are links each; more are dots, for a canvas to draw
WIDTH, HEIGHT = 800, 560
_COARSE = 0.036  # deg: the grid on which lakes and rivers lie
_SEEN = 3.0  # units of the drawing, from which on its corners are seen
_TINY = 3  # half units: an islet that is smaller is a speck
_BEYOND = 2.0  # times the sheet is drawn, so that it can be moved a little
_SIZE = 9.0  # how far points of one spot are moved apart


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map.

    Attributes
    ----------
    longitude, latitude : float [deg]
    label : str
        Read aloud and shown on hovering, in the reader's language.
    href : str
        Where it leads; '' nowhere.
    mark : str
        Of `MARKS`.
    """

    longitude: float
    latitude: float
    label: str
    href: str = ""
    mark: str = "other"


@dataclass(frozen=True, slots=True)
class Shape:
    """Lines that a party published, to be laid over the map.

    Attributes
    ----------
    shows : str
        'area', 'basin', 'boundary' or 'water'.
    form : str
        'point', 'line' or 'area'.
    lines : sequence of array, (n, 2) [deg]
    label : str
        'Upper basin, as published by ...'.
    """

    shows: str
    form: str
    lines: Sequence[Floats]
    label: str


def lay_paper(points: Sequence[Point], extent: Extent | None = None) -> Paper:
    """Return the sheet for some points, or for an extent that was asked for."""
    if extent is None:
        extent = extent_of(*_coordinates(points))
    return Paper.fit(extent, WIDTH, HEIGHT)


def draw_map(
    points: Sequence[Point] = (),
    *,
    language: Language,
    extent: Extent | None = None,
    layers: Sequence[Shape] = (),
    label: str = "",
) -> str:
    """Draw a map of places: land and water, then what parties published, then places.

    Parameters
    ----------
    points : sequence of Point
        Up to `MOST_LINKS` each is a link; more are dots without.
    language : Language
    extent : Extent or None
        None shows all points.
    layers : sequence of Shape
    label : str
        What the map shows, in a few words.

    Returns
    -------
    str
        One element 'svg'.
    """
    paper = lay_paper(points, extent)
    shown = label or language.gettext("Map of stations")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map-sheet" role="group" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-label="{escape(shown)}" direction="ltr">',
        *_ground(paper),
        *(_layer(paper, one) for one in layers),
        *_places(paper, points),
        _scale_bar(paper, language),
        "</svg>",
    ]
    return "\n".join(parts)


@lru_cache(16)
def _ground(paper: Paper) -> tuple[str, ...]:
    """Return sea, land, lakes and rivers; the last ones are kept."""
    return tuple(_drawn_ground(paper))


def _drawn_ground(paper: Paper) -> Iterable[str]:
    wide = Paper(paper.extent.scaled(_BEYOND), 0, 0).extent
    left, top = (1 - _BEYOND) / 2 * paper.width, (1 - _BEYOND) / 2 * paper.height
    yield (
        f'<rect class="map-sea" x="{left:g}" y="{top:g}" fill="#cfe0ec" '
        f'width="{_BEYOND * paper.width:g}" height="{_BEYOND * paper.height:g}"/>'
    )
    for name, look in (
        ("land", 'fill="#f5f2ea" fill-rule="evenodd"'),
        ("rivers", 'fill="none" stroke="#8fb3cf"'),  # they run on below lakes
        ("lakes", 'fill="#cfe0ec" stroke="#8fb3cf" fill-rule="evenodd"'),
    ):
        lines: Iterable[Floats] = cut_outlines(name, wide)
        if name != "land" and paper.unit * _COARSE > _SEEN:
            lines = [_rounded(one, is_closed=name == "lakes") for one in lines]
        path = _path(paper, lines, is_closed=name != "rivers")
        if path:
            yield (
                f'<path class="map-{name}" {look} '
                f'vector-effect="non-scaling-stroke" d="{path}"/>'
            )


def _path(paper: Paper, lines: Iterable[Floats], *, is_closed: bool) -> str:
    """Write lines in steps of half a unit; what falls on one spot is left out."""
    written = []
    for line in lines:
        x, y = paper.flatten(line[:, 0], line[:, 1])
        grid = np.round(np.column_stack([x, y]) * 2).astype(np.int64)
        moved = np.append(True, np.any(np.diff(grid, axis=0) != 0, axis=1))
        grid = _straightened(grid[moved])
        if len(grid) < (3 if is_closed else 2) or np.ptp(grid, axis=0).max() < _TINY:
            continue
        steps = np.diff(grid, axis=0) / 2
        first = grid[0] / 2
        text = " ".join([f"{a:g} {b:g}" for a, b in steps.tolist()])
        end = "z" if is_closed else ""
        written.append(f"M{first[0]:g} {first[1]:g}l{text}{end}")
    return "".join(written)


def _rounded(line: Floats, *, is_closed: bool) -> Floats:
    """Cut the corners of a line twice: they are the grid's, and no shore's.

    References
    ----------
    Chaikin, G. M. (1974): An algorithm for high-speed curve generation. Computer
    Graphics and Image Processing 3(4), 346-349.
    """
    for _ in range(2):
        start, end = line[:-1], line[1:]
        cut = np.stack([0.75 * start + 0.25 * end, 0.25 * start + 0.75 * end], axis=1)
        points = cut.reshape(-1, 2)
        if is_closed:
            line = np.concatenate([points, points[:1]])
        else:
            line = np.concatenate([line[:1], points, line[-1:]])
    return line


def _straightened(grid: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Leave out points in the middle of a straight stretch."""
    if len(grid) < 3:
        return grid
    before, after = grid[1:-1] - grid[:-2], grid[2:] - grid[1:-1]
    turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    back = (before * after).sum(axis=1) < 0
    kept = np.concatenate([[True], (turn != 0) | back, [True]])
    straight: npt.NDArray[np.int64] = grid[kept]
    return straight


_LOOKS = {
    "water": 'fill="#b3d0e4" stroke="#4d84ab" fill-rule="evenodd"',
    "basin": 'fill="none" stroke="#7a5c2e" stroke-width="1.5"',
    "area": 'fill="#7a5c2e" fill-opacity="0.08" stroke="#7a5c2e" fill-rule="evenodd"',
    "boundary": 'fill="none" stroke="#6b4c9a" stroke-width="1.5" '
    'stroke-dasharray="6 4"',
}


def _layer(paper: Paper, shape: Shape) -> str:
    look = _LOOKS[shape.shows]
    if shape.form == "point":
        spots = np.concatenate(list(shape.lines))
        x, y = paper.place(spots[:, 0], spots[:, 1])
        path = "".join(
            f"M{a:.1f} {b:.1f}m-2 0a2 2 0 1 0 4 0a2 2 0 1 0 -4 0"
            for a, b in zip(x, y, strict=True)
        )
    else:
        path = _path(paper, shape.lines, is_closed=shape.form == "area")
    if shape.form == "line" and shape.shows in ("water", "area"):
        look = 'fill="none" stroke="#4d84ab" stroke-width="1.5"'
    form = " map-line" if shape.form == "line" else ""
    return (
        f'<path class="map-layer map-{shape.shows}{form}" {look} '
        f'vector-effect="non-scaling-stroke" d="{path}">'
        f"<title>{escape(shape.label)}</title></path>"
    )


def _places(paper: Paper, points: Sequence[Point]) -> Iterable[str]:
    """Yield the points: as links in the order given, or as dots, a path a mark."""
    if not points:
        return
    x, y = spread(*paper.place(*_coordinates(points)))
    if len(points) > MOST_LINKS:
        yield from _dots(points, x, y)
        return
    yield '<g class="map-points">'
    for point, a, b in zip(points, x.tolist(), y.tolist(), strict=True):
        yield _link(point, a, b)
    yield "</g>"


def _link(point: Point, x: float, y: float) -> str:
    mark, label = MARKS[point.mark], escape(point.label)
    drawn = (
        f'<path class="mark mark-{mark.id}" d="{mark.path}" fill="{mark.colour}" '
        'stroke="#ffffff" fill-rule="evenodd"/>'
    )
    at = f'transform="translate({x:.1f} {y:.1f})"'
    if not point.href:
        return f'<g {at} role="img" aria-label="{label}">{drawn}</g>'
    return (
        f'<a href="{escape(point.href)}" {at} aria-label="{label}">'
        f"<title>{label}</title>{drawn}</a>"
    )


def _dots(points: Sequence[Point], x: Floats, y: Floats) -> Iterable[str]:
    marks = np.array([point.mark for point in points])
    yield '<g class="map-dots">'
    for mark in dict.fromkeys(marks.tolist()):
        spots = np.round(np.column_stack([x, y])[marks == mark] * 2) / 2
        path = "".join(f"M{a:g} {b:g}h0" for a, b in np.unique(spots, axis=0).tolist())
        yield (
            f'<path class="dot mark-{mark}" fill="none" stroke-width="4" '
            f'stroke-linecap="round" stroke="{MARKS[mark].colour}" d="{path}"/>'
        )
    yield "</g>"


def spread(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return where points are drawn: those of one spot in a ring about it.

    Else only the last of several parties' stations at one lake could be reached.
    """
    spots = np.round(np.column_stack([x, y]) / 2).astype(np.int64)
    _, which, sizes = np.unique(spots, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    order = np.argsort(which, kind="stable")
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rank = np.empty(len(x), np.int64)
    rank[order] = np.arange(len(x)) - np.repeat(first, sizes)
    size = sizes[which]
    turn = 2 * np.pi * rank / np.maximum(size, 1)
    # As many rings as are needed for thousands at one spot would hide the map.
    away = np.where(size > 1, np.minimum(_SIZE * np.maximum(size, 4) / 6, 30.0), 0.0)
    return x + away * np.sin(turn), y - away * np.cos(turn)


def _scale_bar(paper: Paper, language: Language) -> str:
    length = round_length(paper.width / 5 / paper.kilometre)
    long = length * paper.kilometre
    text = language.number(length) + "\u00a0" + language.gettext("km")
    if language.direction == "rtl":
        text = f"\u2067{text}\u2069"  # the sheet runs from left to right
    base = paper.height - 14
    return (
        f'<g class="map-scale" data-unit="{paper.kilometre:.6g}">'
        f'<path d="M14 {base - 5:g}V{base:g}H{14 + long:.1f}V{base - 5:g}" '
        'fill="none" stroke="#333333" stroke-width="1.5"/>'
        f'<text x="18" y="{base - 5:g}" font-size="12" fill="#333333">'
        f"{escape(text)}</text></g>"
    )


def _coordinates(points: Sequence[Point]) -> tuple[Floats, Floats]:
    return (
        np.array([one.longitude for one in points], np.float64),
        np.array([one.latitude for one in points], np.float64),
    )
