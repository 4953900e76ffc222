"""A chronicle is entered by the keeper, all of it or nothing."""

from pathlib import Path

import pytest
from delegations import make_delegations, plain_charter

from waternet.bank.seal import reading_bank
from waternet.errors import NotAcceptable
from waternet.node.chronicle import enter_chronicle, open_chronicle
from waternet.node.groups import find_group, group_names, group_state
from waternet.workinggroup.activity import activity
from waternet.workinggroup.charters import proposed_charter
from waternet.workinggroup.comparison import compare_charters
from waternet.workinggroup.refusal import Refused

HISTORY = Path(__file__).resolve().parents[2] / "examples/multilateral-track"
SOURCE = "A. Baklanov, in Magen and Rakov (eds.), Thirty Years of Full Diplomatic"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Return the node of an archive that entered the history."""
    made = make_delegations(tmp_path_factory.mktemp("archive"), "archive")
    made.accredit("archive")
    node = made.nodes["archive"]
    reports = open_chronicle(HISTORY / "history.toml")
    enter_chronicle(node, made.hands("archive"), "envoy", "", reports)
    return node


@pytest.fixture
def at(archive):
    """Return how things stood on a day."""

    def state(day: str = ""):
        with reading_bank(archive.bank) as bank:
            group = find_group(group_names(archive, bank), "")
            return group_state(archive, bank, group, day)

    return state


def test_every_report_counts_and_names_its_source(at):
    state = at()
    assert state.refusals == ()
    assert state.conflicts == ()
    assert len(state.taken) == 79
    told = [one.act for one in state.taken.values()]
    assert all(act.party == "archive" and act.of and act.date for act in told)
    assert all(act.source.startswith(SOURCE) for act in told)


def test_the_days_of_the_source_are_kept(at):
    days = {one.act.day for one in at().taken.values()}
    told = "1991-04-16 1991-10-23 1992-01 1992-10-26 1993-06-08 1994-02-16 1998-05"
    later = "1999 1999-07-18 1999-12-08 2000-02-01 2021-03 1991-10-30 1991-11-01"
    assert days == {*told.split(), *later.split()}


def test_where_each_project_stood_on_the_first_day_of_1999(at):
    standing = {one.id: one.value.stage for one in at("1999-01-01").of("project")}
    assert standing == {
        "agricultural-water-laboratory": "defined",
        "desalination-centre": "funded",
        "resources-needs": "defined",
        "waternet": "funded",
    }


def test_the_freeze_is_known_by_its_year_and_counts_from_its_end(at):
    def stages(day):
        return {one.value.stage for one in at(day).of("project")}

    assert stages("1999-12-30") == {"defined", "funded"}
    assert stages("1999-12-31") == {"suspended"}


def test_what_blocked_the_declaration_and_what_would_lift_it(at):
    text = at("1999-01-01").thing("text", "declaration")
    assert text.value.stage == "shelved"
    (objection,) = [one.act for one in text.beside if one.act.verb == "text.object"]
    assert objection.member == "egypt"
    assert objection.body["condition"]["kind"] == "feasibility"


def test_lebanon_and_syria_are_invited_to_each_session_and_came_to_none(at):
    state = at()
    called = [one for one in state.of("session") if one.value.begins > "1992"]
    assert len(called) == 5
    for session in called:
        assert {"lebanon", "syria"} <= set(session.value.invited)
    parts = {one.member: one for one in activity(state, "2021-12-31").parts}
    assert parts["syria"].invited == 5
    assert parts["syria"].attended == parts["lebanon"].attended == 0
    assert parts["jordan"].attended == 1


def test_years_in_which_nothing_was_done_are_told_with_zeros(at):
    told = activity(at("2021-12-31"), "2021-12-31")
    years = {one.year: one for one in told.years}
    assert list(years) == list(range(1991, 2022))
    assert years[1992].sessions_held == 2
    assert years[1998].counts["pledges_made"] == 6
    assert [years[year].acts for year in range(2001, 2021)] == [0] * 20
    assert (told.last_session, told.days_since) == ("2000-02-01", 8004)
    assert {one.kind for one in told.dormant} == {"group", "project"}


def test_what_the_formula_of_2021_changes(at):
    state = at()
    (formula,) = [
        one.act
        for one in state.taken.values()
        if one.act.verb == "charter.propose" and one.act.day == "2021-03"
    ]
    changes = compare_charters(state.charter, proposed_charter(formula))
    told = {(one.what, one.id, one.sign) for one in changes}
    assert ("member", "united-nations", "+") in told
    assert ("member", "norway", "-") in told
    assert ("body", "environment-water", "+") in told
    assert ("rule", "linkages", "-") in told


def test_a_report_that_would_not_count_is_named_and_nothing_is_entered(tmp_path):
    made = make_delegations(tmp_path, "archive", "zenith")
    charter = plain_charter("archive", "zenith")
    made.accredit("archive")
    node = made.nodes["archive"]
    file = tmp_path / "told.toml"
    file.write_text(
        'source = "Minutes"\n[[report]]\nact = "charter.found"\nsubject = "charter"\n'
        'of = "zenith"\ndate = "1994"\nbody = {charter = {"@" = "c.json"}}\n'
    )
    toml = _toml(charter)
    (tmp_path / "c.json").write_text(toml)
    before = node.state.head("archive").size
    with pytest.raises(Refused, match=r"not-entitled: report 1 \(charter\.found"):
        enter_chronicle(node, made.hands("archive"), "envoy", "", open_chronicle(file))
    assert node.state.head("archive").size == before


def test_a_file_of_another_folder_is_not_taken_in(tmp_path):
    file = tmp_path / "told.toml"
    file.write_text(
        'source = "Minutes"\n[[report]]\nact = "charter.found"\nsubject = "charter"\n'
        'of = "zenith"\ndate = "1994"\nbody = {charter = {"@" = "../c.toml"}}\n'
    )
    with pytest.raises(NotAcceptable, match="expected a file beside"):
        open_chronicle(file)


def _toml(charter) -> str:
    import tomli_w

    return tomli_w.dumps(charter)
