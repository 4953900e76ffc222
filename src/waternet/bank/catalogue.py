"""What the bank holds besides figures: entries, places, datastreams (SQLite)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from waternet.bank.arrival import Arrival
from waternet.bank.as_of import AsOf
from waternet.bank.listing import complete_entry, list_entry
from waternet.bank.readership import Readership
from waternet.errors import NotAcceptable, NotFound, NotVerified

__all__ = ["Catalogue", "Runs", "Series", "Withdrawal"]

Numbers = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUCKET_ROWS = 1_000_000
_BUCKET_SERIES = 500
_FORM = 2  # of the tables, in SQLite's user_version; earlier ones had no number


@dataclass(frozen=True, slots=True)
class Series:
    """A datastream as the figures know it.

    Attributes
    ----------
    units : tuple of (int, str)
        The unit from each entry on, in order; nearly always one.
    """

    id: int
    party: str
    name: str
    bucket: int
    units: tuple[tuple[int, str], ...]

    @property
    def address(self) -> str:
        """What names it among all parties."""
        return f"{self.party}:{self.name}"

    def unit_at(self, release: int) -> str:
        """Return the unit of the rows that entry `release` brought."""
        unit = self.units[0][1]
        for since, later in self.units[1:]:
            if since <= release:
                unit = later
        return unit


@dataclass(frozen=True, slots=True)
class Runs:
    """The datastreams of one release, in the order of its rows.

    Attributes
    ----------
    names : tuple of str, (k,)
    lengths : array of int, (k,)
        Rows of each.
    last : array of int, (k,) [us since 1970, UTC]
        Latest time of each.
    """

    names: tuple[str, ...]
    lengths: Numbers
    last: Numbers


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Entry `number` said that the figures of entry `release` stand no more."""

    release: int
    number: int


class Catalogue:
    """The SQLite file beside the Delta table.

    Each method that writes is one transaction. `assign` runs before the rows are
    written and `record` after: between the two, a reader sees neither.

    With a `reader`, every question is answered from what that party may read
    ('' is anybody): tables of the same names, made anew whenever the file changes,
    stand before the file's own.
    """

    def __init__(
        self, path: Path, *, writable: bool, reader: str | None = None
    ) -> None:
        self._db = sqlite3.connect(
            path if writable else f"{path.absolute().as_uri()}?mode=ro",
            uri=not writable,
            isolation_level=None,
            check_same_thread=False,
            timeout=30,
        )
        self._db.row_factory = sqlite3.Row
        self._readership: Readership | None = None
        try:
            if writable:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                with self.transaction():
                    _create(self._db)
            _verify_form(self._db, path)
            if reader is not None:
                self._readership = Readership(self._db, reader)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Return the answer to one SQL question of this room."""
        if self._readership is None:
            return self._rows(sql, values)
        # Nothing can be written between what may be read and what is.
        self._db.execute("BEGIN")
        try:
            self._readership.refresh()
            return self._rows(sql, values)
        finally:
            self._db.execute("COMMIT")

    def _rows(self, sql: str, values: Sequence[object]) -> list[sqlite3.Row]:
        with closing(self._db.execute(sql, values)) as cursor:
            return cursor.fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of it, durably, or nothing; within `begin`, durably at `commit`."""
        within = self._db.in_transaction
        self._db.execute("SAVEPOINT one" if within else "BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # Where the disk refused, SQLite may have rolled back all of it already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK TO one" if within else "ROLLBACK")
            raise
        self._db.execute("RELEASE one" if within else "COMMIT")

    def begin(self) -> None:
        """Let what is written from here on become durable together."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make durable what was written since `begin`; nothing where it was not."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def changes_elsewhere(self) -> tuple[int, int]:
        """Return what differs once another connection has written, or time told."""
        version = int(self.rows("PRAGMA data_version")[0][0])
        return version, 0 if self._readership is None else self._readership.refreshed

    def hidden(self) -> dict[int, tuple[int, ...]]:
        """Return the releases that the reader may not read, by bucket with rows."""
        if self._readership is None:
            return {}
        found: dict[int, tuple[int, ...]] = {}
        for bucket, release in self.rows(
            "SELECT DISTINCT s.bucket, o.release FROM main.holding o "
            "JOIN main.series s USING (series_id) "
            "JOIN temp.hidden h ON h.party = s.party AND h.number = o.release "
            "ORDER BY 1, 2"
        ):
            found[bucket] = (*found.get(bucket, ()), release)
        return found

    def unreadable(self) -> tuple[tuple[str, int], ...]:
        """Return every entry that the reader may not read, with rows or without."""
        if self._readership is None:
            return ()
        found = self.rows("SELECT party, number FROM temp.hidden ORDER BY 1, 2")
        return tuple((party, int(number)) for party, number in found)

    def generation(self) -> int:
        """Return how often what is held was told otherwise, without another entry."""
        return int(self.rows("SELECT number FROM generation")[0][0])

    def touch(self) -> None:
        """Tell every reader that the files of the table, or what they mean, changed."""
        self._db.execute("UPDATE generation SET number = number + 1")

    def position(self, party: str) -> int:
        """Return how many entries of a party's log have been taken."""
        found = self.rows("SELECT position FROM party WHERE party = ?", (party,))
        return int(found[0][0]) if found else 0

    def positions(self) -> dict[str, int]:
        """Return how many entries of each party's log have been taken."""
        return dict(map(tuple, self.rows("SELECT * FROM party")))

    def withdrawals(self) -> dict[str, tuple[Withdrawal, ...]]:
        """Return what each party withdrew."""
        found: dict[str, tuple[Withdrawal, ...]] = {}
        for party, release, number in self.rows("SELECT * FROM withdrawal"):
            found[party] = (*found.get(party, ()), Withdrawal(release, number))
        return found

    def buckets(self) -> dict[str, list[int]]:
        """Return the buckets of each party."""
        found: dict[str, list[int]] = {}
        for party, bucket in self.rows("SELECT party, bucket FROM bucket"):
            found.setdefault(party, []).append(bucket)
        return found

    def cutoff(self, party: str, position: int, as_of: AsOf | None) -> int:
        """Return the last entry of `party` that counts; -1 where none does.

        Raises
        ------
        NotFound
            The party has no entry of that number.
        """
        newest = position - 1
        if as_of is None or (as_of.moment is None and as_of.party != party):
            return newest
        if as_of.moment is not None:
            issued = (as_of.moment - _EPOCH) // timedelta(microseconds=1)
            found = self.rows(
                "SELECT max(number) FROM entry WHERE party = ? AND issued <= ?",
                (party, issued),
            )[0][0]
            return -1 if found is None else min(int(found), newest)
        if as_of.index is None or not 0 <= as_of.index <= newest:
            raise NotFound(
                f"{party!r} has no entry {as_of.index}",
                hint=f"its entries here run from 0 to {newest}",
            )
        return as_of.index

    def assign(
        self, arrival: Arrival, runs: Runs
    ) -> dict[str, tuple[int, int, int | None]]:
        """Give every new datastream its series id and bucket, for good.

        Of a sealed entry, note too what it has rows of: before they are written, so
        that no reader meets one that is not known for sealed.

        Returns
        -------
        mapping of name to (series id, bucket, latest time taken before or None)
        """
        party = arrival.party
        with self.transaction():
            known = self._assigned(party)
            new = [
                (name, int(length))
                for name, length in zip(runs.names, runs.lengths, strict=True)
                if name not in known
            ]
            if new:
                self._assign_new(party, new)
                known = self._assigned(party)
            if "sealed" in arrival.body:
                self._note_holdings(arrival.index, runs, known)
        return {name: known[name] for name in runs.names}

    def record(self, arrival: Arrival, runs: Runs | None) -> None:
        """List the entry and what it says, and count it as taken."""
        with self.transaction():
            list_entry(self._db, arrival)
            self._note_last(arrival, runs)
            self._db.execute(
                "INSERT OR REPLACE INTO party VALUES (?, ?)",
                (arrival.party, arrival.index + 1),
            )

    def complete(self, arrival: Arrival, runs: Runs | None) -> None:
        """List what an entry that was taken before says, now that it can be read."""
        with self.transaction():
            complete_entry(self._db, arrival)
            self._note_last(arrival, runs)
            self.touch()

    def verify_described(self, arrival: Arrival, names: Sequence[str]) -> None:
        """Raise `NotAcceptable` where rows belong to a datastream never described."""
        described = {datastream.name for datastream in arrival.datastreams}
        described |= {
            name
            for (name,) in self.rows(
                "SELECT name FROM datastream WHERE party = ?", (arrival.party,)
            )
        }
        missing = [name for name in names if name not in described]
        if missing:
            raise NotAcceptable(
                f"entry {arrival.index} of {arrival.party!r} has rows of "
                f"{missing[0]!r}, which no entry describes",
                hint="the party must describe the datastream and publish again",
            )

    def series(
        self, where: str = "true", values: Sequence[object] = ()
    ) -> list[Series]:
        """Return the series that hold rows and satisfy `where`, by id."""
        found = self.rows(
            "SELECT series_id, s.party, s.name, bucket, u.release, u.unit "
            "FROM series s JOIN unit u ON u.party = s.party AND u.name = s.name "
            f"WHERE s.last IS NOT NULL AND {where} "
            "ORDER BY series_id, u.release, u.said",
            values,
        )
        series: dict[int, Series] = {}
        for series_id, party, name, bucket, release, unit in found:
            before = series[series_id].units if series_id in series else ()
            if before and before[-1][1] == unit:
                continue
            units = (*before, (release, unit))
            series[series_id] = Series(series_id, party, name, bucket, units)
        return list(series.values())

    def series_in(self, buckets: Sequence[int]) -> list[Series]:
        """Return every series of some buckets, whoever may know of it: no units."""
        found = self.rows(
            "SELECT series_id, party, name, bucket FROM main.series "
            "WHERE bucket IN (SELECT value FROM json_each(?)) ORDER BY series_id",
            (json.dumps(list(buckets)),),
        )
        return [Series(one, party, name, at, ()) for one, party, name, at in found]

    def last_times(self, series: Sequence[Series]) -> Numbers:
        """Return the latest time of any row of each series [us since 1970, UTC]."""
        last = dict(map(tuple, self.rows("SELECT series_id, last FROM series")))
        return np.array([last[one.id] for one in series], np.int64)

    def _note_last(self, arrival: Arrival, runs: Runs | None) -> None:
        if runs is None:
            return
        told = [
            (int(last), arrival.party, name)
            for last, name in zip(runs.last, runs.names, strict=True)
        ]
        columns = ("last",) if "sealed" in arrival.body else ("last", "open_last")
        latest = [f"{column} = max(coalesce({column}, ?1), ?1)" for column in columns]
        self._db.executemany(
            f"UPDATE series SET {', '.join(latest)} WHERE party = ?2 AND name = ?3",
            told,
        )

    def _note_holdings(
        self, release: int, runs: Runs, known: Mapping[str, tuple[int, int, int | None]]
    ) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO holding VALUES (?, ?, ?)",
            [
                (known[name][0], release, int(last))
                for name, last in zip(runs.names, runs.last, strict=True)
            ],
        )

    def _assigned(self, party: str) -> dict[str, tuple[int, int, int | None]]:
        return {
            name: (series_id, bucket, last)
            for name, series_id, bucket, last in self.rows(
                "SELECT name, series_id, bucket, last FROM series WHERE party = ?",
                (party,),
            )
        }

    def _assign_new(self, party: str, new: list[tuple[str, int]]) -> None:
        bucket, rows, count = self._newest_bucket(party)
        series = []
        for name, length in new:
            full = rows > 0 and rows + length > _BUCKET_ROWS
            if bucket < 0 or full or count >= _BUCKET_SERIES:
                self._set_bucket(bucket, party, rows, count)
                bucket, rows, count = self._next_bucket(), 0, 0
                self._set_bucket(bucket, party, rows, count)
            rows, count = rows + length, count + 1
            series.append((party, name, bucket))
        self._set_bucket(bucket, party, rows, count)
        self._db.executemany(
            "INSERT INTO series (party, name, bucket) VALUES (?, ?, ?)", series
        )

    def _newest_bucket(self, party: str) -> tuple[int, int, int]:
        found = self.rows(
            "SELECT bucket, rows, series FROM bucket WHERE party = ? "
            "ORDER BY bucket DESC LIMIT 1",
            (party,),
        )
        return tuple(found[0]) if found else (-1, 0, 0)

    def _next_bucket(self) -> int:
        return int(self.rows("SELECT coalesce(max(bucket), 0) + 1 FROM bucket")[0][0])

    def _set_bucket(self, bucket: int, party: str, rows: int, count: int) -> None:
        if bucket >= 0:
            self._db.execute(
                "INSERT OR REPLACE INTO bucket VALUES (?, ?, ?, ?)",
                (bucket, party, rows, count),
            )


def _create(db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone():
        return
    script = (files("waternet.bank") / "schema.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        db.execute(statement)
    db.execute("INSERT INTO generation VALUES (0)")
    db.execute(f"PRAGMA user_version = {_FORM}")


def _verify_form(db: sqlite3.Connection, path: Path) -> None:
    """Raise unless the tables are those that this version reads and writes."""
    (form,) = db.execute("PRAGMA user_version").fetchone()
    if form != _FORM:
        raise NotVerified(
            f"the bank in {path.parent} has another form ({form}) than this version "
            f"reads ({_FORM})",
            hint="'waternet rebuild' makes the bank anew from the records",
        )
