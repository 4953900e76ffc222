"""A proposed recipe put to the proof: the file is read with it."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from waternet.formats.cells import clean_text
from waternet.formats.file import read_file
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe
from waternet.formats.suggest.proposal import Understood
from waternet.observation.place import Place

__all__ = ["Proof", "prove"]

_WHOLE = 24 << 20  # bytes
_ROWS = 20_000
_SHOWN = 3
_NUMBER = "a number"  # so begins what is expected of a cell for a figure


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a file as proposed showed.

    Attributes
    ----------
    understood : Understood
    refused : Counter of (column, text)
        Cells where a figure is expected and none stands.
    """

    understood: Understood
    refused: Counter[tuple[str, str]]


def prove(path: Path, recipe: Recipe) -> Proof:
    """Read a file as proposed: all of it, or a large table's first 20,000 rows.

    Raises
    ------
    WaternetError
        The recipe does not fit the file.
    """
    whole = recipe.format != "delimited" or path.stat().st_size <= _WHOLE
    reading = read_file(path, recipe) if whole else _read_head(path, recipe)
    rejects: Counter[str] = Counter()
    refused: Counter[tuple[str, str]] = Counter()
    first: dict[str, str] = {}
    for reject in reading.rejects:
        rejects[reject.reason] += 1
        where = f"row {reject.row}, {reject.column}: {reject.value[:40]!r}"
        first.setdefault(reject.reason, where)
        if reject.expected.startswith(_NUMBER):
            refused[reject.column, clean_text(reject.value)] += 1
    understood = Understood(
        dict(reading.counts),
        whole,
        tuple(_examples(reading)),
        tuple(map(_place, reading.places[:_SHOWN])),
        tuple((why, count, first[why]) for why, count in rejects.most_common(8)),
        tuple(f"row {one.row}: {one.reason}" for one in reading.notices[:8]),
    )
    return Proof(understood, refused)


def _read_head(path: Path, recipe: Recipe) -> Reading:
    """Read the first rows of a large text: a copy of them, under the same name."""
    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / path.name
        size = 0
        with path.open("rb") as lines, head.open("wb") as copy:
            for number, line in enumerate(lines):
                if number >= _ROWS or size > _WHOLE:
                    break
                size += copy.write(line)
        return read_file(head, recipe)


def _examples(reading: Reading) -> list[str]:
    units = {stream.name: stream.unit for stream in reading.datastreams}
    said = []
    for row in reading.observations.slice(0, _SHOWN).to_pylist():
        said.append(_in_words(row, units))
    return said


def _in_words(row: dict[str, Any], units: dict[str, str]) -> str:
    local = row["time"] + timedelta(minutes=row["offset"])
    feature, term, statistic, interval = [*row["datastream"].split("/"), "", "", ""][:4]
    sign = ("", "<", ">")[row["censor"]]
    over = f" ({statistic} over {interval})" if statistic != "instant" else ""
    when = local.isoformat(sep=" ", timespec="minutes")
    figure = f"{sign}{row['value']:.10g} {units[row['datastream']]}"
    return f"{feature}, {when}: {term} {figure}{over}"


def _place(place: Place) -> str:
    name = next(iter(place.names.values()))
    at = place.position
    where = f", {at.longitude:.4f} E {at.latitude:.4f} N" if at else ""
    return f"{place.id} ({name}), {place.kind}{where}"
