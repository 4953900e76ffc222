"""Drafts and introductions from strangers: read as they stand, or refused."""

import json

import pytest
from exchange.simulator import NOW, found, make_member
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable, NotAllowed, WaternetError
from waternet.exchange.amendment import found_registry, set_threshold
from waternet.exchange.changes import describe_changes
from waternet.exchange.draft import (
    read_draft,
    read_introduction,
    sign_role,
    write_draft,
)
from waternet.exchange.signing import as_drafted, lacking, sign_draft
from waternet.record.key import generate_signer

SIMULATOR = found()
DRAFT = write_draft(SIMULATOR.registry)
INTRODUCED = make_member("north").introduction().to_json()


def read(written):
    return as_drafted(read_draft(written, "a draft"), "a draft")


def test_a_draft_is_read_as_it_was_written():
    assert read(DRAFT).cards == SIMULATOR.registry.cards
    assert write_draft(read(DRAFT)) == DRAFT
    assert lacking(read(DRAFT)) == []


def test_an_introduction_is_read_as_it_was_written():
    introduced = read_introduction(INTRODUCED, "north.introduction")
    assert introduced.card.party == "north"
    assert introduced.to_json() == INTRODUCED


def test_an_introduction_whose_card_its_registry_key_did_not_sign_is_refused():
    fields = json.loads(INTRODUCED)
    fields["registry_key"] = generate_signer("thief").verifier.to_text()
    with pytest.raises(NotAcceptable, match="not signed by the registry key"):
        read_introduction(json.dumps(fields).encode(), "north.introduction")


@given(st.data())
def test_no_altered_draft_does_more_than_be_refused(data):
    written = data.draw(st.sampled_from([DRAFT, INTRODUCED]))
    place = data.draw(st.integers(0, len(written) - 1))
    other = written[:place] + data.draw(st.binary(max_size=3)) + written[place + 2 :]
    reads = read if written is DRAFT else lambda one: read_introduction(one, "a file")
    try:
        reads(other)
    except WaternetError:
        return


@given(st.binary() | st.text().map(str.encode))
def test_no_file_at_all_does_more_than_be_refused(written):
    for reads in (read, lambda one: read_introduction(one, "a file")):
        with pytest.raises(NotAcceptable):
            reads(written)


def test_a_key_without_a_place_signs_nothing():
    with pytest.raises(NotAllowed, match="no place in this draft"):
        sign_draft(read(DRAFT), generate_signer("passer-by"))


def test_a_change_is_told_and_so_is_who_must_still_sign():
    held = SIMULATOR.registry
    drafted = set_threshold(held, 3, NOW)
    assert next(describe_changes(held, drafted)) == (
        "threshold 2 of 3 -> 3 of 3 root keys"
    )
    drafted = sign_draft(drafted, SIMULATOR.members["lake"].root)
    assert lacking(drafted) == [
        "2.root.json: 2 more of basin, delta",
        "2.targets.json: 2 more of basin, delta",
    ]


def test_a_threshold_that_cannot_be_met_is_not_drafted():
    members = [make_member(party).introduction() for party in ("basin", "delta")]
    for threshold in (0, 3):
        with pytest.raises(NotAcceptable, match="cannot be a quorum"):
            found_registry(members, threshold, 0, NOW)
    with pytest.raises(NotAcceptable):
        found_registry(members, 2, 3, NOW)


def test_signing_twice_changes_nothing_more():
    root = SIMULATOR.registry.root
    signer = SIMULATOR.members["lake"].root
    assert sign_role(root, signer).digest == root.digest
    assert sign_role(sign_role(root, signer), signer).written == root.written
