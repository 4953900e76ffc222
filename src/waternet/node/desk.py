"""The desk: what stewards wrote that nobody signed yet, and the numbers of entities.

One SQLite file beside the record, which any number of processes read and write. A write
is one transaction, durable once it has returned; each change raises the sequence, by
which a reader tells what is new to it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from waternet.errors import NotVerified
from waternet.failpoint import failpoint

__all__ = ["Desk", "DraftEntity", "DraftObservation", "Stand"]

_FILE = "desk.sqlite"
_OF_THE_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the desk is: rows are only added or changed within one generation."""

    generation: int
    sequence: int


@dataclass(frozen=True, slots=True)
class DraftEntity:
    """An entity as it shall be.

    Attributes
    ----------
    body : str or None
        Its own properties, in JSON; None where it is taken away.
    language : str
        In which its name is written.
    thing, sensor, observed_property : int or None
        Numbers of what it leads to, where its kind does.
    time : int or None [us since 1970, UTC]
        Of a HistoricalLocation.
    """

    kind: str
    number: int
    body: str | None
    language: str = "en"
    thing: int | None = None
    sensor: int | None = None
    observed_property: int | None = None
    time: int | None = None


@dataclass(frozen=True, slots=True)
class DraftObservation:
    """An observation as it shall be; times in microseconds since 1970, UTC.

    Attributes
    ----------
    is_held : bool
        False where it is taken away.
    result : float or None
        None where it is no number: then `result_json` says what it is.
    """

    number: int
    datastream: int
    starts: int
    is_held: bool = True
    feature: int | None = None
    ends: int | None = None
    result_time: int | None = None
    result: float | None = None
    result_json: str | None = None
    quality: str | None = None
    valid_from: int | None = None
    valid_to: int | None = None
    parameters: str | None = None


class Desk:
    """The file desk.sqlite of a node, opened.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Desk.open(Path(folder)) as desk:
    ...     desk.number("Thing", ["jordan:AL1", "jordan:AL2", "jordan:AL1"])
    {'jordan:AL1': 1, 'jordan:AL2': 2}
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the desk of the node in `folder`; make it where there is none."""
        path = folder / _FILE
        if not path.exists():
            # Closed to other users before anything is in it: drafts may be restricted.
            how = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            os.close(os.open(path, how, 0o600))
        with _named_errors():
            db = sqlite3.connect(
                path,
                isolation_level=None,
                check_same_thread=False,
                timeout=30,
            )
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            if not db.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'stand'"
            ).fetchone():
                _create(db)
        return cls(db)

    @staticmethod
    def is_there(folder: Path) -> bool:
        """Return whether the node in `folder` has one yet."""
        return (folder / _FILE).exists()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the answer to a question in SQL."""
        with _named_errors(), closing(self._db.execute(sql, values)) as cursor:
            return cursor.fetchall()

    def stand(self) -> Stand:
        """Return how far the desk is, what this connection writes now included."""
        return Stand(*self.rows("SELECT generation, sequence FROM stand")[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all of it, durably on leaving, or nothing; one process at a time."""
        with _named_errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                failpoint("desk.before-commit")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def number(self, kind: str, keys: Iterable[str]) -> dict[str, int]:
        """Return the number of each key of a kind; new ones get one, for good."""
        known = dict(
            self.rows("SELECT key, number FROM identifier WHERE kind = ?", (kind,))
        )
        wanted = dict.fromkeys(keys)
        new = [key for key in wanted if key not in known]
        if new:
            self._number_new(kind, new)
            known = dict(
                self.rows("SELECT key, number FROM identifier WHERE kind = ?", (kind,))
            )
        return {key: known[key] for key in wanted}

    def number_draft(self, kind: str) -> int:
        """Return a number for a draft, within `writing`."""
        number = self._next(kind)
        self._db.execute(
            "INSERT INTO identifier VALUES (?, ?, ?)", (kind, number, f"draft/{number}")
        )
        return number

    def key(self, kind: str, number: int) -> str:
        """Return what a number stands for; '' where it stands for nothing."""
        found = self.rows(
            "SELECT key FROM identifier WHERE kind = ? AND number = ?", (kind, number)
        )
        return found[0][0] if found else ""

    def put(self, entities: Iterable[DraftEntity]) -> None:
        """Keep entities as they shall be, within `writing`."""
        self._advance()
        self._db.executemany(
            "INSERT OR REPLACE INTO entity "
            "SELECT ?, ?, sequence, ?, ?, ?, ?, ?, ? FROM stand",
            [
                (
                    one.kind,
                    one.number,
                    one.body,
                    one.language,
                    one.thing,
                    one.sensor,
                    one.observed_property,
                    one.time,
                )
                for one in entities
            ],
        )

    def link(self, name: str, here: int, there: int, *, is_held: bool = True) -> None:
        """Keep that two entities belong together, or no longer do, within `writing`."""
        self._advance()
        self._db.execute(
            "INSERT OR REPLACE INTO link SELECT ?, ?, ?, sequence, ? FROM stand",
            (name, here, there, is_held),
        )

    def put_observations(self, observations: Iterable[DraftObservation]) -> None:
        """Keep observations as they shall be, within `writing`."""
        sequence = self._advance()
        self._db.executemany(
            f"INSERT OR REPLACE INTO observation VALUES (?{', ?' * 13})",
            [
                (
                    one.number,
                    sequence,
                    one.is_held,
                    one.datastream,
                    one.feature,
                    one.starts,
                    one.ends,
                    one.result_time,
                    one.result,
                    one.result_json,
                    one.quality,
                    one.valid_from,
                    one.valid_to,
                    one.parameters,
                )
                for one in observations
            ],
        )

    def take_away(self, column: str, number: int) -> None:
        """Take away the observations of a 'datastream' or 'feature'."""
        sequence = self._advance()
        self._db.execute(
            "UPDATE observation SET is_held = 0, sequence = ? "
            f"WHERE {column} = ? AND is_held",
            (sequence, number),
        )

    def unlink(self, name: str, *, here: int | None = None, there: int = -1) -> None:
        """Take away all pairs of one end, within `writing`."""
        sequence = self._advance()
        column, number = ("there", there) if here is None else ("here", here)
        self._db.execute(
            "UPDATE link SET is_held = 0, sequence = ? "
            f"WHERE name = ? AND {column} = ? AND is_held",
            (sequence, name, number),
        )

    def change(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Change rows, within `writing`; return how many."""
        return self._db.execute(sql, values).rowcount

    def _advance(self) -> int:
        """Raise the sequence number: every change has one of its own."""
        self._db.execute("UPDATE stand SET sequence = sequence + 1")
        return self.stand().sequence

    def _number_new(self, kind: str, keys: list[str]) -> None:
        within = self._db.in_transaction
        with _named_errors():
            if not within:
                self._db.execute("BEGIN IMMEDIATE")
            try:
                # Another process may have been first with some of them.
                self._db.executemany(
                    "UPDATE OR IGNORE identifier SET key = ?2 WHERE kind = ?1 "
                    "AND key LIKE 'draft/%' AND number = "
                    "(SELECT number FROM promised WHERE kind = ?1 AND key = ?2)",
                    [(kind, key) for key in keys],
                )
                self._db.executemany(
                    "INSERT OR IGNORE INTO identifier SELECT ?1, "
                    "coalesce(max(number), 0) + 1, ?2 FROM identifier WHERE kind = ?1",
                    [(kind, key) for key in keys],
                )
            except BaseException:
                if not within:
                    self._db.execute("ROLLBACK")
                raise
            if not within:
                self._db.execute("COMMIT")

    def _next(self, kind: str) -> int:
        return int(
            self.rows(
                "SELECT coalesce(max(number), 0) + 1 FROM identifier WHERE kind = ?",
                (kind,),
            )[0][0]
        )


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK:
            raise OSError(f"{_FILE}: {error}") from error
        raise NotVerified(
            f"{_FILE} is damaged: {error}",
            hint="restore it from your copy; what was published is safe without it",
        ) from error


def _create(db: sqlite3.Connection) -> None:
    script = (files("waternet.node") / "desk.sql").read_text(encoding="utf-8")
    db.execute("BEGIN IMMEDIATE")
    for statement in script.split(";\n"):
        db.execute(statement)
    if not db.execute("SELECT 1 FROM stand").fetchone():
        db.execute("INSERT INTO stand VALUES (0, 0)")
    db.execute("COMMIT")
