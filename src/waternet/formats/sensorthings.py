"""SensorThings JSON: Datastreams with their Things, pages of Observations, batches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.json_text import as_list, as_object, as_text, read_json
from waternet.formats.moments import compile_moment
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.sensorthings_entities import Entities, Entity, link_of
from waternet.formats.series import Points, SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.observation.vocabulary import find_by_code

__all__ = [
    "is_sensorthings",
    "list_series",
    "observed_property_of",
    "quality_of",
    "quantity_names",
    "statistic_of",
    "unit_of",
]

_UCUM = re.compile(r"(?:ucum:|https?://unitsofmeasure\.org/ucum(?:\.html)?#)(.+)")
_STATISTICS = {"Average": "mean", "Mean": "mean", "Minimum": "minimum"}
_STATISTICS |= {"Maximum": "maximum", "Cumulative": "total", "Incremental": "total"}
_MEMBERS = (b'"Observations"', b'"phenomenonTime"', b'"unitOfMeasurement"')


def is_sensorthings(head: bytes, name: str) -> bool:
    """Return whether a file is an answer, or a batch, of a SensorThings service."""
    del name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith((b"{", b"[")):
        return False
    has_ids = b'"@iot.' in text or b"@iot.navigationLink" in text
    is_batch = b'"requests"' in text and b'"atomicityGroup"' in text
    return (has_ids or is_batch) and (
        is_batch or b'"dataArray"' in text or any(each in text for each in _MEMBERS)
    )


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """List the datastreams of a SensorThings document.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Not used: such a document is UTF-8.

    Returns
    -------
    SeriesDocument
        A point's number is its place in the document, from 1. A phenomenonTime that
        is an interval gives its start; datastreams of several lengths of interval are
        several series.

    Raises
    ------
    NotAcceptable
        It is not JSON, or holds no entity of SensorThings.
    """
    del table
    entities = Entities(read_json(path))
    reader = _Document(entities)
    series = tuple(
        one for datastream in entities.datastreams for one in reader.series(datastream)
    )
    places = tuple(reader.places(series))
    if not series and not places:
        raise NotAcceptable(
            f"{path.name}: no Datastreams, Things or Observations",
            hint="ask the service for Datastreams?$expand=Thing/Locations,"
            "ObservedProperty,Observations",
        )
    notices = []
    if entities.has_more:
        reason = "this is one page; the service has further entities"
        notices.append(Reject(path.name, "", 0, "@iot.nextLink", "", reason, lost=0))
    return SeriesDocument((*series, *places), (), tuple(notices))


class _Document:
    """The entities of one document, turned into series."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        self.count = 0

    def series(self, datastream: Entity) -> Iterator[SourceSeries]:
        thing = self.entities.one(datastream, "Thing")
        groups: dict[tuple[str, bool], Points] = {}
        for observation in self.entities.observations(datastream):
            self.count += 1
            time, end = _times(observation)
            key = (_length(time, end), bool(end))
            points = groups.setdefault(key, Points())
            quality = quality_of(observation.get("resultQuality"))
            points.number.append(self.count)
            points.time.append(time)
            points.value.append(_result(observation.get("result")))
            points.qualifier.append(quality)
            points.end.append(end)
        for interval, points in (groups or {("", False): Points()}).items():
            yield self._one(datastream, thing, points, interval)

    def places(self, series: tuple[SourceSeries, ...]) -> Iterator[SourceSeries]:
        """Yield the Things that no datastream is about."""
        told = {one.feature for one in series}
        for thing in self.entities.things:
            made = SourceSeries(quantities=(), **self._place(thing))
            if made.feature not in told:
                yield made

    def _one(
        self,
        datastream: Entity,
        thing: Entity,
        points: Points,
        interval: tuple[str, bool],
    ) -> SourceSeries:
        observed = self.entities.one(datastream, "ObservedProperty")
        sensor = self.entities.one(datastream, "Sensor")
        names = quantity_names(datastream, observed)
        unit, ucum = unit_of(as_object(datastream.get("unitOfMeasurement")))
        length, is_interval = interval
        return SourceSeries(
            quantities=names,
            points=points,
            observed_property=observed_property_of(names),
            unit=unit,
            ucum=ucum,
            statistic=statistic_of(datastream)
            if is_interval or not points.time
            else "instant",
            interval=length if is_interval else "PT0S" if points.time else "",
            procedure=as_text(sensor.get("name")),
            **self._place(thing),
        )

    def _place(self, thing: Entity) -> dict[str, Any]:
        location = next(iter(self.entities.many(thing, "Locations")), {})
        at = _position(location)
        properties = as_object(thing.get("properties"))
        return {
            "feature": as_text(properties.get("samplingFeatureCode"))
            or as_text(properties.get("code"))
            or link_of(thing),
            "name": as_text(thing.get("name")),
            "x": at[0] if at else "",
            "y": at[1] if at else "",
            "elevation": at[2] if len(at) > 2 else "",
            "crs": "EPSG:4326" if at else "",
            "attributes": {
                str(key): as_text(value)
                for key, value in properties.items()
                if as_text(value)
            },
        }


def _times(observation: Entity) -> tuple[str, str]:
    """Return when, and until when where that is an interval."""
    written = as_text(observation.get("phenomenonTime"))
    if not written:
        written = as_text(observation.get("resultTime"))
    start, _, end = written.partition("/")
    return start, end


def _length(start: str, end: str) -> str:
    """Return the length of an interval in calendar parts; '' where it has none."""
    if not end:
        return ""
    read = compile_moment("ISO")
    try:
        first, last = read(start), read(end)
    except (ValueError, OverflowError):
        return ""
    if first.offset is not None and last.offset is not None:
        seconds = (last.local - first.local) // 1_000_000
        seconds -= (last.offset - first.offset) * 60
    else:
        seconds = (last.local - first.local) // 1_000_000
    return _duration(start, end, seconds)


def _duration(start: str, end: str, seconds: int) -> str:
    same_clock = start[10:] == end[10:]
    if same_clock and start[8:10] == end[8:10]:
        months = (int(end[:4]) - int(start[:4])) * 12 + int(end[5:7]) - int(start[5:7])
        if months > 0:
            return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"
    for size, form in ((86_400, "P{}D"), (3_600, "PT{}H"), (60, "PT{}M"), (1, "PT{}S")):
        if seconds > 0 and seconds % size == 0:
            return form.format(seconds // size)
    return ""


def _result(result: Any) -> str:
    """Return a result as text; null is missing, and what is no figure stays visible."""
    if result is None or isinstance(result, str):
        return as_text(result)
    return json.dumps(result, ensure_ascii=False)[:200]


def quality_of(written: Any) -> str:
    """Return what is said of a result's quality: a code, or DQ_Status in an object."""
    if isinstance(written, str):
        return written.strip()
    if isinstance(written, dict):
        status = as_object(written.get("DQ_Status"))
        code = as_text(status.get("code") or written.get("code"))
        codes = as_list(written.get("result_qualifiers") or written.get("qualifiers"))
        return " ".join(filter(None, (code, *map(as_text, codes))))
    return " ".join(filter(None, map(as_text, as_list(written))))


def statistic_of(datastream: Entity) -> str:
    """Return our term for how a datastream's values sum up an interval, or ''."""
    properties = as_object(datastream.get("properties"))
    return _STATISTICS.get(as_text(properties.get("aggregation_statistic")), "")


def quantity_names(datastream: Entity, observed: Entity) -> tuple[str, ...]:
    """Return what a datastream's quantity is called, the most precise first."""
    definition = as_text(observed.get("definition"))
    names = (
        as_text(observed.get("name")),
        definition,
        definition.rstrip("/").rsplit("/", 1)[-1],
        as_text(datastream.get("name")),
    )
    return tuple(dict.fromkeys(filter(None, names)))


def observed_property_of(names: tuple[str, ...]) -> str:
    """Return our term for a name, or the last part of a definition, of ODM2."""
    for name in names:
        found = find_by_code("observed_property", "odm2", name)
        if found:
            return found.id
    return ""


def unit_of(unit: dict[str, Any]) -> tuple[str, str]:
    """Return the unit as written, and as UCUM: by definition, symbol, name."""
    symbol, name = as_text(unit.get("symbol")), as_text(unit.get("name"))
    definition = as_text(unit.get("definition"))
    stated = _UCUM.fullmatch(definition)
    texts = (symbol, name, definition)
    known = next(filter(None, map(to_ucum, texts[:2])), "")
    if stated and to_ucum(stated.group(1)):
        # A definition counts unless it contradicts what is written for people.
        known = to_ucum(stated.group(1)) if known in ("", stated.group(1)) else known
    return next(filter(None, texts), ""), known


def _position(location: Entity) -> list[str]:
    shape = as_object(location.get("location"))
    if shape.get("type") == "Feature":
        shape = as_object(shape.get("geometry"))
    if shape.get("type") != "Point":
        return []
    at = [as_text(each) for each in as_list(shape.get("coordinates"))]
    return at if len(at) >= 2 else []
