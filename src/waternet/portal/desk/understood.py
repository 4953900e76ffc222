"""What was understood of a file, for its reader: why, what is open, what came out.

Reasons and examples are the proposal's own, in English. Questions are asked in the
reader's language, by their key; the proposal's own words stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from waternet.observation.vocabulary import get_terms
from waternet.portal.language.language import Language

__all__ = ["explain", "label_of", "question_of"]

_SETTINGS = ("column", "quantity")  # keys that speak of one column
_COUNTED = (
    "stations",
    "datastreams",
    "observations",
    "censored",
    "missing",
    "repeated",
    "rejected",
)


def explain(
    proposal: Mapping[str, Any], datasets: Sequence[str], language: Language
) -> dict[str, Any]:
    """Return a proposal as its page shows it.

    Parameters
    ----------
    proposal : mapping
        As `plain_proposal` returns it.
    datasets : sequence of str
        The ids of the node's own.
    language : Language
    """
    understood = proposal["understood"]
    guesses = [_guess(one, language) for one in proposal["guesses"]]
    return {
        "format": proposal["format"],
        "whole": bool(understood.get("whole", True)),
        "counts": {name: proposal["counts"].get(name, 0) for name in _COUNTED},
        "columns": [one for one in guesses if one["column"]],
        "settings": [one for one in guesses if not one["column"]],
        "questions": [
            _question(one, datasets, language) for one in proposal["questions"]
        ],
        "open": list(proposal["open"]),
        "stations": list(understood.get("stations", ())),
        "examples": list(understood.get("examples", ())),
        "rejects": [
            {"reason": reason, "count": count, "example": example}
            for reason, count, example in understood.get("rejects", ())
        ],
        "notices": [*proposal["notices"], *understood.get("notices", ())],
        "toml": proposal["toml"],
    }


def _guess(one: Mapping[str, Any], language: Language) -> dict[str, Any]:
    kind, _, rest = one["key"].partition(".")
    is_column = kind in _SETTINGS and bool(rest)
    return {
        "key": one["key"],
        "label": rest if is_column else label_of(one["key"], language),
        "column": rest if is_column else "",
        "value": _text(one["value"]),
        "reason": one["reason"],
        "confidence": one["confidence"],
        "alternatives": [_text(each) for each in one["alternatives"]],
    }


def _question(
    one: Mapping[str, Any], datasets: Sequence[str], language: Language
) -> dict[str, Any]:
    key, choices, default = one["key"], list(one["choices"]), one["default"]
    if key == "dataset":
        choices = list(datasets) or choices
        default = choices[0] if len(choices) == 1 else None
    labels = _labels(key, choices, language)
    return {
        "key": key,
        "text": question_of(key, one["text"], language),
        "original": one["text"],
        "choices": [
            {"value": choice, "label": labels.get(choice, choice)} for choice in choices
        ],
        "is_closed": key in ("dataset", "station.kind"),
        "default": default,
        "reason": one["reason"],
    }


def _labels(key: str, choices: Sequence[str], language: Language) -> dict[str, str]:
    """Return what choices are called where they are terms of the vocabulary."""
    if key != "station.kind":
        return {}
    terms = get_terms("place_kind")
    return {
        choice: terms[choice].labels.get(language.code, choice)
        for choice in choices
        if choice in terms
    }


def question_of(key: str, original: str, language: Language) -> str:
    """Return a question in the reader's language; the original where it is English."""
    if language.code == "en":
        return original
    base, _, rest = key.partition("@")[0].partition(".")
    asked = _questions(language)
    return asked.get(f"{base}.{rest}") or _about(base, rest, language) or original


def _questions(language: Language) -> dict[str, str]:
    """Return the questions that are the same for every file."""
    gettext = language.gettext
    day = gettext("Which part of a date is the day, and which the month?")
    return {
        "time.zone": gettext(
            "By whose clock are the times? A zone with summer time, such as "
            "Asia/Amman, or a fixed offset."
        ),
        "time.format": day,
        "time.headings": day,
        "time.year_starts": gettext("On which day (month-day) does such a year begin?"),
        "time.stamp": gettext(
            "Does the time mark the start or the end of the interval that a figure "
            "stands for?"
        ),
        "time.constant": gettext("To which time do the figures belong?"),
        "dataset.": gettext("To which of your datasets do the figures belong?"),
        "station.kind": gettext("What are the places that the figures are about?"),
        "station.id": gettext("The file is about one place: what is its id?"),
        "station.crs": gettext("In which reference system are the coordinates?"),
        "station.vertical_datum": gettext("Above which zero are the elevations?"),
        "table.decimal": gettext(
            "Is the comma in figures a decimal sign, or does it set off thousands?"
        ),
        "layout.": gettext("Is each column of figures one station, or one quantity?"),
    }


def _about(base: str, rest: str, language: Language) -> str:
    """Return a question about one column, quantity or kind; '' where none is known."""
    gettext = language.gettext
    forms = {
        "column": gettext("What does the column %(what)s hold?"),
        "quantity": gettext("Which quantity is %(what)s?"),
        "unit": gettext("In which unit (UCUM) are the figures of %(what)s?"),
        "statistic": gettext(
            "What are the figures of %(what)s: a mean, a total, or values of a moment?"
        ),
        "zero": gettext(
            "In %(what)s, is 0 a figure, or does it stand for 'not reported'?"
        ),
        "missing": gettext("Does %(what)s stand for 'not reported'?"),
    }
    # Two marks keep what is quoted apart from the sentence around it.
    return forms[base] % {"what": f"\u2068{rest}\u2069"} if base in forms else ""


def label_of(key: str, language: Language) -> str:
    """Return what a setting of a recipe is called; its key where nobody named it."""
    gettext = language.gettext
    named = {
        "format": gettext("Format"),
        "dataset": gettext("Dataset"),
        "table.encoding": gettext("Encoding of the text"),
        "table.delimiter": gettext("What separates cells"),
        "table.header_row": gettext("Row of the headings"),
        "table.header_rows": gettext("Rows of headings"),
        "table.first_row": gettext("First row of figures"),
        "table.last_row": gettext("Last row of figures"),
        "table.skip_rows": gettext("Rows passed over"),
        "table.decimal": gettext("Decimal sign"),
        "table.thousands": gettext("Sign between thousands"),
        "table.sheet": gettext("Sheet"),
        "station.kind": gettext("Kind of place"),
        "station.column": gettext("Column of the places"),
        "station.id": gettext("The one place"),
        "station.crs": gettext("Reference system"),
        "time.format": gettext("How dates are written"),
        "time.zone": gettext("Clock"),
        "time.column": gettext("Column of the times"),
        "layout": gettext("Layout"),
    }
    base, _, rest = key.partition(".")
    if base == "missing" and rest:
        return gettext("Stands for 'not reported'")
    return named.get(key.partition("@")[0], key)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_text(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(one) for one in value)
    return str(value)
