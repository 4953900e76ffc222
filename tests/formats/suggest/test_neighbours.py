"""Neighbours of known layouts, each with the truth written by hand."""

import json
from datetime import date

import pytest
import xlsxwriter
from formats.suggest.layouts import figures, keys, required, write

from waternet.formats.suggest import suggest_recipe

ZONE = {"time.zone": "+02:00"}
CATALAN = (
    "Gener Febrer Marc Abril Maig Juny Juliol Agost Setembre Octubre Novembre Desembre"
)


def test_a_longer_file_of_the_next_month_is_read_to_its_end(tmp_path):
    def text(days):
        rows = "".join(f"2015-01-{day:02d},{day}\n" for day in range(1, days + 1))
        return f"Date,Rain (mm)\n{rows}Total,{sum(range(days + 1))}\nSource: book\n"

    first = write(tmp_path, "one.csv", text(10))
    proposal = suggest_recipe(first, ZONE | {"station.id": "r1"})
    second = write(tmp_path, "two.csv", text(20))
    found, reading = figures(second, proposal)
    assert len(found) == 20
    assert not reading.rejects
    assert [one.reason for one in reading.notices] == [
        "2 rows of totals or notes are passed over"
    ]


def test_sums_between_places_are_no_places(tmp_path):
    path = tmp_path / "use.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("2018")
        sheet.write_row(0, 0, ["الاستهلاك المنزلي حسب المحافظة (م3)"])
        sheet.write_row(2, 0, ["المحافظة", "2016", "2017", "2018"])
        rows = {
            "عمان": (10, 11, 12),
            "الزرقاء": (5, 6, 7),
            "اجمالي الوسط": (15, 17, 19),
            "اربد": (3, 4, 5),
            "جرش": (1, 1, 2),
            "اجمالي الشمال": (4, 5, 7),
            "المجموع": (19, 22, 26),
        }
        for row, (name, cells) in enumerate(rows.items(), 3):
            sheet.write_row(row, 0, [name, *cells])
    proposal = suggest_recipe(path, ZONE)
    _, reading = figures(path, proposal)
    assert len(reading.places) == 4
    assert reading.counts["observations"] == 12


def test_months_across_of_two_calendar_years(tmp_path):
    path = tmp_path / "rain.xlsx"
    months = ["ספט", "אוק", "נוב", "דצמ", "ינו", "פבר", "מרץ", "אפר"]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("גשם")
        sheet.write(0, 0, 'כמויות גשם חודשיות (מ"מ) 2022/23')
        sheet.write_row(2, 0, ["מספר תחנה", *months])
        for row, station in enumerate((101, 102, 103), 3):
            sheet.write_row(row, 0, [station, *range(10, 10 + len(months))])
    proposal = suggest_recipe(path, ZONE)
    found, _ = figures(path, proposal)
    assert found["101", "2022-09-01", "precipitation"] == "10"
    assert found["101", "2023-01-01", "precipitation"] == "14"


def test_one_year_over_months_of_two_is_asked(tmp_path):
    months = "Oct,Nov,Dec,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep"
    rows = "".join(f"{s},{','.join(map(str, range(12)))}\n" for s in ("A1", "A2"))
    path = write(tmp_path, "r.csv", f"Rain (mm) 2010\nStation,{months}\n{rows}")
    proposal = suggest_recipe(path, ZONE)
    question = next(q for q in proposal.questions if q.key == "time.constant")
    assert question.default is None
    assert question.choices == ("2010/11", "2009/10")
    found, _ = figures(path, suggest_recipe(path, ZONE | {"time.constant": "2009/10"}))
    assert found["A1", "2009-10-01", "precipitation"] == "0"
    assert found["A1", "2010-01-01", "precipitation"] == "3"


def test_days_down_and_months_across(tmp_path):
    path = tmp_path / "al19.xlsx"
    names = [date(2000, month, 1).strftime("%b") for month in range(1, 13)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Daily Rainfall (mm) Station AL0019 Year 2003")
        sheet.write_row(2, 0, ["Day", *names])
        for day in range(1, 32):
            short = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
            sheet.write(2 + day, 0, day)
            for month in range(1, 13):
                if day <= short.get(month, 31):
                    sheet.write(2 + day, month, day + month)
    found, reading = figures(
        path, suggest_recipe(path, ZONE | {"station.id": "AL0019"})
    )
    assert len(found) == 365
    assert found["AL0019", "2003-02-28", "precipitation"] == "30", sorted(found)[:3]
    assert not reading.rejects


def test_months_at_the_end_of_longer_headings(tmp_path):
    names = CATALAN.split()
    rows = "".join(f"{y},{','.join(str(n) for n in range(12))}\n" for y in (1786, 1787))
    heads = ",".join(f"Precip_Acum_{name}" for name in names)
    path = write(tmp_path, "b.csv", f"Any,{heads}\n{rows}")
    found, _ = figures(
        path, suggest_recipe(path, {"time.zone": "UTC", "station.id": "b"})
    )
    assert len(found) == 24
    assert found["b", "1787-12-01", "precipitation"] == "11"


def test_one_quantity_of_several_stations_under_a_merged_heading(tmp_path):
    path = tmp_path / "springs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "تقرير الينابيع")
        sheet.write(2, 0, "التاريخ")
        sheet.merge_range(2, 1, 2, 2, "التصريف")
        sheet.write_row(3, 1, ["نبع السلطان", "نبع العوجا"])
        sheet.write_row(4, 1, ["م3/ساعة", "م3/ساعة"])
        for row in range(5, 15):
            sheet.write_row(row, 0, [f"{row + 10}/01/2020", 630 + row, 900 + row])
    proposal = suggest_recipe(path, {"time.zone": "+02:00", "station.kind": "spring"})
    assert "layout" in keys(proposal)
    _, reading = figures(path, proposal)
    assert len(reading.places) == 2
    assert {stream.unit for stream in reading.datastreams} == {"m3/h"}


def test_inflow_and_outflow_are_no_stations(tmp_path):
    rows = "".join(f"2020-01-{d:02d},{d},{d + 1}\n" for d in range(1, 29))
    path = write(tmp_path, "dam.csv", f"Date,Inflow (m3/s),Outflow (m3/s)\n{rows}")
    assert "layout" not in keys(suggest_recipe(path, ZONE))


def test_dates_without_signs_are_dates_and_no_ids(tmp_path):
    rows = "".join(f"550,201001{d:02d},{d}\n" for d in range(1, 32))
    path = write(tmp_path, "rain.txt", f"STN,YYYYMMDD,Rain (mm)\n{rows}")
    found, _ = figures(path, suggest_recipe(path, ZONE))
    assert found["550", "2010-01-31", "precipitation"] == "31"


def test_a_level_that_changes_is_no_elevation_of_the_place(tmp_path):
    rows = "".join(
        f"MW-{w},{100 + w},2021-{m:02d}-12,{12 + m / 10},{88 + w - m / 10}\n"
        for m in range(1, 13)
        for w in (1, 2)
    )
    heads = "Well_ID,TOC_Elev_m,Date,Depth_to_Water_m,WL_Elev_m"
    path = write(tmp_path, "w.csv", f"{heads}\n{rows}")
    proposal = suggest_recipe(path, ZONE)
    assert proposal.recipe.station.elevation_column == "TOC_Elev_m"
    found, reading = figures(path, proposal)
    assert found["MW-1", "2021-01-12", "groundwater-level"] == "88.9"
    assert {stream.statistic for stream in reading.datastreams} == {"instant"}


@pytest.mark.parametrize("heading", ["NO3 (mg/l as N)", "NO3-N mg/L", "Nitrate as N"])
def test_nitrate_as_nitrogen_is_not_nitrate(tmp_path, heading):
    rows = "".join(f"S{d},2020-01-{d:02d},{d / 10}\n" for d in range(1, 12))
    path = write(tmp_path, "lab.csv", f"Sample point,Date,{heading}\n{rows}")
    _, reading = figures(path, suggest_recipe(path, ZONE))
    assert {s.observed_property for s in reading.datastreams} == {"nitrate-as-nitrogen"}


def test_rain_that_can_hardly_be_millimetres_is_asked(tmp_path):
    rows = "".join(f"2020-01-{d:02d},{d / 1000}\n" for d in range(1, 29))
    path = write(tmp_path, "rain.csv", f"date,rainfall\n{rows}")
    assert "unit.length" in required(suggest_recipe(path, ZONE))


def test_what_cannot_be_humidity_is_asked(tmp_path):
    rows = "".join(f"2020-01-{d:02d},0.{d % 3}\n" for d in range(1, 29))
    path = write(tmp_path, "h.csv", f"date,RH\n{rows}")
    assert "column.RH" in required(suggest_recipe(path, ZONE))


def test_cells_set_apart_by_runs_of_blanks(tmp_path):
    rows = "".join(
        f" {2001 + n // 12:4d} {n % 12 + 1:2d} {n % 28 + 1:2d} {n * 1.5:7.1f}\n"
        for n in range(36)
    )
    head = "Daily rainfall data\nStation: Amman Airport\n YEAR MM DD   RAIN_mm\n"
    path = write(tmp_path, "amman.txt", head.replace("MM DD", "MONTH DAY") + rows)
    proposal = suggest_recipe(path, ZONE | {"station.id": "amman"})
    assert proposal.recipe.table.delimiter == " "
    found, reading = figures(path, proposal)
    assert len(found) == 36
    assert found["amman", "2001-02-02", "precipitation"] == "1.5"
    assert not reading.rejects


def test_french_with_single_accented_letters_is_not_hebrew(tmp_path):
    rows = "".join(
        f"X{d % 2};La Seine à Paris;{d:02d}/01/2020;{d},5\n" for d in range(1, 29)
    )
    heads = "code_station;libelle_station;date_debut;Débit (m3/s)"
    path = write(tmp_path, "seine.csv", f"{heads}\n{rows}", "cp1252")
    proposal = suggest_recipe(path, ZONE)
    assert proposal.recipe.table.encoding == "cp1252"
    found, _ = figures(path, proposal)
    assert found["X1", "2020-01-13", "discharge"] == "13.5"


def test_two_columns_that_make_one_place_together(tmp_path):
    rows = "".join(
        f"{region},{crop},{20 + n}\n"
        for n, (region, crop) in enumerate(
            (region, crop)
            for region in ("Arid", "Humid")
            for crop in ("Wheat", "Maize")
        )
    )
    path = write(tmp_path, "crops.csv", f"Region,Crop,Init.\n{rows}")
    _, reading = figures(path, suggest_recipe(path))
    assert len(reading.places) == 4


def test_nothing_understood_is_never_taken_as_nothing_to_read(tmp_path):
    rows = "".join(f"2020-01-{d:02d},{d},{d * 3}\n" for d in range(1, 29))
    path = write(tmp_path, "x.csv", f"date,RD,SX (mm)\n{rows}")
    assert "column.SX (mm)" in required(suggest_recipe(path, {"layout": "quantities"}))


def test_lines_without_any_name_are_numbered_and_that_is_said(tmp_path):
    lines = [
        {
            "type": "Feature",
            "properties": {"kind": "river"},
            "geometry": {"type": "LineString", "coordinates": [[35 + n, 32], [35, 33]]},
        }
        for n in range(3)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": lines})
    path = write(tmp_path, "rivers.geojson", text)
    proposal = suggest_recipe(path, {"station.kind": "basin"})
    _, reading = figures(path, proposal)
    assert [place.id for place in reading.places] == ["1", "2", "3"]
    assert any("tells features apart" in one.reason for one in reading.notices)


def test_months_as_mm_and_a_line_with_a_colon_above(tmp_path):
    rows = "".join(f" 2001 {m:2d} {d:2d} {m + d}.5\n" for m in (1, 2) for d in (3, 14))
    text = f"Rain\nStation: Amman Airport\n YEAR MM DD RAIN_mm\n{rows}"
    path = write(tmp_path, "r.txt", text)
    found, _ = figures(path, suggest_recipe(path, ZONE | {"station.id": "a"}))
    assert found["a", "2001-02-14", "precipitation"] == "16.5"


def test_a_column_that_counts_the_rows_is_no_station(tmp_path):
    rows = "".join(f"{d - 1},2020-01-{d:02d},{d},{d + 5}\n" for d in range(1, 29))
    path = write(tmp_path, "dams.csv", f",Date,Tavera,Bao\n{rows}")
    told = {"value.observed_property": "lake-level", "station.kind": "reservoir"}
    _, reading = figures(path, suggest_recipe(path, ZONE | told))
    assert {place.names["und"] for place in reading.places} == {"Bao", "Tavera"}
