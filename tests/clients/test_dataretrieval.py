"""dataretrieval.waterdata, unmodified, with its base address set to a node's.

A bank of 10^6 figures beside the small region: 100 wells, hourly for 10,000 hours.
"""

import warnings

import pandas as pd
import pytest
import regions
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import dataretrieval
    from dataretrieval import waterdata
    from dataretrieval.waterdata import WaterdataConfiguration

FLOW = "amber:G1/discharge/instant/PT0S/unspecified"
WELLS = [f"cedar-C{number:04}" for number in range(100)]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    node = make_party(tmp_path_factory.mktemp("node"), "amber").node
    regions.fill(node)
    regions.fill_long(node, 100, 10_000)
    with serving(make_app(node, rate=0)) as address:
        yield address


@pytest.fixture
def usgs(address, monkeypatch):
    """Return the module as it is used, its requests going to the node."""
    monkeypatch.delenv("API_USGS_PAT", raising=False)
    settings = WaterdataConfiguration(base_url=address, retries=0)
    with dataretrieval.configure(settings):
        yield waterdata


def test_locations_of_a_list_of_sites(usgs):
    found, _ = usgs.get_monitoring_locations(
        monitoring_location_id=["amber-G1", "birch-S1", "nobody-X"]
    )
    found = found.set_index("monitoring_location_id")
    assert sorted(found.index) == ["amber-G1", "birch-S1"]
    assert found.loc["birch-S1", "site_type"] == "Spring"
    # 780.5 m: the USGS tells altitudes in feet (1 ft = 0.3048 m).
    assert found.loc["birch-S1", "altitude"] == pytest.approx(2560.695538)
    assert found.loc["amber-G1", "geometry"] == [35.6, 32.7]


def test_locations_in_a_box_and_of_a_type(usgs):
    found, _ = usgs.get_monitoring_locations(
        bbox=[35.5, 32.6, 35.7, 32.8], site_type_code="ST"
    )
    assert sorted(found["monitoring_location_id"]) == ["amber-G1", "birch-B1"]


def test_a_series_says_its_extent_and_whether_it_is_computed(usgs):
    found, _ = usgs.get_time_series_metadata(
        monitoring_location_id=["amber-G1", "birch-B1"], skip_geometry=True
    )
    found = found.set_index("time_series_id")
    assert found["computation"].to_dict() == {
        FLOW: "published",
        "amber:G1/discharge/mean/P1D/gauge": "published",
        "birch:B1/stage/instant/PT0S/unspecified": "published",
        "birch:B1/stage/instant/PT0S/unspecified@day-mean": "computed",
    }
    assert found.loc[FLOW, "parameter_code"] == "00060"
    assert found.loc[FLOW, "statistic_id"] == "00011"
    assert found.loc[FLOW, "begin"] == pd.Timestamp("2020-01-01T00:00Z")
    assert found.loc[FLOW, "end"] == pd.Timestamp("2020-01-03T23:00Z")


def test_daily_values_are_those_published_and_else_computed(usgs):
    found, _ = usgs.get_daily(
        monitoring_location_id=["amber-G1", "birch-B1"],
        parameter_code=["00060", "00065"],
        statistic_id="00003",
        time="2020-01-01/2020-01-02",
    )
    told = {
        (row.monitoring_location_id, row.time.isoformat()[:10]): (
            row.value,
            row.computation,
        )
        for row in found.itertuples()
    }
    assert told == {
        ("amber-G1", "2020-01-01"): (21.5, "published"),
        ("amber-G1", "2020-01-02"): (21.25, "published"),
        # 0, 0.025 ... 2.375 every quarter of an hour: their mean is half the last.
        ("birch-B1", "2020-01-01"): (1.1875, "computed"),
    }
    computed = found[found["computation"] == "computed"].iloc[0]
    assert (computed["figures"], computed["coverage"]) == (96, 1.0)


def test_other_statistics_of_a_day_come_when_they_are_asked_for(usgs):
    found, _ = usgs.get_daily(
        monitoring_location_id="birch-B1", statistic_id=["00001", "00002"]
    )
    assert dict(zip(found["statistic_id"], found["value"], strict=True)) == {
        "00001": 2.375,
        "00002": 0.0,
    }


def test_continuous_values_of_an_interval(usgs):
    found, _ = usgs.get_continuous(
        monitoring_location_id="amber-G1", time="2020-01-03T21:00:00Z/.."
    )
    assert found["value"].tolist() == [31.0, 32.0, 40.0]  # the last was revised
    assert found["time"].tolist() == list(
        pd.to_datetime([f"2020-01-03T{hour}:00Z" for hour in (21, 22, 23)])
    )
    assert set(found["unit_of_measure"]) == {"m3/s"}
    assert set(found["approval_status"]) == {None}  # its owner says nothing of it


def test_a_year_of_several_sites_comes_page_by_page(usgs):
    found, _ = usgs.get_continuous(
        monitoring_location_id=WELLS[:3], time="2020-01-01/2020-12-31", limit=10_000
    )
    # 2020 has 8,784 hours.
    assert len(found) == 3 * 8_784
    assert found.groupby("monitoring_location_id").size().unique().tolist() == [8_784]
    first = found[found["monitoring_location_id"] == "cedar-C0000"]
    assert first["time"].is_monotonic_increasing
    assert first["value"].iloc[:3].tolist() == [400.0, 400.125, 400.25]


def test_the_latest_values_of_a_long_list_of_sites(usgs):
    found, _ = usgs.get_latest_continuous(monitoring_location_id=WELLS)
    assert len(found) == 100
    # 9,999 hours after 2020-01-01, of which 15 in the last day: 400 + 15 / 8.
    assert set(found["time"]) == {pd.Timestamp("2021-02-20T15:00Z")}
    assert set(found["value"]) == {401.875}
    daily, _ = usgs.get_latest_daily(monitoring_location_id=["amber-G1", "birch-B1"])
    assert daily[["monitoring_location_id", "value"]].to_numpy().tolist() == [
        ["amber-G1", 21.75]
    ]


def test_the_figure_nearest_to_a_time(usgs):
    found, _ = usgs.get_nearest_continuous(
        ["2020-01-01T10:07:00Z", "2020-01-01T12:31:00Z"],
        monitoring_location_id="birch-B1",
    )
    assert found["value"].tolist() == [1.0, 1.25]


def test_any_filter_by_cql(usgs):
    found, _ = usgs.get_cql(
        "continuous",
        {
            "op": "and",
            "args": [
                {"op": "in", "args": [{"property": "parameter_code"}, ["00060"]]},
                {"op": ">=", "args": [{"property": "value"}, "33"]},
            ],
        },
    )
    assert sorted(found["value"].tolist()) == [33.0, 33.0, 40.0]


def test_what_there_is_to_ask_by(usgs):
    found, _ = usgs.get_queryables("daily")
    assert {"monitoring_location_id", "time", "value"} <= set(found["queryable"])


def test_nothing_found_is_an_empty_frame_with_its_columns(usgs):
    found, _ = usgs.get_daily(monitoring_location_id="nobody-X")
    assert found.empty
    assert "monitoring_location_id" in found.columns


def test_a_question_that_cannot_be_is_refused_with_its_reason(usgs):
    with pytest.raises(dataretrieval.exceptions.DataRetrievalError, match="400"):
        usgs.get_monitoring_locations(state_name="Wisconsin")
