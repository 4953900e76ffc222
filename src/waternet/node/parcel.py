"""A reading as files: how it comes out of the process that parsed it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc

from waternet.formats.reading import Reading, Reject
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA, read_schema

__all__ = ["read_reading", "write_reading"]

_TABLE, _REST = "observations.arrow", "reading.json"


def write_reading(reading: Reading, folder: Path) -> None:
    """Write a reading into an empty folder."""
    table = reading.observations
    with pa.ipc.new_file(folder / _TABLE, SCHEMA) as sink:
        # One dictionary for all: a file of this kind cannot replace it half-way.
        sink.write_table(table.unify_dictionaries())
    rest = {
        "places": [place.to_json() for place in reading.places],
        "datastreams": [stream.to_json() for stream in reading.datastreams],
        "rejects": [list(asdict(reject).values()) for reject in reading.rejects],
        "counts": dict(reading.counts),
        "notices": [list(asdict(notice).values()) for notice in reading.notices],
    }
    with (folder / _REST).open("w", encoding="utf-8") as sink:
        json.dump(rest, sink)


def read_reading(folder: Path) -> Reading:
    """Read what `write_reading` wrote; it may go with the folder afterwards.

    Raises
    ------
    NotAcceptable
        It holds no observations, places or datastreams.
    """
    with pa.OSFile(str(folder / _TABLE)) as file:
        table = read_schema(pa.ipc.open_file(file).read_all())
    rest = json.loads((folder / _REST).read_bytes())
    return Reading(
        places=tuple(map(Place.from_json, rest["places"])),
        datastreams=tuple(map(Datastream.from_json, rest["datastreams"])),
        observations=table,
        rejects=tuple(Reject(*values) for values in rest["rejects"]),
        counts=rest["counts"],
        notices=tuple(Reject(*values) for values in rest["notices"]),
    )
