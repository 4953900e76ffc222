"""Readings and proposals as files: how they leave the process that parsed a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc

from waternet.formats.reading import Reading, Reject
from waternet.formats.recipe import Recipe
from waternet.formats.suggest import Guess, Proposal, Question, Understood
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA, read_schema

__all__ = ["read_proposal", "read_reading", "write_proposal", "write_reading"]

_TABLE, _REST, _PROPOSAL = "observations.arrow", "reading.json", "proposal.json"


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


def write_proposal(proposal: Proposal, folder: Path) -> None:
    """Write a suggested recipe into an empty folder."""
    written = asdict(replace(proposal, recipe=None))
    written["recipe"] = proposal.recipe.to_toml() if proposal.recipe else None
    with (folder / _PROPOSAL).open("w", encoding="utf-8") as sink:
        json.dump(written, sink, default=_as_plain)


def read_proposal(folder: Path) -> Proposal:
    """Read what `write_proposal` wrote."""
    written = json.loads((folder / _PROPOSAL).read_bytes())
    recipe, understood = written["recipe"], written["understood"]
    if understood is not None:
        understood = Understood(**_as_tuples(understood))
    return Proposal(
        format=written["format"],
        recipe=Recipe.from_toml(recipe) if recipe is not None else None,
        toml=written["toml"],
        guesses=tuple(Guess(**_as_tuples(each)) for each in written["guesses"]),
        questions=tuple(Question(**_as_tuples(one)) for one in written["questions"]),
        notices=tuple(written["notices"]),
        understood=understood,
    )


def _as_plain(value: object) -> object:
    """Return what JSON has no word for as text: a guess may be a date."""
    return str(value)


def _as_tuples(written: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _as_tuple(value) if isinstance(value, list) else value
        for name, value in written.items()
    }


def _as_tuple(values: list[Any]) -> tuple[Any, ...]:
    return tuple(_as_tuple(one) if isinstance(one, list) else one for one in values)
