"""Places that lie where they cannot, among places that do not."""

import math

import numpy as np
import pytest

from waternet.observation.place import Place, Position
from waternet.quality.coordinates import ADVICE, Area, distance, find_misplaced


def place(id_, longitude, latitude, kind="well", **position):
    given = {"crs": "EPSG:4326", "x": longitude, "y": latitude, **position}
    return Place(id_, kind, {"en": id_}, Position(longitude, latitude, **given))


def valley(count=9):
    """Wells a few kilometres apart about 35.5 east, 32 north, near -200 m."""
    return [
        place(f"w{n}", 35.5 + n % 3 / 50, 32 + n // 3 / 50, elevation=-200.0 + n)
        for n in range(count)
    ]


def found(*others, area=None, among=None):
    named = find_misplaced([*(among or valley()), *others], area)
    return [(one.place, one.finding) for one in named]


def test_places_side_by_side_are_where_they_should_be():
    assert found() == []
    assert find_misplaced([]) == []


def test_longitude_and_latitude_exchanged_are_told_as_that_alone():
    assert found(place("x", 32.01, 35.51)) == [("x", "exchanged")]
    # The bounds say so, too, where few kilometres are far.
    area = Area(34, 29, 37, 34)
    assert found(place("x", 32.01, 35.51), area=area) == [("x", "exchanged")]


def test_a_lost_digit_is_far_from_its_siblings():
    assert found(place("x", 3.55, 32.0)) == [("x", "far-from-siblings")]


def test_bounds_are_the_partys_own():
    area = Area(west=35, south=31, east=35.51, north=33)
    outside = {one for one, finding in found(area=area) if finding == "outside-area"}
    assert outside == {f"w{n}" for n in range(9) if n % 3}  # 35.52 and 35.54 east
    across = Area(west=170, south=-90, east=-170, north=90)
    assert across.holds(np.array([175.0, -175, 0]), np.zeros(3)).tolist() == [1, 1, 0]


def test_two_places_of_one_kind_share_no_point():
    twin = place("y", 35.5, 32.0)
    third = place("z", 35.5, 32.0 + 0.000005)  # half a metre north
    assert found(twin, third) == [("y", "one-point"), ("z", "one-point")]
    (one, two) = find_misplaced([*valley(), twin, third])
    assert (one.other, two.other) == ("w0", "w0")
    assert two.amount == pytest.approx(0.556, abs=0.01)
    assert found(place("y", 35.5, 32.0, kind="spring")) == []


def test_a_position_and_its_own_coordinates_are_one():
    # EPSG:28192 276840, 1174440 lies at 36.34 east, 32.16 north (observation.place).
    right = {"crs": "EPSG:28192", "x": 276840.0, "y": 1174440.0}
    wrong = {**right, "x": 267840.0}  # two digits exchanged: 9 km
    assert found(place("a", 36.343, 32.161, **right), among=[place("b", 36, 32)]) == []
    (one,) = find_misplaced([place("a", 36.343, 32.161, **wrong)])
    assert one.finding == "two-positions"
    assert one.amount == pytest.approx(9000, rel=0.05)
    unknown = place("a", 36.343, 32.161, **{**right, "crs": "EPSG:99999"})
    assert find_misplaced([unknown]) == []


def test_an_elevation_unlike_its_neighbours_is_a_unit_or_a_sign():
    # Neighbours lie near -200 m; 650 feet are 198 m.
    assert (
        found(place("x", 35.51, 32.01, elevation=-650.0)) == []
    )  # relief may be 450 m
    assert found(place("x", 35.51, 32.01, elevation=650.0)) == [
        ("x", "unlike-elevation")
    ]
    other = place("x", 35.51, 32.01, elevation=650.0, vertical_datum="EPSG:5714")
    assert found(other) == []  # under another datum it has no neighbours


def test_a_few_places_say_nothing_of_a_far_one():
    assert found(place("x", 3.5, 32.0), among=valley(3)) == []
    assert found(Place("y", "well", {"en": "y"}), among=valley(3)) == []


def test_every_finding_has_an_advice():
    named = {finding for _place, finding in found(place("x", 3.55, 32.0))}
    assert named <= set(ADVICE)
    assert all(text.endswith(".") for text in ADVICE.values())


def test_distances_are_those_of_the_globe():
    # A quarter of the meridian of the mean sphere: pi / 2 x 6371.0088 km.
    quarter = distance(np.zeros(1), np.zeros(1), np.zeros(1), np.full(1, 90.0))
    assert quarter[0] == pytest.approx(math.pi / 2 * 6371008.8)
    # Jerusalem to Amman, about 71 km.
    there = distance(*(np.array([one]) for one in (35.2137, 31.7683, 35.9284, 31.9454)))
    assert there[0] == pytest.approx(70_500, rel=0.01)
