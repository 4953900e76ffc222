"""How figures came to be what they are: a figure's history, changes of a period."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from waternet.bank.catalogue import Series
from waternet.bank.files import CURRENT
from waternet.bank.labels import label, to_microseconds
from waternet.bank.rows import read_every_row
from waternet.bank.scan import ask, party_files, standing
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.quantity import convert

__all__ = ["get_changes", "get_history"]

_FIGURE = ("value", "censor", "grade", "status")
_KEY = [("series_id", pa.int32()), ("t", pa.timestamp("us")), ("change", pa.string())]
_CODES = [(name, pa.int8()) for name in _FIGURE[1:]]
_ENTRY = [
    ("release", pa.int32()),
    ("issued", pa.timestamp("us")),
    ("kind", pa.string()),
    ("reason", pa.string()),
]
_HISTORY = pa.schema([*_KEY, ("value", pa.float64()), *_CODES, *_ENTRY])
_CHANGES = pa.schema(
    [
        *_KEY,
        ("old_value", pa.float64()),
        ("value", pa.float64()),
        *((f"old_{name}", kind) for name, kind in _CODES),
        *_CODES,
        ("old_release", pa.int32()),
        *_ENTRY,
    ]
)
_DIFFERENCE = """
WITH gone AS (
    SELECT unnest($gone_release)::INTEGER AS release,
           unnest($gone_number)::INTEGER AS number
), changed_unit AS (
    SELECT unnest($unit_series)::INTEGER AS series_id,
           unnest($unit_since)::INTEGER AS since
), old AS ({old}), new AS (
    FROM read_parquet($files) WHERE release > $start AND release <= $end
    AND NOT list_contains($hidden, release)
    QUALIFY row_number() OVER (PARTITION BY series_id, t ORDER BY release DESC) = 1
), pair AS (
    SELECT n.series_id, n.t, o.value AS old_value, n.value,
           o.censor AS old_censor, o.grade AS old_grade, o.status AS old_status,
           n.censor, n.grade, n.status, o.release AS old_release, n.release
    FROM new n LEFT JOIN old o USING (series_id, t)
    UNION ALL
    SELECT series_id, t, value, NULL, censor, grade, status, NULL, NULL, NULL,
           release, NULL
    FROM old ANTI JOIN new USING (series_id, t)
    WHERE release IN (SELECT release FROM gone)
), told AS (
    SELECT pair.*, gone.number AS withdrawn_by, CASE
        WHEN pair.release IS NOT NULL AND value IS NULL THEN 'taken back'
        WHEN gone.number IS NOT NULL THEN 'withdrawn'
        WHEN old_release IS NULL THEN 'new'
        ELSE 'changed' END AS change,
        EXISTS (FROM changed_unit u WHERE u.series_id = pair.series_id
                AND u.since > old_release AND u.since <= pair.release) AS other_unit
    FROM pair LEFT JOIN gone ON gone.release = coalesce(pair.release, old_release)
)
SELECT series_id, t, change, old_value,
       CASE WHEN change = 'withdrawn' THEN NULL ELSE value END AS value,
       old_censor, old_grade, old_status, censor, grade, status, old_release,
       CASE WHEN change = 'withdrawn' THEN withdrawn_by ELSE release END AS release
FROM told
WHERE change = 'new'
   OR (change IN ('taken back', 'withdrawn') AND old_release IS NOT NULL)
   OR (change = 'changed' AND (other_unit OR
       (old_value, old_censor, old_grade, old_status)
       IS DISTINCT FROM (value, censor, grade, status)))
ORDER BY series_id, t
"""


def get_history(bank: Bank, datastream: str, time: datetime) -> pa.Table:
    """Return everything that its owner ever said of one figure.

    Parameters
    ----------
    datastream : address 'party:name'
    time : datetime
        With time zone; the figure's own time exactly.

    Returns
    -------
    pyarrow.Table, (n,), by release
        party, datastream, unit, time, change ('published', 'revised', 'taken back',
        'withdrawn'), value, censor, grade, status, release, issued, kind, reason.
        A withdrawal is a row of its own, without a value.

    Raises
    ------
    NotFound
        No such datastream, or no figure of it at that time, ever.
    """
    (series,) = choose_series(bank, [datastream])
    rows = read_every_row(bank, series, to_microseconds(time, 0)).to_pylist()
    if not rows:
        raise NotFound(
            f"{datastream!r} never had a figure at {time.isoformat()}",
            hint="'waternet observations' shows the times that have one",
        )
    told: list[dict[str, Any]] = []
    for row in rows:
        change = "revised" if told else "published"
        told.append(
            {
                "change": "taken back" if row["value"] is None else change,
                **{name: row[name] for name in _FIGURE},
                "release": row["release"],
            }
        )
    told += _withdrawals(bank, series.party, told)
    told.sort(key=lambda one: one["release"])
    entries = entries_of(bank, series.party)
    for one in told:
        one.update(series_id=series.id, t=rows[0]["t"], **entries[one["release"]])
    return label(pa.Table.from_pylist(told, schema=_HISTORY), [series])


def get_changes(
    bank: Bank,
    party: str,
    from_release: int,
    to_release: int,
    datastreams: Collection[str] | None = None,
) -> pa.Table:
    """Return how a party's figures after one entry differ from those after another.

    Parameters
    ----------
    from_release, to_release : int
        Entries of its log; -1 is before the first.
    datastreams : collection of str, or None
        Names of those that are looked at, where a caller knows that no other changed;
        names that the reader may not know of are passed over. None for all.

    Returns
    -------
    pyarrow.Table, (n,), by datastream and time
        party, datastream, unit, time, change ('new', 'changed', 'taken back',
        'withdrawn'), old_value (in `unit`, as value is; null where a correction
        changed the unit to one of another dimension), value, old and new censor,
        grade and status, old_release, release (the entry that made the change),
        issued, kind, reason.
        It is the net difference: a figure that came and went between shows not at
        all. A figure published again unchanged is no change.

    Raises
    ------
    NotFound
        The party has no such entries, or they are not in this order.
    """
    entries = entries_of(bank, party)
    if not -1 <= from_release <= to_release < len(entries):
        raise NotFound(
            f"{party!r} has no entries from {from_release} to {to_release}",
            hint=f"its entries here run from 0 to {len(entries) - 1}"
            if entries
            else "the bank has nothing of this party",
        )
    if datastreams is None:
        series = choose_series(bank, Selection(party=party))
    else:
        series = bank.catalogue.series(
            "s.party = ? AND s.name IN (SELECT value FROM json_each(?))",
            (party, json.dumps(list(datastreams))),
        )
    series = sorted(series, key=lambda one: one.id)
    if not series:
        return label(_CHANGES.empty_table(), series)
    table = _in_new_unit(_difference(bank, series, (from_release, to_release)), series)
    for column in ("issued", "kind", "reason"):
        said = pa.array([entries[i][column] for i in range(len(entries))])
        table = table.append_column(column, said.take(table["release"]))
    return label(table, sorted(series, key=lambda one: one.name))


def _difference(
    bank: Bank, series: list[Series], releases: tuple[int, int]
) -> pa.Table:
    party, (start, end) = series[0].party, releases
    old = standing(bank, series, {party: start})
    withdrawals = [
        one for one in bank.view().withdrawals.get(party, ()) if one.number <= end
    ]
    changed_units = [(one.id, since) for one in series for since, _ in one.units[1:]]
    return ask(
        bank,
        _DIFFERENCE.format(old=old.sql),
        {
            **old.values,
            "files": [
                str(bank.table.folder / one.path) for one in party_files(bank, series)
            ],
            "start": start,
            "end": end,
            "hidden": [-1, *_hidden(bank, series)],
            # No entry is number -1: the lists are never empty, so they have a type.
            "gone_release": [-1, *(one.release for one in withdrawals)],
            "gone_number": [-1, *(one.number for one in withdrawals)],
            "unit_series": [-1, *(one for one, _ in changed_units)],
            "unit_since": [-1, *(since for _, since in changed_units)],
        },
    )


def _hidden(bank: Bank, series: list[Series]) -> set[int]:
    """Return the releases with rows near those of `series` that may not be read."""
    hidden = bank.view().hidden
    return {one for each in series for one in hidden.get(each.bucket, ())}


def _in_new_unit(table: pa.Table, series: list[Series]) -> pa.Table:
    """Express old values in the unit in force at the entry that made the change."""
    changed = [one for one in series if len(one.units) > 1]
    if not changed or not table.num_rows:
        return table
    ids = table["series_id"].to_numpy()
    old = table["old_value"].to_pylist()
    for one in changed:
        for row in np.flatnonzero(ids == one.id).tolist():
            release = table["old_release"][row].as_py()
            if release is not None:
                units = one.unit_at(release), one.unit_at(table["release"][row].as_py())
                old[row] = _converted(old[row], *units)
    place = table.schema.get_field_index("old_value")
    return table.set_column(place, "old_value", pa.array(old, pa.float64()))


def _converted(value: float, unit: str, to: str) -> float | None:
    try:
        return float(convert(np.array([value]), unit, to)[0])
    except NotAcceptable:
        return None


def _withdrawals(
    bank: Bank, party: str, told: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the withdrawals that hit a figure while it stood."""
    numbers = {
        one.release: one.number for one in bank.view().withdrawals.get(party, ())
    }
    ends = [one["release"] for one in told[1:]] + [CURRENT]
    return [
        {"change": "withdrawn", "release": numbers[one["release"]]}
        for one, end in zip(told, ends, strict=True)
        if numbers.get(one["release"], end) < end and one["value"] is not None
    ]


def entries_of(bank: Bank, party: str) -> dict[int, dict[str, Any]]:
    """Return kind, reason and time of issue of each entry taken of a party."""
    return {
        row["number"]: {
            "kind": row["kind"],
            "reason": row["reason"],
            "issued": np.datetime64(row["issued"], "us").item(),
        }
        for row in bank.catalogue.rows(
            "SELECT number, kind, reason, issued FROM entry WHERE party = ? "
            "AND number < ? ORDER BY number",
            (party, bank.position(party)),
        )
    }
