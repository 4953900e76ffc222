"""A yearbook's chapters in one language: titles, facts, charts and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, Final

from waternet.portal.chart.frame import month_names
from waternet.portal.chart.hydrograph import draw_hydrograph
from waternet.portal.chart.sentence import tell_hydrograph
from waternet.portal.language.language import Language
from waternet.portal.language.units import unit_text
from waternet.portal.report.contents import MOST_ROWS, Chapter, Extreme
from waternet.portal.report.direction import left_to_right, name, value
from waternet.portal.series.figures import thin

__all__ = ["Told", "tell_chapter"]

_CHART: Final = (860, 280)  # px
_COLUMNS: Final = 1_700  # of pixels of a chart on paper
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Told:
    """Plain values for the template, and the drawings that they name."""

    words: dict[str, Any]
    drawings: dict[str, str]


def tell_chapter(
    chapter: Chapter,
    number: int,
    language: Language,
    first_month: int,
    parties: Mapping[str, Mapping[str, str]],
) -> Told:
    """Return one datastream's chapter: facts, hydrograph, years, months."""
    title = chapter.about.title(language)
    line = replace(chapter.line, name=title)
    told = tell_hydrograph([line], language, chapter.zone)
    file = f"chart-{language.code}-{number}.svg"
    svg = draw_hydrograph(
        [thin(line, _COLUMNS)],
        width=_CHART[0],
        height=_CHART[1],
        language=language,
        zone=chapter.zone,
        about=told.striptags(),
        name=f"chart{number}",
    )
    tables = []
    has_one_a_year = all(one["n"] == 1 for one in chapter.years)
    if chapter.years and not has_one_a_year:
        tables.append(_years(chapter, language))
    if chapter.months:
        tables.append(_months(chapter, language, first_month))
    elif chapter.years and has_one_a_year:
        tables.append(_values(chapter, language))
    words = {
        "number": number,
        "title": title,
        "facts": _facts(chapter, language, parties),
        "chart": {
            "file": file,
            "alt": told.striptags(),
            "caption": _caption(chapter, language),
        },
        "tables": tables,
    }
    return Told(words, {file: svg})


def _facts(
    chapter: Chapter, language: Language, parties: Mapping[str, Mapping[str, str]]
) -> list[list[Any]]:
    pgettext, about = language.pgettext, chapter.about
    party = language.best_of(parties.get(about.party, {}))[1] or about.party
    facts: list[list[Any]] = [
        [pgettext("report", "Published by"), name(party, language)],
        [
            pgettext("report", "Place"),
            _place(chapter, language),
        ],
        [pgettext("report", "Datastream"), left_to_right(about.address)],
        [
            pgettext("report", "Statistic"),
            f"{about.label('statistic', language)}{_interval(about.about['interval'])}",
        ],
        [pgettext("report", "Unit"), left_to_right(unit_text(chapter.unit) or "1")],
        [
            pgettext("report", "Figures"),
            left_to_right(language.number(chapter.figures, 0)),
        ],
    ]
    if chapter.suspect or chapter.bad or chapter.limits:
        facts.append(
            [
                pgettext("report", "Of these suspect, bad, limits only"),
                ", ".join(
                    left_to_right(language.number(one, 0))
                    for one in (chapter.suspect, chapter.bad, chapter.limits)
                ),
            ]
        )
    labels = _extreme_words(chapter, language)
    for label, found in zip(labels, (chapter.lowest, chapter.highest), strict=True):
        if found is not None:
            facts.append([label, _when(found, chapter, language)])
    facts.append(
        [pgettext("report", "Days begin by the clock of"), left_to_right(about.zone)]
    )
    return facts


def _extreme_words(chapter: Chapter, language: Language) -> tuple[str, str]:
    """Return what the least and the greatest figure are called."""
    pgettext = language.pgettext
    if chapter.line.is_depth:
        return pgettext("report", "Shallowest"), pgettext("report", "Deepest")
    return pgettext("report", "Lowest"), pgettext("report", "Highest")


def _place(chapter: Chapter, language: Language) -> str:
    about = chapter.about
    told = name(about.place_name(language), language)
    address = left_to_right(about.place_address)
    position = about.place.get("position")
    if not position:
        return f"{told} ({address})"
    degrees = f"{position['latitude']:.4f}, {position['longitude']:.4f}"
    return f"{told} ({address}; {left_to_right(degrees)})"


def _interval(interval: str) -> str:
    return "" if interval in ("", "PT0S") else f" ({left_to_right(interval)})"


def _when(found: Extreme, chapter: Chapter, language: Language) -> str:
    number, sign, moment = found
    local = moment.replace(tzinfo=UTC).astimezone(chapter.zone)
    shown = value(number, chapter.unit, chapter.digits, language, sign)
    if chapter.about.about["interval"] == "P1Y":
        return f"{shown} ({left_to_right(language.digits(str(local.year)))})"
    return f"{shown} ({language.day(local)})"


def _caption(chapter: Chapter, language: Language) -> str:
    caption = language.pgettext("report", "Figures as published, in %(unit)s.") % {
        "unit": left_to_right(unit_text(chapter.unit) or "1")
    }
    if chapter.suspect or chapter.bad:
        caption += " " + language.pgettext(
            "report",
            "Hatched one way: suspect; both ways: bad, and left out of the line and "
            "of every statistic.",
        )
    return caption


def _years(chapter: Chapter, language: Language) -> dict[str, Any]:
    pgettext = language.pgettext
    lowest, highest = _extreme_words(chapter, language)
    head = [
        pgettext("report", "Year"),
        pgettext("report", "Count"),
        pgettext("report", "Coverage"),
        lowest,
        pgettext("report", "Mean"),
        highest,
    ]
    if chapter.is_summed:
        head.append(pgettext("report", "Total"))
    has_coverage = any(one["coverage"] is not None for one in chapter.years)
    if not has_coverage:
        del head[2]
    shown = chapter.years[-MOST_ROWS:]
    return {
        "caption": pgettext("report", "Statistics of each year, in %(unit)s")
        % {"unit": left_to_right(unit_text(chapter.unit) or "1")},
        "head": head,
        "rows": [
            _year(one, chapter, language, has_coverage=has_coverage) for one in shown
        ],
        "size": 8,
        "note": _note(chapter, language, len(chapter.years) - len(shown)),
    }


def _year(
    one: Mapping[str, Any], chapter: Chapter, language: Language, *, has_coverage: bool
) -> list[str]:
    row = [
        left_to_right(language.digits(one["period"])),
        left_to_right(language.number(one["n"], 0)),
    ]
    if has_coverage:
        share = one["coverage"]
        text = "—" if share is None else f"{language.number(100 * share, 0)}%"
        row.append(left_to_right(text))
    columns = ("minimum", "mean", "maximum", *(("total",) * chapter.is_summed))
    return row + [_limited(one, column, chapter, language) for column in columns]


def _values(chapter: Chapter, language: Language) -> dict[str, Any]:
    """Return the table of a datastream with one figure a year."""
    pgettext = language.pgettext
    shown = chapter.years[-MOST_ROWS:]
    return {
        "caption": pgettext("report", "Figures of each year, in %(unit)s")
        % {"unit": left_to_right(unit_text(chapter.unit) or "1")},
        "head": [pgettext("report", "Year"), pgettext("report", "Figure")],
        "rows": [
            [
                left_to_right(language.digits(one["period"])),
                _limited(one, "mean", chapter, language),
            ]
            for one in shown
        ],
        "size": 8,
        "note": _note(chapter, language, len(chapter.years) - len(shown)),
    }


def _months(chapter: Chapter, language: Language, first_month: int) -> dict[str, Any]:
    pgettext = language.pgettext
    order = [(first_month - 1 + at) % _MONTHS for at in range(_MONTHS)]
    names = month_names(language)
    by_year: dict[str, dict[int, Mapping[str, Any]]] = {}
    for one in chapter.months:
        year, month = (int(part) for part in one["period"].split("-")[:2])
        begun = year - (month < first_month)
        label = str(begun) if first_month == 1 else f"{begun}/{(begun + 1) % 100:02}"
        by_year.setdefault(label, {})[month - 1] = one
    column = "total" if chapter.is_summed else "mean"
    shown = sorted(by_year)[-MOST_ROWS:]
    rows = [
        [
            left_to_right(language.digits(label)),
            *(
                _limited(by_year[label][month], column, chapter, language)
                if month in by_year[label]
                else "—"
                for month in order
            ),
        ]
        for label in shown
    ]
    words = (
        pgettext("report", "Totals of each month, in %(unit)s")
        if chapter.is_summed
        else pgettext("report", "Means of each month, in %(unit)s")
    )
    return {
        "caption": words % {"unit": left_to_right(unit_text(chapter.unit) or "1")},
        "head": [pgettext("report", "Year"), *(names[month] for month in order)],
        "rows": rows,
        "size": 7,
        "note": _note(chapter, language, len(by_year) - len(shown)),
    }


def _limited(
    one: Mapping[str, Any], column: str, chapter: Chapter, language: Language
) -> str:
    """Write a statistic, with a sign where limits make it no more than a bound."""
    number = one[column]
    if number is None or one["censor"] == 3:
        return "—"
    sign = {1: "≤", 2: "≥"}.get(one["censor"], "")
    return left_to_right(f"{sign}{language.number(number, chapter.digits)}")


def _note(chapter: Chapter, language: Language, left_out: int) -> str:
    """Say what a table needs to be read rightly."""
    pgettext = language.pgettext
    notes = []
    if left_out:
        notes.append(
            pgettext("report", "Earlier years are left out: %(count)s.")
            % {"count": left_to_right(language.number(left_out, 0))}
        )
    if chapter.limits:
        notes.append(
            pgettext(
                "report",
                "With ≤ or ≥ a statistic is a bound: figures below or above a limit "
                "went in at it.",
            )
        )
    return " ".join(notes)
