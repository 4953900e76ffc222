"""What an entry says, listed in the catalogue: places, datastreams, withdrawals."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from waternet.bank.arrival import Arrival
from waternet.bank.spelling import search_text
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import get_term

__all__ = ["complete_entry", "list_entry"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIGURES = ("release", "revise")


def list_entry(db: sqlite3.Connection, arrival: Arrival) -> None:
    """List an entry and all that it describes; the caller holds the transaction."""
    _insert_entry(db, arrival)
    for place in arrival.places:
        _list_place(db, arrival, place)
    for datastream in arrival.datastreams:
        _list_datastream(db, arrival, datastream)


def complete_entry(db: sqlite3.Connection, arrival: Arrival) -> None:
    """List what an entry listed before describes; the caller holds the transaction.

    What a later entry said of the same place or datastream stands.
    """
    rows = 0 if arrival.observations is None else arrival.observations.num_rows
    db.execute(
        "UPDATE entry SET rows = ?, finding = ? WHERE party = ? AND number = ?",
        (rows, arrival.finding, arrival.party, arrival.index),
    )
    for place in arrival.places:
        if _is_news(db, "place", "id", arrival, place.id):
            _list_place(db, arrival, place)
    for datastream in arrival.datastreams:
        if _is_news(db, "datastream", "name", arrival, datastream.name):
            _list_datastream(db, arrival, datastream)
        else:
            _insert_unit(db, arrival, datastream)


def _is_news(
    db: sqlite3.Connection, table: str, column: str, arrival: Arrival, name: str
) -> bool:
    """Return whether no later entry described the place or datastream."""
    later = _rows(
        db,
        f"SELECT 1 FROM {table} WHERE party = ? AND {column} = ? AND release > ?",
        (arrival.party, name, arrival.index),
    )
    return not later


def _rows(
    db: sqlite3.Connection, sql: str, values: Sequence[object]
) -> list[sqlite3.Row]:
    with closing(db.execute(sql, values)) as cursor:
        return cursor.fetchall()


def _insert_entry(db: sqlite3.Connection, arrival: Arrival) -> None:
    finding = arrival.finding
    if arrival.kind == "withdraw":
        finding = finding or _withdraw(db, arrival)
    rows = 0 if arrival.observations is None else arrival.observations.num_rows
    said = [
        str(arrival.body.get(name, ""))
        for name in ("dataset", "title", "source", "reason")
    ]
    db.execute(
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


def _withdraw(db: sqlite3.Connection, arrival: Arrival) -> str:
    """Note a withdrawal, or return why there is nothing to withdraw."""
    release = arrival.body.get("release")
    found = _rows(
        db,
        "SELECT kind FROM entry WHERE party = ? AND number = ?",
        (arrival.party, release),
    )
    if not found or found[0][0] not in _FIGURES:
        return f"it withdraws entry {release}, which brought no figures"
    db.execute(
        "INSERT OR IGNORE INTO withdrawal VALUES (?, ?, ?)",
        (arrival.party, release, arrival.index),
    )
    return ""


def _list_place(db: sqlite3.Connection, arrival: Arrival, place: Place) -> None:
    key = (arrival.party, place.id)
    position = place.position
    words = [place.id, *place.names.values(), *place.same_as]
    words += get_term("place_kind", place.kind).labels.values()
    db.execute(
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
        db.execute(f"DELETE FROM {table} WHERE party = ? AND id = ?", key)
        db.executemany(
            f"INSERT OR IGNORE INTO {table} ({column}, party, id) VALUES (?, ?, ?)",
            [(name, *key) for name in names],
        )


def _list_datastream(
    db: sqlite3.Connection, arrival: Arrival, datastream: Datastream
) -> None:
    key = (arrival.party, datastream.name)
    given: Mapping[str, str] = asdict(datastream)
    words = [datastream.name, datastream.dataset]
    for vocabulary in ("observed_property", "statistic"):
        words += get_term(vocabulary, given[vocabulary]).labels.values()
    db.execute(
        "INSERT OR REPLACE INTO datastream (party, name, search, release, "
        f"{', '.join(given)}) VALUES (?, ?, ?, ?{', ?' * len(given)})",
        (*key, search_text(words), arrival.index, *given.values()),
    )
    _insert_unit(db, arrival, datastream)


def _insert_unit(
    db: sqlite3.Connection, arrival: Arrival, datastream: Datastream
) -> None:
    """Note the unit of an entry's rows; that of later ones stays as it was."""
    key = (arrival.party, datastream.name)
    known = _rows(
        db,
        "SELECT release, unit FROM unit WHERE party = ? AND name = ? ORDER BY release",
        key,
    )
    before = [unit for release, unit in known if release <= arrival.index]
    if before and before[-1] == datastream.unit:
        return
    after = [release for release, _ in known if release > arrival.index]
    told = [(*key, arrival.index, datastream.unit)]
    if before and _is_later(db, arrival, datastream, after):
        told.append((*key, arrival.index + 1, before[-1]))
    db.executemany("INSERT OR REPLACE INTO unit VALUES (?, ?, ?, ?)", told)


def _is_later(
    db: sqlite3.Connection,
    arrival: Arrival,
    datastream: Datastream,
    after: Sequence[int],
) -> bool:
    """Return whether a later entry described it, in the unit that stood before."""
    described = not _is_news(db, "datastream", "name", arrival, datastream.name)
    return described and arrival.index + 1 not in after
