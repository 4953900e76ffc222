"""What an offering of collections can be asked, as operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.cql2.tree import MOST_BYTES
from waternet.api.features import documents as say
from waternet.api.features.collection import Collection
from waternet.api.features.geojson import GEOJSON, feature_schema, page_schema
from waternet.api.features.offering import (
    FILTER_BODY,
    Offering,
    item_parameters,
    items_parameters,
)
from waternet.api.operation import JSON, Operation, Parameter

__all__ = ["AnswerItems", "offering_operations"]

AnswerItems: TypeAlias = Callable[[Offering, Collection, Asked], Answer]

_FORMAT = Parameter("f", {"type": "string", "enum": ["json"]}, "How it is written.")


def offering_operations(
    offering: Offering,
    collections: Sequence[tuple[Collection, AnswerItems, AnswerItems]],
) -> tuple[Operation, ...]:
    """Return the operations of an offering.

    Parameters
    ----------
    offering : Offering
    collections : sequence of (Collection, answer to items, answer to one item)
    """
    ones = [one for one, _, _ in collections]
    documents = (
        ("", "landing", "Where everything is.", say.say_landing, say.LANDING_SCHEMA),
        (
            "/conformance",
            "conformance",
            "The conformance classes.",
            say.say_conformance,
            say.CONFORMANCE_SCHEMA,
        ),
    )
    made = [
        Operation(
            "GET",
            f"{offering.path}{path}",
            f"{offering.name}-{name}",
            offering.group,
            about,
            partial(answer, offering),
            parameters=(_FORMAT,),
            answers={JSON: schema},
            reads_bank=False,
        )
        for path, name, about, answer, schema in documents
    ]
    made.append(
        Operation(
            "GET",
            f"{offering.path}/collections",
            f"{offering.name}-collections",
            offering.group,
            "Every collection.",
            partial(say.say_collections, offering, ones),
            parameters=(_FORMAT,),
            answers={JSON: say.COLLECTIONS_SCHEMA},
        )
    )
    for one, items, item in collections:
        made += _of_collection(offering, one, items, item)
    return tuple(made)


def _of_collection(
    offering: Offering, one: Collection, items: AnswerItems, item: AnswerItems
) -> list[Operation]:
    path = f"{offering.path}/collections/{one.id}"
    name = f"{offering.name}-{one.id}"
    found = [
        Operation(
            "GET",
            path,
            name,
            offering.group,
            f"The collection: {one.title}.",
            partial(say.say_collection, offering, one),
            parameters=(_FORMAT,),
            answers={JSON: say.COLLECTION_SCHEMA},
        )
    ]
    found += [
        Operation(
            "GET",
            f"{path}/{kind}",
            f"{name}-{kind}",
            offering.group,
            about,
            partial(say.say_properties, offering, one, kind),
            parameters=(_FORMAT,),
            answers={say.SCHEMA: say.OBJECT_SCHEMA},
            reads_bank=False,
        )
        for kind, about in (
            ("schema", "The properties of its features."),
            ("queryables", "The properties that features can be chosen by."),
            ("sortables", "The properties that features can be sorted by."),
        )
    ]
    return found + _of_features(offering, one, items, item)


def _of_features(
    offering: Offering, one: Collection, items: AnswerItems, item: AnswerItems
) -> list[Operation]:
    path = f"{offering.path}/collections/{one.id}/items"
    name = f"{offering.name}-{one.id}"
    parameters = items_parameters(offering, one)
    return [
        Operation(
            "GET",
            path,
            f"{name}-items",
            offering.group,
            f"Features of {one.id}.",
            partial(items, offering, one),
            parameters=parameters,
            answers={GEOJSON: page_schema(one)},
        ),
        Operation(
            "POST",
            path,
            f"{name}-items-filtered",
            offering.group,
            f"Features of {one.id} by a filter in the body, as CQL2 JSON.",
            partial(items, offering, one),
            parameters=parameters,
            answers={GEOJSON: page_schema(one)},
            body=FILTER_BODY,
            most_body=MOST_BYTES,
        ),
        Operation(
            "GET",
            f"{path}/{{item:path}}",
            f"{name}-item",
            offering.group,
            f"One feature of {one.id}.",
            partial(item, offering, one),
            parameters=item_parameters(),
            answers={GEOJSON: feature_schema(one)},
        ),
    ]
