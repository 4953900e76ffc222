from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from waternet.portal.chart.scale import Scale, scale_of, time_ticks


def _ms(*when: int, zone: str = "UTC") -> int:
    moment = datetime(*when, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_values_are_named_at_round_steps() -> None:
    ticks = Scale(-216.4, -210.9).ticks(5)
    assert [tick.text for tick in ticks] == ["−216", "−214", "−212"]
    assert ticks[0].at == pytest.approx(0.4 / 5.5)


def test_great_and_small_values_are_named_by_their_power_of_ten() -> None:
    assert Scale(0, 3e11).ticks(3)[1].text == "1·10¹¹"
    assert Scale(0, 3e-8).ticks(3)[1].text == "1·10⁻⁸"


def test_volumes_are_named_in_full_and_in_groups_of_three() -> None:
    # Amman's supply is some 140,000,000 m3 a year: no reader takes 1.4e+08 for it.
    told = [tick.text for tick in Scale(1.2e8, 1.45e8).ticks(3)]
    assert told == ["120,000,000", "130,000,000", "140,000,000"]
    assert [tick.text for tick in Scale(-2500, 0).ticks(3)] == ["−2,000", "−1,000", "0"]


def test_the_least_depth_lies_at_the_top() -> None:
    scale = scale_of([np.array([10.0, 35.0])], falls=True)
    shallow, deep = scale.share(np.array([10.0, 35.0]))
    assert shallow > 0.9 > 0.1 > deep
    ticks = scale.ticks(5)
    assert [tick.text for tick in ticks] == ["10", "20", "30"]
    heights = [tick.at for tick in ticks]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == pytest.approx(shallow)


def test_a_logarithmic_axis_names_powers_of_ten() -> None:
    scale = scale_of([np.array([0.01, 1000.0])], is_log=True)
    assert {"0.01", "1", "100"} <= {tick.text for tick in scale.ticks(12)}
    assert scale.share(np.array([0.01, 1000.0])) == pytest.approx(
        [0.06 / 1.12, 1.06 / 1.12]
    )


def test_what_is_not_positive_lies_at_the_foot_of_a_logarithmic_axis() -> None:
    scale = scale_of([np.array([1.0, 10.0, 0.0, -3.0])], is_log=True)
    assert scale.share(np.array([0.0, -3.0])) == pytest.approx([0, 0])


def test_amounts_that_reach_down_to_nothing_are_drawn_from_zero() -> None:
    assert scale_of([np.array([0.0, 40.0])]).low == 0.0
    assert scale_of([np.array([-211.0, -209.0])]).low < -211.0


def test_a_constant_series_has_room_around_it() -> None:
    scale = scale_of([np.array([7.0, 7.0])])
    assert scale.share(np.array([7.0])).tolist() == [0.5]


def test_years_begin_by_the_clock_that_is_named() -> None:
    zone = ZoneInfo("Asia/Amman")
    ticks = time_ticks(_ms(2010, 1, 1), _ms(2016, 1, 1), 8, zone)
    assert [tick.text for tick in ticks] == [str(year) for year in range(2011, 2017)]
    # Standard time in Jordan then was two hours ahead of UTC.
    assert ticks[0].at == _ms(2010, 12, 31, 22)


def test_months_bear_the_words_given_and_january_its_year() -> None:
    names = [f"month{number}" for number in range(1, 13)]
    ticks = time_ticks(_ms(2015, 10, 15), _ms(2016, 4, 2), 6, UTC, names)
    told = [tick.text for tick in ticks]
    assert told == ["month11", "month12", "2016", "month2", "month3", "month4"]
    numbered = time_ticks(_ms(2015, 10, 15), _ms(2016, 4, 2), 6, UTC)
    assert [tick.text for tick in numbered][:3] == ["2015-11", "2015-12", "2016"]


def test_no_name_mixes_a_word_with_a_number() -> None:
    names = ["كانون"] * 12
    for days in (0.3, 1, 4, 20, 90, 700, 9_000):
        last = _ms(2015, 6, 1) + int(days * 86_400_000)
        for tick in time_ticks(_ms(2015, 6, 1), last, 8, UTC, names):
            letters = any(one.isalpha() for one in tick.text)
            assert not (letters and any(one.isdigit() for one in tick.text))


def test_a_day_with_a_skipped_hour_names_no_hour_twice() -> None:
    zone = ZoneInfo("Asia/Jerusalem")  # 2015-03-27: clocks went from 02:00 to 03:00
    begin = _ms(2015, 3, 27, zone="Asia/Jerusalem")
    ticks = time_ticks(begin, begin + 23 * 3_600_000, 26, zone)
    told = [tick.text for tick in ticks]
    assert "02:00" not in told
    assert len(told) == len(set(told)) == 24
