"""What a filter is true of; its counts over the standard's data are in `vectors`."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
import shapely

from waternet.api.cql2.filter import Columns, apply_filter
from waternet.api.cql2.text import parse_text
from waternet.api.cql2.tree import parse_json
from waternet.errors import NotAcceptable

WELLS = Columns(
    3,
    {
        "name": pa.array(["Bir Zeit", "ענב", None]),
        "depth": pa.array([120.0, None, 35.5]),
        "count": pa.array([4, 0, 7], pa.int64()),
        "first": pa.array(
            [datetime(2015, 1, 1), datetime(2016, 6, 1, 12), None], pa.timestamp("us")
        ),
        "last": pa.array(
            [datetime(2020, 1, 1), datetime(2016, 6, 2), None], pa.timestamp("us")
        ),
        "ids": pa.array([["a", "b"], [], None], pa.list_(pa.string())),
    },
    {"geometry": np.array([shapely.Point(35, 32), shapely.Point(36, 31), None])},
)


def rows(text):
    return np.flatnonzero(apply_filter(parse_text(text), WELLS)).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What is not known is neither: SQL's three values, and CQL2's.
        ("depth > 100", [0]),
        ("NOT depth > 100", [2]),
        ("depth > 100 OR name IS NULL", [0, 2]),
        ("depth NOT IN (120, 1)", [2]),
        ("name NOT IN ('ענב')", [0]),
        ("depth / (count - count) > 1", [0, 2]),  # infinite, not an error
        ("count / 0 = 1", []),
        ("T_INTERSECTS(first, DATE('2016-06-01'))", [1]),
        ("first = DATE('2016-06-01')", [1]),  # at a moment of that day
        ("first <= DATE('2016-06-01')", [0, 1]),
        ("first < DATE('2016-06-01')", [0]),
        ("first > DATE('2016-05-31')", [1]),
        ("T_CONTAINS(INTERVAL(first, last), INTERVAL('2016-01-01','2017-01-01'))", [0]),
        ("T_INTERSECTS(INTERVAL(first, last), INTERVAL('2018-01-01','..'))", [0]),
        ("first BETWEEN DATE('2016-01-01') AND DATE('2017-01-01')", [1]),
        ("A_CONTAINS(ids, ('a'))", [0]),
        ("A_CONTAINEDBY(ids, ('a','b','c'))", [0, 1]),
        ("A_EQUALS(ids, ())", [1]),
        ("A_OVERLAPS(ids, ('b','z'))", [0]),
        ("S_DISJOINT(geometry, BBOX(34,31.5,35.5,33))", [1]),  # no position: unknown
        ("geometry IS NULL", [2]),
        ("S_INTERSECTS(geometry, BBOX(170,-90,-140,90)) OR TRUE", [0, 1, 2]),
        ("CASEI(name) = CASEI('BIR ZEIT')", [0]),
        ("name LIKE 'B_r%'", [0]),
        ("'x' = 'x'", [0, 1, 2]),
        ("TRUE", [0, 1, 2]),
    ],
)
def test_a_filter_is_true_of_these_rows(text, expected):
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("deep > 1", "no property 'deep'"),
        ("depth > 'a'", "cannot hold number against text"),
        ("depth = DATE('2015-01-01')", "cannot hold number against time"),
        ("ids = 'a'", "cannot hold list against text"),
        ("depth", "expected a condition"),
        ("depth + name > 1", "counts with numbers"),
        ("name LIKE depth", "pattern"),
        ("depth LIKE 'a'", "like holds a text"),
        ("CASEI(depth) = 'a'", "spells a text"),
        ("Buffer(geometry, 10, 'm') IS NULL", "no function 'Buffer'"),
        ("S_WITHIN(name, geometry)", "takes geometries, not text"),
        ("S_WITHIN(geometry, POLYGON((0 0, 1 1)))", "not a geometry"),
        ("S_WITHIN(geometry, BBOX(1, 2, 3))", "not a geometry"),
        ("T_AFTER(name, first)", "takes times, not text"),
        ("T_DURING(first, INTERVAL('2015-01-01','..'))", "holds two intervals"),
        ("first > DATE('2015-13-01')", "expected a date or a time"),
        ("first > TIMESTAMP('2015-01-01')", "is no timestamp"),
        ("first > TIMESTAMP('2015-01-01T00:00:00')", "with its zone"),
        ("first > INTERVAL('..','..')", "holds instants"),
        ("A_CONTAINS(name, ('a'))", "is no array"),
        ("name IN ()", "in needs a list|not CQL2"),
    ],
)
def test_what_a_filter_cannot_mean_is_refused(text, message):
    with pytest.raises(NotAcceptable, match=message):
        rows(text)


@pytest.mark.parametrize(
    "written",
    [
        b'{"op": "and", "args": []}',
        b'{"op": "not", "args": []}',
        b'{"op": "=", "args": [{"property": "depth"}]}',
        b'{"op": "between", "args": [{"property": "depth"}, [1, 2]]}',
        b'{"op": "=", "args": [{"property": ["depth"]}, 1]}',
        b'{"op": "=", "args": [{"property": "first"}, {"date": 5}]}',
        b'{"op": "t_after", "args": [{"property": "first"}, {"interval": ["x"]}]}',
        b'{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point"}]}',
        b'{"op": "s_within", "args": [{"property": "geometry"}, {"bbox": "x"}]}',
        b'{"op": "s_within", "args": [{"property": "geometry"}, {"type": "X",'
        b' "coordinates": {"a": 1}}]}',
        b'{"op": "in", "args": [{"property": "depth"}, {"property": "ids"}]}',
        b'{"op": "a_equals", "args": [[[1]], {"property": "ids"}]}',
        b'{"property": "depth"}',
        b"[1]",
        b'"x"',
        b"5",
    ],
)
def test_json_that_means_nothing_is_refused(written):
    with pytest.raises(NotAcceptable):
        apply_filter(parse_json(written), WELLS)


def test_numbers_in_quotes_are_numbers_where_that_is_asked_for():
    lenient = Columns(3, WELLS.values, is_lenient=True)
    tree = parse_text("depth >= '35.5' AND depth IN ('120', '35.5')")
    assert apply_filter(tree, lenient).tolist() == [True, False, True]
