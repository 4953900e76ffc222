from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from waternet.portal.chart.decimation import decimate, runs_of


def test_few_values_are_all_kept() -> None:
    column = np.arange(5)
    kept = decimate(column, np.arange(5.0), np.zeros(5, np.int64))
    assert kept.tolist() == [0, 1, 2, 3, 4]


@given(
    some.lists(some.floats(-1e6, 1e6), min_size=1, max_size=300),
    some.integers(1, 12),
)
def test_each_column_keeps_its_extremes_and_its_ends(
    values: list[float], columns: int
) -> None:
    value = np.array(values)
    column = np.arange(len(value)) * columns // len(value)
    kept = decimate(column, value, np.zeros(len(value), np.int64))
    assert np.all(np.diff(kept) > 0)
    for one in np.unique(column):
        all_of, kept_of = value[column == one], value[kept][column[kept] == one]
        assert kept_of.min() == all_of.min()
        assert kept_of.max() == all_of.max()
        assert kept_of[0] == all_of[0]
        assert kept_of[-1] == all_of[-1]


def test_fifty_thousand_values_leave_at_most_four_a_column() -> None:
    value = np.sin(np.arange(50_000) / 90.0)
    column = np.arange(50_000) * 800 // 50_000
    kept = decimate(column, value, np.zeros(50_000, np.int64))
    assert len(kept) <= 4 * 800


def test_a_column_with_a_gap_keeps_the_ends_of_both_pieces() -> None:
    value = np.arange(40.0)
    piece = (np.arange(40) >= 20).astype(np.int64)
    kept = decimate(np.zeros(40, np.int64), value, piece).tolist()
    assert kept == [0, 19, 20, 39]


def test_runs_end_where_the_flags_do() -> None:
    assert runs_of(np.array([False, True, True, False, True])) == [(1, 3), (4, 5)]
    assert runs_of(np.zeros(3, bool)) == []
