"""How a latest figure stands, against counts by hand and by pandas."""

import csv
from pathlib import Path

import numpy as np
import pytest

from waternet.portal.now.condition import (
    Conditions,
    Figures,
    conditions,
    near_anniversary,
)


def figures(*each: dict[str, float], limits=(), bad=()) -> Figures:
    """Return the figures of datastreams, given as day to value."""
    rows = [
        (number, np.datetime64(day, "us").astype(np.int64), value, day)
        for number, one in enumerate(each)
        for day, value in sorted(one.items())
    ]
    return Figures(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
        np.array([row[3] not in limits for row in rows]),
        np.array([row[3] not in bad for row in rows]),
    )


def yearly(first: int, values, day="03-02") -> dict[str, float]:
    return {f"{first + n}-{day}": value for n, value in enumerate(values)}


def test_the_rank_is_that_of_the_ith_of_n() -> None:
    # Ten years; the latest is the third lowest: 100 * 3 / 11.
    told = conditions(figures(yearly(2010, [9, 8, 7, 6, 5, 4, 1, 2, 3.5, 3])))
    assert told.rank.tolist() == pytest.approx([300 / 11])
    assert told.years.tolist() == [10]


def test_nine_years_are_too_few() -> None:
    told = conditions(figures(yearly(2010, range(9))))
    assert np.isnan(told.rank).all()
    assert told.years.tolist() == [9]


def test_equal_figures_share_a_rank() -> None:
    # All ten are equal: each is 5.5th, in the middle.
    told = conditions(figures(yearly(2010, [4.0] * 10)))
    assert told.rank.tolist() == pytest.approx([50.0])


def test_a_year_counts_once_however_often_it_was_measured() -> None:
    sparse = yearly(2010, [5, 6, 7, 8, 9, 10, 11, 12, 13, 4])
    # A year of daily figures, all of them below the latest.
    daily = {f"2018-03-{day:02}": 1.0 + day / 100 for day in range(1, 16)}
    told = conditions(figures(sparse | daily))
    # Nearest in 2018 is 2 March: 1.02 is lowest, 4 second of ten.
    assert told.rank.tolist() == pytest.approx([200 / 11])


def test_the_nearest_figure_within_fifteen_days_stands_for_a_year() -> None:
    found = conditions(figures({"2024-02-16": 5.0, "2024-03-20": 6.0, "2025-03-02": 7}))
    assert found.change.tolist() == [2.0]  # 15 days before 2 March 2024
    none = conditions(figures({"2024-02-15": 5.0, "2024-03-18": 6.0, "2025-03-02": 7}))
    assert none.before.tolist() == [-1]  # 16 days on both sides
    assert np.isnan(none.change).all()


def test_seasons_go_across_the_turn_of_the_year() -> None:
    told = conditions(figures({"2023-12-28": 5.0, "2025-01-05": 4.0}))
    assert told.change.tolist() == [-1.0]
    assert told.years.tolist() == [2]


def test_the_anniversary_of_29_february_is_28_february() -> None:
    told = conditions(figures({"2023-02-13": 5.0, "2024-02-29": 4.0}))
    assert told.before.tolist() == [0]  # 15 days before 28 February 2023
    told = conditions(figures({"2023-02-12": 5.0, "2024-02-29": 4.0}))
    assert told.before.tolist() == [-1]


def test_a_depth_ranks_by_the_water_that_there_is() -> None:
    # The deepest of ten: the least water, so the lowest rank.
    depths = figures(yearly(2010, [3, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 9]))
    told = conditions(depths, np.ones(10, np.bool_))
    assert told.rank.tolist() == pytest.approx([100 / 11])
    assert told.change.tolist() == pytest.approx([5.2])


def test_a_limit_has_neither_change_nor_rank() -> None:
    values = yearly(2010, range(11))
    told = conditions(figures(values, limits=("2020-03-02",)))
    assert np.isnan(told.change).all()
    assert np.isnan(told.rank).all()
    # As one of the earlier ones it is left out.
    told = conditions(figures(values, limits=("2019-03-02",)))
    assert told.years.tolist() == [10]
    assert told.before.tolist() == [-1]


def test_a_figure_graded_bad_is_told_and_not_compared() -> None:
    told = conditions(figures(yearly(2010, range(11)), bad=("2020-03-02",)))
    assert told.latest.tolist() == [10]
    assert np.isnan(told.rank).all()


def test_datastreams_do_not_mix() -> None:
    one, other = yearly(2010, range(10)), yearly(2015, range(10, 0, -1), "10-01")
    together = conditions(figures(one, other))
    apart = [conditions(figures(one)), conditions(figures(other))]
    assert together.rank.tolist() == [*apart[0].rank, *apart[1].rank]
    assert together.change.tolist() == [1.0, -1.0]
    assert together.before.tolist() == [8, 18]


def test_nothing_comes_of_nothing() -> None:
    told = conditions(figures())
    assert isinstance(told, Conditions)
    assert not len(told.series)


@pytest.fixture(scope="module")
def kinneret(shared: Path) -> dict[str, float]:
    """Return the published levels of Lake Kinneret, by day."""
    file = shared / "data" / "levels" / "kinneret_water_level.csv"
    with file.open(encoding="utf-8-sig") as rows:
        return {
            "-".join(reversed(row["Survey_Date"].split("/"))): (
                float(row["Kinneret_Level"])
            )
            for row in csv.DictReader(rows)
        }


def test_the_lake_stood_so_on_2_march_2025(kinneret: dict[str, float]) -> None:
    told = conditions(figures(kinneret))
    # -211.26 m that day, -209.695 m on 2 March 2024, in the file itself.
    assert told.change.tolist() == pytest.approx([-1.565])
    # The nearest survey to 2 March of each year, found by pandas with a window of 15
    # days: 59 years, of which 19 were lower; none equal. So 20th of 59: 100 * 20 / 60.
    assert told.years.tolist() == [59]
    assert told.rank.tolist() == pytest.approx([100 * 20 / 60])


def test_what_is_left_out_beforehand_changes_nothing(
    kinneret: dict[str, float],
) -> None:
    days = sorted(kinneret)
    for last in range(200, len(days), 997):
        record = figures({day: kinneret[day] for day in days[: last + 1]})
        kept = near_anniversary(record.time, np.full(last + 1, record.time[-1]))
        some = Figures(
            *(
                getattr(record, name)[kept]
                for name in ("series", "time", "value", "exact", "usable")
            )
        )
        whole, part = conditions(record), conditions(some)
        assert kept.sum() < len(days) / 4
        np.testing.assert_array_equal(part.rank, whole.rank)
        np.testing.assert_array_equal(part.change, whole.change)
        np.testing.assert_array_equal(part.years, whole.years)
