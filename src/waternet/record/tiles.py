"""The log as static files: hash tiles and entry bundles, written and read back.

A tile holds 256 neighbouring hashes of one level; the last one of a level may be
partial. An entry bundle holds the entries under one tile of level 0. Files never
change once written, so any web server or USB stick can carry them.

References
----------
C2SP tlog-tiles (c2sp.org/tlog-tiles).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NoReturn, TypeAlias

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.record.layout import (
    LARGEST_BUNDLE,
    TILE_WIDTH,
    entries_path,
    read_bundle,
    split_bundle,
    tile_path,
    write_bundle,
)
from waternet.record.tree import HASH_SIZE, Frontier, leaf_hash

__all__ = [
    "LARGEST_BUNDLE",
    "Bundle",
    "TileReader",
    "entries_path",
    "new_tiles",
    "read_bundle",
    "tile_path",
    "write_bundle",
]

ReadFile: TypeAlias = Callable[[str], bytes]

_HEIGHT = 8  # levels of the tree between one level of tiles and the next
_KEPT_TILES = 64  # 8 KiB each


@dataclass(frozen=True, slots=True)
class Bundle:
    """Entries that are proved, with the tile of level 0 above them."""

    entries: tuple[bytes, ...]
    tile: bytes


class TileReader:
    """Reads a log's hashes and entries, and checks every byte against its root.

    It holds the last tile of each level and a few others, so that its memory grows
    as the logarithm of the log.

    Parameters
    ----------
    read : function of a path below the public folder
        Returns the file's bytes, or raises `NotFound`. Nothing it returns is trusted.
    size : int
        Entries in the log.
    root : bytes, (32,)
        Both from a checkpoint that is verified.
    """

    def __init__(self, read: ReadFile, size: int, root: bytes) -> None:
        self._read = read
        self._size = size
        self._root = root
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._edge: dict[int, bytes] | None = None

    @property
    def size(self) -> int:
        """Entries in the log."""
        return self._size

    def frontier(self) -> Frontier:
        """Return the complete subtrees of the whole log, ready to be appended to.

        Raises
        ------
        NotFound
            A tile is not there.
        NotVerified
            The tiles are not those of the checkpoint.
        """
        return _edge_frontier(self._size, self._edge_tiles())

    def hash(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree (a `ReadHash` for proofs).

        Parameters
        ----------
        level, index : int
            It spans ``2**level`` entries from entry ``index * 2**level`` on.

        Raises
        ------
        NotFound
            A tile is not there.
        NotAcceptable
            The log has no such complete subtree.
        NotVerified
            A tile is not that of the checkpoint; names the entries it is about.
        """
        if level < 0 or index < 0 or (index + 1) << level > self._size:
            raise NotAcceptable(
                f"a log of {self._size} entries has no subtree ({level}, {index})"
            )
        tile_level, height = divmod(level, _HEIGHT)
        first = index << height
        tile = self.tile(tile_level, first // TILE_WIDTH)
        hashes = _hashes(tile)[first % TILE_WIDTH :][: 1 << height]
        return _root(hashes)

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield entries `start` up to but without `stop`, each one checked.

        Raises
        ------
        NotFound
            A file is not there.
        NotAcceptable
            The log does not have those entries.
        NotVerified
            An entry is not the one the checkpoint stands for; names its index.
        """
        if not 0 <= start <= stop <= self._size:
            raise NotAcceptable(
                f"a log of {self._size} entries has no entries {start} to {stop}"
            )
        for number in range(start // TILE_WIDTH, -(-stop // TILE_WIDTH)):
            first = number * TILE_WIDTH
            self.tile(0, number)  # the file too must be the one that it should be
            bundle = self.bundle(number).entries
            yield from bundle[max(start - first, 0) : stop - first]

    def bundle(self, number: int) -> Bundle:
        """Read the entries under a tile of level 0; see `prove_bundle`.

        Raises
        ------
        NotFound
            A file is not there.
        """
        width = self.width(0, number)
        content = self._file(entries_path(number, width), entries_path(number))
        return self.prove_bundle(number, content)

    def prove_bundle(self, number: int, content: bytes) -> Bundle:
        """Return the entries under a tile of level 0 if they are the checkpoint's.

        A full tile's hashes are made from the entries and lead to one hash of the tile
        above it, so that the tile itself need not be read.

        Raises
        ------
        NotFound
            A tile is not there.
        NotVerified
            They are not; names the first that differs.
        """
        width = self.width(0, number)
        try:
            entries = list(islice(split_bundle(content), width))
        except NotAcceptable:
            self._refuse_bundle(number, content)
        hashes = [leaf_hash(entry) for entry in entries]
        if width < TILE_WIDTH:
            proved = hashes == _hashes(self.tile(0, number))
        else:
            above = self.tile(1, number // TILE_WIDTH)
            expected = _hashes(above)[number % TILE_WIDTH]
            # The number too: two hashes below the root have the same root as all 256.
            proved = len(hashes) == width and _root(hashes) == expected
        if not proved:
            self._refuse_bundle(number, content)
        return Bundle(tuple(entries), b"".join(hashes))

    def width(self, level: int, index: int) -> int:
        """Return how many hashes of a tile this size of the log fills."""
        return min((self._size >> _HEIGHT * level) - index * TILE_WIDTH, TILE_WIDTH)

    def _refuse_bundle(self, number: int, content: bytes) -> NoReturn:
        at = number * TILE_WIDTH
        entries = split_bundle(content)
        for place, leaf in enumerate(_hashes(self.tile(0, number))):
            try:
                entry = next(entries, None)
            except NotAcceptable:
                entry = None
            if entry is None or leaf_hash(entry) != leaf:
                self._refuse_entry(at + place)
        self._refuse_span(0, number, 0, self.width(0, number))

    def tile(self, level: int, index: int) -> bytes:
        """Return a tile, as far as this log fills it, proved to be the checkpoint's.

        Raises
        ------
        NotFound
            A tile is not there.
        NotVerified
            A tile is not that of the checkpoint; names the entries it is about.
        """
        edge = self._edge_tiles()
        if self.width(level, index) < TILE_WIDTH:
            return edge[level]
        if (level, index) in self._kept:
            self._kept.move_to_end((level, index))
            return self._kept[level, index]
        parent = self.tile(level + 1, index // TILE_WIDTH)
        tile = self._file(tile_path(level, index))
        # The length too: the two hashes below the root have the same root as all 256.
        whole = len(tile) == TILE_WIDTH * HASH_SIZE
        if not whole or _root(_hashes(tile)) != _hashes(parent)[index % TILE_WIDTH]:
            self._refuse_tile(level, index, tile)
        self._kept[level, index] = tile
        if len(self._kept) > _KEPT_TILES:
            self._kept.popitem(last=False)
        return tile

    def _edge_tiles(self) -> dict[int, bytes]:
        """Return the partial tile of each level that has one, proved by the root."""
        if self._edge is None:
            edge = self._read_edge()
            if _edge_frontier(self._size, edge).root() != self._root:
                self._refuse_edge(edge)
            self._edge = edge
        return self._edge

    def _read_edge(self) -> dict[int, bytes]:
        edge = {}
        for level in range(-(-self._size.bit_length() // _HEIGHT)):
            index, width = divmod(self._size >> _HEIGHT * level, TILE_WIDTH)
            if width:
                partial, full = tile_path(level, index, width), tile_path(level, index)
                tile = self._file(partial, full)[: width * HASH_SIZE]
                if len(tile) != width * HASH_SIZE:
                    self._refuse_tile(level, index, tile)
                edge[level] = tile
        return edge

    def _file(self, path: str, fallback: str = "") -> bytes:
        # A log may drop a partial file once the full one is there.
        try:
            return self._read(path)
        except NotFound:
            if not fallback or fallback == path:
                raise
        try:
            return self._read(fallback)
        except NotFound as error:
            raise NotFound(f"no file {path}", hint=error.hint) from error

    def _refuse_edge(self, edge: dict[int, bytes]) -> NoReturn:
        for level, tile in edge.items():
            index = self._size >> _HEIGHT * (level + 1)
            place = self._first_difference(level, index, tile)
            if place is not None:
                self._refuse_span(level, index, place, place + 1)
        raise NotVerified(
            f"the {self._size} entries here are not those of the checkpoint, though "
            "they agree with their own tiles",
            hint="the copy and its checkpoint are not of one log: ask for both again",
        )

    def _refuse_tile(self, level: int, index: int, tile: bytes) -> NoReturn:
        place = self._first_difference(level, index, tile)
        if place is None:
            self._refuse_span(level, index, 0, TILE_WIDTH)
        self._refuse_span(level, index, place, place + 1)

    def _first_difference(self, level: int, index: int, tile: bytes) -> int | None:
        """Return the first place where a tile disagrees with what lies below it."""
        hashes = _hashes(tile)
        for place in range(self.width(level, index)):
            try:
                below = self._unproved_hash(level, index * TILE_WIDTH + place)
            except (NotFound, NotAcceptable):
                return place
            if hashes[place : place + 1] != [below]:
                return place
        return None

    def _unproved_hash(self, level: int, at: int) -> bytes:
        """Return a hash as the files one level below give it, unproved."""
        if level:
            return _root(_hashes(self._file(tile_path(level - 1, at))))
        number, place = divmod(at, TILE_WIDTH)
        partial = entries_path(number, self.width(0, number))
        content = self._file(partial, entries_path(number))
        entry = next(islice(split_bundle(content), place, None), None)
        return b"" if entry is None else leaf_hash(entry)

    def _refuse_span(self, level: int, index: int, start: int, stop: int) -> NoReturn:
        """Refuse the entries under the hashes `start` to `stop` of a tile."""
        first = (index * TILE_WIDTH + start) << _HEIGHT * level
        last = min((index * TILE_WIDTH + stop) << _HEIGHT * level, self._size) - 1
        if first == last:
            self._refuse_entry(first)
        raise NotVerified(
            f"{tile_path(level, index, self.width(level, index))}, or one of the "
            f"entries {first} to {last} under it, is not that of the checkpoint",
            hint="ask the party, or a mirror, for these files again",
        )

    def _refuse_entry(self, index: int) -> NoReturn:
        raise NotVerified(
            f"entry {index} or its hash is not the one that the checkpoint of "
            f"{self._size} entries stands for",
            hint="ask the party, or a mirror, for the entry as it was signed",
        )


def new_tiles(log: TileReader, entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a log needs once `entries` are appended to it.

    Only what is new: full tiles and bundles that were not full before, and the partial
    ones of the new size. What they take over from the log is checked as it is read,
    so that damage on the disk is never signed.

    Parameters
    ----------
    log : TileReader
        The log as it was; ``TileReader(read, 0, EMPTY_ROOT)`` for an empty one.
    entries : sequence of bytes

    Yields
    ------
    path : str
        Below the public folder.
    content : bytes

    Raises
    ------
    NotVerified, NotFound
        The log's own files are damaged or missing.
    """
    if not entries:
        return
    first = log.size // TILE_WIDTH
    held = list(log.entries(first * TILE_WIDTH, log.size))
    for index, bundle in _chunks([*held, *entries], first):
        yield entries_path(index, len(bundle)), write_bundle(bundle)
    level, start = 0, log.size
    fresh = [leaf_hash(entry) for entry in entries]
    while fresh:
        first = start // TILE_WIDTH
        kept = [
            log.hash(level * _HEIGHT, at) for at in range(first * TILE_WIDTH, start)
        ]
        above = []
        for index, hashes in _chunks([*kept, *fresh], first):
            tile = b"".join(hashes)
            yield tile_path(level, index, len(hashes)), tile
            if len(hashes) == TILE_WIDTH:
                above.append(_root(_hashes(tile)))
        level, start, fresh = level + 1, first, above


def _chunks(items: list[bytes], first: int) -> Iterator[tuple[int, list[bytes]]]:
    for at in range(0, len(items), TILE_WIDTH):
        yield first + at // TILE_WIDTH, items[at : at + TILE_WIDTH]


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]


def _root(hashes: Iterable[bytes]) -> bytes:
    return Frontier().append(hashes).root()


def _edge_frontier(size: int, edge: dict[int, bytes]) -> Frontier:
    """Join the partial tiles, highest level first, to the tree's complete subtrees."""
    hashes: list[bytes] = []
    for level in sorted(edge, reverse=True):
        hashes.extend(Frontier().append(_hashes(edge[level])).hashes)
    return Frontier(size, tuple(hashes))
