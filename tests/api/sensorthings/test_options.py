"""Query options of OGC 18-088, section 9.3, as they are read."""

import pytest

from waternet.api.sensorthings.model import KINDS
from waternet.api.sensorthings.options import Options, read_options
from waternet.errors import NotAcceptable


def _read(query: str, kind: str = "Datastream") -> Options:
    return read_options(query, KINDS[kind])


def test_expansions_nest_and_have_options_of_their_own() -> None:
    # OGC 18-088, section 9.3.3.1, the examples of $expand.
    found = _read(
        "$expand=Datastreams($top=1;$expand=Observations($filter=result%20eq%201;$select=result),ObservedProperty)",
        "Thing",
    )
    (streams,) = found.expand
    assert (streams.name, streams.options.top) == ("Datastreams", 1)
    inner = {one.name: one.options for one in streams.options.expand}
    assert list(inner) == ["Observations", "ObservedProperty"]
    assert inner["Observations"].filter is not None


def test_a_slash_is_an_expansion_within_another() -> None:
    found = _read("$expand=Datastreams/Observations,Datastreams/Sensor", "Thing")
    (streams,) = found.expand
    assert [one.name for one in streams.options.expand] == ["Observations", "Sensor"]


def test_what_pygeoapi_asks_of_datastreams_is_one_expansion_each() -> None:
    # pygeoapi 0.21, provider/sensorthings.py, EXPAND.
    found = _read(
        "%24expand=Sensor%2CObservedProperty%2CThing%2FLocations%2CObservations%28"
        "%24select%3D%40iot.id%3B%24orderby%3DphenomenonTime+desc%29%2C"
        "Observations%2FFeatureOfInterest%28%24select%3Dfeature%29"
    )
    names = [one.name for one in found.expand]
    assert names == ["Sensor", "ObservedProperty", "Thing", "Observations"]
    options = found.expand[-1].options
    assert options.order[0].is_descending
    assert [one.name for one in options.expand] == ["FeatureOfInterest"]


def test_an_order_has_several_keys_and_ways() -> None:
    found = _read("$orderby=Thing/name%20desc,id,length(name)%20asc")
    assert [key.is_descending for key in found.order] == [True, False, False]


def test_options_of_ours_need_no_dollar() -> None:
    assert _read("aggregate=day&as_of=jordan:12&$top=5").top == 5


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("$top=ten", "$top, at character 1: expected a whole number, got 'ten'"),
        ("$top=-1", "$top, at character 1: expected a whole number"),
        ("$count=yes", "$count, at character 1: expected true or false, got 'yes'"),
        ("$first=1", "no option '$first' is known here"),
        ("agregate=day", "no option 'agregate' is known here"),
        ("$select=colour", "$select, at character 1: a Datastream has no property"),
        ("$select=name,name/x", "$select, at character 6: a Datastream has no"),
        ("$expand=Wells", "$expand, at character 1: a Datastream leads to no 'Wells'"),
        ("$expand=Thing($top=x)", "$expand, $top, at character 1: expected a whole"),
        ("$expand=Thing($top=1", "$expand, at character 1: expected ')'"),
        ("$filter=name%20eq", "$filter, at character 8: expected a value"),
        ("$orderby=name%20up", "$orderby, at character 6: expected an operator"),
        ("$resultFormat=XML", "$resultFormat, at character 1: expected one of"),
        ("$top=1&$top=2", "$top is given twice"),
    ],
)
def test_a_refusal_names_the_option(query: str, message: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        _read(query)
    assert message in str(refused.value)


def test_an_option_may_be_encoded_as_a_whole() -> None:
    # URLEncoder of Java is given '$top=4' by some, and encodes the '=' too.
    assert _read("%24top%3D4&%24orderby%3Dname+desc") == _read(
        "$top=4&$orderby=name%20desc"
    )


def test_an_expansion_bomb_is_refused() -> None:
    deep = "Thing/Datastreams/" * 4 + "Thing"
    with pytest.raises(NotAcceptable, match="within one another"):
        _read(f"$expand={deep}")
    ones = ("Thing", "Sensor", "ObservedProperty")
    wide = ",".join(
        f"{a}/Datastreams/{b}/Datastreams/{c}/Datastreams"
        for a in ones
        for b in ones
        for c in ones
    )
    with pytest.raises(NotAcceptable, match="at most 32"):
        _read(f"$expand={wide}")
    with pytest.raises(NotAcceptable, match="characters"):
        _read("$expand=" + "Thing," * 4_000)
