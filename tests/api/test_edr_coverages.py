"""Figures to coverages, where the rows of one datastream are not all alike."""

import json
from datetime import datetime

import pyarrow as pa
from covjson_pydantic.coverage import CoverageCollection

from waternet.api.edr.choosing import Chosen
from waternet.api.edr.coverages import Drawn, to_coverages
from waternet.api.edr.holdings import Held, Location
from waternet.api.edr.quantities import Quantity

PLACE = Location("amber", "W1", names={"en": "Well"}, position=(35.5, 32.0))
HELD = Held(
    location=PLACE,
    dataset="levels",
    name="W1/water-level/instant/PT0S/gauge",
    quantity=Quantity("water-level"),
    unit="cm",
    procedure="gauge",
    zone="UTC",
    figures=3,
    first=0,
    last=0,
)


def figures(**columns):
    """Return three rows of one datastream."""
    days = [datetime(2015, 1, day) for day in (1, 2, 3)]
    text, code = pa.string(), pa.int8()
    made = {
        "party": pa.array(["amber"] * 3, text).dictionary_encode(),
        "datastream": pa.array([HELD.name] * 3, text).dictionary_encode(),
        "unit": pa.array(["m"] * 3, text).dictionary_encode(),
        "time": pa.array(days, pa.timestamp("us")),
        "end": pa.nulls(3, pa.timestamp("us")),
        "value": pa.array([1.0, 200.0, 3.0]),
        "censor": pa.array([0, 0, 0], code),
        "grade": pa.array([1, 1, 1], code),
        "status": pa.array([0, 0, 0], code),
        "qualifier": pa.nulls(3, text),
        "release": pa.array([2, 4, 2], pa.int32()),
    }
    return pa.table(made | columns)


def drawn(table, *wanted):
    content = to_coverages(Drawn(table, {HELD.address: Chosen(HELD)}, wanted), {})
    CoverageCollection.model_validate_json(content)
    return json.loads(content)


def test_rows_whose_unit_a_correction_changed_are_a_coverage_of_their_own():
    units = pa.array(["m", "cm", "m"], pa.string()).dictionary_encode()
    told = drawn(figures(unit=units))
    first, second = told["coverages"]
    assert first["ranges"]["water-level"]["values"] == [1.0, 3.0]
    assert second["ranges"]["water-level"]["values"] == [200.0]
    assert second["waternet:releases"] == [4]
    symbols = [
        one["parameters"]["water-level"]["unit"]["symbol"]["value"]
        for one in (first, second)
    ]
    assert symbols == ["m", "cm"]


def test_a_remark_comes_where_there_is_any():
    remarks = pa.array([None, "ice", None], pa.string())
    (coverage,) = drawn(figures(qualifier=remarks))["coverages"]
    assert coverage["ranges"]["qualifier"]["values"] == [None, "ice", None]
    (coverage,) = drawn(figures())["coverages"]
    assert "qualifier" not in coverage["ranges"]


def test_a_suspect_value_never_comes_without_its_grade():
    suspect = pa.array([1, 2, 1], pa.int8())
    (coverage,) = drawn(figures(grade=suspect), "water-level")["coverages"]
    assert coverage["ranges"]["grade"]["values"] == [1, 2, 1]


def test_an_estimate_never_comes_without_its_status():
    estimated = pa.array([0, 1, 6], pa.int8())
    (coverage,) = drawn(figures(status=estimated), "water-level")["coverages"]
    assert set(coverage["ranges"]) == {"water-level", "status"}


def test_ends_that_not_every_row_states_are_no_bounds():
    ends = pa.array([datetime(2015, 1, 2), None, None], pa.timestamp("us"))
    (coverage,) = drawn(figures(end=ends))["coverages"]
    assert "bounds" not in coverage["domain"]["axes"]["t"]
