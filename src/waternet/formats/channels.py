"""Channels: the series of a logger, column by column beside one clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waternet.formats.clocks import read_clocks
from waternet.formats.reading import Reject
from waternet.formats.series import Points, SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum

__all__ = [
    "Channel",
    "Record",
    "Track",
    "point_decimal",
    "read_logger",
]

_COMMA = re.compile(r"([<>]?\s*[+-]?[0-9]*),([0-9]+(?:[eE][+-]?[0-9]+)?)", re.ASCII)
Record = tuple[int, str, Sequence[str]]
_TIMELESS = "no time stands in this line"


@dataclass(slots=True)
class Track:
    """One series while its points are gathered."""

    number: list[int] = field(default_factory=list)
    time: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    qualifier: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)

    def add(
        self, number: int, time: str, value: str, qualifier: str = "", status: str = ""
    ) -> None:
        """Add one point."""
        self.number.append(number)
        self.time.append(time)
        self.value.append(value)
        self.qualifier.append(qualifier)
        self.status.append(status)

    def points(self) -> Points:
        """Return what was gathered; columns without any text are empty."""
        return Points(
            self.number,
            self.time,
            self.value,
            self.qualifier if any(self.qualifier) else [],
            self.status if any(self.status) else [],
        )


@dataclass(frozen=True, slots=True)
class Channel:
    """One column of a logger's file.

    Attributes
    ----------
    column : int
        Its place in a record's cells, from 0.
    quantities : tuple of str
    unit : str
        As the file writes it.
    more : mapping
        Further fields of `SourceSeries` that hold for this channel alone.
    skips_blank : bool
        Whether a blank cell is no reading at all: the row is another channel's.
    """

    column: int
    quantities: tuple[str, ...]
    unit: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    skips_blank: bool = False

    def cell(self, cells: Sequence[str]) -> str:
        """Return this channel's cell of a record; '' where it is too short."""
        return cells[self.column] if self.column < len(cells) else ""

    def series(self, points: Points, common: SourceSeries) -> SourceSeries:
        """Return this channel's series, described by itself and the whole file."""
        described: dict[str, Any] = {
            name: getattr(common, name) for name in SourceSeries.__dataclass_fields__
        }
        described |= {"quantities": self.quantities, "unit": self.unit}
        described |= {"points": points, "ucum": to_ucum(self.unit), **self.more}
        return SourceSeries(**described)


def read_logger(
    file: str,
    records: Sequence[Record],
    channels: Sequence[Channel],
    common: SourceSeries,
    usual: str = "YMD",
) -> SeriesDocument:
    """Return a series for each channel of a logger's records.

    Parameters
    ----------
    file : str
        Its name, for reports.
    records : sequence of (line, time as it is written, cells)
        Those shorter than the headings are blank to the right.
    channels : sequence of Channel
    common : SourceSeries
        What holds for all of them.
    usual : str
        Order of the dates where they prove none: 'YMD', 'MDY' or 'DMY'.

    Returns
    -------
    SeriesDocument
        With times in ISO; a record without a time is a reject, with as many figures
        lost as it has; a notice where nothing proves the order of day and month.
    """
    timed = [record for record in records if record[1]]
    times, is_proved = read_clocks([time for _, time, _ in timed], usual)
    series = []
    for channel in channels:
        track = Track()
        for (number, _, cells), time in zip(timed, times, strict=True):
            value = channel.cell(cells)
            if value or not channel.skips_blank:
                track.add(number, time, value)
        series.append(channel.series(track.points(), common))
    rejects = [
        Reject(file, "", number, "", " ".join(cells)[:200], _TIMELESS, lost=lost)
        for number, time, cells in records
        if not time and (lost := sum(bool(each.cell(cells)) for each in channels))
    ]
    notices = []
    if timed and not is_proved:
        reason = f"nothing proves the order of day and month; read as {usual}"
        number, time, _ = timed[0]
        notices.append(Reject(file, "", number, "", time[:200], reason, lost=0))
    return SeriesDocument(tuple(series), tuple(rejects), tuple(notices))


def point_decimal(cell: str) -> str:
    """Return a figure with a decimal point where it has a decimal comma.

    For cells between semicolons, tabs or blanks, in files of instruments: these group
    no thousands, so that a comma among digits is the decimal sign.

    Examples
    --------
    >>> point_decimal("-1,25"), point_decimal("1.25"), point_decimal("1,250,000")
    ('-1.25', '1.25', '1,250,000')
    """
    match = _COMMA.fullmatch(cell)
    return f"{match[1]}.{match[2]}" if match else cell
