"""The hydrograph of a page: drawn here, told in words, and as a script needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Final

import pyarrow as pa
from markupsafe import Markup

from waternet.bank.asking import ask_figures
from waternet.bank.question import Question
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import get_terms
from waternet.observation.zone import find_zone
from waternet.portal.chart.frame import month_names
from waternet.portal.chart.hydrograph import draw_hydrograph
from waternet.portal.chart.line import Band, Line
from waternet.portal.chart.payload import band_payload, line_payload
from waternet.portal.chart.sentence import tell_line
from waternet.portal.language.language import Language
from waternet.portal.language.units import unit_text
from waternet.portal.series.asking import Asking, earlier
from waternet.portal.series.described import Described
from waternet.portal.series.figures import (
    line_of,
    thin,
    usual_band,
    usual_of,
    within,
    year_later,
)

__all__ = ["WIDE", "Drawn", "draw", "figures_of", "zone_name"]

WIDE: Final = (860, 330)  # px
_NARROW: Final = (380, 300)
_COLUMNS: Final = 1_800  # of pixels that a script may draw on
_MOST_VALUES: Final = 60_000  # that are handed to the script as they are


@dataclass(frozen=True, slots=True)
class Drawn:
    """A hydrograph for a page.

    Attributes
    ----------
    wide, narrow : Markup
        SVG for a screen and for a phone.
    told : Markup
        What it shows, in words.
    payload : mapping
        For `chart.js`.
    legend : tuple of (of, name, is_other)
    usual : str
        What the band is called; '' where there is none.
    years : int
        That at most say something of a day; 0 where nothing is usual.
    is_thinned : bool
        The script has not every value.
    """

    wide: Markup
    narrow: Markup
    told: Markup
    payload: Mapping[str, Any]
    legend: tuple[tuple[int, str, bool], ...]
    usual: str
    years: int
    is_thinned: bool


def figures_of(
    bank: Bank, described: Sequence[Described], question: Question
) -> list[pa.Table]:
    """Return the figures of each datastream.

    A unit is that of those that can be expressed in it; alone, one that cannot be is
    refused.
    """
    found = []
    for one in described:
        try:
            found.append(ask_figures(bank, [one.address], question))
        except NotAcceptable:
            if len(described) == 1 or not question.unit:
                raise
            found.append(ask_figures(bank, [one.address], replace(question, unit="")))
    return found


def draw(
    bank: Bank,
    described: Sequence[Described],
    figures: Sequence[pa.Table],
    asking: Asking,
    language: Language,
    zone: tzinfo,
    then: Sequence[pa.Table] = (),
) -> Drawn:
    """Return the hydrograph of what a reader asks.

    Parameters
    ----------
    figures : sequence of pyarrow.Table
        Of each datastream: `figures_of`.
    zone : tzinfo
        Whose days are named.
    then : sequence of pyarrow.Table
        The same as another past has them, or ().
    """
    lines = [
        line_of(table, one, one.title(language), number)
        for number, (table, one) in enumerate(zip(figures, described, strict=True))
    ]
    lines = _on_axes(lines, is_own=asking.values.get("axes") == "own")
    others = _as_it_stood(described, lines, then, language)
    if asking.has("last_year"):
        others += _last_years(bank, described, lines, asking, language)
    usual, years = None, 0
    if asking.has("usual") and lines:
        usual, years = _usual(bank, described[0], lines[0], asking, language, zone)
    bands = [] if usual is None else [usual]
    span = _span(lines)
    clocks = [find_zone(asking.question.zone or one.zone) for one in described]
    told = Markup(" ").join(
        tell_line(line, language, clock)
        for line, clock in zip(lines, clocks, strict=True)
    )
    shown = [*lines, *others]
    few = [thin(line, WIDE[0]) for line in shown]
    wide, narrow = (
        draw_hydrograph(
            few,
            bands,
            width=width,
            height=height,
            language=language,
            zone=zone,
            span=span,
            is_log=asking.has("log"),
            about=told.striptags(),
            name=name,
        )
        for name, (width, height) in (("wide", WIDE), ("narrow", _NARROW))
    )
    thinned = [thin(line, _COLUMNS) for line in shown] if _is_much(shown) else shown
    return Drawn(
        wide=Markup(wide),
        narrow=Markup(narrow),
        told=told,
        payload=_payload(thinned, bands, asking, language, zone),
        legend=tuple((line.of, line.name, line.is_other) for line in shown),
        usual="" if usual is None else usual.name,
        years=years,
        is_thinned=thinned is not shown,
    )


def zone_name(zone: tzinfo) -> str:
    """Return a zone's name as it is asked for: 'Asia/Amman', '+02:00'."""
    return str(zone).removeprefix("UTC") or "UTC"


def _is_much(lines: Sequence[Line]) -> bool:
    return sum(len(line.time) for line in lines) > _MOST_VALUES


def _on_axes(lines: Sequence[Line], *, is_own: bool) -> list[Line]:
    """Give lines of one unit one axis, or each its own; no level shares a depth's."""
    units: dict[tuple[str, bool], int] = {}
    return [
        replace(
            line,
            axis=number
            if is_own
            else units.setdefault((line.unit, line.is_depth), len(units)),
        )
        for number, line in enumerate(lines)
    ]


def _as_it_stood(
    described: Sequence[Described],
    lines: Sequence[Line],
    then: Sequence[pa.Table],
    language: Language,
) -> list[Line]:
    found = []
    for table, one, line in zip(then, described, lines, strict=False):
        name = language.gettext("%(name)s, as published then")
        old = line_of(table, one, name % {"name": line.name}, line.of)
        found.append(replace(old, axis=line.axis, is_other=True))
    return found


def _last_years(
    bank: Bank,
    described: Sequence[Described],
    lines: Sequence[Line],
    asking: Asking,
    language: Language,
) -> list[Line]:
    """Return each line a year before, moved on by a year."""
    question = asking.question
    before = replace(
        question,
        start=question.start and earlier(question.start, 12),
        end=question.end and earlier(question.end, 12),
    )
    name = language.gettext("%(name)s, a year before")
    found = []
    tables = figures_of(bank, described, before)
    for table, one, line in zip(tables, described, lines, strict=True):
        past = line_of(table, one, line.name, line.of)
        moved = year_later(past, name % {"name": line.name}, find_zone(one.zone))
        found.append(replace(within(moved, line), axis=line.axis))
    return found


def _usual(
    bank: Bank,
    described: Described,
    line: Line,
    asking: Asking,
    language: Language,
    zone: tzinfo,
) -> tuple[Band | None, int]:
    """Return what is usual of the first datastream, and how many years say so."""
    whole = replace(asking.question, start=None, end=None)
    (table,) = figures_of(bank, [described], whole)
    record = line_of(table, described, line.name)
    if record.unit != line.unit or not len(line.time):
        return None, 0
    usual = usual_of(record, zone)
    name = language.gettext(
        "Usual on each day of the year: median, percentiles 10 to 90"
    )
    first, last = int(line.time[0]), int(line.time[-1])
    band = usual_band(usual, first, last, name, zone, line.axis)
    return band, int(usual.years.max()) if band else 0


def _span(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Return the time that the lines themselves take, whatever is drawn behind."""
    known = [line for line in lines if len(line.time)]
    if not known:
        return None
    first = min(int(line.time[0]) for line in known)
    last = max(int((line.end if line.is_stepped else line.time)[-1]) for line in known)
    return (first, last) if last > first else None


def _payload(
    lines: Sequence[Line],
    bands: Sequence[Band],
    asking: Asking,
    language: Language,
    zone: tzinfo,
) -> dict[str, Any]:
    """Return what `chart.js` draws, with the words that it says."""
    grades = [language.best_of(one.labels)[1] for one in get_terms("grade").values()]
    gettext = language.gettext
    return {
        "lines": [line_payload(line) for line in lines],
        "bands": [band_payload(band) for band in bands],
        "units": [unit_text(line.unit) for line in lines],
        "log": asking.has("log"),
        "rtl": language.direction == "rtl",
        "zone": zone_name(zone),
        "months": month_names(language),
        "digits": language.digits("0123456789"),
        "marks": language.written(",."),
        "words": {
            "grades": grades,
            "keys": gettext(
                "Arrow keys move from value to value, plus and minus zoom, 0 shows all."
            ),
            "reset": gettext("Show all"),
            "in": gettext("Zoom in"),
            "out": gettext("Zoom out"),
            "proof": gettext("Who signed this value, and its proof"),
            "link": gettext("This period as a page of its own"),
        },
    }
