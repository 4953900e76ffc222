"""What is checked of an answer, what is not, and that a false one is found."""

import shutil
from dataclasses import replace

import pytest
from parties import make_party, quiet

import waternet as wn
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.finding import Finding
from waternet.node.follow import follow_party, pull_folder

W1 = "jordan:W1/groundwater-level"


@pytest.fixture(scope="module")
def both(folder):
    """Return figures of both parties, from jordan's folder."""
    with wn.open(folder) as source:
        return source.get_observations(observed_property="groundwater-level")


@pytest.fixture(params=["folder", "address"])
def asked(request, both, folder):
    """Return those figures from the folder, then over HTTP; and whose keys count."""
    if request.param == "folder":
        return both.frame, both.metadata, folder
    with wn.open(request.getfixturevalue("address")) as source:
        frame, metadata = source.get_observations(observed_property="groundwater-level")
    return frame, metadata, folder


def test_every_figure_is_held_against_the_file_that_its_owner_signed(asked) -> None:
    frame, metadata, cards = asked
    checked = wn.verify(metadata, frame, cards=cards)
    assert (checked.figures, checked.of) == (len(frame), 6)
    assert "jordan:4: 1 figures are as signed" in checked.proved
    assert "israel:2: 2 figures are as signed" in checked.proved
    assert any("left out" in one for one in checked.not_proved)
    assert any("are true" in one for one in checked.not_proved)


def test_a_reader_without_a_node_goes_by_cards_that_he_was_given(
    asked, parties
) -> None:
    frame, metadata, _folder = asked
    cards = [party.node.public / "card.json" for party in parties]
    assert wn.verify(metadata, frame, cards=cards).figures == len(frame)
    only = wn.verify(metadata, frame, cards=cards[0])
    assert only.figures == 4
    assert any("israel: releases 2: no card" in one for one in only.not_proved)


def test_keys_that_come_with_the_answer_are_not_gone_by(both, address) -> None:
    with pytest.raises(NotAcceptable, match="whose keys"):
        wn.verify(replace(both.metadata, location=address), both.frame)


CHANGES = {
    "a value": ("value", -1.0),
    "a limit taken for a value": ("censor", ""),
    "a grade": ("grade", "bad"),
    "a status": ("status", "modelled"),
    "a time": ("time", "2015-02-02T00:00Z"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_frame_that_was_changed_is_not_verified(change, both, folder) -> None:
    import pandas as pd

    column, other = CHANGES[change]
    frame = both.frame.copy()
    row = frame.index[frame["censor"] == "<"][0]
    frame.loc[row, column] = pd.Timestamp(other) if column == "time" else other
    with pytest.raises(NotVerified, match="jordan:2"):
        wn.verify(both.metadata, frame, cards=folder)


@pytest.mark.parametrize(
    ("name", "other"),
    [("sha256", "0" * 64), ("licence", "CC0"), ("title", "other"), ("rows", 7)],
)
def test_a_citation_that_was_changed_is_not_verified(both, folder, name, other) -> None:
    first, *others = both.metadata.citation
    false = replace(both.metadata, citation=({**first, name: other}, *others))
    with pytest.raises(NotVerified, match=name):
        wn.verify(false, both.frame, cards=folder)


def test_figures_of_a_release_that_is_not_cited_are_not_verified(both, folder) -> None:
    told = [one for one in both.metadata.citation if one["release"] != 4]
    with pytest.raises(NotVerified, match="not cited"):
        wn.verify(
            replace(both.metadata, citation=tuple(told)), both.frame, cards=folder
        )


def test_converted_figures_are_converted_again(folder) -> None:
    with wn.open(folder) as source:
        frame, metadata = source.get_observations(W1, unit="cm")
    assert wn.verify(metadata, frame).figures == 3
    frame.loc[0, "value"] += 1e-3
    with pytest.raises(NotVerified, match="cm"):
        wn.verify(metadata, frame)


def test_figures_side_by_side_are_verified_as_they_were_published(folder) -> None:
    with wn.open(folder) as source:
        frame, metadata = source.compare("groundwater-level", "example:W", unit="cm")
    assert wn.verify(metadata, frame).figures == len(frame) == 5


def test_of_statistics_only_what_they_cite_is_verified(folder) -> None:
    with wn.open(folder) as source:
        frame, metadata = source.get_observations(W1, aggregate="year")
    checked = wn.verify(metadata, frame)
    assert checked.figures == 0
    assert any("statistics" in one for one in checked.not_proved)


def test_a_file_of_figures_that_was_altered_is_a_finding(
    both, parties, tmp_path
) -> None:
    copy = tmp_path / "jordan"
    shutil.copytree(parties[0].node.folder, copy)
    (blob,) = copy.glob(f"public/blob/*/{both.metadata.citation[-1]['sha256']}")
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    told = replace(both.metadata, location=str(copy))
    with pytest.raises(Finding, match="corrupt-blob"):
        wn.verify(told, both.frame)
    blob.unlink()
    checked = wn.verify(told, both.frame)
    assert any("missing-blob" in one for one in checked.not_proved)
    assert checked.figures == 5


def test_a_log_shorter_than_what_was_answered_from_is_a_finding(both, folder) -> None:
    told = replace(both.metadata, positions={"jordan": 99, "israel": 3})
    with pytest.raises(Finding, match="stale-mirror"):
        wn.verify(told, both.frame, cards=folder)


def test_the_keys_of_somebody_else_verify_nothing(both, parties, tmp_path) -> None:
    other = make_party(tmp_path, "jordan")
    cards = [other.node.public / "card.json", parties[1].node.public / "card.json"]
    with pytest.raises(Finding, match="unknown-key"):
        wn.verify(both.metadata, both.frame, cards=cards)


def test_restricted_figures_are_said_to_be_left_open(tmp_path) -> None:
    owner = make_party(tmp_path, "jordan", access="parties", parties=("israel",))
    reader = make_party(tmp_path, "israel")
    follow_party(owner.node, reader.node.public / "card.json")
    owner.read()
    owner.publish()
    follow_party(reader.node, owner.node.public / "card.json")
    pull_folder(reader.node, owner.node.public, quiet)
    with wn.open(str(reader.node.folder)) as source:
        frame, metadata = source.get_observations(W1)
    assert len(frame) == 3
    checked = wn.verify(metadata, frame)
    assert checked.figures == 0
    assert any("encrypted to their readers" in one for one in checked.not_proved)


def test_what_was_checked_is_told_in_words(both, folder) -> None:
    checked = wn.verify(both.metadata, both.frame, cards=folder)
    assert str(checked).startswith("verified: ")
    assert "NOT verified: " in str(checked)
    assert "<li>" in checked._repr_html_()


def test_asked_again_of_the_record_nothing_was_left_out(asked) -> None:
    frame, metadata, cards = asked
    checked = wn.verify(metadata, frame, cards=cards, whole=True)
    (told,) = [one for one in checked.proved if "asked again" in one]
    assert "6 rows are the same, and nothing was left out" in told
    assert not any("left out" in one for one in checked.not_proved)


QUESTIONS = {
    "statistics": {"aggregate": "year", "statistic": "mean"},
    "a percentile": {"aggregate": "record", "statistic": "p50"},
    "the past": {"as_of": "jordan:3"},
    "another unit": {"unit": "cm"},
    "a period": {"start": "2015-01-15/2015-02-15"},
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_statistics_and_pasts_are_made_again_from_the_signed_figures(
    question, folder
) -> None:
    asked = {"observed_property": "groundwater-level", **QUESTIONS[question]}
    with wn.open(folder) as source:
        frame, metadata = source.get_observations(**asked)
    checked = wn.verify(metadata, frame, whole=True)
    assert checked.figures == len(frame) > 0
    frame.loc[0, "value"] += 1
    with pytest.raises(NotVerified):
        wn.verify(metadata, frame, whole=True)


@pytest.mark.parametrize("ask", ["latest", "compare"])
def test_the_latest_and_the_comparison_are_asked_again(folder, ask) -> None:
    with wn.open(folder) as source:
        answer = (
            source.get_latest()
            if ask == "latest"
            else source.compare("groundwater-level", "example:W")
        )
    checked = wn.verify(answer.metadata, answer.frame, whole=True)
    assert any("nothing was left out" in one for one in checked.proved)


def test_a_figure_that_the_node_did_not_give_is_found(both, folder) -> None:
    fewer = both.frame.iloc[:-1]
    told = replace(both.metadata, rows=len(fewer))
    with pytest.raises(NotVerified, match="1 were left out"):
        wn.verify(told, fewer, cards=folder, whole=True)
    # Who drops rows himself has left nothing out.
    assert wn.verify(both.metadata, fewer, cards=folder, whole=True).figures == 5


def test_of_a_party_without_a_card_nothing_is_said_to_be_whole(both, parties) -> None:
    card = parties[0].node.public / "card.json"
    checked = wn.verify(both.metadata, both.frame, cards=card, whole=True)
    assert any("record of israel" in one for one in checked.not_proved)


def test_what_cannot_be_checked_at_all_is_refused(both, folder, tmp_path) -> None:
    with wn.open(folder) as source, pytest.raises(NotAcceptable, match="no figures"):
        wn.verify(source.get_stations().metadata)
    for words in ({"policy": tmp_path / "none"}, {"cards": tmp_path}):
        with pytest.raises(NotFound):
            wn.verify(both.metadata, both.frame, **{"cards": folder, **words})
