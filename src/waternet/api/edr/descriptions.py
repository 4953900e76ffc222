"""Answers that describe: the landing page, collections, instances."""

from __future__ import annotations

from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.edr.collections import find_collection, list_collections
from waternet.api.edr.description import (
    CONFORMANCE,
    JSON,
    describe_collection,
    describe_instance,
    link,
)
from waternet.api.edr.instances import find_instance, list_instances

__all__ = [
    "describe_here",
    "list_here",
    "say_collection",
    "say_conformance",
    "say_instance",
    "say_instances",
]

_OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.1"
_ABOUT: Final = {
    "en": "Figures of several parties, each as its owner signed it.",
    "ar": "أرقام أطراف عدة، كلٌّ كما وقّعه صاحبه.",
    "he": "נתונים של כמה צדדים, כל אחד כפי שבעליו חתם עליו.",
}
_INSTANCES = 20
_MOST_INSTANCES = 100


def describe_here(asked: Asked) -> Answer:
    """Return the landing page."""
    root = _root(asked)
    names = asked.node.profile.names
    name = names.get(asked.language) or next(iter(names.values()), asked.node.party)
    return json_answer(
        {
            "title": f"Waternet, {name}",
            "description": _ABOUT[asked.language],
            "links": [
                link(root, "self", JSON),
                link(f"{asked.url}/openapi.json", "service-desc", _OPENAPI),
                link(f"{root}/conformance", "conformance", JSON),
                link(f"{root}/collections", "data", JSON),
            ],
        }
    )


def say_conformance(_asked: Asked) -> Answer:
    """Return the classes of the standard that are kept."""
    return json_answer({"conformsTo": list(CONFORMANCE)})


def list_here(asked: Asked) -> Answer:
    """Return every collection."""
    root = _root(asked)
    described = [
        describe_collection(one, root, asked.language)
        for one in list_collections(asked.bank)
    ]
    links = [link(f"{root}/collections", "self", JSON)]
    return json_answer({"links": links, "collections": described})


def say_collection(asked: Asked) -> Answer:
    """Return one collection."""
    collection = find_collection(asked.bank, asked.path["collection"])
    return json_answer(describe_collection(collection, _root(asked), asked.language))


def say_instances(asked: Asked) -> Answer:
    """Return the releases of a collection, newest first."""
    root, bank = _root(asked), asked.bank
    collection = find_collection(bank, asked.path["collection"])
    most = min(asked.values.get("limit", _INSTANCES), _MOST_INSTANCES)
    skip = asked.values.get("offset", 0)
    found = list_instances(bank, collection, most + 1, skip)
    here = f"{root}/collections/{collection.id}/instances"
    links = [link(here, "self", JSON)]
    if len(found) > most:
        following = f"{here}?limit={most}&offset={skip + most}"
        links.append(link(following, "next", JSON))
    described: list[dict[str, Any]] = [
        describe_instance(collection, one, root, asked.language) for one in found[:most]
    ]
    return json_answer({"links": links, "instances": described})


def say_instance(asked: Asked) -> Answer:
    """Return a collection as it stood with one release, or on one day."""
    bank = asked.bank
    collection = find_collection(bank, asked.path["collection"])
    instance, _ = find_instance(bank, collection, asked.path["instance"])
    return json_answer(
        describe_instance(collection, instance, _root(asked), asked.language)
    )


def _root(asked: Asked) -> str:
    return f"{asked.url}/edr"
