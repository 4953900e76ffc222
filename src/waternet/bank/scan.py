"""The rows that stand at some moment as a relation for DuckDB to scan.

What `rows` reads for a few series, this says in SQL for many; a law holds the two
against one model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

import pyarrow as pa

from waternet.bank.catalogue import Series
from waternet.bank.files import Fragment
from waternet.bank.store import Bank

__all__ = ["Relation", "ask", "party_files", "standing", "time_bounds"]

Values: TypeAlias = dict[str, object]
Cutoffs: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Relation:
    """A subquery and the values bound in it; no text where no file has a row."""

    sql: str = ""
    values: Values = field(default_factory=dict)


def ask(bank: Bank, sql: str, values: Values) -> pa.Table:
    """Return DuckDB's answer; lists and numbers in `values` are bound, never spelt."""
    return bank.engine.sql(sql, params=values).to_arrow_table()


def standing(
    bank: Bank,
    series: Iterable[Series],
    cutoffs: Cutoffs,
    since: int | None = None,
    *,
    is_counted: bool = False,
) -> Relation:
    """Return every column of the figures of `series` that stand at the cutoffs.

    Parameters
    ----------
    since : int [us since 1970, UTC], or None
        Leave out what is earlier.
    is_counted : bool
        Only how many there are is asked: nobody looks at a figure.
    """
    ordered = sorted(series, key=lambda one: (one.party, one.id))
    if not is_counted:
        bank.look_at(ordered)
    parts, values = list[str](), Values()
    for number, (party, ones) in enumerate(groupby(ordered, lambda one: one.party)):
        part = _of_party(bank, list(ones), cutoffs.get(party, -1), f"p{number}")
        if part.sql:
            parts.append(part.sql)
            values |= part.values
    if not parts:
        return Relation()
    sql = " UNION ALL ".join(parts)
    if since is not None:
        sql = f"SELECT * FROM ({sql}) WHERE t >= make_timestamp($since)"
        values["since"] = since
    return Relation(sql, values)


def party_files(bank: Bank, series: list[Series]) -> list[Fragment]:
    """Return the live files that may hold rows of `series`, all of one party."""
    first, last = series[0].id, series[-1].id
    fragments = bank.view().fragments
    return [
        one
        for bucket in dict.fromkeys(one.bucket for one in series)
        for one in fragments.get(bucket, ())
        if one.first <= last and one.last >= first
    ]


def time_bounds(bank: Bank, series: Iterable[Series]) -> tuple[int, int]:
    """Return a span [us since 1970, UTC] outside which `series` have no row."""
    ordered = sorted(series, key=lambda one: (one.party, one.id))
    bounds = [
        bank.files.time_bounds(file)
        for _, ones in groupby(ordered, lambda one: one.party)
        for file in party_files(bank, list(ones))
    ]
    if not bounds:
        return 0, 0
    return min(start for start, _ in bounds), max(end for _, end in bounds)


def _of_party(bank: Bank, series: list[Series], cutoff: int, name: str) -> Relation:
    files = party_files(bank, series)
    hidden = bank.view().hidden
    # Where a row is hidden, what it replaced stands: every revision there is fresh.
    fresh = [one for one in files if one.is_tail or one.bucket in hidden]
    crowded = {one.bucket for one in fresh}
    sets = {
        "plain": [one for one in files if one.bucket not in crowded],
        "base": [one for one in files if one.bucket in crowded and one not in fresh],
        "tail": fresh,
    }
    values: Values = {
        f"{name}_{kind}": [str(bank.table.folder / one.path) for one in ones]
        for kind, ones in sets.items()
        if ones
    }
    if not values:
        return Relation()
    values[f"{name}_cut"] = cutoff
    wanted = _wanted(bank, series, name, values)
    shown = wanted + _shown(crowded, hidden, name, values)
    kept = wanted + _kept(bank, series[0].party, cutoff, name, values)
    untouched = f"release <= ${name}_cut AND superseded > ${name}_cut"
    selects = []
    if sets["plain"]:
        selects.append(f"FROM read_parquet(${name}_plain) WHERE {untouched}{kept}")
    tail = (
        f"(FROM read_parquet(${name}_tail) WHERE release <= ${name}_cut{shown} "
        "QUALIFY row_number() OVER "
        "(PARTITION BY series_id, t ORDER BY release DESC) = 1)"
    )
    if sets["base"]:
        selects.append(
            f"FROM (FROM read_parquet(${name}_base) WHERE {untouched}{kept}) "
            f"ANTI JOIN {tail} USING (series_id, t)"
        )
    if sets["tail"]:
        selects.append(f"FROM {tail} WHERE true{kept}")
    return Relation(" UNION ALL ".join(f"({select})" for select in selects), values)


def _wanted(bank: Bank, series: list[Series], name: str, values: Values) -> str:
    """Return the condition for the series asked for, unless all of them are."""
    known = bank.catalogue.rows(
        "SELECT count(*) FROM series WHERE party = ? AND last IS NOT NULL",
        (series[0].party,),
    )
    if known[0][0] == len(series):
        return ""
    values |= {
        f"{name}_first": series[0].id,
        f"{name}_last": series[-1].id,
        f"{name}_ids": [one.id for one in series],
    }
    return (
        f" AND series_id BETWEEN ${name}_first AND ${name}_last"
        f" AND series_id IN (SELECT unnest(${name}_ids))"
    )


def _shown(
    buckets: Iterable[int],
    hidden: Mapping[int, Sequence[int]],
    name: str,
    values: Values,
) -> str:
    """Return the condition that leaves out what the bank's reader may not read."""
    releases = {one for bucket in buckets for one in hidden.get(bucket, ())}
    if not releases:
        return ""
    values[f"{name}_hidden"] = sorted(releases)
    return f" AND NOT list_contains(${name}_hidden, release)"


def _kept(bank: Bank, party: str, cutoff: int, name: str, values: Values) -> str:
    """Return the condition that leaves out figures taken back or withdrawn."""
    withdrawn = bank.view().withdrawn(party, cutoff)
    if not withdrawn:
        return " AND value IS NOT NULL"
    values[f"{name}_withdrawn"] = withdrawn
    return f" AND value IS NOT NULL AND NOT list_contains(${name}_withdrawn, release)"
