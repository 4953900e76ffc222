"""Daily and continuous figures, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.cql2.times import FIRST, LAST, read_instant
from waternet.api.cql2.tree import Tree, properties_of
from waternet.api.features.choosing import (
    choose_by_parameters,
    filter_of,
    filter_rows,
    period_of,
)
from waternet.api.features.collection import Collection, Field, Rows
from waternet.api.features.crs import CRS84
from waternet.api.features.geojson import GEOJSON
from waternet.api.features.items import names_to_show
from waternet.api.features.offering import Offering, link, next_link
from waternet.api.operation import JSON, Parameter
from waternet.api.usgs.codes import terms_meant
from waternet.api.usgs.rows import FigureRows, Span, read_rows
from waternet.api.usgs.series import (
    AS_OF,
    COMPUTED_DAILY,
    CONTINUOUS,
    DAILY,
    MARK,
    SERIES_FIELDS,
    as_asked,
    release_times,
    series_rows,
)
from waternet.api.usgs.writing import write_features
from waternet.bank.when import read_past
from waternet.errors import NotAcceptable, NotFound

__all__ = ["CONTINUOUS_VALUES", "DAILY_VALUES", "answer_figure", "answer_figures"]

_MOST_READ = 20_000_000  # figures, for one page
_MOST_SERIES = 500  # read together
_MOST_TOGETHER = 1_000_000  # figures of several series
# Pages go on from a feature, not from a count; positions are in WGS 84.
_NOT_TAKEN = ("offset", "sortby", "crs", "bbox-crs", "filter-crs")
_ABOUT: Final = (
    Field("time_series_id", "text", "the series, as time-series-metadata tells it"),
    *SERIES_FIELDS,
)
_TOLD: Final = (
    Field("value", "text", "the figure; of one with < or > the limit"),
    Field("approval_status", "text", "Approved or Provisional where its owner says so"),
    Field(
        "qualifier",
        "list",
        "the owner's words; < or > of a limit; ESTIMATED, SUSPECT, BAD",
    ),
    Field("last_modified", "time", "when the entry that brought it was issued"),
    Field("release", "integer", "that entry, in the record of its party"),
    Field("party", "text", "whose it is"),
)
_OF_DAYS: Final = (
    Field("computation", "text", "published by its owner, or computed on query"),
    Field("figures", "integer", "how many went into what is computed"),
    Field("coverage", "number", "the share of the day's figures that is, if known"),
)
_MORE: Final = (
    AS_OF,
    Parameter(
        "unit",
        {"type": "string", "maxLength": 64},
        "UCUM code in which values are told; each as published unless stated.",
    ),
    Parameter(
        "after",
        {"type": "string", "maxLength": 400},
        "The last feature of the page before, as the next link names it.",
    ),
)


def _no_rows(_asked: Asked) -> Rows:
    """Return none: figures are read page by page."""
    return Rows(CONTINUOUS_VALUES.arrow_schema().empty_table())


CONTINUOUS_VALUES: Final = Collection(
    "continuous",
    "Continuous values",
    "Figures of moments, hours and shorter, as published.",
    (
        *_ABOUT,
        Field("time", "time", "its moment, or where its interval starts"),
        *_TOLD,
    ),
    _no_rows,
    times=("time",),
    parameters=_MORE,
    is_lenient=True,
    omits=_NOT_TAKEN,
)
DAILY_VALUES: Final = Collection(
    "daily",
    "Daily values",
    "Figures of days as published; where a party publishes none of a place, property "
    "and statistic, this node computes them from its continuous ones and says so.",
    (
        *_ABOUT,
        Field("time", "date", "the day, as its owner counts days"),
        *_TOLD,
        *_OF_DAYS,
    ),
    _no_rows,
    times=("time",),
    parameters=_MORE,
    is_lenient=True,
    omits=_NOT_TAKEN,
)


def answer_figures(offering: Offering, collection: Collection, asked: Asked) -> Answer:
    """Return a page of figures, by series and time."""
    limit = min(asked.values.get("limit", offering.usual), offering.most)
    series = _chosen_series(collection, asked)
    names = names_to_show(collection, asked.values.get("properties"))
    found: list[pa.Table] = []
    count = 0
    for rows in _read(collection, series, asked, limit):
        left = limit + 1 - count
        shown = rows.take(np.arange(min(rows.num_rows, left)))
        found.append(shown.table(dict.fromkeys(("id", *names, "@x", "@y"))))
        count += shown.num_rows
        if count > limit:
            break
    page = pa.concat_tables(found) if found else None
    here = offering.url(asked, "collections", collection.id)
    address = f"{here}/items"
    links = [
        link(f"{address}?{asked.query}" if asked.query else address, "self", GEOJSON)
    ]
    if page is not None and count > limit:
        page = page.slice(0, limit)
        after = page["id"][limit - 1].as_py()
        links.append(next_link(asked, address, {"after": after}, GEOJSON))
    links.append(link(here, "collection", JSON, collection.title))
    shows = not asked.values.get("skipGeometry", False)
    content = write_features(page, names, links, shows_geometry=shows)
    return Answer(content, GEOJSON, headers={"content-crs": f"<{CRS84}>"})


def answer_figure(offering: Offering, collection: Collection, asked: Asked) -> Answer:
    """Return one figure.

    Raises
    ------
    NotFound
        There is none of that id.
    """
    item = asked.path["item"]
    name, _, time = item.rpartition("@")
    values: dict[str, Any] = {"time_series_id": [name], "id": [item], "time": [time]}
    refused = NotFound(
        f"no feature {item[:200]!r} in {collection.id!r}",
        hint="its id is that of its time series, @ and its time",
    )
    try:
        if MARK in name:
            values["statistic_id"] = [name.rpartition(MARK)[2]]
        within = replace(asked, values=values)
        rows = list(_read(collection, _chosen_series(collection, within), within, 1))
    except NotAcceptable:
        raise refused from None
    if not rows or not rows[0].num_rows:
        raise refused
    names = names_to_show(collection, None)
    columns = dict.fromkeys(("id", *names, "@x", "@y"))
    table = rows[0].table(columns).slice(0, 1)
    content = write_features(table, names, (), shows_geometry=True)
    (feature,) = orjson.loads(content)["features"]
    here = offering.url(asked, "collections", collection.id)
    feature["links"] = [
        link(f"{here}/items/{item}", "self", GEOJSON),
        link(here, "collection", JSON, collection.title),
    ]
    return Answer(orjson.dumps(feature), GEOJSON)


def _chosen_series(collection: Collection, asked: Asked) -> pa.Table:
    """Return the series that are asked for, by id, from the page's first on."""
    kinds = [CONTINUOUS] if collection.id == "continuous" else [DAILY, COMPUTED_DAILY]
    statistics = sorted(terms_meant("statistic", asked.values.get("statistic_id", ())))
    table = as_asked(series_rows(asked, statistics), asked).table
    table = table.append_column("time_series_id", table["id"])
    table = table.filter(pc.is_in(table["@kind"], pa.array(kinds)))
    about = replace(collection, fields=_ABOUT, times=())
    values = {name: one for name, one in asked.values.items() if name != "id"}
    told = replace(asked, values=values)
    chosen = choose_by_parameters(about, table, told, (CRS84,))
    for part in _parts_of_series(filter_of(asked)):
        chosen &= filter_rows(about, table, part, asked, (CRS84,))
    after = _after(asked.values)
    if after is not None:
        chosen &= pc.greater_equal(table["id"], after[0]).to_numpy()
    return table.filter(pa.array(chosen))


def _parts_of_series(tree: Tree | None) -> Iterator[Tree]:
    """Yield the conditions of a filter that are about series alone."""
    if tree is None:
        return
    is_all = isinstance(tree, dict) and tree.get("op") == "and"
    known = {one.name for one in _ABOUT} | {"geometry"}
    for part in tree["args"] if is_all else [tree]:
        named = set(properties_of(part))
        if named and named <= known:
            yield part


def _read(
    collection: Collection, series: pa.Table, asked: Asked, limit: int
) -> Iterator[FigureRows]:
    """Yield the figures that are asked for, some series at once.

    Raises
    ------
    NotAcceptable
        Too many would have to be read for one page.
    """
    bank, values = asked.bank, asked.values
    span, tree = _span(asked), filter_of(asked)
    issued = release_times(bank)
    after = _after(values)
    read = 0
    for group in _groups(series, limit):
        rows = read_rows(bank, group, span, issued)
        read += rows.num_rows
        chosen = _asked_for(collection, rows, asked)
        if tree is not None:
            chosen &= filter_rows(collection, rows, tree, asked, (CRS84,))
        if after is not None:
            chosen &= _is_later(rows, *after)
        yield rows if chosen.all() else rows.take(np.flatnonzero(chosen))
        if read > _MOST_READ:
            raise NotAcceptable(
                f"expected a filter that a page can be found by, read {read} figures",
                hint="name stations, parameters or a time",
            )


def _after(values: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the series and time that a page goes on from; None at the start."""
    if "after" not in values:
        return None
    name, _, time = values["after"].rpartition("@")
    return name, read_instant(time)[0]


def _is_later(rows: FigureRows, name: str, time: int) -> Any:
    at = rows["time"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    is_same = pc.equal(rows["time_series_id"], name).to_numpy()
    is_next = pc.greater(rows["time_series_id"], name).to_numpy()
    return is_next | (is_same & (at > time))


def _asked_for(collection: Collection, rows: FigureRows, asked: Asked) -> Any:
    """Return which rows are asked for by what is told of a figure."""
    about = {one.name for one in _ABOUT}
    values = {
        name: one
        for name, one in asked.values.items()
        if name not in about and name not in ("bbox", "qualifier")
    }
    told = replace(asked, values=values)
    chosen = choose_by_parameters(collection, rows, told, (CRS84,))
    if "qualifier" in asked.values:
        # All of a figure's qualifiers, in their order; JSON, as the USGS takes it.
        wanted = [one.strip('[]" ') for one in asked.values["qualifier"]]
        column = rows["qualifier"].to_pylist()
        chosen &= np.array([one == wanted for one in column], np.bool_)
    asked.took_now |= told.took_now
    return chosen


def _span(asked: Asked) -> Span:
    values = asked.values
    periods = [period_of(one, "time", asked.now) for one in values.get("time", ())]
    first = min((one for one, _ in periods), default=FIRST)
    last = max((one for _, one in periods), default=LAST)
    if "datetime" in values:
        since, until = period_of(values["datetime"], "datetime", asked.now)
        first, last = max(first, since), min(last, until)
    past = values.get("as_of", "")
    as_of = read_past(past) if past else None
    return Span(first, max(first, last), as_of, values.get("unit", ""))


def _groups(series: pa.Table, limit: int) -> Iterator[pa.Table]:
    """Yield series by so many that a page's figures are likely to be in them.

    Where they are not, the next are more: few figures may be what is asked for.
    """
    counts = series["figures"].to_numpy()
    start, likely = 0, 2 * limit
    while start < series.num_rows:
        total = np.cumsum(counts[start : start + _MOST_SERIES])
        length = int(np.searchsorted(total, likely)) + 1
        yield series.slice(start, min(length, _MOST_SERIES))
        start += min(length, _MOST_SERIES)
        likely = max(likely, min(4 * likely, _MOST_TOGETHER))
