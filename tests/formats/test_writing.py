"""Answers as files: inert in a spreadsheet, exact for a program."""

import csv
import io
import json
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet
import pytest

from waternet.formats.writing import write_csv, write_json, write_parquet
from waternet.observation.table import SCHEMA, make_table


def as_csv(table):
    sink = io.BytesIO()
    write_csv(table, sink)
    return list(csv.reader(io.StringIO(sink.getvalue().decode(), newline="")))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-1+1", "-", "-2a"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_inert(text):
    assert as_csv(pa.table({"a": [text]}))[1] == ["'" + text]


@pytest.mark.parametrize("text", ["-4.02", "-1e-5", "-.5", "a=b", "'quoted'", "", "R"])
def test_other_text_is_left_alone(text):
    assert as_csv(pa.table({"a": [text], "b": ["x"]}))[1][0] == text


def test_a_heading_can_be_a_formula_too():
    assert as_csv(pa.table({"=1+1": [1]}))[0] == ["'=1+1"]


def test_negative_numbers_nulls_and_floats_survive_exactly():
    values = [-272.19, None, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0]
    found = [row[0] for row in as_csv(pa.table({"v": values, "w": [1] * 6}))[1:]]
    assert [float(text) if text else None for text in found] == values


def test_times_are_utc_and_say_so():
    times = pa.array([datetime(1968, 5, 12, 9), None], pa.timestamp("us"))
    assert as_csv(pa.table({"t": times, "n": [1, 2]}))[1:] == [
        ["1968-05-12T09:00:00Z", "1"],
        ["", "2"],
    ]


def test_fractions_of_a_second_are_kept():
    times = pa.array([datetime(2015, 1, 1, 0, 0, 0, 125000)], pa.timestamp("us"))
    [[text]] = as_csv(pa.table({"t": times}))[1:]
    assert datetime.fromisoformat(text).microsecond == 125_000


def observations():
    return make_table(
        datastream=["a", "b"],
        time=[datetime(2015, 1, 1), datetime(2015, 1, 2)],
        value=[-1.5, None],
        qualifier=["=R", None],
    )


def test_json_has_iso_times_and_nulls():
    sink = io.BytesIO()
    write_json(observations(), sink)
    first, second = json.loads(sink.getvalue())
    assert first["time"] == "2015-01-01T00:00:00Z"
    assert (first["value"], first["qualifier"]) == (-1.5, "=R")
    assert (second["value"], second["end"]) == (None, None)


def test_json_of_nothing_is_an_empty_list():
    sink = io.BytesIO()
    write_json(SCHEMA.empty_table(), sink)
    assert json.loads(sink.getvalue()) == []


def test_parquet_keeps_the_schema():
    sink = io.BytesIO()
    write_parquet(observations(), sink)
    table = pyarrow.parquet.read_table(io.BytesIO(sink.getvalue()))
    assert table.schema.equals(SCHEMA)
    assert table.equals(observations())
