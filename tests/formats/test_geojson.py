"""GeoJSON: properties, positions, systems, odd and hostile documents."""

import json

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.geojson import is_geojson, preview_geojson
from waternet.formats.recipe import Recipe, TableLayout

RECIPE = Recipe.from_toml(
    """
format = "geojson"
dataset = "wells"
[station]
column = "well"
kind = "well"
x_column = "geometry.x"
y_column = "geometry.y"
[time]
column = "read.on"
zone = "Asia/Amman"
[[value]]
column = "read.level"
observed_property = "groundwater-level"
unit = "m"
"""
)


def feature(well, geometry, **properties):
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"well": well, **properties},
    }


def point(*place):
    return {"type": "Point", "coordinates": place}


def write(folder, *features, **members):
    path = folder / "wells.geojson"
    document = {"type": "FeatureCollection", **members, "features": features}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def preview(path):
    (sheet,) = preview_geojson(path, TableLayout())
    return sheet


def test_nested_properties_and_positions_are_columns(tmp_path):
    one = feature("W1", point(35.93, 31.95), read={"on": "2015-06-30", "level": -211.3})
    path = write(tmp_path, one)
    assert preview(path).headings == (
        *("well", "read.on", "read.level"),
        *("geometry.x", "geometry.y"),
    )
    reading = read_file(path, RECIPE)
    assert reading.observations["value"].to_pylist() == [-211.3]
    assert reading.places[0].position.crs == "EPSG:4326"
    assert reading.places[0].position.latitude == 31.95


def test_numbers_stay_as_they_are_written(tmp_path):
    path = tmp_path / "wells.geojson"
    path.write_text(
        '{"type": "Feature", "id": "a", "properties": {"code": 007e1, "big": '
        '12345678901234567890, "yes": true, "no": null, "many": [1, 2]}, '.replace(
            "007e1", "1.50"
        )
        + '"geometry": {"type": "Point", "coordinates": [35.930, 31.950, -211.50]}}'
    )
    sheet = preview(path)
    assert sheet.headings[:6] == ("id", "code", "big", "yes", "no", "many")
    assert sheet.rows[0][1] == (
        *("a", "1.50", "12345678901234567890", "true", "", '["1", "2"]'),
        *("35.930", "31.950", "-211.50"),
    )


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::28191", "EPSG:28191"),
        ("http://www.opengis.net/def/crs/EPSG/0/2039", "EPSG:2039"),
        ("EPSG:28192", "EPSG:28192"),
        ("our own grid", ""),
    ],
)
def test_an_old_collection_says_its_system(tmp_path, name, crs):
    member = {"type": "name", "properties": {"name": name}}
    path = write(tmp_path, feature("W1", point(238244, 150847)), crs=member)
    assert preview(path).crs == crs
    if not crs:
        with pytest.raises(NotAcceptable, match="does not say"):
            read_file(path, RECIPE)


def test_a_geometry_that_is_none_costs_its_position_alone(tmp_path):
    read = {"on": "2015-06-30", "level": 1}
    odd = [point("x", "y"), {"type": "Circle"}, None, point(1), {"type": 5}, point()]
    odd += [{"type": "Point", "coordinates": 7}, {"type": "Polygon"}]
    features = [feature(f"W{n}", each, read=read) for n, each in enumerate(odd)]
    reading = read_file(write(tmp_path, *features), RECIPE)
    assert reading.counts["observations"] == len(odd)
    assert all(place.position is None for place in reading.places)
    assert {one.row for one in reading.notices} == {1, 2, 4, 5, 7, 8}


def test_outlines_are_stood_for_by_a_point_and_that_is_said(tmp_path):
    ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    hole = [[1, 1], [3.9, 1], [3.9, 3.9], [1, 3.9], [1, 1]]
    area = {"type": "MultiPolygon", "coordinates": [[ring, hole]]}
    both = {"type": "GeometryCollection", "geometries": [point(1, 2), area]}
    sheet = preview(write(tmp_path, feature("A", area), feature("B", both)))
    assert 0 < float(sheet.rows[0][1][1]) < 1
    assert sheet.rows[1][1][1:] == ("1", "2")


def test_one_feature_on_a_line_reads_as_a_collection_does(tmp_path):
    features = [feature(f"W{n}", point(35 + n, 31)) for n in range(3)]
    path = write(tmp_path, *features)
    expected = preview(path)
    for mark in ("", "\x1e"):
        path.write_text("\n".join(mark + json.dumps(each) for each in features) + "\n")
        assert preview(path) == expected


def test_geojson_is_told_from_other_json(tmp_path):
    assert is_geojson(write(tmp_path, feature("W1", None)).read_bytes(), "a.json")
    inside = '{"daily": {"type": "FeatureCollection", "features": []}}'
    assert is_geojson(b'{"id": "a}", "type": "Feature"}', "a.json")
    for other in (inside, '{"type": "Topology", "objects": {}}', '[{"a": 1}]', "a,b\n"):
        assert not is_geojson(other.encode(), "a.geojson")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"type": "FeatureCollection"}',
        '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "FeatureCollection", "features": {"type": "Feature"}}',
        '{"type": "Feature", "properties": [], "geometry": []}\n[',
        "[" * 100_000,
        '{"type":"Feature","properties":' + '{"a":' * 100_000,
        '{"type":"Feature","properties":' + '{"a":' * 500 + "1" + "}" * 501,
        '{"type":"Feature","geometry":' + '{"type":"GeometryCollection","geometries":['
        "{}",
    ],
)
def test_what_is_no_geojson_or_lies_too_deep_is_refused(tmp_path, text):
    path = tmp_path / "wells.geojson"
    path.write_text(text)
    with pytest.raises(NotAcceptable):
        preview(path)


def test_collections_inside_one_another_end_within_bounds(tmp_path):
    deep = '{"type":"GeometryCollection","geometries":['
    path = tmp_path / "wells.geojson"
    path.write_text(
        '{"type":"Feature","properties":{"well":"W1"},"geometry":'
        f'{deep * 200}{{"type":"Point","coordinates":[1,2]}}{"]}" * 200}}}'
    )
    assert preview(path).rows[0][1] == ("W1", "", "")
