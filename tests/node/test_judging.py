"""Checks of an import: the rules in force, against what stands, published with it."""

from dataclasses import replace

import pytest
from parties import ADDRESS, LEVELS, make_party, quiet

from waternet.bank.query import get_observations
from waternet.bank.seal import reading_bank
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotVerified
from waternet.node.agreement import RULES as RULE_SETS
from waternet.node.agreement import list_proposals
from waternet.node.checking import check_pending, check_published, check_release
from waternet.node.editing import add_edit
from waternet.node.follow import follow_party, pull_folder
from waternet.node.pending import get_pending, list_pending
from waternet.node.publish import read_keys
from waternet.node.reasons import read_reasons
from waternet.node.rule_sets import (
    from_lines,
    proposal_in_force,
    publish_rules,
    rules_in_force,
    rules_sha256,
    to_lines,
)
from waternet.node.verification import verify_node
from waternet.quality.findings import FINDINGS as QUALITY_FINDINGS
from waternet.quality.rules import RuleSet, default_rules
from waternet.record.blob import blob_path
from waternet.record.findings import FINDINGS

RANGE = """
name = "basin"
version = "1"

[[rule]]
check = "range"
observed_property = ["groundwater-level"]
parameters = { least = -500, most = 10 }
"""
RULES = RuleSet.from_toml(RANGE)
WIDER = RuleSet.from_toml(RANGE.replace("10 }", "20 }").replace('"1"', '"2"'))
FAST = RuleSet.from_toml(
    """
    name = "fast"
    version = "1"

    [[rule]]
    check = "rate-of-change"
    parameters = { per_day = 1.0 }
    """
)


def _publish(party, rules, title=""):
    return publish_rules(party.node, read_keys(party.node, ""), rules, title)


@pytest.fixture
def jordan(tmp_path):
    return make_party(tmp_path)


@pytest.fixture
def israel(tmp_path, jordan):
    party = make_party(tmp_path, "israel")
    follow_party(party.node, jordan.node.public / "card.json")
    follow_party(jordan.node, party.node.public / "card.json")
    return party


def _pull(party, other):
    assert pull_folder(party.node, other.node.public, quiet).findings == []


def test_findings_of_the_record_are_those_of_the_checks_without_their_row():
    assert FINDINGS.equals(QUALITY_FINDINGS.remove(0))


def test_an_import_is_graded_and_counted_by_the_rules_in_force(jordan):
    _publish(jordan, RULES)
    report = jordan.read()  # W2 has 12.5, above 10; by hand
    assert (report.checked, report.suspect, report.bad) == (4, 0, 1)
    assert report.findings == {"range": 1}
    pending = get_pending(jordan.node, report.pending)
    assert pending.observations["grade"].to_pylist() == [1, 1, 1, 3]
    assert pending.judged.rule_set == "basin/1"


def test_another_party_sees_grade_reason_edit_and_the_rules(jordan, israel):
    _publish(jordan, RULES)
    report = jordan.read()
    add_edit(
        jordan.node,
        report.pending,
        operation="correct",
        datastream="W2/groundwater-level",
        start="2014-12-31T22:00:00Z",
        value="2.5",
        author="Rana",
        reason="a one was added",
    )
    jordan.publish()
    _pull(israel, jordan)
    assert verify_node(israel.node, quiet).findings == []
    reasons = read_reasons(israel.node, "jordan", 3)
    (finding,) = reasons.findings.to_pylist()
    assert (finding["check"], finding["value"], finding["grade"]) == ("range", 12.5, 3)
    assert [one.before[0][1:3] for one in reasons.edits] == [("12.5", "bad")]
    assert from_lines("basin", "1", reasons.rules) == RULES
    assert reasons.rules_sha256 == rules_sha256(RULES)
    assert reasons.checks[0].startswith("range/")
    checked = check_release(israel.node, "jordan", 3)
    assert checked.grades == {"unchecked": 0, "good": 4, "suspect": 0, "bad": 0}
    with Bank.open(israel.node.bank) as bank:
        assert get_observations(bank, [f"jordan:{ADDRESS}"])["grade"].to_pylist() == [
            1,
            1,
            1,
        ]


def test_a_month_is_judged_against_the_figures_before_it(jordan):
    _publish(jordan, FAST)
    jordan.read(LEVELS)
    jordan.publish()
    report = jordan.read("well,day,level\nW1,2015-03-02,-204\n")
    # Ten metres in the day since the last figure that stands.
    assert (report.observations, report.suspect) == (1, 1)
    pending = get_pending(jordan.node, report.pending)
    assert pending.observations.num_rows == 1
    assert pending.judged.read_findings().num_rows == 1


def test_another_judgement_alone_publishes_nothing(jordan):
    jordan.read()
    jordan.publish()
    _publish(jordan, RULES)
    assert jordan.read().bad == 1
    (again,) = jordan.publish()
    assert (again.kind, again.unchanged) == ("unchanged", 4)


def test_findings_about_figures_that_stand_already_are_left_out(jordan):
    _publish(jordan, RULES)
    jordan.read()
    jordan.publish()
    jordan.read(LEVELS + "W2,2015-03-01,99\n")
    jordan.publish()
    (finding,) = read_reasons(jordan.node, "jordan", 4).findings.to_pylist()
    assert finding["value"] == 99.0


def test_a_grade_that_a_person_gave_is_published(jordan):
    _publish(jordan, RULES)
    jordan.read()
    jordan.publish()
    report = jordan.read()
    mark = {"operation": "mark", "grade": "suspect", "author": "Rana", "reason": "oil"}
    times = {"start": "2015-01-01T00:00:00Z", "end": "2016-01-01T00:00:00Z"}
    add_edit(jordan.node, report.pending, datastream=ADDRESS, **mark, **times)
    (revision,) = jordan.publish("the pump leaked")
    assert (revision.kind, revision.observations) == ("revise", 2)


@pytest.mark.parametrize("file", ["findings.parquet", "rules.jsonl"])
def test_a_damaged_judgement_is_never_signed(jordan, file):
    _publish(jordan, RULES)
    report = jordan.read()
    path = jordan.node.pending / report.pending / file
    path.write_bytes(path.read_bytes()[:-1])
    assert verify_node(jordan.node, quiet).findings
    with pytest.raises(NotVerified):
        jordan.publish()


def test_published_series_are_checked_whole(jordan):
    jordan.read()
    jordan.publish()
    addresses = [f"jordan:{ADDRESS}", f"jordan:{ADDRESS.replace('W1', 'W2')}"]
    with reading_bank(jordan.node.bank) as bank:
        (checked,) = check_published(bank, addresses, RULES)
    assert checked.grades["bad"] == 1
    assert checked.findings["value"].to_pylist() == [12.5]


def test_other_rules_are_tried_on_an_import_without_a_trace(jordan):
    jordan.read()
    (pending,) = list_pending(jordan.node)
    assert check_pending("jordan", pending, RULES, {}).grades["bad"] == 1
    assert check_pending("jordan", pending, WIDER, {}).grades["bad"] == 0
    assert get_pending(jordan.node, pending.folder.name).observations.equals(
        pending.observations
    )


# Rules that parties agree on


def _listed(party):
    with reading_bank(party.node.bank) as bank:
        return list_proposals(party.node, bank, RULE_SETS)


def _in_force(party):
    with reading_bank(party.node.bank) as bank:
        return rules_in_force(party.node, bank)


def test_without_any_published_rules_waternets_own_hold(jordan):
    jordan.read()
    jordan.publish()
    assert _in_force(jordan) == default_rules()
    assert _listed(jordan) == []


def test_rules_are_agreed_when_all_published_the_same(jordan, israel):
    _publish(jordan, RULES, "Rules of the basin")
    _pull(israel, jordan)
    (proposed,) = _listed(israel)
    assert (list(proposed.agreed_by), proposed.not_yet) == (["jordan"], ("israel",))
    assert _in_force(israel) == default_rules()  # nobody is bound by another
    assert _in_force(jordan) == RULES  # its own, until all agree on some
    renamed = replace(RULES, name="ours", version="7")
    _publish(israel, renamed)
    _pull(jordan, israel)
    for party in (jordan, israel):
        (agreed,) = _listed(party)
        assert agreed.not_yet == ()
        assert proposal_in_force([agreed], party.node.party) is agreed
        assert agreed.sha256 == rules_sha256(RULES) == rules_sha256(renamed)


def test_a_proposal_does_not_end_what_was_agreed(jordan, israel):
    _publish(jordan, RULES)
    _pull(israel, jordan)
    _publish(israel, RULES)
    _publish(jordan, WIDER)
    _pull(jordan, israel)
    _pull(israel, jordan)
    agreed, proposed = _listed(jordan)
    assert (agreed.not_yet, proposed.not_yet) == ((), ("israel",))
    assert _in_force(jordan) == RULES
    _publish(israel, WIDER)
    _pull(jordan, israel)
    assert _in_force(jordan) == _in_force(israel) == WIDER


def test_publishing_the_same_rules_again_adds_nothing(jordan):
    assert _publish(jordan, RULES) == 0
    assert _publish(jordan, RULES) == 0
    assert _publish(jordan, WIDER) == 1


def test_rules_whose_blob_is_damaged_judge_nothing(jordan):
    _publish(jordan, RULES)
    path = jordan.node.public / blob_path(rules_sha256(RULES))
    path.write_bytes(path.read_bytes().replace(b"10", b"99"))
    with pytest.raises(NotVerified):
        jordan.read()
    assert list(list_pending(jordan.node)) == []


def test_rules_of_a_later_version_are_named():
    lines = [{"check": "range"}, {"check": "range", "parameters": {"colour": 1}}]
    with pytest.raises(NotAcceptable, match="rule 2: check 'range' has no parameter"):
        from_lines("basin", "1", lines)
    assert from_lines("basin", "1", to_lines(RULES)) == RULES
