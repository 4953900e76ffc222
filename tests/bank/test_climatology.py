"""What is usual on a day, against reckoning by hand."""

from __future__ import annotations

import numpy as np
import pytest

from waternet.bank.climatology import LEAST_YEARS, climatology, day_of_year

DAY = 86_400_000  # ms


def _at(*days: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(days, "datetime64[D]").astype(np.int64) * DAY


def _every_day(first: str, last: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(first, last, dtype="datetime64[D]").astype(np.int64) * DAY


def test_a_day_keeps_its_place_in_leap_years_and_others() -> None:
    year, day = day_of_year(_at("2015-02-28", "2015-03-01", "2016-02-29", "1969-12-31"))
    assert year.tolist() == [2015, 2015, 2016, 1969]
    assert day.tolist() == [58, 60, 59, 365]


def test_eleven_years_of_one_to_eleven_have_the_percentiles_of_a_hand() -> None:
    # 1, 2, ..., 11 in the years 2001 to 2011: of eleven values x(h), h = 10 p / 100.
    time = _every_day("2001-01-01", "2012-01-01")
    year, _ = day_of_year(time)
    usual = climatology(time, (year - 2000).astype(np.float64))
    _, midsummer = day_of_year(_at("2005-07-01"))
    assert usual.values[:, midsummer[0]].tolist() == pytest.approx([2.0, 6.0, 10.0])
    assert usual.years[midsummer[0]] == 11


def test_nine_years_are_too_few_to_say_what_is_usual() -> None:
    assert LEAST_YEARS == 10
    time = _every_day("2001-01-01", "2010-01-01")
    usual = climatology(time, np.ones(len(time)))
    assert usual.years.max() == 9
    assert np.isnan(usual.values).all()


def test_a_year_is_one_voice_however_often_it_was_measured() -> None:
    # Ten years with one value of 0; in the eleventh, 15 days of 100: still one of 11.
    times = [_at(f"{year}-06-15") for year in range(2001, 2011)]
    many = _every_day("2011-06-08", "2011-06-23")
    time = np.concatenate([*times, many])
    value = np.concatenate([np.zeros(10), np.full(len(many), 100.0)])
    _, day = day_of_year(_at("2011-06-15"))
    usual = climatology(time, value, (50,))
    assert usual.years[day[0]] == 11
    assert usual.values[0, day[0]] == 0


def test_the_window_goes_over_the_end_of_the_year() -> None:
    # Weekly values on 28 December alone say something of 2 January (5 days on).
    time = np.concatenate(
        [_every_day(f"{year}-12-28", f"{year}-12-29") for year in range(2000, 2012)]
        + [_every_day("2013-06-01", "2013-07-30")]  # daily: so the window is 7 days
    )
    usual = climatology(np.sort(time), np.ones(len(time)), (50,))
    assert usual.window == 7
    _, second = day_of_year(_at("2011-01-02"))
    _, sixth = day_of_year(_at("2011-01-06"))
    assert usual.values[0, second[0]] == 1
    assert np.isnan(usual.values[0, sixth[0]])


def test_monthly_values_have_a_wider_window_and_say_something_of_every_day() -> None:
    months = np.arange("2000-01", "2014-01", dtype="datetime64[M]")
    time = (months.astype("datetime64[D]").astype(np.int64) + 14) * DAY
    usual = climatology(time, np.arange(len(time)) % 12 + 1.0, (50,))
    assert usual.window == 15
    _, june = day_of_year(_at("2010-06-15"))
    assert usual.values[0, june[0]] == 6
    assert np.isfinite(usual.values).sum() > 360


def test_nothing_known_is_nothing_usual() -> None:
    empty = np.empty(0, np.int64)
    assert np.isnan(climatology(empty, np.empty(0)).values).all()
    time = _every_day("2001-01-01", "2015-01-01")
    assert np.isnan(climatology(time, np.full(len(time), np.nan)).values).all()
