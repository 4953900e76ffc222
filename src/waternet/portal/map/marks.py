"""How places are marked: by shape as well as by colour, so that either is enough.

Classes of percentile ranks are those of the U.S. Geological Survey's maps of current
conditions, with colours that tell them apart on paper, in the dark and for readers who
see red and green alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from waternet.observation.place import AREA_KINDS
from waternet.quality.groundwater_status import class_of

__all__ = ["MARKS", "Mark", "mark_of_kind", "mark_of_rank"]

_DOT = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z"
_DOWN = "M-7.5 -5H7.5L0 7Z"
_UP = "M-7.5 5H7.5L0 -7Z"
_SQUARE = "M-4.5 -4.5H4.5V4.5H-4.5Z"
_DIAMOND = "M0 -6.5L6.5 0L0 6.5L-6.5 0Z"
_DROP = "M0 -7C3 -3 5 -1 5 1.5A5 5 0 0 1 -5 1.5C-5 -1 -3 -3 0 -7Z"
_CROSS = "M-2 -6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z"
_HOLE_DOWN = "M-2 -1.4a2 2 0 1 1 4 0a2 2 0 1 1 -4 0Z"
_HOLE_UP = "M-2 1.4a2 2 0 1 1 4 0a2 2 0 1 1 -4 0Z"
_HOLE = "M-2.5 0a2.5 2.5 0 1 1 5 0a2.5 2.5 0 1 1 -5 0Z"


@dataclass(frozen=True, slots=True)
class Mark:
    """One way of marking a place.

    Attributes
    ----------
    id : str
        Of its class in style sheets: 'mark-normal'.
    path : str
        Its outline about the middle, in SVG's words; 14 units across at most.
    colour : str
        On paper; the style sheet has another one in the dark.
    label : str
        What it says: a sentence to be translated; '' where the vocabulary has one.
    """

    id: str
    path: str
    colour: str
    label: str = ""


def _(text: str) -> str:
    """Mark a sentence for translation; it is translated where it is shown."""
    return text


_OF_RANKS = (
    Mark("much-below", _DOWN, "#8c2d04", _("Much below normal (lowest tenth)")),
    Mark("below", _DOWN + _HOLE_DOWN, "#b35806", _("Below normal (tenth to quarter)")),
    Mark("normal", _DOT, "#3f7d20", _("Normal (middle half)")),
    Mark("above", _UP + _HOLE_UP, "#1f6fb4", _("Above normal (highest quarter)")),
    Mark("much-above", _UP, "#08306b", _("Much above normal (highest tenth)")),
    Mark("unranked", _DOT + _HOLE, "#5c5c5c", _("Too few years to compare")),
)
_OF_KINDS = (
    Mark("well", _DOT, "#6a3d9a"),
    Mark("spring", _DIAMOND, "#1f6fb4"),
    Mark("stream-gauge", _UP, "#0b5d77"),
    Mark("rain-gauge", _SQUARE, "#2a6f4e"),
    Mark("weather-station", _SQUARE + _HOLE, "#2a6f4e"),
    Mark("lake", _DROP, "#08306b"),
    Mark("reservoir", _DROP + _HOLE, "#08306b"),
    Mark("plant", _CROSS, "#8c2d04", _("Treatment or desalination plant")),
    Mark("area", _DIAMOND + _HOLE, "#5c5c5c", _("Area")),
    Mark("other", _DOT + _HOLE, "#5c5c5c", _("Other station")),
)
MARKS: Final[Mapping[str, Mark]] = MappingProxyType(
    {one.id: one for one in (*_OF_RANKS, *_OF_KINDS)}
)
_CLASSES: Final = {
    "much below normal": "much-below",
    "below normal": "below",
    "normal": "normal",
    "above normal": "above",
    "much above normal": "much-above",
    "": "unranked",
}


def mark_of_rank(rank: float) -> str:
    """Return the mark of a percentile rank; NaN has one too.

    Examples
    --------
    >>> mark_of_rank(9.9), mark_of_rank(50.0), mark_of_rank(float("nan"))
    ('much-below', 'normal', 'unranked')
    """
    return _CLASSES[class_of(rank)]


def mark_of_kind(kind: str) -> str:
    """Return the mark of a kind of place.

    Examples
    --------
    >>> mark_of_kind("well"), mark_of_kind("desalination-plant"), mark_of_kind("basin")
    ('well', 'plant', 'area')
    """
    if kind in MARKS:
        return kind
    if kind.endswith("-plant"):
        return "plant"
    return "area" if kind in AREA_KINDS else "other"
