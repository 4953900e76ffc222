"""The kind of entry with which a party publishes a layer of a map: outlines only.

A layer is always one party's word, never the map's: whoever looks at it chose it, and
is told whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    blob_check,
    verify_choice,
    verify_labels,
    verify_name,
    verify_text,
)

__all__ = ["LAYER_KINDS", "LAYER_OPTIONAL", "LAYER_WHOLE", "SHOWN"]

SHOWN = ("area", "basin", "boundary", "water")
"""What a layer may show."""


def _verify_names(value: Any, at: str) -> None:
    verify_labels(value, at)
    if not value:
        raise NotAcceptable(f"{at}: expected a name in one language at least")


LAYER_KINDS: Mapping[str, Mapping[str, Check]] = {
    "layer": {"name": verify_name, "title": verify_text},
}

_DRAWN: Mapping[str, Check] = {
    "shows": partial(verify_choice, choices=SHOWN),
    "names": _verify_names,
    "source": verify_text,
    "licence": verify_text,
    "outlines": blob_check("count"),
}

LAYER_OPTIONAL: Mapping[str, Mapping[str, Check]] = {
    "layer": {**_DRAWN, "reason": verify_text},
}


def _verify_layer(written: Mapping[str, Any], at: str) -> None:
    """Raise unless it draws a layer with all that belongs to one, or takes one away."""
    given = _DRAWN.keys() & written.keys()
    if given and (missing := _DRAWN.keys() - given):
        raise NotAcceptable(f"{at}: field {min(missing)!r} is missing")
    if not given and "reason" not in written:
        raise NotAcceptable(f"{at}: one without outlines needs a 'reason'")


LAYER_WHOLE: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    "layer": _verify_layer,
}
"""What holds between the fields of the kind."""
