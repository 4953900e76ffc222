"""Rows as JSON, read back by Python's own reader."""

import json
from datetime import datetime

import pyarrow as pa

from waternet.formats.json_rows import json_rows


def read(table):
    return json.loads(b"[" + b"".join(json_rows(table)) + b"]")


def test_texts_in_any_script_are_read_back_as_they_were():
    texts = ['a"b\\c', "قناة", "תחנה", "\x00\x1f\u2028", "", None, "😀"]
    words = pa.array(texts).dictionary_encode()
    table = pa.table({"text": texts, 'na"me': words})
    assert read(table) == [{"text": text, 'na"me': text} for text in texts]


def test_numbers_keep_every_digit_and_what_json_has_no_number_for_is_null():
    values = [0.1 + 0.2, -0.0, 5e-324, 1.7976931348623157e308, 1e16, 3.0]
    assert [row["v"] for row in read(pa.table({"v": values}))] == values
    none = pa.array([float("nan"), float("inf"), None])
    assert [row["v"] for row in read(pa.table({"v": none}))] == [None] * 3
    whole = pa.array([2**63 - 1, -1], pa.int64())
    assert [row["v"] for row in read(pa.table({"v": whole}))] == [2**63 - 1, -1]


def test_times_are_utc_with_fractions_where_any_has_one():
    times = pa.array([datetime(1968, 5, 12, 9), None], pa.timestamp("us"))
    assert [row["t"] for row in read(pa.table({"t": times}))] == [
        "1968-05-12T09:00:00Z",
        None,
    ]
    parts = pa.array([datetime(2015, 1, 1, 0, 0, 0, 125000)], pa.timestamp("us"))
    assert read(pa.table({"t": parts})) == [{"t": "2015-01-01T00:00:00.125000Z"}]


def test_lists_and_names_by_language_stay_what_they_are():
    names = pa.array([[("ar", "بئر")], None], pa.map_(pa.string(), pa.string()))
    table = pa.table({"names": names, "within": [["a", "b"], []], "ok": [True, None]})
    assert read(table) == [
        {"names": {"ar": "بئر"}, "within": ["a", "b"], "ok": True},
        {"names": None, "within": [], "ok": None},
    ]


def test_rows_are_separated_also_where_they_are_many():
    table = pa.table({"n": list(range(70_000))})
    assert [row["n"] for row in read(table)] == list(range(70_000))
    assert read(table.slice(5, 2)) == [{"n": 5}, {"n": 6}]
    assert read(table.slice(0, 0)) == []
