from __future__ import annotations

import gzip

import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as some
from portal.chart.drawings import DAY, START, daily

from waternet.portal.chart.line import Line
from waternet.portal.chart.payload import line_payload, read_times, read_values


def _through_json(line: Line) -> dict[str, object]:
    written: dict[str, object] = orjson.loads(orjson.dumps(line_payload(line)))
    return written


@given(
    some.lists(
        some.one_of(
            some.just(float("nan")),
            some.decimals(-10_000, 10_000, places=3).map(float),
        ),
        max_size=60,
    )
)
def test_published_decimals_come_back_to_the_last_bit(values: list[float]) -> None:
    line = daily(values)
    written = _through_json(line)["value"]
    assert not written["rounded"]
    np.testing.assert_array_equal(read_values(written), line.value)


@given(some.lists(some.integers(0, 10**13), max_size=50, unique=True))
def test_times_come_back_whatever_their_distance(times: list[int]) -> None:
    time = np.array(sorted(times), np.int64)
    line = Line("Level", "m", time, np.zeros(len(time)))
    np.testing.assert_array_equal(read_times(_through_json(line)["time"]), time)


def test_what_no_short_decimal_gives_keeps_seven_digits_and_says_so() -> None:
    line = daily([1 / 3, 200 / 3, -100 / 3])
    written = _through_json(line)["value"]
    assert written["rounded"]
    np.testing.assert_allclose(read_values(written), line.value, rtol=0, atol=5e-6)


def test_the_very_great_and_the_very_small_are_told_to_seven_digits() -> None:
    for scale in (1e30, 1e-30):
        line = daily([scale / 3, scale])
        found = read_values(_through_json(line)["value"])
        np.testing.assert_allclose(found, line.value, rtol=2e-6)


def test_a_regular_series_tells_its_step_once() -> None:
    written = _through_json(daily(np.zeros(1000)))["time"]
    assert written == {"first": START, "steps": [[DAY, 999]]}


def test_flags_are_runs_and_absent_where_there_are_none() -> None:
    grade = np.array([1, 1, 2, 2, 2, 1], np.int8)
    written = _through_json(daily(np.zeros(6), grade=grade))
    assert written["grade"] == [[1, 2], [2, 3], [1, 1]]
    assert written["censor"] == []


def test_fifty_thousand_hourly_levels_stay_below_60_kilobytes() -> None:
    random = np.random.default_rng(6)
    walk = -211 + np.cumsum(random.normal(0, 0.01, 50_000))
    time = START + np.arange(50_000) * 3_600_000
    line = Line("Level", "m", time, np.round(walk, 3))
    packed = gzip.compress(orjson.dumps(line_payload(line)), 1)
    assert len(packed) < 60_000
