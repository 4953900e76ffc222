"""What stands on a terminal is never another figure or name than the one published."""

import pytest
from rich.cells import cell_len

from waternet.cli.columns import Column, fitted

STATIONS = (
    Column("id", ("gaza-coastal-aquifer", "AL1040")),
    Column("unit", ("10*9.m3/a", "m")),
    Column(
        "names",
        (
            "\u2068حوض غزة الساحلي\u2069 · Coastal Aquifer, Gaza · "
            "\u2068אקוויפר החוף בעזה\u2069",
            "\u2068بئر AL1040\u2069 · Well AL1040",
        ),
        wordy=True,
    ),
    Column("longitude", ("34.46", "36.28432"), number=True),
    Column("latitude", ("31.51", "32.18937"), number=True),
    Column("value", ("-148712766.25", "<0.05"), number=True),
)


@pytest.mark.parametrize("width", [60, 72, 80, 100, 160])
def test_no_line_is_longer_than_the_terminal(width):
    lines, _ = fitted(STATIONS, width)
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("width", range(10, 140, 7))
def test_a_figure_and_its_unit_are_never_broken(width):
    text = "\n".join(fitted(STATIONS, width)[0])
    assert "-148712766.25" in text
    assert "<0.05" in text
    assert "10*9.m3/a" in text


def test_a_column_for_which_there_is_no_room_is_named():
    lines, left_out = fitted(STATIONS, 72)
    assert left_out == ["longitude", "latitude"]
    assert "longitude" not in lines[0]
    assert fitted(STATIONS, 160)[1] == []


def test_dates_make_room_before_the_word_for_a_dataset_is_broken():
    stamps = ("1989-12-31 22:00Z", "2019-12-31 22:00Z")
    catalogue = (
        Column("dataset", ("accounts", "production")),
        Column("names", ("Yearly water accounts", "Water production"), wordy=True),
        Column("restricted", ("0", "1"), number=True),
        Column("first", stamps),
        Column("last", stamps),
    )
    lines, left_out = fitted(catalogue, 60)
    assert left_out == ["first", "last"]
    assert "production" in lines[-1].split()
    assert "restricted" in lines[0].split()


def test_an_id_is_parted_at_its_signs_and_a_date_is_not():
    column = Column("x", ("weather-station", "W1/lake-level", "2015-01-01", "-211.3"))
    assert column.lines(9)[1:] == [
        ["weather-", "station"],
        ["W1/lake-", "level"],
        ["2015-01-01"],
        ["-211.3"],
    ]


def test_a_name_that_goes_on_is_set_apart_on_each_line():
    column = Column("names", ("\u2068من قناة الملك عبدالله\u2069 · Canal",), wordy=True)
    lines = column.lines(12)[1]
    assert len(lines) > 2
    for line in lines:
        assert line.count("\u2068") == line.count("\u2069")
    # All of it is there: the words, in their order.
    words = " ".join(lines).replace("\u2068", "").replace("\u2069", "").split()
    assert words == ["من", "قناة", "الملك", "عبدالله", "·", "Canal"]


def test_names_stand_on_lines_of_their_own_where_they_have_room():
    name = "\u2068بحيرة طبريا\u2069 · Lake Tiberias · \u2068ימת טבריה\u2069"
    lines = Column("names", (name,), wordy=True).lines(18)[1]
    assert lines == [
        "\u2068بحيرة طبريا\u2069 ·",
        "Lake Tiberias ·",
        "\u2068ימת טבריה\u2069",
    ]
