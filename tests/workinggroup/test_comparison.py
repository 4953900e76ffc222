"""What one charter changes of another."""

from acting import body, charter, member

from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.comparison import compare_charters


def _compared(**changed):
    changes = compare_charters(
        read_charter(charter()), read_charter(charter(**changed))
    )
    return [(one.what, one.id, one.sign, one.field) for one in changes]


def test_equal_charters_differ_in_nothing():
    assert _compared() == []


def test_members_that_come_go_and_change_their_role_are_told():
    told = charter()["members"]
    members = [*told[:3], member("palestine", "regional"), member("zenith")]
    assert _compared(members=members) == [
        ("member", "palestine", "~", "role"),
        ("member", "yonder", "-", ""),
        ("member", "zenith", "+", ""),
    ]


def test_a_body_whose_consensus_changes_is_told_by_that_field():
    changed = body(consensus={"how": "silence", "of": ["core"], "days": 30})
    assert _compared(bodies=[changed]) == [("body", "water", "~", "consensus")]


def test_rules_are_told_last():
    assert _compared(excluded=["council"]) == [("rule", "excluded", "+", "")]
