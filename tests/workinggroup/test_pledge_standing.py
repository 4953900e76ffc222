"""Pledges against receipts, in the currencies in which they are."""

from decimal import Decimal

import pytest
from acting import Group, charter

from waternet.workinggroup.money import Rate, Sum, add_sums
from waternet.workinggroup.pledge_standing import (
    add_pledges,
    list_pledges,
    of_donor,
    of_project,
)

RATE = {"per": "1.1", "on": "2026-03-02", "source": "the central bank"}


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found(charter(keeper="atlas"))
    return made


def _pledge(group: Group, name: str, party: str = "israel", **given) -> str:
    told = {"titles": {"en": name}, **given}
    on = [given["project"]] if "project" in given else []
    return group.act(party, "pledge.make", name, told, on)


def _money(amount: str, currency: str = "USD") -> dict:
    return {"amount": amount, "currency": currency}


def _receive(group: Group, name: str, pledge: str, **given) -> str:
    told = {"on": "2026-03-02", "evidence": ["advice"], **given}
    return group.act("atlas", "pledge.receive", name, told, [pledge])


def _only(group: Group):
    (found,) = list_pledges(group.fold())
    return found


def test_a_pledge_is_received_in_parts_and_the_rest_is_outstanding(group):
    pledge = _pledge(group, "pumps", **_money("1000000"))
    _receive(group, "pumps", pledge, amount="250000.10")
    _receive(group, "pumps", pledge, amount="250000.20")
    found = _only(group)
    assert (found.received, found.outstanding, found.exceeded) == (
        Decimal("500000.30"),
        Decimal("499999.70"),
        0,
    )


def test_what_came_beyond_the_pledge_is_told(group):
    pledge = _pledge(group, "pumps", **_money("100"))
    _receive(group, "pumps", pledge, amount="130")
    written = _only(group).to_json()
    assert (written["outstanding"], written["exceeded"]) == ("0", "30")


def test_a_receipt_that_was_taken_back_does_not_count(group):
    pledge = _pledge(group, "pumps", **_money("100"))
    receipt = _receive(group, "pumps", pledge, amount="40")
    told = {"reason": "it went elsewhere"}
    group.act("atlas", "pledge.correct", "pumps", told, [pledge, receipt])
    assert _only(group).received == 0


def test_a_receipt_in_another_currency_counts_by_its_own_rate(group):
    pledge = _pledge(group, "pumps", **_money("100"))
    rate = {"currency": "USD", **RATE}
    _receive(group, "pumps", pledge, amount="40", currency="EUR", rate=rate)
    assert _only(group).received == Decimal("44.0")


def test_a_receipt_keeps_its_currency_when_the_donor_changes_that_of_the_pledge(group):
    pledge = _pledge(group, "pumps", **_money("100"))
    _receive(group, "pumps", pledge, amount="40")
    told = {**_money("90", "EUR"), "reason": "the euro"}
    group.act("israel", "pledge.change", "pumps", told, [pledge])
    found = _only(group)
    assert (found.received, found.outstanding) == (0, Decimal(90))
    assert found.to_json()["receipts"][0]["came"] == _money("40")


def test_of_a_pledge_in_kind_it_is_told_in_words_what_came(group):
    pledge = _pledge(group, "experts", kind="experts")
    _receive(group, "experts", pledge, words={"en": "one of two"})
    written = _only(group).to_json()
    assert written["receipts"][0]["words"] == {"en": "one of two"}
    assert "outstanding" not in written


def test_of_a_cancelled_pledge_nothing_is_outstanding(group):
    pledge = _pledge(group, "pumps", **_money("100"))
    _receive(group, "pumps", pledge, amount="40")
    group.act("israel", "pledge.cancel", "pumps", {"reason": "x"}, [pledge])
    (total,) = add_pledges(list_pledges(group.fold()), of_donor)
    assert (total.made, total.received, total.outstanding) == (0, 40, 0)


def test_two_currencies_are_never_added_without_a_rate(group):
    _pledge(group, "pipes", **_money("100", "EUR"))
    _pledge(group, "pumps", **_money("100"))
    _pledge(group, "tanks", **_money("10.5"))
    totals = add_pledges(list_pledges(group.fold()), of_donor, "USD")
    assert [(one.currency, str(one.made)) for one in totals] == [
        ("EUR", "100"),
        ("USD", "110.5"),
    ]


def test_a_pledge_with_a_rate_is_told_in_that_currency_where_asked(group):
    _pledge(group, "pipes", **_money("100", "EUR"), rate={"currency": "USD", **RATE})
    _pledge(group, "pumps", **_money("100"))
    (total,) = add_pledges(list_pledges(group.fold()), of_donor, "USD")
    assert (total.currency, total.made) == ("USD", Decimal("210.0"))
    both = add_pledges(list_pledges(group.fold()), of_donor)
    assert [one.currency for one in both] == ["EUR", "USD"]


def test_pledges_are_added_by_donor_and_by_project(group):
    told = {"body": "water", "titles": {"en": "A laboratory"}, "lead": "jordan"}
    project = group.act("jordan", "project.idea", "laboratory", told)
    _pledge(group, "pumps", **_money("100"), project=project)
    _pledge(group, "tanks", "jordan", **_money("50"), project=project)
    _pledge(group, "tools", "jordan", **_money("7"))
    _pledge(group, "venue", "jordan", kind="venue")
    pledges = list_pledges(group.fold())
    by_donor = [one.to_json() for one in add_pledges(pledges, of_donor)]
    assert [(one["of"], one.get("made")) for one in by_donor] == [
        (["israel"], "100"),
        (["jordan"], None),
        (["jordan"], "57"),
    ]
    by_project = [one.to_json() for one in add_pledges(pledges, of_project)]
    assert [(one["of"], one.get("made")) for one in by_project] == [
        ([], None),
        ([], "7"),
        (["laboratory"], "150"),
    ]


def test_one_sum_of_several_is_not_split_among_them(group):
    report = {"of": "jordan", "source": "minutes", "date": "1996"}
    told = {"titles": {"en": "Centre"}, **_money("16000000"), "with": ["israel"]}
    group.act("atlas", "pledge.make", "centre", told, **report)
    (total,) = add_pledges(list_pledges(group.fold()), of_donor)
    assert (total.of, total.made) == (("israel", "jordan"), 16_000_000)
    assert _only(group).to_json()["reported_by"] == "atlas"


def test_who_makes_itself_the_lead_beside_the_others_receives_nothing(group):
    told = {"body": "water", "titles": {"en": "A laboratory"}, "lead": "jordan"}
    idea = group.act("jordan", "project.idea", "laboratory", told)
    pledge = _pledge(group, "pumps", **_money("100"), project=idea)
    receipt = {"on": "2026-03-02", "evidence": ["advice"], "amount": "30"}
    group.act("jordan", "pledge.receive", "pumps", receipt, [pledge])
    told = {"words": {"en": ["For the south."]}, "reason": "clearer"}
    group.act("jordan", "project.change", "laboratory", told, [idea])
    told = {"lead": "palestine", "reason": "mine"}
    beside = group.act("palestine", "project.change", "laboratory", told, [idea])
    group.act("palestine", "pledge.receive", "pumps", receipt, [pledge, beside])
    assert group.refused() == []
    found = _only(group)
    assert found.received == 30
    assert [one.aside for one in found.receipts].count(True) == 1
    assert [one.get("aside") for one in found.to_json()["receipts"]].count(True) == 1


def test_no_digit_of_a_sum_is_lost():
    """The product is that of the whole numbers, with its point moved."""
    rate = Rate("EUR", "123456789012345.123456", "2026", "the central bank")
    most = Decimal("999999999999999.999999")
    told = Decimal("123456789012345123455876543210.987654876544")
    assert rate.convert(most) == told
    assert add_sums([Sum("1" + "0" * 29, "EUR"), Sum("0.000001", "EUR")]) == (
        Sum("1" + "0" * 29 + ".000001", "EUR"),
    )
