"""Pledges: whatever comes, in whatever order, the sums hold."""

import random
from decimal import Decimal

from acting import Group, charter
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.workinggroup.fold import fold
from waternet.workinggroup.money import Sum, add_sums, write_amount
from waternet.workinggroup.pledge_standing import add_pledges, list_pledges, of_donor

AMOUNTS = st.decimals("0.01", "99999999.99", places=2).map(write_amount)
RECEIPTS = st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=6)
CORE = ["israel", "jordan", "palestine"]


def _group() -> Group:
    made = Group()
    made.found(charter(keeper="atlas"))
    return made


def _receive(group: Group, pledge: str, amount: str, *, wrong: bool) -> None:
    told = {"amount": amount, "on": "2026-03-02", "evidence": ["advice"]}
    one = group.act("atlas", "pledge.receive", "pumps", told, [pledge])
    if wrong:
        reason = {"reason": "it went elsewhere"}
        group.act("atlas", "pledge.correct", "pumps", reason, [pledge, one])


@settings(max_examples=40)
@given(made=AMOUNTS, receipts=RECEIPTS, order=st.randoms(use_true_random=False))
def test_what_came_and_what_is_outstanding_make_up_the_pledge(
    made: str, receipts: list[tuple[str, bool]], order: random.Random
) -> None:
    group = _group()
    told = {"titles": {"en": "Pumps"}, "amount": made, "currency": "USD"}
    pledge = group.act("israel", "pledge.make", "pumps", told)
    for amount, wrong in receipts:
        _receive(group, pledge, amount, wrong=wrong)
    said = group.said()
    order.shuffle(said)
    state = fold(said, group.id)
    assert state.refusals == ()
    (found,) = list_pledges(state)
    came = sum((Decimal(one) for one, wrong in receipts if not wrong), Decimal(0))
    assert found.received == came
    assert found.received + found.outstanding - found.exceeded == Decimal(made)
    assert min(found.outstanding, found.exceeded) == 0


PLEDGES = st.lists(
    st.tuples(st.sampled_from(CORE), AMOUNTS, st.sampled_from(["EUR", "JOD", "USD"])),
    max_size=8,
)


@settings(max_examples=40)
@given(PLEDGES)
def test_totals_hold_every_pledge_once_and_no_two_currencies_together(
    pledges: list[tuple[str, str, str]],
) -> None:
    group = _group()
    for number, (donor, amount, currency) in enumerate(pledges):
        told = {"titles": {"en": "x"}, "amount": amount, "currency": currency}
        group.act(donor, "pledge.make", f"p{number}", told)
    totals = add_pledges(list_pledges(group.fold()), of_donor)
    assert sum(one.pledges for one in totals) == len(pledges)
    added = add_sums(Sum(amount, currency) for _, amount, currency in pledges)
    by_currency = add_sums(Sum(write_amount(one.made), one.currency) for one in totals)
    assert by_currency == added


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_an_amount_is_written_as_it_is(number: Decimal) -> None:
    assert Decimal(write_amount(number)) == number
