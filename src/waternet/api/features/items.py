"""Features of a collection that is small enough to be held as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.features.choosing import choose_features, points_of
from waternet.api.features.collection import Collection
from waternet.api.features.crs import CRS84, System, find_system, offered_systems
from waternet.api.features.geojson import GEOJSON, Page, features_of, write_page
from waternet.api.features.offering import Offering, link, next_link, page_bounds
from waternet.api.operation import JSON
from waternet.errors import NotAcceptable, NotFound

__all__ = ["answer_item", "answer_items", "names_to_show", "systems_of"]


def answer_items(offering: Offering, collection: Collection, asked: Asked) -> Answer:
    """Return a page of a collection's features."""
    table = collection.rows(asked).table
    offered = systems_of(collection, table)
    names = names_to_show(collection, asked.values.get("properties"))
    system = _system(asked, offered)
    chosen = table.filter(pa.array(choose_features(collection, table, asked, offered)))
    chosen = _sorted(collection, chosen, asked.values.get("sortby", ()))
    offset, limit = page_bounds(offering, asked.values)
    shown = chosen.slice(min(offset, chosen.num_rows), limit)
    here = offering.url(asked, "collections", collection.id)
    links = [link(_self(asked, f"{here}/items"), "self", GEOJSON)]
    if offset + limit < chosen.num_rows:
        changed = {"offset": offset + limit, "limit": limit}
        links.append(next_link(asked, f"{here}/items", changed, GEOJSON))
    links.append(link(here, "collection", JSON, collection.title))
    shows = None if asked.values.get("skipGeometry") else system
    page = Page(features_of(collection, shown, names, shows), chosen.num_rows, links)
    return Answer(write_page(page), GEOJSON, headers=_headers(asked, system))


def answer_item(offering: Offering, collection: Collection, asked: Asked) -> Answer:
    """Return one feature.

    Raises
    ------
    NotFound
        The collection has none of that id.
    """
    table = collection.rows(asked).table
    place = pc.index(table["id"], asked.path["item"]).as_py()
    if place < 0:
        raise NotFound(
            f"no feature {asked.path['item'][:200]!r} in {collection.id!r}",
            hint=f"{offering.url(asked, 'collections', collection.id, 'items')} lists "
            "them",
        )
    system = _system(asked, systems_of(collection, table))
    names = names_to_show(collection, None)
    (feature,) = features_of(collection, table.slice(place, 1), names, system)
    here = offering.url(asked, "collections", collection.id)
    feature["links"] = [
        link(f"{here}/items/{feature['id']}", "self", GEOJSON),
        link(here, "collection", JSON, collection.title),
    ]
    told = json_answer(feature, GEOJSON)
    return Answer(told.content, GEOJSON, headers=_headers(asked, system))


def names_to_show(collection: Collection, asked: Sequence[str] | None) -> list[str]:
    """Return the names of the properties that are asked for, or of all.

    Raises
    ------
    NotAcceptable
        There is no property of that name.
    """
    names = [one.name for one in collection.fields]
    if asked is None:
        return names
    for name in asked:
        if name not in (*names, "id", "geometry"):
            raise NotAcceptable(
                f"query parameter 'properties': no property {name[:60]!r}",
                hint=f"there are {', '.join(names)}",
            )
    return [name for name in names if name in asked]


def systems_of(collection: Collection, table: pa.Table) -> tuple[str, ...]:
    """Return the addresses of the reference systems that features are offered in."""
    if not collection.has_geometry:
        return (CRS84,)
    given = _given(table)
    return offered_systems(given, *points_of(table))


def _given(table: pa.Table) -> list[str]:
    if "given_crs" not in table.column_names:
        return []
    found: list[str] = table["given_crs"].unique().drop_null().to_pylist()
    return found


def _system(asked: Asked, offered: Sequence[str]) -> System:
    return find_system(asked.values.get("crs", CRS84), offered, "crs")


def _self(asked: Asked, address: str) -> str:
    return f"{address}?{asked.query}" if asked.query else address


def _headers(asked: Asked, system: System) -> dict[str, str]:
    return {"content-crs": f"<{system.uri}>", "content-language": asked.language}


def _sorted(collection: Collection, table: pa.Table, asked: Sequence[str]) -> pa.Table:
    """Return rows in the order asked for; among equals that of id stays."""
    if not asked:
        return table
    known = {one.name for one in collection.fields if one.is_sorted_by} | {"id"}
    keys = []
    for given in asked:
        turned, name = given.startswith("-"), given.strip().lstrip("+-").strip()
        if name not in known:
            raise NotAcceptable(
                f"query parameter 'sortby': no property {name[:60]!r} to sort by",
                hint=f"there are {', '.join(sorted(known))}",
            )
        keys.append((name, "descending" if turned else "ascending"))
    table = table.append_column("@row", pa.array(np.arange(table.num_rows)))
    order = pc.sort_indices(table, [*keys, ("@row", "ascending")])
    return table.take(order)
