"""Words of periods, statistics, statuses and months, for the forms of a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from waternet.observation.vocabulary import get_terms
from waternet.portal.language.language import Language

__all__ = ["month_words", "period_words", "statistic_words", "status_words"]


def period_words(language: Language) -> Mapping[str, str]:
    """Return what periods that figures are gathered by are called."""
    return {
        "hour": language.pgettext("period", "hour"),
        "day": language.pgettext("period", "day"),
        "month": language.pgettext("period", "month"),
        "season": language.pgettext("period", "season"),
        "hydrological-year": language.pgettext("period", "hydrological year"),
        "year": language.pgettext("period", "year"),
        "record": language.pgettext("period", "the whole record"),
    }


def statistic_words(language: Language) -> Mapping[str, str]:
    """Return what statistics of a period are called; percentiles by their number."""
    terms = get_terms("statistic")
    named = {
        one: language.best_of(terms[one].labels)[1]
        for one in ("mean", "minimum", "maximum", "total", "count")
    }
    percentile = language.gettext("Percentile %(number)s")
    return named | {
        f"p{number}": percentile % {"number": language.digits(str(number))}
        for number in (10, 50, 90)
    }


def status_words(language: Language) -> Mapping[str, str]:
    """Return what statuses of figures are called."""
    terms = get_terms("status").values()
    return {one.id: language.best_of(one.labels)[1] for one in terms}


def month_words(language: Language) -> list[str]:
    """Return the names of the months, January first."""
    return [language.day(date(2024, month, 1), "LLLL") for month in range(1, 13)]
