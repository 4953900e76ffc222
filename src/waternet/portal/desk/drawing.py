"""The figures of an import as a drawing; those objected to stand out by form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from markupsafe import Markup

from waternet.observation.datastream import Datastream
from waternet.observation.vocabulary import DEPTHS, Grade
from waternet.observation.zone import find_zone
from waternet.portal.chart.hydrograph import draw_hydrograph
from waternet.portal.chart.line import Line
from waternet.portal.chart.sentence import tell_hydrograph
from waternet.portal.desk.figures import Series
from waternet.portal.language.language import Language

__all__ = ["draw_series"]

_ROOM = 1.5  # times the range of trusted figures: farther off is drawn at the edge


def draw_series(series: Series, name: str, language: Language) -> dict[str, Any]:
    """Return a series as SVG, as a sentence, and whether some lie beyond the edge.

    Parameters
    ----------
    series : Series
    name : str
        Of the quantity, in the reader's language.
    language : Language
    """
    zone = find_zone(series.stream.zone)
    line = _line(series.table, name, series.stream)
    lines = [line]
    if not series.table.equals(series.raw):
        raw = _line(series.raw, name, series.stream)
        none = np.empty(0, np.int8)
        lines.append(replace(raw, grade=none, censor=none, is_other=True))
    told = tell_hydrograph(lines, language, zone)
    near, is_cut = _near(lines)
    svg = draw_hydrograph(
        near, language=language, zone=zone, about=told.striptags(), name="import"
    )
    return {"svg": Markup(svg), "sentence": told, "is_cut": is_cut}


def _near(lines: list[Line]) -> tuple[list[Line], bool]:
    """Return lines whose figures far off are drawn at the edge; whether there are any.

    One figure a thousand times too large would flatten all others.
    """
    first = lines[0]
    trusted = first.value[~first.graded(Grade.SUSPECT, Grade.BAD)]
    trusted = trusted[np.isfinite(trusted)]
    if len(trusted) < 2 or trusted.min() == trusted.max():
        return lines, False
    room = _ROOM * (trusted.max() - trusted.min())
    low, high = trusted.min() - room, trusted.max() + room
    near = [replace(line, value=np.clip(line.value, low, high)) for line in lines]
    is_cut = any(
        bool(np.any((line.value < low) | (line.value > high))) for line in lines
    )
    return near, is_cut


def _line(table: pa.Table, name: str, stream: Datastream) -> Line:
    time = table["time"].cast(pa.timestamp("ms"), safe=False).cast(pa.int64())
    value = table["value"].to_numpy()
    return Line(
        name,
        stream.unit,
        time.to_numpy(),
        np.asarray(value, np.float64),
        table["grade"].to_numpy(),
        table["censor"].to_numpy(),
        is_depth=stream.observed_property in DEPTHS,
    )
