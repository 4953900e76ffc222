"""Zones: by whose clock days and years begin."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from waternet.errors import NotAcceptable

__all__ = ["find_zone"]

_FIXED = re.compile(r"([+-])([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def find_zone(name: str) -> tzinfo:
    """Return the zone of an IANA name or a fixed offset.

    Raises
    ------
    NotAcceptable
        There is no such zone; the hint names near ones.

    Examples
    --------
    >>> find_zone("+02:00").utcoffset(None)
    datetime.timedelta(seconds=7200)
    """
    fixed = _FIXED.fullmatch(name)
    if fixed:
        east = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
        return timezone(east if fixed[1] == "+" else -east)
    # Listing all names takes some 40 ms, which most commands need not pay.
    if name == "UTC" or name in _zone_names():
        return ZoneInfo(name)
    from difflib import get_close_matches

    near = get_close_matches(name[:80], _zone_names(), n=3)
    raise NotAcceptable(
        f"no time zone {name[:80]!r}",
        hint=f"near it: {', '.join(near)}" if near else "'Asia/Amman' or '+02:00'",
    )


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())
