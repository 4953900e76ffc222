"""What a node says of itself: whose it is, how it is asked, that it is well."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation
from waternet.errors import NotReached
from waternet.exchange.location import WELL_KNOWN
from waternet.node.folder import Node

__all__ = ["INTERFACES", "operations"]

# Where each interface begins, as clients want it for their base address.
INTERFACES: Final = {
    "sensorthings": "sta/v1.1",
    "features": "ogc",
    "usgs": "ogcapi/v1",
    "edr": "edr",
    "data": "data",
    "wateroneflow": "waterml/1.1",
    "upload": "upload",
    "openapi": "openapi.json",
}
# What the root links to: a path that answers, and its title or the word for it.
_ENTRANCES: Final = {
    "data/datastreams": "datastreams",
    "sta/v1.1": "OGC SensorThings API 1.1",
    "ogc": "OGC API - Features",
    "edr": "OGC API - Environmental Data Retrieval",
    "ogcapi/v1": "USGS water data",
    "waterml/1.1/GetSites": "WaterOneFlow, WaterML 1.1",
}
_PARTY = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TEXT: dict[str, Any] = {"type": "string"}
_NAMES = {"type": "object", "additionalProperties": _TEXT}
_RECORD = {
    "type": "object",
    "required": ["party", "path"],
    "properties": {"party": _TEXT, "path": _TEXT},
}
_WELL_KNOWN = {
    "type": "object",
    "required": ["party", "names", "records", "interfaces"],
    "properties": {
        "party": _TEXT,
        "names": _NAMES,
        "records": {"type": "array", "items": _RECORD},
        "witness": _TEXT,
        "interfaces": {"type": "object", "additionalProperties": _TEXT},
    },
}
_LINK = {
    "type": "object",
    "required": ["href", "rel", "type", "title"],
    "properties": {"href": _TEXT, "rel": _TEXT, "type": _TEXT, "title": _TEXT},
}
_ROOT = {
    "type": "object",
    "required": ["title", "description", "party", "links"],
    "properties": {
        "title": _TEXT,
        "description": _TEXT,
        "party": _TEXT,
        "links": {"type": "array", "items": _LINK},
    },
}


def operations(
    others: Sequence[Operation], *, is_witness: bool
) -> tuple[Operation, ...]:
    """Return the operations of this module.

    Parameters
    ----------
    others : sequence of Operation
        What else can be asked of it.
    is_witness : bool
        It cosigns others' heads on request.
    """
    return (
        Operation(
            "GET",
            "/",
            "root",
            "node",
            "Where to begin: a link to each interface.",
            partial(_welcome, others),
            answers={JSON: _ROOT},
            reads_bank=False,
        ),
        Operation(
            "GET",
            f"/{WELL_KNOWN}",
            "node",
            "node",
            "Whose record is here, which others lie below it, and how both are asked.",
            partial(_say_what_is_here, _interfaces(others), is_witness),
            answers={JSON: _WELL_KNOWN},
            reads_bank=False,
        ),
        Operation(
            "GET",
            "/health",
            "health",
            "node",
            "Whether there is a record to be given out.",
            _say_health,
            answers={"text/plain": _TEXT},
            is_open=True,
            reads_bank=False,
        ),
    )


def _interfaces(others: Sequence[Operation]) -> dict[str, str]:
    """Return where the interfaces begin that have operations."""
    paths = ["openapi.json", *(one.path.removeprefix("/") for one in others)]
    return {
        name: start
        for name, start in INTERFACES.items()
        if any(path == start or path.startswith(f"{start}/") for path in paths)
    }


def _welcome(others: Sequence[Operation], asked: Asked) -> Answer:
    words = {name: told[asked.language] for name, told in _words().items()}
    names = asked.node.profile.names
    title = f"Waternet: {names.get(asked.language, asked.node.party)}"
    has = {
        one.path.removeprefix("/"): next(iter(one.answers))
        for one in others
        if one.method == "GET" and one.answers
    }
    linked = [
        ("", "self", JSON, title),
        ("openapi.json", "service-desc", JSON, words["paths"]),
        (WELL_KNOWN, "describedby", JSON, words["records"]),
        *(
            (path, "item", has[path], words.get(name, name))
            for path, name in _ENTRANCES.items()
            if path in has
        ),
    ]
    links = [
        {"href": f"{asked.url}/{path}", "rel": relation, "type": kind, "title": told}
        for path, relation, kind, told in linked
    ]
    fields = {"title": title, "description": words["about"], "party": asked.node.party}
    return json_answer({**fields, "links": links})


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    text = files(__package__).joinpath("here.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _say_what_is_here(
    interfaces: Mapping[str, str], is_witness: bool, asked: Asked
) -> Answer:
    node = asked.node
    fields: dict[str, Any] = {
        "party": node.party,
        "names": dict(node.profile.names),
        "records": [
            {"party": party, "path": f"mirror/{party}"} for party in _mirrored(node)
        ],
        "interfaces": interfaces,
    }
    if is_witness:
        fields["witness"] = "add-checkpoint"
    return json_answer(fields)


def _say_health(asked: Asked) -> Answer:
    if not (asked.node.public / "card.json").is_file():
        raise NotReached("the party's card is not here")
    return Answer(b"ok\n", "text/plain", headers={"cache-control": "no-store"})


def _mirrored(node: Node) -> list[str]:
    """Return the parties of whose records this node holds a verified head."""
    heads = (node.folder / "mirror").glob("*/checkpoint")
    return sorted(
        head.parent.name for head in heads if _PARTY.fullmatch(head.parent.name)
    )
