"""The places of what is found, on the map: each one, or so many of a square."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from waternet.bank.finding.found import Found
from waternet.portal.find.labels import Labels
from waternet.portal.find.question import Question
from waternet.portal.language.language import Language
from waternet.portal.link import Link
from waternet.portal.map.drawing import Point, Shape
from waternet.portal.map.extent import Extent, extent_of
from waternet.portal.map.figure import Figure, make_figure
from waternet.portal.map.marks import mark_of_kind

__all__ = ["draw_found"]

_MOST_PLACES = 1_000  # drawn one by one
_SQUARES = 24  # across the map, where there are more

Numbers = npt.NDArray[np.int64]


def draw_found(
    found: Found,
    question: Question,
    labels: Labels,
    link: Link,
    layers: Sequence[Shape] = (),
) -> Figure:
    """Return the map of the places of what is found, as far as they have positions."""
    places = found.inventory.places
    at, counts = found.at_places()
    there = np.isfinite(places.longitude[at])
    at, counts = at[there], counts[there]
    extent = _extent(question)
    if len(at) > _MOST_PLACES:
        shown = extent or extent_of(places.longitude[at], places.latitude[at])
        points = list(_squares(found, at, shown, labels.language, link))
    else:
        points = list(_places(found, at, counts, labels, link))
    return make_figure(
        points,
        language=labels.language,
        label=labels.language.gettext("Places of what was found"),
        extent=extent,
        layers=layers,
    )


def _extent(question: Question) -> Extent | None:
    box = question.wanted.bbox
    if box is None or box[1] == box[3] or box[0] == box[2]:
        return None
    west, south, east, north = box
    return Extent(west, south, east if east > west else east + 360, north)


def _places(
    found: Found,
    at: npt.NDArray[np.int32],
    counts: Numbers,
    labels: Labels,
    link: Link,
) -> Iterator[Point]:
    places, language = found.inventory.places, labels.language
    order = np.argsort(places.ranks(language.code)[at], kind="stable")
    for place, count in zip(at[order].tolist(), counts[order].tolist(), strict=True):
        name = language.best_of(places.names[place])[1] or places.ids[place]
        kind = places.kind.text(place)
        party = labels.text("party", places.party.text(place))
        told = language.ngettext("%(count)s datastream", "%(count)s datastreams", count)
        held = told % {"count": language.number(count, 0)}
        what = labels.text("kind", kind) if kind else ""
        yield Point(
            float(places.longitude[place]),
            float(places.latitude[place]),
            ", ".join(one for one in (name, what, party, held) if one),
            link.to(f"/station/{places.key(place)}"),
            mark_of_kind(kind),
        )


def _squares(
    found: Found,
    at: npt.NDArray[np.int32],
    extent: Extent,
    language: Language,
    link: Link,
) -> Iterator[Point]:
    """Yield a point for each square with places, which leads to that square."""
    places = found.inventory.places
    longitude, latitude = places.longitude[at], places.latitude[at]
    side = max(extent.east - extent.west, extent.north - extent.south) / _SQUARES
    column = np.floor((longitude - extent.west) % 360 / side).astype(np.int64)
    row = np.floor((latitude - extent.south) / side).astype(np.int64)
    squares, number, counts = np.unique(
        column * 100_000 + row, return_inverse=True, return_counts=True
    )
    x = np.bincount(number, longitude) / counts
    y = np.bincount(number, latitude) / counts
    for one, count in enumerate(counts.tolist()):
        west = extent.west + int(squares[one]) // 100_000 * side
        south = extent.south + int(squares[one]) % 100_000 * side
        box = (west, south, west + side, south + side)
        told = language.ngettext("%(count)s place", "%(count)s places", count)
        yield Point(
            float(x[one]),
            float(y[one]),
            told % {"count": language.number(count, 0)},
            link.here(bbox=[f"{edge:.4f}" for edge in box], page=None),
        )
