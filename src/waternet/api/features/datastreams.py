"""Datastreams as features where their stations are, each with its last figure."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pyarrow as pa

from waternet.api.asked import Asked
from waternet.api.features.collection import Collection, Field, Rows, keep_rows
from waternet.api.features.described import (
    datastream_extents,
    described_places,
    licences,
    term_label,
    told_name,
)
from waternet.api.operation import Parameter
from waternet.bank.as_of import AsOf
from waternet.bank.store import Bank
from waternet.bank.when import read_past

__all__ = ["DATASTREAMS"]

_DESCRIBED = (
    *("party", "name", "dataset", "feature", "observed_property", "unit"),
    *("statistic", "interval", "procedure", "sampling", "zone"),
)
_LAST = ("end", "value", "censor", "grade", "status", "qualifier")
_FIELDS: Final = (
    Field("party", "text", "the party whose figures they are"),
    Field("datastream", "text", "its name within the party"),
    Field("dataset", "text", "the owner's dataset, for which terms are given"),
    Field("station", "text", "id of its station or area"),
    Field("station_name", "text", "that one's name in the language asked for"),
    Field("kind", "text", "that one's kind"),
    Field("observed_property", "text", "a term of the vocabulary"),
    Field("observed_property_label", "text", "the term in the language asked for"),
    Field("unit", "text", "UCUM code of its values"),
    Field("statistic", "text", "instant, mean, total..."),
    Field("interval", "text", "ISO 8601 duration that each value stands for"),
    Field("procedure", "text", "how its owner obtains it"),
    Field("sampling", "text", "ISO 8601 duration between values, where stated"),
    Field("zone", "text", "in which the owner's days and years begin"),
    Field("figures", "integer", "how many stand"),
    Field("first", "time", "time of the first figure"),
    Field("last", "time", "time of the last figure"),
    Field("end", "time", "end of the interval of the last figure"),
    Field("value", "number", "the last figure"),
    Field("censor", "text", "< or > where the last figure is a limit"),
    Field("grade", "text", "of the last figure"),
    Field("status", "text", "of the last figure"),
    Field("qualifier", "text", "of the last figure, as its owner writes it"),
    Field("value_release", "integer", "the entry that brought the last figure"),
    Field("release", "integer", "the newest entry with a figure in it"),
    Field("licence", "text", "by the newest terms of its dataset"),
)


def _rows(asked: Asked) -> Rows:
    bank, language = asked.bank, asked.language
    past = asked.values.get("as_of", "")
    make = partial(_made, bank, language, read_past(past) if past else None)
    return keep_rows(bank, f"datastreams {language} {past}", make)


def _made(bank: Bank, language: str, as_of: AsOf | None = None) -> Rows:
    places, streams = described_places(bank), datastream_extents(bank, as_of)
    bank.look_at(bank.catalogue.series())
    terms = licences(bank)
    told = []
    for row in bank.catalogue.rows(f"SELECT {', '.join(_DESCRIBED)} FROM datastream"):
        party, name = row["party"], row["name"]
        place, extent = places.get((party, row["feature"])), streams.get((party, name))
        described: dict[str, Any] = {key: row[key] for key in _DESCRIBED}
        label = term_label("observed_property", row["observed_property"], language)
        described |= {
            "id": f"{party}:{name}",
            "datastream": name,
            "station": f"{party}:{row['feature']}",
            "observed_property_label": label,
            "licence": terms.get((party, row["dataset"])) or None,
            "figures": 0,
        }
        if place:
            described["station_name"] = told_name(place.body["names"], language)
            described["kind"] = place.kind
            described["@x"] = place.position.get("longitude")
            described["@y"] = place.position.get("latitude")
        if extent:
            values = extent.values
            for key in ("figures", "first", "last", "release", *_LAST):
                described[key] = values[key]
            described["value_release"] = values["last_release"]
        told.append(described)
    told.sort(key=lambda one: str(one["id"]))
    return Rows(pa.Table.from_pylist(told, schema=DATASTREAMS.arrow_schema()))


DATASTREAMS: Final = Collection(
    "datastreams",
    "Datastreams",
    "One for each property, statistic and procedure at a station or area, with its "
    "last figure.",
    _FIELDS,
    _rows,
    times=("first", "last"),
    parameters=(
        Parameter(
            "as_of",
            {"type": "string", "maxLength": 100},
            "The past to look from: a day (2026-11-22), a time, or PARTY:ENTRY.",
        ),
    ),
)
