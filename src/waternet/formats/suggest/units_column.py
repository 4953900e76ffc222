"""The units that a long table writes beside the name of each quantity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.unit_text import read_unit

__all__ = ["commonest_unit", "one_unit", "units_of"]


def one_unit(written: Iterable[str]) -> str:
    """Return the UCUM code that all texts mean; '' where they mean several or none."""
    known = {unit for text in written if (unit := read_unit(text))}
    return known.pop() if len(known) == 1 else ""


def units_of(text: str, variable: Column, units: Column | None) -> set[str]:
    """Return the units that stand beside one text of the column of quantities."""
    return set(_beside(text, variable, units)) if units is not None else set()


def commonest_unit(text: str, variable: Column, units: Column) -> str:
    """Return the one of them that stands there most often, of two the first."""
    return Counter(_beside(text, variable, units)).most_common(1)[0][0]


def _beside(text: str, variable: Column, units: Column) -> list[str]:
    pairs = zip(variable.cells, units.cells, strict=True)
    return [unit for said, unit in pairs if said == text and unit]
