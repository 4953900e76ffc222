"""Where a party's record is read from: a folder now, other carriers later.

Whatever it is, it is not trusted: every byte that comes from it is checked by
`waternet.exchange.walk` before it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from waternet.errors import NotAcceptable, NotFound
from waternet.record.tiles import LARGEST_BUNDLE

__all__ = ["FolderSource", "find_records"]

_CHUNK = 1 << 20


class FolderSource:
    """A party's public folder on a mounted disk, a USB stick or a mirror."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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
        with self._open(path) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise NotAcceptable(f"{path} is larger than the {limit} bytes it may have")
        return content

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a large file (a blob) piece by piece.

        Raises
        ------
        NotFound
            The source has no such file.
        """
        with self._open(path) as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def _open(self, path: str) -> BinaryIO:
        try:
            return (self.folder / path).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFound(
                f"no file {path} in {self.folder}",
                hint="the copy may be incomplete: ask for it again",
            ) from error


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
