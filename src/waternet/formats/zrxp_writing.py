"""KISTERS ZRXP, written: what `waternet.formats.zrxp` reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO

from waternet.errors import NotAcceptable
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SourceSeries

__all__ = ["write_zrxp"]

_GAP = "-777"
_UNSAYABLE = re.compile(r'[\x00-\x1f\x7f]|\|\*\||"')


def write_zrxp(series: Sequence[SourceSeries], sink: IO[bytes]) -> None:
    """Write series as ZRXP, one block each, in UTF-8.

    Parameters
    ----------
    series : sequence of SourceSeries
        Times in ISO without offset, by `zone`. Qualifiers are written as remarks.
    sink : binary file

    Raises
    ------
    NotAcceptable
        A text holds what separates texts in the format; a time is not ISO.

    Notes
    -----
    What a value stands for (statistic, interval, stamp) is not written: in WISKI it
    belongs to the series that takes the values in. ASCII texts are also the ISO 8859-1
    that the format asks for; others are not.
    """
    for each in series:
        gap = _free_gap(each.points.value)
        _put(sink, "#", ("ZRXPVERSION3014.03", "ZRXPCREATORWaternet"))
        _put(sink, "#", (f"SANR{each.feature}", f"SNAME{each.name}"))
        _put(sink, "#", _written_quantity(each))
        _put(sink, "#", (f"TZ{_written_zone(each.zone)}", f"RINVAL{gap}"))
        remarks = each.points.qualifier
        layout = "timestamp,value,remark" if remarks else "timestamp,value"
        _put(sink, "#", (f"LAYOUT({layout})",))
        for place, time in enumerate(each.points.time):
            line = f"{_written_stamp(time)} {each.points.value[place] or gap}"
            if remarks:
                line += f' "{_sayable(remarks[place])}"'
            sink.write(f"{line}\n".encode())


def _put(sink: IO[bytes], sign: str, parts: Sequence[str]) -> None:
    sink.write(
        (sign + "".join(f"{_sayable(part)}|*|" for part in parts) + "\n").encode()
    )


def _sayable(text: str) -> str:
    if found := _UNSAYABLE.search(text):
        raise NotAcceptable(
            f"ZRXP cannot hold {found[0]!r} in a text: {text[:80]!r}",
            hint="rename it, or write another format",
        )
    return text


def _written_quantity(series: SourceSeries) -> tuple[str, ...]:
    several = len(series.quantities) > 1
    keys = ("CNR", "CNAME", "REXCHANGE") if several else ("CNAME",)
    named = [
        f"{key}{name}"
        for key, name in zip(keys, series.quantities, strict=False)
        if name
    ]
    more = [f"TSPATH/{series.procedure}"] if series.procedure else []
    return (*named, *more, f"CUNIT{series.unit}")


def _written_zone(zone: str) -> str:
    match = re.fullmatch(r"([+-])(\d\d):(\d\d)", zone, re.ASCII)
    if match is None:
        return zone
    minutes = f":{match[3]}" if match[3] != "00" else ""
    return f"UTC{match[1]}{int(match[2])}{minutes}"


def _written_stamp(time: str) -> str:
    match = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d))?", time, re.ASCII
    )
    if match is None:
        raise NotAcceptable(
            f"ZRXP cannot hold the time {time!r}", hint="such as '2015-06-30T08:00:00'"
        )
    return "".join(part or "00" for part in match.groups())


def _free_gap(values: Sequence[str]) -> str:
    """Return a number for gaps that is no value of the series."""
    gap = _GAP
    while any(is_sentinel(value, gap) for value in values if value):
        gap += "7"
    return gap
