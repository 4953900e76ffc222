"""CoverageJSON: series and profiles at points (OGC 21-069r2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from waternet.errors import NotAcceptable
from waternet.formats.coverage_domain import Domain, Spot, named_text, read_domain
from waternet.formats.json_text import as_list, as_object, as_text, read_json
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import Points, SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.observation.vocabulary import get_terms

__all__ = ["METHODS", "PROPERTY", "is_coveragejson", "list_series"]

# What EDR's 'measurementType' calls a statistic, and what Waternet does.
METHODS = {
    "instantaneous": "instant",
    "mean": "mean",
    "average": "mean",
    "minimum": "minimum",
    "maximum": "maximum",
    "median": "median",
    "total": "total",
    "sum": "total",
    "accumulation": "total",
    "count": "count",
}
# Before a term of the vocabulary, as the id of an observed property.
PROPERTY = "waternet:observed_property/"

_KIND = re.compile(rb'"type"\s*:\s*"Coverage(?:Collection)?"')
_OWN_NAMES = (b'"ranges"', b'"domain"', b'"coverages"', b'"parameters"')
_FORMS = {4: "YYYY", 7: "YYYY-MM"}
_MAX_COVERAGES = 1_000_000


def is_coveragejson(head: bytes, name: str) -> bool:
    """Whether a file is a coverage or a collection of them.

    Examples
    --------
    >>> is_coveragejson(b'{"type": "Coverage", "domain": {}}', "a.json")
    True
    >>> is_coveragejson(b'{"type": "FeatureCollection"}', "a.covjson")
    False
    """
    del name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_one = start.startswith(b"{") and _KIND.search(start) is not None
    return is_one and any(own in start for own in _OWN_NAMES)


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each parameter of each coverage.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Nothing in it applies: the document is UTF-8.

    Returns
    -------
    SeriesDocument
        A place is called by the last part of its coverage's id, else by where it is:
        '5.3E53.2N'. Each depth of a profile is a place. Of a category the value is
        its code, the qualifier its label. What is no series (grids, trajectories),
        or lies in another file, is in the notices.

    Raises
    ------
    NotAcceptable
        It is no CoverageJSON, or nothing in it is a series.
    """
    del table
    document = as_object(read_json(path))
    kind = as_text(document.get("type"))
    if kind not in ("Coverage", "CoverageCollection"):
        raise NotAcceptable(
            f"{path.name}: expected a Coverage or a CoverageCollection, "
            f"got {kind or 'an object without type'!r:.40}",
            hint="a map of features is read as 'geojson'",
        )
    is_one = kind == "Coverage"
    coverages = [document] if is_one else as_list(document.get("coverages"))
    if len(coverages) > _MAX_COVERAGES:
        raise NotAcceptable(f"{path.name}: more than {_MAX_COVERAGES:,} coverages")
    series, notices, reasons = list[SourceSeries](), list[Reject](), list[str]()
    number = 1
    for place, each in enumerate(map(as_object, coverages), 1):
        reader = _Coverage(each, {} if is_one else document, path.name, notices)
        try:
            for made in reader.series(number):
                series.append(made)
                number += len(made.points.time)
        except NotAcceptable as error:
            reasons.append(str(error))
            reason = f"coverage {place} was left out: {error}"
            notices.append(Reject(path.name, "", 0, "", "", reason, lost=0))
    if not series:
        raise NotAcceptable(
            f"{path.name}: {reasons[0] if reasons else 'no coverage in it'}",
            hint="Point, PointSeries and VerticalProfile are read",
        )
    return SeriesDocument(tuple(series), notices=tuple(notices))


class _Coverage:
    """One coverage, with what its collection says of all."""

    def __init__(
        self,
        coverage: Mapping[str, Any],
        collection: Mapping[str, Any],
        file: str,
        notices: list[Reject],
    ) -> None:
        self.coverage, self.collection = coverage, collection
        self.file, self.notices = file, notices
        self.parameters = {
            **as_object(collection.get("parameters")),
            **as_object(coverage.get("parameters")),
        }

    def series(self, first: int) -> Iterator[SourceSeries]:
        """Yield its series; points are numbered from `first` on."""
        domain = self._domain()
        for key, values in as_object(self.coverage.get("ranges")).items():
            found = self._values(key, values, domain)
            if found is None:
                continue
            parameter = as_object(self.parameters.get(key))
            for place, spot in enumerate(domain.spots):
                own = found if len(domain.spots) == 1 else found[place : place + 1]
                points = self._points(parameter, domain, own, first)
                first += len(own)
                yield _series(key, parameter, spot, domain, points, self._identity)

    def _domain(self) -> Domain:
        domain = self.coverage.get("domain")
        if isinstance(domain, str):
            raise NotAcceptable(
                f"its domain is in another file, {domain!r:.80}: nothing is fetched"
            )
        kind = as_text(self.coverage.get("domainType")) or as_text(
            self.collection.get("domainType")
        )
        systems = as_list(self.collection.get("referencing"))
        return read_domain(as_object(domain), kind, systems)

    @property
    def _identity(self) -> tuple[str, str]:
        """The coverage's own id, its last part, and its title."""
        own = re.split(r"[/#]", as_text(self.coverage.get("id")).rstrip("/#"))[-1]
        return unquote(own), named_text(self.coverage.get("dct:title"))

    def _values(self, key: str, given: Any, domain: Domain) -> list[str] | None:
        """Return the values of a parameter in the order of the domain."""
        kind = as_text(as_object(given).get("type"))
        if kind != "NdArray":
            what = "in another file" if isinstance(given, str) else f"a {kind!r:.40}"
            self._notice(key, f"its values are {what}: not read")
            return None
        shape = [as_text(each) for each in as_list(given.get("shape"))]
        names = [as_text(each) for each in as_list(given.get("axisNames"))]
        values = as_list(given.get("values"))
        lengths = [domain.lengths.get(name, 1) for name in names]
        expected = prod(domain.lengths.values())
        if shape and shape != [str(length) for length in lengths]:
            self._notice(key, f"its shape {', '.join(shape)} is not that of its domain")
            return None
        if len(values) != expected:
            self._notice(key, f"{len(values)} values, where its domain has {expected}")
            return None
        # All axes but one have one place: their order does not matter.
        return [_figure(value) for value in values]

    def _points(
        self,
        parameter: Mapping[str, Any],
        domain: Domain,
        values: list[str],
        first: int,
    ) -> Points:
        labels = _categories(parameter)
        return Points(
            list(range(first, first + len(values))),
            list(domain.times),
            values,
            [labels.get(value, "") for value in values] if labels else [],
            [],
            list(domain.ends),
        )

    def _notice(self, key: str, reason: str) -> None:
        self.notices.append(Reject(self.file, "", 0, key, "", reason, lost=0))


def _series(
    key: str,
    parameter: Mapping[str, Any],
    spot: Spot,
    domain: Domain,
    points: Points,
    identity: tuple[str, str],
) -> SourceSeries:
    own, title = identity
    observed = as_object(parameter.get("observedProperty"))
    address = as_text(observed.get("id"))
    label = named_text(observed.get("label")) or named_text(parameter.get("label"))
    term = address.removeprefix(PROPERTY)
    last = unquote(address.rstrip("/").rsplit("/", 1)[-1])
    statistic, interval = _measured(parameter)
    unit, ucum = _unit(as_object(parameter.get("unit")))
    feature = own or _where(spot.x, spot.y, domain.crs)
    # A height of metres above a surface, or a pressure: never one place for all.
    feature += f"_z{spot.z}" if spot.z and len(domain.spots) > 1 else ""
    lengths = {len(time) for time in points.time}
    form = _FORMS.get(lengths.pop(), "ISO") if len(lengths) == 1 else "ISO"
    return SourceSeries(
        feature,
        tuple(dict.fromkeys(filter(None, (key, address, last, label)))),
        points,
        title,
        spot.x,
        spot.y,
        # Left out by many who mean degrees; by the standard it must be said.
        domain.crs or _degrees(spot),
        spot.elevation,
        observed_property=term if term in get_terms("observed_property") else "",
        unit=unit,
        ucum=ucum,
        statistic=statistic,
        interval=interval,
        zone="UTC",
        time_format=form,
        attributes=spot.attributes,
    )


def _figure(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)[:200]


def _categories(parameter: Mapping[str, Any]) -> dict[str, str]:
    """Return the label of each code of a parameter of categories."""
    observed = as_object(parameter.get("observedProperty"))
    labels = {
        as_text(as_object(each).get("id")): named_text(as_object(each).get("label"))
        for each in as_list(observed.get("categories"))
    }
    found = {}
    for name, codes in as_object(parameter.get("categoryEncoding")).items():
        for code in codes if isinstance(codes, list) else [codes]:
            found[as_text(code)] = labels.get(name) or name
    return found


def _measured(parameter: Mapping[str, Any]) -> tuple[str, str]:
    measured = as_object(parameter.get("measurementType"))
    statistic = METHODS.get(as_text(measured.get("method")).lower(), "")
    duration = as_text(measured.get("duration")) or as_text(measured.get("period"))
    if statistic == "instant":
        return statistic, "PT0S"
    return statistic, duration.split("/")[-1] if duration.startswith("P") else ""


def _unit(unit: Mapping[str, Any]) -> tuple[str, str]:
    """Return a unit as it is written, and its UCUM code where that is certain."""
    symbol = unit.get("symbol")
    text = as_text(as_object(symbol).get("value")) or as_text(symbol)
    label = named_text(unit.get("label"))
    if "UCUM" in as_text(as_object(symbol).get("type")).upper():
        return text, text
    return text or label, to_ucum(text) or to_ucum(label)


def _degrees(spot: Spot) -> str:
    try:
        is_on_earth = abs(float(spot.x)) <= 360 and abs(float(spot.y)) <= 90
    except ValueError:
        return ""
    return "EPSG:4326" if is_on_earth else ""


def _where(x: str, y: str, crs: str) -> str:
    """Return a name for a place that has none.

    Examples
    --------
    >>> _where("-5.1", "40.2", "EPSG:4326"), _where("238244", "150847", "EPSG:28191")
    ('5.1W40.2N', 'x238244y150847')
    """
    if crs in ("EPSG:4326", ""):
        east = f"{x[1:]}W" if x.startswith("-") else f"{x}E"
        return east + (f"{y[1:]}S" if y.startswith("-") else f"{y}N")
    return f"x{x}y{y}"
