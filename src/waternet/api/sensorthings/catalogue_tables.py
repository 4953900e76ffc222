"""What the bank's catalogue tells, numbered by the desk, in the bank's own engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

import pyarrow as pa

from waternet.bank.extent import extents
from waternet.bank.standing import standing_terms
from waternet.bank.store import Bank
from waternet.formats.stamps import end_intervals
from waternet.node.desk import Desk
from waternet.observation.datastream import INSTANT, calendar_interval
from waternet.observation.vocabulary import LANGUAGES, Censor, Grade, Status, get_terms

__all__ = ["load_published", "load_table", "turn_rows"]

_VOCABULARIES = ("observed_property", "place_kind", "statistic")
_PLACE = ("party", "place", "kind", "longitude", "latitude", "body", "release")
_DATASTREAM = (
    "party",
    "name",
    "dataset",
    "feature",
    "term",
    "unit",
    "statistic",
    "interval",
    "procedure",
    "sampling",
    "zone",
    "release",
    "series_id",
)
_UNITS = {"day": 1, "week": 7, "month": 1, "year": 12}
_SIGNS = {Censor.BELOW: "<", Censor.ABOVE: ">"}
_ELAPSED = {"second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}


def load_published(bank: Bank, desk: Desk) -> None:
    """Put what the catalogue tells into the engine, numbered."""
    engine = bank.engine
    engine.execute("CREATE SCHEMA IF NOT EXISTS published")
    engine.execute((files(__package__) / "clock.sql").read_text(encoding="utf-8"))
    for vocabulary in _VOCABULARIES:
        load_table(bank, f"published.{vocabulary}", _terms(vocabulary))
    load_table(bank, "published.quality", _qualities())
    streams = turn_rows(
        bank.catalogue.rows(
            "SELECT d.party, d.name, d.dataset, d.feature, d.observed_property, "
            "d.unit, d.statistic, d.interval, d.procedure, d.sampling, d.zone, "
            "d.release, s.series_id FROM datastream d LEFT JOIN series s "
            "ON s.party = d.party AND s.name = d.name ORDER BY d.party, d.name"
        ),
        _DATASTREAM,
    )
    places = _places(bank, streams)
    owners = _joined(places["party"], places["place"])
    things = desk.number("Thing", owners)
    located = {
        kind: desk.number(kind, owners)
        for kind in ("Location", "HistoricalLocation", "FeatureOfInterest")
    }
    load_table(
        bank,
        "published.place",
        places
        | {
            "number": [things[one] for one in owners],
            "location": [located["Location"][one] for one in owners],
            "historical": [located["HistoricalLocation"][one] for one in owners],
            "foi": [located["FeatureOfInterest"][one] for one in owners],
        },
    )
    load_table(
        bank, "published.datastream", _datastreams(bank, desk, streams, things, located)
    )


def _places(bank: Bank, streams: dict[str, list[Any]]) -> dict[str, list[Any]]:
    rows = bank.catalogue.rows(
        "SELECT p.party, p.id, p.kind, p.longitude, p.latitude, p.body, p.release, "
        "e.issued FROM place p LEFT JOIN entry e "
        "ON e.party = p.party AND e.number = p.release ORDER BY p.party, p.id"
    )
    places = turn_rows(rows, (*_PLACE, "issued"))
    known = set(zip(places["party"], places["place"], strict=True))
    for party, feature in zip(streams["party"], streams["feature"], strict=True):
        if (party, feature) not in known:
            # Figures of a place that nobody described have a Thing all the same.
            known.add((party, feature))
            for name, value in zip(
                (*_PLACE, "issued"),
                (party, feature, "", None, None, "{}", None, None),
                strict=True,
            ):
                places[name].append(value)
    return places


def _datastreams(
    bank: Bank,
    desk: Desk,
    streams: dict[str, list[Any]],
    things: dict[str, int],
    located: dict[str, dict[str, int]],
) -> dict[str, Any]:
    addresses = _joined(streams["party"], streams["name"])
    owners = _joined(streams["party"], streams["feature"])
    procedures = _joined(streams["party"], streams["procedure"])
    numbers = desk.number("Datastream", addresses)
    sensors = desk.number("Sensor", procedures)
    terms = desk.number("ObservedProperty", streams["term"])
    licences = {
        (party, dataset): (body.get("licence"), body.get("attribution"))
        for party in dict.fromkeys(streams["party"])
        for dataset, body in standing_terms(bank, party).items()
    }
    given = [
        licences.get(key, (None, None))
        for key in zip(streams["party"], streams["dataset"], strict=True)
    ]
    return (
        streams
        | {
            "address": addresses,
            "number": [numbers[one] for one in addresses],
            "thing": [things[one] for one in owners],
            "location": [located["Location"][one] for one in owners],
            "foi": [located["FeatureOfInterest"][one] for one in owners],
            "sensor": [sensors[one] for one in procedures],
            "observed_property": [terms[one] for one in streams["term"]],
            "licence": [one for one, _ in given],
            "attribution": [one for _, one in given],
        }
        | _spans(bank, streams)
        | _lengths(streams["interval"], streams["zone"])
    )


def _lengths(
    intervals: Sequence[str], zones: Sequence[str]
) -> dict[str, list[int | None] | list[str]]:
    """Return what to add to a time to find where its interval ends, by which clock."""
    told: dict[str, list[int | None]] = {"elapsed": [], "days": [], "months": []}
    for interval in intervals:
        count, unit = (
            (0, "second") if interval == INSTANT else calendar_interval(interval)
        )
        length = count * _UNITS.get(unit, 0)
        told["elapsed"].append(count * _ELAPSED[unit] if unit in _ELAPSED else None)
        told["days"].append(length if unit in ("day", "week") else 0)
        told["months"].append(length if unit in ("month", "year") else 0)
    # ICU writes a fixed offset 'GMT+02:00'.
    clocks = [f"GMT{zone}" if zone[0] in "+-" else zone for zone in zones]
    return {**told, "clock": clocks}


def _spans(bank: Bank, streams: dict[str, list[Any]]) -> dict[str, Any]:
    """Return how many figures stand of each datastream, from when until when."""
    table = extents(bank).table
    place = {number: row for row, number in enumerate(table["series_id"].to_pylist())}
    rows = pa.array([place.get(one) for one in streams["series_id"]], pa.int64())
    first, last, end = (
        table[name].cast(pa.timestamp("us")).take(rows)
        for name in ("first", "last", "end")
    )
    figures = table["figures"].take(rows)
    return {
        "figures": figures.fill_null(0).combine_chunks(),
        "starts": first.combine_chunks(),
        "ends": _ends(last, end, streams["interval"], streams["zone"]),
    }


def _ends(
    last: pa.ChunkedArray,
    end: pa.ChunkedArray,
    intervals: Sequence[str],
    zones: Sequence[str],
) -> pa.Array:
    """Return when the last figure ends: as it says, or as its interval does."""
    told = end.cast(pa.int64()).to_pylist()
    starts = last.cast(pa.int64()).to_pylist()
    groups: dict[tuple[str, str], list[int]] = {}
    for row, (at, until) in enumerate(zip(starts, told, strict=True)):
        if at is None or until is not None:
            continue
        if intervals[row] == INSTANT:
            told[row] = at
        else:
            groups.setdefault((intervals[row], zones[row]), []).append(row)
    for (interval, zone), rows in groups.items():
        begun = pa.array([starts[row] for row in rows], pa.int64()).to_numpy()
        for row, until in zip(rows, end_intervals(begun, interval, zone), strict=True):
            told[row] = int(until)
    return pa.array(told, pa.int64()).cast(pa.timestamp("us"))


def load_table(bank: Bank, table: str, columns: dict[str, Any] | pa.Table) -> None:
    """Make a table in the bank's engine of columns."""
    rows = columns if isinstance(columns, pa.Table) else pa.table(_typed(columns))
    bank.engine.register("new_rows", rows)
    bank.engine.execute(f"CREATE OR REPLACE TABLE {table} AS FROM new_rows")
    bank.engine.unregister("new_rows")


_NUMBERS = {"longitude": pa.float64(), "latitude": pa.float64()}
_NUMBERS |= dict.fromkeys(
    (
        "release",
        "series_id",
        "issued",
        "number",
        "thing",
        "location",
        "historical",
        "foi",
        "sensor",
        "observed_property",
        "elapsed",
        "days",
        "months",
    ),
    pa.int64(),
)


def _typed(columns: dict[str, Any]) -> dict[str, pa.Array]:
    return {
        name: values
        if isinstance(values, pa.Array)
        else pa.array(values, _NUMBERS.get(name, pa.string()))
        for name, values in columns.items()
    }


def _qualities() -> pa.Table:
    """Return what is said of a figure, for each grade, status and censoring."""
    rows = [
        (
            int(grade),
            int(status),
            int(censor),
            json.dumps(
                {"grade": grade.name.lower(), "status": status.name.lower()}
                | ({"censor": _SIGNS[censor]} if censor in _SIGNS else {})
            ),
        )
        for grade in Grade
        for status in Status
        for censor in Censor
    ]
    grades, statuses, censors, said = zip(*rows, strict=True)
    codes = {"grade": grades, "status": statuses, "censor": censors}
    return pa.table(
        {name: pa.array(of, pa.int8()) for name, of in codes.items()}
        | {"said": pa.array(said)}
    )


def _terms(vocabulary: str) -> dict[str, list[str]]:
    terms = get_terms(vocabulary).values()
    told = {language: [one.labels[language] for one in terms] for language in LANGUAGES}
    return {
        "id": [one.id for one in terms],
        "unit": [one.unit for one in terms],
        "definition": [one.definition for one in terms],
        **told,
    }


def turn_rows(
    rows: Iterable[Sequence[Any]], names: Sequence[str]
) -> dict[str, list[Any]]:
    """Return rows as columns of those names."""
    turned = list(zip(*rows, strict=True))
    return {name: list(turned[n]) if turned else [] for n, name in enumerate(names)}


def _joined(parties: Sequence[str], names: Sequence[str]) -> list[str]:
    return [f"{party}:{name}" for party, name in zip(parties, names, strict=True)]
