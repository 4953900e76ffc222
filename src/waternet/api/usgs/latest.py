"""The last figure of each time series, as its owner published it.

Of a day that is computed on query none is told here: it may not be over.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.asked import Asked
from waternet.api.features.collection import Rows, keep_rows
from waternet.api.usgs.figures import CONTINUOUS_VALUES, DAILY_VALUES
from waternet.api.usgs.rows import last_rows
from waternet.api.usgs.series import (
    AS_OF,
    CONTINUOUS,
    DAILY,
    as_asked,
    release_times,
    series_rows,
)
from waternet.bank.when import read_past

__all__ = ["LATEST_CONTINUOUS", "LATEST_DAILY"]


def _rows(kind: str, asked: Asked) -> Rows:
    past = asked.values.get("as_of", "")
    name = f"latest {kind} {asked.language} {past}"
    make = partial(_made, kind, asked)
    return as_asked(keep_rows(asked.bank, name, make), asked)


def _made(kind: str, asked: Asked) -> Rows:
    series = series_rows(asked).table
    series = series.filter(pc.equal(series["@kind"], kind))
    if not series.num_rows:
        schema = CONTINUOUS_VALUES if kind == CONTINUOUS else DAILY_VALUES
        empty = schema.arrow_schema()
        for name in ("@term", "@statistic"):
            empty = empty.append(pa.field(name, pa.string()))
        return Rows(empty.empty_table())
    past = asked.values.get("as_of", "")
    as_of = read_past(past) if past else None
    rows = last_rows(asked.bank, series, as_of, release_times(asked.bank))
    names = [one.name for one in DAILY_VALUES.fields]
    return Rows(
        rows.table(dict.fromkeys(("id", *names, "@term", "@statistic", "@x", "@y")))
    )


LATEST_CONTINUOUS: Final = replace(
    CONTINUOUS_VALUES,
    id="latest-continuous",
    title="Latest continuous values",
    about="The last figure of each continuous series.",
    rows=partial(_rows, CONTINUOUS),
    parameters=(AS_OF,),
    omits=(),
)
LATEST_DAILY: Final = replace(
    DAILY_VALUES,
    id="latest-daily",
    title="Latest daily values",
    about="The last figure of each daily series that its owner publishes.",
    rows=partial(_rows, DAILY),
    parameters=(AS_OF,),
    omits=(),
)
