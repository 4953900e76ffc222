"""Whose clock: names that are zones, and names that only look like one."""

from datetime import UTC, datetime, timedelta

import pytest

from waternet.bank.calendar import Calendar
from waternet.errors import NotAcceptable
from waternet.observation.datastream import Datastream
from waternet.observation.zone import find_zone


def test_amman_left_winter_time_in_2022():
    # IANA time zone database: Asia/Amman keeps UTC+03 all year since October 2022.
    amman = find_zone("Asia/Amman")
    january = datetime(2023, 1, 1, tzinfo=UTC).astimezone(amman)
    assert january.utcoffset() == timedelta(hours=3)


def test_an_offset_west_of_utc_counts_its_minutes_westward():
    assert find_zone("-03:30").utcoffset(None) == -timedelta(hours=3, minutes=30)


@pytest.mark.parametrize(
    "name",
    ["", "Asia", "+25:00", "+02:99", "+٠٢:٠٠", "../etc/passwd", "/etc", "a" * 10**6],
)
def test_what_is_no_zone_is_refused_wherever_it_is_given(name):
    with pytest.raises(NotAcceptable, match="no time zone"):
        Calendar("day", name)
    with pytest.raises(NotAcceptable, match="no time zone"):
        Datastream("levels", "kinneret", "lake-level", "m", zone=name)
