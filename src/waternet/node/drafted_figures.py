"""Observations on the desk as the figures that they would be published as."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from waternet.bank.query import get_observations
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.formats.sensorthings import quality_of
from waternet.formats.stamps import end_intervals
from waternet.node.desk import Desk
from waternet.node.desk_view import Left
from waternet.observation.datastream import INSTANT, Datastream
from waternet.observation.table import SCHEMA, make_table
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = ["DraftedFigures", "are_held", "are_intervals", "read_figures"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LIMIT = re.compile(r"([<>]?)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_CENSORS = {"": Censor.NONE, "<": Censor.BELOW, ">": Censor.ABOVE}
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_COLUMNS = (
    "number, is_held, feature, starts, ends, result, result_json, quality, parameters, "
    "sequence"
)


@dataclass(frozen=True, slots=True)
class DraftedFigures:
    """The figures of one datastream that drafts would publish.

    Attributes
    ----------
    observations : pyarrow.Table in `SCHEMA`
        By time; null where a published figure is taken back.
    left : tuple of Left
    left_numbers : tuple of int
        Of observations that stay on the desk.
    through : int
        The sequence number of the newest draft that was looked at.
    """

    observations: pa.Table
    left: tuple[Left, ...]
    left_numbers: tuple[int, ...]
    through: int


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    is_held: bool
    feature: int | None
    starts: int
    ends: int | None
    result: float | None
    result_json: str | None
    quality: str | None
    parameters: str | None
    sequence: int


def are_held(desk: Desk, datastream: int) -> bool:
    """Return whether a datastream has drafts that were not taken away."""
    found = desk.rows(
        "SELECT 1 FROM observation WHERE datastream = ? AND is_held LIMIT 1",
        (datastream,),
    )
    return bool(found)


def are_intervals(desk: Desk, datastream: int) -> bool:
    """Return whether any draft of a datastream's is of an interval."""
    found = desk.rows(
        "SELECT 1 FROM observation WHERE datastream = ? AND is_held "
        "AND ends > starts LIMIT 1",
        (datastream,),
    )
    return bool(found)


def read_figures(
    desk: Desk,
    bank: Bank,
    number: int,
    address: str,
    stream: Datastream,
    features: Sequence[int],
) -> DraftedFigures:
    """Read the drafts of one datastream as figures.

    Parameters
    ----------
    desk : Desk
    bank : Bank
        Up to date.
    number : int
        The Datastream's.
    address : str
        Of the published datastream, or ''.
    stream : Datastream
    features : sequence of int
        FeaturesOfInterest that are where the Thing is.
    """
    rows = [
        _Row(*row)
        for row in desk.rows(
            f"SELECT {_COLUMNS} FROM observation WHERE datastream = ? ORDER BY starts",
            (number,),
        )
    ]
    twice = _twice(rows)
    standing = _standing(bank, address, rows)
    figures, reasons = list[dict[str, Any]](), dict[str, list[int]]()
    for row in rows:
        if not row.is_held:
            # What was never published, or no longer stands, need not be taken back.
            if row.starts in standing and row.starts not in twice:
                figures.append({"time": row.starts})
            continue
        try:
            figures.append(_figure(row, stream, features, twice))
        except NotAcceptable as error:
            reasons.setdefault(str(error), []).append(row.number)
    left = tuple(
        Left(_counted(numbers, number), reason) for reason, numbers in reasons.items()
    )
    kept = tuple(one for numbers in reasons.values() for one in numbers)
    through = max((row.sequence for row in rows), default=0)
    return DraftedFigures(_table(figures, stream), left, kept, through)


def _counted(numbers: Sequence[int], datastream: int) -> str:
    named = ", ".join(f"Observations({one})" for one in numbers[:3])
    more = len(numbers) - 3
    return f"{named}{f' and {more} more' * (more > 0)} of Datastreams({datastream})"


def _twice(rows: Sequence[_Row]) -> set[int]:
    """Return the times at which two drafts are."""
    counts = Counter(row.starts for row in rows if row.is_held)
    return {time for time, count in counts.items() if count > 1}


def _standing(bank: Bank, address: str, rows: Sequence[_Row]) -> set[int]:
    """Return the times of published figures that drafts take away."""
    times = [row.starts for row in rows if not row.is_held]
    if not times or not address:
        return set()
    start, end = (
        _EPOCH + timedelta(microseconds=one) for one in (min(times), max(times) + 1)
    )
    found = get_observations(bank, [address], start, end)
    return set(found["time"].cast(pa.int64()).to_pylist())


def _figure(
    row: _Row, stream: Datastream, features: Sequence[int], twice: set[int]
) -> dict[str, Any]:
    if row.starts in twice:
        raise NotAcceptable("two of one time; a datastream has one: DELETE one")
    if row.feature is not None and row.feature not in features:
        raise NotAcceptable(
            f"its FeaturesOfInterest({row.feature}) is not where the Thing is; a "
            "figure is published of its place alone"
        )
    value, censor = _value(row)
    quality = _parsed(row.quality)
    parameters = _parsed(row.parameters)
    parameters = parameters if isinstance(parameters, dict) else {}
    said = quality if isinstance(quality, dict) else {}
    if isinstance(said.get("censor"), str) and not censor:
        censor = _CENSORS.get(said["censor"], Censor.NONE)
    qualifier = parameters.get("qualifier") or quality_of(quality)
    return {
        "time": row.starts,
        "end": _end(row, stream),
        "offset": _offset(parameters.get("offset")),
        "value": value,
        "censor": int(censor),
        "grade": _code(said, "grade", Grade, int(Grade.UNCHECKED)),
        "status": _code(said, "status", Status, int(Status.MEASURED)),
        "qualifier": str(qualifier) or None,
    }


def _value(row: _Row) -> tuple[float, Censor]:
    if row.result is not None:
        return row.result, Censor.NONE
    result = _parsed(row.result_json)
    found = _LIMIT.fullmatch(result.strip()) if isinstance(result, str) else None
    if found is None or not np.isfinite(float(found[2])):
        kind = "a number, or text with a sign such as '<0.05'"
        raise NotAcceptable(f"a figure is {kind}; its result is none")
    return float(found[2]), _CENSORS[found[1]]


def _end(row: _Row, stream: Datastream) -> int | None:
    """Return the end of an interval where the datastream's own does not tell it."""
    if stream.interval == INSTANT:
        if row.ends is not None and row.ends != row.starts:
            raise NotAcceptable("it is of an interval, its datastream is of instants")
        return None
    if row.ends is None:
        return None
    if row.ends == row.starts:
        raise NotAcceptable("it is of an instant, its datastream is of intervals")
    told = end_intervals(np.array([row.starts]), stream.interval, stream.zone)
    return None if int(told[0]) == row.ends else row.ends


def _offset(given: Any) -> int | None:
    found = _OFFSET.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def _code(
    said: Mapping[str, Any], name: str, codes: type[Grade] | type[Status], default: int
) -> int:
    given = said.get(name)
    if not isinstance(given, str):
        return default
    try:
        return int(codes[given.upper()])
    except KeyError:
        known = ", ".join(one.name.lower() for one in codes)
        raise NotAcceptable(
            f"no {name} {given!r:.40} in resultQuality; there are {known}"
        ) from None


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _table(figures: Sequence[Mapping[str, Any]], stream: Datastream) -> pa.Table:
    if not figures:
        return SCHEMA.empty_table()
    columns: dict[str, Any] = {"datastream": pa.array([stream.name] * len(figures))}
    for field in SCHEMA:
        if field.name == "datastream":
            continue
        values = [figure.get(field.name) for figure in figures]
        if not field.nullable:
            values = [0 if value is None else value for value in values]
        if pa.types.is_timestamp(field.type):
            columns[field.name] = pa.array(values, pa.int64()).cast(field.type)
        elif pa.types.is_dictionary(field.type):
            columns[field.name] = pa.array(values, pa.string())
        else:
            columns[field.name] = pa.array(values, field.type)
    return make_table(**columns)
