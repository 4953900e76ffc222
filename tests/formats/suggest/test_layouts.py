"""Layouts that agencies have, each with its truth written by hand: a table's build.

A proposal is made of each file, its open questions are answered as the agency would,
and what is read must be the figures written down here, neither more nor fewer.
"""

import xlsxwriter
from formats.suggest.layouts import WELL, check, figures, keys, required, write

from waternet.formats.suggest import suggest_recipe


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
    check(
        path,
        {"time.zone": "+02:00", "station.id": "r1"},
        truth,
        table__skip_rows=["Total", "Source:"],
    )


def test_blank_rows_between(tmp_path):
    text = "Date,Rain (mm)\n28/01/2015,1\n\n29/01/2015,2\n,\n30/01/2015,3\n"
    path = write(tmp_path, "rain.csv", text)
    truth = {
        ("r1", f"2015-01-{day}", "precipitation"): value
        for day, value in (("28", "1"), ("29", "2"), ("30", "3"))
    }
    check(path, {"time.zone": "+02:00", "station.id": "r1"}, truth)
