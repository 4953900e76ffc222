"""SQLite files of a node that only its own user may read."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from waternet.errors import NotVerified

__all__ = ["PrivateSqlite"]

_OF_THE_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)


class PrivateSqlite:
    """One file, opened once for all threads of a process; one at a time uses it.

    Parameters
    ----------
    path : Path
        Made, mode 0600, when it is first written.
    schema : str
        Name of the file beside this module that makes its tables.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self._path = path
        self._schema = schema
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def exists(self) -> bool:
        """Return whether anything was ever written to it."""
        return self._db is not None or self._path.exists()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection; all that is written is kept durably, or nothing.

        Raises
        ------
        NotVerified
            The file is damaged.
        OSError
            The disk is full, or refuses.
        """
        try:
            with self._lock:
                if self._db is None:
                    self._db = self._opened()
                with self._db:
                    yield self._db
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK:
                raise OSError(f"{self._path.name}: {error}") from error
            if isinstance(error, sqlite3.IntegrityError | sqlite3.OperationalError):
                raise
            raise NotVerified(
                f"{self._path.name} is damaged: {error}",
                hint="restore it from your copy, or delete it and begin anew",
            ) from error

    def _opened(self) -> sqlite3.Connection:
        # Closed to others before SQLite writes; its other files take the same mode.
        how = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        os.close(os.open(self._path, how, 0o600))
        self._path.chmod(0o600)
        db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            script = files("waternet.node") / self._schema
            db.executescript(script.read_text(encoding="utf-8"))
        except BaseException:
            db.close()
            raise
        return db
