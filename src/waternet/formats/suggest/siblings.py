"""Columns of figures that are one quantity at several places."""

from __future__ import annotations

import re
from collections.abc import Sequence

from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.unit_text import split_heading
from waternet.formats.suggest.words import find_words, tokens

__all__ = ["common_term", "common_unit", "find_stations_across", "own_words"]

_KNOWN = 0.3  # share of a heading from which on it names a quantity
_SUMS = {"total", "sum", "mean", "average"}


def find_stations_across(
    figures: Sequence[Column],
) -> tuple[list[Column], str] | None:
    """Return the columns that are a station each, and why; None where they are not.

    Either no heading names a quantity and all are in one unit, or all name the same
    quantity, and each has words of its own besides.
    """
    kept = [column for column in figures if not _is_total(column)]
    if len(kept) < 2 or len({column.headed.unit for column in kept}) > 1:
        return None
    named = [column for column in kept if _names_quantity(column)]
    if not named:
        reason = f"no heading of {len(kept)} columns of figures names a quantity"
        return kept, reason
    term = common_term(kept)
    words = [own_words(column) for column in kept]
    if not term or not all(words) or len(set(words)) < len(words):
        return None
    if any(find_words("statistic", text) for text in words):
        return None
    return kept, f"{len(kept)} headings name {term}, and each something of its own"


def common_term(figures: Sequence[Column]) -> str:
    """Return the quantity that all headings name; '' where they name several."""
    terms = {_term(column) for column in figures}
    return terms.pop() if len(terms) == 1 else ""


def common_unit(figures: Sequence[Column]) -> str:
    """Return the unit in which all headings say that their figures are."""
    units = {column.headed.unit for column in figures}
    return units.pop() if len(units) == 1 else ""


def own_words(column: Column) -> str:
    """Return what of a heading is neither quantity nor unit."""
    words = {word for match in column.properties for word in match.word.split()}
    pieces = []
    for piece in column.heading.split(" / "):
        name = split_heading(piece).name
        whole = find_words("property", name)[:1]
        is_unit = split_heading(f"x / {piece}").unit != ""
        if not is_unit and not (whole and whole[0].share == 1):
            left = [
                word
                for word in re.split(r"[\s_]+", name)
                if not set(tokens(word)) <= words
            ]
            pieces.append(" ".join(left))
    return " ".join(filter(None, pieces)).strip(" -,()_")


def _term(column: Column) -> str:
    found = column.properties
    return found[0].term if found and found[0].share >= _KNOWN else ""


def _names_quantity(column: Column) -> bool:
    return bool(_term(column))


def _is_total(column: Column) -> bool:
    found = find_words("total", column.headed.name)
    return bool(found) and found[0].share > 0.8
