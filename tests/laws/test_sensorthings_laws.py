"""A filter compiled for DuckDB chooses what plain Python chooses by the same filter.

Python's answer is reckoned beside the text, not from the tree that the compiler reads;
what is not known is None, and logic has three values, as in SQL.
"""

import json
import math
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from api.sensorthings.conftest import add, make_tables
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waternet.api.sensorthings.condition import Condition
from waternet.api.sensorthings.filter_text import read_expression
from waternet.api.sensorthings.model import KINDS
from waternet.api.sensorthings.scope import Names, Scope

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDS = st.text("abAB ' אب", max_size=4)
NUMBERS = st.integers(-5, 5) | st.sampled_from([0.5, -2.5, 1.25, 3.0])
HOURS = st.integers(-30, 30)
PATH = "§"  # stands before each path of a text


def _when(hour):
    return EPOCH + timedelta(hours=hour)


@st.composite
def observations(draw):
    number = draw(st.none() | NUMBERS)
    word = draw(WORDS) if number is None else None
    said = draw(st.none() | st.integers(-3, 3) | WORDS | st.booleans())
    return {
        "result": number,
        "word": word,
        "said": said,
        "hour": draw(HOURS),
        "later": draw(st.none() | HOURS),
        "stream": draw(st.sampled_from([None, 1, 2])),
    }


STREAMS = {1: "ab", 2: "B a"}


def _name(one):
    return STREAMS.get(one["stream"])


def _each(fn):
    """Return a function that is None where an argument is."""

    def known(*arguments):
        return None if None in arguments else fn(*arguments)

    return known


def _text(word):
    return "'" + word.replace("'", "''") + "'"


def _said_number(one):
    said = one["said"]
    return None if isinstance(said, bool | str) else said


def _said_text(one):
    said = one["said"]
    return json.dumps(said) if isinstance(said, bool | int) else said


def _literal(value):
    return str(value), lambda _one: value


_half_away = _each(lambda x: math.copysign(math.floor(abs(x) + 0.5), x))
_numbers = st.one_of(
    NUMBERS.map(_literal),
    st.just(("§result", lambda one: one["result"])),
    st.just(("§parameters/said", _said_number)),
)


def _binary(inner, operators, right=None):
    def join(left, operator, right):
        fn = _each(operators[operator])
        text = f"({left[0]} {operator} {right[0]})"
        return text, lambda one: fn(left[1](one), right[1](one))

    signs = st.sampled_from(sorted(operators))
    return st.builds(join, inner, signs, inner if right is None else right)


def _call(name, fn, *inner):
    def make(*arguments):
        known = _each(fn)
        text = f"{name}({', '.join(text for text, _ in arguments)})"
        return text, lambda one: known(*(read(one) for _, read in arguments))

    return st.builds(make, *inner)


_texts = st.one_of(
    WORDS.map(lambda word: (_text(word), lambda _one: word)),
    st.just(("§Datastream/name", _name)),
)


def _more_texts(inner):
    places = st.integers(0, 3).map(_literal)
    return st.one_of(
        _call("tolower", str.lower, inner),
        _call("toupper", str.upper, inner),
        _call("trim", str.strip, inner),
        _call("concat", lambda a, b: a + b, inner, inner),
        _call("substring", lambda a, n: a[n:], inner, places),
        _call("substring", lambda a, n, m: a[n : n + m], inner, places, places),
    )


texts = st.recursive(_texts, _more_texts, max_leaves=3)


def _more_numbers(inner):
    return st.one_of(
        _binary(
            inner,
            {
                "add": lambda a, b: a + b,
                "sub": lambda a, b: a - b,
                "mul": lambda a, b: a * b,
                "div": lambda a, b: a / b if b else None,
                "mod": lambda a, b: math.fmod(a, b) if b else None,
            },
        ),
        _call("floor", math.floor, inner),
        _call("ceiling", math.ceil, inner),
        _call("round", _half_away, inner),
        _call("length", len, texts),
        _call("indexof", lambda a, b: a.find(b), texts, texts),
        _call("hour", lambda hour: hour % 24, _hours()),
    )


def _hours():
    return st.one_of(
        st.just(("§phenomenonTime", lambda one: one["hour"])),
        st.just(("§resultTime", lambda one: one["later"])),
    )


def _times():
    spelt = HOURS.map(
        lambda hour: (f"{_when(hour):%Y-%m-%dT%H:%M:%SZ}", lambda _one: hour)
    )
    moved = st.builds(
        lambda time, hours: (
            f"{time[0]} add duration'PT{hours}H'",
            lambda one: _each(lambda hour: hour + hours)(time[1](one)),
        ),
        _hours(),
        st.integers(0, 40),
    )
    return st.one_of(_hours(), spelt, moved)


numbers = st.recursive(_numbers, _more_numbers, max_leaves=4)
ORDER = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def _is_null(text, read):
    return st.sampled_from(
        [
            (f"{text} eq null", lambda one: read(one) is None),
            (f"{text} ne null", lambda one: read(one) is not None),
        ]
    )


_conditions = st.one_of(
    # Two results compare as text too, where they are none: here one is a number.
    _binary(numbers, ORDER, numbers.map(lambda one: (f"({one[0]} add 0)", one[1]))),
    _binary(texts, ORDER),
    _binary(_times(), ORDER),
    _call("startswith", lambda a, b: a.startswith(b), texts, texts),
    _call("endswith", lambda a, b: a.endswith(b), texts, texts),
    _call("substringof", lambda a, b: a in b, texts, texts),
    _is_null("§Datastream/name", _name),
    _is_null("§resultTime", lambda one: one["later"]),
    _is_null("§parameters/said", lambda one: one["said"]),
    st.lists(st.integers(-3, 3), min_size=1, max_size=3).map(
        lambda some: (
            f"§result in ({', '.join(map(str, some))})",
            lambda one: _each(lambda x: x in some)(one["result"]),
        )
    ),
    WORDS.map(
        lambda word: (
            f"§parameters/said eq {_text(word)}",
            lambda one: _each(lambda x: x == word)(_said_text(one)),
        )
    ),
)


def _and(values):
    return False if False in values else None if None in values else True


def _or(values):
    return True if True in values else None if None in values else False


def _more_conditions(inner):
    some = st.lists(inner, min_size=2, max_size=3)

    def joined(word, meaning):
        return lambda ones: (
            "(" + f" {word} ".join(text for text, _ in ones) + ")",
            lambda one: meaning([read(one) for _, read in ones]),
        )

    return st.one_of(
        some.map(joined("and", _and)),
        some.map(joined("or", _or)),
        inner.map(
            lambda one: (
                f"not ({one[0]})",
                lambda row: _each(lambda x: not x)(one[1](row)),
            )
        ),
    )


conditions = st.recursive(_conditions, _more_conditions, max_leaves=5)


@pytest.fixture(scope="module")
def engine():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    make_tables(connection)
    add(connection, "datastreams", [{"id": n, "name": STREAMS[n]} for n in STREAMS])
    yield connection
    connection.close()


def _fill(engine, some):
    engine.execute("DELETE FROM observations")
    rows = [
        {
            "id": id_,
            "phenomenonTime_start": _when(one["hour"]).replace(tzinfo=None),
            "resultTime": None
            if one["later"] is None
            else _when(one["later"]).replace(tzinfo=None),
            "result": one["result"],
            "result_json": None if one["word"] is None else json.dumps(one["word"]),
            "parameters": json.dumps({"said": one["said"]}),
            "datastream": one["stream"],
        }
        for id_, one in enumerate(some)
    ]
    add(engine, "observations", rows)


def _chosen(engine, kind, text):
    names = Names("main")
    scope = Scope(names, KINDS[kind])
    condition = Condition(scope, lambda: 0).where(read_expression(text))
    sql = f"SELECT {scope.alias}.id FROM {scope.tables} WHERE {condition}"
    found = engine.execute(sql, names.bound_in(sql)).fetchall()
    return {id_ for (id_,) in found}


SETTINGS = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SETTINGS
@given(some=st.lists(observations(), min_size=1, max_size=8), condition=conditions)
def test_a_filter_chooses_what_python_chooses(engine, some, condition):
    text, holds = condition
    _fill(engine, some)
    expected = {id_ for id_, one in enumerate(some) if holds(one) is True}
    asked = text.replace(PATH, "")
    assert _chosen(engine, "Observation", asked) == expected, f"{asked} of {some}"


@SETTINGS
@given(
    some=st.lists(observations(), max_size=8),
    word=st.sampled_from(["any", "all"]),
    condition=_conditions,
)
def test_any_and_all_are_pythons(engine, some, word, condition):
    """Of what a Datastream leads to; every path inside begins with the variable."""
    text, holds = condition
    _fill(engine, some)
    quantified = any if word == "any" else all
    expected = {
        number
        for number in STREAMS
        if quantified(holds(one) is True for one in some if one["stream"] == number)
    }
    asked = f"Observations/{word}(o: {text.replace(PATH, 'o/')})"
    assert _chosen(engine, "Datastream", asked) == expected, f"{asked} of {some}"
