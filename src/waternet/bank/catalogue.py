"""What the bank holds besides figures: entries, places, datastreams (SQLite)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from waternet.bank.arrival import Arrival
from waternet.bank.as_of import AsOf
from waternet.bank.spelling import search_text
from waternet.errors import NotAcceptable, NotFound
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import get_term

__all__ = ["Catalogue", "Runs", "Series", "Withdrawal"]

Numbers = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUCKET_ROWS = 1_000_000
_BUCKET_SERIES = 500
_FIGURES = ("release", "revise")


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
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        self._db = sqlite3.connect(
            path if writable else f"{path.absolute().as_uri()}?mode=ro",
            uri=not writable,
            isolation_level=None,
            check_same_thread=False,
            timeout=30,
        )
        self._db.row_factory = sqlite3.Row
        if writable:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            with self.transaction():
                self._create()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Return the answer to one SQL question of this room."""
        with closing(self._db.execute(sql, values)) as cursor:
            return cursor.fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of it, durably, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def changes_elsewhere(self) -> int:
        """Return a number that differs once another connection has written."""
        return int(self.rows("PRAGMA data_version")[0][0])

    def touch(self) -> None:
        """Tell every reader that the files of the table changed."""
        self._db.execute("UPDATE generation SET number = number + 1")

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

    def assign(self, party: str, runs: Runs) -> dict[str, tuple[int, int, int | None]]:
        """Give every new datastream its series id and bucket, for good.

        Returns
        -------
        mapping of name to (series id, bucket, latest time taken before or None)
        """
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
        return {name: known[name] for name in runs.names}

    def record(self, arrival: Arrival, runs: Runs | None) -> None:
        """List the entry and what it says, and count it as taken."""
        with self.transaction():
            self._insert_entry(arrival)
            for place in arrival.places:
                self._insert_place(arrival, place)
            for datastream in arrival.datastreams:
                self._insert_datastream(arrival, datastream)
            if runs is not None:
                self._db.executemany(
                    "UPDATE series SET last = max(coalesce(last, ?1), ?1) "
                    "WHERE party = ?2 AND name = ?3",
                    [
                        (int(last), arrival.party, name)
                        for last, name in zip(runs.last, runs.names, strict=True)
                    ],
                )
            self._db.execute(
                "INSERT OR REPLACE INTO party VALUES (?, ?)",
                (arrival.party, arrival.index + 1),
            )

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
            f"WHERE s.last IS NOT NULL AND {where} ORDER BY series_id, u.release",
            values,
        )
        series: dict[int, Series] = {}
        for series_id, party, name, bucket, release, unit in found:
            before = series[series_id].units if series_id in series else ()
            units = (*before, (release, unit))
            series[series_id] = Series(series_id, party, name, bucket, units)
        return list(series.values())

    def last_times(self, series: Sequence[Series]) -> Numbers:
        """Return the latest time of any row of each series [us since 1970, UTC]."""
        last = dict(map(tuple, self.rows("SELECT series_id, last FROM series")))
        return np.array([last[one.id] for one in series], np.int64)

    def _create(self) -> None:
        script = (files("waternet.bank") / "schema.sql").read_text(encoding="utf-8")
        for statement in script.split(";\n"):
            self._db.execute(statement)
        if not self.rows("SELECT number FROM generation"):
            self._db.execute("INSERT INTO generation VALUES (0)")

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

    def _insert_entry(self, arrival: Arrival) -> None:
        finding = arrival.finding
        if arrival.kind == "withdraw":
            finding = finding or self._withdraw(arrival)
        rows = 0 if arrival.observations is None else arrival.observations.num_rows
        said = [
            str(arrival.body.get(name, ""))
            for name in ("dataset", "title", "source", "reason")
        ]
        self._db.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                arrival.party,
                arrival.index,
                (arrival.issued - _EPOCH) // timedelta(microseconds=1),
                arrival.kind,
                *said,
                rows,
                finding,
                json.dumps(dict(arrival.body), ensure_ascii=False, default=str),
            ),
        )

    def _withdraw(self, arrival: Arrival) -> str:
        """Note a withdrawal, or return why there is nothing to withdraw."""
        release = arrival.body.get("release")
        found = self.rows(
            "SELECT kind FROM entry WHERE party = ? AND number = ?",
            (arrival.party, release),
        )
        if not found or found[0][0] not in _FIGURES:
            return f"it withdraws entry {release}, which brought no figures"
        self._db.execute(
            "INSERT OR IGNORE INTO withdrawal VALUES (?, ?, ?)",
            (arrival.party, release, arrival.index),
        )
        return ""

    def _insert_place(self, arrival: Arrival, place: Place) -> None:
        key = (arrival.party, place.id)
        position = place.position
        words = [place.id, *place.names.values(), *place.same_as]
        words += get_term("place_kind", place.kind).labels.values()
        self._db.execute(
            "INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *key,
                place.kind,
                position.longitude if position else None,
                position.latitude if position else None,
                json.dumps(place.to_json(), ensure_ascii=False),
                search_text(words),
                arrival.index,
            ),
        )
        for table, column, names in (
            ("shared_name", "name", place.same_as),
            ("within", "area", place.within),
        ):
            self._db.execute(f"DELETE FROM {table} WHERE party = ? AND id = ?", key)
            self._db.executemany(
                f"INSERT OR IGNORE INTO {table} ({column}, party, id) VALUES (?, ?, ?)",
                [(name, *key) for name in names],
            )

    def _insert_datastream(self, arrival: Arrival, datastream: Datastream) -> None:
        key = (arrival.party, datastream.name)
        given: Mapping[str, str] = asdict(datastream)
        words = [datastream.name, datastream.dataset]
        for vocabulary in ("observed_property", "statistic"):
            words += get_term(vocabulary, given[vocabulary]).labels.values()
        self._db.execute(
            "INSERT OR REPLACE INTO datastream (party, name, search, release, "
            f"{', '.join(given)}) VALUES (?, ?, ?, ?{', ?' * len(given)})",
            (*key, search_text(words), arrival.index, *given.values()),
        )
        before = self.rows(
            "SELECT unit FROM unit WHERE party = ? AND name = ? "
            "ORDER BY release DESC LIMIT 1",
            key,
        )
        if not before or before[0][0] != datastream.unit:
            self._db.execute(
                "INSERT INTO unit VALUES (?, ?, ?, ?)",
                (*key, arrival.index, datastream.unit),
            )
