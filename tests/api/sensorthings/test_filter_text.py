"""Filters are read by the grammar of OGC 18-088 and OData 4.0, or refused by place."""

import pytest

from waternet.api.sensorthings.expression import (
    Call,
    Literal,
    Negation,
    Operation,
    Path,
    Sort,
)
from waternet.api.sensorthings.filter_text import LONGEST, read_expression
from waternet.errors import NotAcceptable


def test_and_binds_more_tightly_than_or() -> None:
    # OData 4.0 part 2, section 5.1.1.9.
    found = read_expression("a eq 1 or b eq 2 and c eq 3")
    assert isinstance(found, Operation)
    assert found.operator == "or"
    inner = found.operands[1]
    assert isinstance(inner, Operation)
    assert inner.operator == "and"


def test_products_bind_more_tightly_than_sums() -> None:
    found = read_expression("a sub b mul 2 gt 10")
    assert isinstance(found, Operation)
    assert found.operator == "gt"
    difference = found.operands[0]
    assert isinstance(difference, Operation)
    assert difference.operator == "sub"


def test_not_goes_with_the_whole_comparison() -> None:
    found = read_expression("not a lt 5")
    assert isinstance(found, Negation)
    assert isinstance(found.inner, Operation)


@pytest.mark.parametrize(
    ("text", "sort", "value"),
    [
        ("5", Sort.NUMBER, 5),
        ("-2.5e3", Sort.NUMBER, -2500.0),
        ("'O''Neil'", Sort.TEXT, "O'Neil"),
        ("true", Sort.BOOLEAN, True),
        ("null", Sort.NULL, None),
        ("1970-01-01T02:00:00+02:00", Sort.INSTANT, 0),
        ("1970-01-01T02:00:00 02:00", Sort.INSTANT, 0),  # a plus that was not encoded
        ("1970-01-01T00:00Z", Sort.INSTANT, 0),
        ("1970-01-02", Sort.DATE, 86_400_000_000),
        ("12:00:00", Sort.CLOCK, 43_200_000_000),
        ("duration'P1DT1H'", Sort.DURATION, 90_000_000_000),
        ("1970-01-01T00:00:00Z/1970-01-01T00:00:01Z", Sort.PERIOD, (0, 1_000_000)),
        ("geography'POINT(35.6 32.8)'", Sort.GEOMETRY, "POINT (35.6 32.8)"),
    ],
)
def test_literals(text: str, sort: Sort, value: object) -> None:
    found = read_expression(f"x eq {text}")
    assert isinstance(found, Operation)
    assert found.operands[1] == Literal(sort, value, 6)


def test_a_path_goes_into_arrays() -> None:
    found = read_expression("properties/a[1]/b eq 2")
    assert isinstance(found, Operation)
    assert found.operands[0] == Path(("properties", "a", 1, "b"), 1)


def test_a_function_has_a_dot_in_its_name() -> None:
    found = read_expression("geo.distance(location, geography'POINT(1 2)')")
    assert isinstance(found, Call)
    assert found.name == "geo.distance"


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("result gt", 10, "a value, got the end"),
        ("result gt 5 5", 13, "an operator or the end, got '5'"),
        ("(result gt 5", 13, "')', got the end"),
        ("name eq 'open", 9, "a name, a value or a bracket"),
        ("name eq \x00", 9, "a name, a value or a bracket"),
        ("a/b(c)", 3, "any(…) or all(…) after a path"),
        ("a in b eq 1)", 12, "an operator or the end"),
        ("a in 5", 6, "a list in brackets, or a path"),
        ("a[x] eq 1", 3, "a place in an array"),
        ("duration'soon' eq 1", 1, "'soon' is not a duration"),
        ("duration'P1Y' eq 1", 1, "'P1Y' is not a duration"),
        ("a eq geography'POINT(1'", 6, "'POINT(1' is not well-known text"),
        ("a eq geography'SRID=2039;POINT(1 2)'", 6, "geometries here are in SRID"),
        ("a eq 2021-02-30", 6, "there is no time '2021-02-30'"),
        ("a eq 2021-02-02/2021-02-01", 6, "ends before it starts"),
    ],
)
def test_a_refusal_names_the_place(text: str, at: int, expected: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        read_expression(text)
    assert str(refused.value).startswith(f"at character {at}: ")
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2_000 + "1" + ")" * 2_000,
        "not " * 1_000 + "a",
        "1" + " add 1" * 600 + " eq 5",
        "length(" * 500 + "a" + ")" * 500,
        "a/any(x:" * 300 + "true" + ")" * 300,
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_too_deep_or_long_is_refused_before_it_costs(text: str) -> None:
    with pytest.raises(NotAcceptable):
        read_expression(text)


def test_many_conditions_side_by_side_are_not_deep() -> None:
    found = read_expression(" or ".join(["a eq 1"] * 300))
    assert isinstance(found, Operation)
    assert len(found.operands) == 300
