"""Feasibility records: what was asked, what was found, and where."""

import pytest
from acting import Group, charter

from waternet.workinggroup.feasibility import Found, Need, verdict_on

HASH = "ab" * 32


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found(charter())
    return made


def _idea(group: Group) -> str:
    told = {"body": "water", "titles": {"en": "A laboratory"}}
    return group.act("jordan", "project.idea", "laboratory", told)


def _record(group: Group, root: str, on=None, **given) -> None:
    told = {
        "about": {"kind": "project", "root": root},
        "question": {"en": "Are the levels there?"},
        "needs": [
            {
                "id": "levels",
                "observed_property": "groundwater-level",
                "from": "2020-01-01",
                "to": "2020-12-31",
                "parties": ["israel"],
            }
        ],
        "found": [
            {
                "need": "levels",
                "party": "israel",
                "entries": [3],
                "share": "0.5",
                "grade": "good",
                "access": "open",
            }
        ],
        "verdict": "partly",
        "inputs": [{"party": "israel", "entry": 3, "sha256": HASH}],
        "balance": "not examined",
        **given,
    }
    named = [root] if on is None else on
    group.act("jordan", "feasibility.record", "levels", told, named)


def test_a_record_holds_what_was_asked_and_what_was_found(group):
    _record(group, _idea(group))
    made = group.fold().thing("feasibility", "levels").value
    assert (made.verdict, made.body, made.balance) == (
        "partly",
        "water",
        "not examined",
    )
    assert made.found == (Found("levels", "israel", "0.5", "open", (3,), "good"),)


def test_a_record_names_every_entry_in_which_it_found_something(group):
    _record(group, _idea(group), inputs=[])
    state = group.fold()
    assert [one.name for one in state.refusals] == ["unmet-condition"]
    assert "entry 3 of 'israel'" in state.refusals[0].message


def test_a_record_names_the_act_that_began_what_it_is_about(group):
    _record(group, _idea(group), on=[])
    assert group.refused() == ["unmet-condition"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"verdict": "there"}, "unmet-condition"),
        ({"verdict": "missing"}, "unmet-condition"),
        ({"verdict": "perhaps"}, "unreadable-act"),
        ({"needs": []}, "unreadable-act"),
        (
            {"found": [{"need": "x", "party": "a", "share": "0", "access": "open"}]},
            "unreadable-act",
        ),
        (
            {
                "found": [
                    {"need": "levels", "party": "a", "share": "1.2", "access": "open"}
                ]
            },
            "unreadable-act",
        ),
    ],
)
def test_a_verdict_is_what_the_findings_say(group, given, name):
    _record(group, _idea(group), **given)
    assert group.refused() == [name]


def _need(*parties: str) -> Need:
    return Need("levels", "groundwater-level", "2020-01-01", "2020-12-31", parties)


def _found(party: str, share: str = "1", access: str = "open") -> Found:
    return Found("levels", party, share, access, () if share == "0" else (1,))


def test_data_that_one_party_alone_has_are_partly_there():
    needs = [_need("israel", "jordan")]
    assert verdict_on(needs, [_found("israel"), _found("jordan", "0")]) == "partly"
    assert verdict_on(needs, [_found("israel"), _found("jordan")]) == "there"


def test_data_that_are_restricted_are_partly_there():
    assert verdict_on([_need("israel")], [_found("israel", "1", "restricted")]) == (
        "partly"
    )


def test_without_parties_named_those_of_anybody_will_do():
    assert verdict_on([_need()], [_found("israel"), _found("jordan", "0")]) == "there"
    assert verdict_on([_need()], [_found("jordan", "0")]) == "missing"
