"""Findings as a blob: sorted, bounded, the same bytes for the same findings."""

import io
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.record.entry import Reference
from waternet.record.findings import FINDINGS, read_findings, write_findings
from waternet.record.listing import read_lines, write_lines

ROWS = [
    ("b/level", datetime(2015, 3, 1), "range", 3, 9999.0, None, None),
    ("a/level", datetime(2015, 3, 1), "spike", 2, 1.5, 1.25, None),
    ("a/level", datetime(2015, 1, 1), "gap", 2, None, None, "P3M"),
    ("a/level", datetime(2015, 3, 1), "range", 3, 1.5, None, "learned"),
]


def _table(rows=ROWS):
    columns = [pa.array(one) for one in zip(*rows, strict=True)]
    return pa.table(columns, names=FINDINGS.names).cast(FINDINGS)


def _bytes(table):
    sink = io.BytesIO()
    return write_findings(table, sink), sink.getvalue()


def _kept(tmp_path, content, rows):
    path = tmp_path / "blob"
    path.write_bytes(content)
    return path, Reference("ab" * 32, len(content), rows)


def test_findings_come_back_sorted(tmp_path):
    reference, content = _bytes(_table())
    path, _ = _kept(tmp_path, content, 4)
    read = read_findings(path, reference)
    assert read.schema.equals(FINDINGS)
    assert [tuple(row.values()) for row in read.to_pylist()] == [
        ROWS[2],
        ROWS[3],
        ROWS[1],
        ROWS[0],
    ]


def test_equal_findings_have_equal_bytes():
    whole = _bytes(_table())
    parts = pa.concat_tables([_table(ROWS[2:]), _table(ROWS[:2])])
    assert _bytes(parts) == whole


def test_no_number_in_memory_is_none_in_the_file(tmp_path):
    row = (*ROWS[0][:5], float("nan"), None)
    reference, content = _bytes(_table([row]))
    path, _ = _kept(tmp_path, content, 1)
    assert read_findings(path, reference)["expected"].to_pylist() == [None]


def _parquet(table):
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("lie", "rows"),
    [
        (lambda: b"PAR1 is how it begins", 4),
        (lambda: _parquet(_table()), 4),  # not sorted
        (lambda: _parquet(_table(ROWS[:1])), 2),
        (lambda: _parquet(_table(ROWS[:1]).drop_columns(["note"])), 1),
        (lambda: _parquet(_table([(*ROWS[0][:3], 99, *ROWS[0][4:])])), 1),
        (lambda: _parquet(_table([(*ROWS[0][:4], float("nan"), None, None)])), 1),
        (lambda: _parquet(pa.table([["x"]] * 7, names=FINDINGS.names)), 1),
    ],
)
def test_what_is_no_table_of_findings_is_refused(tmp_path, lie, rows):
    path, reference = _kept(tmp_path, lie(), rows)
    with pytest.raises(NotAcceptable):
        read_findings(path, reference)


@pytest.mark.parametrize("column", ["datastream", "check", "note"])
@pytest.mark.parametrize("text", ["\x1b[2J", "a\u202eb", "x" * 1001])
def test_findings_do_not_carry_hidden_or_endless_text(tmp_path, column, text):
    row = list(ROWS[3])
    row[FINDINGS.names.index(column)] = text
    content = _parquet(_table([row]))
    path, reference = _kept(tmp_path, content, 1)
    with pytest.raises(NotAcceptable, match=f"column '{column}'"):
        read_findings(path, reference)


def test_missing_findings_are_not_found(tmp_path):
    with pytest.raises(NotFound):
        read_findings(tmp_path / "none", Reference("ab" * 32, 1, 1))


def test_lines_keep_their_order(tmp_path):
    sink, lines = io.BytesIO(), [{"z": 1, "a": 0.5}, {"a": "\u05d0"}, {"a": 0.5}]
    reference = write_lines(lines, sink)
    path = tmp_path / "blob"
    path.write_bytes(sink.getvalue())
    assert sink.getvalue().splitlines()[0] == b'{"a":0.5,"z":1}'
    assert list(read_lines(path, reference)) == lines
    with pytest.raises(NotAcceptable, match="nothing to write"):
        write_lines([], sink)
    with pytest.raises(NotAcceptable, match="line 2"):
        write_lines([{"a": 1}, {"a": float("inf")}], sink)


@pytest.mark.parametrize("lie", [{"count": 100_001}, {"bytes": (64 << 20) + 1}])
def test_lines_of_another_party_are_bounded_before_they_are_read(tmp_path, lie):
    path, reference = _kept(tmp_path, b"{}\n", 1)
    with pytest.raises(NotAcceptable, match="more than the"):
        read_lines(path, replace(reference, **lie))


def test_what_nobody_would_read_is_not_written():
    with pytest.raises(NotAcceptable, match="more than the"):
        write_lines(({} for _ in range(100_001)), io.BytesIO())
