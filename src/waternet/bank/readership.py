"""What one reader may see of the catalogue: a reader's bank answers from this.

Who may read a sealed entry is decided by what its owner has said by now, whatever past
a question is put to: who was given a figure keeps it, and what has been opened is open.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

__all__ = ["Readership"]

Numbered: TypeAlias = tuple[str, int]  # an entry: party and number

_SHADOWED = ("place", "datastream", "unit", "series", "shared_name", "within")
_HIDES = "EXISTS (SELECT 1 FROM temp.hidden h WHERE h.party = {0} AND h.number = {1})"
_SHOWN = """
INSERT INTO temp.{table} SELECT * FROM main.{table} m WHERE NOT {hidden};
INSERT OR IGNORE INTO temp.{table} SELECT * FROM main.{table}_said m
    WHERE NOT {hidden} ORDER BY m.release DESC
"""
_UNITS = """
INSERT INTO temp.unit SELECT * FROM main.unit m WHERE NOT {hidden}
"""
_SERIES = """
INSERT INTO temp.series
SELECT m.series_id, m.party, m.name, m.bucket,
       max(coalesce(m.open_last, o.last), coalesce(o.last, m.open_last)), m.open_last
FROM main.series m JOIN temp.datastream d ON d.party = m.party AND d.name = m.name
LEFT JOIN (
    SELECT o.series_id, max(o.last) AS last
    FROM main.holding o JOIN main.series m USING (series_id)
    WHERE NOT {hidden} GROUP BY o.series_id
) o ON o.series_id = m.series_id
WHERE m.open_last IS NOT NULL OR o.last IS NOT NULL
"""
_SAME_PLACE = """
INSERT INTO temp.{table} SELECT n.* FROM main.{table} n
JOIN temp.place t ON t.party = n.party AND t.id = n.id
JOIN main.place m ON m.party = n.party AND m.id = n.id AND m.release = t.release
"""
_OTHER_PLACES = """
SELECT t.party, t.id, t.body FROM temp.place t
JOIN main.place m ON m.party = t.party AND m.id = t.id AND m.release <> t.release
"""
# That an entry is there may be known; what is amiss inside it may not.
_ENTRY = """
CREATE TEMP VIEW entry AS SELECT
    party, number, issued, kind, dataset, title, source, reason,
    CASE WHEN {hidden} THEN 0 ELSE rows END AS rows,
    CASE WHEN {hidden} THEN '' ELSE finding END AS finding, body
FROM main.entry m
"""


class Readership:
    """The tables that stand before a catalogue's own on one reader's connection.

    There are none while the reader may read everything.

    Attributes
    ----------
    refreshed : int
        How often they were made anew.
    """

    def __init__(self, db: sqlite3.Connection, reader: str) -> None:
        self._db = db
        self._reader = reader
        self._version = -1
        self._until: datetime | None = None
        self._shadows = False
        self.refreshed = 0
        # What is in them must not be written anywhere.
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute(
            "CREATE TEMP TABLE hidden (party TEXT, number INTEGER, "
            "PRIMARY KEY (party, number)) WITHOUT ROWID"
        )

    def refresh(self) -> None:
        """Make the tables fit the catalogue; the caller holds a transaction."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        now = datetime.now(UTC)
        if version == self._version and (self._until is None or now <= self._until):
            return
        self._version = -1
        hidden, self._until = _unreadable(self._db, self._reader, now)
        self._drop()
        self._db.execute("DELETE FROM temp.hidden")
        self._db.executemany("INSERT INTO temp.hidden VALUES (?, ?)", hidden)
        if hidden:
            self._shadow()
        self._version = version
        self.refreshed += 1

    def _drop(self) -> None:
        if not self._shadows:
            return
        self._db.execute("DROP VIEW temp.entry")
        for table in _SHADOWED:
            self._db.execute(f"DROP TABLE temp.{table}")
        self._shadows = False

    def _shadow(self) -> None:
        self._shadows = True
        self._db.execute(_ENTRY.format(hidden=_HIDES.format("m.party", "m.number")))
        for table in _SHADOWED:
            (sql,) = self._db.execute(
                "SELECT sql FROM main.sqlite_master WHERE name = ?", (table,)
            ).fetchone()
            self._db.execute(sql.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
        self._db.execute(
            "CREATE INDEX temp.datastream_feature ON datastream (party, feature)"
        )
        described = _HIDES.format("m.party", "m.release")
        for table in ("place", "datastream"):
            for sql in _SHOWN.format(table=table, hidden=described).split(";"):
                self._db.execute(sql)
        self._db.execute(_UNITS.format(hidden=_HIDES.format("m.party", "m.said")))
        self._db.execute(_SERIES.format(hidden=_HIDES.format("m.party", "o.release")))
        for table in ("shared_name", "within"):
            self._db.execute(_SAME_PLACE.format(table=table))
        self._shadow_names()

    def _shadow_names(self) -> None:
        """List the names of places that are told in earlier words."""
        for party, place, written in self._db.execute(_OTHER_PLACES).fetchall():
            body = json.loads(written)
            for table, column, names in (
                ("shared_name", "name", body.get("same_as", ())),
                ("within", "area", body.get("within", ())),
            ):
                self._db.executemany(
                    f"INSERT OR IGNORE INTO temp.{table} ({column}, party, id) "
                    "VALUES (?, ?, ?)",
                    [(name, party, place) for name in names],
                )


def _unreadable(
    db: sqlite3.Connection, reader: str, now: datetime
) -> tuple[list[Numbered], datetime | None]:
    """Return the sealed entries that a reader may not read, and until when that holds.

    A grant that ran out gives nothing here any more, though who took the figures in
    time has them.
    """
    sealed = list(db.execute("SELECT party, number, kind, keys, readers FROM sealed"))
    if not sealed:
        return [], None
    given, until = _given(db, reader, now)
    # Places go with a release that was sealed with the same key.
    keys: dict[tuple[str, str], int] = {}
    for party, number, _, key, _ in sealed:
        if (party, number) in given:
            keys[party, key] = max(number, keys.get((party, key), -1))
    hidden = []
    for party, number, kind, key, readers in sealed:
        with_release = kind == "station" and keys.get((party, key), -1) > number
        if not (
            (party, number) in given
            or with_release
            or party == reader
            or reader in json.loads(readers)
        ):
            hidden.append((party, number))
    return hidden, until


def _given(
    db: sqlite3.Connection, reader: str, now: datetime
) -> tuple[set[Numbered], datetime | None]:
    """Return what was opened, or granted or swapped to a reader; until when it holds.

    A consent that something is wrong with gives nothing.
    """
    given: set[Numbered] = set()
    swaps: list[tuple[str, str, Mapping[str, Any]]] = []
    until: datetime | None = None
    for party, kind, written in db.execute(
        "SELECT party, kind, body FROM main.entry "
        "WHERE kind IN ('grant', 'open', 'swap-opening', 'swap-share') "
        "AND finding = ''"
    ):
        body = json.loads(written)
        if kind == "open":
            given |= {(party, one["release"]) for one in body["releases"]}
        elif kind != "grant":
            swaps.append((party, kind, body))
        elif body["to"] == reader:
            end = datetime.fromisoformat(body["until"]) if "until" in body else None
            if end is None or now <= end:
                given.add((party, body["release"]))
            if end is not None and now <= end:
                until = min(end, until or end)
    given |= {one for one, to in _swapped(db, swaps) if to == reader}
    return given, until


def _swapped(
    db: sqlite3.Connection, said: Iterable[tuple[str, str, Mapping[str, Any]]]
) -> Iterator[tuple[Numbered, str]]:
    """Yield releases with the party that a swap gave each to.

    A side's own opening gives its release to the other; the depositary's shares, once
    one side opened, give both.
    """
    opened: set[Numbered] = set()
    for party, kind, body in sorted(said, key=lambda one: one[1]):
        offer, acceptance = (_body(db, body[one]) for one in ("offer", "acceptance"))
        first, second = body["offer"]["party"], body["acceptance"]["party"]
        agreed = (
            acceptance.get("offer") == body["offer"]
            and offer.get("counterpart") == second
        )
        if not agreed:
            continue
        gives = {
            first: ((first, offer["release"]), second),
            second: ((second, acceptance["release"]), first),
        }
        name = first, body["offer"]["entry"]
        if kind == "swap-opening" and party in gives:
            opened.add(name)
            yield gives[party]
        elif kind == "swap-share" and party == offer["depositary"] and name in opened:
            yield from gives.values()


def _body(db: sqlite3.Connection, reference: Mapping[str, Any]) -> dict[str, Any]:
    found = db.execute(
        "SELECT body FROM main.entry WHERE party = ? AND number = ? AND finding = ''",
        (reference["party"], reference["entry"]),
    ).fetchone()
    written: dict[str, Any] = json.loads(found["body"]) if found else {}
    return written
