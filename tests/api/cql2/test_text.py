"""CQL2 text becomes the JSON that the standard gives for it."""

import pytest

from waternet.api.cql2.text import parse_text
from waternet.api.cql2.tree import MOST_BYTES, parse_json, verify_tree
from waternet.errors import NotAcceptable


def prop(name):
    return {"property": name}


def op(name, *arguments):
    return {"op": name, "args": list(arguments)}


# Spelt after the pairs of text and JSON in OGC 21-065r2, clauses 6 and 7 and annex of
# examples: the number of the pair that shows the same thing stands beside it.
PAIRS = {
    "kind='well'": op("=", prop("kind"), "well"),  # clause 6, 2a
    "depth-150.0 > 0": op(">", op("-", prop("depth"), 150.0), 0),  # clause 6, 2c
    "last >= date('1970-01-01')": op(">=", prop("last"), {"date": "1970-01-01"}),
    "geometry IS NOT NULL": op("not", op("isNull", prop("geometry"))),  # clause 6, 3
    "name LIKE 'Ein%'": op("like", prop("name"), "Ein%"),  # clause 7, 1
    "depth BETWEEN 100.0 and 150.0": op("between", prop("depth"), 100.0, 150.0),
    "kind NOT IN ('well','lake')": op(
        "not", op("in", prop("kind"), ["well", "lake"])
    ),  # clause 7, 3b
    "CASEI(name) IN (CASEI('Οδος'),casei('Straße'))": op(
        "in", op("casei", prop("name")), [op("casei", "Οδος"), op("casei", "Straße")]
    ),  # clause 7, 4
    "S_INTERSECTS(geometry,POINT(36.3 32.2))": op(
        "s_intersects",
        prop("geometry"),
        {"type": "Point", "coordinates": [36.3, 32.2]},
    ),  # clause 7, 7
    "T_DURING(INTERVAL(first, last), INTERVAL('2015-01-01', '..'))": op(
        "t_during",
        {"interval": [prop("first"), prop("last")]},
        {"interval": ["2015-01-01", ".."]},
    ),  # clause 7, 13
    "A_CONTAINS(x:ids, ('a','b'))": op("a_contains", prop("x:ids"), ["a", "b"]),
    "a_containedBy(ids, ('a'))": op("a_containedBy", prop("ids"), ["a"]),
    "A_EQUALS((), ids)": op("a_equals", [], prop("ids")),
    "S_WITHIN(at,BBOX(-118,33.8,-117.9,34))": op(
        "s_within", prop("at"), {"bbox": [-118, 33.8, -117.9, 34]}
    ),  # example 23
    "a=1 AND b=2 OR NOT (c<5)": op(
        "or",
        op("and", op("=", prop("a"), 1), op("=", prop("b"), 2)),
        op("not", op("<", prop("c"), 5)),
    ),  # examples 17, 18
    'NOT "v" BETWEEN 1 AND 2': op("not", op("between", prop("v"), 1, 2)),  # 38
    'v = - a * 2.0 + "b" / 6 - "x" ^ 2': op(
        "=",
        prop("v"),
        op(
            "-",
            op(
                "+",
                op("*", op("*", -1, prop("a")), 2.0),
                op("/", prop("b"), 6),
            ),
            op("^", prop("x"), 2),
        ),
    ),  # example 85
    "1 = (a div 2)": op("=", 1, op("div", prop("a"), 2)),  # example 78
    "0 = a % 2": op("=", 0, op("%", prop("a"), 2)),
    "T_FINISHEDBY(a, b)": op("t_finishedBy", prop("a"), prop("b")),
    "S_EQUALS(MULTIPOINT ((1 -0.5), (2 3)), g)": op(
        "s_equals",
        {"type": "MultiPoint", "coordinates": [[1, -0.5], [2, 3]]},
        prop("g"),
    ),  # example 83
    "S_WITHIN(POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1)), g)": op(
        "s_within",
        {
            "type": "Polygon",
            "coordinates": [[[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 1]]],
        },
        prop("g"),
    ),  # example 49
    "S_EQUALS(GEOMETRYCOLLECTION(POINT(1 2), POINT(3 4)), g)": op(
        "s_equals",
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Point", "coordinates": [1, 2]},
                {"type": "Point", "coordinates": [3, 4]},
            ],
        },
        prop("g"),
    ),  # example 84
    "name LIKE CASEI('FOO%')": op("like", prop("name"), op("casei", "FOO%")),  # 86
    "name='O''Brien' OR name='O\\'Brien'": op(
        "or", op("=", prop("name"), "O'Brien"), op("=", prop("name"), "O'Brien")
    ),  # both ways to write an apostrophe, rule escapeQuote
    "اسم = 'بئر'": op("=", prop("اسم"), "بئر"),
    "date = 'x' and point = 'y' and d = true": op(
        "and",
        op("=", prop("date"), "x"),
        op("=", prop("point"), "y"),
        op("=", prop("d"), True),
    ),
    "Foo(a, 1.5E3, FALSE) = TRUE": op("=", op("Foo", prop("a"), 1500.0, False), True),
}


@pytest.mark.parametrize("text", PAIRS)
def test_text_becomes_the_json_of_the_standard(text):
    assert parse_text(text) == PAIRS[text]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kind = 'well", "character 8"),
        ("kind = ", "character 8"),
        ("", "character 1"),
        ("kind = 'a' AND", "character 15"),
        ("kind == 'a'", "character 7"),
        ("1; DROP TABLE place", "character 2"),
        ("POINT(1)", "character 8"),
        ("a = \x00", "character 5"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(text, place):
    with pytest.raises(NotAcceptable, match=place):
        parse_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1_500 + "a=1" + ")" * 1_500,  # brackets alone make no tree deeper
        "a IN (" + ",".join(["1"] * 1_500) + ")",
    ],
)
def test_a_long_filter_is_read(text):
    assert parse_text(text)


@pytest.mark.parametrize(
    "text",
    ["NOT " * 900 + "a=1", "a=" + "1+" * 1_900 + "1", "a=" + "-(b)" * 5 + "x" * 4_096],
)
def test_a_filter_that_is_too_deep_or_too_long_is_refused(text):
    with pytest.raises(NotAcceptable, match="expected a filter of at most"):
        parse_text(text)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (b"{", "not JSON"),
        (b"[" * 30_000, "not JSON|deep"),
        (b'{"op":"not","args":[' * 1_000 + b"true" + b"]}" * 1_000, "deep|JSON"),
        (b" " * (MOST_BYTES + 1), "bytes"),
        (b'{"op": "="}', "no part of a filter"),
        (b'{"op": 5, "args": []}', "no part of a filter"),
        (b'{"function": {"name": "x"}}', "no part of a filter"),
        (b'{"op": "=", "args": [null, 1]}', "null"),
    ],
)
def test_json_that_is_no_filter_is_refused(written, message):
    with pytest.raises(NotAcceptable, match=message):
        parse_json(written)


def test_every_pair_is_a_tree_within_bounds():
    for tree in PAIRS.values():
        verify_tree(tree)
