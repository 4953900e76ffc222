"""The map as it is drawn: what is on it, and what is not."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from waternet.bank.citation import DISCLAIMER
from waternet.portal.language.language import get_language
from waternet.portal.map.drawing import (
    HEIGHT,
    MOST_LINKS,
    WIDTH,
    Point,
    Shape,
    draw_map,
    spread,
)
from waternet.portal.map.extent import Extent
from waternet.portal.map.figure import disclaimer, make_figure

SVG = "{http://www.w3.org/2000/svg}"
ENGLISH = get_language("en")
LAKES = (
    Point(35.59, 32.82, "Lake, amber: normal", "/station/amber:lake", "normal"),
    Point(35.48, 31.5, "Salt lake, birch: below", "/station/birch:salt", "below"),
    Point(35.48, 31.5, "Salt lake, cedar: above", "/station/cedar:salt", "above"),
)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def test_every_station_is_a_link_with_a_name() -> None:
    links = list(parsed(draw_map(LAKES, language=ENGLISH)).iter(f"{SVG}a"))
    assert [one.get("href") for one in links] == [one.href for one in LAKES]
    assert [one.get("aria-label") for one in links] == [one.label for one in LAKES]
    assert [one.findtext(f"{SVG}title") for one in links] == [
        one.label for one in LAKES
    ]


def test_a_class_shows_by_its_shape_too() -> None:
    drawn = parsed(draw_map(LAKES, language=ENGLISH))
    shapes = [one.find(f"{SVG}path").get("d") for one in drawn.iter(f"{SVG}a")]
    assert len(set(shapes)) == 3


def test_stations_of_one_spot_are_drawn_apart() -> None:
    x, y = spread(np.array([10.0, 100.0, 100.0]), np.array([10.0, 50.0, 50.0]))
    assert (x[0], y[0]) == (10.0, 10.0)
    assert np.hypot(x[1] - x[2], y[1] - y[2]) > 8


def test_the_map_is_the_same_in_every_language_but_for_its_words() -> None:
    drawn = {
        code: draw_map(LAKES, language=get_language(code))
        for code in ("ar", "en", "he")
    }
    plain = {
        re.sub(r'aria-label="[^"]*"|<text.*?</text>', "", one) for one in drawn.values()
    }
    assert len(plain) == 1


def test_it_carries_no_style_and_no_script() -> None:
    # A strict content-security policy forbids both.
    drawn = draw_map(LAKES, language=ENGLISH)
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", drawn)


def test_no_name_stands_on_it_but_those_of_stations() -> None:
    drawn = parsed(draw_map(LAKES, language=ENGLISH))
    assert [one.text for one in drawn.iter(f"{SVG}text")] == ["20\u00a0km"]


def test_what_a_name_holds_is_no_markup() -> None:
    names = 'A & B "<script>" well'
    drawn = draw_map([Point(35, 32, names, "/x?a=1&b=2")], language=ENGLISH)
    (link,) = parsed(drawn).iter(f"{SVG}a")
    assert link.get("aria-label") == names
    assert link.get("href") == "/x?a=1&b=2"


def test_the_bar_is_as_long_as_it_says() -> None:
    # Across 4 degrees of longitude at 60 N there are 4 * 55.8 km (half of 111.6, the
    # length of a degree of longitude at 60 N on the ellipsoid is 55.8).
    drawn = parsed(draw_map(language=ENGLISH, extent=Extent(10.0, 59.3, 14.0, 60.7)))
    (scale,) = (one for one in drawn.iter(f"{SVG}g") if one.get("class") == "map-scale")
    text = scale.findtext(f"{SVG}text")
    found = re.fullmatch(
        r"M14 [\d.]+V[\d.]+H([\d.]+)V[\d.]+", scale.find(f"{SVG}path").get("d")
    )
    length = (float(found[1]) - 14) / WIDTH * 4 * 55.8
    assert length == pytest.approx(float(text.split("\u00a0")[0]), rel=0.01)


def test_a_layer_says_whose_it_is() -> None:
    outline = np.array([[35.0, 32.0], [35.4, 32.0], [35.2, 32.4], [35.0, 32.0]])
    layer = Shape("basin", "area", (outline,), "Upper basin, as published by Amber")
    drawn = parsed(draw_map(LAKES, language=ENGLISH, layers=[layer]))
    (path,) = (
        one
        for one in drawn.iter(f"{SVG}path")
        if "map-basin" in (one.get("class") or "")
    )
    assert path.findtext(f"{SVG}title") == "Upper basin, as published by Amber"
    figure = make_figure(LAKES, language=ENGLISH, label="Stations", layers=[layer])
    assert figure.layers == (("basin", "Upper basin, as published by Amber"),)


def many(count: int) -> list[Point]:
    chance = np.random.default_rng(1)
    spots = zip(
        chance.uniform(35, 36, count), chance.uniform(31, 33, count), strict=True
    )
    return [
        Point(x, y, f"Well {number}", f"/station/amber:W{number}?lang=en", "well")
        for number, (x, y) in enumerate(spots)
    ]


def test_thousands_of_stations_are_dots_and_columns_for_a_canvas() -> None:
    points = many(MOST_LINKS + 1)
    figure = make_figure(points, language=ENGLISH, label="Wells")
    drawn = parsed(str(figure.svg))
    assert not list(drawn.iter(f"{SVG}a"))
    told = figure.points
    assert told["before"] + told["href"][7] + told["after"] == points[7].href
    assert told["label"][7] == "Well 7"
    assert all(0 < one < WIDTH * 10 for one in told["x"])
    assert all(0 < one < HEIGHT * 10 for one in told["y"])
    assert make_figure(points[:-1], language=ENGLISH, label="Wells").points is None


def test_the_legend_explains_the_marks_that_there_are() -> None:
    figure = make_figure(LAKES, language=ENGLISH, label="Lakes")
    assert [mark for mark, _, _ in figure.legend] == ["below", "normal", "above"]
    assert all(text for _, _, text in figure.legend)
    wells = make_figure(many(2), language=get_language("he"), label="x").legend
    assert [text for _, _, text in wells] == ["באר"]


def test_one_disclaimer_stands_on_maps_and_exports() -> None:
    assert disclaimer(ENGLISH) == DISCLAIMER
    assert disclaimer(get_language("ar")) != DISCLAIMER
