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
from waternet.bank.calendar import Calendar, Periods
from waternet.bank.catalogue import Series
from waternet.bank.files import CURRENT
from waternet.bank.labels import label, to_microseconds
from waternet.bank.scan import Relation, ask, standing, time_bounds
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import Grade
from waternet.quantity import convert

__all__ = ["USABLE", "aggregate"]

USABLE = (Grade.UNCHECKED, Grade.GOOD, Grade.SUSPECT)
_STATISTICS = ("mean", "minimum", "maximum", "total")
_EMPTY = pa.schema(
    [
        ("series_id", pa.int32()),
        ("period", pa.int32()),
        *((name, pa.float64()) for name in _STATISTICS),
        ("n", pa.int64()),
        ("censored", pa.int64()),
        ("censor", pa.int8()),
        ("release", pa.int32()),
    ]
)
# One number as the key of a group is quicker than two.
_GROUPED = """
SELECT key, {said}
FROM (
    SELECT series_id::BIGINT * $count + period AS key, value, censor, release
    FROM (SELECT series_id, value, censor, release,
                 ((epoch_us(t) - $origin) // $step)::INTEGER AS slot
          FROM ({rows}) WHERE {kept})
    JOIN waternet_slots USING (slot)
) GROUP BY key ORDER BY key
"""
# Below and above are 1 and 2: together, 3, nothing can be said.
_SAID = """
sum(value) AS total, min(value) AS minimum, max(value) AS maximum,
count(*) AS n, bit_or(censor) AS censor, max(release) AS release
"""


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

    A value belongs to the period in which its interval starts.

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
        party, datastream, unit, period (label), start, end (UTC), mean, minimum,
        maximum, total, n, expected (values a whole period has; null where the
        owner states neither interval nor sampling), coverage (n / expected),
        censored (how many of n), censor, release (the newest that went in). With
        '<' values taken at their limit, `censor` is 1 and every statistic an upper
        bound; with '>', 2 and a lower one; with both, 3 and null. The schema's
        metadata repeat period, zone and grades.

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
    relation = _in_units(bank, series, units, standing(bank, series, cutoffs))
    periods = _periods(bank, series, calendar, start, end)
    rows = _statistics(bank, relation, periods, graded)
    told = [replace(one, units=((0, units[one.id]),)) for one in series]
    return _told(bank, rows, told, periods).replace_schema_metadata(
        {
            "period": calendar.period,
            "zone": calendar.zone,
            "first_month": str(calendar.first_month or ""),
            "grades": " ".join(grade.name.lower() for grade in graded),
        }
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The periods of a question, and the instants [us] that limit it, if any do."""

    periods: Periods
    start: int | None = None
    end: int | None = None


def _periods(
    bank: Bank,
    series: Sequence[Series],
    calendar: Calendar,
    start: datetime | None,
    end: datetime | None,
) -> _Asked:
    first, last = time_bounds(bank, series)
    since, until = to_microseconds(start, first), to_microseconds(end, last + 1)
    if max(first, since) >= min(last + 1, until):
        none = np.array([], np.int64)
        return _Asked(Periods((), np.array([0]), none, 0))
    periods = calendar.periods(max(first, since), min(last, until - 1))
    return _Asked(
        periods,
        since if since > first else None,
        until if until <= last else None,
    )


def _statistics(
    bank: Bank, relation: Relation, asked: _Asked, grades: Iterable[Grade]
) -> pa.Table:
    count = len(asked.periods.labels)
    if not relation.sql or not count:
        return _EMPTY.empty_table()
    _register_slots(bank, asked.periods)
    kept, bound = _limits(asked, grades)
    values = relation.values | bound
    text = {"rows": relation.sql, "kept": kept}
    rows = ask(bank, _GROUPED.format(said=_SAID, **text), values)
    key = rows["key"].to_numpy()
    censored = np.zeros(len(key), np.int64)
    if np.any(rows["censor"].to_numpy() > 0):
        # Few figures are limits: counted apart, they cost the others nothing.
        text["kept"] += " AND censor <> 0"
        limits = ask(bank, _GROUPED.format(said="count(*) AS n", **text), values)
        place = np.searchsorted(key, limits["key"].to_numpy())
        censored[place] = limits["n"].to_numpy()
    columns = {
        "series_id": pa.array((key // count).astype(np.int32)),
        "period": pa.array((key % count).astype(np.int32)),
        "censored": pa.array(censored),
    }
    return pa.table(columns | {n: rows[n] for n in rows.column_names if n != "key"})


def _register_slots(bank: Bank, periods: Periods) -> None:
    """Tell the engine which period each step of time belongs to."""
    slots = np.diff(periods.starts) // periods.step
    slot = np.arange(slots.sum(), dtype=np.int32)
    period = np.repeat(np.arange(len(slots), dtype=np.int32), slots)
    bank.engine.register("waternet_slots", pa.table({"slot": slot, "period": period}))


def _limits(asked: _Asked, grades: Iterable[Grade]) -> tuple[str, dict[str, object]]:
    """Return the condition on what goes in, and every value bound by the question."""
    bound: dict[str, object] = {
        "origin": int(asked.periods.starts[0]),
        "step": asked.periods.step,
        "count": len(asked.periods.labels),
    }
    kept = ["true"]
    # One plain comparison each: the scan then skips row groups by their statistics.
    for grade in set(Grade) - set(grades):
        kept.append(f"grade <> $without_{int(grade)}")
        bound[f"without_{int(grade)}"] = int(grade)
    for name, limit, sign in (("start", asked.start, ">="), ("end", asked.end, "<")):
        if limit is not None:
            kept.append(f"t {sign} make_timestamp(${name})")
            bound[name] = limit
    return " AND ".join(kept), bound


def _in_units(
    bank: Bank,
    series: Sequence[Series],
    units: Mapping[int, str],
    relation: Relation,
) -> Relation:
    """Express every value in the unit wanted of its series, before any sum."""
    scales = []
    for one in series:
        wanted = units[one.id]
        edges = [0, *(since for since, _ in one.units[1:]), CURRENT]
        for (_, unit), (since, end) in zip(one.units, pairwise(edges), strict=True):
            if unit != wanted:
                zero, unity = convert(np.array([0.0, 1.0]), unit, wanted).tolist()
                scales.append((one.id, since, end, unity - zero, zero))
    if not scales or not relation.sql:
        return relation
    names = ("series_id", "since", "until", "scale", "shift")
    told = dict(zip(names, map(list, zip(*scales, strict=True)), strict=True))
    bank.engine.register("waternet_scales", pa.table(told))
    return Relation(
        "SELECT r.* REPLACE (coalesce(value * scale + shift, value) AS value) "
        f"FROM ({relation.sql}) r LEFT JOIN waternet_scales s "
        "ON r.series_id = s.series_id AND release >= since AND release < until",
        relation.values,
    )


def _expected(
    bank: Bank,
    rows: pa.Table,
    series: Sequence[Series],
    periods: Periods,
) -> npt.NDArray[np.float64]:
    """Return how many values each row's datastream has in a whole period."""
    stated = {
        (party, name): (interval, sampling)
        for party, name, interval, sampling in bank.catalogue.rows(
            "SELECT party, name, interval, sampling FROM datastream"
        )
    }
    known: dict[str, npt.NDArray[np.float64]] = {}
    steps: dict[str, int] = {}
    of_series: dict[int, int] = {}
    for one in series:
        interval, sampling = stated[one.party, one.name]
        step = sampling if interval == INSTANT else interval
        of_series[one.id] = steps.setdefault(step, len(steps))
        if step not in known:
            known[step] = periods.expected(step)
        if interval != INSTANT and periods.labels and np.isnan(known[step]).all():
            raise NotAcceptable(
                f"{one.address!r} has one value for each {interval}, longer than the "
                "period asked for",
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


def _told(
    bank: Bank, rows: pa.Table, series: Sequence[Series], asked: _Asked
) -> pa.Table:
    """Put names, periods and coverage to the statistics, in the order asked."""
    periods = asked.periods
    period = rows["period"].to_numpy()
    number = rows["n"].to_numpy()
    expected = _expected(bank, rows, series, periods)
    unsaid = pc.equal(rows["censor"], 3)
    mean = pc.divide(rows["total"], rows["n"].cast(pa.float64()))
    said = {
        name: pc.if_else(unsaid, None, mean if name == "mean" else rows[name])
        for name in _STATISTICS
    }
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
