"""When the intervals end that figures stand for, where their rows leave it to tell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.api.edr.choosing import Chosen
from waternet.api.edr.runs import list_runs
from waternet.formats.stamps import end_intervals
from waternet.observation.datastream import INSTANT

__all__ = ["with_ends"]


def with_ends(figures: pa.Table, chosen: Mapping[str, Chosen]) -> pa.Table:
    """Return figures with the end of every interval; of an instant it stays null.

    Parameters
    ----------
    figures : pyarrow.Table
        As published.
    chosen : mapping of address to Chosen
        An interval's length is by the calendar of its datastream's zone.
    """
    untold = figures["end"].is_null().to_numpy()
    places = _untold_rows(figures, chosen, untold)
    if not places:
        return figures
    t = figures["time"].cast(pa.int64()).to_numpy()
    ends = figures["end"].cast(pa.int64()).fill_null(0).to_numpy().copy()
    for (interval, zone), rows in places.items():
        ends[rows] = end_intervals(t[rows], interval, zone)
        untold[rows] = False
    filled = pa.array(ends, mask=untold).view(pa.timestamp("us"))
    place = figures.schema.get_field_index("end")
    return figures.set_column(place, "end", filled)


def _untold_rows(
    figures: pa.Table, chosen: Mapping[str, Chosen], untold: npt.NDArray[np.bool_]
) -> dict[tuple[str, str], npt.NDArray[np.int64]]:
    """Return the rows whose end is to be told, by interval and zone."""
    found: dict[tuple[str, str], list[npt.NDArray[np.int64]]] = {}
    for run in list_runs(figures):
        held = chosen[run.address].held
        if held.quantity.interval != INSTANT:
            rows = run.start + np.flatnonzero(untold[run.start : run.stop])
            found.setdefault((held.quantity.interval, held.zone), []).append(rows)
    return {key: np.concatenate(parts) for key, parts in found.items()}
