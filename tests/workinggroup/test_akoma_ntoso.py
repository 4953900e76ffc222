"""Texts as Akoma Ntoso: valid by its schema and profile, and read back."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from acting import Group, charter
from babel.core import get_global
from drafting import CORE, Drafting, found, words
from hypothesis import given
from hypothesis import strategies as st
from published_schemas import akoma_ntoso_faults

from waternet.errors import NotAcceptable, NotFound
from waternet.workinggroup.fold import fold
from waternet.workinggroup.interchange.akn_amendment import write_text
from waternet.workinggroup.interchange.akn_amendment_reading import (
    AmendmentVersion,
    Modification,
    join_amendments,
    read_amendment,
)
from waternet.workinggroup.interchange.akn_names import AKN, WRITTEN, language_code
from waternet.workinggroup.interchange.akn_reading import (
    Version,
    join_versions,
    read_version,
)
from waternet.workinggroup.interchange.akoma_ntoso import write_version
from waternet.workinggroup.texts import paragraph_sha256

OWN = "{urn:waternet:workinggroup}"


def _discussed() -> Drafting:
    """Return a text that was amended twice, objected to, reserved and adopted."""
    drafting = Drafting(found()).draft("p1", "p2", "p3")
    drafting.amend("p1", words("spring") | {"en": "Springs & wells < 100 m"})
    new = {"id": "new", "words": words("new"), "after": "p1"}
    told = {"paragraphs": [new], "remove": ["p2"], "reason": "shorter"}
    drafting.change("jordan", "amend", told)
    waits = {"kind": "project", "name": "carrier", "stage": "funded"}
    condition = {**waits, "words": {"en": "First that", "he": "תחילה זה"}}
    objection = drafting.object("palestine", "p3", condition=condition)
    lift = drafting.beside("palestine", "lift", {"reason": "met"}, [objection])
    reservation = {"paragraph": "p1", "words": {"ar": "ولكن", "en": "But"}}
    drafting.beside("israel", "reserve", reservation)
    drafting.consent_all()
    drafting.adopt(on=[lift])
    assert drafting.group.refused() == []
    return drafting


def _files(drafting: Drafting) -> dict[str, bytes]:
    state = drafting.group.fold()
    return write_text(state, state.thing("text", drafting.name))


@pytest.fixture(scope="module")
def discussed() -> Drafting:
    return _discussed()


@pytest.fixture(scope="module")
def files(discussed) -> dict[str, bytes]:
    return _files(discussed)


def test_every_file_of_an_adopted_text_is_valid(files):
    assert [fault for one in files.values() for fault in akoma_ntoso_faults(one)] == []
    assert len(files) == 1 + 3 + 6


def test_a_draft_is_valid_and_called_one():
    drafting = Drafting(found()).draft()
    (english,) = [one for name, one in _files(drafting).items() if ".en." in name]
    assert akoma_ntoso_faults(english) == []
    assert b'name="declarationDraft"' in english


def test_a_text_that_was_shelved_with_an_objection_is_valid():
    drafting = Drafting(found()).draft("p1")
    drafting.object("palestine")
    drafting.change("atlas", "shelve", {"reason": "until feasibility is examined"})
    assert all(akoma_ntoso_faults(one) == [] for one in _files(drafting).values())


def test_language_versions_are_equal_expressions_of_one_work(files):
    works, languages = set(), []
    for name in ("ar", "en", "he"):
        root = ElementTree.fromstring(files[f"declaration.{name}.xml"])
        works.add(root.find(f".//{AKN}FRBRWork/{AKN}FRBRuri").get("value"))
        languages.append(root.find(f".//{AKN}FRBRlanguage").get("language"))
        expression = root.find(f".//{AKN}FRBRExpression")
        assert expression.find(f"{AKN}FRBRauthoritative").get("value") == "true"
        assert expression.find(f"{AKN}FRBRtranslation") is None
        assert expression.find(f"{AKN}FRBRauthor").get("href") == "#group"
    assert len(works) == 1
    assert languages == ["ara", "eng", "heb"]


def test_a_version_tells_each_consent_with_its_hash(discussed, files):
    root = ElementTree.fromstring(files["declaration.he.xml"])
    digest = paragraph_sha256(discussed.text(), "p1")
    by = {
        step.get("by")
        for step in root.iter(f"{AKN}step")
        if step.get("outcome") == "#consent" and step.get("href") == "#para_p1"
        if step.findtext(f"{OWN}to") == digest
    }
    assert by == {f"#member-{one}" for one in CORE}


def test_an_amendment_tells_what_it_puts_in_whose_place(files):
    root = ElementTree.fromstring(files["declaration.amendment-2.en.xml"])
    assert [one.get("type") for one in root.iter(f"{AKN}textualMod")] == [
        "insertion",
        "repeal",
    ]
    first = ElementTree.fromstring(files["declaration.amendment-1.en.xml"])
    quoted = [one.text for one in first.iter(f"{AKN}quotedText")]
    assert quoted == ["A p1", "Springs & wells < 100 m"]


def test_an_amendment_is_written_in_the_languages_that_it_changes():
    drafting = Drafting(found()).draft()
    drafting.amend("p1", words("p1") | {"he": "מעיין"})
    named = [name for name in _files(drafting) if "amendment" in name]
    assert named == ["declaration.amendment-1.he.xml"]


def test_what_arrives_in_another_order_is_written_in_the_same_bytes(discussed, files):
    state = fold(reversed(discussed.group.said()), discussed.group.id)
    assert write_text(state, state.thing("text", "declaration")) == files


def test_what_was_reported_is_written_as_reported():
    group = Group()
    group.join("atlas", *CORE)
    group.found(charter(keeper="atlas"))
    told = {"of": "yonder", "source": "minutes", "date": "2026-03-02"}
    drafting = Drafting(group).draft()
    group.act("atlas", "member.join", "yonder", **told)
    content = {"paragraph": "p1", "words": {"en": "Not yet"}}
    drafting.beside("atlas", "object", content, **told)
    english = _files(drafting)["declaration.en.xml"]
    assert akoma_ntoso_faults(english) == []
    (reported,) = ElementTree.fromstring(english).iter(f"{OWN}reported")
    assert (reported.get("by"), reported.get("source")) == ("atlas", "minutes")


def test_a_text_is_not_written_in_a_language_that_it_does_not_have(discussed):
    state = discussed.group.fold()
    with pytest.raises(NotFound, match="fr"):
        write_version(state, state.thing("text", "declaration"), "fr")


def test_codes_of_languages_are_those_of_the_common_locale_data():
    aliases = get_global("language_aliases")
    assert {short: aliases[long] for short, long in WRITTEN.items()} == {
        short: short for short in WRITTEN
    }


def test_a_language_without_a_code_of_three_letters_is_refused():
    with pytest.raises(NotAcceptable, match="xx"):
        language_code("xx")


# ------------------------------------------------------------------ reading


LANGUAGES = ("ar", "en", "he")


def _amendments(files, number: int) -> list[AmendmentVersion]:
    names = [f"declaration.amendment-{number}.{one}.xml" for one in LANGUAGES]
    return [read_amendment(files[name], name) for name in names if name in files]


def test_amendments_that_were_written_are_read_back_and_done_again(discussed, files):
    changes = discussed.thing().standing()
    text = changes[0].value
    again = Drafting(found()).draft("p1", "p2", "p3")
    for number in (1, 2):
        told = join_amendments(text, _amendments(files, number))
        again.change("israel", "amend", {**told, "reason": "as it was"})
        text = again.text()
    assert again.group.refused() == []
    assert text.paragraphs == changes[2].value.paragraphs


def test_an_amendment_of_one_language_leaves_the_others():
    drafting = Drafting(found()).draft()
    before = drafting.text()
    drafting.amend("p1", words("p1") | {"he": "מעיין"})
    told = join_amendments(before, _amendments(_files(drafting), 1))
    assert told == {
        "paragraphs": [{"id": "p1", "words": words("p1") | {"he": "מעיין"}}]
    }


@pytest.mark.parametrize("after", ["", "p1", "p2"])
def test_a_new_paragraph_is_read_back_at_its_place(after):
    drafting = Drafting(found()).draft("p1", "p2")
    before = drafting.text()
    new = {"id": "new", "words": words("new"), "after": after}
    told = {"paragraphs": [new], "reason": "it was missing"}
    drafting.change("jordan", "amend", told)
    files = _files(drafting)
    assert [fault for one in files.values() for fault in akoma_ntoso_faults(one)] == []
    assert join_amendments(before, _amendments(files, 1)) == {"paragraphs": [new]}


def _mod(sort: str, old: str, new: str, paragraph: str = "p1") -> AmendmentVersion:
    return AmendmentVersion("en", "w", (Modification(paragraph, sort, old, new),))


def test_a_substitution_of_some_words_leaves_the_rest():
    drafting = Drafting(found()).draft()
    drafting.amend("p1", words() | {"en": "Wells are deep"})
    told = join_amendments(drafting.text(), [_mod("substitution", "deep", "measured")])
    assert told["paragraphs"][0]["words"]["en"] == "Wells are measured"


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (_mod("substitution", "p", "q"), "does not have once"),
        (_mod("substitution", "", "q"), "does not have once"),
        (_mod("substitution", "A p1 p1", ""), "no new words"),
        (_mod("repeal", "A p1 p1", ""), "struck in en alone"),
    ],
)
def test_an_amendment_that_does_not_fit_the_text_is_refused(version, told):
    drafting = Drafting(found()).draft()
    drafting.amend("p1", words("p1 p1"))
    with pytest.raises(NotAcceptable, match=told):
        join_amendments(drafting.text(), [version])


def test_a_modification_of_another_sort_is_refused_by_name(files):
    written = files["declaration.amendment-1.en.xml"]
    for old, new, told in (
        (b'type="substitution"', b'type="renumbering"', "renumbering"),
        (b'<source href="#mod_1"', b'<source href="#mod_9"', "no textualMod"),
    ):
        assert old in written
        with pytest.raises(NotAcceptable, match=told):
            read_amendment(written.replace(old, new))
    with pytest.raises(NotAcceptable, match="statement"):
        read_amendment(files["declaration.en.xml"])


def _read(files, *languages: str) -> list[Version]:
    return [
        read_version(files[f"declaration.{one}.xml"])
        for one in languages or ("ar", "en", "he")
    ]


def test_what_was_written_is_read_back_and_drafted_anew(discussed, files):
    told = join_versions(_read(files), "water")
    text = discussed.group.fold().thing("text", "declaration").value
    assert told["titles"] == dict(text.titles)
    assert told["paragraphs"] == [
        {"id": one.id, "words": dict(one.words)} for one in text.adopted_paragraphs()
    ]
    discussed.group.act("jordan", "text.draft", "again", told)
    assert discussed.group.refused() == []


legible = st.text(st.sampled_from("abc אבגשלום مياه &<>\"' "), min_size=1).filter(
    lambda text: text == " ".join(text.split()) and text
)


@given(st.lists(legible, min_size=1, max_size=4))
def test_any_words_are_read_back_as_they_are(paragraphs):
    group = found()
    told = [
        {"id": f"p{n}", "words": dict.fromkeys(("ar", "en", "he"), one)}
        for n, one in enumerate(paragraphs)
    ]
    content = {"body": "water", "titles": words(), "paragraphs": told}
    group.act("jordan", "text.draft", "declaration", content)
    state = group.fold()
    written = write_version(state, state.thing("text", "declaration"), "en")
    assert [*read_version(written).paragraphs.values()] == paragraphs


def test_versions_that_do_not_belong_together_are_refused(files):
    arabic, english = _read(files, "ar", "en")
    for other, told in (
        (arabic, "one language"),
        (replace(english, work="/akn/un/other"), "another work"),
        (replace(english, paragraphs={"p1": "-"}), "'new'"),
    ):
        with pytest.raises(NotAcceptable, match=told):
            join_versions([arabic, other], "water")
    turned = dict(reversed([*english.paragraphs.items()]))
    with pytest.raises(NotAcceptable, match="order"):
        join_versions([arabic, replace(english, paragraphs=turned)], "water")


FOREIGN = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">
<statement name="declaration"><meta><identification source="#a"><FRBRWork>
<FRBRuri value="/akn/un/w"/></FRBRWork><FRBRExpression><FRBRlanguage language="arc"/>
</FRBRExpression></identification></meta><preface><p><docTitle>T</docTitle></p></preface>
<preamble><formula name="f"><p>The members,</p></formula></preamble>
<mainBody>{body}</mainBody><conclusions><p>Done.</p></conclusions></statement>
</akomaNtoso>"""
POINTS = """<section eId="sec_1"><paragraph eId="para_1"><num>1.</num><intro>
<p>Wells <b>a</b>re:</p></intro><point eId="x"><num>(a)</num><content><p>deep</p>
</content></point></paragraph></section>"""


def _foreign(body: str) -> Version:
    return read_version(FOREIGN.format(body=body).encode(), "other.xml")


def test_a_text_of_others_is_read_with_preamble_points_and_inline_marks():
    version = _foreign(POINTS)
    assert version.language == "arc"
    assert version.left_out == ("conclusions",)
    assert dict(version.paragraphs) == {
        "p1": "The members,",
        "1": "Wells are: (a) deep",
    }


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<p>Loose words</p>", "Loose words"),
        ("<section><heading>Part</heading></section>", "Part"),
        ("<article eId='a'><content><p>Art</p></content></article>", "<article>"),
        ("<paragraph><content><p><del>x</del></p></content></paragraph>", "<del>"),
    ],
)
def test_what_would_be_lost_is_refused_by_name(body, told):
    with pytest.raises(NotAcceptable, match=told):
        _foreign(body)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<akomaNtoso/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<a>" * 300 + b"</a>" * 300,
        b" " * (4 << 20) + b"  <a/>",
        b"\xff\xfe\x00",
    ],
    ids=["empty", "other", "entity", "deep", "long", "binary"],
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(NotAcceptable, match=r"file|xml"):
        read_version(data)


def test_a_collection_is_refused_with_what_to_give_instead(files):
    with pytest.raises(NotAcceptable, match="documentCollection"):
        read_version(files["declaration.xml"])
