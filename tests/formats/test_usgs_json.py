"""The USGS's JSON: WaterML-JSON and OGC API collections, with their gaps."""

import json

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.recipe import TableLayout
from waternet.formats.usgs_json import is_usgs_json, list_series


def listed(folder, document):
    path = folder / "answer.json"
    path.write_text(json.dumps(document))
    return list_series(path, TableLayout())


def feature(at=(35.5, 32.0), **properties):
    shape = {"type": "Point", "coordinates": list(at)} if at else None
    return {"type": "Feature", "geometry": shape, "properties": properties}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def daily(value, time="2025-12-26", **more):
    given = {
        "monitoring_location_id": "USGS-1",
        "parameter_code": "00060",
        "statistic_id": "00003",
        "unit_of_measure": "ft^3/s",
        "approval_status": "Approved",
        "qualifier": None,
    }
    return feature(**given, value=value, time=time, **more)


def test_a_daily_mean_is_a_day_s_and_a_continuous_value_an_instant(tmp_path):
    instant = daily("2", "2025-12-26T00:15:00+00:00")
    instant["properties"] |= {"statistic_id": "00011", "time_series_id": "b"}
    found = listed(tmp_path, collection(daily("1.50"), instant)).series
    assert [(one.statistic, one.interval) for one in found] == [
        ("mean", "P1D"),
        ("instant", "PT0S"),
    ]
    assert found[0].points.value == ["1.50"]
    assert (found[0].ucum, found[0].observed_property) == ("[ft_i]3/s", "discharge")


def test_a_figure_that_was_not_given_is_missing(tmp_path):
    (one,) = listed(tmp_path, collection(daily(None), daily("3", "2025-12-27"))).series
    assert one.points.value == ["", "3"]


def test_an_estimated_figure_is_estimated_though_approved(tmp_path):
    made = daily("1")
    made["properties"]["qualifier"] = ["ESTIMATED", "ICE"]
    (one,) = listed(tmp_path, collection(made)).series
    assert one.points.status == ["estimated"]
    assert one.points.qualifier == ["ESTIMATED ICE"]


def test_an_annual_peak_without_a_day_is_reported_not_guessed(tmp_path):
    whole = {"water_year": "1970", "time_of_day": "17:00:00+00:00"}
    peak = daily("10", "1970-04-06", **whole)
    partial = daily("20", None, water_year=1927, year=1927, month=5, day=None)
    for one in (peak, partial):
        del one["properties"]["statistic_id"]
    found = listed(tmp_path, collection(peak, partial))
    assert found.series[0].points.time == ["1970-04-06T17:00:00+00:00"]
    assert [(one.row, one.value, one.lost) for one in found.rejects] == [
        (2, "1927-5-?", 1)
    ]


def test_monitoring_locations_are_places_with_their_clock_and_height(tmp_path):
    made = feature(
        id="USGS-1",
        monitoring_location_number="1",
        monitoring_location_name="A well",
        site_type_code="GW",
        altitude=10.0,
        vertical_datum="NAVD88",
        time_zone_abbreviation="MST",
        uses_daylight_savings="N",
    )
    (one,) = listed(tmp_path, collection(made)).series
    assert (one.feature, one.kind, one.zone) == ("USGS-1", "well", "-07:00")
    assert (float(one.elevation), one.vertical_datum) == (3.048, "NAVD88")
    assert (one.x, one.y, one.points.time) == ("35.5", "32.0", [])


def test_what_is_neither_a_place_nor_a_figure_is_pointed_at(tmp_path):
    codes = collection(feature(None, id="AK001", agency_name="A"))
    found = listed(tmp_path, {"agency-codes": codes, "daily": collection(daily("1"))})
    assert [(one.sheet, one.lost) for one in found.notices] == [("agency-codes", 0)]
    assert len(found.series) == 1


@pytest.mark.parametrize("text", ["{}", "[1]", "null", "{", "[" * 100_000, '{"a": 1}'])
def test_what_is_no_answer_is_refused_by_name(tmp_path, text):
    path = tmp_path / "answer.json"
    path.write_text(text)
    with pytest.raises(NotAcceptable, match=r"answer\.json"):
        list_series(path, TableLayout())


def test_a_file_is_told_by_what_only_these_answers_have():
    assert is_usgs_json(json.dumps(collection(daily("1"))).encode(), "x.txt")
    assert not is_usgs_json(b'{"type": "FeatureCollection", "features": []}', "x.json")
    assert not is_usgs_json(b'name,"monitoring_location_id","Feature"', "x.csv")
