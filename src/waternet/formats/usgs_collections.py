"""Collections of the USGS's OGC API: features at monitoring locations, as GeoJSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from waternet.formats.cuahsi import Site, Value, Variable, as_series
from waternet.formats.json_text import as_list, as_object, as_text
from waternet.formats.nwis import (
    find_kind,
    find_offset,
    find_parameter,
    find_statistic,
    find_status,
    find_zone_of_pair,
    metres,
)
from waternet.formats.reading import Reject
from waternet.formats.series import SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.observation.vocabulary import get_terms

__all__ = ["list_collections"]

_Features = list[dict[str, Any]]
_Key = tuple[str, Variable]
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CHANNEL = ("flow", "velocity", "area", "width")
_LENGTHS = {"month": "P1M", "calendar_year": "P1Y", "water_year": "P1Y"}
# Attributes of a place that are worth keeping, where they say something.
_ATTRIBUTES = (
    *("agency_code", "hydrologic_unit_code", "county_name", "state_name"),
    *("drainage_area", "well_constructed_depth", "hole_constructed_depth"),
    *("aquifer_code", "national_aquifer_code", "original_horizontal_datum"),
)


def list_collections(document: dict[str, Any], file: str) -> SeriesDocument | None:
    """List the series of one FeatureCollection, or of several side by side.

    Parameters
    ----------
    document : dict
        A FeatureCollection, or an object whose members are some.
    file : str
        For the notices.

    Returns
    -------
    SeriesDocument or None
        None where it holds no collection.
    """
    collections = {"": document, **document}
    found = {
        name: [as_object(each) for each in as_list(as_object(one).get("features"))]
        for name, one in collections.items()
        if as_object(one).get("type") == "FeatureCollection"
    }
    if not found:
        return None
    reader = _Collections(file)
    for features in found.values():
        reader.learn(features)
    for name, features in found.items():
        reader.take(name, features)
    return reader.document()


class _Collections:
    """What the collections of one file say of places and figures."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0
        self.sites: dict[str, Site] = {}
        self.names: dict[str, str] = {}
        self.values: dict[_Key, list[Value]] = {}
        self.rejects: list[Reject] = []
        self.notices: list[Reject] = []

    def learn(self, features: _Features) -> None:
        """Take what features say of places, and how they call parameters."""
        for feature in features:
            told = as_object(feature.get("properties"))
            code = _location(feature, told)
            if not code:
                continue
            known = self.sites.get(code)
            if known is None or not known.name:
                self.sites[code] = _site(code, feature, told)
            parameter = as_text(told.get("parameter_code"))
            description = as_text(told.get("parameter_description"))
            if parameter and description:
                self.names[parameter] = description

    def take(self, name: str, features: _Features) -> None:
        """Take the figures of one collection."""
        unread = 0
        for feature in features:
            self.count += 1
            told = as_object(feature.get("properties"))
            code = _location(feature, told)
            for variable, value in self._values(told):
                self.values.setdefault((code, variable), []).append(value)
            unread += _count_unread(told) if code else 1
        if unread:
            reason = f"{unread} members are no figures at a time; not read"
            self.notices.append(Reject(self.file, name, 0, "", "", reason, lost=0))

    def document(self) -> SeriesDocument:
        series: list[SourceSeries] = []
        for (code, variable), values in self.values.items():
            series += as_series(self.sites.get(code, Site("")), variable, values)
        told = {code for code, _ in self.values}
        for code, site in self.sites.items():
            if code not in told:
                series += as_series(site, Variable(()), ())
        return SeriesDocument(tuple(series), tuple(self.rejects), tuple(self.notices))

    def _values(self, told: dict[str, Any]) -> Iterator[tuple[Variable, Value]]:
        if "data" in told:
            yield from self._intervals(told)
        elif "channel_flow" in told:
            yield from self._channel(told)
        elif "value" in told and "parameter_code" in told:
            time = self._time(told)
            if time:
                yield self._one(told, time)

    def _one(self, told: dict[str, Any], time: str) -> tuple[Variable, Value]:
        code = as_text(told.get("statistic_id"))
        statistic = find_statistic(code) if code else "instant"
        is_day = bool(code) and bool(_DATE.fullmatch(time))
        codes = _codes(told.get("qualifier"))
        approval = as_text(told.get("approval_status"))
        variable = self._variable(
            as_text(told.get("parameter_code")),
            as_text(told.get("unit_of_measure")),
            statistic,
            "P1D" if is_day else "PT0S",
        )
        value = Value(
            self.count,
            time,
            as_text(told.get("value")),
            " ".join(codes),
            find_status([approval, *codes]),
            as_text(told.get("time_series_id"))
            or as_text(told.get("observing_procedure")),
        )
        return variable, value

    def _time(self, told: dict[str, Any]) -> str:
        """Return when; of an annual peak day and time of day stand apart."""
        time = as_text(told.get("time"))
        clock = as_text(told.get("time_of_day"))
        if "water_year" in told and _DATE.fullmatch(time) and clock:
            return f"{time}T{clock}"
        if time and (not _DATE.match(time) or "-00" not in time[4:10]):
            return time
        known = "-".join(
            as_text(told.get(part)) or "?" for part in ("year", "month", "day")
        )
        self.rejects.append(
            Reject(
                self.file, "", self.count, "time", time or known,
                "the day is not known", "a whole date",
                lost=1 if as_text(told.get("value")) else 0,
            )
        )  # fmt: skip
        return ""

    def _channel(self, told: dict[str, Any]) -> Iterator[tuple[Variable, Value]]:
        method = as_text(told.get("measurement_type"))
        for name in _CHANNEL:
            unit = as_text(told.get(f"channel_{name}_unit"))
            given = (f"channel_{name}",)
            known = "discharge" if name == "flow" else ""
            value = as_text(told.get(f"channel_{name}"))
            variable = Variable(given, known, unit, to_ucum(unit), "instant", "PT0S")
            time = as_text(told.get("time"))
            if value:
                yield variable, Value(self.count, time, value, "", "", method)

    def _intervals(self, told: dict[str, Any]) -> Iterator[tuple[Variable, Value]]:
        for each in map(as_object, as_list(told.get("data"))):
            if not _is_interval(each):
                continue
            for one in map(as_object, as_list(each.get("values"))):
                statistic = as_text(one.get("computation"))
                variable = self._variable(
                    as_text(each.get("parameter_code")),
                    as_text(each.get("unit_of_measure")),
                    {"arithmetic_mean": "mean"}.get(statistic, statistic),
                    _LENGTHS.get(as_text(one.get("interval_type")), ""),
                )
                parent = as_text(each.get("parent_statistic_name"))
                method = (
                    f"{as_text(one.get('interval_type'))} of daily {parent.lower()}"
                )
                approval = as_text(one.get("approval_status"))
                time, value = as_text(one.get("start_date")), as_text(one.get("value"))
                status = find_status([approval])
                yield variable, Value(self.count, time, value, "", status, method)

    def _variable(
        self, code: str, unit: str, statistic: str, interval: str
    ) -> Variable:
        names = (code, self.names.get(code, ""))
        known = statistic if statistic in get_terms("statistic") else ""
        return Variable(
            tuple(filter(None, names)),
            find_parameter(code),
            unit,
            to_ucum(unit),
            known,
            interval,
        )


def _count_unread(told: dict[str, Any]) -> int:
    """Return how many statistics are of no stated month or year."""
    data = [as_object(each) for each in as_list(told.get("data"))]
    return sum(len(as_list(one.get("values"))) for one in data if not _is_interval(one))


def _is_interval(data: dict[str, Any]) -> bool:
    """Return whether statistics are of stated months or years, not of a day of all."""
    values = [as_object(each) for each in as_list(data.get("values"))]
    return bool(values) and all("start_date" in each for each in values)


def _codes(written: Any) -> list[str]:
    given = written if isinstance(written, list) else [written]
    return [text for text in map(as_text, given) if text]


def _location(feature: dict[str, Any], told: dict[str, Any]) -> str:
    code = as_text(told.get("monitoring_location_id"))
    if not code and "monitoring_location_number" in told:
        code = as_text(told.get("id")) or as_text(feature.get("id"))
    return code


def _site(code: str, feature: dict[str, Any], told: dict[str, Any]) -> Site:
    shape = as_object(feature.get("geometry"))
    at = [as_text(each) for each in as_list(shape.get("coordinates"))]
    is_point = shape.get("type") == "Point" and len(at) >= 2
    return Site(
        code=code,
        name=as_text(told.get("monitoring_location_name")),
        x=at[0] if is_point else "",
        y=at[1] if is_point else "",
        crs="EPSG:4326",  # RFC 7946: whatever the datum was that it came from
        elevation=metres(as_text(told.get("altitude"))),
        vertical_datum=as_text(told.get("vertical_datum"))
        if as_text(told.get("altitude"))
        else "",
        kind=find_kind(as_text(told.get("site_type_code"))),
        zone=_zone(told),
        attributes={
            key: as_text(told.get(key)) for key in _ATTRIBUTES if as_text(told.get(key))
        },
    )


def _zone(told: dict[str, Any]) -> str:
    winter = as_text(told.get("time_zone_abbreviation"))
    if as_text(told.get("uses_daylight_savings")) == "Y":
        return find_zone_of_pair(winter, f"{winter[:-2]}DT")
    return find_offset(winter)
