"""Channels: the series of a logger, column by column beside one clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waternet.formats.reading import Reject
from waternet.formats.series import Points, SourceSeries
from waternet.formats.units import to_ucum

__all__ = [
    "Channel",
    "Record",
    "Track",
    "point_decimal",
    "read_channels",
    "reject_timeless",
]

_COMMA = re.compile(r"([<>]?\s*[+-]?[0-9]*),([0-9]+(?:[eE][+-]?[0-9]+)?)", re.ASCII)
Record = tuple[int, str, Sequence[str]]


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
    """

    column: int
    quantities: tuple[str, ...]
    unit: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def series(self, points: Points, common: SourceSeries) -> SourceSeries:
        """Return this channel's series, described by itself and the whole file."""
        described: dict[str, Any] = {
            name: getattr(common, name) for name in SourceSeries.__dataclass_fields__
        }
        described |= {"quantities": self.quantities, "unit": self.unit}
        described |= {"points": points, "ucum": to_ucum(self.unit), **self.more}
        return SourceSeries(**described)


def read_channels(
    records: Iterable[Record], channels: Sequence[Channel], common: SourceSeries
) -> tuple[tuple[SourceSeries, ...], list[Record]]:
    """Return a series for each channel, and the records that have no time.

    Parameters
    ----------
    records : iterable of (line, time, cells)
        Those shorter than the headings are blank to the right.
    channels : sequence of Channel
    common : SourceSeries
        What holds for all of them.

    Returns
    -------
    series : tuple of SourceSeries
        In the channels' order.
    timeless : list of Record
    """
    tracks = [Track() for _ in channels]
    timeless: list[Record] = []
    for number, time, cells in records:
        if not time:
            timeless.append((number, time, cells))
            continue
        for track, channel in zip(tracks, channels, strict=True):
            place = channel.column
            value = cells[place] if place < len(cells) else ""
            track.number.append(number)
            track.time.append(time)
            track.value.append(value)
    series = tuple(
        channel.series(track.points(), common)
        for channel, track in zip(channels, tracks, strict=True)
    )
    return series, timeless


def reject_timeless(
    file: str, records: Sequence[Record], channels: Sequence[Channel]
) -> tuple[Reject, ...]:
    """Report the records without a time, each with the figures that it loses."""
    rejects = []
    for number, _, cells in records:
        lost = sum(
            1
            for channel in channels
            if channel.column < len(cells) and cells[channel.column]
        )
        if lost:
            shown = " ".join(cells)[:200]
            reason = "no time stands in this line"
            rejects.append(Reject(file, "", number, "", shown, reason, lost=lost))
    return tuple(rejects)


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
