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
from waternet.formats.coverage_parameters import (
    PROPERTY,
    limit_signs,
    qualifies,
    read_categories,
    read_measured,
    read_unit,
)
from waternet.formats.json_text import as_list, as_object, as_text, read_json
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.series import Points, SeriesDocument, SourceSeries
from waternet.observation.vocabulary import get_terms

__all__ = ["is_coveragejson", "list_series"]

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
        '5.3E53.2N'; in a node's own answer by its 'waternet:location'. Each depth of
        a profile is a place. Of a category the value is its code, the qualifier its
        label; where the categories are ODM2's 'lessThan' and 'greaterThan', the
        values beside it are limits: '<5'. What is no series (grids, trajectories),
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
        signs = self._signs(domain)
        for key, values in as_object(self.coverage.get("ranges")).items():
            parameter = as_object(self.parameters.get(key))
            if qualifies(parameter):
                continue
            found = self._values(key, values, domain)
            if found is None:
                continue
            if signs:
                found = [
                    f"{sign}{value}" if value else ""
                    for sign, value in zip(signs, found, strict=True)
                ]
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

    def _signs(self, domain: Domain) -> list[str]:
        """Return '<' or '>' for each value that a parameter says is a limit."""
        for key, values in as_object(self.coverage.get("ranges")).items():
            signs = limit_signs(as_object(self.parameters.get(key)))
            if signs:
                codes = self._values(key, values, domain)
                return [signs.get(code, "") for code in codes or ()]
        return []

    @property
    def _identity(self) -> tuple[str, str]:
        """The coverage's own id, its last part, and its title."""
        own = re.split(r"[/#]", as_text(self.coverage.get("id")).rstrip("/#"))[-1]
        # What a node of Waternet answers: 'party:place'.
        placed = as_text(self.coverage.get("waternet:location")).rpartition(":")[2]
        return placed or unquote(own), named_text(self.coverage.get("dct:title"))

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
        labels = read_categories(parameter)
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
    statistic, interval = read_measured(parameter)
    unit, ucum = read_unit(as_object(parameter.get("unit")))
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
