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
        _list_news(db, arrival, place)
    for datastream in arrival.datastreams:
        _list_news(db, arrival, datastream)


def complete_entry(db: sqlite3.Connection, arrival: Arrival) -> None:
    """List what an entry listed before describes; the caller holds the transaction.

    What a later entry said of the same place or datastream stands; but who may not
    read that entry is told what this one said.
    """
    rows = 0 if arrival.observations is None else arrival.observations.num_rows
    db.execute(
        "UPDATE entry SET rows = ?, finding = ? WHERE party = ? AND number = ?",
        (rows, arrival.finding, arrival.party, arrival.index),
    )
    described: list[Place | Datastream] = [*arrival.places, *arrival.datastreams]
    for one in described:
        later = _described(db, arrival, one)
        if later is None or later <= arrival.index:
            _list_news(db, arrival, one)
            continue
        if isinstance(one, Datastream):
            _insert_unit(db, arrival, one)
        if _is_sealed(db, arrival.party, later):
            _insert(db, arrival, one, earlier=True)


def _list_news(
    db: sqlite3.Connection, arrival: Arrival, one: Place | Datastream
) -> None:
    """Let what an entry says of a place or datastream stand.

    Earlier words are kept where not all who may read them may read the new ones.
    """
    table, column, name = _key(one)
    key = (arrival.party, name)
    where = f"WHERE party = ? AND {column} = ?"
    if "sealed" in arrival.body:
        db.execute(
            f"INSERT OR REPLACE INTO {table}_said SELECT * FROM {table} {where}", key
        )
    else:
        db.execute(f"DELETE FROM {table}_said {where}", key)
    _insert(db, arrival, one)
    if isinstance(one, Datastream):
        _insert_unit(db, arrival, one)
        return
    for listed, column, names in (
        ("shared_name", "name", one.same_as),
        ("within", "area", one.within),
    ):
        db.execute(f"DELETE FROM {listed} WHERE party = ? AND id = ?", key)
        db.executemany(
            f"INSERT OR IGNORE INTO {listed} ({column}, party, id) VALUES (?, ?, ?)",
            [(each, *key) for each in names],
        )


def _key(one: Place | Datastream) -> tuple[str, str, str]:
    """Return where a place or datastream is listed: table, column and name."""
    if isinstance(one, Place):
        return "place", "id", one.id
    return "datastream", "name", one.name


def _described(
    db: sqlite3.Connection, arrival: Arrival, one: Place | Datastream
) -> int | None:
    """Return the entry whose words on a place or datastream stand, if any."""
    table, column, name = _key(one)
    found = _rows(
        db,
        f"SELECT release FROM {table} WHERE party = ? AND {column} = ?",
        (arrival.party, name),
    )
    return found[0][0] if found else None


def _is_sealed(db: sqlite3.Connection, party: str, index: int) -> bool:
    sql = "SELECT 1 FROM sealed WHERE party = ? AND number = ?"
    return bool(_rows(db, sql, (party, index)))


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
    if "sealed" in arrival.body:
        _insert_sealed(db, arrival)
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


def _insert_sealed(db: sqlite3.Connection, arrival: Arrival) -> None:
    sealed = arrival.body["sealed"]
    db.execute(
        "INSERT INTO sealed VALUES (?, ?, ?, ?, ?)",
        (
            arrival.party,
            arrival.index,
            arrival.kind,
            sealed["keys"]["sha256"],
            json.dumps(sealed["to"]),
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


def _insert(
    db: sqlite3.Connection,
    arrival: Arrival,
    one: Place | Datastream,
    *,
    earlier: bool = False,
) -> None:
    """Write down what an entry says: as what stands, or among earlier words."""
    row = _place_row(one) if isinstance(one, Place) else _datastream_row(one)
    row = {**row, "party": arrival.party, "release": arrival.index}
    table = _key(one)[0] + ("_said" if earlier else "")
    db.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) "
        f"VALUES (?{', ?' * (len(row) - 1)})",
        tuple(row.values()),
    )


def _place_row(place: Place) -> dict[str, object]:
    position = place.position
    words = [place.id, *place.names.values(), *place.same_as]
    words += get_term("place_kind", place.kind).labels.values()
    return {
        "id": place.id,
        "kind": place.kind,
        "longitude": position.longitude if position else None,
        "latitude": position.latitude if position else None,
        "body": json.dumps(place.to_json(), ensure_ascii=False),
        "search": search_text(words),
    }


def _datastream_row(datastream: Datastream) -> dict[str, object]:
    given: Mapping[str, str] = asdict(datastream)
    words = [datastream.name, datastream.dataset]
    for vocabulary in ("observed_property", "statistic"):
        words += get_term(vocabulary, given[vocabulary]).labels.values()
    return {"name": datastream.name, **given, "search": search_text(words)}


def _insert_unit(
    db: sqlite3.Connection, arrival: Arrival, datastream: Datastream
) -> None:
    """Note the unit of an entry's rows; that of later ones stays as it was.

    One that goes on is not noted again, unless the entry or the one before it is
    sealed: without either, the rest must still tell every reader the unit.
    """
    key = (arrival.party, datastream.name)
    known = _rows(
        db,
        "SELECT release, unit, said FROM unit WHERE party = ? AND name = ? "
        "AND said <> ? ORDER BY release, said",
        (*key, arrival.index),
    )
    before = [(unit, said) for release, unit, said in known if release <= arrival.index]
    told_on = [said for release, _, said in known if release == arrival.index + 1]
    if before and "sealed" not in arrival.body:
        unit, said = before[-1]
        if unit == datastream.unit and not _is_sealed(db, arrival.party, said):
            return
    told = [(*key, arrival.index, datastream.unit, arrival.index)]
    on = any(said <= arrival.index for said in told_on)
    if before and not on and _is_later(db, arrival, datastream):
        told.append((*key, arrival.index + 1, *before[-1]))
    db.executemany("INSERT OR REPLACE INTO unit VALUES (?, ?, ?, ?, ?)", told)


def _is_later(db: sqlite3.Connection, arrival: Arrival, datastream: Datastream) -> bool:
    """Return whether what a later entry says of the datastream stands."""
    described = _described(db, arrival, datastream)
    return described is not None and described > arrival.index
