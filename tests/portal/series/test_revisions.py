"""What a correction changed, told side by side."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from waternet.portal.series.revisions import changes_between


def _table(rows: dict[str, float], release: int, grade: int = 1) -> pa.Table:
    count = len(rows)
    return pa.table(
        {
            "time": pa.array(
                np.array(list(rows), "datetime64[us]"), pa.timestamp("us")
            ),
            "value": pa.array(list(rows.values()), pa.float64()),
            "censor": pa.array([0] * count, pa.int8()),
            "grade": pa.array([grade] * count, pa.int8()),
            "status": pa.array([0] * count, pa.int8()),
            "unit": pa.array(["m"] * count),
            "release": pa.array([release] * count, pa.int32()),
        }
    )


def test_a_changed_a_new_and_a_vanished_figure_are_told_by_time() -> None:
    then = _table({"2015-01-01": 1.0, "2015-01-02": 2.0, "2015-01-03": 3.0}, 1)
    now = _table({"2015-01-01": 1.0, "2015-01-03": 3.5, "2015-01-04": 4.0}, 2)
    found = [
        (
            str(one.time.date()),
            one.then and one.then["value"],
            one.now and one.now["value"],
        )
        for one in changes_between(then, now)[0]
    ]
    assert found == [
        ("2015-01-02", 2.0, None),
        ("2015-01-03", 3.0, 3.5),
        ("2015-01-04", None, 4.0),
    ]


def test_a_grade_that_changed_is_a_change() -> None:
    then, now = (_table({"2015-01-01": 1.0}, 1, grade) for grade in (1, 3))
    (change,), _ = changes_between(then, now)
    assert (change.then or {})["grade"] == 1
    assert (change.now or {})["grade"] == 3


def test_the_same_figure_of_another_release_is_no_change() -> None:
    one, other = (_table({"2015-01-01": 1.0}, release) for release in (1, 2))
    assert changes_between(one, other) == ([], 0)


def test_of_many_changes_the_earliest_are_told_and_all_are_counted() -> None:
    days = [f"2015-01-0{day}" for day in (1, 2, 3, 4)]
    then = _table(dict.fromkeys(days[1:], 1.0), 1)
    now = _table(dict.fromkeys(days, 2.0), 2)
    found, count = changes_between(then, now, 2)
    assert [str(one.time.date()) for one in found] == days[:2]
    assert count == 4
