"""Places, datastreams, edits and rules as blobs: lines of canonical JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

import rfc8785

from waternet.errors import NotAcceptable, NotFound
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.record.fields import Reference
from waternet.record.hashing import HashingSink

__all__ = [
    "read_datastreams",
    "read_lines",
    "read_places",
    "write_datastreams",
    "write_lines",
    "write_places",
]

_MOST_LINE = 1 << 20  # bytes of one line
# Of edits or rules, which are small: as objects in memory they take twenty times that.
_MOST_LINES, _MOST_BYTES = 100_000, 64 << 20


def write_places(places: Iterable[Place], sink: BinaryIO) -> Reference:
    """Write places as lines of canonical JSON, in the order of their ids.

    Raises
    ------
    NotAcceptable
        Two places have one id, or there are none.
    """
    return _write_lines([(place.id, place.to_json()) for place in places], sink)


def read_places(path: Path, reference: Reference) -> tuple[Place, ...]:
    """Read the places of a blob that passed `verify_blob`.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It does not hold places, in order, as many as stated; names the line.
    """
    places = tuple(map(Place.from_json, _read_lines(path, reference)))
    _verify_order([place.id for place in places])
    return places


def write_datastreams(datastreams: Iterable[Datastream], sink: BinaryIO) -> Reference:
    """Write datastreams as lines of canonical JSON, in the order of their names.

    Raises
    ------
    NotAcceptable
        Two datastreams have one name, or there are none.
    """
    return _write_lines([(found.name, found.to_json()) for found in datastreams], sink)


def read_datastreams(path: Path, reference: Reference) -> tuple[Datastream, ...]:
    """Read the datastreams of a blob that passed `verify_blob`.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It does not hold datastreams, in order, as many as stated; names the line.
    """
    found = tuple(map(Datastream.from_json, _read_lines(path, reference)))
    _verify_order([datastream.name for datastream in found])
    return found


def write_lines(objects: Iterable[Mapping[str, Any]], sink: BinaryIO) -> Reference:
    """Write edits or rules as lines of canonical JSON, in the order given.

    Raises
    ------
    NotAcceptable
        There are none, or more than `read_lines` takes; or one holds what canonical
        JSON cannot: a number that is no number, a whole number past 2**53.
    """
    hashing, count = HashingSink(sink), 0
    for count, written in enumerate(objects, 1):
        try:
            hashing.write(rfc8785.dumps(dict(written)) + b"\n")
        except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
            raise NotAcceptable(f"line {count}: not canonical JSON: {error}") from error
    if not count:
        raise NotAcceptable("there is nothing to write")
    reference = hashing.reference(count)
    _verify_size(reference)
    return reference


def read_lines(
    path: Path,
    reference: Reference,
    most_lines: int = _MOST_LINES,
    most_bytes: int = _MOST_BYTES,
) -> tuple[dict[str, Any], ...]:
    """Read the edits, rules or deliveries of a blob that passed `verify_blob`.

    Parameters
    ----------
    path : Path
    reference : Reference
    most_lines, most_bytes : int
        More is refused before it is read.

    Returns
    -------
    tuple of dict
        In their order; what they mean is the caller's to check.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It does not hold as many lines of canonical JSON as stated, names the line; or
        there are more of them than there can be.
    """
    _verify_size(reference, most_lines, most_bytes)
    return tuple(_read_lines(path, reference))


def _verify_size(
    reference: Reference, most_lines: int = _MOST_LINES, most_bytes: int = _MOST_BYTES
) -> None:
    if reference.count > most_lines or reference.bytes > most_bytes:
        raise NotAcceptable(
            f"{reference.count:,} lines of {reference.bytes:,} bytes are more than the "
            f"{most_lines:,} lines of {most_bytes:,} bytes that there are at most",
            hint="divide them: a smaller import, fewer rules for single stations",
        )


def _write_lines(
    keyed: Sequence[tuple[str, Mapping[str, Any]]], sink: BinaryIO
) -> Reference:
    ordered = sorted(keyed, key=itemgetter(0))
    if not ordered:
        raise NotAcceptable("there is nothing to write")
    _verify_order([key for key, _ in ordered])
    hashing = HashingSink(sink)
    for _, written in ordered:
        hashing.write(rfc8785.dumps(dict(written)) + b"\n")
    return hashing.reference(len(ordered))


def _read_lines(path: Path, reference: Reference) -> Iterator[dict[str, Any]]:
    try:
        lines = path.open("rb")
    except FileNotFoundError as error:
        raise NotFound(f"no blob {path.name}") from error
    with lines:
        number = 0
        while line := lines.readline(_MOST_LINE):
            number += 1
            if number > reference.count:
                break
            yield _parsed(line, number)
    if number != reference.count:
        raise NotAcceptable(
            f"the file holds {number} or more lines, not the {reference.count} that "
            "the entry states"
        )


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    try:
        written = json.loads(line)
        canonical = rfc8785.dumps(written) + b"\n" == line
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"line {number} is not JSON: {error}") from error
    if not canonical or not isinstance(written, dict):
        raise NotAcceptable(f"line {number} is not an object in canonical JSON")
    return written


def _verify_order(keys: Sequence[str]) -> None:
    for before, after in pairwise(keys):
        if before >= after:
            raise NotAcceptable(f"{after!r} comes twice, or out of order")
