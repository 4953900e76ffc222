"""What stands by now: seats taken late, consents taken back, two of one name."""

import re

import pytest
from acting import Group, charter
from business import DECLARATION, PARAGRAPHS, made_charter

from waternet.portal.group import activity
from waternet.workinggroup.charter_form import read_charter


@pytest.fixture(scope="module")
def proposed(reading):
    """A group by whose charter late seats count, with proposals old and new.

    Of the newest, israel's consent ends on 10 March, jordan took its own back, and
    palestine consented to the same words as they were proposed once more.
    """
    group = Group()
    change = {"how": "all", "of": ["core", "regional"]}
    told = charter(change=change)
    group.join(*(one["id"] for one in told["members"]))
    group.found(told)
    old = {**told, "excluded": ["council"]}
    group.act("jordan", "charter.propose", "charter", {"charter": old}, [group.charter])
    next_ = {**told, "excluded": ["congress"]}
    proposal = _propose(group, next_)
    group.charter = group.adopt_charter(group.charter, proposal, next_)
    group.act("yonder", "member.join", "yonder", date="2026-03-02")
    last = {**told, "excluded": ["senate"]}
    first, again = _propose(group, last), _propose(group, last)
    _consent(group, "israel", first, last, "2026-03-10")
    given = _consent(group, "jordan", first, last, "2099-12-31")
    reason = {"reason": "to be read again"}
    on = [group.charter, first, given]
    group.act("jordan", "charter.dissent", "charter", reason, on)
    _consent(group, "palestine", again, last, "2099-12-31")
    assert group.refused() == []
    return reading(group), first, again


def _propose(group: Group, told) -> str:
    on = [group.charter]
    return group.act("jordan", "charter.propose", "charter", {"charter": told}, on)


def _consent(group: Group, party: str, proposal: str, told, expires: str) -> str:
    body = {"to": read_charter(told).sha256, "expires": expires}
    on = [group.charter, proposal]
    return group.act(party, "charter.consent", "charter", body, on)


def _proposals(reader, at: str):
    told = reader.data("/charter", at=at)["proposals"]
    return {one["proposed"]["act"]: one for one in told}


def test_who_took_its_seat_late_is_asked_for_consent(proposed):
    reader, first, _ = proposed
    assert "yonder" in _proposals(reader, "2026-03-05")[first]["missing"]


def test_a_consent_that_was_taken_back_or_ran_out_counts_no_more(proposed):
    reader, first, _ = proposed
    assert list(_proposals(reader, "2026-03-10")[first]["consents"]) == ["israel"]
    later = _proposals(reader, "2026-03-11")[first]
    assert later["consents"] == {}
    assert {"israel", "jordan"} <= set(later["missing"])


def test_a_consent_counts_for_the_proposal_that_it_names(proposed):
    reader, first, again = proposed
    told = _proposals(reader, "2026-03-11")
    assert list(told[again]["consents"]) == ["palestine"]
    assert "palestine" in told[first]["missing"]


def test_proposals_to_replace_a_charter_that_is_no_more_are_not_listed(proposed):
    reader, first, again = proposed
    assert set(_proposals(reader, "2026-03-11")) == {first, again}


@pytest.fixture(scope="module")
def doubled(reading):
    """A group with two texts and two sessions of one name, begun apart."""
    group = Group()
    group.join("israel", "jordan", "palestine")
    group.found(made_charter())
    draft = {
        "body": "water",
        "titles": DECLARATION,
        "paragraphs": [{"id": "p1", "words": PARAGRAPHS[0]}],
    }
    session = {
        "body": "water",
        "titles": DECLARATION,
        "sort": "session",
        "from": "2026-03-02",
        "to": "2026-03-03",
        "agenda": [],
    }
    for party in ("israel", "jordan"):
        text = group.act(party, "text.draft", "twin", draft)
        group.act(party, "session.call", "twin", session)
    condition = {
        "kind": "project",
        "name": "laboratory",
        "stage": "execution",
        "words": {"en": "The laboratory is there."},
    }
    objection = {"paragraph": "p1", "words": {"en": "Early."}, "condition": condition}
    group.act("palestine", "text.object", "twin", objection, [text])
    assert group.refused() == []
    return reading(group), text


def test_a_stage_that_an_objector_waits_for_is_told_in_the_readers_words(doubled):
    reader, text = doubled
    assert "in execution" in reader.page(f"/texts/twin~{text[:8]}", lang="en")


@pytest.mark.parametrize("kind", ["session", "text"])
def test_each_of_two_of_one_name_leads_to_its_own_print(doubled, kind):
    reader, _ = doubled
    for thing in reader.group.fold().of(kind):
        name = f"twin~{thing.root[:8]}"
        page = reader.page(f"/{kind}s/{name}")
        (link,) = re.findall(r'href="(/groups/[^"]+\.pdf)"', page)
        assert name in link
        assert reader.client.get(link).content[:5] == b"%PDF-"


def test_an_overview_does_not_count_what_was_exchanged(doubled, monkeypatch):
    reader, _ = doubled
    asked = []
    counted = activity.list_balances
    monkeypatch.setattr(
        activity, "list_balances", lambda *told: asked.append(told) or counted(*told)
    )
    assert "dormant" in reader.data()
    assert asked == []
    reader.data("/activity")
    assert len(asked) == 1
