"""From the tables of a node to an answer: put together, with where they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.client.asking import Query, Wanted
from waternet.client.frames import to_frame
from waternet.client.metadata import Answer, Metadata
from waternet.errors import NotFound, NotReached

__all__ = [
    "Rows",
    "Told",
    "described",
    "in_one",
    "is_unchanged",
    "places_asked",
    "to_answer",
]

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """What was asked, of whom, in which words."""

    what: str
    location: str
    question: Mapping[str, Any]
    requests: tuple[str, ...]
    language: str


_FIGURE = frozenset(
    {"party", "datastream", "unit", "time", "value", "censor", "grade", "status"}
    | {"release"}
)
# Without one of these, figures would pass for what they are not.
_NEEDED = {
    "observations": _FIGURE,
    "latest": _FIGURE,
    "compare": _FIGURE | {"published_value", "published_unit"},
}
_KEYS = {"stations": ("party", "id"), "datastreams": ("party", "datastream")}


def described(tables: Sequence[pa.Table], chosen: Wanted) -> Rows:
    """Return the datastreams that are meant, each once, with its address.

    Parameters
    ----------
    tables : sequence of pyarrow.Table
        One for each of the filters, then those of full addresses.
    chosen : Wanted

    Raises
    ------
    NotFound
        A short address fits none.
    """
    for asked, table in zip(chosen.filters, tables, strict=False):
        if chosen.is_named and not table.num_rows:
            raise NotFound(
                f"no datastream {asked['party']}:{asked['feature']}/"
                f"{asked.get('observed_property', '')}",
                hint=f"get_datastreams(party={asked['party']!r}) lists them",
            )
    rows = [_in_utc(row) for table in tables for row in table.to_pylist()]
    by_address = {f"{row['party']}:{row['datastream']}": row for row in rows}
    return [{"address": address, **row} for address, row in by_address.items()]


def in_one(
    tables: Sequence[pa.Table], what: str, order: Rows | None = None
) -> pa.Table:
    """Return several answers as one.

    Parameters
    ----------
    tables : sequence of pyarrow.Table
    what : str
        Of listings, what occurs in several stands once.
    order : list of dict, optional
        Datastreams in the order in which their figures shall stand.
    """
    if len(tables) == 1:
        return tables[0]
    if not tables:
        return pa.table({"party": pa.array([], pa.string())})
    whole = pa.concat_tables(tables).unify_dictionaries()
    if what in _KEYS:
        whole = _without_repeats(whole, _KEYS[what])
    elif order is not None:
        whole = _in_order(whole, order)
    told = {
        b"waternet:positions": _joined(tables, "positions"),
        b"waternet:citation": _joined(tables, "citation"),
    }
    packed = {name: json.dumps(one) for name, one in told.items()}
    return whole.replace_schema_metadata({**(whole.schema.metadata or {}), **packed})


def is_unchanged(tables: Sequence[pa.Table]) -> bool:
    """Return whether all parts were answered from the same entries."""
    return all(
        _said(one, "positions") == _said(tables[0], "positions") for one in tables
    )


def places_asked(
    table: pa.Table, chosen: Wanted
) -> tuple[list[Query], set[tuple[str, str]]]:
    """Return how to ask for the stations of some figures, and which they are.

    Returns
    -------
    queries : list of mapping
    stations : set of (party, id)
    """
    # Parts of an answer may have dictionaries of their own, which no grouping takes.
    pairs = table.select(["party", "datastream"]).unify_dictionaries()
    named = pairs.group_by(["party", "datastream"]).aggregate([]).to_pylist()
    keep = {(one["party"], one["datastream"].split("/")[0]) for one in named}
    if len(keep) > 1 and len(chosen.filters) == 1 and "text" not in chosen.filters[0]:
        return [chosen.filters[0]], keep
    parties: dict[str, list[str]] = {}
    for party, feature in sorted(keep):
        parties.setdefault(party, []).append(feature)
    return [
        {"party": party, "feature": features[0]}
        if len(features) == 1
        else {"party": party}
        for party, features in parties.items()
    ], keep


def to_answer(
    table: pa.Table, told: Told, datastreams: Rows = (), stations: Rows = ()
) -> Answer:
    """Return a table as a data frame, with what is told of it.

    Parameters
    ----------
    table : pyarrow.Table
    told : Told
    datastreams, stations : list of dict
        What the figures are of.

    Raises
    ------
    NotReached
        Something is not told that must be known of figures.
    """
    lacking = sorted(_NEEDED.get(told.what, frozenset()).difference(table.column_names))
    if lacking:
        raise NotReached(
            f"{told.location}: figures came without {', '.join(lacking)}",
            hint="is this the address of a Waternet node?",
        )
    if told.what == "datastreams":
        table = table.append_column("address", _addresses(table))
    metadata = Metadata(
        what=told.what,
        location=told.location,
        question=told.question,
        requests=told.requests,
        rows=table.num_rows,
        positions=_said(table, "positions") or {},
        citation=tuple(_said(table, "citation") or ()),
        datastreams=tuple(datastreams),
        stations=tuple(stations),
        retrieved=datetime.now(UTC).replace(microsecond=0),
        language=told.language,
    )
    return Answer(to_frame(table), metadata)


def _in_utc(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: one.replace(tzinfo=UTC) if isinstance(one, datetime) else one
        for name, one in row.items()
    }


def _without_repeats(table: pa.Table, key: tuple[str, ...]) -> pa.Table:
    keys = list(zip(*(table[name].to_pylist() for name in key), strict=True))
    first = {one: place for place, one in reversed(list(enumerate(keys)))}
    return table.take(pa.array(sorted(first.values()), pa.int64()))


def _in_order(table: pa.Table, order: Rows) -> pa.Table:
    """Put figures by datastream as asked, then by time."""
    known = pa.array([one["address"] for one in order], pa.string())
    rank = pc.index_in(_addresses(table), known).to_numpy()
    time = table["time"].cast(pa.int64()).to_numpy()
    return table.take(pa.array(np.lexsort((time, rank))))


def _addresses(table: pa.Table) -> pa.ChunkedArray:
    party, name = (table[one].cast(pa.string()) for one in ("party", "datastream"))
    return pc.binary_join_element_wise(party, name, ":")


def _joined(tables: Sequence[pa.Table], name: str) -> Any:
    """Return what the schemas' metadata say together."""
    found = [_said(table, name) for table in tables]
    if name == "positions":
        return {party: size for one in found for party, size in (one or {}).items()}
    by_release = {(c["party"], c["release"]): c for one in found for c in one or ()}
    return [by_release[key] for key in sorted(by_release)]


def _said(table: pa.Table, name: str) -> Any:
    written = (table.schema.metadata or {}).get(f"waternet:{name}".encode())
    return json.loads(written) if written else None
