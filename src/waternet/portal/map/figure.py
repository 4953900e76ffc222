"""A map for a page: the drawing, its legend, and what a canvas needs of many places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from markupsafe import Markup

from waternet.observation.vocabulary import get_terms
from waternet.portal.language.language import Language
from waternet.portal.map.drawing import (
    MOST_LINKS,
    WIDTH,
    Point,
    Shape,
    draw_map,
    lay_paper,
    spread,
)
from waternet.portal.map.extent import Extent, Paper
from waternet.portal.map.marks import MARKS
from waternet.portal.rendering import to_script_data

__all__ = ["Figure", "disclaimer", "make_figure"]


@dataclass(frozen=True)
class Figure:
    """What a page shows of a map.

    Attributes
    ----------
    svg : Markup
    label : str
    extent : Extent
        That was drawn, or is drawn when the page is asked for anew.
    legend : tuple of (mark, path, text)
        Of the marks that occur.
    layers : tuple of (shows, text)
        What is laid over it, each 'as published by'.
    points : mapping or None
        For a canvas, where there are too many for links.
    count : int
    """

    svg: Markup
    label: str
    extent: Extent
    legend: tuple[tuple[str, str, str], ...]
    layers: tuple[tuple[str, str], ...]
    points: dict[str, Any] | None
    count: int

    @cached_property
    def script(self) -> Markup:
        """The points as JSON for a script element, which no text in them can end."""
        return to_script_data(self.points)

    @property
    def nearer(self) -> str:
        """The extent of half the width, for who has no scripts."""
        return str(self.extent.scaled(0.5))

    @property
    def farther(self) -> str:
        """The extent of twice the width."""
        return str(self.extent.scaled(2.0))


def make_figure(
    points: Sequence[Point],
    *,
    language: Language,
    label: str,
    extent: Extent | None = None,
    layers: Sequence[Shape] = (),
) -> Figure:
    """Return a map of places for a page; template 'map/figure.html' shows it.

    Parameters
    ----------
    points, language, extent, layers
        As for `draw_map`.
    label : str
        What the map shows, in a few words.
    """
    paper = lay_paper(points, extent)
    drawn = draw_map(
        points, language=language, extent=paper.extent, layers=layers, label=label
    )
    return Figure(
        svg=Markup(drawn),  # every text in it is escaped where it enters
        label=label,
        extent=paper.extent,
        legend=_legend(points, language),
        layers=tuple(dict.fromkeys((one.shows, one.label) for one in layers)),
        points=_payload(points, paper) if len(points) > MOST_LINKS else None,
        count=len(points),
    )


def disclaimer(language: Language) -> str:
    """Return what stands below every map and with every export.

    In English it is `waternet.bank.citation.DISCLAIMER`, word for word.
    """
    return language.gettext(
        "Each figure is its owner's, as signed. Names and areas are as each party "
        "gives them; showing them implies no opinion on the status of any territory "
        "or border."
    )


def _legend(
    points: Sequence[Point], language: Language
) -> tuple[tuple[str, str, str], ...]:
    there = {point.mark for point in points}
    kinds = get_terms("place_kind")
    told = []
    for mark in MARKS.values():
        if mark.id in there:
            term = kinds.get(mark.id)
            text = language.gettext(mark.label) if mark.label else ""
            if term is not None and not text:
                text = language.best_of(term.labels)[1]
            told.append((mark.id, mark.path, text))
    return tuple(told)


def _payload(points: Sequence[Point], paper: Paper) -> dict[str, Any]:
    """Return many points as columns: tenths of the drawing's units, then texts."""
    x, y = spread(
        *paper.place(
            np.array([one.longitude for one in points]),
            np.array([one.latitude for one in points]),
        )
    )
    ids = sorted({one.mark for one in points})
    number = {mark: at for at, mark in enumerate(ids)}
    hrefs = [one.href for one in points]
    before = _common(hrefs)
    after = _common([one[len(before) :][::-1] for one in hrefs])[::-1]
    end = -len(after) or None
    return {
        "width": WIDTH,
        "marks": [{"id": mark, "path": MARKS[mark].path} for mark in ids],
        "x": np.round(x * 10).astype(int).tolist(),
        "y": np.round(y * 10).astype(int).tolist(),
        "mark": [number[one.mark] for one in points],
        "label": [one.label for one in points],
        "before": before,
        "after": after,
        "href": [one[len(before) : end] for one in hrefs],
    }


def _common(texts: Sequence[str]) -> str:
    """Return with what all texts begin: the first and last in order tell."""
    first, last = min(texts), max(texts)
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return first[:same]
