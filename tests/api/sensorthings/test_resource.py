"""Paths of OGC 18-088, section 9.2, and what is none."""

import pytest

from waternet.api.sensorthings.resource import read_resource
from waternet.errors import NotAcceptable, NotFound


@pytest.mark.parametrize(
    ("path", "kind", "is_single", "ending"),
    [
        # OGC 18-088, section 9.2: usages 1 to 9.
        ("ObservedProperties", "ObservedProperty", False, ""),
        ("Things(1)", "Thing", True, ""),
        ("Observations(1)/resultTime", "Observation", True, ""),
        ("Observations(1)/resultTime/$value", "Observation", True, "$value"),
        ("Datastreams(1)/Observations", "Observation", False, ""),
        ("Datastreams(1)/Observations/$ref", "Observation", False, "$ref"),
        ("Datastreams(1)/Observations(1)", "Observation", True, ""),
        (
            "Datastreams(1)/Observations(1)/FeatureOfInterest",
            "FeatureOfInterest",
            True,
            "",
        ),
        ("Things(1)/Datastreams/$count", "Datastream", False, "$count"),
        ("Things(1)/properties/a[0]/b", "Thing", True, ""),
    ],
)
def test_paths(path: str, kind: str, is_single: bool, ending: str) -> None:
    found = read_resource(path)
    assert (found.kind.name, found.is_single, found.ending) == (kind, is_single, ending)
    assert str(found) == path


@pytest.mark.parametrize(
    "path",
    [
        "Wells",
        "Things(one)",
        "Things(-1)",
        "Things(99999999999999999999)",
        "Things/Datastreams",
        "Things(1)/Wells",
        "Things(1)/name/first",
        "Things(1)/Datastreams/name",
        "Datastreams(1)/Thing(1)",
        "Things/name",
        "Things(1)/$count",
        "Things(1)/name/$ref",
        "Things/$value",
        "$ref",
        "Things(1)/..",
        "Things(1;2)",
    ],
)
def test_what_leads_nowhere_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        read_resource(path)


def test_a_path_without_end_is_refused() -> None:
    with pytest.raises(NotAcceptable):
        read_resource("Things(1)" + "/Datastreams(1)/Thing" * 20)
