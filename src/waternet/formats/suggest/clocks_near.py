"""Zones whose clocks a file may be by: choices for a question, never an answer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

__all__ = ["zones_near"]

_PLACE = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")


def zones_near(points: Sequence[tuple[float, float]], count: int = 4) -> list[str]:
    """Return IANA zones whose chief towns are nearest to places.

    Parameters
    ----------
    points : sequence of (longitude, latitude) [deg]

    Returns
    -------
    list of str
        Near ones first; a town's nearness says nothing on borders.

    Examples
    --------
    >>> "Asia/Amman" in zones_near([(35.9, 32.0)])
    True
    """
    if not points:
        return []
    longitude = sorted(point[0] for point in points)[len(points) // 2]
    latitude = sorted(point[1] for point in points)[len(points) // 2]
    east = math.cos(math.radians(latitude))

    def far(zone: tuple[str, float, float]) -> float:
        return math.hypot((zone[1] - longitude) * east, zone[2] - latitude)

    return [name for name, _, _ in sorted(_zones(), key=far)[:count]]


@cache
def _zones() -> tuple[tuple[str, float, float], ...]:
    source = files("tzdata") / "zoneinfo" / "zone.tab"
    found = []
    for line in source.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        match = _PLACE.fullmatch(cells[1]) if len(cells) > 2 else None
        if match:
            found.append(
                (cells[2], _angle(*match.groups()[4:]), _angle(*match.groups()[:4]))
            )
    return tuple(found)


def _angle(sign: str, degrees: str, minutes: str, seconds: str | None) -> float:
    angle = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -angle if sign == "-" else angle
