"""What stewards wrote and nobody signed, in the engine of a bank that was lent."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from waternet.api.sensorthings.catalogue_tables import load_table, turn_rows
from waternet.api.sensorthings.geometry import add_geometry_functions
from waternet.bank.store import Bank
from waternet.node.desk import Desk, Stand

__all__ = ["load_drafts"]

_ENTITY = pa.schema(
    [
        ("kind", pa.string()),
        ("number", pa.int64()),
        ("body", pa.string()),
        ("thing", pa.int64()),
        ("sensor", pa.int64()),
        ("observed_property", pa.int64()),
        ("time", pa.int64()),
    ]
)
_LINK = pa.schema(
    [
        ("name", pa.string()),
        ("here", pa.int64()),
        ("there", pa.int64()),
        ("is_held", pa.bool_()),
    ]
)
_OBSERVATION = pa.schema(
    [
        ("number", pa.int64()),
        ("is_held", pa.bool_()),
        ("datastream", pa.int64()),
        ("feature", pa.int64()),
        ("starts", pa.int64()),
        ("ends", pa.int64()),
        ("result_time", pa.int64()),
        ("result", pa.float64()),
        ("result_json", pa.string()),
        ("quality", pa.string()),
        ("valid_from", pa.int64()),
        ("valid_to", pa.int64()),
        ("parameters", pa.string()),
    ]
)


def load_drafts(bank: Bank, desk: Desk, before: Stand | None) -> Stand:
    """Read what was written to the desk since it was as `before`, when read last.

    Returns
    -------
    Stand
        How the desk is now.
    """
    stand = desk.stand()
    if stand == before:
        return stand
    since = -1
    if before is None or before.generation != stand.generation:
        bank.engine.execute("CREATE SCHEMA IF NOT EXISTS drafted")
        add_geometry_functions(bank.engine)
        for name, schema in (
            ("entity", _ENTITY),
            ("link", _LINK),
            ("observation", _OBSERVATION),
        ):
            load_table(bank, f"drafted.{name}", schema.empty_table())
        bank.engine.execute("ALTER TABLE drafted.entity ALTER body TYPE JSON")
    else:
        since = before.sequence
    for name, schema, key in (
        ("entity", _ENTITY, ("kind", "number")),
        ("link", _LINK, ("name", "here", "there")),
        ("observation", _OBSERVATION, ("number",)),
    ):
        rows = desk.rows(
            f"SELECT {', '.join(schema.names)} FROM {name} WHERE sequence > ?", (since,)
        )
        if rows:
            columns = turn_rows(rows, schema.names)
            new = pa.table(
                [pa.array(columns[each.name]).cast(each.type) for each in schema],
                schema=schema,
            )
            _replace(bank, f"drafted.{name}", new, key)
    bank.engine.execute(
        "CREATE OR REPLACE TABLE drafted.span AS SELECT datastream, "
        "make_timestamp(min(starts)) AS first, "
        "make_timestamp(max(coalesce(ends, starts))) AS last, "
        "make_timestamp(min(result_time)) AS result_first, "
        "make_timestamp(max(result_time)) AS result_last, "
        "list(DISTINCT feature) AS features "
        "FROM drafted.observation WHERE is_held GROUP BY datastream"
    )
    return stand


def _replace(bank: Bank, table: str, rows: pa.Table, key: Sequence[str]) -> None:
    same = " AND ".join(f"{table}.{name} = new_rows.{name}" for name in key)
    bank.engine.register("new_rows", rows)
    bank.engine.execute(f"DELETE FROM {table} USING new_rows WHERE {same}")
    bank.engine.execute(f"INSERT INTO {table} FROM new_rows")
    bank.engine.unregister("new_rows")
