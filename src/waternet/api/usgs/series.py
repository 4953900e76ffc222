"""Time series: datastreams of days and shorter, and daily statistics of these.

A daily statistic is computed on query only where the party publishes no daily
datastream of the same place, property and statistic: the two never stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pyarrow as pa

from waternet.api.asked import Asked
from waternet.api.features.collection import Collection, Field, Rows, keep_rows
from waternet.api.features.described import (
    Extent,
    datastream_extents,
    described_places,
    licences,
    term_label,
)
from waternet.api.operation import Parameter
from waternet.api.usgs.codes import COMPUTED, PERIODS, code_of, terms_meant
from waternet.bank.as_of import AsOf
from waternet.bank.store import Bank
from waternet.bank.when import read_past
from waternet.observation.datastream import calendar_interval

__all__ = [
    "AS_OF",
    "CONTINUOUS",
    "DAILY",
    "MARK",
    "SERIES_FIELDS",
    "TIME_SERIES",
    "as_asked",
    "is_continuous",
    "location_id",
    "measured_places",
    "release_times",
    "series_rows",
]

CONTINUOUS, DAILY, COMPUTED_DAILY = "continuous", "daily", "computed"
AS_OF: Final = Parameter(
    "as_of",
    {"type": "string", "maxLength": 100},
    "The past to look from: a day (2026-11-22), a time, or PARTY:ENTRY.",
)
_SUMMED = ("total", "count")
# Which statistics of a day are made of a continuous series, the first unless asked for.
_OF_A_DAY: Final = ("mean", "minimum", "maximum")
MARK = "@day-"  # no address has it
_DESCRIBED = (
    *("party", "name", "dataset", "feature", "observed_property", "unit"),
    *("statistic", "interval", "procedure", "sampling", "zone"),
)
SERIES_FIELDS: Final = (
    Field("monitoring_location_id", "text", "party and place, with a hyphen between"),
    Field("parameter_code", "text", "a USGS code of the property, or our term"),
    Field("statistic_id", "text", "a USGS code of the statistic, or our term"),
    Field("unit_of_measure", "text", "UCUM code, as published"),
)
_FIELDS: Final = (
    *SERIES_FIELDS,
    Field("parameter_name", "text", "our term in the language asked for"),
    Field("parameter_description", "text", "that, with statistic and unit"),
    Field("computation_period_identifier", "text", "Points, Daily, or a duration"),
    Field("computation_identifier", "text", "Instantaneous, Mean, Sum..."),
    Field("begin", "time", "time of the first figure"),
    Field("end", "time", "time of the last figure"),
    Field("begin_utc", "time", "the same: all times are UTC"),
    Field("end_utc", "time", "the same: all times are UTC"),
    Field("last_modified", "time", "when the newest entry with a figure was issued"),
    Field("parent_time_series_id", "text", "the series that it is computed from"),
    Field("computation", "text", "published by its owner, or computed on query"),
    Field("party", "text", "whose it is"),
    Field("dataset", "text", "the owner's dataset, for which terms are given"),
    Field("procedure", "text", "how its owner obtains it"),
    Field("sampling", "text", "ISO 8601 duration between values, where stated"),
    Field("time_zone", "text", "in which the owner's days begin"),
    Field("figures", "integer", "how many were published"),
    Field("licence", "text", "by the newest terms of its dataset"),
)


@dataclass(frozen=True, slots=True)
class _Described:
    """A datastream with what stands of it."""

    row: Mapping[str, Any]
    extent: Extent

    @property
    def kind(self) -> str:
        return CONTINUOUS if is_continuous(self.row["interval"]) else DAILY

    def same(self, statistic: str) -> tuple[str, str, str, str]:
        """Return what a daily series and one computed have in common."""
        row = self.row
        return row["party"], row["feature"], row["observed_property"], statistic


def is_continuous(interval: str) -> bool:
    """Whether figures stand for a moment, or for less than a day."""
    count, unit = calendar_interval(interval)
    return count == 0 or unit in ("hour", "minute", "second")


def location_id(party: str, place: str) -> str:
    """Return the id of a place: agency and number, as the USGS writes it.

    Examples
    --------
    >>> location_id("jordan", "AL1005")
    'jordan-AL1005'
    """
    return f"{party}-{place}"


def measured_places(bank: Bank) -> set[tuple[str, str]]:
    """Return the places of which figures of days or shorter stand."""
    streams = datastream_extents(bank)
    return {(one.row["party"], one.row["feature"]) for one in _described(bank, streams)}


def series_rows(asked: Asked, statistics: Sequence[str] = ()) -> Rows:
    """Return every series; of those computed, these statistics or each one's first.

    The table also has, for who reads figures: '@address' of the datastream, '@kind'
    and '@statistic' that is computed of a day, '@term' (the property) and '@zone'.
    """
    bank, past = asked.bank, asked.values.get("as_of", "")
    asked_for = tuple(sorted(set(statistics)))
    as_of = read_past(past) if past else None
    make = partial(_made, bank, asked.language, asked_for, as_of)
    return keep_rows(bank, f"series {asked.language} {asked_for} {past}", make)


def release_times(bank: Bank) -> dict[tuple[str, int], Any]:
    """Return when each entry was issued, by party and number [us since 1970]."""
    return {
        (party, number): issued
        for party, number, issued in bank.catalogue.rows(
            "SELECT party, number, issued FROM entry"
        )
    }


def _described(
    bank: Bank, streams: Mapping[tuple[str, str], Extent]
) -> list[_Described]:
    found = []
    for row in bank.catalogue.rows(f"SELECT {', '.join(_DESCRIBED)} FROM datastream"):
        extent = streams.get((row["party"], row["name"]))
        is_told = row["interval"] == "P1D" or is_continuous(row["interval"])
        if extent is not None and is_told:
            found.append(_Described({key: row[key] for key in _DESCRIBED}, extent))
    return found


def _made(
    bank: Bank,
    language: str,
    statistics: Sequence[str],
    as_of: AsOf | None = None,
) -> Rows:
    described = _described(bank, datastream_extents(bank, as_of))
    published = {
        one.same(one.row["statistic"]) for one in described if one.kind == DAILY
    }
    places, terms = described_places(bank), licences(bank)
    issued = release_times(bank)
    told = []
    for one in described:
        row = one.row
        place = places.get((row["party"], row["feature"]))
        more = {
            "licence": terms.get((row["party"], row["dataset"])) or None,
            "last_modified": issued.get((row["party"], one.extent.values["release"])),
            "@x": place.position.get("longitude") if place else None,
            "@y": place.position.get("latitude") if place else None,
        }
        told.append(_told(one, language) | more)
        if one.kind == CONTINUOUS:
            told += [
                _computed(one, statistic, language) | more
                for statistic in _of_a_day(one, statistics)
                if one.same(statistic) not in published
            ]
    told.sort(key=lambda one: str(one["id"]))
    schema = TIME_SERIES.arrow_schema()
    for name in ("@address", "@kind", "@statistic", "@term", "@zone"):
        schema = schema.append(pa.field(name, pa.string()))
    return Rows(pa.Table.from_pylist(told, schema=schema))


def _of_a_day(one: _Described, asked: Sequence[str]) -> Sequence[str]:
    """Return the statistics of days that are made of a continuous series."""
    statistic = one.row["statistic"]
    if statistic in _SUMMED:
        possible: Sequence[str] = ("total",) if statistic == "total" else ()
    elif statistic in ("instant", "mean"):
        possible = _OF_A_DAY
    else:
        possible = (statistic,) if statistic in _OF_A_DAY else ()
    return [each for each in possible if each in asked] if asked else possible[:1]


def _told(one: _Described, language: str) -> dict[str, Any]:
    row, values = one.row, one.extent.values
    label = term_label("observed_property", row["observed_property"], language)
    computed = COMPUTED.get(row["statistic"], row["statistic"])
    return {
        "id": f"{row['party']}:{row['name']}",
        "monitoring_location_id": location_id(row["party"], row["feature"]),
        "parameter_code": code_of("observed_property", row["observed_property"]),
        "statistic_id": code_of("statistic", row["statistic"]),
        "unit_of_measure": row["unit"],
        "parameter_name": label,
        "parameter_description": f"{label}, {computed}, {row['unit']}",
        "computation_period_identifier": PERIODS.get(row["interval"], row["interval"]),
        "computation_identifier": computed,
        **dict.fromkeys(("begin", "begin_utc"), values["first"]),
        **dict.fromkeys(("end", "end_utc"), values["last"]),
        "computation": "published",
        "figures": one.extent.figures,
        **{name: row[name] for name in ("party", "dataset", "procedure", "sampling")},
        "time_zone": row["zone"],
        "@address": f"{row['party']}:{row['name']}",
        "@kind": one.kind,
        "@statistic": row["statistic"],
        "@term": row["observed_property"],
        "@zone": row["zone"],
    }


def _computed(one: _Described, statistic: str, language: str) -> dict[str, Any]:
    """Return the series of a day's statistic that this node computes."""
    told = _told(one, language)
    computed = COMPUTED[statistic]
    return {
        **told,
        "id": f"{told['id']}{MARK}{statistic}",
        "statistic_id": code_of("statistic", statistic),
        "parameter_description": f"{told['parameter_name']}, {computed} of days, "
        f"{told['unit_of_measure']}",
        "computation_period_identifier": "Daily",
        "computation_identifier": computed,
        "parent_time_series_id": told["id"],
        "computation": "computed",
        "@kind": COMPUTED_DAILY,
        "@statistic": statistic,
    }


def _rows(asked: Asked) -> Rows:
    statistics = terms_meant("statistic", asked.values.get("statistic_id", ()))
    return as_asked(series_rows(asked, sorted(statistics)), asked)


def as_asked(rows: Rows, asked: Asked) -> Rows:
    """Return series under the codes by which they were asked for."""
    table = rows.table
    for name, vocabulary, term in (
        ("parameter_code", "observed_property", "@term"),
        ("statistic_id", "statistic", "@statistic"),
    ):
        codes = asked.values.get(name, ())
        if codes:
            told = [code_of(vocabulary, one, codes) for one in table[term].to_pylist()]
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, pa.array(told, pa.string()))
    return Rows(table)


TIME_SERIES: Final = Collection(
    "time-series-metadata",
    "Time series metadata",
    "Datastreams of moments, hours and days, with their extent; and daily statistics "
    "that are computed on query where their owner publishes none.",
    _FIELDS,
    _rows,
    times=("begin", "end"),
    parameters=(AS_OF,),
    is_lenient=True,
)
