"""Times and pasts as people write them in a question."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from waternet.bank.as_of import AsOf
from waternet.errors import NotAcceptable

__all__ = ["read_past", "read_time"]

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_RELEASE = re.compile(r"(?!\d{4}-)([^:]+):(\d{1,18})", re.ASCII)


def read_time(text: str, clock: tzinfo = UTC) -> datetime:
    """Read a year, month, day or ISO time, by `clock` if it says none.

    Raises
    ------
    NotAcceptable
        It is none of these.

    Examples
    --------
    >>> read_time("2015-06").isoformat()
    '2015-06-01T00:00:00+00:00'
    """
    try:
        short = _DAY.fullmatch(text)
        when = datetime.fromisoformat(text + "-01-01"[len(text) - 4 :] * bool(short))
    except ValueError as error:
        raise NotAcceptable(
            f"{text[:80]!r} is not a time",
            hint="write 2015, 2015-06, 2015-06-30 or 2015-06-30T08:00+03:00",
        ) from error
    return when if when.tzinfo else when.replace(tzinfo=clock)


def read_past(text: str) -> AsOf:
    """Read a past: a day, which counts to its end in UTC, a time, or PARTY:RELEASE.

    Raises
    ------
    NotAcceptable
        It is none of these. A year or a month could mean its beginning or its end.

    Examples
    --------
    >>> read_past("jordan:9")
    AsOf(party='jordan', index=9, moment=None)
    """
    if release := _RELEASE.fullmatch(text):
        return AsOf.release(release[1], int(release[2]))
    if len(text) < len("2015-06-30"):
        raise NotAcceptable(
            f"as of {text!r}, which is not a day",
            hint="write 2015-06-30, which counts to its end in UTC, or PARTY:RELEASE",
        )
    when = read_time(text)
    return AsOf.date(when.date() if _DAY.fullmatch(text) else when)
