"""Layers of the map over HTTP: which there are, and the outlines of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation, Parameter
from waternet.bank.layers import Layer, find_layer, list_layers
from waternet.errors import NotFound
from waternet.node.layers import signed_outlines

__all__ = ["layer_operations"]

_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_ID: Final = {"type": "string", "minLength": 1, "maxLength": 64}
_NAMES: Final = {"type": "object", "additionalProperties": _TEXT}
_LAYER: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("party", "id", "kind", "title", "source", "licence"), _TEXT),
    **dict.fromkeys(("issued", "sha256", "href"), _TEXT),
    **dict.fromkeys(("entry", "bytes", "count"), _COUNT),
    "names": _NAMES,
}
_LISTED: Final = {
    "type": "object",
    "required": ["layers"],
    "properties": {
        "layers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": sorted(_LAYER),
                "properties": _LAYER,
            },
        }
    },
}
_DRAWN: Final = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": {"type": "object"}},
    },
}


def layer_operations() -> tuple[Operation, ...]:
    """Return the operations about layers."""
    return (
        Operation(
            "GET",
            "/data/layers",
            "data-layers",
            "data",
            "Layers of the map, each as its party publishes it: boundaries, basins...",
            _answer_layers,
            parameters=(Parameter("party", _ID, "Of this party only."),),
            answers={JSON: _LISTED},
        ),
        Operation(
            "GET",
            "/data/layers/{owner}/{layer}",
            "data-layer",
            "data",
            "The outlines of one layer, as they were signed (GeoJSON, RFC 7946).",
            _answer_layer,
            parameters=(
                Parameter("owner", _ID, "Whose it is.", "path", required=True),
                Parameter("layer", _ID, "Its id.", "path", required=True),
            ),
            answers={"application/geo+json": _DRAWN},
        ),
    )


def _answer_layers(asked: Asked) -> Answer:
    layers = list_layers(asked.bank, asked.values.get("party", ""))
    return json_answer({"layers": [_told(asked, one) for one in layers]})


def _told(asked: Asked, layer: Layer) -> dict[str, Any]:
    href = f"{asked.url}/data/layers/{layer.party}/{layer.id}"
    return {**asdict(layer), "href": href}


def _answer_layer(asked: Asked) -> Answer:
    party, name = asked.path["owner"], asked.path["layer"]
    found = find_layer(asked.bank, party, name)
    if found is None:
        raise NotFound(
            f"{party!r} publishes no layer {name!r}", hint="/data/layers lists them"
        )
    outlines = signed_outlines(asked.node, found)
    headers = {"content-disposition": f'inline; filename="{party}-{name}.geojson"'}
    return Answer(outlines, "application/geo+json", headers=headers)
