"""Reference systems: which are offered, their axes, and datum shifts."""

import numpy as np
import pytest

from waternet.api.features.crs import CRS84, find_system, offered_systems
from waternet.errors import NotAcceptable
from waternet.observation.place import to_wgs84

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
EVERY = tuple(
    f"{EPSG}{code}" for code in (4326, 3857, 28191, 28192, 2039, 32636, 32736)
)


def test_coordinates_are_in_the_order_of_the_systems_axes():
    longitude, latitude = np.array([35.2137]), np.array([31.7683])
    told = {
        code: tuple(
            one[0]
            for one in find_system(f"{EPSG}{code}", EVERY, "crs").coordinates(
                longitude, latitude
            )
        )
        for code in (4326, 3857)
    }
    # EPSG registry: the axes of 4326 are latitude, longitude.
    assert told[4326] == (31.7683, 35.2137)
    # EPSG method 1024: easting = 6378137 m x longitude in radians.
    assert told[3857][0] == pytest.approx(6378137 * 35.2137 * np.pi / 180)
    assert find_system("CRS84", (CRS84,), "crs").coordinates(longitude, latitude) == (
        longitude,
        latitude,
    )


@pytest.mark.parametrize(
    ("code", "x", "y"),
    [
        (28191, 200000.0, 150000.0),
        (28192, 200000.0, 1150000.0),
        (2039, 236000.0, 650000.0),
        (32636, 700000.0, 3550000.0),
    ],
)
def test_an_owners_coordinates_come_back_as_given(code, x, y):
    longitude, latitude = to_wgs84(np.array([x]), np.array([y]), f"EPSG:{code}")
    system = find_system(f"{EPSG}{code}", EVERY, "crs")
    first, second = system.coordinates(longitude, latitude)
    # Without the datum's shift they would be some 80 m away.
    assert (first[0], second[0]) == pytest.approx((x, y), abs=0.02)


def test_systems_follow_from_the_places_that_there_are():
    x, y = np.array([35.6, 36.3, np.nan]), np.array([32.7, -5.0, np.nan])
    offered = offered_systems(["EPSG:28191", "EPSG:4326", "a local grid"], x, y)
    assert offered == (
        CRS84,
        *(f"{EPSG}{code}" for code in (4326, 3857, 28191, 32636, 32737)),
    )


@pytest.mark.parametrize("name", ["EPSG:28191", "[EPSG:28191]", f"{EPSG}28191"])
def test_a_system_has_an_address_and_short_names(name):
    assert find_system(name, EVERY, "crs").uri == f"{EPSG}28191"


@pytest.mark.parametrize("name", ["EPSG:27700", f"{EPSG}28191x", "", "CRS84h"])
def test_a_system_that_is_not_offered_is_refused_with_those_that_are(name):
    with pytest.raises(NotAcceptable, match="'bbox-crs': no system"):
        find_system(name, EVERY, "bbox-crs")
