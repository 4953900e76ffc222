"""Which part of the world a map shows, and where on it a place lies."""

import numpy as np
import pytest

from waternet.errors import NotAcceptable
from waternet.portal.map.extent import (
    WORLD,
    Extent,
    Paper,
    extent_of,
    read_extent,
    round_length,
)


def test_an_extent_is_read_as_it_was_written() -> None:
    extent = read_extent("34.25,29,36.5,33.5")
    assert extent == Extent(34.25, 29.0, 36.5, 33.5)
    assert str(extent) == "34.25,29,36.5,33.5"


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "34,33,36,29", "a,b,c,d", "0,0,0,1", "0,0,nan,1", "-181,0,1,1"],
)
def test_what_is_no_part_of_the_world_is_refused(text: str) -> None:
    with pytest.raises(NotAcceptable, match="no part of the world"):
        read_extent(text)


def test_an_extent_across_the_date_line_runs_on() -> None:
    # Fiji's main islands lie from 176.8 E to 178.2 W.
    assert read_extent("176,-20,-178,-15").bounds == (176, -20, 182, -15)
    shown = extent_of(np.array([176.8, -178.2]), np.array([-18.0, -17.0]))
    assert 176 < shown.west < 176.8
    assert 181.8 < shown.east < 182.5


def test_all_places_lie_on_the_sheet() -> None:
    longitude = np.array([35.48, 35.59, 36.28])
    latitude = np.array([31.5, 32.82, 32.19])
    paper = Paper.fit(extent_of(longitude, latitude), 800, 560)
    x, y = paper.place(longitude, latitude)
    assert ((x > 0) & (x < 800) & (y > 0) & (y < 560)).all()
    assert x[0] < x[1] < x[2], "east is to the right, whatever the language"
    assert y[1] < y[2] < y[0], "north is up"


def test_one_place_alone_is_shown_with_its_surroundings() -> None:
    shown = extent_of(np.array([35.59]), np.array([32.82]))
    assert shown.north - shown.south > 0.1
    assert shown.west < 35.59 < shown.east


def test_without_places_the_world_is_shown() -> None:
    assert extent_of(np.array([]), np.array([])) == WORLD


def test_a_kilometre_is_as_long_east_as_north_at_the_middle() -> None:
    # Along the parallel of 60 degrees a degree is half as long as along a meridian.
    paper = Paper.fit(Extent(10.0, 59.0, 14.0, 61.0), 800, 800)
    x, y = paper.place(np.array([11.0, 12.0, 11.0]), np.array([60.0, 60.0, 60.5]))
    assert x[1] - x[0] == pytest.approx(y[0] - y[2], rel=1e-3)
    # A degree of a meridian is 111.3 km.
    assert (y[0] - y[2]) / paper.kilometre == pytest.approx(111.3 / 2, rel=1e-3)


def test_a_scale_bar_has_a_round_length() -> None:
    assert [round_length(one) for one in (99.0, 49.9, 1.0, 0.7)] == [50, 20, 1, 0.5]
