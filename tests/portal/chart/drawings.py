"""Lines to draw, and what a drawing of them holds."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import numpy as np

from waternet.portal.chart.line import Line

DAY = 86_400_000  # ms
START = 1_420_070_400_000  # 2015-01-01T00:00Z
SVG = "{http://www.w3.org/2000/svg}"


def daily(values: list[float] | np.ndarray[Any, Any], **more: Any) -> Line:
    """Return a line with a value each day from 1 January 2015 (UTC) on."""
    value = np.asarray(values, np.float64)
    time = START + np.arange(len(value)) * DAY
    return Line(**{"name": "Level", "unit": "m", "time": time, "value": value, **more})


def parsed(drawing: str) -> Element:
    """Return a drawing as XML, which it must be to stand in a PDF."""
    return fromstring(drawing)


def of_class(root: Element, name: str) -> list[Element]:
    """Return the elements that bear a class."""
    return [one for one in root.iter() if name in one.get("class", "").split()]


def points(path: str) -> list[list[tuple[float, float]]]:
    """Return the pieces of a path as points, by the grammar of SVG 1.1, section 8.3."""
    pieces: list[list[tuple[float, float]]] = []
    x = y = 0.0
    for letter, numbers in re.findall(r"([mlhv])([^a-z]*)", path):
        told = [float(one) for one in re.findall(r"-?[0-9.]+", numbers)]
        dx, dy = {"h": (told[0:1], [0.0]), "v": ([0.0], told[0:1])}.get(
            letter, (told[0:1], told[1:2])
        )
        x, y = x + dx[0], y + dy[0]
        if letter == "m":
            pieces.append([])
        pieces[-1].append((x, y))
    return pieces
