"""From an agency's file to a pending import: read, kept aside, nothing signed yet."""

from __future__ import annotations

import hashlib
import json
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from waternet.errors import NotAcceptable, NotFound, NotVerified, WaternetError
from waternet.formats.file import read_file
from waternet.formats.reading import Reading
from waternet.formats.recipe import read_recipe
from waternet.formats.writing import write_csv
from waternet.node.durable import make_durable, sync_folder, write_durably
from waternet.node.folder import Node
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA
from waternet.record.blob import (
    read_observations,
    verify_blob,
    write_observations,
)
from waternet.record.kinds import Reference

__all__ = [
    "Origin",
    "Pending",
    "Report",
    "discard_pending",
    "import_file",
    "import_places",
    "list_pending",
    "write_time",
]

_OBSERVATIONS = "observations.parquet"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a pending import comes from, as its release will say.

    Attributes
    ----------
    dataset, title, source : str
        `source` is a citation: publication, table, year.
    input_name, input_sha256, recipe_sha256 : str
    rejected : int
        Cells that could not be read.
    """

    dataset: str
    title: str
    source: str
    input_name: str
    input_sha256: str
    recipe_sha256: str
    rejected: int


@dataclass(frozen=True, slots=True)
class Report:
    """What an import understood, in counts; `notices` should be looked at."""

    pending: str
    dataset: str
    stations: int
    datastreams: int
    observations: int
    censored: int
    missing: int
    rejected: int
    rejects_file: str
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """An import that is not yet published.

    Attributes
    ----------
    folder : Path
    origin : Origin
    reference : Reference or None
        Of its observations; None for places alone.
    span : (str, str)
        Their first and last time; '' for places alone.
    places, datastreams : tuple
        `datastreams` are those with an observation in it.
    """

    folder: Path
    origin: Origin
    reference: Reference | None
    span: tuple[str, str]
    places: tuple[Place, ...]
    datastreams: tuple[Datastream, ...]

    @property
    def observations_path(self) -> Path:
        """The file that becomes the release's blob."""
        return self.folder / _OBSERVATIONS

    @property
    def observations(self) -> pa.Table:
        """Its observations, in order; read and checked anew each time."""
        if self.reference is None:
            return SCHEMA.empty_table()
        verify_blob(self.observations_path, self.reference)
        return read_observations(self.observations_path, self.reference)


def import_file(node: Node, file: Path, recipe: Path, **said: str) -> Report:
    """Read an agency's file with a recipe and keep what was read as pending.

    Parameters
    ----------
    node : Node
        Held for writing by the caller.
    file, recipe : Path
    **said : str
        'dataset', 'title', 'source': what the recipe leaves open, or overrides.

    Returns
    -------
    Report
        `rejects_file` is '' where every cell was read.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        The recipe is wrong, does not fit the file, or nothing at all could be read.
    """
    for path in (file, recipe):
        if not path.is_file():
            raise NotFound(f"no file {path}")
    chosen = read_recipe(recipe)
    if dataset := said.get("dataset"):
        chosen = replace(chosen, dataset=dataset)
    reading = read_file(file, chosen)
    if not reading.places and not reading.observations.num_rows:
        first = reading.rejects[0].reason if reading.rejects else "the file is empty"
        raise NotAcceptable(
            f"nothing in {file.name} could be read with {recipe.name}: {first}",
            hint="compare the recipe's columns with the file's first rows",
        )
    for datastream in reading.datastreams:
        datastream.verify()
    origin = Origin(
        dataset=chosen.dataset,
        title=said.get("title") or file.stem,
        source=said.get("source") or "",
        input_name=unicodedata.normalize("NFC", file.name),
        input_sha256=_sha256(file),
        recipe_sha256=_sha256(recipe),
        rejected=len(reading.rejects),
    )
    return _keep(node, origin, reading)


def import_places(node: Node, file: Path) -> Report:
    """Keep a file of places as pending: one place a line, as `Place.to_json` is.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        A line is not a place; the message names it.
    """
    if not file.is_file():
        raise NotFound(f"no file {file}")
    places = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            place = Place.from_json(json.loads(line))
        except (ValueError, WaternetError) as error:
            raise NotAcceptable(
                f"{file.name}, line {number}: {error}",
                hint="each line is a place in JSON with id, kind and names",
            ) from error
        places[place.id] = place
    origin = Origin("", file.stem, "", file.name, _sha256(file), "", rejected=0)
    in_order = tuple(places[name] for name in sorted(places))
    counts = dict.fromkeys(
        ("datastreams", "observations", "censored", "missing", "rejected"), 0
    )
    counts["stations"] = len(places)
    return _keep(node, origin, Reading(in_order, (), SCHEMA.empty_table(), (), counts))


def list_pending(node: Node) -> Iterator[Pending]:
    """Yield the pending imports, oldest first.

    Raises
    ------
    NotVerified
        One is damaged. What is not as it was read is never signed.
    """
    for folder in sorted(node.pending.glob("[0-9]*")):
        written = _read_import(folder)
        reference = written["reference"]
        yield Pending(
            folder=folder,
            origin=Origin(**written["origin"]),
            reference=Reference(**reference) if reference else None,
            span=(written["from"], written["to"]),
            places=tuple(map(Place.from_json, written["places"])),
            datastreams=tuple(map(Datastream.from_json, written["datastreams"])),
        )


def _read_import(folder: Path) -> dict[str, Any]:
    try:
        line, _, digest = (folder / "import.json").read_bytes().partition(b"\n")
    except FileNotFoundError:
        line, digest = b"", b""
    if hashlib.sha256(line).hexdigest().encode() != digest:
        raise NotVerified(
            f"the pending import {folder.name} is damaged",
            hint=f"'waternet discard {folder.name}', then import the file again",
        )
    written: dict[str, Any] = json.loads(line)
    return written


def discard_pending(node: Node, name: str) -> None:
    """Drop a pending import.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    if name not in {folder.name for folder in node.pending.glob("[0-9]*")}:
        raise NotFound(
            f"no pending import {name!r}", hint="'waternet status' lists them"
        )
    shutil.rmtree(node.pending / name)


def _keep(node: Node, origin: Origin, reading: Reading) -> Report:
    """Write a pending import whole: under another name first, renamed when durable."""
    taken = [int(folder.name[:4]) for folder in node.pending.glob("[0-9]*")]
    name = f"{max(taken, default=0) + 1:04d}-{origin.dataset or origin.title}"
    unfinished = node.pending / f"unfinished-{name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    reference = None
    if reading.observations.num_rows:
        # Written as the blob that it will be: publishing only gives it a name.
        with (unfinished / _OBSERVATIONS).open("wb") as sink:
            reference = write_observations(reading.observations, sink)
        make_durable(unfinished / _OBSERVATIONS)
    if reading.rejects:
        with (unfinished / "rejects.csv").open("wb") as file:
            write_csv(pa.Table.from_pylist([asdict(r) for r in reading.rejects]), file)
    written = {
        "origin": asdict(origin),
        "reference": asdict(reference) if reference else None,
        **_span(reading.observations),
        "places": [place.to_json() for place in reading.places],
        "datastreams": [stream.to_json() for stream in reading.datastreams],
    }
    line = json.dumps(written).encode()
    digest = hashlib.sha256(line).hexdigest().encode()
    write_durably(unfinished / "import.json", line + b"\n" + digest)
    final = node.pending / name
    unfinished.replace(final)
    sync_folder(node.pending)
    counted = ("stations", "datastreams", "observations", "censored")
    return Report(
        pending=name,
        dataset=origin.dataset,
        **{count: reading.counts[count] for count in (*counted, "missing", "rejected")},
        rejects_file=str(final / "rejects.csv") if reading.rejects else "",
        notices=tuple(
            f"row {one.row}, {one.column}: {one.reason}" for one in reading.notices
        ),
    )


def _span(observations: pa.Table) -> dict[str, str]:
    """Return the first and last time, as a release states them."""
    bounds = pc.min_max(observations["time"]).as_py()
    first, last = (bounds[name] for name in ("min", "max"))
    return {"from": write_time(first), "to": write_time(last)}


def write_time(moment: datetime | None) -> str:
    """Write a moment of UTC as the record does; '' for none."""
    if moment is None:
        return ""
    exact = "microseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=exact) + "Z"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
