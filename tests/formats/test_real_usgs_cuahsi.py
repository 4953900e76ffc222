"""Answers that USGS, CUAHSI and SensorThings services gave, as they were published.

Counts are from the files' provenance notes; spot values were read in the files by hand,
or are those that the test says.
"""

from datetime import datetime, timedelta

import pytest

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.registry import recognise
from waternet.observation.table import verify_table
from waternet.observation.vocabulary import Censor, Status

DISCHARGE = """
[[value]]
column = "00060"
observed_property = "discharge"
unit = "[ft_i]3/s"
"""
DAILY = DISCHARGE + 'statistic = "mean"\ninterval = "P1D"\n'


def read(shared, file, kind, more="", zone="America/New_York"):
    path = shared / "data" / "formats" / file
    if not path.exists():
        pytest.skip(f"input absent by design: {file}")
    assert recognise(path.read_bytes()[:65536], path.name)[0] == kind
    recipe = f'format = "{kind}"\ndataset = "d"\n[time]\nzone = "{zone}"\n{more}'
    reading = read_file(path, Recipe.from_toml(recipe))
    verify_table(reading.observations)
    counts = reading.counts
    lost = sum(reject.lost for reject in reading.rejects)
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    return reading


def local(row):
    return row["time"] + timedelta(minutes=row["offset"])


def test_192_instantaneous_flows_in_waterml_1_1(shared):
    # The package that published the file lists 192 values.
    reading = read(shared, "waterml/usgs_WaterML1Example.xml", "waterml1", DISCHARGE)
    rows = reading.observations.to_pylist()
    assert (len(rows), rows[0]["value"], rows[-1]["value"]) == (192, 83, 60)
    assert rows[0]["time"] == datetime(2012, 5, 12, 5)
    assert {row["status"] for row in rows} == {Status.APPROVED}
    (place,) = reading.places
    assert (place.id, place.kind) == ("01491000", "stream-gauge")
    assert place.position.latitude == 38.99719444


def test_16_daily_series_of_one_site_by_its_own_clock(shared):
    value = '[[value]]\ncolumn = "00010"\nobserved_property = "water-temperature"\n'
    parts = "".join(
        f'{value}unit = "Cel"\nstatistic = "{name}"\ninterval = "P1D"\n'
        f'when = {{ statistic = "{name}" }}\n'
        for name in ("maximum", "minimum", "mean")
    )
    file = "waterml/waterml11_nwis_08068500_daily.xml"
    reading = read(shared, file, "waterml1", parts, "America/Chicago")
    rows = {row["datastream"]: row for row in reading.observations.to_pylist()}
    found = {name.split("/")[2]: row["value"] for name, row in rows.items()}
    assert (found["maximum"], found["minimum"]) == (21.3, 14.6)
    assert {local(row) for row in rows.values()} == {datetime(2012, 12, 10)}
    # The other 13 of the 16 series, pointed at, not lost in silence.
    left_out = [one for one in reading.notices if "leaves out" in one.reason]
    assert sum(int(one.reason.split()[0]) for one in left_out) == 13


def test_112_water_temperatures_of_a_volunteer_programme(shared):
    file = "waterml/wof11_getvalues_ipswich.xml"
    value = '[[value]]\ncolumn = "Temp"\nobserved_property = "water-temperature"\n'
    value += 'unit = "Cel"\nwritten_unit = "degC"\n[station]\nkind = "sampling-point"\n'
    reading = read(shared, file, "waterml1", value)
    rows = reading.observations.to_pylist()
    assert (len(rows), rows[0]["value"], rows[4]["value"]) == (112, 19, -1)
    # 09:35 with the offset -06:00 that the service states.
    assert (rows[0]["time"], rows[0]["offset"]) == (datetime(1997, 8, 24, 15, 35), -360)
    assert rows[-1]["value"] == 6.5


def test_34_sites_without_any_figure(shared):
    reading = read(shared, "waterml/wof11_getsites_ipswich.xml", "waterml1")
    assert (len(reading.places), reading.observations.num_rows) == (34, 0)
    first = next(place for place in reading.places if place.id == "ER-1A")
    assert first.names["und"] == "Egypt River, Route 1A, Ipswich"
    assert first.position.longitude == -70.869172
    assert first.attributes == {"County": "Essex", "State": "Massachusetts"}


def test_31_daily_flows_in_rdb_with_their_review(shared):
    reading = read(shared, "waterml/usgs_RDB1Example.txt", "rdb", DAILY)
    rows = reading.observations.to_pylist()
    assert (len(rows), rows[0]["value"], rows[17]["value"]) == (31, 191, 1470)
    assert [row["status"] for row in rows] == [Status.APPROVED] * 30 + [
        Status.PROVISIONAL
    ]
    assert local(rows[0]) == datetime(2012, 9, 1)
    assert reading.places[0].names["und"] == "CHATTOOGA RIVER NEAR CLAYTON, GA"


def test_two_sites_in_nad83_with_heights_in_feet(shared):
    reading = read(shared, "usgs/waterservices_site.txt", "rdb")
    first, second = reading.places
    assert (first.id, second.id) == ("01491000", "01645000")
    assert second.position.crs == "EPSG:4269"
    # 213.31 ft of 0.3048 m.
    assert second.position.elevation == pytest.approx(65.0169, abs=1e-4)
    assert second.position.vertical_datum == "NAVD88"


def test_two_sites_daily_flow_in_waterml_json(shared):
    reading = read(shared, "usgs/waterservices_dv.txt", "usgs_json", DAILY)
    rows = reading.observations.to_pylist()
    assert [row["value"] for row in rows] == [466, 362, 179, 136]
    assert {row["status"] for row in rows} == {Status.PROVISIONAL}
    assert local(rows[0]) == datetime(2020, 2, 14)
    assert [place.id for place in reading.places] == ["01491000", "01645000"]


def test_collections_of_the_ogc_api_side_by_side(shared):
    stage = '[[value]]\ncolumn = "00065"\nobserved_property = "stage"\n'
    stage += 'unit = "[ft_i]"\nwhen = { statistic = "instant" }\n'
    mean = DAILY + 'when = { statistic = "mean" }\n'
    file = "usgs/waterdata_ogc_fixtures.json"
    reading = read(shared, file, "usgs_json", stage + mean, "America/Chicago")
    rows = reading.observations.to_pylist()
    daily = [row for row in rows if "discharge" in row["datastream"]]
    assert [(local(row), row["value"]) for row in daily] == [
        (datetime(2025, 12, 26), 20.2),
        (datetime(2026, 3, 19), 27.1),
    ]
    stages = {row["value"] for row in rows if "stage" in row["datastream"]}
    assert stages == {1.76, 1.59, 3.14, 49.98}
    well = next(place for place in reading.places if place.kind == "well")
    assert well.position.longitude < -73
    assert any(one.sheet == "observationNormals" for one in reading.notices)


def test_five_results_of_the_portal_with_a_summer_clock(shared):
    value = '[[value]]\ncolumn = "Specific conductance"\nunit = "uS/cm"\n'
    value += 'observed_property = "electrical-conductivity"\n'
    reading = read(shared, "usgs/wqp_results.txt", "wqp", value)
    rows = reading.observations.to_pylist()
    assert [row["value"] for row in rows] == [1000, 800, 860, 471, 750]
    # 2011-05-09 12:20 CDT.
    assert rows[0]["time"] == datetime(2011, 5, 9, 17, 20)
    assert {row["status"] for row in rows} == {Status.APPROVED}


def test_five_sites_of_the_portal(shared):
    reading = read(shared, "usgs/wqp_sites.txt", "wqp")
    kinds = [place.kind for place in reading.places]
    assert sorted(kinds) == ["lake"] + ["stream-gauge"] * 4
    pond = next(place for place in reading.places if place.kind == "lake")
    assert pond.position.crs == "EPSG:4269"
    assert pond.position.elevation == pytest.approx(1.524)  # 5 ft


def test_a_file_of_limits_alone_is_five_places_and_a_notice(shared):
    reading = read(shared, "usgs/wqp_detection_limits.txt", "wqp")
    assert (len(reading.places), reading.observations.num_rows) == (5, 0)
    assert any("5 detection limits" in one.reason for one in reading.notices)


def test_67_results_of_usgs_samples_with_their_limits(shared):
    # Four results are 'Not Detected': 00608 twice, 71846 and 00605 once.
    value = '[[value]]\ncolumn = "00608"\nobserved_property = "ammonia-as-nitrogen"\n'
    value += 'unit = "mg/L"\n'
    reading = read(shared, "usgs/samples_results.txt", "wqp", value)
    rows = reading.observations.to_pylist()
    by_day = {local(row).date().isoformat(): row for row in rows}
    assert {day: row["value"] for day, row in by_day.items()} == {
        "2023-06-20": 0.02,
        "2023-07-25": 0.02,
        "2023-08-22": 0.02,
    }
    assert [by_day[day]["censor"] for day in sorted(by_day)] == [
        *(Censor.BELOW, Censor.BELOW, Censor.NONE)
    ]
    left_out = [one for one in reading.notices if "leaves out" in one.reason]
    assert sum(int(one.reason.split()[0]) for one in left_out) == 67 - 3


def test_a_batch_of_eight_datastreams_at_four_things(shared):
    value = '[[value]]\ncolumn = "Temperature"\nobserved_property = "air-temperature"\n'
    value += 'unit = "Cel"\n'
    file = "sensorthings/frost_batch_post.json"
    reading = read(shared, file, "sensorthings", value)
    rows = reading.observations.to_pylist()
    assert [row["value"] for row in rows] == [1, 2, 3, 4] * 4
    assert rows[2]["time"] == datetime(2023, 1, 1, 12, 3)
    at = {place.id: place.position for place in reading.places}
    assert (at["thing3"].longitude, at["thing3"].latitude) == (8, 50)
