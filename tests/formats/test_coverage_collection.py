"""Coverages from columns: what is written is what the model and the schema read."""

import json

import numpy as np
import pytest
from covjson_pydantic.coverage import CoverageCollection

from waternet.errors import NotAcceptable
from waternet.formats.coverage_collection import PointSeries, write_coverages

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LEVEL = {"type": "Parameter", "observedProperty": {"label": {"en": "Level"}}}


def times(*texts):
    return np.array(texts, "datetime64[us]")


def series(values, *, at=(35.5, 32.0), end=None, **more):
    days = times(*(f"2015-01-{day:02}" for day in range(1, len(values) + 1)))
    ranges = {"level": values, **more}
    return PointSeries("amber:W1", at, days, end, ranges)


def written(one, parameters=None):
    content = write_coverages([one], parameters or {"level": LEVEL}, CRS84)
    CoverageCollection.model_validate_json(content)
    return json.loads(content)


def test_a_missing_value_is_null_and_zero_is_zero():
    found = written(series(np.array([0.0, np.nan, -0.05])))
    (coverage,) = found["coverages"]
    assert coverage["ranges"]["level"] == {
        "type": "NdArray",
        "dataType": "float",
        "axisNames": ["t"],
        "shape": [3],
        "values": [0.0, None, -0.05],
    }


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_what_is_too_large_is_refused_rather_than_told_as_missing(value):
    with pytest.raises(NotAcceptable, match="too large"):
        write_coverages([series(np.array([1.0, value]))], {"level": LEVEL}, CRS84)


def test_times_keep_their_fractions():
    moments = times("2015-01-01T00:00:00", "2015-01-01T00:00:00.25", "9997-12-31")
    one = PointSeries(
        "amber:W1", (35.5, 32.0), moments, None, {"level": np.arange(3.0)}
    )
    assert written(one)["coverages"][0]["domain"]["axes"]["t"]["values"] == [
        *("2015-01-01T00:00:00Z", "2015-01-01T00:00:00.250000Z", "9997-12-31T00:00:00Z")
    ]


def test_an_interval_is_told_by_its_bounds():
    one = series(np.array([1.0, 2.0]), end=times("2015-01-02", "2015-01-03"))
    assert written(one)["coverages"][0]["domain"]["axes"]["t"]["bounds"] == [
        *("2015-01-01T00:00:00Z", "2015-01-02T00:00:00Z"),
        *("2015-01-02T00:00:00Z", "2015-01-03T00:00:00Z"),
    ]


def test_codes_are_integers_and_remarks_are_texts():
    one = series(np.ones(2), censor=np.array([0, 1], np.int8), remark=["e", None])
    ranges = written(one)["coverages"][0]["ranges"]
    assert ranges["censor"]["dataType"] == "integer"
    assert ranges["remark"]["values"] == ["e", None]


def test_what_has_no_position_has_a_time_alone():
    found = written(series(np.ones(1), at=None))
    assert "domainType" not in found
    assert set(found["coverages"][0]["domain"]["axes"]) == {"t"}


def test_values_that_lie_apart_in_memory_are_written_too():
    assert written(series(np.arange(6.0)[::2]))["coverages"][0]["ranges"]["level"][
        "values"
    ] == [0, 2, 4]
