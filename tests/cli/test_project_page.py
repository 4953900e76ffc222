"""A project as people read it."""

import pytest
from acting import Group, charter

from waternet.cli.project_page import project_page
from waternet.workinggroup.project_standing import project_standing

LINKAGE = {"track": "bilateral", "stages": ["execution"], "by": ["core"]}
REPORT = {"of": "palestine", "source": "كتاب"}


def _page(group: Group, day: str = "2026-04-01") -> str:
    state = group.fold()
    standing = project_standing(state, state.thing("project", "laboratory"), day)
    return project_page(standing)


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found(charter(linkages=[LINKAGE], keeper="atlas"))
    return made


def _idea(group: Group, **changed) -> str:
    told = {
        "body": "water",
        "titles": {"en": "A laboratory", "he": "מעבדה"},
        "lead": "jordan",
        "experts": ["luxembourg"],
        "others": {"luxembourg": {"en": "Luxembourg"}},
        "participants": ["israel", "palestine"],
        "milestones": [{"id": "site", "titles": {"en": "Site"}, "due": "2026-06-01"}],
        "cost": {"amount": "1500000", "currency": "USD"},
    }
    party = "atlas" if "of" in changed else "jordan"
    return group.act(party, "project.idea", "laboratory", told, **changed)


def test_it_says_what_it_is_who_is_missing_and_what_blocks_it(group):
    idea = _idea(group)
    told = {"track": "bilateral", "stage": "execution", "reason": "talks are off"}
    group.act("israel", "project.block", "laboratory", told, [idea])
    told = {"milestone": "site", "evidence": ["a deed"]}
    group.act("jordan", "project.reach", "laboratory", told, [idea])
    lines = _page(group).splitlines()
    assert lines[:2] == [
        "laboratory: idea in water",
        "A laboratory · \u2067מעבדה\u2069",
    ]
    assert "guided by experts of: luxembourg" in lines
    assert "cost: 1500000 USD" in lines
    assert "milestone site: Site, due 2026-06-01, reached 2026-03-02" in lines
    assert "  no consent yet: israel, jordan, palestine" in lines
    block = "  bilateral blocks execution: israel, 2026-03-02, talks are off"
    assert block in lines
    assert "idea: since 2026-03-02, still, 30 days, by jordan" in lines


def test_a_report_is_always_shown_as_one_with_what_it_does_not_tell(group):
    idea = _idea(group, date="1996", **REPORT)
    told = {"stage": "funded", "evidence": ["pledges"], "seen": group.seen()}
    report = {"date": "1998-05", **REPORT}
    group.act("atlas", "project.move", "laboratory", told, [idea], **report)
    lines = _page(group, "1999-01-01").splitlines()
    # From 31 May 1998, the last day that the report may mean, to 1 January 1999.
    said = "funded: since 1998-05, still, 215 days, by palestine"
    assert f"{said} (reported by atlas from \u2068كتاب\u2069)" in lines
    assert "  no report of: defined, feasibility, agreed" in lines


def test_where_it_rests_is_said(group):
    idea = _idea(group)
    told = {"stage": "suspended", "evidence": ["notice"], "reason": "a pause"}
    told["seen"] = group.seen()
    group.act("jordan", "project.move", "laboratory", told, [idea])
    assert _page(group).startswith("laboratory: suspended (rests at idea) in water\n")
