"""Layouts that agencies have, each with the truth written by hand.

A proposal is made of each file, its open questions are answered as the agency would,
and what is read must be the figures written down here, neither more nor fewer.
"""

from datetime import timedelta

import pytest
import xlsxwriter

from waternet.formats.file import read_file
from waternet.formats.suggest import suggest_recipe

WELL = {"station.kind": "well", "time.zone": "+02:00"}


def propose(path, **answers):
    """Return a proposal for a file and answers."""
    given = {key.replace("__", "."): value for key, value in answers.items()}
    return suggest_recipe(path, given)


def figures(path, proposal):
    """Return {(place, local time, term): value} of all observations."""
    assert proposal.recipe is not None, [q.key for q in proposal.required]
    reading = read_file(path, proposal.recipe)
    found = {}
    for row in reading.observations.to_pylist():
        place, term = row["datastream"].split("/")[:2]
        when = (row["time"] + timedelta(minutes=row["offset"])).isoformat()
        when = when.removesuffix(":00").removesuffix("T00:00")
        sign = ("", "<", ">")[row["censor"]]
        found[place, when, term] = sign + f"{row['value']:g}"
    return found, reading


def check(path, answers, truth, rejected=0, **expected):
    proposal = suggest_recipe(path, answers)
    found, reading = figures(path, proposal)
    assert found == truth
    assert len(reading.rejects) == rejected
    for key, value in expected.items():
        guesses = {guess.key: guess.value for guess in proposal.guesses}
        assert guesses[key.replace("__", ".")] == value, key
    return proposal, reading


def write(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def keys(proposal):
    return {question.key for question in proposal.questions}


def required(proposal):
    return {question.key for question in proposal.required}


def test_hebrew_in_its_code_page(tmp_path):
    text = (
        "מספר קידוח,שם הקידוח,תאריך מדידה,מפלס מי תהום (מ')\n"
        "1201,באר שבע מזרח,28/02/2015,-12.5\n1202,ערד מערב,01/03/2015,310.25\n"
    )
    path = write(tmp_path, "mfls.csv", text, "cp1255")
    _, reading = check(
        path,
        {"time.zone": "+02:00"},
        {
            ("1201", "2015-02-28", "groundwater-level"): "-12.5",
            ("1202", "2015-03-01", "groundwater-level"): "310.25",
        },
        table__encoding="cp1255",
        station__kind="well",
    )
    assert required(suggest_recipe(path)) == {"time.zone"}
    assert [place.names["he"] for place in reading.places] == [
        "באר שבע מזרח",
        "ערד מערב",
    ]


def test_arabic_with_semicolons_and_decimal_commas(tmp_path):
    text = (
        "رقم البئر;اسم البئر;التاريخ;منسوب المياه (م);الكلوريد (ملغم/لتر)\n"
        "W1;عين السلطان;15/03/2016;-250,75;412,5\n"
        "W2;الجفتلك;16/03/2016;-231,20;لا يوجد\n"
    )
    path = write(tmp_path, "wells.csv", text, "cp1256")
    check(
        path,
        {"time.zone": "Asia/Hebron"},
        {
            ("W1", "2016-03-15", "groundwater-level"): "-250.75",
            ("W1", "2016-03-15", "chloride"): "412.5",
            ("W2", "2016-03-16", "groundwater-level"): "-231.2",
        },
        table__encoding="cp1256",
        table__delimiter=";",
        table__decimal=",",
    )


def test_utf16_with_tabs(tmp_path):
    text = "\ufeffStation\tDate\tDischarge (m³/s)\n"
    text += "S1\t2015-01-31\t1.5\nS1\t2015-02-05\t2\n"
    path = write(tmp_path, "flow.txt", text, "utf-16-le")
    check(
        path,
        {"time.zone": "UTC"},
        {
            ("S1", "2015-01-31", "discharge"): "1.5",
            ("S1", "2015-02-05", "discharge"): "2",
        },
        table__encoding="utf-16",
        table__delimiter="\t",
        station__kind="stream-gauge",
    )


def workbook(folder, name, sheets):
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        for title, rows, merged in sheets:
            sheet = book.add_worksheet(title)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell != "":
                        sheet.write(row, column, cell)
            for first, text in merged:
                sheet.merge_range(*first, text)
    return path


def test_headings_in_two_rows_with_merged_cells(tmp_path):
    path = workbook(
        tmp_path,
        "quality.xlsx",
        [
            (
                "samples",
                [
                    ["Well", "Date", "Major ions", "", "Field"],
                    ["", "", "Chloride (mg/L)", "Nitrate (mg/L)", "pH"],
                    ["W1", "2015-03-31", 250, 45.5, 7.1],
                    ["W2", "2015-04-01", 300, 50, 7.4],
                ],
                [((0, 2, 0, 3), "Major ions")],
            )
        ],
    )
    check(
        path,
        {"time.zone": "UTC"},
        {
            ("W1", "2015-03-31", "chloride"): "250",
            ("W1", "2015-03-31", "nitrate"): "45.5",
            ("W1", "2015-03-31", "ph"): "7.1",
            ("W2", "2015-04-01", "chloride"): "300",
            ("W2", "2015-04-01", "nitrate"): "50",
            ("W2", "2015-04-01", "ph"): "7.4",
        },
        table__header_rows=2,
        station__kind="well",
    )


def test_years_across(tmp_path):
    text = "Well,2010,2011,2012\nA1,1000,2000,\nA2,,0,3500\n"
    path = write(tmp_path, "abstraction.csv", text)
    check(
        path,
        {"time.zone": "+02:00", "unit.volume": "m3/a", "station.kind": "well"},
        {
            ("A1", "2010-01-01", "groundwater-abstraction"): "1000",
            ("A1", "2011-01-01", "groundwater-abstraction"): "2000",
            ("A2", "2011-01-01", "groundwater-abstraction"): "0",
            ("A2", "2012-01-01", "groundwater-abstraction"): "3500",
        },
        time__headings="YYYY",
    )


MONTHS = "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec"


def test_months_across_with_a_column_of_years(tmp_path):
    figures = ",".join(str(n) for n in range(1, 13))
    text = f"Station,Year,{MONTHS},Total\nR1,2014,{figures},78\nR1,2015,{figures},78\n"
    path = write(tmp_path, "monthly_rainfall_mm.csv", text)
    truth = {
        ("R1", f"{year}-{month:02d}-01", "precipitation"): str(month)
        for year in (2014, 2015)
        for month in range(1, 13)
    }
    check(
        path,
        {"time.zone": "+02:00"},
        truth,
        time__headings="Mon",
        station__kind="rain-gauge",
    )


def test_months_across_in_hebrew_in_one_year_told_by_the_title(tmp_path):
    names = "ינואר,פברואר,מרץ,אפריל,מאי,יוני,יולי,אוגוסט,ספטמבר,אוקטובר,נובמבר,דצמבר"
    text = f'"כמות גשם חודשית (מ""מ) בשנת 2015"\n\nשם תחנה,{names}\n'
    text += "ירושלים," + ",".join("5" * 12) + "\n" + "חיפה," + ",".join("7" * 12) + "\n"
    path = write(tmp_path, "gshm.csv", text)
    proposal = suggest_recipe(path, {"time.zone": "+02:00"})
    found, reading = figures(path, proposal)
    assert len(found) == 24
    assert {v for (_, when, _), v in found.items() if when == "2015-07-01"} == {
        "5",
        "7",
    }
    assert {place.names["he"] for place in reading.places} == {"ירושלים", "חיפה"}


def test_stations_across(tmp_path):
    text = (
        "Daily discharge (m3/s)\n\nDate,Yarmouk,Zarqa,Wadi Shueib\n"
        "30/01/2015,1.5,2,0.1\n31/01/2015,1.6,,0.2\n01/02/2015,1.7,2.2,0.3\n"
    )
    path = write(tmp_path, "flows.csv", text)
    proposal, reading = check(
        path,
        {"time.zone": "Asia/Amman"},
        {
            ("yarmouk", "2015-01-30", "discharge"): "1.5",
            ("zarqa", "2015-01-30", "discharge"): "2",
            ("wadi-shueib", "2015-01-30", "discharge"): "0.1",
            ("yarmouk", "2015-01-31", "discharge"): "1.6",
            ("wadi-shueib", "2015-01-31", "discharge"): "0.2",
            ("yarmouk", "2015-02-01", "discharge"): "1.7",
            ("zarqa", "2015-02-01", "discharge"): "2.2",
            ("wadi-shueib", "2015-02-01", "discharge"): "0.3",
        },
    )
    assert "layout" in keys(proposal)
    assert reading.counts["missing"] == 1


def test_long_with_a_column_of_units(tmp_path):
    text = (
        "Site Code,Sample Date,Parameter,Result,Unit\n"
        "S1,2015-06-30,Chloride,250,mg/l\nS1,2015-06-30,EC,1.2,mS/cm\n"
        "S1,2015-06-30,Nitrate,<0.5,mg/l\nS2,2015-07-01,Chloride,ND,mg/l\n"
    )
    path = write(tmp_path, "lab.csv", text)
    check(
        path,
        {"time.zone": "UTC", "station.kind": "sampling-point"},
        {
            ("S1", "2015-06-30", "chloride"): "250",
            ("S1", "2015-06-30", "electrical-conductivity"): "1.2",
            ("S1", "2015-06-30", "nitrate"): "<0.5",
        },
        rejected=1,  # not detected, and no limit is told
    )


def test_a_day_over_twelve_proves_the_order(tmp_path):
    for name, first, expected in (
        ("a.csv", "13/02/2015", "DD/MM/YYYY"),
        ("b.csv", "02/13/2015", "MM/DD/YYYY"),
    ):
        path = write(tmp_path, name, f"Date,pH\n{first},7\n03/04/2015,7.1\n")
        guesses = {g.key: g for g in suggest_recipe(path).guesses}
        assert guesses["time.format"].value == [expected]
        assert guesses["time.format"].confidence == 1


def test_an_order_that_nothing_proves_is_asked(tmp_path):
    path = write(
        tmp_path, "a.csv", "Well,Date,Level (m)\nW1,02/03/2015,7\nW2,03/04/2015,8\n"
    )
    proposal = suggest_recipe(path, WELL)
    assert required(proposal) == {"time.format"}
    (asked,) = proposal.required
    assert set(asked.choices) == {"DD/MM/YYYY", "MM/DD/YYYY"}
    told = suggest_recipe(path, {**WELL, "time.format": "MM/DD/YYYY"})
    found, _ = figures(path, told)
    assert ("W1", "2015-02-03", "groundwater-level") in found


def test_regular_steps_tell_the_order_where_no_day_is_over_twelve(tmp_path):
    rows = "".join(
        f"01/{month:02d}/{year},{month}\n"
        for year in (2014, 2015)
        for month in range(1, 13)
    )
    path = write(tmp_path, "a.csv", f"Date,Rain (mm)\n{rows}")
    guesses = {g.key: g for g in suggest_recipe(path).guesses}
    assert guesses["time.format"].value == ["DD/MM/YYYY"]
    assert guesses["time.format"].confidence < 1


def test_hydrological_years(tmp_path):
    text = "Year,Rainfall (mm)\n2013/14,420\n2014/15,510\n2015/16,380\n"
    path = write(tmp_path, "rain.csv", text)
    assert {"time.year_starts", "time.zone"} <= required(suggest_recipe(path))
    check(
        path,
        {"time.zone": "+02:00", "time.year_starts": "10-01", "station.id": "north"},
        {
            ("north", "2013-10-01", "precipitation"): "420",
            ("north", "2014-10-01", "precipitation"): "510",
            ("north", "2015-10-01", "precipitation"): "380",
        },
    )


def test_serial_dates_beside_text_dates(tmp_path):
    # 42035 is 2015-01-31 in spreadsheets that count from 1900.
    rows = [
        ["Station", "Date", "Level (m)"],
        ["W1", 42035, 5.5],
        ["W1", "15/02/2015", 5.6],
    ]
    path = workbook(tmp_path, "levels.xlsx", [("levels", rows, [])])
    check(
        path,
        WELL,
        {
            ("W1", "2015-01-31", "groundwater-level"): "5.5",
            ("W1", "2015-02-15", "groundwater-level"): "5.6",
        },
    )


def test_a_logger_with_lines_above(tmp_path):
    text = (
        "Serial number: 10123\nOperator: hydrology unit\nLocation: BH-7\n\n"
        "Date,Time,Water level (m),Temperature (°C)\n"
        "2015/06/30,08:00:00,12.51,21.4\n2015/06/30,09:00:00,12.52,21.4\n"
    )
    path = write(tmp_path, "logger.csv", text)
    check(
        path,
        {"time.zone": "+02:00", "station.id": "BH-7", "station.kind": "well"},
        {
            ("BH-7", "2015-06-30T08:00", "groundwater-level"): "12.51",
            ("BH-7", "2015-06-30T09:00", "groundwater-level"): "12.52",
            ("BH-7", "2015-06-30T08:00", "water-temperature"): "21.4",
            ("BH-7", "2015-06-30T09:00", "water-temperature"): "21.4",
        },
        table__header_row=5,
    )


def test_non_detects_with_a_column_of_limits(tmp_path):
    text = (
        "Well,Date,Arsenic (ug/L),Detection limit\n"
        "W1,2015-06-30,BDL,0.5\nW2,2015-06-30,3.5,0.5\n"
    )
    path = write(tmp_path, "arsenic.csv", text)
    check(
        path,
        {"time.zone": "UTC"},
        {
            ("W1", "2015-06-30", "arsenic"): "<0.5",
            ("W2", "2015-06-30", "arsenic"): "3.5",
        },
        station__kind="well",
    )


def test_totals_and_notes_at_the_bottom(tmp_path):
    rows = "".join(f"{day:02d}/01/2015,{day}\n" for day in range(1, 21))
    text = f"Date,Rain (mm)\n{rows}Total,210\nSource: the station's own book\n"
    path = write(tmp_path, "rain.csv", text)
    truth = {
        ("r1", f"2015-01-{day:02d}", "precipitation"): str(day) for day in range(1, 21)
    }
    check(path, {"time.zone": "+02:00", "station.id": "r1"}, truth, table__last_row=21)


def test_blank_rows_between(tmp_path):
    text = "Date,Rain (mm)\n28/01/2015,1\n\n29/01/2015,2\n,\n30/01/2015,3\n"
    path = write(tmp_path, "rain.csv", text)
    truth = {
        ("r1", f"2015-01-{day}", "precipitation"): value
        for day, value in (("28", "1"), ("29", "2"), ("30", "3"))
    }
    check(path, {"time.zone": "+02:00", "station.id": "r1"}, truth)


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
