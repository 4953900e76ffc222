"""Edits of a pending import, their review, and what a reader of the release sees."""

from dataclasses import replace

import pytest
from parties import ADDRESS, LEVELS, make_party, quiet

from waternet.bank.query import get_observations
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAllowed, NotFound, NotVerified
from waternet.node.editing import add_edit, undo_edit
from waternet.node.folder import open_node, read_profile
from waternet.node.follow import follow_party, pull_folder
from waternet.node.pending import get_pending, list_pending
from waternet.node.reasons import read_reasons
from waternet.node.reviewing import review_pending, reviewed_digest
from waternet.node.verification import verify_node
from waternet.quality.replay import replay, revert

NAME = "0001-levels"
SAID = {
    "operation": "correct",
    "datastream": "W2/groundwater-level",
    "start": "2014-12-31T22:00:00Z",
    "value": "12.25",
    "author": "Rana",
    "reason": "خطأ في القراءة",
}


@pytest.fixture
def jordan(tmp_path):
    party = make_party(tmp_path)
    party.read()
    return party


@pytest.fixture
def israel(tmp_path, jordan):
    party = make_party(tmp_path, "israel")
    follow_party(party.node, jordan.node.public / "card.json")
    return party


def _reviewed(party):
    """Return the party with its dataset's figures to be reviewed."""
    (terms,) = party.node.profile.datasets
    profile = replace(party.node.profile, datasets=(replace(terms, review=True),))
    return replace(party, node=party.node.write_profile(profile))


def _figures(party):
    with Bank.open(party.node.bank) as bank:
        return get_observations(bank, [f"jordan:{ADDRESS.replace('W1', 'W2')}"])


def test_what_was_read_stays_beside_what_was_edited(jordan):
    before = get_pending(jordan.node, NAME)
    add_edit(jordan.node, NAME, **SAID)
    after = get_pending(jordan.node, NAME)
    assert after.raw.equals(before.raw)
    assert after.observations["value"].to_pylist()[-1] == 12.25
    assert after.reference == before.reference
    assert verify_node(jordan.node, quiet).findings == []


def test_another_party_sees_what_was_edited_and_can_take_it_back(jordan, israel):
    raw = get_pending(jordan.node, NAME).raw
    add_edit(jordan.node, NAME, **SAID)
    mark = {"operation": "mark", "grade": "suspect", "value": ""}
    add_edit(jordan.node, NAME, **{**SAID, **mark, "datastream": "jordan:" + ADDRESS})
    pending = get_pending(jordan.node, NAME)
    jordan.publish()
    assert pull_folder(israel.node, jordan.node.public, quiet).findings == []
    assert verify_node(israel.node, quiet).findings == []
    (figure,) = _figures(israel).to_pylist()
    assert (figure["value"], figure["grade"]) == (12.25, 1)
    reasons = read_reasons(israel.node, "jordan", 2)
    assert reasons.edits == pending.edits
    correction = reasons.edits[0]
    assert (correction.author, correction.reason) == ("Rana", "خطأ في القراءة")
    assert correction.before[0][1] == "12.5"
    with Bank.open(israel.node.bank) as bank:
        address = [f"jordan:{ADDRESS}", f"jordan:{ADDRESS.replace('W1', 'W2')}"]
        released = get_observations(bank, address).select(raw.schema.names)
    released = released.cast(raw.schema)
    reverted = revert(released, reasons.edits)
    assert reverted.to_pylist() == raw.to_pylist()
    assert replay(reverted, reasons.edits).to_pylist() == released.to_pylist()


def test_an_import_that_was_not_edited_says_nothing_of_edits(jordan):
    jordan.publish()
    assert read_reasons(jordan.node, "jordan", 2).edits == ()
    with pytest.raises(NotFound, match="no release 1"):
        read_reasons(jordan.node, "jordan", 1)
    with pytest.raises(NotFound, match="no party"):
        read_reasons(jordan.node, "syria", 1)


def test_an_edit_undone_is_published_as_done_and_undone(jordan):
    add_edit(jordan.node, NAME, **SAID)
    undo_edit(jordan.node, NAME, 1, "Rana", "it was right")
    jordan.publish()
    assert _figures(jordan)["value"].to_pylist() == [12.5]
    told = [one.operation for one in read_reasons(jordan.node, "jordan", 2).edits]
    assert told == ["correct", "undo"]


def test_the_same_edit_twice_in_a_row_is_one(jordan):
    first = add_edit(jordan.node, NAME, **SAID)
    assert add_edit(jordan.node, NAME, **SAID) == first
    assert len(get_pending(jordan.node, NAME).edits) == 1


def test_an_edit_of_figures_that_stand_publishes_the_difference(jordan):
    jordan.publish()
    jordan.read(LEVELS.replace("12.5", "12.75"))
    add_edit(jordan.node, NAME, **SAID)
    (revision,) = jordan.publish("the logger was read again")
    assert (revision.kind, revision.observations, revision.unchanged) == (
        "revise",
        1,
        3,
    )
    assert _figures(jordan)["value"].to_pylist() == [12.25]
    # An edit back to what stands changes nothing.
    jordan.read(LEVELS.replace("12.5", "12.75"))
    add_edit(jordan.node, NAME, **SAID)
    (again,) = jordan.publish()
    assert again.kind == "unchanged"


def test_a_datastream_that_is_not_in_the_import_is_named(jordan):
    with pytest.raises(NotAcceptable, match="no datastream 'W9'") as refused:
        add_edit(jordan.node, NAME, **{**SAID, "datastream": "W9"})
    assert ADDRESS in refused.value.hint
    with pytest.raises(NotFound, match="no pending import"):
        add_edit(jordan.node, "0009-levels", **SAID)


@pytest.mark.parametrize("damage", ["lost", "changed"])
def test_damaged_edits_are_never_signed(jordan, damage):
    add_edit(jordan.node, NAME, **SAID)
    path = jordan.node.pending / NAME / "edits.jsonl"
    written = path.read_bytes()
    if damage == "lost":
        path.unlink()
    else:
        path.write_bytes(written.replace(b"12.25", b"13.25"))
    with pytest.raises(NotVerified, match="edits of the pending import"):
        jordan.publish()
    path.write_bytes(written)
    jordan.publish()
    assert list(list_pending(jordan.node)) == []


# Review by a second person


def test_figures_that_must_be_reviewed_are_not_published_before(jordan):
    jordan = _reviewed(jordan)
    assert open_node([jordan.node.folder]).profile.datasets[0].review
    with pytest.raises(NotAllowed, match="must be reviewed") as refused:
        jordan.publish()
    assert f"waternet review {NAME}" in refused.value.hint
    review_pending(jordan.node, NAME, "Yael")
    assert [one.kind for one in jordan.publish()] == ["station", "terms", "release"]


@pytest.mark.parametrize("name", ["Rana", " RANA ", "rana", "Rana\u200f"])
def test_nobody_reviews_their_own_edits(jordan, name):
    add_edit(jordan.node, NAME, **SAID)
    with pytest.raises(NotAllowed, match="cannot review"):
        review_pending(jordan.node, NAME, name)


def test_a_name_is_the_same_however_its_letters_are_composed(jordan):
    add_edit(jordan.node, NAME, **{**SAID, "author": "Zoe\u0301"})
    with pytest.raises(NotAllowed, match="cannot review"):
        review_pending(jordan.node, NAME, "ZO\u00c9")


def test_an_edit_after_the_review_needs_another_one(jordan):
    jordan = _reviewed(jordan)
    review_pending(jordan.node, NAME, "Yael", "looked at the chart")
    add_edit(jordan.node, NAME, **SAID)
    with pytest.raises(NotAllowed, match="or it was edited since"):
        jordan.publish()
    review_pending(jordan.node, NAME, "Yael", "after the correction")
    jordan.publish()
    edits = read_reasons(jordan.node, "jordan", 2).edits
    assert [one.operation for one in edits] == ["review", "correct", "review"]
    assert edits[2].reason == "after the correction"


def test_a_reviewer_who_edits_afterwards_reviewed_nothing(jordan):
    jordan = _reviewed(jordan)
    review_pending(jordan.node, NAME, "Yael")
    add_edit(jordan.node, NAME, **{**SAID, "author": "Yael"})
    with pytest.raises(NotAllowed, match="cannot review"):
        review_pending(jordan.node, NAME, "yael")


def test_a_review_names_what_was_reviewed(jordan):
    add_edit(jordan.node, NAME, **SAID)
    review = review_pending(jordan.node, NAME, "Yael")
    assert review_pending(jordan.node, NAME, "Yael") == review
    pending = get_pending(jordan.node, NAME)
    assert review.digest == reviewed_digest(pending, pending.edits[:1])
    assert review.digest != reviewed_digest(pending, ())


def test_review_in_node_toml_is_true_or_false(tmp_path):
    profile = tmp_path / "party.toml"
    profile.write_text(
        'party = "a"\n[names]\nen = "A"\n[[datasets]]\nid = "levels"\n'
        'licence = "CC0-1.0"\nattribution = "A"\nreview = "yes"\n'
    )
    with pytest.raises(NotAcceptable, match="true or false"):
        read_profile(profile)
