"""Laws of deliveries: more figures never hurt, and order of arrival does not matter."""

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from waternet.exchange.delivery import Release, account, deliveries
from waternet.exchange.delivery_schedule import DeliveryLine

START = datetime(2023, 12, 1, tzinfo=UTC)
_RANK = {"delivered": 3, "not yet due": 2, "due": 1, "late": 0}

lines = st.builds(
    DeliveryLine,
    custodian=st.just("a"),
    dataset=st.just("d"),
    every=st.sampled_from(["P1M", "P3M", "P1Y", "P2W", "P31D"]),
    step=st.sampled_from(["P1D", "P2D", "P1W"]),
    due=st.sampled_from(["P0D", "P10D", "PT36H", "P1M"]),
    first=st.dates(date(2023, 12, 1), date(2024, 3, 31)),
    zone=st.sampled_from(["UTC", "Asia/Amman", "Asia/Jerusalem", "+05:45"]),
)
hours = st.integers(0, 500 * 24).map(lambda number: START + timedelta(hours=number))


@st.composite
def a_release(draw):
    first, last = sorted((draw(hours), draw(hours)))
    return Release(
        "a",
        "d",
        draw(st.integers(0, 5)),
        first,
        last,
        draw(hours),
        withdrawn=draw(st.none() | hours),
        restricted=draw(st.booleans()),
    )


releases = st.lists(a_release(), max_size=6, unique_by=lambda one: one.number)


@given(lines, releases, a_release(), hours)
def test_a_further_release_never_makes_anything_later(line, given_, more, now):
    before = deliveries(line, given_, now)
    others = [one for one in given_ if one.number != more.number]
    if others != given_:
        before = deliveries(line, others, now)
    after = deliveries(line, [*others, more], now)
    assert len(before) == len(after)
    for one, other in zip(before, after, strict=True):
        assert _RANK[other.state] >= _RANK[one.state]
        assert other.overdue <= one.overdue
        assert other.covered >= one.covered


@given(lines, releases, hours, st.randoms(use_true_random=False))
def test_the_order_in_which_releases_arrive_does_not_matter(line, given_, now, chance):
    shuffled = list(given_)
    chance.shuffle(shuffled)
    assert deliveries(line, given_, now) == deliveries(line, shuffled, now)


@given(lines, releases, hours)
def test_periods_follow_one_another_and_each_is_counted_once(line, given_, now):
    found = deliveries(line, given_, now)
    for one, other in itertools.pairwise(found):
        assert one.end == other.start
    told = account(line, found)
    assert told.delivered + told.late + told.due + told.not_yet_due == len(found)
