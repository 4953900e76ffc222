"""Finding what there is: places, datastreams, releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from sqlite3 import Row
from typing import Any

import numpy as np
import pyarrow as pa

from waternet.bank.catalogue import Series
from waternet.bank.extent import extents
from waternet.bank.labels import to_microseconds
from waternet.bank.scan import ask, standing
from waternet.bank.selection import (
    Selection,
    any_sql,
    choose_series,
    place_sql,
    selection_sql,
)
from waternet.bank.sharing import release_access
from waternet.bank.spelling import search_words
from waternet.bank.store import Bank

__all__ = ["Selection", "find_datastreams", "find_places", "list_releases"]


_PLACE = pa.schema(
    [
        ("party", pa.string()),
        ("id", pa.string()),
        ("kind", pa.string()),
        ("names", pa.map_(pa.string(), pa.string())),
        ("longitude", pa.float64()),
        ("latitude", pa.float64()),
        ("elevation", pa.float64()),
        ("vertical_datum", pa.string()),
        ("within", pa.list_(pa.string())),
        ("same_as", pa.list_(pa.string())),
        ("datastreams", pa.int64()),
        ("release", pa.int32()),
    ]
)
_DESCRIBED = (
    "party",
    "dataset",
    "feature",
    "observed_property",
    "unit",
    "statistic",
    "interval",
    "procedure",
    "sampling",
    "zone",
)
_DATASTREAM = pa.schema(
    [
        ("party", pa.string()),
        ("datastream", pa.string()),
        *((name, pa.string()) for name in _DESCRIBED[1:]),
        ("figures", pa.int64()),
        ("first", pa.timestamp("us")),
        ("last", pa.timestamp("us")),
        ("release", pa.int32()),
    ]
)
_RELEASE = pa.schema(
    [
        ("party", pa.string()),
        ("release", pa.int32()),
        ("issued", pa.timestamp("us")),
        *(
            (name, pa.string())
            for name in ("kind", "dataset", "title", "source", "reason")
        ),
        ("rows", pa.int64()),
        ("access", pa.string()),
        ("readers", pa.list_(pa.string())),
        ("withdrawn_by", pa.int32()),
        ("finding", pa.string()),
    ]
)


def find_places(bank: Bank, selection: Selection) -> pa.Table:
    """Return the places that a selection means.

    Parameters
    ----------
    selection : Selection
        Its party, kind, feature (the place's id), text, within and bbox; with an
        observed_property, statistic, interval or dataset only places that have such
        a datastream. Period and grade do not matter here.

    Returns
    -------
    pyarrow.Table, (n,), by party and id
        party, id, kind, names, longitude, latitude, elevation, vertical_datum,
        within, same_as, datastreams (how many of it hold figures), release (the
        entry that last described it).
    """
    parts, values = ["true"], list[Any]()
    for column, wanted in (
        ("p.party", selection.party),
        ("p.kind", selection.kind),
        ("p.id", selection.feature),
    ):
        if wanted:
            condition, value = any_sql(column, wanted)
            parts.append(condition)
            values.append(value)
    for word in search_words(selection.text):
        parts.append("instr(p.search, ?) > 0")
        values.append(word)
    more, bound = place_sql(selection)
    measured, wanted_there = _measured(selection)
    rows = bank.catalogue.rows(
        "SELECT p.*, coalesce(h.held, 0) AS datastreams FROM place p LEFT JOIN "
        # Counted once for all: place by place, each would walk all datastreams.
        "(SELECT d.party, d.feature, count(*) AS held FROM datastream d JOIN series s "
        "ON s.party = d.party AND s.name = d.name AND s.last IS NOT NULL "
        "GROUP BY d.party, d.feature) h ON h.party = p.party AND h.feature = p.id "
        f"WHERE {' AND '.join(parts + more + measured)} ORDER BY p.party, p.id",
        values + bound + wanted_there,
    )
    found = []
    for row in rows:
        body = json.loads(row["body"])
        position = body.get("position", {})
        found.append(
            {
                **{name: body.get(name) for name in ("names", "within", "same_as")},
                **{
                    name: position.get(name) for name in ("elevation", "vertical_datum")
                },
                **{
                    name: row[name]
                    for name in row.keys()  # noqa: SIM118 - a Row iterates its values
                    if name not in ("body", "search")
                },
            }
        )
    return pa.Table.from_pylist(found, schema=_PLACE)


def find_datastreams(bank: Bank, selection: Selection) -> pa.Table:
    """Return the datastreams that a selection means, with what they hold.

    Returns
    -------
    pyarrow.Table, (n,), by address
        party, datastream, what describes it, figures (how many stand; with a period
        or grade, of these alone), first and last (their times), release (the newest
        among them). One of which no figure stands has 0, and is left out where a
        period or grade is asked for.
    """
    where, values = selection_sql(selection)
    rows = bank.catalogue.rows(
        "SELECT d.* FROM datastream d "
        "LEFT JOIN place p ON p.party = d.party AND p.id = d.feature "
        f"WHERE {where} ORDER BY d.party, d.name",
        values,
    )
    series = choose_series(bank, selection)
    limited = selection != replace(selection, start=None, end=None, grade=None)
    counts = _counts(bank, series, selection) if limited else _extents(bank, series)
    found = []
    for row in rows:
        counted = counts.get((row["party"], row["name"]))
        if counted is None and limited:
            continue
        described = {name: row[name] for name in _DESCRIBED}
        held = counted or {"figures": 0}
        found.append({**described, "datastream": row["name"], **held})
    return pa.Table.from_pylist(found, schema=_DATASTREAM)


def list_releases(bank: Bank, party: str = "") -> pa.Table:
    """Return the entries taken of one party's log, or of all, newest first.

    Returns
    -------
    pyarrow.Table, (n,), by party
        party, release (its number), issued, kind, dataset, title, source, reason,
        rows (that are here), access ('public', 'restricted' or, since, 'opened'; ''
        of an entry without figures), readers (of a restricted one), withdrawn_by (the
        entry that withdrew it, or null), finding (what is amiss with its files, or
        '').
    """
    rows = bank.catalogue.rows(
        "SELECT e.*, e.number AS release, w.number AS withdrawn_by FROM entry e "
        "LEFT JOIN withdrawal w ON w.party = e.party AND w.release = e.number "
        "WHERE ?1 = '' OR e.party = ?1 ORDER BY e.party, e.number DESC",
        (party,),
    )
    parties = {row["party"] for row in rows}
    restricted = {one: release_access(bank, one) for one in parties}
    told = [name for name in _RELEASE.names if name not in ("access", "readers")]
    found = [
        {
            **{name: row[name] for name in told},
            **_access(row, restricted[row["party"]]),
            "issued": np.datetime64(row["issued"], "us").item(),
        }
        for row in rows
    ]
    return pa.Table.from_pylist(found, schema=_RELEASE)


def _access(row: Row, restricted: Mapping[int, tuple[str, ...]]) -> dict[str, Any]:
    if row["kind"] not in ("release", "revise"):
        return {"access": "", "readers": []}
    readers = restricted.get(row["release"])
    if readers is None:
        return {"access": "public", "readers": []}
    return {"access": "restricted" if readers else "opened", "readers": list(readers)}


def _measured(selection: Selection) -> tuple[list[str], list[Any]]:
    """Return the condition that a place has a datastream of some kind."""
    wanted = {
        name: getattr(selection, name)
        for name in ("observed_property", "statistic", "interval", "dataset")
        if getattr(selection, name)
    }
    if not wanted:
        return [], []
    told = [any_sql(f"d.{name}", value) for name, value in wanted.items()]
    same = " AND ".join(condition for condition, _ in told)
    return [
        f"(p.party, p.id) IN (SELECT d.party, d.feature FROM datastream d WHERE {same})"
    ], [value for _, value in told]


def _extents(bank: Bank, series: list[Series]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return how many figures stand of each series, from when to when, how new."""
    by_id = {one.id: (one.party, one.name) for one in series}
    told = extents(bank, series).table
    rows = told.select(["series_id", "figures", "first", "last", "release"])
    return {by_id[row.pop("series_id")]: row for row in rows.to_pylist()}


def _counts(
    bank: Bank, series: list[Series], selection: Selection
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return `_extents` of the figures in the selection's period and grade alone."""
    relation = standing(bank, series, bank.cutoffs(None))
    if not relation.sql:
        return {}
    parts, values = ["true"], relation.values
    for name, limit, sign in (
        ("start", selection.start, ">="),
        ("end", selection.end, "<"),
    ):
        if limit is not None:
            parts.append(f"t {sign} make_timestamp(${name})")
            values[name] = to_microseconds(limit, 0)
    if selection.grade is not None:
        parts.append("grade = $grade")
        values["grade"] = int(selection.grade)
    rows = ask(
        bank,
        "SELECT series_id, count(*) AS figures, min(t) AS first, max(t) AS last, "
        f"max(release) AS release FROM ({relation.sql}) "
        f"WHERE {' AND '.join(parts)} GROUP BY series_id",
        values,
    )
    by_id = {one.id: (one.party, one.name) for one in series}
    return {by_id[row.pop("series_id")]: row for row in rows.to_pylist()}
