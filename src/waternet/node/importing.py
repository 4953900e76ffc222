"""From an agency's file to a pending import: read, kept aside, nothing signed yet."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from waternet.bank.seal import reading_bank
from waternet.bank.standing import standing_places
from waternet.errors import Conflict, NotAcceptable, NotFound, WaternetError
from waternet.formats.personal import protect_reading
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, read_recipe
from waternet.node.bounded import read_bounded
from waternet.node.context import is_bare, places_with
from waternet.node.editing import composed
from waternet.node.folder import Node
from waternet.node.judgement import UNJUDGED
from waternet.node.judging import Counts, count_findings, judge_reading
from waternet.node.keys import read_secret, write_secret
from waternet.node.pending import Origin, keep_pending
from waternet.observation.legible import verify_legible, without_marks
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA
from waternet.quality.place_groups import group_misplaced, misplaced_among

__all__ = ["Report", "import_file", "import_places"]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import understood, in counts; `notices` should be looked at.

    `checked` are the figures that a check looked at; `findings` how many each check
    objects to; `misplaced` of how many places each thing is said (quality.coordinates);
    `personal` what was done to which column.
    """

    pending: str
    dataset: str
    stations: int
    datastreams: int
    observations: int
    censored: int
    missing: int
    rejected: int
    rejects_file: str
    checked: int
    suspect: int
    bad: int
    findings: Mapping[str, int]
    misplaced: Mapping[str, int]
    notices: tuple[str, ...]
    personal: Mapping[str, str]


def import_file(
    node: Node,
    file: Path,
    recipe: Path,
    *,
    apart: bool = False,
    hands: Sequence[str] = (),
    **said: str,
) -> Report:
    """Read an agency's file with a recipe and keep what was read as pending.

    Parameters
    ----------
    node : Node
        Held for writing by the caller.
    file, recipe : Path
    apart : bool
        Read it in a process of its own, with limits, even if it is plain text.
    hands : sequence of str
        Who sent the file and said how it is read, where that is known.
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
    Conflict
        The file changed while it was read: its hash would not be that of its figures.
    """
    for path in (file, recipe):
        if not path.is_file():
            raise NotFound(f"no file {path}")
    name, before = _as_signed(file.name, "the file's name"), file.stat()
    chosen = read_recipe(recipe)
    if dataset := said.get("dataset"):
        chosen = replace(chosen, dataset=dataset)
    reading, digest = _read_and_hash(file, chosen, apart=apart)
    reading, personal = _protected(node, reading, chosen)
    if not reading.places and not reading.observations.num_rows:
        first = reading.rejects[0].reason if reading.rejects else "the file is empty"
        raise NotAcceptable(
            f"nothing in {file.name} could be read with {recipe.name}: {first}",
            hint="compare the recipe's columns, its delimiter and its quotation marks "
            "with the file's first rows",
        )
    for datastream in reading.datastreams:
        datastream.verify()
    origin = Origin(
        dataset=chosen.dataset,
        title=_as_signed(said.get("title") or file.stem, "the title"),
        source=_as_signed(said.get("source") or "", "the source"),
        input_name=name,
        input_sha256=digest,
        recipe_sha256=_sha256(recipe),
        rejected=len(reading.rejects),
        personal=personal,
        hands=[composed(name) for name in hands],
    )
    after = file.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise Conflict(
            f"{file.name} changed while it was read",
            hint="import it again when nobody writes to it",
        )
    reading, judgement = judge_reading(node, reading)
    counts = count_findings(reading, judgement)
    kept = keep_pending(node, origin, reading, judgement)
    return _report(kept, origin, reading, counts, _count_misplaced(node, reading))


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
    places, written = {}, file.read_bytes()
    for number, line in enumerate(written.splitlines(), 1):
        try:
            place = Place.from_json(_json_object(line))
        except (ValueError, RecursionError, WaternetError) as error:
            raise NotAcceptable(
                f"{file.name}, line {number}: {error}",
                hint="each line is a place in JSON with id, kind and names",
            ) from error
        places[place.id] = place
    if not places:
        raise NotAcceptable(
            f"{file.name} is empty",
            hint="each line is a place in JSON with id, kind and names",
        )
    digest = hashlib.sha256(written).hexdigest()
    origin = Origin("", "places", "", file.name, digest, "", rejected=0)
    in_order = tuple(places[name] for name in sorted(places))
    counts = dict.fromkeys(
        ("datastreams", "observations", "censored", "missing", "rejected"), 0
    )
    counts["stations"] = len(places)
    reading = Reading(in_order, (), SCHEMA.empty_table(), (), counts)
    kept = keep_pending(node, origin, reading, UNJUDGED)
    misplaced = _count_misplaced(node, reading)
    return _report(kept, origin, reading, Counts(), misplaced)


def _protected(
    node: Node, reading: Reading, recipe: Recipe
) -> tuple[Reading, dict[str, str]]:
    """Take personal data out, before anything is written."""
    if not recipe.personal:
        return reading, {}
    path = node.key("pseudonym")
    if "pseudonymise" in recipe.personal.values() and not path.exists():
        write_secret(path, secrets.token_hex(32), "")
    secret = bytes.fromhex(read_secret(path)) if path.exists() else b""
    stations = [part.station for part in recipe.parts()]
    return protect_reading(reading, stations, recipe.personal, secret)


def _count_misplaced(node: Node, reading: Reading) -> dict[str, int]:
    """Count the places that were read and cannot be where they are said to be."""
    told = {place.id for place in reading.places if not is_bare(place)}
    if not told:
        return {}
    known: dict[str, Place] = {}
    if node.bank.exists():
        with reading_bank(node.bank) as bank:
            known = standing_places(bank, node.party)
    among = places_with(known, reading.places).values()
    groups = group_misplaced(misplaced_among(among, told))
    return {one.finding: len(one.places) for one in groups}


def _report(
    folder: Path,
    origin: Origin,
    reading: Reading,
    counts: Counts,
    misplaced: Mapping[str, int],
) -> Report:
    counted = ("stations", "datastreams", "observations", "censored")
    return Report(
        pending=folder.name,
        dataset=origin.dataset,
        **{count: reading.counts[count] for count in (*counted, "missing", "rejected")},
        rejects_file=str(folder / "rejects.csv") if reading.rejects else "",
        checked=counts.checked,
        suspect=counts.suspect,
        bad=counts.bad,
        findings=dict(counts.by_check or {}),
        misplaced=misplaced,
        notices=tuple(
            # The heading last: in Arabic or Hebrew it would turn figures after it.
            f"row {one.row}: {one.reason}" + f" ({one.column})" * bool(one.column)
            for one in reading.notices
        ),
        personal=dict(origin.personal),
    )


def _json_object(line: bytes) -> dict[str, Any]:
    read = json.loads(line.decode("utf-8-sig"))
    if not isinstance(read, dict):
        raise ValueError(f"expected an object, got {line[:40]!r}")  # noqa: TRY004 -- as json's own
    return read


def _as_signed(text: str, what: str) -> str:
    """Return a text that was typed, or a file's name, as an entry may hold it."""
    signed = unicodedata.normalize("NFC", without_marks(text))
    verify_legible(signed, what)
    return signed


def _read_and_hash(file: Path, recipe: Recipe, *, apart: bool) -> tuple[Reading, str]:
    """Read a file, and hash it meanwhile on the core that sorting leaves idle."""
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(_sha256, file)
        return read_bounded(file, recipe, apart=apart), digest.result()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
