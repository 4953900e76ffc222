"""From figures of the bank to lines of a hydrograph."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.bank.climatology import Climatology, climatology, day_of_year
from waternet.observation.datastream import INSTANT, calendar_interval
from waternet.observation.vocabulary import Censor, Grade
from waternet.observation.zone import find_zone
from waternet.portal.chart.decimation import decimate
from waternet.portal.chart.line import Band, Line, Times, break_after
from waternet.portal.series.described import Described

__all__ = ["line_of", "thin", "usual_band", "usual_of", "within", "year_later"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = 3_600_000  # ms
_DAY: Final = 24 * _HOUR
_STEPPED = ("total", "count")
_MOST_BAND = 1_100  # days of a band: three years; a longer one is told less often
Moments = npt.NDArray[np.int64]


def line_of(figures: pa.Table, described: Described, name: str, of: int = 0) -> Line:
    """Return the line of one datastream's figures.

    Parameters
    ----------
    figures : pyarrow.Table
        As `ask_figures` returns them, of one datastream.
    name : str
        In the reader's language.
    of : int

    Returns
    -------
    Line
        With a NaN wherever nothing is known for long: `tells_gaps`.
    """
    time = _milliseconds(figures["time"])
    value = figures["value"].to_numpy(zero_copy_only=False).astype(np.float64)
    unit = figures["unit"][-1].as_py() if len(time) else described.about["unit"]
    line = Line(
        name,
        unit,
        time,
        value,
        _codes(figures["grade"]),
        _censored(figures["censor"]),
        _ends(figures, time, described),
        of=of,
        is_depth=described.is_depth and unit != "1",  # a count is none
    )
    return _with_gaps(line)


def thin(line: Line, columns: int) -> Line:
    """Return a line of fewer values for a drawing of so many columns of pixels."""
    if len(line.time) <= 4 * columns or not len(line.time):
        return line
    span = max(int(line.time[-1] - line.time[0]), 1)
    column = (line.time - line.time[0]) * columns // span
    breaks = _seen_breaks(line, column)
    known = np.flatnonzero(np.isfinite(line.value))
    piece = np.searchsorted(breaks, known)
    kept = known[decimate(column[known], line.value[known], piece)]
    return _at(line, np.unique(np.concatenate([kept, breaks, _flags(line, column)])))


def year_later(line: Line, name: str, zone: tzinfo) -> Line:
    """Return a line as if each value were a year later: 1 March again on 1 March.

    Days are those of the zone's standard time. 29 February has no day a year later.
    """
    offset = _standard_offset(zone)
    local, unknown = line.time + offset, np.isnan(line.value)
    is_leap = _is_leap_day(local)
    # A gap that begins on that day begins as the day before ends.
    local = np.where(is_leap & unknown, local // _DAY * _DAY - 1, local)
    places = np.flatnonzero(~is_leap | unknown)
    rises = np.diff(local[places], prepend=local[places][:1] - 1) > 0
    end = _year_later(line.end + offset) - offset if line.is_stepped else line.end
    time = _year_later(local) - offset
    moved = replace(line, name=name, time=time, end=end, is_other=True)
    return _at(moved, places[rises])


def within(line: Line, other: Line) -> Line:
    """Return what of a line lies within the time of another."""
    if not len(other.time):
        return line
    first, last = (
        int(other.time[0]),
        int((other.end if other.is_stepped else other.time)[-1]),
    )
    return _at(line, np.flatnonzero((line.time >= first) & (line.time <= last)))


def usual_of(line: Line, zone: tzinfo) -> Climatology:
    """Return what is usual of a datastream, from the whole of its record."""
    trusted = ~line.graded(Grade.BAD)
    time = line.time[trusted] + _standard_offset(zone)
    if line.is_stepped:
        time = time + (line.end[trusted] - line.time[trusted]) // 2
    return climatology(time, line.value[trusted])


def usual_band(
    usual: Climatology, first: int, last: int, name: str, zone: tzinfo, axis: int = 0
) -> Band | None:
    """Return what is usual from one time to another [ms]; None where nothing is."""
    offset = _standard_offset(zone)
    begin = (first + offset) // _DAY * _DAY
    count = (last + offset) // _DAY + 1 - begin // _DAY
    step = max(1, -(-count // _MOST_BAND))
    days = begin + np.arange(0, count + step, step, dtype=np.int64) * _DAY
    _, day = day_of_year(days)
    low, middle, high = usual.values[:, day]
    if not np.isfinite(low).any():
        return None
    # A day's word is drawn at its noon.
    return Band(name, days - offset + _DAY // 2, low, middle, high, axis)


def _at(line: Line, places: Moments) -> Line:
    columns = ("time", "value", "grade", "censor", "end")
    given = {one: getattr(line, one) for one in columns}
    return replace(
        line,
        **{one: told[places] if len(told) else told for one, told in given.items()},
    )


def _seen_breaks(line: Line, column: Moments) -> Moments:
    """Return the NaN that break a line where it can be seen: not within a column.

    At most three to a column: gaps narrower than a pixel are no more to be drawn than
    the values about them.
    """
    unknown = ~np.isfinite(line.value)
    before = np.maximum.accumulate(np.where(unknown, -1, np.arange(len(unknown))))
    first = unknown & np.append(True, ~unknown[:-1])  # of a run of them, one will do
    places = np.flatnonzero(first)
    known = np.flatnonzero(~unknown)
    after = np.searchsorted(known, places)
    is_inner = (before[places] >= 0) & (after < len(known))
    places, after = places[is_inner], after[is_inner]
    if not len(places):
        return places
    seen: Moments = places[column[known[after]] != column[before[places]]]
    return seen


def _flags(line: Line, column: Moments) -> Moments:
    """Return the first suspect, bad and limited value of each column.

    What was flagged stays to be seen, though it is no extreme.
    """
    found = [np.empty(0, np.int64)]
    marked = [line.graded(grade) for grade in (Grade.SUSPECT, Grade.BAD)]
    if len(line.censor):
        marked += [line.censor == Censor.BELOW, line.censor == Censor.ABOVE]
    for flags in marked:
        places = np.flatnonzero(flags)
        found.append(places[np.unique(column[places], return_index=True)[1]])
    return np.concatenate(found)


def _with_gaps(line: Line) -> Line:
    """Put a NaN behind each value after which nothing is known for long."""
    if line.is_stepped:
        broken = np.append(line.end[:-1] < line.time[1:], False)
    else:
        broken = break_after(line.time, line.value)
        broken[-1:] = False
    places = np.flatnonzero(broken) + 1
    if not len(places):
        return replace(line, tells_gaps=True)
    before = line.end if line.is_stepped else line.time + 1

    def insert(column: npt.NDArray[Any], empty: Any) -> npt.NDArray[Any]:
        return np.insert(column, places, empty) if len(column) else column

    return replace(
        line,
        time=insert(line.time, before[places - 1]),
        value=insert(line.value, np.nan),
        grade=insert(line.grade, 0),
        censor=insert(line.censor, 0),
        end=insert(line.end, line.time[places]),
        tells_gaps=True,
    )


def _milliseconds(column: pa.ChunkedArray) -> Times:
    told: Times = column.cast(pa.int64()).to_numpy() // 1000
    return told


def _codes(column: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    if column.null_count == len(column):
        return np.empty(0, np.int8)
    codes: npt.NDArray[np.int8] = column.fill_null(0).to_numpy().astype(np.int8)
    return codes


def _censored(column: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    codes = _codes(column)
    return codes if np.any(codes != Censor.NONE) else np.empty(0, np.int8)


def _ends(figures: pa.Table, time: Times, of: Described) -> Times:
    """Return until when each value stands, where that is drawn; () for a course."""
    none = np.empty(0, np.int64)
    is_gathered = "period" in figures.column_names
    interval = of.about["interval"]
    if not len(time) or (interval == INSTANT and not is_gathered):
        return none
    if not figures["end"].null_count:
        if is_gathered or of.about["statistic"] in _STEPPED or _is_long(interval):
            return _milliseconds(figures["end"])
        return none
    if of.about["statistic"] not in _STEPPED and not _is_long(interval):
        return none
    ends = _after(time, interval, find_zone(of.zone))
    # Clocks that were changed by decree make no year last into the next.
    ends[:-1] = np.minimum(ends[:-1], time[1:])
    return ends


def _is_long(interval: str) -> bool:
    return calendar_interval(interval)[1] in ("month", "year")


def _after(time: Times, interval: str, zone: tzinfo) -> Times:
    """Return when intervals end that begin at these times, by the owner's calendar."""
    count, unit = calendar_interval(interval)
    lengths = {"second": 1000, "minute": 60_000, "hour": _HOUR, "day": _DAY}
    if unit in lengths:
        return time + count * lengths[unit]
    if unit == "week":
        return time + count * 7 * _DAY
    months = count * (12 if unit == "year" else 1)
    ends = [_months_on(int(one), months, zone) for one in time]
    return np.array(ends, np.int64)


def _months_on(at: int, months: int, zone: tzinfo) -> int:
    local = (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    first = datetime(year, month + 1, 1, local.hour, local.minute, tzinfo=zone)
    return (first - _EPOCH) // timedelta(milliseconds=1) + (local.day - 1) * _DAY


def _year_later(time: Times) -> Times:
    moments = time.astype("datetime64[ms]")
    months = moments.astype("datetime64[M]")
    later: Times = (
        (months + 12).astype("datetime64[ms]")
        + (moments - months.astype("datetime64[ms]"))
    ).astype(np.int64)
    return later


def _is_leap_day(local: Times) -> npt.NDArray[np.bool_]:
    days = local.astype("datetime64[ms]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    is_february = months.astype(np.int64) % 12 == 1
    found: npt.NDArray[np.bool_] = is_february & (
        (days - months).astype(np.int64) == 28
    )
    return found


def _standard_offset(zone: tzinfo) -> int:
    """Return how far a zone's standard time is ahead of UTC [ms]."""
    midwinter = datetime(2020, 1, 1, tzinfo=zone)
    offset = midwinter.utcoffset() or timedelta(0)
    saved = midwinter.dst() or timedelta(0)
    return (offset - saved) // timedelta(milliseconds=1)
