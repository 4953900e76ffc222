"""What a request asks of a file beside its path: a part of it, or only if it changed.

References
----------
RFC 9110, sections 12.5.3 (Accept-Encoding), 13 (conditional requests) and 14 (ranges).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from waternet.errors import NotAcceptable
from waternet.exchange.web import read_http_date

__all__ = ["accepts_gzip", "asked_range", "is_unchanged"]

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_CODING = re.compile(r"(gzip|x-gzip|\*)(?:;q=([0-9.]{1,5}))?", re.IGNORECASE)


def accepts_gzip(written: str) -> bool:
    """Return whether an Accept-Encoding header allows gzip.

    Examples
    --------
    >>> accepts_gzip("br, gzip"), accepts_gzip("gzip;q=0, identity"), accepts_gzip("")
    (True, False, False)
    """
    for part in written.replace(" ", "").split(","):
        coding = _CODING.fullmatch(part)
        if coding:
            return coding[2] is None or coding[2].strip("0.") != ""
    return False


def is_unchanged(
    none_match: str | None, modified_since: str | None, tag: str, modified: int
) -> bool:
    """Return whether the reader already has this file (304).

    Parameters
    ----------
    none_match, modified_since : str or None
        The headers If-None-Match and If-Modified-Since; the former counts alone.
    tag : str
        The ETag of what would be sent.
    modified : int [s]
        When the file was last changed, since 1970.
    """
    if none_match is not None:
        held = [one.strip().removeprefix("W/") for one in none_match.split(",")]
        return tag.removeprefix("W/") in held or "*" in held
    when = read_http_date(modified_since or "")
    return when is not None and datetime.fromtimestamp(modified, UTC) <= when


def asked_range(
    written: str | None, if_range: str | None, tag: str, size: int
) -> tuple[int, int] | None:
    """Return the part of a file that is asked for: first byte, and one past its end.

    Several parts, other units and what is not understood are passed over, as the
    standard allows: the reader gets all of it. So it does where the file is no longer
    the one of which it has a part.

    Parameters
    ----------
    written, if_range : str or None
        The headers Range and If-Range.
    tag : str
    size : int [byte]

    Returns
    -------
    (int, int) or None
        None for all of it.

    Raises
    ------
    NotAcceptable
        The part lies outside the file (416).
    """
    found = _RANGE.fullmatch((written or "").replace(" ", ""))
    # A date is too coarse to say that a file is the same.
    if found is None or (if_range is not None and if_range.strip() != tag):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise NotAcceptable(f"no part {found[0]} in a file of {size} bytes")
    return start, stop
