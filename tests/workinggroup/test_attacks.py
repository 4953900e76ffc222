"""What one member, chair or steward may try to bend, blank or stall the state.

The chief attacks stand in tests/faults/attacks_on_group.py, each with its defence taken
away; here are the finer ones.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from acting import Group, charter
from drafting import CORE, Drafting, found, silent, words

from waternet.errors import NotAcceptable
from waternet.record.note import sign_note
from waternet.workinggroup.act import read_act
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.fold import fold
from waternet.workinggroup.gathering import Said, list_groups


@pytest.fixture
def group() -> Group:
    return found()


def _agreed(group: Group, told: dict, **changed) -> list[str]:
    """Return a proposal and the consents to it."""
    on = [group.charter]
    content = {"charter": told}
    on.append(group.act("jordan", "charter.propose", "charter", content, on))
    for party in CORE:
        content = {**group.consent(read_charter(told).sha256), "seen": group.seen()}
        consent = {**content, **changed}
        on.append(group.act(party, "charter.consent", "charter", consent, on[:2]))
    return on[1:]


def _adopt(group: Group, given: list[str], party: str = "jordan", **changed) -> str:
    on = [group.charter, *given]
    content = {"seen": group.seen()}
    return group.act(party, "charter.adopt", "charter", content, on, **changed)


# ------------------------------------------------------------- blanking the state


def test_whoever_adopts_the_first_charter_again_takes_no_act_away(group):
    """A member signs the founding adoption once more, with an earlier time.

    Were it another adoption, or came it in the place of the first one, no act under
    the first would count.
    """
    first = group.fold().taken[group.charter].act
    Drafting(group).draft()
    before = group.fold()
    again = {"charter": "", "issued": first.issued}
    content = {"seen": {"yonder": 0}}
    group.act("yonder", "charter.adopt", "charter", content, first.on, **again)
    state = group.fold()
    assert state.conflicts == ()
    assert [one.root for one in state.of("text")] == [
        one.root for one in before.of("text")
    ]
    assert "builds-on-refused" not in group.refused()


def test_acts_under_either_of_two_same_adoptions_count_together(group):
    given = _agreed(group, charter(excluded=["council"]))
    seen = {"seen": group.seen()}
    on = [group.charter, *given]
    one = group.act("jordan", "charter.adopt", "charter", seen, on)
    other = group.act("israel", "charter.adopt", "charter", seen, on)
    drafting = Drafting(group)
    group.charter = one
    drafting.draft(party="jordan")
    group.charter = other
    drafting.amend("p1", words("newer"), party="israel")
    assert group.refused() == []
    assert group.fold().charter.excluded == ("council",)
    group.charter = one
    third = _agreed(group, charter(excluded=["cabinet"]))
    group.charter = _adopt(group, third)
    assert group.refused() == []
    assert group.fold().charter_id == group.charter


def test_a_charter_is_decided_by_the_one_that_it_replaces(group):
    """A lenient former charter is no way round the one that stands."""
    lenient = group.charter
    strict = charter(change={"how": "all", "of": ["co-sponsor", "core"]})
    group.charter = _adopt(group, _agreed(group, strict))
    given = _agreed(group, charter(excluded=["council"]))
    strict_id = group.charter
    group.act(
        "jordan",
        "charter.adopt",
        "charter",
        {"seen": group.seen()},
        [strict_id, *given],
        charter=lenient,
    )
    assert group.refused() == ["superseded-charter"]
    assert group.fold().charter_id == strict_id


@pytest.mark.parametrize("year", ["0001-01-01", "9999-12-31"])
def test_a_time_at_the_end_of_the_calendar_stops_no_node(group, year):
    at = f"{year}T23:59:59Z"
    group.act("yonder", "member.join", "yonder", issued=at)
    assert group.refused() == ["back-dated"]


def test_seen_in_any_form_stops_no_node(group):
    for seen in ([1], "all", {"atlas": "3"}, {"atlas": {"a": 1}}, {"atlas": 1 << 52}):
        group.act("israel", "member.join", "israel", {"seen": seen})
        told = {"stage": "defined", "evidence": ["x"], "seen": seen}
        group.act("israel", "project.move", "lab", told, [group.charter])
    assert set(group.refused()) == {"unmet-condition", "unreadable-act"}


def test_a_group_whose_charter_is_no_table_is_listed_without_a_name(group):
    _, note = group.sign(
        "israel", "charter.found", "charter", {"charter": "x"}, group="", charter=""
    )
    said = [Said("israel", 0, "2026-03-02T08:00:00Z", "act", {"act": note})]
    assert list(list_groups(said).values()) == [""]


def test_an_act_nested_a_thousand_deep_stops_no_node(group):
    act, note = group.sign("israel", "member.join", "israel", {"words": "deep"})
    deep = "[" * 990 + "]" * 990
    group.enter("israel", note.replace('"deep"', deep))
    assert group.refused() == ["unreadable-act"]
    assert read_act(note) == act


@pytest.mark.parametrize("told", ["5", "null", "true", "[[]]", '["a"]', '"x"'])
def test_a_body_that_is_no_table_stops_no_node(group, told):
    _, note = group.sign("israel", "member.join", "israel")
    bent = note.partition("\n\n")[0].replace('"body":{}', f'"body":{told}') + "\n"
    signed = sign_note(bent, group.logs["israel"].keys["envoy"]).decode()
    group.enter("israel", signed)
    group.enter("israel", signed, group="")
    assert group.refused() == ["unreadable-act"]
    assert list(list_groups(group.said())) == [group.id]


def test_a_body_is_nested_no_deeper_than_any_form(group):
    """What a node can still read would hang on its machine; the limit does not."""
    deep: object = "x"
    for _ in range(20):
        deep = [deep]
    with pytest.raises(NotAcceptable, match="nested more than 20 deep"):
        group.sign("israel", "member.join", "israel", {"words": deep})


@pytest.mark.parametrize("days", [3_651, 10**12, (1 << 53) - 1])
def test_a_silence_of_more_than_ten_years_is_none(days):
    with pytest.raises(NotAcceptable, match="3,650 days at most"):
        read_charter(silent(days=days))


def test_silence_that_would_end_after_the_calendar_stops_no_node():
    group = Group(now=datetime(9999, 12, 1))
    group.found(silent(days=3_650))
    told = {"body": "water", "titles": {"en": "A laboratory"}, "lead": "jordan"}
    last = group.act("jordan", "project.idea", "lab", told)
    for stage in ("defined", "feasibility", "agreed"):
        told = {"stage": stage, "evidence": ["x"], "seen": group.seen()}
        last = group.act("jordan", "project.move", "lab", told, [last])
    assert group.refused() == ["before-deadline"]


# ------------------------------------------------------------ bending what is there


def test_an_adoption_sees_what_stands_before_an_act_that_it_names(group):
    """A gavel-holder claims to have seen less of a log than it builds on."""
    drafting = Drafting(group).draft()
    drafting.object("israel")
    drafting.consent_all()
    seen = {**group.seen(), "israel": 2}
    drafting.adopt(seen=seen)
    assert group.refused()[0] in ("unmet-condition", "standing-objection")
    assert drafting.stage() == "draft"


def test_a_party_cannot_overlook_what_stands_in_its_own_log(group):
    told = charter(excluded=["council"])
    given = _agreed(group, told)
    content = {"reason": "no more"}
    on = [group.charter, given[2]]
    group.act("jordan", "charter.dissent", "charter", content, on)
    blind = {one: 0 for one in group.logs if one != "atlas"}
    named = [group.charter, *given]
    group.act("jordan", "charter.adopt", "charter", {"seen": blind}, named)
    assert group.refused() == ["consent-withdrawn"]


def test_acts_that_claim_to_have_seen_each_other_overlook_nothing(group):
    """Two adoptions claim to have seen one another, and an objection between them."""
    first = Drafting(group, "first").draft(party="jordan")
    first.consent_all()
    second = Drafting(group, "second").draft(party="jordan")
    second.consent_all()
    far = dict.fromkeys(group.logs, 500)
    second.adopt(seen=far)
    adopted = group.fold().thing("text", "second").changes[-1].act.id
    content = {"paragraph": "p1", "words": {"en": "No"}}
    first.beside("israel", "object", content, on=[adopted])
    first.adopt(seen=far)
    assert first.stage() == "draft"
    assert "standing-objection" in group.refused()


def test_a_change_of_a_thing_of_another_kind_is_no_base(group):
    drafting = Drafting(group).draft()
    told = {"stage": "defined", "evidence": ["x"], "seen": group.seen()}
    group.act("israel", "project.move", "declaration", told, [drafting.last])
    group.act("israel", "text.withdraw", "other", {"reason": "x"}, [drafting.last])
    assert group.refused() == ["unmet-condition", "unmet-condition"]


def test_an_act_of_another_group_cannot_be_built_on(group):
    other = Group(logs=group.logs, now=group.now)
    other.found(charter(name="other"))
    drafting = Drafting(other).draft()
    content = {"paragraphs": [], "remove": ["p1"], "reason": "x"}
    group.now = other.now
    group.act("israel", "text.amend", "declaration", content, [drafting.last])
    assert group.refused() == ["unknown-act"]
    assert other.refused() == []


def test_a_key_that_two_delegates_share_speaks_for_the_one_that_is_named(group):
    key = group.logs["israel"].keys["envoy"]
    group.accredit("jordan", "copy")
    group.logs["jordan"].keys["copy"] = key
    shared = group.logs["jordan"].said[-1].body
    shared["vkey"] = key.verifier.to_text()
    _, note = group.sign("israel", "member.leave", "israel", {"reason": "x"})
    group.enter("jordan", note)
    assert group.refused() == ["act-of-another-party"]
    assert group.fold().roles()["israel"] == "core"


def test_a_new_key_of_a_delegate_counts_from_its_entry_on(group):
    Drafting(group).draft(party="israel")
    old = group.logs["israel"].keys["envoy"]
    group.accredit("israel", "envoy")
    assert group.refused() == []
    group.logs["israel"].keys["envoy"] = old
    Drafting(group, "later").draft(party="israel")
    assert group.refused() == ["bad-act-signature"]


def test_a_credential_given_after_an_act_does_not_make_it_count(group):
    group.accredit("israel", "second")
    credential = group.logs["israel"].said.pop()
    _, note = group.sign("israel", "member.leave", "israel", {"reason": "x"})
    act, note = group.sign(
        "israel", "member.leave", "israel", {"reason": "x"}, delegate="second"
    )
    group.enter("israel", note)
    index = len(group.logs["israel"].said)
    group.logs["israel"].said.append(replace(credential, index=index))
    assert group.refused() == ["no-credential"]
    group.enter("israel", note)
    assert group.refused() == ["no-credential"]
    assert act.id in group.fold().taken


def test_what_builds_on_an_act_that_came_too_late_does_not_count_either(group):
    drafting = Drafting(group).draft()
    drafting.consent_all()
    base = drafting.last
    adopted = drafting.adopt()
    drafting.last = base
    late = drafting.amend("p1", words("late"), party="israel")
    drafting.last = late
    drafting.object("israel")
    told = {
        "body": "water",
        "titles": words(),
        "owner": "israel",
        "due": "2026-09-01",
    }
    group.act("israel", "task.set", "task", told, [late])
    assert sorted(group.refused()) == [
        "builds-on-refused",
        "builds-on-refused",
        "not-open",
    ]
    assert drafting.stage() == "adopted"
    assert drafting.thing().tips == (adopted,)


# ------------------------------------------------------------- stalling everybody


def test_two_that_are_begun_under_one_id_are_told_apart(group):
    first = Drafting(group).draft(party="jordan")
    second = Drafting(group).draft(party="israel")
    state = group.fold()
    assert [one.name for one in state.conflicts] == ["two-of-one-name"]
    name = f"declaration~{second.root[:8]}"
    assert state.thing("text", name).root == second.root != first.root


def test_a_conflict_is_resolved_by_one_act_that_names_both(group):
    drafting = Drafting(group).draft()
    base = drafting.last
    one = drafting.amend("p1", words("one"), party="israel")
    drafting.last = base
    other = drafting.amend("p1", words("other"), party="palestine")
    assert drafting.thing().in_conflict
    assert drafting.thing().value.paragraphs[0].words == words("p1")
    content = {
        "paragraphs": [{"id": "p1", "words": words("both")}],
        "reason": "both",
    }
    group.act("jordan", "text.amend", "declaration", content, [one, other])
    thing = drafting.thing()
    assert not thing.in_conflict
    assert thing.value.paragraphs[0].words == words("both")


def test_one_that_acts_in_a_loop_keeps_nobody_from_acting(group):
    """A member changes the first draft again and again; the others go on."""
    drafting = Drafting(group).draft()
    first = drafting.last
    for number in range(20):
        drafting.last = first
        drafting.amend("p1", words(str(number)), party="palestine")
    drafting.last = first
    drafting.amend("p1", words("ours"), party="israel")
    drafting.amend("p1", words("ours, too"), party="jordan")
    assert drafting.thing().value.paragraphs[0].words == words("ours, too")


def test_who_claims_to_have_seen_everything_stalls_nobody(group):
    """The next one need not have seen what does not exist."""
    told = {"body": "water", "titles": words(), "participants": ["jordan"]}
    last = group.act("jordan", "project.idea", "lab", told)
    for stage, seen in (("defined", 1 << 40), ("feasibility", None)):
        known = dict.fromkeys(group.logs, seen) if seen else group.seen()
        told = {"stage": stage, "evidence": ["x"], "seen": known}
        last = group.act("palestine", "project.move", "lab", told, [last])
    assert group.refused() == []
    assert group.fold().thing("project", "lab").value.stage == "feasibility"


# --------------------------------------------------------------- as it stood


def test_what_stood_on_a_day_is_what_was_done_by_then(group):
    drafting = Drafting(group).draft()
    before = group.fold()
    day = f"{group.now:%Y-%m-%d}"
    group.now += timedelta(days=3)
    drafting.amend("p1", words("later"))
    group.act("israel", "member.leave", "israel", {"reason": "x"})
    then = group.fold(day)
    assert then.refusals == ()
    assert then.sha256 == before.sha256


def test_what_stood_on_a_day_needs_no_charter_of_a_later_one():
    """An act dated before the charter that it names is passed over in silence."""
    group = found(charter(keeper="atlas"))
    told = {"of": "yonder", "source": "minutes", "date": "1994"}
    group.act("atlas", "member.join", "yonder", **told)
    then = fold(group.said(), group.id, "1999")
    assert (then.refusals, then.taken) == ((), {})
