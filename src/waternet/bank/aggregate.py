"""Figures gathered by hour, day, month, season or year, with their coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.as_of import AsOf
from waternet.bank.calendar import DAY, Calendar, Periods, counts_days
from waternet.bank.catalogue import Series
from waternet.bank.files import CURRENT
from waternet.bank.gather import Dates, Gathering, Scale, gather
from waternet.bank.labels import label, to_microseconds
from waternet.bank.rows import parts_to_read
from waternet.bank.scan import time_bounds
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import Grade
from waternet.quantity import convert

__all__ = ["USABLE", "aggregate"]

USABLE = (Grade.UNCHECKED, Grade.GOOD, Grade.SUSPECT)
_STATISTICS = ("mean", "minimum", "maximum", "total")


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

    Returns
    -------
    pyarrow.Table, (one row for each datastream and period with a value)
        party, datastream, unit, start, end (UTC), period (label), mean, minimum,
        maximum, total (of totals and counts; else null), n, expected (values a period
        has; null where the owner states neither interval nor sampling), coverage
        (n / expected), censored (how many of n), censor, release (the newest that
        went in). With '<' values taken at their limit, `censor` is 1 and every
        statistic an upper bound; with '>', 2 and a lower one; with both, 3 and null.
        The schema's metadata repeat period, zone and grades.

    Raises
    ------
    NotAcceptable
        A datastream's interval is longer than the period; a unit of another
        dimension; a time without a time zone.
    """
    series = choose_series(bank, datastreams)
    cutoffs = bank.cutoffs(as_of)
    graded = sorted(set(grades))
    units = {one.id: unit or one.unit_at(cutoffs[one.party]) for one in series}
    kinds = _kinds(bank, series)
    days: dict[str, list[int]] = {}
    for one, kind in zip(series, kinds, strict=True):
        if counts_days(kind.interval) and kind.zone != calendar.zone:
            days.setdefault(kind.zone, []).append(one.id)
    # Dates of other zones lie up to a day away, by UTC, from those of the calendar.
    apart = DAY if days else 0
    first, last = time_bounds(bank, series)
    first, last = first - apart, last + apart
    since, until = to_microseconds(start, first), to_microseconds(end, last + 1)
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
        ),
    )
    told = [replace(one, units=((0, units[one.id]),)) for one in series]
    return _told(rows, told, kinds, periods).replace_schema_metadata(
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


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a datastream's values stand for, as its owner last described it."""

    interval: str
    sampling: str
    zone: str


def _kinds(bank: Bank, series: Sequence[Series]) -> list[_Kind]:
    described = {
        (party, name): _Kind(*said)
        for party, name, *said in bank.catalogue.rows(
            "SELECT party, name, interval, sampling, zone FROM datastream"
        )
    }
    return [described[one.party, one.name] for one in series]


def _expected(
    rows: pa.Table,
    series: Sequence[Series],
    kinds: Sequence[_Kind],
    periods: Periods,
) -> npt.NDArray[np.float64]:
    """Return how many values each row's datastream has in a whole period."""
    known: dict[str, npt.NDArray[np.float64]] = {}
    steps: dict[str, int] = {}
    of_series: dict[int, int] = {}
    for one, kind in zip(series, kinds, strict=True):
        instant = kind.interval == INSTANT
        step = kind.sampling if instant else kind.interval
        of_series[one.id] = steps.setdefault(step, len(steps))
        if step not in known:
            known[step] = periods.expected(step)
        if not instant and periods.labels and np.isnan(known[step]).all():
            raise NotAcceptable(
                f"{one.address!r} has one value for each {kind.interval}, longer than "
                "the period asked for",
                hint="ask for a longer period, or leave this datastream out",
            )
    if not rows.num_rows:
        return np.empty(0)
    table = np.array([known[step] for step in steps])
    ids = np.array(sorted(of_series), np.int32)
    which = np.array([of_series[one] for one in ids.tolist()])
    place = np.searchsorted(ids, rows["series_id"].to_numpy())
    expected: npt.NDArray[np.float64] = table[which[place], rows["period"].to_numpy()]
    return expected


def _is_summed(rows: pa.Table, series: Sequence[Series]) -> pa.Array:
    """Return, row by row, whether the values may be added up.

    Totals and counts may. A sum of levels is nothing, and a sum of discharges is no
    volume.
    """
    summed = [one.id for one in series if one.name.split("/")[2] in ("total", "count")]
    return pc.is_in(rows["series_id"], pa.array(summed, pa.int32()))


def _told(
    rows: pa.Table,
    series: Sequence[Series],
    kinds: Sequence[_Kind],
    periods: Periods,
) -> pa.Table:
    """Put names, periods and coverage to the statistics, in the order asked."""
    period = rows["period"].to_numpy()
    number = rows["n"].to_numpy()
    expected = _expected(rows, series, kinds, periods)
    unsaid = pc.equal(rows["censor"], 3)
    mean = pc.divide(rows["total"], rows["n"].cast(pa.float64()))
    said = {
        name: pc.if_else(unsaid, None, mean if name == "mean" else rows[name])
        for name in _STATISTICS
    }
    said["total"] = pc.if_else(_is_summed(rows, series), said["total"], None)
    starts = pa.array(periods.starts.astype("datetime64[us]"))
    table = pa.table(
        {
            "series_id": rows["series_id"],
            "t": starts.take(pa.array(period)),
            "end": starts.take(pa.array(period + 1)),
            "period": pa.array(periods.labels, pa.string()).take(pa.array(period)),
            **said,
            "n": rows["n"],
            "expected": pa.array(expected, from_pandas=True),
            "coverage": pa.array(number / expected, from_pandas=True),
            "censored": rows["censored"].cast(pa.int64()),
            "censor": rows["censor"],
            "release": rows["release"],
        }
    )
    named = label(table, series)
    return named.rename_columns(
        ["start" if name == "time" else name for name in named.column_names]
    )
