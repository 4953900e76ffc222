"""Locations and figures as GeoJSON, in EDR's flavour, and figures as CSV.

References
----------
RFC 7946 (GeoJSON); OGC 19-086r6 (EDR 1.1), requirements class edr-geojson.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
import orjson
import pyarrow as pa

from waternet.api.edr.choosing import Chosen
from waternet.api.edr.coverages import Drawn, placed
from waternet.api.edr.description import iso_moment
from waternet.api.edr.holdings import Held
from waternet.api.edr.quantities import in_language
from waternet.api.edr.runs import figure_runs
from waternet.bank.words import in_words
from waternet.formats.json_rows import json_rows
from waternet.formats.writing import write_csv

__all__ = ["figures_table", "location_feature", "to_csv", "to_features"]

_GATHERED = ("n", "expected", "coverage", "period")


def location_feature(held: Sequence[Held], root: str, language: str) -> dict[str, Any]:
    """Return a location with what can be asked for there.

    Parameters
    ----------
    held : sequence of Held
        All at that location, at least one.
    root : str
        Address of the collection.
    """
    location = held[0].location
    first, last = min(one.first for one in held), max(one.last for one in held)
    told: dict[str, Any] = {
        "datetime": f"{iso_moment(first)}/{iso_moment(last)}",
        "parameter-name": sorted({one.quantity.name for one in held}),
        "label": location.label(language),
        "edrqueryendpoint": f"{root}/locations/{quote(location.id, safe=':')}",
        "party": location.party,
        "kind": location.kind,
        "names": dict(location.names or {}),
        "datasets": sorted({one.dataset for one in held}),
        "figures": sum(one.figures for one in held),
        "elevation": location.elevation,
        "vertical_datum": location.vertical_datum,
        "within": list(location.within),
        "same_as": list(location.same_as),
    }
    kept = {name: value for name, value in told.items() if value not in (None, "", [])}
    return {
        "type": "Feature",
        "id": location.id,
        "geometry": _point(location.position),
        "properties": kept,
    }


def to_features(
    drawn: Drawn,
    root: str,
    language: str,
    parameters: Mapping[str, Any],
    about: Mapping[str, Any],
) -> bytes:
    """Return figures as GeoJSON: a feature for each, at its place.

    Parameters
    ----------
    root : str
        Address of the collection.
    parameters : mapping of name to object
        Those that occur.
    about : mapping of str to JSON value
        Members of the collection beside those of the standard.
    """
    positions = placed(drawn)
    pieces = list[bytes]()
    for address, run in figure_runs(drawn.figures):
        chosen = drawn.chosen[address]
        location = chosen.held.location
        geometry = orjson.dumps(_point(positions.get(location.id)))
        opening = b'{"type":"Feature","geometry":' + geometry + b',"properties":'
        rows = _properties(run, chosen, root, language)
        lines = b"".join(json_rows(rows)).split(b",\n")
        pieces.append(b",\n".join(opening + line + b"}" for line in lines))
    head = {"type": "FeatureCollection", **about}
    head["parameters"] = in_language(list(parameters.values()), language)
    head["numberReturned"] = drawn.figures.num_rows
    body = b",\n".join(pieces)
    return orjson.dumps(head)[:-1] + b',"features":[\n' + body + b"\n]}\n"


def to_csv(drawn: Drawn, language: str, licences: Mapping[str, str]) -> bytes:
    """Return figures as CSV, one a row.

    Parameters
    ----------
    licences : mapping of 'party:release' to str
    """
    sink = io.BytesIO()
    write_csv(figures_table(drawn, language, licences), sink)
    return sink.getvalue()


def figures_table(drawn: Drawn, language: str, licences: Mapping[str, str]) -> pa.Table:
    """Return figures with their places, in words.

    Returns
    -------
    pyarrow.Table, (n,)
        location, name, parameter, time, end, value, unit, censor, grade, status,
        qualifier, release ('party:number'), licence, x, y, distance [m] where one was
        asked for, datastream (its address); where figures are gathered n, expected,
        coverage and period too.
    """
    positions = placed(drawn)
    parts = [
        _in_full(address, run, drawn.chosen[address], positions, language)
        for address, run in figure_runs(drawn.figures)
    ]
    table = in_words(pa.concat_tables(parts))
    named = table["release"].to_pylist()
    licence = pa.array([licences.get(one, "") for one in named], pa.string())
    place = table.schema.get_field_index("release") + 1
    table = table.add_column(place, "licence", licence)
    if table["distance"].null_count == table.num_rows:
        table = table.drop_columns(["distance"])
    return table


def _in_full(
    address: str,
    run: pa.Table,
    chosen: Chosen,
    positions: Mapping[str, tuple[float, float]],
    language: str,
) -> pa.Table:
    location, count = chosen.held.location, run.num_rows
    x, y = positions.get(location.id, (None, None))
    columns = {
        "location": _constant(location.id, count),
        "name": _constant(location.label(language), count),
        "parameter": _constant(chosen.held.quantity.name, count),
        "time": run["time"],
        "end": run["end"],
        "value": run["value"],
        "unit": run["unit"].cast(pa.string()),
        **{name: run[name] for name in ("censor", "grade", "status")},
        "qualifier": run["qualifier"].cast(pa.string()),
        "release": pa.array([f"{location.party}:{one}" for one in _releases(run)]),
        "x": _number(x, count),
        "y": _number(y, count),
        "distance": _number(chosen.distance, count),
        "datastream": _constant(address, count),
        **{name: run[name] for name in _GATHERED if name in run.column_names},
    }
    return pa.table(columns)


def _properties(run: pa.Table, chosen: Chosen, root: str, language: str) -> pa.Table:
    """Return the properties of a datastream's figures, one a row."""
    location, count = chosen.held.location, run.num_rows
    endpoint = f"{root}/locations/{quote(location.id, safe=':')}"
    columns = {
        "datetime": run["time"],
        "parameter-name": _constant([chosen.held.quantity.name], count),
        "label": _constant(location.label(language), count),
        "edrqueryendpoint": _constant(endpoint, count),
        **{name: run[name] for name in ("end", "value")},
        "unit": run["unit"].cast(pa.string()),
        **{name: run[name] for name in ("censor", "grade", "status")},
        "qualifier": run["qualifier"].cast(pa.string()),
        "location": _constant(location.id, count),
        "party": _constant(location.party, count),
        "dataset": _constant(chosen.held.dataset, count),
        "release": run["release"],
        **{name: run[name] for name in _GATHERED if name in run.column_names},
    }
    if chosen.distance is not None:
        columns["distance"] = _number(chosen.distance, count)
    return in_words(pa.table(columns))


def _releases(run: pa.Table) -> list[int]:
    found: list[int] = run["release"].to_pylist()
    return found


def _constant(value: str | list[str], count: int) -> pa.Array:
    codes = pa.array(np.zeros(count, np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([value]))


def _number(value: float | None, count: int) -> pa.Array:
    if value is None:
        return pa.nulls(count, pa.float64())
    return pa.array(np.full(count, value))


def _point(position: tuple[float, float] | None) -> dict[str, Any] | None:
    if position is None:
        return None
    return {"type": "Point", "coordinates": list(position)}
