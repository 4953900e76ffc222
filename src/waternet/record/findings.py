"""Findings as a blob: what the checks objected to in a release, row by row.

Columns
-------
datastream : dictionary of str
time : timestamp, microseconds, UTC without zone
check : dictionary of str
    The name of the check.
grade : int8
    `Grade` that the check gave.
value : float64 or null
    The figure that it looked at.
expected : float64 or null
    What it would have taken for right, where it can tell.
note : dictionary of str or null
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from waternet.errors import NotAcceptable
from waternet.observation.legible import verify_legible
from waternet.observation.vocabulary import Grade
from waternet.record.fields import Reference
from waternet.record.parquet import read_rows, write_rows

__all__ = ["FINDINGS", "read_findings", "sort_findings", "write_findings"]

_TEXT = pa.dictionary(pa.int32(), pa.string())
FINDINGS = pa.schema(
    [
        pa.field("datastream", _TEXT, nullable=False),
        pa.field("time", pa.timestamp("us"), nullable=False),
        pa.field("check", _TEXT, nullable=False),
        pa.field("grade", pa.int8(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("expected", pa.float64()),
        pa.field("note", _TEXT),
    ]
)
_LONGEST = 1000  # letters of a name or note
_ORDER = [(name, "ascending") for name in FINDINGS.names]


def sort_findings(findings: pa.Table) -> pa.Table:
    """Return findings in `FINDINGS`, sorted by all columns from the left.

    Not a number, in memory the sign of no figure, becomes null.
    """
    return _plain(findings).sort_by(_ORDER).cast(FINDINGS)


def write_findings(findings: pa.Table, sink: BinaryIO) -> Reference:
    """Write findings as Parquet, sorted, and hash them in passing.

    Raises
    ------
    NotAcceptable
        There are none, or one holds what cannot be told.
    """
    findings = sort_findings(findings)
    _verify_findings(findings)
    return write_rows(findings, sink, "findings")


def read_findings(path: Path, reference: Reference) -> pa.Table:
    """Read the findings of a blob that passed `verify_blob`.

    Returns
    -------
    pyarrow.Table in `FINDINGS`

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It does not hold findings, in order, as many as stated; or a text in it is
        hidden or endless.
    """
    findings = read_rows(path, reference, FINDINGS, "findings")
    _verify_findings(findings)
    plain = _plain(findings)
    if not plain.equals(plain.sort_by(_ORDER)):
        raise NotAcceptable("the findings are not sorted")
    return findings


def _plain(findings: pa.Table) -> pa.Table:
    """Return the columns of `FINDINGS` with texts as texts, for sorting."""
    columns = []
    for field in FINDINGS:
        column = findings[field.name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_floating(field.type):
            column = pc.if_else(pc.is_finite(column), column, None)
        columns.append(column)
    return pa.table(columns, names=FINDINGS.names)


def _verify_findings(findings: pa.Table) -> None:
    for field in FINDINGS:
        column = findings[field.name]
        if not field.nullable and column.null_count:
            raise NotAcceptable(f"column {field.name!r} has rows with nothing in them")
        if pa.types.is_floating(field.type) and not _is_finite(column):
            raise NotAcceptable(
                f"column {field.name!r} holds NaN or an infinite number"
            )
        if pa.types.is_dictionary(field.type):
            _verify_texts(field.name, column)
    bounds = pc.min_max(findings["grade"]).as_py()
    least, most = bounds["min"] or 0, bounds["max"] or 0
    if least < 0 or most >= len(Grade):
        raise NotAcceptable("column 'grade' holds a code that is not in use")


def _verify_texts(name: str, column: pa.ChunkedArray) -> None:
    texts = {text for chunk in column.chunks for text in chunk.dictionary.to_pylist()}
    for text in texts:
        if len(text) > _LONGEST:
            raise NotAcceptable(
                f"column {name!r} has a text of {len(text):,} letters, expected "
                f"{_LONGEST:,} at most"
            )
        verify_legible(text, f"column {name!r} of the findings")


def _is_finite(column: pa.ChunkedArray) -> bool:
    return bool(pc.all(pc.is_finite(column), min_count=0).as_py())
