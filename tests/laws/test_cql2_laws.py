"""Laws: a filter is true of a row where a plain reading of it is."""

import operator
import string

import numpy as np
import orjson
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from waternet.api.cql2.filter import Columns, apply_filter
from waternet.api.cql2.text import parse_text
from waternet.api.cql2.tree import parse_json
from waternet.errors import NotAcceptable

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "a": st.none() | st.integers(-2, 2).map(float),
            "b": st.none() | st.integers(-2, 2).map(float),
            "s": st.none() | st.sampled_from(["x", "y", "xy"]),
        }
    ),
    max_size=5,
)
NUMBER = st.sampled_from(["a", "b"]).map(lambda one: {"property": one}) | st.integers(
    -2, 2
)
TEXT = st.just({"property": "s"}) | st.sampled_from(["x", "y"])
COMPARED = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def op(name, *operands):
    return st.builds(lambda *args: {"op": name, "args": list(args)}, *operands)


SIMPLE = st.one_of(
    *(op(name, NUMBER, NUMBER) for name in COMPARED),
    *(op(name, TEXT, TEXT) for name in ("=", "<>")),
    op("in", NUMBER, st.lists(NUMBER, min_size=1, max_size=3)),
    op("in", TEXT, st.lists(TEXT, min_size=1, max_size=3)),
    op("between", NUMBER, NUMBER, NUMBER),
    op("isNull", NUMBER),
)
TREES = st.recursive(
    SIMPLE,
    lambda below: (
        op("not", below) | op("and", below, below) | op("or", below, below, below)
    ),
    max_leaves=6,
)


def plainly(tree, row):
    """Return True, False or None (not known), reading the tree row by row."""
    if not isinstance(tree, dict):
        return tree
    if "property" in tree:
        return row[tree["property"]]
    name, operands = tree["op"], tree["args"]
    if name == "in":
        left = plainly(operands[0], row)
        return _either([_same(left, plainly(one, row)) for one in operands[1]])
    values = [plainly(one, row) for one in operands]
    if name == "not":
        return None if values[0] is None else not values[0]
    if name == "and":
        return False if False in values else None if None in values else True
    if name == "or":
        return _either(values)
    if name == "isNull":
        return values[0] is None
    if name == "between":
        low = _held(">=", values[0], values[1])
        high = _held("<=", values[0], values[2])
        return False if False in (low, high) else None if None in (low, high) else True
    return _held(name, *values)


def _either(values):
    return True if True in values else None if None in values else False


def _same(left, right):
    return _held("=", left, right)


def _held(name, left, right):
    return None if left is None or right is None else COMPARED[name](left, right)


def columns(rows):
    kinds = {"a": pa.float64(), "b": pa.float64(), "s": pa.string()}
    values = {
        name: pa.array([row[name] for row in rows], kind)
        for name, kind in kinds.items()
    }
    return Columns(len(rows), values)


@settings(max_examples=60)
@given(TREES, ROWS)
@example({"op": "in", "args": [1, [{"property": "a"}]]}, [])
def test_a_filter_is_true_where_a_plain_reading_of_it_is(tree, rows):
    found = apply_filter(tree, columns(rows)).tolist()
    assert found == [plainly(tree, row) is True for row in rows]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["a", "s", "x", "..", "2015-01-01", "2015-01-01T00:00:00Z"]),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("op", "args", "property", "date", "timestamp", "interval"),
                    *("bbox", "type", "coordinates", "geometries"),
                ]
            ),
            below,
            max_size=2,
        )
        | st.fixed_dictionaries(
            {
                "op": st.sampled_from(
                    [
                        *COMPARED,
                        *("and", "or", "not", "in", "like", "between", "isNull"),
                        *("casei", "accenti", "+", "-", "/", "%", "div", "^"),
                        *("s_within", "t_after", "t_during", "a_contains", "f"),
                    ]
                ),
                "args": st.lists(below, max_size=3),
            }
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(JSON, ROWS)
def test_any_json_is_a_filter_or_refused(tree, rows):
    try:
        found = apply_filter(parse_json(orjson.dumps(tree)), columns(rows))
    except NotAcceptable:
        return
    assert found.dtype == np.bool_
    assert len(found) == len(rows)


WORDS = st.lists(
    st.sampled_from(
        [
            *("a", "s", "'x'", "1", "-2.5e3", "(", ")", ",", "AND", "OR", "NOT", "IN"),
            *("LIKE", "BETWEEN", "IS", "NULL", "=", "<>", "+", "*", "/", "div", "^"),
            *("CASEI", "DATE", "INTERVAL", "'2015-01-01'", "POINT", "BBOX", "TRUE"),
            *("S_WITHIN", "T_AFTER", "A_EQUALS", '"a"', "''", ";", "--", "\u05d0"),
        ]
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=150)
@given(WORDS | st.text(string.printable, max_size=30), ROWS)
@example("a < 99999999999999999999", [])
@example("a < 1" + "0" * 400, [])
def test_any_text_is_a_filter_or_refused(text, rows):
    try:
        found = apply_filter(parse_text(text), columns(rows))
    except NotAcceptable:
        return
    assert len(found) == len(rows)
