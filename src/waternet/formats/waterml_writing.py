"""Observations written as WaterML 2.0 part 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.waterml import OWN_PROPERTY
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, is_north_first
from waternet.observation.vocabulary import Censor, Status

__all__ = ["write_waterml"]

_DEFINITIONS = "http://www.opengis.net/def"
_BEGIN = """<?xml version="1.0" encoding="UTF-8"?>
<wml2:Collection xmlns:wml2="http://www.opengis.net/waterml/2.0" \
xmlns:om="http://www.opengis.net/om/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" \
xmlns:sams="http://www.opengis.net/samplingSpatial/2.0" \
xmlns:swe="http://www.opengis.net/swe/2.0" \
xmlns:xlink="http://www.w3.org/1999/xlink" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" gml:id="waternet">
"""
_INTERPOLATION = {
    "instant": "Continuous",
    "mean": "AverageSucc",
    "total": "TotalSucc",
    "maximum": "MaxSucc",
    "minimum": "MinSucc",
}
_NIL = {Censor.BELOW: "BelowDetectionRange", Censor.ABOVE: "AboveDetectionRange"}
# No XML 1.0 document can hold these, not even as references.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_waterml(
    table: pa.Table,
    datastreams: Sequence[Datastream],
    places: Mapping[str, Place],
    sink: IO[bytes],
) -> None:
    """Write observations, an om:OM_Observation for each datastream.

    Parameters
    ----------
    table : pyarrow.Table
        In `waternet.observation.table.SCHEMA` and in order.
    datastreams : sequence of Datastream
        Those that are written; rows of others are left out.
    places : mapping of id to Place
        A datastream's place may be missing: then only its id is written.
    sink : binary file

    Notes
    -----
    `waternet.formats.waterml` reads back value, limit, status, remark, time and
    offset. Not written: grades, elevations, and other names than one.
    """
    sink.write(_BEGIN.encode())
    names = pc.dictionary_encode(table["datastream"].cast(pa.string()))
    names = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
    known = {name: code for code, name in enumerate(names.dictionary.to_pylist())}
    codes = np.asarray(names.indices)
    for number, datastream in enumerate(datastreams, 1):
        rows = np.flatnonzero(codes == known.get(datastream.name, -1))
        part = table.take(pa.array(rows))
        place = places.get(datastream.feature)
        for text in _observation(number, datastream, place, part):
            sink.write(text.encode())
    sink.write(b"</wml2:Collection>\n")


def _observation(
    number: int, datastream: Datastream, place: Place | None, rows: pa.Table
) -> Iterator[str]:
    term = datastream.observed_property
    yield f'<wml2:observationMember><om:OM_Observation gml:id="o{number}">\n'
    yield f"<om:procedure xlink:href={_quoted(datastream.procedure)}/>\n"
    yield (
        f"<om:observedProperty xlink:href={_quoted(OWN_PROPERTY + term)}"
        f" xlink:title={_quoted(term)}/>\n"
    )
    yield _feature(number, datastream.feature, place)
    yield f'<om:result><wml2:MeasurementTimeseries gml:id="t{number}">\n'
    yield f"<wml2:defaultPointMetadata>{_default(datastream)}"
    yield "</wml2:defaultPointMetadata>\n"
    for batch in rows.to_batches(max_chunksize=65_536):
        for row in batch.to_pylist():
            yield _point(row)
    yield (
        "</wml2:MeasurementTimeseries></om:result>"
        "</om:OM_Observation></wml2:observationMember>\n"
    )


def _default(datastream: Datastream) -> str:
    name = _INTERPOLATION.get(datastream.statistic, "")
    address = f"{_DEFINITIONS}/waterml/2.0/interpolationType/{name}"
    kind = f"<wml2:interpolationType xlink:href={_quoted(address)}/>" if name else ""
    duration = (
        f"<wml2:aggregationDuration>{datastream.interval}</wml2:aggregationDuration>"
        if datastream.statistic != "instant"
        else ""
    )
    return (
        "<wml2:DefaultTVPMeasurementMetadata>"
        f"<wml2:uom code={_quoted(datastream.unit)}/>{kind}{duration}"
        "</wml2:DefaultTVPMeasurementMetadata>"
    )


def _feature(number: int, feature: str, place: Place | None) -> str:
    names = place.names if place else {}
    name = next((names[key] for key in ("und", "en", *names) if key in names), feature)
    return (
        f'<om:featureOfInterest><wml2:MonitoringPoint gml:id="p{number}">'
        f'<gml:identifier codeSpace="urn:waternet:place">{_text(feature)}'
        f"</gml:identifier><gml:name>{_text(name)}</gml:name>{_shape(number, place)}"
        "</wml2:MonitoringPoint></om:featureOfInterest>\n"
    )


def _shape(number: int, place: Place | None) -> str:
    at = place.position if place else None
    if at is None:
        return ""
    authority, _, code = at.crs.partition(":")
    x, y, code = (at.x, at.y, code) if authority == "EPSG" else (
        at.longitude, at.latitude, "4326"
    )  # fmt: skip
    first, second = (y, x) if is_north_first(f"EPSG:{code}") else (x, y)
    return (
        f'<sams:shape><gml:Point gml:id="s{number}">'
        f'<gml:pos srsName="urn:ogc:def:crs:EPSG::{code}">{first!r} {second!r}'
        "</gml:pos></gml:Point></sams:shape>"
    )


def _point(row: Mapping[str, Any]) -> str:
    value = (
        '<wml2:value xsi:nil="true"/>'
        if row["value"] is None
        else f"<wml2:value>{row['value']!r}</wml2:value>"
    )
    return (
        f"<wml2:point><wml2:MeasurementTVP><wml2:time>{_time(row)}</wml2:time>"
        f"{value}{_metadata(row)}</wml2:MeasurementTVP></wml2:point>\n"
    )


def _time(row: Mapping[str, Any]) -> str:
    time: datetime = row["time"].replace(tzinfo=UTC)
    offset = row["offset"]
    if offset is None:
        return time.isoformat().replace("+00:00", "Z")
    return time.astimezone(timezone(timedelta(minutes=offset))).isoformat()


def _metadata(row: Mapping[str, Any]) -> str:
    said = ""
    status = Status(row["status"]).name.lower()
    qualifier = row["qualifier"]
    if status != "measured" or qualifier:
        said += f"<wml2:quality xlink:title={_quoted(status)}/>"
    if qualifier:
        said += (
            "<wml2:qualifier><swe:Category><swe:value>"
            f"{_text(qualifier)}</swe:value></swe:Category></wml2:qualifier>"
        )
    if row["censor"] in _NIL:
        address = f"{_DEFINITIONS}/nil/OGC/0/{_NIL[Censor(row['censor'])]}"
        said += f"<wml2:censoredReason xlink:href={_quoted(address)}/>"
    if not said:
        return ""
    return (
        "<wml2:metadata><wml2:TVPMeasurementMetadata>"
        f"{said}</wml2:TVPMeasurementMetadata></wml2:metadata>"
    )


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))


def _quoted(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text))
