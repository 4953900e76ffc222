"""Reading what is new of a party's log in steps, each verified before it is passed on.

A step has some thousand entries, so that memory does not grow with the log. Whoever
takes a step can write it down at once: all of it is proved by the signed head, and
every entry in it is signed by the steward.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.source import FolderSource
from waternet.exchange.walk import (
    NamedBlob,
    SeenHead,
    SignedEntry,
    named_fault,
    verify_signed,
)
from waternet.record.layout import (
    LARGEST_BUNDLE,
    TILE_WIDTH,
    entries_path,
    tile_path,
    write_bundle,
)
from waternet.record.tiles import Bundle, TileReader

__all__ = ["Step", "read_steps"]

_BUNDLES = 64  # of 256 entries each
_MOST_BYTES = 32 << 20
_HEIGHT = 8  # levels of the tree between one level of tiles and the next


@dataclass(slots=True)
class Step:
    """Some entries that follow one another, verified.

    Attributes
    ----------
    stop : int
        The entries before this one are verified by now.
    files : dict of path to bytes
        Their bundles and tiles, as the record's layout names them.
    blobs : list of NamedBlob
        What the new entries among them name, in order.
    """

    stop: int
    files: dict[str, bytes] = field(default_factory=dict)
    blobs: list[NamedBlob] = field(default_factory=list)


def read_steps(card: Card, head: SeenHead, start: int, mirror: Path) -> Iterator[Step]:
    """Yield the entries from `start` on, with the files that hold them.

    Parameters
    ----------
    card : Card
    head : SeenHead
        Of a log that continues the one known.
    start : int
        Entries before it are known already.
    mirror : Path
        Where an earlier attempt may have left bundles: those that are the head's are
        not asked for again.

    Raises
    ------
    Finding
        'altered-entry', 'bad-signature', 'unreadable-entry' or 'missing-file', naming
        the entry.
    NotReached
        The source does not answer.
    """
    size, reader = head.checkpoint.size, head.reader
    if start >= size:
        return
    first, last = start // TILE_WIDTH, -(-size // TILE_WIDTH)
    checkers = ThreadPoolExecutor(os.cpu_count(), "waternet-check")
    try:
        for number in range(first, last, _BUNDLES):
            numbers = range(number, min(number + _BUNDLES, last))
            found = _bundles(head, reader, numbers, mirror)
            yield from _steps(_Walk(card, reader, start, checkers), numbers, found)
    except (NotFound, NotVerified, NotAcceptable) as error:
        raise named_fault(card, error, head) from error
    finally:
        checkers.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Walk:
    card: Card
    reader: TileReader
    start: int
    checkers: Executor

    def check(self, first: int, entries: tuple[bytes, ...]) -> list[NamedBlob]:
        """Verify what the steward signed; return the blobs that new entries name."""
        named: list[NamedBlob] = []
        for index, signed in enumerate(entries, first):
            if index >= self.start:
                entry = verify_signed(self.card, index, signed)
                named += SignedEntry(index, entry, signed).blobs()
        return named


def _steps(walk: _Walk, numbers: range, found: Iterator[Bundle]) -> Iterator[Step]:
    """Gather bundles into steps while the entries of earlier ones are checked."""
    files: dict[str, bytes] = {}
    checks: list[Future[list[NamedBlob]]] = []
    length = 0
    begun = numbers.start
    for number in numbers:
        try:
            bundle = next(found)
        except (NotFound, NotVerified, NotAcceptable):
            for check in checks:  # what is wrong with an earlier entry comes first
                check.result()
            raise
        first = number * TILE_WIDTH
        checks.append(walk.checkers.submit(walk.check, first, bundle.entries))
        width, content = len(bundle.entries), write_bundle(bundle.entries)
        files[entries_path(number, width)] = content
        files[tile_path(0, number, width)] = bundle.tile
        length += len(content)
        if length >= _MOST_BYTES or number == numbers[-1]:
            files.update(_upper_tiles(walk.reader, begun, number + 1))
            blobs = [blob for check in checks for blob in check.result()]
            yield Step(first + width, files, blobs)
            files, checks, length, begun = {}, [], 0, number + 1


def _bundles(
    head: SeenHead, reader: TileReader, numbers: range, mirror: Path
) -> Iterator[Bundle]:
    """Yield bundles that are proved: those in the mirror, the rest from the source."""
    # The last one may lie under another name at the source: see `TileReader.bundle`.
    whole = [n for n in numbers if reader.width(0, n) == TILE_WIDTH]
    kept = {n for n in whole if (mirror / entries_path(n)).is_file()}
    asked = [entries_path(n) for n in whole if n not in kept]
    came = head.source.read_all(asked, LARGEST_BUNDLE)
    for number in numbers:
        bundle = _kept_bundle(reader, number, mirror) if number in kept else None
        if bundle is None and number in whole and number not in kept:
            bundle = reader.prove_bundle(number, next(came))
        yield bundle or reader.bundle(number)


def _kept_bundle(reader: TileReader, number: int, mirror: Path) -> Bundle | None:
    """Return what an earlier attempt left; None where that is damaged."""
    content = FolderSource(mirror).read(entries_path(number))
    try:
        return reader.prove_bundle(number, content)
    except NotVerified:
        return None


def _upper_tiles(
    reader: TileReader, begun: int, stop: int
) -> Iterator[tuple[str, bytes]]:
    """Yield the tiles above level 0 that bundles `begun` to `stop` fill, or end."""
    ended = stop * TILE_WIDTH >= reader.size
    level = 1
    while reader.size >> _HEIGHT * level:
        shift = _HEIGHT * level
        for index in range(begun >> shift, stop >> shift):
            yield tile_path(level, index), reader.tile(level, index)
        index, width = divmod(reader.size >> shift, TILE_WIDTH)
        if ended and width:
            yield tile_path(level, index, width), reader.tile(level, index)
        level += 1
