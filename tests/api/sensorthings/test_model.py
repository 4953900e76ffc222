"""The entities are those of OGC 18-088, section 8."""

import pytest

from waternet.api.sensorthings.model import KINDS, SETS, Navigation, Shape


def test_the_sets_are_those_of_the_standard() -> None:
    # OGC 18-088, section 9.2.1, the example of the service document.
    assert set(SETS) == {
        "Things",
        "Locations",
        "HistoricalLocations",
        "Datastreams",
        "Sensors",
        "Observations",
        "ObservedProperties",
        "FeaturesOfInterest",
    }


# OGC 18-088, tables 5, 7, 9, 10, 12, 13, 14, 16: what is mandatory of each entity.
@pytest.mark.parametrize(
    ("kind", "mandatory"),
    [
        ("Thing", {"name", "description"}),
        ("Location", {"name", "description", "encodingType", "location"}),
        ("HistoricalLocation", {"time"}),
        (
            "Datastream",
            {"name", "description", "unitOfMeasurement", "observationType"},
        ),
        ("Sensor", {"name", "description", "encodingType", "metadata"}),
        ("ObservedProperty", {"name", "definition", "description"}),
        ("Observation", {"result"}),
        ("FeatureOfInterest", {"name", "description", "encodingType", "feature"}),
    ],
)
def test_what_is_mandatory_is_required(kind: str, mandatory: set[str]) -> None:
    properties = KINDS[kind].properties.values()
    assert {one.name for one in properties if one.is_required} == mandatory


def _navigations() -> list[tuple[str, Navigation]]:
    return [
        (name, navigation)
        for name, kind in KINDS.items()
        for navigation in kind.navigations.values()
    ]


@pytest.mark.parametrize(("kind", "navigation"), _navigations())
def test_every_way_leads_back_over_the_same_columns(
    kind: str, navigation: Navigation
) -> None:
    back = KINDS[navigation.to].navigations[navigation.inverse]
    assert back.to == kind
    assert (back.here, back.there) == (navigation.there, navigation.here)
    if navigation.link is not None:
        assert back.link is not None
        assert back.link.table == navigation.link.table
        assert (back.link.here, back.link.there) == (
            navigation.link.there,
            navigation.link.here,
        )


def test_a_way_to_many_is_named_in_the_plural() -> None:
    for _, navigation in _navigations():
        there = KINDS[navigation.to]
        assert navigation.name == (there.plural if navigation.is_many else there.name)


def test_a_period_lies_in_two_columns() -> None:
    times = KINDS["Datastream"].properties["phenomenonTime"]
    assert times.shape is Shape.INTERVAL
    assert times.columns == ("phenomenonTime_start", "phenomenonTime_end")
