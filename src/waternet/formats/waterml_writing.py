"""Observations written as WaterML 2.0 part 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.series_writing import (
    WrittenSeries,
    joined,
    local_times,
    place_name,
    quoted,
    texts_of_rows,
    xml_text,
)
from waternet.formats.waterml import OWN_PROPERTY
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, is_north_first
from waternet.observation.vocabulary import Censor, Status

__all__ = ["write_collection", "write_waterml"]

_DEFINITIONS = "http://www.opengis.net/def"
_BEGIN = """<?xml version="1.0" encoding="UTF-8"?>
<wml2:Collection xmlns:wml2="http://www.opengis.net/waterml/2.0" \
xmlns:om="http://www.opengis.net/om/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" \
xmlns:sams="http://www.opengis.net/samplingSpatial/2.0" \
xmlns:swe="http://www.opengis.net/swe/2.0" \
xmlns:xlink="http://www.w3.org/1999/xlink" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" gml:id="waternet">
"""
_KIND = f"{_DEFINITIONS}/observationType/WaterML/2.0/MeasurementTimeseriesTVP"
_INTERPOLATION = {
    "instant": "Continuous",
    "mean": "AverageSucc",
    "total": "TotalSucc",
    "maximum": "MaxSucc",
    "minimum": "MinSucc",
}
_NIL = {Censor.BELOW: "BelowDetectionRange", Censor.ABOVE: "AboveDetectionRange"}
_BATCH = 65_536  # points


def write_waterml(
    table: pa.Table,
    datastreams: Sequence[Datastream],
    places: Mapping[str, Place],
    sink: IO[bytes],
) -> None:
    """Write one party's observations, an om:OM_Observation for each datastream.

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
    names = pc.dictionary_encode(table["datastream"].cast(pa.string()))
    names = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
    known = {name: code for code, name in enumerate(names.dictionary.to_pylist())}
    codes = np.asarray(names.indices)

    def members() -> Iterator[WrittenSeries]:
        for datastream in datastreams:
            rows = np.flatnonzero(codes == known.get(datastream.name, -1))
            place = places.get(datastream.feature)
            yield WrittenSeries(datastream, place, table.take(pa.array(rows)))

    write_collection(members(), sink)


def write_collection(
    members: Iterable[WrittenSeries], sink: IO[bytes], about: str = ""
) -> None:
    """Write series of any parties as one collection.

    Parameters
    ----------
    members : iterable of WrittenSeries
    sink : binary file
    about : str
        Said of all of them.
    """
    sink.write(_BEGIN.encode())
    if about:
        sink.write(f"<gml:description>{xml_text(about)}</gml:description>\n".encode())
    for number, member in enumerate(members, 1):
        for text in _observation(number, member):
            sink.write(text.encode())
    sink.write(b"</wml2:Collection>\n")


def _observation(number: int, member: WrittenSeries) -> Iterator[str]:
    datastream = member.datastream
    term = datastream.observed_property
    yield f'<wml2:observationMember><om:OM_Observation gml:id="o{number}">\n'
    if member.citation:
        said = xml_text("\n".join(member.citation))
        yield f"<gml:description>{said}</gml:description>\n"
    if member.party:
        address = f"{member.party}:{datastream.name}"
        yield f"<gml:name>{xml_text(address)}</gml:name>\n"
    yield f'<om:type xlink:href="{_KIND}"/>\n'
    yield from _times(number, member)
    yield f"<om:procedure xlink:href={quoted(datastream.procedure)}/>\n"
    yield (
        f"<om:observedProperty xlink:href={quoted(OWN_PROPERTY + term)}"
        f" xlink:title={quoted(term)}/>\n"
    )
    yield _feature(number, member)
    yield f'<om:result><wml2:MeasurementTimeseries gml:id="t{number}">\n'
    yield f"<wml2:defaultPointMetadata>{_default(datastream)}"
    yield "</wml2:defaultPointMetadata>\n"
    for at in range(0, member.rows.num_rows, _BATCH):
        yield _points(member.rows.slice(at, _BATCH))
    yield (
        "</wml2:MeasurementTimeseries></om:result>"
        "</om:OM_Observation></wml2:observationMember>\n"
    )


def _times(number: int, member: WrittenSeries) -> Iterator[str]:
    """Yield the time that the figures span, and when the last of them was published."""
    rows = member.rows
    if rows.num_rows:
        ends = rows.slice(0, 1), rows.slice(rows.num_rows - 1, 1)
        first, last = (joined(*local_times(one)) for one in ends)
        yield (
            f'<om:phenomenonTime><gml:TimePeriod gml:id="i{number}">'
            f"<gml:beginPosition>{first}</gml:beginPosition>"
            f"<gml:endPosition>{last}</gml:endPosition>"
            "</gml:TimePeriod></om:phenomenonTime>\n"
        )
    if member.issued:
        yield (
            f'<om:resultTime><gml:TimeInstant gml:id="r{number}"><gml:timePosition>'
            f"{member.issued}</gml:timePosition></gml:TimeInstant></om:resultTime>\n"
        )


def _default(datastream: Datastream) -> str:
    name = _INTERPOLATION.get(datastream.statistic, "")
    address = f"{_DEFINITIONS}/waterml/2.0/interpolationType/{name}"
    kind = f"<wml2:interpolationType xlink:href={quoted(address)}/>" if name else ""
    duration = (
        f"<wml2:aggregationDuration>{datastream.interval}</wml2:aggregationDuration>"
        if datastream.statistic != "instant"
        else ""
    )
    return (
        "<wml2:DefaultTVPMeasurementMetadata>"
        f"<wml2:uom code={quoted(datastream.unit)}/>{kind}{duration}"
        "</wml2:DefaultTVPMeasurementMetadata>"
    )


def _feature(number: int, member: WrittenSeries) -> str:
    feature, place = member.datastream.feature, member.place
    owner = f":{member.party}" if member.party else ""
    return (
        f'<om:featureOfInterest><wml2:MonitoringPoint gml:id="p{number}">'
        f'<gml:identifier codeSpace="urn:waternet:place{owner}">{xml_text(feature)}'
        f"</gml:identifier><gml:name>{xml_text(place_name(feature, place))}</gml:name>"
        f"{_shape(number, place)}"
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


def _points(rows: pa.Table) -> str:
    times, offsets = local_times(rows)
    value = rows["value"].combine_chunks()
    written = pc.binary_join_element_wise(
        "<wml2:value>", value.cast(pa.string()), "</wml2:value>", ""
    ).fill_null('<wml2:value xsi:nil="true"/>')
    return joined(
        "<wml2:point><wml2:MeasurementTVP><wml2:time>",
        *(times, offsets, "</wml2:time>", written),
        texts_of_rows(rows, ("status", "qualifier", "censor"), _metadata),
        "</wml2:MeasurementTVP></wml2:point>\n",
    )


def _metadata(code: int, qualifier: str | None, censor: int) -> str:
    said = ""
    status = Status(code).name.lower()
    if status != "measured" or qualifier:
        said += f"<wml2:quality xlink:title={quoted(status)}/>"
    if qualifier:
        said += (
            "<wml2:qualifier><swe:Category><swe:value>"
            f"{xml_text(qualifier)}</swe:value></swe:Category></wml2:qualifier>"
        )
    if censor in _NIL:
        address = f"{_DEFINITIONS}/nil/OGC/0/{_NIL[Censor(censor)]}"
        said += f"<wml2:censoredReason xlink:href={quoted(address)}/>"
    if not said:
        return ""
    return (
        "<wml2:metadata><wml2:TVPMeasurementMetadata>"
        f"{said}</wml2:TVPMeasurementMetadata></wml2:metadata>"
    )
