"""Where each log stands: the one row per party whose change is the commit point."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from waternet.errors import Conflict, NotVerified

__all__ = ["Head", "Sighting", "State"]

_SEEN = (
    "CREATE TABLE IF NOT EXISTS seen (party TEXT NOT NULL, size INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, checkpoint BLOB NOT NULL,"
    " PRIMARY KEY (party, size)) STRICT, WITHOUT ROWID"
)
_MOST_SEEN = 1_000  # heads of one log that are remembered

_HINT = (
    "restore it as it was last, or delete it: the heads are then taken anew from "
    "public/ and mirror/"
)
_PLACE = "CREATE TABLE IF NOT EXISTS place (mark TEXT NOT NULL) STRICT"
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


@dataclass(frozen=True, slots=True)
class Sighting:
    """A head that this node stood by at some time, and when, by its own clock.

    Attributes
    ----------
    party : str
    size : int
    first, last : int
        Seconds since 1970, UTC: when it was new here, and when it was still the
        newest. A clock that was wrong in between can turn them round.
    checkpoint : bytes
        With the cosignatures that it had last.
    """

    party: str
    size: int
    first: int
    last: int
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
            if changed == 1:
                _remember(connection, new)
        if changed != 1:
            raise Conflict(
                f"the log of {new.party!r} is no longer at {old.size} entries",
                hint="another process appended to it; run the command again",
            )

    def saw(self, heads: Iterable[Head]) -> None:
        """Remember that these heads were the newest ones that there were to see now."""
        with self.connection() as connection, connection:
            for head in heads:
                _remember(connection, head)

    def sightings(self, party: str) -> list[Sighting]:
        """Return the heads of a log that this node remembers, the oldest first.

        Not what it stands by: that is `head`. A row that cannot be is left out.
        """
        if not self._path.exists():
            return []
        with self.connection() as connection:
            known = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'seen'"
            ).fetchone()
            if not known:
                return []
            rows = connection.execute(
                "SELECT party, size, first, last, checkpoint FROM seen"
                " WHERE party = ? ORDER BY size",
                (party,),
            ).fetchall()
        types = (str, int, int, int, bytes)
        return [
            Sighting(*row)
            for row in rows
            if all(isinstance(one, of) for one, of in zip(row, types, strict=True))
        ]

    def mark_place(self) -> None:
        """Let the file say where it lies: a copy of it lies elsewhere."""
        with self.connection() as connection, connection:
            connection.execute(_PLACE)
            connection.execute("DELETE FROM place")
            connection.execute("INSERT INTO place VALUES (?)", (self._place(),))

    def is_in_place(self) -> bool:
        """Return whether the file lies where it was marked; reads only."""
        if not self._path.exists():
            return False
        with self.connection() as connection:
            known = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'place'"
            ).fetchone()
            if not known:
                return False
            rows = connection.execute("SELECT mark FROM place").fetchall()
        return rows == [(self._place(),)]

    def _place(self) -> str:
        system = os.statvfs(self._path).f_fsid
        return f"{system:x}-{self._path.stat().st_ino}"

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


def _remember(connection: sqlite3.Connection, head: Head) -> None:
    """Note a head in `seen`; the newest sighting counts, so that a clock may heal."""
    now = int(time.time())
    connection.execute(_SEEN)
    connection.execute(
        "INSERT INTO seen VALUES (?1, ?2, ?3, ?3, ?4) ON CONFLICT DO UPDATE"
        " SET last = ?3, checkpoint = ?4",
        (head.party, head.size, now, head.checkpoint),
    )
    connection.execute(
        "DELETE FROM seen WHERE party = ?1 AND size <= (SELECT size FROM seen"
        " WHERE party = ?1 ORDER BY size DESC LIMIT 1 OFFSET ?2)",
        (head.party, _MOST_SEEN),
    )
