"""Files of agencies, each with the truth written by hand: what stands in the cells.

Grids, gaps, digits, calendars, clocks and code pages, as in `test_layouts`.
"""

import pytest
from formats.suggest.layouts import WELL, check, figures, keys, required, write

from waternet.formats.file import read_file
from waternet.formats.suggest import suggest_recipe


def test_israeli_grid_without_decimals(tmp_path):
    text = "id,name,east,north\nS1,Acre,209870,759650\nS2,Eilat,195000,385010\n"
    path = write(tmp_path, "stations.csv", text)
    proposal = suggest_recipe(path, {"station.kind": "rain-gauge"})
    reading = read_file(path, proposal.recipe)
    assert proposal.recipe.station.crs == "EPSG:2039"
    assert round(reading.places[1].position.latitude, 2) == 29.55


def test_exchanged_coordinates_are_read_the_other_way(tmp_path):
    text = "id,x,y\nS1,765390,208980\nS2,385010,195000\n"
    path = write(tmp_path, "places.csv", text)
    proposal = suggest_recipe(path, {"station.kind": "well"})
    position = read_file(path, proposal.recipe).places[0].position
    assert (round(position.longitude, 2), round(position.latitude, 2)) == (35.09, 32.98)
    assert any("exchanged" in notice for notice in proposal.notices)


def test_a_grid_that_the_numbers_do_not_tell_is_asked(tmp_path):
    text = "id,x,y\nS1,180000,1130000\nS2,190000,1140000\n"
    path = write(tmp_path, "places.csv", text)
    proposal = suggest_recipe(path, {"station.kind": "well"})
    (asked,) = proposal.required
    assert asked.key == "station.crs"
    assert {"EPSG:28192", "EPSG:28193"} <= set(asked.choices)


def test_records_inside_json(tmp_path):
    text = (
        '{"result": {"records": ['
        '{"station": "W1", "date": "2023-04-02", "level_m": -437.73},'
        '{"station": "W1", "date": "2023-03-26", "level_m": null}]}}'
    )
    path = write(tmp_path, "levels.json", text)
    check(path, WELL, {("W1", "2023-04-02", "groundwater-level"): "-437.73"})


def test_sentinels_far_from_all_others(tmp_path):
    rows = "".join(f"2015-01-{day:02d},{5 + day / 10}\n" for day in range(1, 20))
    text = f"Date,Discharge (m3/s)\n{rows}2015-01-20,-999\n2015-01-21,-999.0\n"
    path = write(tmp_path, "flow.csv", text)
    proposal = suggest_recipe(path, {"time.zone": "UTC", "station.id": "s"})
    reading = read_file(path, proposal.recipe)
    assert reading.counts["missing"] == 2
    assert reading.counts["observations"] == 19


def test_a_zero_that_looks_like_a_gap_is_asked(tmp_path):
    rows = "".join(f"2015-01-{day:02d},-{210 + day / 10}\n" for day in range(1, 20))
    path = write(tmp_path, "level.csv", f"Date,Lake level (m)\n{rows}2015-01-20,0\n")
    proposal = suggest_recipe(path, {"time.zone": "UTC", "station.id": "s"})
    assert "zero.Lake level (m)" in keys(proposal)
    told = {"time.zone": "UTC", "station.id": "s", "zero.Lake level (m)": "missing"}
    assert read_file(path, suggest_recipe(path, told).recipe).counts["missing"] == 1


def test_arabic_digits(tmp_path):
    text = "رقم المحطة,التاريخ,الهطول (ملم)\nR1,2015-01-30,١٢٫٥\nR1,2015-01-31,٠\n"
    path = write(tmp_path, "rain.csv", text)
    check(
        path,
        {"time.zone": "+03:00"},
        {
            ("R1", "2015-01-30", "precipitation"): "12.5",
            ("R1", "2015-01-31", "precipitation"): "0",
        },
    )


def test_thousands_set_off_by_commas(tmp_path):
    text = 'Well,Year,Abstraction (m3)\nW1,2014,"1,234,567"\nW1,2015,"12,500.5"\n'
    path = write(tmp_path, "pumping.csv", text)
    check(
        path,
        {"time.zone": "UTC", "station.kind": "well"},
        {
            ("W1", "2014-01-01", "groundwater-abstraction"): "1.23457e+06",
            ("W1", "2015-01-01", "groundwater-abstraction"): "12500.5",
        },
    )


def test_two_digit_years_and_clocks_without_colons(tmp_path):
    text = (
        "STATION_ID,READING_DATE,READING_TIME,DEPTH_TO_WATER (m)\n"
        "AL1,13-Jul-74,845,76.44\nAL1,25-Aug-15,1200,77.37\n"
    )
    path = write(tmp_path, "readings.csv", text)
    check(
        path,
        {"time.zone": "+02:00"},
        {
            ("AL1", "1974-07-13T08:45", "depth-to-groundwater"): "76.44",
            ("AL1", "2015-08-25T12:00", "depth-to-groundwater"): "77.37",
        },
    )


def test_a_row_of_units_below_the_headings(tmp_path):
    text = "Date,Level,Cl,EC\n,m,mg/L,uS/cm\n"
    text += "30/01/2015,12.5,250,900\n31/01/2015,12.6,251,905\n"
    path = write(tmp_path, "well7.csv", text)
    proposal, _ = check(
        path,
        {"time.zone": "+02:00", "station.id": "w7", "station.kind": "well"},
        {
            ("w7", "2015-01-30", "groundwater-level"): "12.5",
            ("w7", "2015-01-31", "groundwater-level"): "12.6",
            ("w7", "2015-01-30", "chloride"): "250",
            ("w7", "2015-01-31", "chloride"): "251",
            ("w7", "2015-01-30", "electrical-conductivity"): "900",
            ("w7", "2015-01-31", "electrical-conductivity"): "905",
        },
    )
    assert not {key for key in keys(proposal) if key.startswith("unit.")}


def test_no_headings_at_all(tmp_path):
    rows = "".join(f"2015-01-{day:02d},{day}.5\n" for day in range(1, 6))
    path = write(tmp_path, "rain_mm.csv", rows)
    proposal = suggest_recipe(
        path,
        {
            "time.zone": "UTC",
            "station.id": "r",
            "column.#2": "precipitation mm total P1D",
        },
    )
    found, _ = figures(path, proposal)
    assert found["r", "2015-01-05", "precipitation"] == "5.5"


def test_who_measured_is_never_published(tmp_path):
    text = "Well,Date,Level (m),Observer\nW1,2015-01-30,5,Dana\nW1,2015-01-31,6,Omar\n"
    path = write(tmp_path, "w.csv", text)
    proposal = suggest_recipe(path, WELL)
    assert "Observer" not in proposal.recipe.station.attribute_columns
    assert any("persons" in notice for notice in proposal.notices)


def test_scenarios_are_told_apart(tmp_path):
    rows = "".join(
        f"D1,{year},{scenario},{year % 10 + place}\n"
        for year in range(2020, 2030)
        for place, scenario in enumerate(("historical", "rcp 8.5"))
    )
    path = write(tmp_path, "inflow.csv", f"Dam,Year,Scenario,Inflow (m3/s)\n{rows}")
    proposal = suggest_recipe(path, {"time.zone": "UTC", "station.kind": "reservoir"})
    reading = read_file(path, proposal.recipe)
    assert reading.counts["observations"] == 20
    assert {stream.procedure for stream in reading.datastreams} == {
        "historical",
        "rcp-8-5",
    }


def test_dates_of_another_calendar_are_not_guessed(tmp_path):
    text = "Well,التاريخ,Level (m)\nW1,15/03/1437,5\nW1,16/03/1437,6\n"
    path = write(tmp_path, "w.csv", text)
    proposal = suggest_recipe(path, WELL)
    assert any("Hijri" in notice for notice in proposal.notices)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.dat"])
def test_the_content_tells_the_format_and_not_the_ending(tmp_path, name):
    path = write(tmp_path, name, "Well,Date,Level (m)\nW1,2015-01-31,5\n")
    assert suggest_recipe(path).format == "delimited"


def test_a_clock_of_twelve_hours(tmp_path):
    text = "Site,Date Time,Stage (m)\n"
    text += "S1,01/31/2015 11:00 AM,1.5\nS1,01/31/2015 1:30 PM,2\n"
    path = write(tmp_path, "stage.csv", text)
    check(
        path,
        {"time.zone": "UTC"},
        {
            ("S1", "2015-01-31T11:00", "stage"): "1.5",
            ("S1", "2015-01-31T13:30", "stage"): "2",
        },
    )


def test_days_across(tmp_path):
    days = ",".join(str(day) for day in range(1, 32))
    january = ",".join(str(day) for day in range(1, 32))
    february = ",".join(str(day) if day < 29 else "" for day in range(1, 32))
    text = f"Year,Month,{days}\n2015,1,{january}\n2015,2,{february}\n"
    path = write(tmp_path, "rainfall_mm.csv", text)
    truth = {
        ("r", f"2015-{month:02d}-{day:02d}", "precipitation"): str(day)
        for month, last in ((1, 31), (2, 28))
        for day in range(1, last + 1)
    }
    check(path, {"time.zone": "UTC", "station.id": "r"}, truth)


def test_daily_sums_stamped_at_eight_are_asked_about(tmp_path):
    rows = "".join(f"S1,{day:02d}/01/2015 08:00,{day}\n" for day in range(1, 20))
    path = write(tmp_path, "rain.csv", f"Station,Date,Rain (mm)\n{rows}")
    assert "time.stamp" in required(suggest_recipe(path))
    told = suggest_recipe(path, {"time.zone": "+02:00", "time.stamp": "end"})
    found, _ = figures(path, told)
    # The rain read at 08:00 on the first fell from 08:00 on the day before.
    assert found["S1", "2014-12-31T08:00", "precipitation"] == "1"


def test_text_that_went_through_a_wrong_code_page_is_repaired(tmp_path):
    text = "اسم البئر,Date,Level (m)\n"
    text += "بئر الهاشمية,2015-01-31,5\nبئر الزرقاء,2015-02-28,6\n"
    path = write(tmp_path, "w.csv", text.encode("cp1256").decode("cp1252"))
    proposal = suggest_recipe(path, {"time.zone": "+02:00"})
    reading = read_file(path, proposal.recipe)
    assert proposal.recipe.table.mojibake == "cp1256"
    assert {p.names["ar"] for p in reading.places} == {"بئر الهاشمية", "بئر الزرقاء"}


def test_degrees_minutes_and_seconds(tmp_path):
    text = (
        "id,Name,Latitude,Longitude\n"
        "S1,A,31°57'00\"N,35°56'00\"E\nS2,B,32°30'00\"N,35°51'36\"E\n"
    )
    path = write(tmp_path, "places.csv", text)
    proposal = suggest_recipe(path, {"station.kind": "well"})
    position = read_file(path, proposal.recipe).places[1].position
    assert (position.longitude, position.latitude) == (35.86, 32.5)
