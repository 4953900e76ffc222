"""A layer's outlines from GeoJSON as QGIS and others write it."""

import json
import math

import pytest

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.layer_file import read_layer_file
from waternet.record.outlines import verify_outlines

SQUARE = [[35, 31], [36, 31], [36, 32], [35, 31]]


@pytest.fixture
def saved(tmp_path):
    def save(features, **members):
        path = tmp_path / "layer.geojson"
        written = {"type": "FeatureCollection", "features": features, **members}
        path.write_text(json.dumps(written), encoding="utf-8")
        return path

    return save


def feature(properties, coordinates=None, **members):
    geometry = {"type": "Polygon", "coordinates": coordinates or [SQUARE]}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": geometry,
        **members,
    }


def test_names_come_by_language_and_what_has_no_room_is_told(saved):
    said = {"name:ar": "حوض", "name_he": "אגן ", "fid": 3, "area": 5.1, "empty": None}
    path = saved([feature(said), feature({"names": {"en": "Cafe\u0301"}, "id": 7})])
    collection, left_out = read_layer_file(path)
    first, second = verify_outlines(collection)
    assert first.names == {"ar": "حوض", "he": "אגן"}
    assert (second.names, second.id) == ({"en": "Caf\u00e9"}, "7")
    assert left_out == ("area", "fid")


def test_heights_are_left_out_and_a_decimetre_is_kept(saved):
    high = [[x + 0.12345678, y, 300.5] for x, y in SQUARE]
    collection, _ = read_layer_file(saved([feature({}, [high])]))
    (read,) = verify_outlines(collection)
    assert read.lines[0][0].tolist() == [35.123457, 31.0]


def test_what_qgis_says_of_its_reference_system_is_read(saved):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    read_layer_file(saved([feature({})], crs=crs, name="basins"))
    crs["properties"]["name"] = "urn:ogc:def:crs:EPSG::28192"
    with pytest.raises(NotAcceptable, match="28192") as refused:
        read_layer_file(saved([feature({})], crs=crs))
    assert "EPSG:4326" in refused.value.hint


@pytest.mark.parametrize(
    "one",
    [
        {"type": "Feature", "properties": {}, "geometry": None},
        feature({}, "x"),
        feature([1]),
        feature({}, [[[[[[1, 2]]]]]]),
        5,
    ],
)
def test_what_is_no_feature_is_named_by_its_number(saved, one):
    with pytest.raises(NotAcceptable, match="feature 2"):
        read_layer_file(saved([feature({}), one]))


def test_coordinates_that_are_no_numbers_are_refused_before_they_are_signed(saved):
    collection, _ = read_layer_file(saved([feature({}, [[[math.nan, 1]] * 4])]))
    with pytest.raises(NotAcceptable, match="no position"):
        verify_outlines(collection)


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(NotFound):
        read_layer_file(tmp_path / "none")
    path = tmp_path / "deep"
    for text in ("[" * 200_000, "{}", "[]", "x", '{"features": {}}'):
        path.write_text(text)
        with pytest.raises(NotAcceptable):
            read_layer_file(path)
