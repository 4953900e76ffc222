"""Questions about figures: over a period, the latest, each as of any past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.as_of import AsOf
from waternet.bank.catalogue import Series
from waternet.bank.extent import extents, known_extents
from waternet.bank.files import FILE_SCHEMA
from waternet.bank.labels import in_unit, label, to_microseconds
from waternet.bank.rows import read_standing
from waternet.bank.scan import ask, standing
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.observation.vocabulary import Grade

__all__ = ["get_latest", "get_observations"]

_FIRST, _LAST = -(2**63), 2**63 - 1


def get_observations(
    bank: Bank,
    datastreams: Sequence[str] | Selection,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    as_of: AsOf | None = None,
    unit: str = "",
    grades: Iterable[Grade] = tuple(Grade),
) -> pa.Table:
    """Return the figures of some datastreams over a period.

    Parameters
    ----------
    datastreams : addresses 'party:name', or Selection
    start, end : datetime or None
        Half-open, with time zone; None is open.
    as_of : AsOf or None
        The past to look from; None is now.
    unit : str
        UCUM code to express every value in; '' keeps each as published.
    grades : Grades to show

    Returns
    -------
    pyarrow.Table, (n,)
        party, datastream, unit, time, end, offset, value, censor, grade, status,
        qualifier, release; by datastream as asked (a Selection: by address), then
        time. What was taken back or withdrawn is absent.

    Raises
    ------
    NotFound
        An address names nothing in the bank.
    NotAcceptable
        A unit of another dimension; a time without a time zone.
    """
    series = choose_series(bank, datastreams)
    period = to_microseconds(start, _FIRST), to_microseconds(end, _LAST)
    rows = read_standing(bank, series, period, bank.cutoffs(as_of))
    shown = [int(grade) for grade in grades]
    if len(shown) < len(Grade):
        rows = rows.filter(pc.is_in(rows["grade"], pa.array(shown, pa.int8())))
    table = label(rows, series)
    return in_unit(table, unit) if unit else table


def get_latest(
    bank: Bank,
    datastreams: Sequence[str] | Selection,
    *,
    as_of: AsOf | None = None,
    unit: str = "",
) -> pa.Table:
    """Return the latest figure of each datastream.

    Parameters
    ----------
    datastreams : addresses 'party:name', or Selection
    as_of : AsOf or None
        The past to look from; None is now.
    unit : str
        UCUM code to express every value in; '' keeps each as published.

    Returns
    -------
    pyarrow.Table, (at most one row for each datastream)
        The columns of `get_observations`, in the order asked (a Selection: by
        address). A datastream of which no figure stands has no row.

    Raises
    ------
    NotFound
        An address names nothing in the bank.
    """
    series = choose_series(bank, datastreams)
    bank.look_at(series)
    rows = _latest_known(bank, series, as_of)
    if rows is None:
        rows = _latest_found(bank, series, bank.cutoffs(as_of))
    table = label(rows, series)
    return in_unit(table, unit) if unit else table


def _latest_known(
    bank: Bank, series: Sequence[Series], as_of: AsOf | None
) -> pa.Table | None:
    """Return the latest figures where they are known, or soon worth knowing."""
    held = known_extents(bank, series, bank.cutoffs(as_of))
    if held is None and 2 * len(series) >= _neighbours(bank, series):
        held = extents(bank, series, as_of)
    return None if held is None else held.last_figures()


def _neighbours(bank: Bank, series: Sequence[Series]) -> int:
    """Return how many series the buckets of `series` hold."""
    buckets = json.dumps(sorted({one.bucket for one in series}))
    found = bank.catalogue.rows(
        "SELECT count(*) FROM series WHERE last IS NOT NULL "
        "AND bucket IN (SELECT value FROM json_each(?))",
        (buckets,),
    )
    return int(found[0][0])


def _latest_found(
    bank: Bank, series: Sequence[Series], cutoffs: Mapping[str, int]
) -> pa.Table:
    # Nearly all latest figures lie at the end: look there first, then search the
    # whole past of those few that have none there.
    recent = _latest(bank, series, cutoffs, _recent(bank, series))
    found = set(recent["series_id"].to_pylist())
    others = [one for one in series if one.id not in found]
    return pa.concat_tables([recent, _latest(bank, others, cutoffs, None)])


def _recent(bank: Bank, series: Sequence[Series]) -> int | None:
    """Return a time at or after which nine in ten of the series have a row."""
    last = bank.catalogue.last_times(series)
    return int(np.sort(last)[len(last) // 10]) if len(last) else None


def _latest(
    bank: Bank,
    series: Sequence[Series],
    cutoffs: Mapping[str, int],
    since: int | None,
) -> pa.Table:
    relation = standing(bank, series, cutoffs, since)
    if not relation.sql:
        return FILE_SCHEMA.empty_table()
    fields = ", ".join(f'"{name}" := "{name}"' for name in FILE_SCHEMA.names[1:])
    rows = ask(
        bank,
        "SELECT series_id, unnest(latest) FROM "
        f"(SELECT series_id, arg_max(struct_pack({fields}), t) AS latest "
        f"FROM ({relation.sql}) GROUP BY series_id) ORDER BY series_id",
        relation.values,
    )
    return rows.select(FILE_SCHEMA.names).cast(FILE_SCHEMA)
