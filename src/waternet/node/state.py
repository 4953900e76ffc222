"""Where each log stands: the one row per party whose change is the commit point."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from waternet.errors import Conflict, NotVerified

__all__ = ["Head", "State"]

_HINT = (
    "restore it as it was last, or delete it: the heads are then taken anew from "
    "public/ and mirror/"
)
# Full, not to be read or written, not to be opened, read-only: not what it holds.
_OF_THE_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)


@dataclass(frozen=True, slots=True)
class Head:
    """How much of a party's log this node stands by.

    Attributes
    ----------
    party : str
    size : int
        Entries in it.
    checkpoint : bytes
        The signed checkpoint of that size; b'' while the log is empty.
    """

    party: str
    size: int
    checkpoint: bytes


class State:
    """The heads of the own log and of every log followed, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def heads(self) -> list[Head]:
        """Return every head, by party; reads only."""
        if not self._path.exists():
            return []
        with self.connection() as connection:
            known = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'head'"
            ).fetchone()
            if not known:
                return []
            rows = connection.execute(
                "SELECT party, size, checkpoint FROM head ORDER BY party"
            ).fetchall()
        return [self._checked(row) for row in rows]

    def head(self, party: str) -> Head:
        """Return one party's head; size 0 where nothing is known yet."""
        heads = {head.party: head for head in self.heads()}
        return heads.get(party, Head(party, 0, b""))

    def advance(self, old: Head, new: Head) -> None:
        """Replace a head by a later one: compare and swap, durable on return.

        Raises
        ------
        Conflict
            The head is no longer `old`: another process was first.
        """
        with self.connection() as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS head (party TEXT PRIMARY KEY,"
                " size INTEGER NOT NULL, checkpoint BLOB NOT NULL) STRICT"
            )
            if old.checkpoint:
                changed = connection.execute(
                    "UPDATE head SET size = ?, checkpoint = ?"
                    " WHERE party = ? AND size = ? AND checkpoint = ?",
                    (new.size, new.checkpoint, new.party, old.size, old.checkpoint),
                ).rowcount
            else:
                changed = connection.execute(
                    "INSERT OR IGNORE INTO head VALUES (?, ?, ?)",
                    (new.party, new.size, new.checkpoint),
                ).rowcount
        if changed != 1:
            raise Conflict(
                f"the log of {new.party!r} is no longer at {old.size} entries",
                hint="another process appended to it; run the command again",
            )

    def _checked(self, row: tuple[object, ...]) -> Head:
        # What stands in a damaged file may have any type.
        party, size, checkpoint = row
        if (
            isinstance(party, str)
            and isinstance(size, int)
            and isinstance(checkpoint, bytes)
            and size > 0
        ):
            return Head(party, size, checkpoint)
        raise NotVerified(f"{self._path.name} is damaged", hint=_HINT)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file; whoever keeps more in it has a table of its own.

        Raises
        ------
        NotVerified
            It is damaged.
        OSError
            The disk is full, or does not let it be read or written.
        """
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK:
                raise OSError(f"{self._path.name}: {error}") from error
            raise NotVerified(
                f"{self._path.name} is damaged: {error}", hint=_HINT
            ) from error
