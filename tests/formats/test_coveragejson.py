"""CoverageJSON: series, points, profiles; what is no series; hostile documents."""

import io
import json
from dataclasses import replace
from datetime import datetime

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.coveragejson import is_coveragejson, list_series
from waternet.formats.coveragejson_writing import write_coveragejson
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import Points, SourceSeries

TEMPERATURE = """
format = "coveragejson"
dataset = "sea"
[station]
kind = "sampling-point"
[[value]]
column = "{column}"
observed_property = "water-temperature"
unit = "Cel"
written_unit = "Cel"
"""


def coverage(**changes):
    """Return a series of two days, with members changed or (None) left out."""
    made = {
        "type": "Coverage",
        "domain": {
            "type": "Domain",
            "domainType": "PointSeries",
            "axes": {
                "x": {"values": [35.6]},
                "y": {"values": [32.7]},
                "t": {"values": ["2015-01-01", "2015-01-02"]},
            },
        },
        "parameters": {"level": {"type": "Parameter", "unit": {"symbol": "m"}}},
        "ranges": {"level": {"type": "NdArray", "values": [-211.30, None]}},
    }
    made |= changes
    return {key: value for key, value in made.items() if value is not None}


def write(folder, document):
    path = folder / "a.covjson"
    text = document if isinstance(document, str) else json.dumps(document)
    path.write_text(text, encoding="utf-8")
    return path


def series_of(folder, document):
    return list_series(write(folder, document), TableLayout())


def with_domain(**axes):
    domain = coverage()["domain"]
    domain["axes"] |= axes
    return domain


def test_values_stay_as_they_are_written_and_null_is_missing(tmp_path):
    text = json.dumps(coverage()).replace("-211.3,", "-211.30,")
    (each,) = series_of(tmp_path, text).series
    assert each.points.value == ["-211.30", ""]
    assert (each.feature, each.crs, each.unit, each.ucum) == (
        *("35.6E32.7N", "EPSG:4326", "m", "m"),
    )


@pytest.mark.parametrize(
    ("system", "crs"),
    [
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326"),
        ("http://www.opengis.net/def/crs/EPSG/0/28191", "EPSG:28191"),
    ],
)
def test_positions_are_in_the_system_that_is_referred_to(tmp_path, system, crs):
    domain = with_domain()
    domain["referencing"] = [{"coordinates": ["y", "x"], "system": {"id": system}}]
    (each,) = series_of(tmp_path, coverage(domain=domain)).series
    assert (each.x, each.y, each.crs) == ("35.6", "32.7", crs)


def test_a_height_in_metres_upward_is_an_elevation_and_a_depth_is_not(tmp_path):
    def made(direction):
        domain = with_domain(z={"values": [-211.5]})
        axis = {"name": {"en": "Height"}, "direction": direction}
        axis["unit"] = {"symbol": "m"}
        system = {"type": "VerticalCRS", "cs": {"csAxes": [axis]}}
        domain["referencing"] = [{"coordinates": ["z"], "system": system}]
        return series_of(tmp_path, coverage(domain=domain)).series[0]

    assert (made("up").elevation, made("up").attributes) == ("-211.5", {})
    assert made("down").elevation == ""
    assert made("down").attributes == {"height": "-211.5 m down"}


def test_bounds_of_times_are_the_interval_that_figures_stand_for(tmp_path):
    axis = {"values": ["2015-01-15", "2015-02-15"]}
    axis["bounds"] = ["2015-01-01", "2015-02-01", "2015-02-01", "2015-03-01"]
    (each,) = series_of(tmp_path, coverage(domain=with_domain(t=axis))).series
    assert each.points.time == ["2015-01-01", "2015-02-01"]
    assert each.points.end == ["2015-02-01", "2015-03-01"]


def test_what_a_figure_is_of_its_interval_is_read_as_edr_says_it(tmp_path):
    measured = {"method": "mean", "duration": "P1D"}
    parameters = {"level": {"measurementType": measured}}
    (each,) = series_of(tmp_path, coverage(parameters=parameters)).series
    assert (each.statistic, each.interval) == ("mean", "P1D")


def test_years_and_months_alone_are_times(tmp_path):
    for first, form in (("2014", "YYYY"), ("2015-01", "YYYY-MM")):
        domain = with_domain(t={"values": [first, first.replace("1", "2")]})
        (each,) = series_of(tmp_path, coverage(domain=domain)).series
        assert each.time_format == form
    text = TEMPERATURE.format(column="level").replace('"Cel"', '"m"')
    text = text.replace("water-temperature", "lake-level")
    reading = read_file(
        write(tmp_path, coverage(domain=domain)), Recipe.from_toml(text)
    )
    assert reading.observations["time"].to_pylist() == [datetime(2015, 1, 1)]


@pytest.mark.parametrize(
    ("kind", "axes", "said"),
    [
        ("Grid", {}, "kind 'Grid': no series"),
        ("Trajectory", {}, "kind 'Trajectory': no series"),
        ("TrajectorySeries", {}, "kind 'TrajectorySeries': no series"),
        ("PointSeries", {"x": {"values": [1, 2]}}, "several places along x"),
        ("PointSeries", {"z": {"values": [1, 2]}}, "several places along z, t"),
        ("PointSeries", {"t": {"values": []}}, "without an axis x, y or t"),
        ("PointSeries", {"x": {"start": 0, "stop": 1, "num": 10**9}}, "of 1000000000"),
        ("PointSeries", {"composite": {"dataType": "tuple"}}, "axis 'composite'"),
        ("PointSeries", {"x": {"dataType": "tuple", "values": []}}, "of 'tuple'"),
    ],
)
def test_what_is_no_series_is_refused_in_clear_words(tmp_path, kind, axes, said):
    domain = with_domain(**axes)
    domain["domainType"] = kind
    with pytest.raises(NotAcceptable, match=said) as raised:
        series_of(tmp_path, coverage(domain=domain))
    assert "PointSeries" in raised.value.hint


def test_another_calendar_is_refused(tmp_path):
    system = {"type": "TemporalRS", "calendar": "http://www.example.org/360-day"}
    domain = with_domain()
    domain["referencing"] = [{"coordinates": ["t"], "system": system}]
    with pytest.raises(NotAcceptable, match="360-day"):
        series_of(tmp_path, coverage(domain=domain))


def test_what_lies_in_another_file_is_not_fetched_but_pointed_at(tmp_path):
    ranges = coverage()["ranges"] | {"far": "http://127.0.0.1:9/far.covjson"}
    ranges |= {"tiles": {"type": "TiledNdArray"}, "short": {"type": "NdArray"}}
    ranges["odd"] = {"type": "NdArray", "shape": [7], "axisNames": ["t"], "values": []}
    document = series_of(tmp_path, coverage(ranges=ranges))
    assert [each.quantities[0] for each in document.series] == ["level"]
    assert {one.column for one in document.notices} == {"far", "tiles", "short", "odd"}
    with pytest.raises(NotAcceptable, match="nothing is fetched"):
        series_of(tmp_path, coverage(domain="http://127.0.0.1:9/domain.covjson"))


def test_one_coverage_that_is_no_series_leaves_the_others(tmp_path):
    grid = coverage(domain={"domainType": "Grid", "axes": {}})
    document = {"type": "CoverageCollection", "coverages": [grid, coverage()]}
    found = series_of(tmp_path, document)
    assert len(found.series) == 1
    assert "coverage 1 was left out" in found.notices[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"type": "CoverageCollection"}',
        '{"type": "Coverage", "domain": 5, "ranges": 7}',
        '{"type": "Coverage", "domain": {"axes": {"x": 1, "y": [], "t": "z"}}}',
        '{"type": "Coverage", "domain": ' + '{"axes":' * 100_000,
        '{"type": "Domain", "axes": {}}',
    ],
)
def test_what_is_no_coveragejson_is_refused(tmp_path, text):
    with pytest.raises(NotAcceptable):
        series_of(tmp_path, text)


def test_coveragejson_is_told_from_other_json():
    assert is_coveragejson(json.dumps(coverage()).encode(), "a.json")
    for other in ("{}", '{"type": "Feature"}', '[{"type": "Coverage"}]', "a,b\n"):
        assert not is_coveragejson(other.encode(), "a.covjson")


SERIES = SourceSeries(
    "W1", ("level",), Points([1], ["2015-01-01"], ["1"]), x="1", y="2", crs="EPSG:4326"
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": ""}, "needs a place"),
        ({"points": Points()}, "needs a place and a time"),
        ({"points": Points([1], ["2015-01-01"], ["<0.05"])}, "cannot say '<0.05'"),
        ({"points": Points([1], ["2015-01-01"], ["1"], ["A"])}, "no remark codes"),
        ({"points": Points([1, 2], ["2015-01-01"] * 2, ["1", "2"])}, "one by one"),
        ({"points": Points([1], ["2015-01-01T08:00"], ["1"])}, "says no offset"),
        ({"crs": "ESRI:102158"}, "no EPSG code"),
        ({"statistic": "mode"}, "no statistic 'mode'"),
    ],
)
def test_what_coveragejson_cannot_say_is_refused_not_dropped(change, said):
    with pytest.raises(NotAcceptable, match=said):
        write_coveragejson([replace(SERIES, **change)], io.BytesIO())


def test_published_examples_are_read(shared):
    folder = shared / "data" / "formats" / "covjson"
    if not folder.exists():
        pytest.skip("input absent by design: formats/covjson")

    def read(name, column, unit="Cel"):
        text = TEMPERATURE.format(column=column)
        text = text.replace('written_unit = "Cel"', f'written_unit = "{unit}"')
        return read_file(folder / name, Recipe.from_toml(text))

    reading = read("coverage-json.covjson", "temperature")
    rows = reading.observations.to_pylist()
    assert len(rows) == 6
    assert rows[0]["time"] == datetime(2022, 1, 1, 4, 10)
    assert rows[0]["value"] == 64.27437704538298
    assert reading.places[0].position.longitude == 5.3
    # The other of the two parameters is left out, and that is said.
    assert [one.column for one in reading.notices] == ["dewpoint"]

    reading = read("playground_pointseries.covjson", "POTM")
    assert reading.observations["value"].to_pylist() == [
        *(23.8, 23.7, 23.9, 23.4, 23.2, 22.4),
    ]
    reading = read("playground_point-collection.covjson", "POTM")
    assert {p.position.latitude for p in reading.places} == {-40.2, -39.2}
    assert sorted(reading.observations["value"].to_pylist()) == [21.8, 23.8]
    flags = list_series(
        folder / "playground_point-collection.covjson", TableLayout()
    ).series[1]
    assert (flags.points.value, flags.points.qualifier) == (["1"], ["Good data"])

    reading = read("spec-vertical-profile-coverage.covjson", "POTM", "deg C")
    assert len(reading.places) == reading.counts["observations"] == 21
    pressures = {place.attributes["pressure"] for place in reading.places}
    assert "5.4562 Pa down" in pressures


CENSOR = {
    "type": "Parameter",
    "observedProperty": {
        "id": "waternet:censor",
        "label": {"en": "Whether the value is a limit"},
        "categories": [
            {
                "id": f"http://vocabulary.odm2.org/censorcode/{name}",
                "label": {"en": name},
            }
            for name in ("notCensored", "lessThan", "greaterThan")
        ],
    },
    "categoryEncoding": {
        f"http://vocabulary.odm2.org/censorcode/{name}": code
        for code, name in enumerate(("notCensored", "lessThan", "greaterThan"))
    },
}


def test_a_value_that_a_parameter_beside_it_calls_a_limit_is_one(tmp_path):
    document = coverage(
        parameters={**coverage()["parameters"], "censor": CENSOR},
        ranges={
            "level": {"type": "NdArray", "values": [0.05, 12]},
            "censor": {"type": "NdArray", "values": [1, 2]},
        },
    )
    (each,) = series_of(tmp_path, document).series
    assert each.points.value == ["<0.05", ">12"]


def test_a_missing_value_is_no_limit(tmp_path):
    document = coverage(
        parameters={**coverage()["parameters"], "censor": CENSOR},
        ranges={
            "censor": {"type": "NdArray", "values": [1, 0]},
            "level": {"type": "NdArray", "values": [None, 12]},
        },
    )
    (each,) = series_of(tmp_path, document).series
    assert each.points.value == ["", "12"]
