"""The parameter coords, and distances, against figures worked out elsewhere."""

import numpy as np
import pytest

from waternet.api.edr.choosing import in_box
from waternet.api.edr.holdings import Holdings
from waternet.api.edr.shapes import (
    AREAS,
    LINES,
    MAX_COORDS,
    POINTS,
    distances,
    read_shape,
)
from waternet.api.edr.systems import (
    from_longitude_latitude,
    offered_systems,
    read_system,
    to_longitude_latitude,
)
from waternet.errors import NotAcceptable


def apart(longitude: float, latitude: float, text: str, kinds=POINTS) -> float:
    shape = read_shape(text, kinds)
    here = np.array([longitude]), np.array([latitude])
    return float(distances(*here, shape)[0])


def test_a_distance_is_along_the_ellipsoid():
    # Flinders Peak to Buninyong on the ellipsoid of GRS 80, which is WGS 84's to a
    # tenth of a millimetre in 50 km: 54 972.271 m (Geodetic Datum of Australia
    # Technical Manual 2.4, chapter 4, worked example of Vincenty's formulae).
    degrees = [
        *(144 + 25 / 60 + 29.52440 / 3600, -(37 + 57 / 60 + 3.72030 / 3600)),
        *(143 + 55 / 60 + 35.38390 / 3600, -(37 + 39 / 60 + 10.15610 / 3600)),
    ]
    text = f"POINT({degrees[2]} {degrees[3]})"
    assert apart(degrees[0], degrees[1], text) == pytest.approx(54_972.271, abs=0.001)


def test_of_several_points_the_nearest_counts():
    text = "MULTIPOINT((35 32),(35.5 32))"
    assert apart(35.5, 32.1, text) == apart(35.5, 32.1, "POINT(35.5 32)")


def test_a_line_is_as_far_as_its_nearest_point():
    # South of the middle of a line along the equator, which is a geodesic: the arc of
    # a degree of the meridian at the equator, 110 574.4 m (WGS 84: Rapp, Geometric
    # Geodesy I, table 3.1, a degree of latitude at 0 to 1).
    line = "LINESTRING(10 0,11 0,12 0)"
    assert apart(11.25, -1.0, line, LINES) == pytest.approx(110_574.4, abs=0.5)
    assert apart(13.0, 0.0, line, LINES) == pytest.approx(111_319.5, abs=0.1)


def test_the_short_way_round_the_earth_counts():
    # A degree of the equator, a * pi / 180 = 111 319.491 m, of which 0.2 are between.
    found = apart(179.9, 0.0, "POINT(-179.9 0)")
    assert found == pytest.approx(0.2 * 111_319.491, abs=0.001)


@pytest.mark.parametrize(
    "text", ["LINESTRINGZ(1 2 3,2 3 4)", "linestring m(1 2 3,2 3 4)"]
)
def test_heights_and_measures_are_left_out(text):
    assert read_shape(text, LINES).wkt == "LINESTRING (1 2, 2 3)"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        *((text, POINTS) for text in ("POINT()", "POINT EMPTY", "POINT(1)", "35,32")),
        *((text, POINTS) for text in ("POINT(nan 1)", "POINT(1e400 2)", "POINT(2 91)")),
        ("POLYGON((0 0,1 0,1 1,0 0))", POINTS),
        ("POLYGON()", AREAS),
        ("POLYGON((0 0,1 1,0 1,1 0,0 0))", AREAS),
        *((f"LINESTRING{kind}()", LINES) for kind in ("", "Z", "M", "ZM")),
        ("GEOMETRYCOLLECTION(POINT(1 2))", POINTS),
        ("MULTIPOINT(" + "(1 2)," * MAX_COORDS + "(1 2))", POINTS),
    ],
)
def test_what_is_no_such_shape_is_refused_with_an_example(text, kinds):
    with pytest.raises(NotAcceptable) as refused:
        read_shape(text, kinds)
    assert str(refused.value).startswith("coords: ")
    assert len(str(refused.value)) < 400
    assert refused.value.hint


def test_systems_are_those_in_which_owners_gave_positions():
    # EPSG:28192 is the Palestine Belt, east first; EPSG:4326 has latitude first.
    offered = offered_systems({"EPSG:28192", "EPSG:4326", "EPSG:0", "local grid"})
    assert offered == ("CRS84", "EPSG:28192")
    for name in ("EPSG:28192", "http://www.opengis.net/def/crs/EPSG/0/28192"):
        assert read_system(name, offered) == "EPSG:28192"
    for name in ("CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "CRS:84"):
        assert read_system(name, offered) == "CRS84"


def test_a_system_whose_order_clients_dispute_is_refused_with_the_one_meant():
    with pytest.raises(NotAcceptable) as refused:
        read_system("EPSG:4326", ("CRS84",))
    assert "CRS84 is the same datum with longitude first" in refused.value.hint


def test_coordinates_of_a_national_grid_are_read_and_held_against_it():
    # Well AL1043 of the Amman-Zarqa basin stands at 267075 1171540 in EPSG:28192.
    shape = read_shape("POINT(267075 1171540)", POINTS, "EPSG:28192")
    assert shape.wkt == "POINT (267075 1171540)"
    with pytest.raises(NotAcceptable, match="no place on Earth"):
        read_shape("POINT(1e30 1171540)", POINTS, "EPSG:28192")


@pytest.mark.parametrize("crs", ["EPSG:28191", "EPSG:28192", "EPSG:2039"])
def test_a_place_is_where_its_owner_put_it_when_told_in_the_owners_grid(crs):
    # The datums of the Palestine Grid and of the Israeli one lie some 80 m from WGS 84.
    easting, northing = np.array([171_700.0]), np.array([1_131_900.0])
    if crs != "EPSG:28192":
        northing = northing - (1_000_000 if crs == "EPSG:28191" else 500_000)
    degrees = to_longitude_latitude(easting, northing, crs)
    told = from_longitude_latitude(*degrees, crs)
    assert np.abs(np.subtract(told, (easting, northing))).max() < 0.05


def test_a_box_across_the_date_line_is_none_in_a_grid():
    assert in_box(Holdings(()), (170.0, -20.0, -170.0, -10.0)).tolist() == []
    with pytest.raises(NotAcceptable, match="bbox"):
        in_box(Holdings(()), (180_000.0, 0.0, 170_000.0, 1.0), "EPSG:28191")
