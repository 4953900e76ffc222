"""Who may review what, and who may sign what was reviewed."""

from dataclasses import replace

import pytest
from parties import LEVELS, RECIPE, make_party, quiet

from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound, NotVerified
from waternet.node.editing import add_edit
from waternet.node.importing import import_file
from waternet.node.pending import get_pending, list_pending
from waternet.node.publish import Chosen, publish_pending, read_keys
from waternet.node.reviewing import (
    is_sent_back,
    list_sent_back,
    review_pending,
    reviewed_digest,
    send_back,
    verify_review,
)

NAME = "0001-levels"
EDIT = {
    "operation": "comment",
    "datastream": "W2/groundwater-level",
    "start": "2014-12-31T22:00:00Z",
    "author": "Rana",
    "reason": "read twice",
}


@pytest.fixture
def jordan(tmp_path):
    """Return a party whose figures must be reviewed, with Rana's import pending."""
    party = make_party(tmp_path, review=True)
    file, recipe = party.desk / "levels.csv", party.desk / "recipe.toml"
    file.write_text(LEVELS)
    recipe.write_text(RECIPE)
    import_file(party.node, file, recipe, hands=["Rana"])
    return party


def chosen(party, signer="Yusuf", name=NAME):
    pending = get_pending(party.node, name)
    return Chosen(name, reviewed_digest(pending, pending.edits), signer)


def sign(party, one, reason=""):
    return publish_pending(party.node, read_keys(party.node, ""), reason, quiet, one)


@pytest.mark.parametrize("spelling", ["Rana", "rana ", "ＲＡＮＡ"])
def test_who_imported_a_file_does_not_review_it(jordan, spelling):
    with pytest.raises(NotAllowed, match="imported 0001-levels"):
        review_pending(jordan.node, NAME, spelling)
    assert get_pending(jordan.node, NAME).edits == ()


def test_who_imported_it_is_not_published(jordan):
    review_pending(jordan.node, NAME, "Lena")
    sign(jordan, chosen(jordan))
    published = b"".join(
        one.read_bytes() for one in jordan.node.public.rglob("*") if one.is_file()
    )
    assert b"Lena" in published
    assert b"Rana" not in published


def test_who_reviewed_does_not_sign(jordan):
    review_pending(jordan.node, NAME, "Lena")
    with pytest.raises(NotAllowed, match="Lena reviewed 0001-levels"):
        sign(jordan, chosen(jordan, "lena"))
    assert sign(jordan, chosen(jordan, "Rana"))[-1].kind == "release"


def test_what_was_changed_since_it_was_shown_is_not_signed(jordan):
    review_pending(jordan.node, NAME, "Lena")
    seen = chosen(jordan)
    add_edit(jordan.node, NAME, **EDIT)
    review_pending(jordan.node, NAME, "Lena", "seen again")
    with pytest.raises(Conflict, match="since it was shown"):
        sign(jordan, seen)
    assert not (jordan.node.public / "checkpoint").exists()
    assert sign(jordan, chosen(jordan))[-1].observations == 4


def test_one_import_is_signed_and_the_other_waits(jordan):
    review_pending(jordan.node, NAME, "Lena")
    jordan.read(LEVELS.replace("W1", "W7"), "second.csv")
    assert [one.kind for one in sign(jordan, chosen(jordan))] == [
        "station",
        "terms",
        "release",
    ]
    assert [one.folder.name for one in list_pending(jordan.node)] == ["0002-levels"]
    with pytest.raises(NotFound):
        sign(jordan, Chosen(NAME, "", "Yusuf"))


def test_what_was_sent_back_is_published_once_it_was_mended_and_reviewed(jordan):
    review_pending(jordan.node, NAME, "Lena")
    send_back(jordan.node, NAME, "Omar", "W2 was not read in January")
    pending = get_pending(jordan.node, NAME)
    assert is_sent_back(pending)
    with pytest.raises(NotAllowed, match="Omar sent 0001-levels back: W2 was not"):
        verify_review(pending)
    add_edit(jordan.node, NAME, **EDIT)
    pending = get_pending(jordan.node, NAME)
    assert not is_sent_back(pending)
    with pytest.raises(NotAllowed, match="edited since"):
        verify_review(pending)
    review_pending(jordan.node, NAME, "Omar")
    verify_review(get_pending(jordan.node, NAME))
    assert [one.reviewer for one in list_sent_back(pending)] == ["Omar"]


def test_another_review_takes_up_what_was_sent_back(jordan):
    review_pending(jordan.node, NAME, "Lena")
    send_back(jordan.node, NAME, "Lena", "one moment")
    review_pending(jordan.node, NAME, "Lena")
    verify_review(get_pending(jordan.node, NAME))


def test_it_is_sent_back_by_a_second_person_and_with_a_reason(jordan):
    with pytest.raises(NotAllowed, match="imported"):
        send_back(jordan.node, NAME, "Rana", "no")
    for note in ("", " ", "x" * 2_001):
        with pytest.raises(NotAcceptable):
            send_back(jordan.node, NAME, "Lena", note)
    assert list_sent_back(get_pending(jordan.node, NAME)) == []


def test_a_note_that_is_damaged_is_not_passed_over(jordan):
    review_pending(jordan.node, NAME, "Lena")
    send_back(jordan.node, NAME, "Omar", "no")
    (jordan.node.pending / NAME / "sent-back.json").write_text('[{"a": 1}]')
    with pytest.raises(NotVerified, match="damaged"):
        sign(jordan, chosen(jordan))


def test_a_dataset_without_the_rule_is_signed_by_anybody(tmp_path):
    party = make_party(tmp_path)
    party.read()
    review_pending(party.node, NAME, "Lena")
    assert sign(party, replace(chosen(party), signer="Lena"))[-1].kind == "release"
