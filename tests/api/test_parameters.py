"""Parameters: what a schema says is what is read, and what is refused says why."""

import pytest

from waternet.api.operation import Operation, Parameter
from waternet.api.parameters import ParameterReader
from waternet.errors import NotAcceptable

PARAMETERS = (
    Parameter("well", {"type": "string"}, "The well.", "path", required=True),
    Parameter("top", {"type": "integer", "minimum": 1, "maximum": 10}, "So many."),
    Parameter("level", {"type": "number"}, "A level."),
    Parameter("count", {"type": "boolean"}, "With a count."),
    Parameter("form", {"type": "string", "enum": ["json", "csv"]}, "The form."),
    Parameter("ids", {"type": "array", "items": {"type": "string"}}, "Which ones."),
    Parameter("Prefer", {"type": "string"}, "A wish.", "header"),
)


def read(query="", path=None, headers=None, *, is_open=False, more=()):
    operation = Operation(
        "GET",
        "/wells/{well}",
        "well",
        "wells",
        "A well.",
        lambda asked: asked,
        parameters=(*PARAMETERS, *more),
        is_open=is_open,
    )
    return ParameterReader(operation).read(query, path or {}, headers or {})


def test_values_have_the_types_of_their_schemas():
    query = "top=5&level=-214.87&count=true&form=csv&ids=a,b%2Cc&ids=d"
    assert read(query, {"well": "AL1"}, {"prefer": "less"}) == {
        "well": "AL1",
        "top": 5,
        "level": -214.87,
        "count": True,
        "form": "csv",
        "ids": ["a", "b", "c", "d"],
        "Prefer": "less",
    }


def test_what_is_left_out_or_left_empty_is_absent():
    assert read("top=&form=") == {}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("top=0", "'top': expected a whole number from 1 up to 10, got '0'"),
        ("top=11", "'top': expected a whole number from 1 up to 10, got '11'"),
        ("top=1.5", "'top': expected a whole number from 1 up to 10, got '1.5'"),
        ("top=" + "9" * 5000, "'top': expected a whole number"),
        ("top=%D9%A3", "'top': expected a whole number"),  # 3 in Arabic-Indic digits
        ("level=nan", "'level': expected a number, got 'nan'"),
        ("level=1e999", "'level': expected a number, got '1e999'"),
        ("count=maybe", "'count': expected true or false, got 'maybe'"),
        ("form=xml", "'form': expected one of json, csv, got 'xml'"),
        ("top=1&top=2", "'top' is given twice"),
        ("tap=1", "unknown query parameter 'tap'"),
        ("ids=" + "a," * 1001, "'ids': expected 0 to 1000 items"),
        ("ids=" + "a" * 4097, "'ids': expected 0 to 4096 characters"),
        ("form=%FF", "not UTF-8"),
        ("form=%00", "NUL"),
        ("&".join(f"a{n}=1" for n in range(300)), "at most 200 query parameters"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(query, said):
    with pytest.raises(NotAcceptable) as refused:
        read(query)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 400


def test_an_open_operation_receives_what_it_did_not_name():
    assert read("$filter=id+eq+1", is_open=True) == {"$filter": "id eq 1"}


def test_a_required_parameter_that_is_lacking_is_named():
    box = Parameter("bbox", {"type": "string"}, "West, south, east, north.", "query")
    required = Parameter(box.name, box.schema, box.about, required=True)
    with pytest.raises(NotAcceptable, match="no query parameter 'bbox'"):
        read("top=1", more=(required,))
