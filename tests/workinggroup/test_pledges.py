"""Pledges and receipts: by whom, of what, and who may say that it came."""

import pytest
from acting import Group, charter

from waternet.workinggroup.money import Sum


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found(charter(keeper="atlas"))
    return made


def _project(group: Group) -> str:
    told = {
        "body": "water",
        "titles": {"en": "A laboratory"},
        "lead": "jordan",
        "beneficiaries": ["palestine"],
    }
    return group.act("jordan", "project.idea", "laboratory", told)


def _pledge(group: Group, project: str = "", **given) -> str:
    told = {
        "titles": {"en": "Equipment"},
        "amount": "1000000",
        "currency": "USD",
        **({"project": project} if project else {}),
        **given,
    }
    on = [project] if project else []
    return group.act("israel", "pledge.make", "equipment", told, on)


def _receive(group: Group, party: str, *on: str, **given) -> str:
    told = {"on": "2026-03-02", "evidence": ["bank advice"], **given}
    return group.act(party, "pledge.receive", "equipment", told, on)


def test_a_pledge_is_for_a_project_of_the_body(group):
    project = _project(group)
    _pledge(group, project)
    pledge = group.fold().thing("pledge", "equipment").value
    assert (pledge.project, pledge.body, pledge.donor) == (project, "water", "israel")
    assert pledge.worth == Sum("1000000", "USD")


def test_a_pledge_to_a_project_that_it_does_not_name_is_refused(group):
    project = _project(group)
    told = {"titles": {"en": "x"}, "kind": "venue", "project": project}
    group.act("israel", "pledge.make", "equipment", told)
    assert group.refused() == ["unmet-condition"]


def test_a_pledge_in_kind_needs_no_sum(group):
    told = {"titles": {"en": "Two experts"}, "kind": "experts"}
    group.act("israel", "pledge.make", "experts", told)
    assert group.refused() == []
    assert group.fold().thing("pledge", "experts").value.worth is None


@pytest.mark.parametrize(
    "given",
    [
        {"titles": {"en": "x"}},
        {"titles": {"en": "x"}, "amount": "5"},
        {"titles": {"en": "x"}, "amount": 5, "currency": "USD"},
        {"titles": {"en": "x"}, "amount": "5.0000001", "currency": "USD"},
        {"titles": {"en": "x"}, "amount": "-5", "currency": "USD"},
        {"titles": {"en": "x"}, "amount": "0.00", "currency": "USD"},
        {"titles": {"en": "x"}, "amount": "05", "currency": "USD"},
        {
            "titles": {"en": "x"},
            "amount": "5",
            "currency": "USD",
            "rate": {"currency": "EUR", "per": "0.9", "on": "2026-03-02"},
        },
    ],
)
def test_a_sum_is_a_decimal_in_a_currency_and_a_rate_has_its_source(group, given):
    group.act("israel", "pledge.make", "equipment", given)
    assert group.refused() == ["unreadable-act"]


def test_only_the_donor_changes_or_cancels_it(group):
    pledge = _pledge(group)
    group.act("jordan", "pledge.cancel", "equipment", {"reason": "no"}, [pledge])
    told = {"amount": "2000000", "reason": "more"}
    changed = group.act("israel", "pledge.change", "equipment", told, [pledge])
    assert group.refused() == ["not-entitled"]
    assert group.fold().thing("pledge", "equipment").value.worth.amount == "2000000"
    gone = group.act("israel", "pledge.cancel", "equipment", {"reason": "x"}, [changed])
    group.act("israel", "pledge.change", "equipment", told, [gone])
    assert sorted(group.refused()) == ["not-entitled", "not-open"]


def test_who_leads_or_is_served_says_what_came_and_the_donor_does_not(group):
    pledge = _pledge(group, _project(group))
    for party in ("atlas", "israel", "jordan", "palestine", "yonder"):
        _receive(group, party, pledge, amount="1000")
    refusals = group.fold().refusals
    assert [(one.party, one.name) for one in refusals] == [
        ("israel", "not-entitled"),
        ("yonder", "not-entitled"),
    ]


def test_a_new_lead_says_what_came_naming_the_change(group):
    project = _project(group)
    pledge = _pledge(group, project)
    told = {"lead": "atlas", "beneficiaries": ["yonder"], "reason": "moved"}
    changed = group.act("jordan", "project.change", "laboratory", told, [project])
    _receive(group, "yonder", pledge, amount="1000")
    _receive(group, "yonder", pledge, changed, amount="1000")
    assert group.refused() == ["not-entitled"]


def test_a_receipt_of_tomorrow_is_refused(group):
    pledge = _pledge(group)
    _receive(group, "atlas", pledge, amount="1000", on="2027")
    _receive(group, "atlas", pledge, amount="1000", on="2026")
    assert group.refused() == ["unmet-condition"]


def test_a_receipt_in_another_currency_takes_a_rate_to_that_of_the_pledge(group):
    pledge = _pledge(group)
    rate = {"currency": "USD", "per": "1.1", "on": "2026-03-02", "source": "ECB"}
    _receive(group, "atlas", pledge, amount="1000", currency="EUR")
    _receive(group, "atlas", pledge, amount="1000", rate=rate)
    elsewhere = {**rate, "currency": "JOD"}
    _receive(group, "atlas", pledge, amount="1", currency="EUR", rate=elsewhere)
    assert group.refused() == ["unreadable-act"] * 3
    _receive(group, "atlas", pledge, amount="1000", currency="EUR", rate=rate)
    assert len(group.fold().thing("pledge", "equipment").beside) == 1


def test_who_wrote_a_receipt_takes_it_back(group):
    pledge = _pledge(group)
    receipt = _receive(group, "atlas", pledge, amount="1000")
    for party in ("israel", "atlas"):
        told = {"reason": "it went elsewhere"}
        group.act(party, "pledge.correct", "equipment", told, [pledge, receipt])
    assert group.refused() == ["unmet-condition"]


def test_nobody_pledges_for_another_but_in_a_report(group):
    _pledge(group, **{"with": ["jordan"]})
    assert group.refused() == ["not-entitled"]
    told = {
        "titles": {"en": "Desalination centre"},
        "amount": "16000000",
        "currency": "USD",
        "with": ["israel"],
    }
    report = {"of": "jordan", "source": "minutes", "date": "1996"}
    group.act("atlas", "pledge.make", "centre", told, **report)
    assert group.fold().thing("pledge", "centre").value.donors == ("israel", "jordan")
