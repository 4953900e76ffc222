"""What WaterML 2.0 says of a point, or of all points: unit, interval, quality."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from waternet.formats.cells import clean_text
from waternet.formats.markup import text_of
from waternet.observation.vocabulary import get_terms

__all__ = [
    "censored_by",
    "first_said",
    "interval_of",
    "last_part",
    "qualifier_of",
    "quality_of",
    "status_of",
    "unit_of",
]

_WML = "{http://www.opengis.net/waterml/2.0}"
_SWE = "{http://www.opengis.net/swe/2.0}"
_TITLE = "{http://www.w3.org/1999/xlink}title"
_HREF = "{http://www.w3.org/1999/xlink}href"
# WaterML 2.0 part 1, 9.10: what a value says of the time before or after its stamp.
_INTERVALS = {"Average": "mean", "Max": "maximum", "Min": "minimum", "Total": "total"}
_INTERPOLATION = re.compile(r"(Average|Max|Min|Total|Const)(Prec|Succ)", re.IGNORECASE)
_ZERO_PARTS = re.compile(r"(?<![0-9.])0+(?:\.0+)?[YMWDHS]")


def last_part(address: str) -> str:
    """Return the last part of an address, its escapes undone."""
    return unquote(address.rstrip("/").rsplit("/", 1)[-1])


def first_said(read: Any, own: Any, default: Any) -> str:
    """Return what a point says itself, else what holds for all points."""
    return next((text for each in (own, default) if (text := read(each))), "")


def unit_of(metadata: Any) -> str:
    """Return the unit by its code, title or the last part of its address."""
    unit = metadata.find(f"{_WML}uom") if metadata is not None else None
    if unit is None:
        return ""
    return unit.get("code") or unit.get(_TITLE, "") or last_part(unit.get(_HREF, ""))


def interval_of(own: Any, default: Any) -> tuple[str, str, str]:
    """Return the statistic, the interval and which end of it the time marks."""
    said = first_said(_interpolation, own, default)
    length = _ZERO_PARTS.sub("", first_said(_duration, own, default)).removesuffix("T")
    match = _INTERPOLATION.fullmatch(said)
    if match:
        statistic = _INTERVALS.get(match.group(1).capitalize(), "")
        stamp = "end" if match.group(2).lower() == "prec" else "start"
        return statistic, length, stamp
    if said.lower() in ("continuous", "discontinuous", "instanttotal"):
        return "instant", "PT0S", "start"
    return "", length, "start"


def _interpolation(metadata: Any) -> str:
    return _code(metadata, "interpolationType")


def quality_of(metadata: Any) -> str:
    """Return the quality that is stated: 'good', 'suspect', 'estimate', 'missing'."""
    return _code(metadata, "quality")


def _code(metadata: Any, name: str) -> str:
    found = metadata.find(f"{_WML}{name}") if metadata is not None else None
    if found is None:
        return ""
    return last_part(found.get(_HREF, "")) or clean_text(found.get(_TITLE, ""))


def _duration(metadata: Any) -> str:
    if metadata is None:
        return ""
    return text_of(metadata.find(f"{_WML}aggregationDuration"))


def status_of(metadata: Any) -> str:
    """Return our term for the quality that is stated, where it is one."""
    said = quality_of(metadata)
    if said == "estimate":
        return "estimated"
    return said if said in get_terms("status") else ""


def qualifier_of(metadata: Any) -> str:
    """Return the remark codes; a quality that is no status is one of them."""
    if metadata is None:
        return ""
    found = [
        text_of(each.find(f".//{_SWE}value")) or clean_text(each.get(_TITLE, ""))
        for each in metadata.findall(f"{_WML}qualifier")
    ]
    said = quality_of(metadata)
    if said not in ("", "good", "missing", "unchecked") and not status_of(metadata):
        found.append(said)
    return " ".join(filter(None, found))


def censored_by(metadata: Any) -> str:
    """Return why a value is no figure but a limit; '' where it is one."""
    found = metadata.find(f"{_WML}censoredReason") if metadata is not None else None
    if found is None:
        return ""
    said = last_part(found.get(_HREF, "")) or clean_text(found.get(_TITLE, ""))
    return said or "censored"
