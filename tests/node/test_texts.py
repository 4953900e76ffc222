"""What a delegate does about texts, out of what stands."""

from datetime import UTC, datetime, timedelta

import pytest
from acting import Group
from drafting import CORE, Drafting, words

from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.node import texts
from waternet.workinggroup.texts import paragraph_sha256


@pytest.fixture
def drafting() -> Drafting:
    group = Group(now=datetime.now(UTC) - timedelta(days=2))
    group.found()
    return Drafting(group).draft("p1", "p2")


def test_a_consent_is_to_the_words_that_stand(drafting):
    doing = texts.consent_to_paragraph(drafting.group.fold(), "declaration", "p1", 30)
    assert doing.body["to"] == paragraph_sha256(drafting.text(), "p1")


def test_a_consent_to_other_words_than_were_read_is_not_given(drafting):
    read = paragraph_sha256(drafting.text(), "p1")
    drafting.amend("p1", words("spring"))
    with pytest.raises(Conflict, match="by now"):
        texts.consent_to_paragraph(
            drafting.group.fold(), "declaration", "p1", 30, read[:16]
        )


def test_a_dissent_names_the_consent_of_its_member(drafting):
    drafting.consent("israel")
    given = drafting.consent("jordan")
    state = drafting.group.fold()
    with pytest.raises(Conflict, match="israel, jordan"):
        texts.dissent_from_paragraph(state, "declaration", "p1", "", "no more")
    doing = texts.dissent_from_paragraph(state, "declaration", "p1", "jordan", "no")
    assert doing.on == (given,)
    with pytest.raises(NotFound, match="palestine"):
        texts.dissent_from_paragraph(state, "declaration", "p1", "palestine", "no")


def test_an_objection_is_found_alone_or_by_the_beginning_of_its_act(drafting):
    state = drafting.group.fold()
    with pytest.raises(NotFound):
        texts.lift_objection(state, "declaration", "", "enough")
    first = drafting.object("palestine", "p1")
    found_alone = texts.lift_objection(
        drafting.group.fold(), "declaration", "", "enough"
    )
    assert found_alone.on == (first,)
    drafting.object("israel", "p2")
    state = drafting.group.fold()
    with pytest.raises(NotAcceptable, match="2 objections"):
        texts.lift_objection(state, "declaration", "", "enough")
    doing = texts.lift_objection(state, "declaration", first[:12], "enough")
    assert doing.on == (first,)


def test_an_adoption_names_every_consent_and_lift(drafting):
    drafting.consent_all()
    objection = drafting.object("palestine")
    lift = drafting.beside("palestine", "lift", {"reason": "met"}, [objection])
    doing = texts.adopt_text(drafting.group.fold(), "declaration")
    assert set(doing.on) == {*drafting.given.values(), lift}


def test_a_list_tells_for_whom_a_text_waits(drafting):
    drafting.consent_all("israel")
    (row,) = texts.list_texts(drafting.group.fold())
    assert (row["stage"], row["paragraphs"]) == ("draft", 2)
    assert row["missing"] == "jordan, palestine"
    drafting.consent_all(*CORE[1:])
    drafting.adopt()
    (row,) = texts.list_texts(drafting.group.fold())
    assert (row["stage"], row["missing"]) == ("adopted", "")


def test_two_texts_of_one_id_are_told_apart(drafting):
    other = Drafting(drafting.group).draft()
    named = {row["text"] for row in texts.list_texts(drafting.group.fold())}
    assert named == {
        f"declaration~{drafting.root[:8]}",
        f"declaration~{other.root[:8]}",
    }
