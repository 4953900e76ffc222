"""Where a party's record is read from, whatever carries it.

A source is not trusted: every byte that comes from it is checked by
`waternet.exchange.walk` before it counts. One that says that it lacks a file raises
`NotFound`; one that cannot be reached, or is not understood, raises `NotReached`, which
is no finding against a party.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from waternet.errors import NotAcceptable, NotFound
from waternet.record.tiles import LARGEST_BUNDLE

__all__ = ["FolderSource", "Source", "find_records"]

_CHUNK = 1 << 20


class Source(Protocol):
    """One copy of one party's public folder, wherever it is.

    `waternet.exchange.location.open_sources` finds those at an address. `name` says
    where, for people: a folder or an address.
    """

    @property
    def name(self) -> str:
        """Where it is: a folder or an address."""

    def read(self, path: str, limit: int = LARGEST_BUNDLE) -> bytes:
        """Return a small file whole; see `FolderSource.read`."""

    def chunks(self, path: str, start: int = 0) -> Iterator[bytes]:
        """Yield a large file from a byte on; see `FolderSource.chunks`."""

    def read_all(
        self, paths: Sequence[str], limit: int = LARGEST_BUNDLE
    ) -> Iterator[bytes]:
        """Yield many small files, in order; see `FolderSource.read_all`."""


class FolderSource:
    """A party's public folder on a mounted disk, a USB stick or a mirror."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.folder)

    def read(self, path: str, limit: int = LARGEST_BUNDLE) -> bytes:
        """Return a small file whole: a checkpoint, tile, entry bundle or card.

        Parameters
        ----------
        path : str
            As the record's layout names it, for example 'tile/0/000'.
        limit : int [byte]
            More is refused, unread.

        Raises
        ------
        NotFound
            The source has no such file.
        NotAcceptable
            The file is larger than `limit`.
        """
        try:
            with self._open(path) as file:
                content = file.read(limit + 1)
        except OSError as error:
            raise self._missing(path, error) from error
        if len(content) > limit:
            raise NotAcceptable(f"{path} is larger than the {limit} bytes it may have")
        return content

    def chunks(self, path: str, start: int = 0) -> Iterator[bytes]:
        """Yield a large file (a blob) piece by piece, from the byte `start` on.

        Raises
        ------
        NotFound
            The source has no such file.
        """
        try:
            file = self._open(path)
        except OSError as error:
            raise self._missing(path, error) from error
        with file:
            file.seek(start)
            while chunk := self._chunk(file, path):
                yield chunk

    def read_all(
        self, paths: Sequence[str], limit: int = LARGEST_BUNDLE
    ) -> Iterator[bytes]:
        """Yield many small files whole, in the order asked for.

        Over a network the next ones are on their way while one is looked at; how many,
        and so the memory, does not grow with `paths`.

        Parameters
        ----------
        paths : sequence of str
        limit : int [byte]
            Of each file.

        Raises
        ------
        NotFound, NotAcceptable
            As `read` does, when the turn of that file comes.
        """
        for path in paths:
            yield self.read(path, limit)

    def _chunk(self, file: BinaryIO, path: str) -> bytes:
        try:
            return file.read(_CHUNK)
        except OSError as error:
            raise self._missing(path, error) from error

    def _open(self, path: str) -> BinaryIO:
        # A pipe or device in the place of a file would keep its reader waiting.
        number = os.open(self.folder / path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise OSError("not a file")
        return os.fdopen(number, "rb")

    def _missing(self, path: str, error: OSError) -> NotFound:
        reason = error.strerror or str(error)
        return NotFound(
            f"no file {path} to be read in {self.folder}: {reason}",
            hint="the copy may be incomplete: ask for it again",
        )


def find_records(folder: Path) -> list[FolderSource]:
    """Find the parties' records in a folder: itself, or folders up to two below it.

    A USB stick may hold one public folder, a whole node, or one of each party.

    Raises
    ------
    NotFound
        There is no record in it.
    """
    depths = ("card.json", "*/card.json", "*/*/card.json")
    found = [card for depth in depths for card in sorted(folder.glob(depth))]
    if not found:
        raise NotFound(
            f"no record in {folder}",
            hint="expected a folder with card.json, checkpoint and tile/ in it",
        )
    return [FolderSource(card.parent) for card in found]
