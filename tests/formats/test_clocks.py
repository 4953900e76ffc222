"""Dates of loggers: the order of day and month is proved by the file, or in doubt."""

import pytest

from waternet.formats.clocks import find_offset, read_clocks


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["05/13/21 11:00:00 PM", "05/14/21 01:00:00 AM"], "2021-05-13T23:00:00"),
        (["13/05/2021 23:00", "14/05/2021 01:00"], "2021-05-13T23:00:00"),
        (["13.05.21 23:00:00", "14.05.21 01:00:00"], "2021-05-13T23:00:00"),
        (["2021/05/13 23:00:00.5"], "2021-05-13T23:00:00.5"),
        (["23/04/15 12:00:00", "23/04/16 12:00:00", "23/04/17 12:00"], None),
    ],
)
def test_a_date_that_exists_in_one_order_proves_it(texts, first):
    times, is_proved = read_clocks(texts, "MDY")
    assert is_proved
    assert times[0] == (first or "2023-04-15T12:00:00")


def test_dates_that_go_on_day_by_day_prove_the_order():
    # Read as day first these are five days in a row, as month first five months.
    texts = [f"0{day}/02/2024 00:00" for day in range(1, 6)]
    assert read_clocks(texts, "MDY")[0][-1] == "2024-02-05T00:00:00"
    texts = [f"02/0{day}/2024 00:00" for day in range(1, 6)]
    assert read_clocks(texts, "DMY")[0][-1] == "2024-02-05T00:00:00"


def test_one_date_that_exists_twice_proves_nothing():
    texts = ["02/03/2024 00:00", "02/03/2024 01:00"]
    assert read_clocks(texts, "MDY") == (
        ["2024-02-03T00:00:00", "2024-02-03T01:00:00"],
        False,
    )


def test_midnight_and_noon_are_twelve_in_their_halves():
    texts = ["2021-05-13 12:00:00 AM", "2021-05-13 12:00:00 PM", "2021-05-13 1:00 em"]
    assert [time[11:13] for time in read_clocks(texts, "MDY")[0]] == ["00", "12", "13"]


def test_dates_that_a_spreadsheet_turned_round_stay_to_be_refused():
    texts = ["08/30/18 12:00", "08/31/18 12:00", "2009-01-18 12:00", "09/13/18 12:00"]
    times, _ = read_clocks(texts, "MDY")
    assert times[2] == "2009-01-18 12:00"
    assert times[3] == "2018-09-13T12:00:00"


def test_what_is_no_time_stays_as_it_is():
    texts = ["", "x", "99/99/2024 00:00", "2024-02-30", "1" * 1000]
    assert read_clocks(texts, "MDY")[0] == texts


@pytest.mark.parametrize(
    ("heading", "offset"),
    [
        ("Date Time, GMT-07:00", "-07:00"),
        ("Date Time, GMT -0730", "-07:30"),
        ("UTC+3", "+03:00"),
        ("Date-Time (PST/PDT)", ""),
    ],
)
def test_offsets_are_read_from_headings(heading, offset):
    assert find_offset(heading) == offset
