"""Observations as a relation in SQL: what stands of the figures, drafts over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from waternet.api.sensorthings.tables import Tables
from waternet.bank.as_of import AsOf
from waternet.bank.catalogue import Series
from waternet.bank.scan import Relation, standing
from waternet.bank.store import Bank
from waternet.node.observation_number import number_sql, split_number
from waternet.quantity import convert, is_same_unit

__all__ = ["locate_observation", "observations"]

_COLUMNS = {
    "id": "BIGINT",
    '"phenomenonTime_start"': "TIMESTAMP",
    '"phenomenonTime_end"': "TIMESTAMP",
    '"resultTime"': "TIMESTAMP",
    "result": "DOUBLE",
    "result_json": "JSON",
    '"resultQuality"': "JSON",
    '"validTime_start"': "TIMESTAMP",
    '"validTime_end"': "TIMESTAMP",
    "parameters": "JSON",
    "datastream": "BIGINT",
    "feature": "BIGINT",
}
_FEW = 100
_END = (
    'CASE WHEN f."end" IS NOT NULL THEN f."end" '
    "WHEN d.elapsed = 0 THEN NULL "
    "WHEN d.elapsed IS NOT NULL THEN f.t + to_microseconds(d.elapsed) "
    "ELSE published.ended(f.t, d.days::INT, d.months::INT, d.clock) END"
)
_PARAMETERS = (
    'CASE WHEN f.qualifier IS NULL AND f."offset" IS NULL '
    "THEN json_object('release', d.party || ':' || f.release) "
    "ELSE json_merge_patch('{}', json_object('release', d.party || ':' || f.release, "
    "'qualifier', f.qualifier, 'offset', CASE WHEN f.\"offset\" IS NOT NULL THEN "
    "printf('%s%02d:%02d', if(f.\"offset\" < 0, '-', '+'), "
    'abs(f."offset") // 60, abs(f."offset") % 60) END)) END'
)


def observations(
    bank: Bank,
    tables: Tables,
    as_of: AsOf | None = None,
    datastreams: Sequence[int] | None = None,
    bounds: tuple[int | None, int | None] = (None, None),
) -> Relation:
    """Return the observations of some datastreams.

    Parameters
    ----------
    bank : Bank
    tables : Tables
        Ready in it.
    as_of : AsOf or None
        The past to look from; drafts have none, and stay away.
    datastreams : sequence of int, or None
        Numbers; None is all.
    bounds : (int or None, int or None) [us since 1970, UTC]
        Half-open, of when they begin.

    Returns
    -------
    Relation
        Columns id, phenomenonTime_start and _end (null of an instant), resultTime,
        result (null where it is no number), result_json (then), resultQuality,
        validTime_start and _end, parameters, datastream, feature; in no order. Times
        are UTC. Of a censored figure the result is the limit.
    """
    values: dict[str, object] = {}
    for name, bound in zip(("sta_from", "sta_to"), bounds, strict=True):
        if bound is not None:
            values[name] = bound
    has_drafts = tables.has_drafts and as_of is None
    parts = [_published(bank, tables, as_of, datastreams, values)]
    if has_drafts:
        if parts[0]:
            # What a draft has the number of stands no more in this view.
            drafted = "SELECT number FROM drafted.observation"
            parts[0] = f"SELECT * FROM ({parts[0]}) WHERE id NOT IN ({drafted})"
        if datastreams is not None:
            values["sta_datastreams"] = list(datastreams)
        parts.append(_drafted(values))
    sql = " UNION ALL ".join(part for part in parts if part)
    return Relation(sql, values) if sql else Relation(_empty(), {})


def locate_observation(
    bank: Bank, tables: Tables, number: int
) -> tuple[int, int] | None:
    """Return the datastream and the time [us, UTC] that a number tells, or None.

    There may be no such observation: `observations` has it within a millisecond from
    that time on, if there is one.
    """
    if tables.has_drafts:
        found = bank.engine.execute(
            "SELECT datastream, starts FROM drafted.observation WHERE number = ?",
            [number],
        ).fetchone()
        if found:
            return int(found[0]), int(found[1])
    return split_number(number)


def _published(
    bank: Bank,
    tables: Tables,
    as_of: AsOf | None,
    datastreams: Sequence[int] | None,
    values: dict[str, object],
) -> str:
    series = _series(bank, tables, datastreams)
    relation = standing(bank, series, bank.cutoffs(as_of))
    if not relation.sql:
        return ""
    values |= relation.values
    # Bounds first: they keep DuckDB from reading most of the files.
    figures = f"SELECT * FROM ({relation.sql}) WHERE {_within('t', values)}"
    return (
        f"SELECT {number_sql('d.number', 'f.t')} AS id, "
        f'f.t AS "phenomenonTime_start", {_END} AS "phenomenonTime_end", '
        f'NULL::TIMESTAMP AS "resultTime", {_value(series)} AS result, '
        'NULL::JSON AS result_json, q.said::JSON AS "resultQuality", '
        'NULL::TIMESTAMP AS "validTime_start", NULL::TIMESTAMP AS "validTime_end", '
        f"{_PARAMETERS} AS parameters, d.number AS datastream, d.foi AS feature "
        f"FROM ({figures}) f JOIN published.datastream d ON d.series_id = f.series_id "
        "JOIN published.quality q ON q.grade = f.grade AND q.status = f.status "
        "AND q.censor = f.censor"
    )


def _series(
    bank: Bank, tables: Tables, datastreams: Sequence[int] | None
) -> list[Series]:
    table = tables.name("datastreams")
    if datastreams is None:
        ids = bank.engine.sql(f"SELECT series_id FROM {table}").fetchall()
    else:
        ids = bank.engine.execute(
            f"SELECT series_id FROM {table} WHERE id IN (SELECT unnest(?))",
            [list(datastreams)],
        ).fetchall()
    wanted = {one for (one,) in ids if one is not None}
    if len(wanted) <= _FEW:
        marks = ", ".join("?" * len(wanted))
        return bank.catalogue.series(f"series_id IN ({marks})", (*wanted,))
    return [one for one in bank.catalogue.series() if one.id in wanted]


def _within(time: str, values: Mapping[str, object]) -> str:
    """Return the condition that a column of times lies within the bounds."""
    parts = ["true"]
    if "sta_from" in values:
        parts.append(f"{time} >= make_timestamp($sta_from)")
    if "sta_to" in values:
        parts.append(f"{time} < make_timestamp($sta_to)")
    return " AND ".join(parts)


def _drafted(values: Mapping[str, object]) -> str:
    chosen = (
        " AND datastream IN (SELECT unnest($sta_datastreams))"
        if "sta_datastreams" in values
        else ""
    )
    return (
        'SELECT number AS id, make_timestamp(starts) AS "phenomenonTime_start", '
        'make_timestamp(ends) AS "phenomenonTime_end", '
        'make_timestamp(result_time) AS "resultTime", result, '
        'result_json::JSON AS result_json, quality::JSON AS "resultQuality", '
        'make_timestamp(valid_from) AS "validTime_start", '
        'make_timestamp(valid_to) AS "validTime_end", '
        "parameters::JSON AS parameters, datastream, feature "
        f"FROM drafted.observation WHERE is_held{chosen} "
        f"AND {_within('make_timestamp(starts)', values)}"
    )


def _value(series: Sequence[Series]) -> str:
    """Return the value in the datastream's present unit, where it ever had another."""
    cases = []
    for one in series:
        now = one.units[-1][1]
        for place, (_, unit) in enumerate(one.units[:-1]):
            if is_same_unit(unit, now):
                continue
            zero, hundred = convert(np.array([0.0, 100.0]), unit, now).tolist()
            until = one.units[place + 1][0]
            cases.append(
                f"WHEN f.series_id = {one.id} AND f.release < {until} "
                f"THEN f.value * {(hundred - zero) / 100!r} + {zero!r}"
            )
    return f"CASE {' '.join(cases)} ELSE f.value END" if cases else "f.value"


def _empty() -> str:
    columns = ", ".join(f"NULL::{type_} AS {name}" for name, type_ in _COLUMNS.items())
    return f"SELECT {columns} WHERE false"
