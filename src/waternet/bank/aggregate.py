"""Figures gathered by hour, day, month, season or year, with their coverage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.as_of import AsOf
from waternet.bank.calendar import DAY, RECORD, Calendar, Periods, counts_days
from waternet.bank.catalogue import Series
from waternet.bank.coverage import Kind, expected_values, kinds_of, of_record
from waternet.bank.files import CURRENT
from waternet.bank.gather import Dates, Gathering, Scale, gather
from waternet.bank.labels import label, to_microseconds
from waternet.bank.rows import parts_to_read
from waternet.bank.scan import time_bounds
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.observation.vocabulary import Grade
from waternet.quantity import convert

__all__ = ["USABLE", "Cut", "aggregate", "aggregate_series", "is_summed"]

USABLE = (Grade.UNCHECKED, Grade.GOOD, Grade.SUSPECT)
_STATISTICS = ("mean", "minimum", "maximum", "total")
_PERCENTILE = re.compile("p[0-9][0-9]")


def aggregate(
    bank: Bank,
    datastreams: Sequence[str] | Selection,
    calendar: Calendar,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    as_of: AsOf | None = None,
    unit: str = "",
    grades: Iterable[Grade] = USABLE,
    percents: Sequence[int] = (),
) -> pa.Table:
    """Return statistics of each datastream over the periods of a local calendar.

    A value belongs to the period in which its interval starts; of days and longer
    ones the owner's date counts, as his year 2015 is 2015 by every calendar.

    Parameters
    ----------
    datastreams : addresses 'party:name', or Selection
    calendar : Calendar
        Period and zone.
    start, end : datetime or None
        Half-open, with time zone; None is open.
    as_of : AsOf or None
        The past to look from; None is now.
    unit : str
        UCUM code to express every value in; '' is each datastream's own (its newest,
        where a correction changed it).
    grades : Grades that go in
        Bad ones do not, unless asked for.
    percents : sequence of int, 0 to 99
        Percentiles that are wanted as well (`waternet.bank.percentile`).

    Returns
    -------
    pyarrow.Table, (one row for each datastream and period with a value)
        party, datastream, unit, start, end (UTC), period (label), mean, minimum,
        maximum, total (of totals and counts; else null), each percentile asked for
        ('p05' for 5), n, expected (values a period
        has; null where the owner states neither interval nor sampling), coverage
        (n / expected), censored (how many of n), censor, release (the newest that
        went in). With '<' values taken at their limit, `censor` is 1 and every
        statistic an upper bound; with '>', 2 and a lower one; with both, 3 and null.
        A period of record reaches from the datastream's first figure to its last.
        The schema's metadata repeat period, zone and grades.

    Raises
    ------
    NotAcceptable
        A datastream's interval is longer than the period; a unit of another
        dimension; a time without a time zone.
    """
    cut = Cut(start, end, as_of, unit, tuple(grades))
    series = choose_series(bank, datastreams)
    return aggregate_series(bank, series, calendar, cut, percents)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which figures go in, as of when, in which unit; see `aggregate`."""

    start: datetime | None = None
    end: datetime | None = None
    as_of: AsOf | None = None
    unit: str = ""
    grades: tuple[Grade, ...] = USABLE


def aggregate_series(
    bank: Bank,
    series: Sequence[Series],
    calendar: Calendar,
    cut: Cut,
    percents: Sequence[int] = (),
) -> pa.Table:
    """Return what `aggregate` does, of series that were chosen before."""
    cutoffs = bank.cutoffs(cut.as_of)
    graded = sorted(set(cut.grades))
    units = {one.id: cut.unit or one.unit_at(cutoffs[one.party]) for one in series}
    kinds = kinds_of(bank, series)
    days: dict[str, list[int]] = {}
    for one, kind in zip(series, kinds, strict=True):
        if counts_days(kind.interval) and kind.zone != calendar.zone:
            days.setdefault(kind.zone, []).append(one.id)
    # Dates of other zones lie up to a day away, by UTC, from those of the calendar.
    apart = DAY if days else 0
    first, last = time_bounds(bank, series)
    first, last = first - apart, last + apart
    since = to_microseconds(cut.start, first)
    until = to_microseconds(cut.end, last + 1)
    low = max(first, since)
    periods = calendar.periods(low, max(low, min(last, until - 1)))
    rows = gather(
        bank.files,
        parts_to_read(bank, series, (since - apart, until + apart), cutoffs),
        Gathering(
            periods.starts,
            tuple(graded),
            _scales(series, units),
            Dates(days, calendar.zone, since, until),
            tuple(sorted(set(percents))),
            spans=calendar.period == RECORD,
        ),
    )
    told = [replace(one, units=((0, units[one.id]),)) for one in series]
    of = _Of(told, kinds, calendar, periods)
    return _told(rows, of).replace_schema_metadata(
        {
            "period": calendar.period,
            "zone": calendar.zone,
            "first_month": str(calendar.first_month or ""),
            "grades": " ".join(grade.name.lower() for grade in graded),
        }
    )


def _scales(series: Sequence[Series], units: Mapping[int, str]) -> tuple[Scale, ...]:
    """Return how to express every value in the unit wanted of its series."""
    scales = []
    for one in series:
        wanted = units[one.id]
        edges = [0, *(since for since, _ in one.units[1:]), CURRENT]
        for (_, unit), (since, end) in zip(one.units, pairwise(edges), strict=True):
            if unit != wanted:
                zero, unity = convert(np.array([0.0, 1.0]), unit, wanted).tolist()
                scales.append(Scale(one.id, since, end, unity - zero, zero))
    return tuple(scales)


def is_summed(series: Series) -> bool:
    """Return whether the values of a datastream may be added up.

    Totals and counts may. A sum of levels is nothing, and a sum of discharges is no
    volume.
    """
    return series.name.split("/")[2] in ("total", "count")


@dataclass(frozen=True, slots=True)
class _Of:
    """What the statistics are of: in the order asked, each in the unit wanted."""

    series: Sequence[Series]
    kinds: Sequence[Kind]
    calendar: Calendar
    periods: Periods


def _told(rows: pa.Table, of: _Of) -> pa.Table:
    """Put names, periods and coverage to the statistics, in the order asked."""
    if of.calendar.period == RECORD:
        start, end, expected = of_record(rows, of.series, of.kinds, of.calendar.zone)
    else:
        starts = pa.array(of.periods.starts.astype("datetime64[us]"))
        start, end = starts.take(rows["period"]), starts.take(pc.add(rows["period"], 1))
        expected = expected_values(rows, of.series, of.kinds, of.periods)
    unsaid = pc.equal(rows["censor"], 3)
    mean = pc.divide(rows["total"], rows["n"].cast(pa.float64()))
    asked = [name for name in rows.column_names if _PERCENTILE.fullmatch(name)]
    said = {
        name: pc.if_else(unsaid, None, mean if name == "mean" else rows[name])
        for name in (*_STATISTICS, *asked)
    }
    summed = pa.array([one.id for one in of.series if is_summed(one)], pa.int32())
    may_be_summed = pc.is_in(rows["series_id"], summed)
    said["total"] = pc.if_else(may_be_summed, said["total"], None)
    table = pa.table(
        {
            "series_id": rows["series_id"],
            "t": start,
            "end": end,
            "period": pa.array(of.periods.labels, pa.string()).take(rows["period"]),
            **said,
            "n": rows["n"],
            "expected": pa.array(expected, from_pandas=True),
            "coverage": pa.array(rows["n"].to_numpy() / expected, from_pandas=True),
            "censored": rows["censored"].cast(pa.int64()),
            "censor": rows["censor"],
            "release": rows["release"],
        }
    )
    named = label(table, of.series)
    return named.rename_columns(
        ["start" if name == "time" else name for name in named.column_names]
    )
