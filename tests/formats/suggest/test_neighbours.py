"""Neighbours of known layouts, each with the truth written by hand."""

import xlsxwriter
from formats.suggest.layouts import figures, write

from waternet.formats.suggest import suggest_recipe

ZONE = {"time.zone": "+02:00"}


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
