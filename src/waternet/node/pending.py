"""Imports that are not yet published: kept whole, signed by nobody."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from waternet.errors import NotFound, NotVerified
from waternet.formats.reading import Reading
from waternet.formats.writing import write_csv
from waternet.node.durable import make_durable, sync_folder, write_durably
from waternet.node.edit_file import read_edits, write_edits
from waternet.node.folder import Node
from waternet.node.judgement import Judged, Judgement, keep_judgement
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA
from waternet.quality.edits import Edit, effective
from waternet.quality.replay import replay
from waternet.record.blob import (
    read_observations,
    verify_blob,
    write_observations,
)
from waternet.record.fields import Reference, write_time

__all__ = [
    "Origin",
    "Pending",
    "discard_pending",
    "drop_pending",
    "get_pending",
    "keep_pending",
    "list_pending",
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
    personal : mapping of str to str
        Columns with personal data: 'dropped' or 'pseudonymised'.
    hands : sequence of str
        Who sent the file and said how it is read, where that is known; they are not
        published.
    """

    dataset: str
    title: str
    source: str
    input_name: str
    input_sha256: str
    recipe_sha256: str
    rejected: int
    personal: Mapping[str, str] = field(default_factory=dict)
    hands: Sequence[str] = ()


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
    judged : Judged
        What the checks said of the figures as they were read.
    edits : tuple of Edit
        What people changed since, in order.
    """

    folder: Path
    origin: Origin
    reference: Reference | None
    span: tuple[str, str]
    places: tuple[Place, ...]
    datastreams: tuple[Datastream, ...]
    judged: Judged
    edits: tuple[Edit, ...]

    @property
    def observations_path(self) -> Path:
        """The figures as read; where nobody edits them, the release's blob."""
        return self.folder / _OBSERVATIONS

    @property
    def is_edited(self) -> bool:
        """Whether an edit changes its figures."""
        return any(one.operation != "comment" for one in effective(self.edits))

    @property
    def observations(self) -> pa.Table:
        """Its observations as the edits leave them, in order."""
        return replay(self.raw, self.edits)

    @property
    def raw(self) -> pa.Table:
        """Its observations as they were read, in order; checked anew each time."""
        if self.reference is None:
            return SCHEMA.empty_table()
        verify_blob(self.observations_path, self.reference)
        return read_observations(self.observations_path, self.reference)


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
            judged=Judged.from_json(folder, written["judged"]),
            edits=read_edits(folder),
        )


def get_pending(node: Node, name: str) -> Pending:
    """Return the pending import of that name.

    Raises
    ------
    NotFound
        There is none.
    NotVerified
        It is damaged.
    """
    for pending in list_pending(node):
        if pending.folder.name == name:
            return pending
    raise NotFound(f"no pending import {name!r}", hint="'waternet status' lists them")


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
    drop_pending(node.pending / name)


def drop_pending(folder: Path) -> None:
    """Take an import away: whole at once, so that none is left in part."""
    dropped = folder.with_name(f"unfinished-{folder.name}")
    shutil.rmtree(dropped, ignore_errors=True)
    folder.rename(dropped)
    shutil.rmtree(dropped)


def keep_pending(
    node: Node,
    origin: Origin,
    reading: Reading,
    judgement: Judgement,
    beside: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a pending import whole: under another name first, renamed when durable.

    Parameters
    ----------
    node : Node
        Held for writing.
    origin : Origin
    reading : Reading
        Its observations with the grades that the checks gave.
    judgement : Judgement
    beside : mapping of name to bytes
        Files that belong to it.

    Returns
    -------
    Path
        Its folder; 'rejects.csv' lies in it where cells were refused.
    """
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
    for name_beside, content in (beside or {}).items():
        write_durably(unfinished / name_beside, content)
    written = {
        "origin": asdict(origin),
        "reference": asdict(reference) if reference else None,
        **_span(reading.observations),
        "places": [place.to_json() for place in reading.places],
        "datastreams": [stream.to_json() for stream in reading.datastreams],
        "judged": keep_judgement(unfinished, judgement).to_json(),
    }
    write_edits(unfinished, ())
    line = json.dumps(written).encode()
    digest = hashlib.sha256(line).hexdigest().encode()
    write_durably(unfinished / "import.json", line + b"\n" + digest)
    final = node.pending / name
    unfinished.replace(final)
    sync_folder(node.pending)
    return final


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
    if "judged" not in written:
        raise NotVerified(
            f"the pending import {folder.name} was kept by an earlier Waternet, which "
            "did not check figures",
            hint=f"'waternet discard {folder.name}', then import the file again",
        )
    return written


def _span(observations: pa.Table) -> dict[str, str]:
    """Return the first and last time, as a release states them."""
    bounds = pc.min_max(observations["time"]).as_py()
    first, last = (bounds[name] for name in ("min", "max"))
    return {"from": write_time(first), "to": write_time(last)}
