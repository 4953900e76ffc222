"""Which datastreams or places a request for files is about."""

from __future__ import annotations

from typing import Final

from waternet.api.asked import Asked
from waternet.api.operation import Parameter
from waternet.bank.selection import (
    Selection,
    choose_series,
    verify_known,
    verify_party,
)
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable

__all__ = [
    "CHOICE_PARAMETERS",
    "DATASTREAM_PARAMETERS",
    "chosen",
    "completed",
    "selection_of",
]

_NAME = {"type": "string", "maxLength": 200}
_NAMES = {"type": "string", "maxLength": 2_000}

CHOICE_PARAMETERS: Final = (
    Parameter("text", _NAME, "Words of a name or quantity, in any language."),
    Parameter("party", _NAMES, "Only this party's, or these, with commas between."),
    Parameter("dataset", _NAME, "Only of this dataset."),
    Parameter("kind", _NAMES, "Only at this kind of place, or these: well,spring."),
    Parameter("feature", _NAME, "Only of this place, by its owner's id."),
    Parameter(
        "within",
        _NAMES,
        "Only in this area, or these: its id, PARTY:ID, or a shared name.",
    ),
    Parameter(
        "bbox",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        "Only in this box: west, south, east, north in degrees.",
    ),
    Parameter(
        "observed_property", _NAMES, "Only this quantity, or these: lake-level,stage."
    ),
    Parameter("statistic_kind", _NAME, "Only of this statistic, as published: mean..."),
    Parameter("interval", _NAME, "Only of this interval, as published: P1D..."),
)
DATASTREAM_PARAMETERS: Final = (
    Parameter(
        "datastream",
        {"type": "array", "items": {**_NAME, "minLength": 1}, "maxItems": 1_000},
        "Addresses, PARTY:FEATURE/PROPERTY/STATISTIC/INTERVAL/PROCEDURE; what follows "
        "the property may be left out. Instead of the filters.",
    ),
    *CHOICE_PARAMETERS,
)
_OPEN_PARTS = 4  # of an address that leaves its end open
_FILTERS = {one.name for one in CHOICE_PARAMETERS}


def chosen(asked: Asked) -> list[str] | Selection:
    """Return the datastreams that a request is about: addresses, or a selection.

    Raises
    ------
    NotFound
        An address fits no datastream that has figures; no such party or term.
    NotAcceptable
        Addresses and filters are both given.
    """
    addresses = asked.values.get("datastream", ())
    if not addresses:
        return selection_of(asked)
    both = sorted(_FILTERS & set(asked.values))
    if both:
        raise NotAcceptable(
            f"both datastream and {', '.join(both)} are given",
            hint="name datastreams by address, or all that have some property",
        )
    full = [one for each in addresses for one in completed(asked.bank, each)]
    return list(dict.fromkeys(full))


def selection_of(asked: Asked) -> Selection:
    """Return the places or datastreams that a request's filters mean.

    Raises
    ------
    NotFound
        There is no such party or term, so that nothing could ever be found.
    NotAcceptable
        A box whose south lies above its north.
    """
    values = asked.values
    selection = Selection(
        text=values.get("text", ""),
        party=values.get("party", ""),
        dataset=values.get("dataset", ""),
        kind=values.get("kind", ""),
        feature=values.get("feature", ""),
        within=values.get("within", ""),
        observed_property=values.get("observed_property", ""),
        statistic=values.get("statistic_kind", ""),
        interval=values.get("interval", ""),
        bbox=_box(values["bbox"]) if "bbox" in values else None,
    )
    verify_known(asked.bank, selection)
    return selection


def completed(bank: Bank, address: str) -> list[str]:
    """Return the addresses that one means which may leave its end open."""
    party, colon, name = address.partition(":")
    parts = name.split("/")
    if not colon or not parts[0] or len(parts) > _OPEN_PARTS:
        return [address]  # the bank knows it, or names near ones
    verify_party(bank, party)
    feature, observed_property, statistic, interval = (*parts, "", "", "")[:4]
    fitting = Selection(
        party=party,
        feature=feature,
        observed_property=observed_property,
        statistic=statistic,
        interval=interval,
    )
    found = choose_series(bank, fitting)
    return [one.address for one in found] or [address]


def _box(corners: list[float]) -> tuple[float, float, float, float]:
    west, south, east, north = corners
    if south > north:
        raise NotAcceptable(
            f"bbox: the south ({south}) lies above the north ({north})",
            hint="west, south, east, north in degrees: 34,29,37,34",
        )
    return west, south, east, north
