"""A registry among whole nodes: founded, followed, rotated, revoked."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from parties import ADDRESS, LEVELS, quiet
from registries import (
    NOW,
    accept,
    found,
    make_members,
    offline,
    registry_key_of,
    root_of,
)

from waternet.bank.query import get_observations
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.amendment import (
    add_party,
    found_registry,
    remove_party,
    set_threshold,
)
from waternet.exchange.draft import write_draft
from waternet.exchange.signing import lacking, sign_draft
from waternet.exchange.walk import read_entries
from waternet.node.folder import open_node
from waternet.node.follow import follow_party, pull_folder
from waternet.node.founding import accept_registry, introduce_party
from waternet.node.intake import seen_head
from waternet.node.opening import read_own_identities
from waternet.node.publish import pin_registry, publish_withdrawal, read_keys
from waternet.node.registry import find_pinned, held_registry, reread_registry
from waternet.node.rotation import change_addresses, rotate_key
from waternet.node.verification import verify_node
from waternet.node.witness import read_witness_key
from waternet.record.cosignature import add_signatures, cosigned_times
from waternet.record.note import read_note


@pytest.fixture
def members(tmp_path):
    members = make_members(tmp_path, "basin", "delta", "lake")
    members[0].read()
    members[0].publish()
    found(members)
    return members


@pytest.fixture
def basin(members):
    return members[0]


@pytest.fixture
def delta(members):
    return members[1]


def pull(reader, party, **options):
    return pull_folder(reader.node, party.node.public, quiet, **options)


def names(pulled):
    return [finding.name for finding in pulled.findings]


def values(party):
    with Bank.open(party.node.bank) as bank:
        return get_observations(bank, [f"basin:{ADDRESS}"])["value"].to_pylist()


def rotate(party, role, since=None, signers=None):
    with party.node.writing():
        signers = [registry_key_of(party)] if signers is None else signers
        return rotate_key(party.node, role, signers, "", NOW, since)


def append_anew(party):
    party.read(LEVELS + "W1,2015-04-01,-214\n", "new.csv")
    return party.publish()


def test_whoever_accepted_the_registry_follows_all_its_parties(basin, delta):
    assert sorted(delta.node.cards()) == ["basin", "delta", "lake"]
    pulled = pull(delta, basin)
    assert (pulled.entries, pulled.findings) == ({"basin": 3}, [])
    assert values(delta) == [-214.87, -215.0, -214.5]
    assert verify_node(delta.node, quiet).findings == []


def test_a_registry_is_accepted_by_the_digest_that_was_read_aloud(tmp_path, members):
    (north,) = make_members(tmp_path, "north")
    with pytest.raises(NotVerified, match="not the one given"):
        accept(north.node, held_registry(members[0].node), digest="0" * 64)
    assert held_registry(north.node) is None


def test_a_registry_that_too_few_signed_is_not_accepted(tmp_path):
    members = make_members(tmp_path, "basin", "delta")
    drafted = found_registry(
        [introduce_party(one.node, offline(one), "") for one in members], 2, 0, NOW
    )
    drafted = sign_draft(drafted, root_of(members[0]))
    assert lacking(drafted) == [
        "1.root.json: 1 more of delta",
        "1.targets.json: 1 more of delta",
    ]
    with pytest.raises(NotVerified, match="not signed by 2 of the parties"):
        accept(members[0].node, drafted, digest=drafted.root.digest)


def test_whoever_has_no_memory_accepts_nothing_that_expired(tmp_path, members):
    (north,) = make_members(tmp_path, "north")
    held = held_registry(members[0].node)
    later = NOW + timedelta(days=401)
    file = tmp_path / "old.draft"
    file.write_bytes(write_draft(held))
    with north.node.writing(), pytest.raises(NotVerified, match="renewed"):
        accept_registry(north.node, file, held.root.digest, later)


# rotation


def test_a_rotated_steward_key_signs_what_comes_next(basin, delta):
    pull(delta, basin)
    before = read_keys(basin.node, "").steward.verifier
    assert rotate(basin, "steward").counts
    append_anew(basin)
    card = basin.node.cards()["basin"]
    assert read_keys(basin.node, "").steward.verifier == card.steward_verifier != before
    pulled = pull(delta, basin)
    assert pulled.findings == []
    assert values(delta)[-1] == -214.0
    assert verify_node(basin.node, quiet).findings == []
    assert verify_node(delta.node, quiet).findings == []


def test_a_rotated_log_key_signs_the_head_that_stands(basin, delta):
    pull(delta, basin)
    before = basin.node.state.head("basin")
    rotate(basin, "log")
    after = basin.node.state.head("basin")
    assert (after.size, after.checkpoint != before.checkpoint) == (before.size, True)
    assert (basin.node.public / "checkpoint").read_bytes() == after.checkpoint
    assert pull(delta, basin).findings == []
    append_anew(basin)
    assert names(pull(delta, basin)) == []
    assert verify_node(delta.node, quiet).findings == []


def test_cosignatures_stay_under_a_head_whose_key_changes(basin, delta):
    witness = read_witness_key(delta.node)
    head = basin.node.state.head("basin")
    line = witness.cosign(read_note(head.checkpoint).text, 1)
    cosigned = add_signatures(head.checkpoint, [line])
    basin.node.state.advance(head, replace(head, checkpoint=cosigned))
    rotate(basin, "log")
    signed = basin.node.state.head("basin").checkpoint
    assert cosigned_times(signed, [witness.verifier]) == {witness.name: 1}


@pytest.mark.parametrize("role", ["witness", "recipient"])
def test_other_keys_are_replaced_and_the_old_ones_kept(basin, delta, role):
    old = basin.node.key(role).read_bytes()
    rotate(basin, role)
    assert basin.node.key(role).read_bytes() != old
    kept = list((basin.node.folder / "keys" / "earlier").iterdir())
    assert [path.read_bytes() for path in kept] == [old]
    pull(delta, basin)
    assert delta.node.cards()["basin"] == basin.node.cards()["basin"]


def test_what_was_encrypted_to_an_earlier_recipient_stays_readable(basin):
    old = read_own_identities(basin.node)
    rotate(basin, "recipient")
    fresh, *earlier = read_own_identities(basin.node)
    assert earlier == old != [fresh]


def test_addresses_are_a_partys_own_to_tell(basin, delta):
    with basin.node.writing():
        change_addresses(
            basin.node, ("https://basin.example/",), [registry_key_of(basin)], NOW
        )
    pull(delta, basin)
    assert delta.node.cards()["basin"].addresses == ("https://basin.example/",)


def test_without_the_registry_key_a_new_key_does_not_count(basin):
    changed = rotate(basin, "steward", signers=[])
    assert not changed.counts
    assert read_keys(basin.node, "")  # the old one signs on
    drafted = sign_draft(changed.registry, registry_key_of(basin))
    assert accept(basin.node, drafted).changed == ("basin",)
    assert read_keys(basin.node, "").steward.name == "waternet/basin/steward"
    assert len(basin.node.cards()["basin"].earlier_keys) == 1


def test_a_key_waiting_to_be_signed_does_not_refuse_what_was_published_since(basin):
    changed = rotate(basin, "steward", signers=[])
    append_anew(basin)
    drafted = sign_draft(changed.registry, registry_key_of(basin))
    with pytest.raises(NotAcceptable, match="published by now"):
        accept(basin.node, drafted)


# a stolen operational key


def test_what_a_stolen_key_signed_is_refused_and_what_came_before_stands(basin, delta):
    stolen = read_keys(basin.node, "")
    pull(delta, basin)
    append_anew(basin)  # this is the thief's
    pull(delta, basin)
    assert values(delta)[-1] == -214.0
    assert rotate(basin, "steward", since=3).counts
    pulled = pull(delta, basin)
    assert ("revoked-key", 3) in [(one.name, one.index) for one in pulled.findings]
    assert values(delta) == [-214.87, -215.0, -214.5]
    # What the party signs with its fresh key is read on, after the refused entry.
    append_anew(basin)
    pulled = pull(delta, basin)
    assert [one.name for one in pulled.findings if one.name != "revoked-key"] == []
    assert values(delta)[-1] == -214.0
    assert stolen.steward.verifier in delta.node.cards()["basin"].earlier("steward")
    assert verify_node(delta.node, quiet).findings == []


def test_an_entry_that_a_replaced_key_signs_later_is_refused(basin, delta):
    old = read_keys(basin.node, "")
    rotate(basin, "steward")
    fresh = read_keys(basin.node, "")
    pin_registry(basin.node, replace(old, log=fresh.log))  # signed with the old key
    pulled = pull(delta, basin)
    assert names(pulled) == ["revoked-key"]
    entries = read_entries(
        delta.node.cards()["basin"], seen_head(delta.node, "basin"), 0
    )
    assert [one.entry.kind for one in entries][-1] == "revoked"


def test_a_withdrawal_by_a_stolen_key_withdraws_nothing(basin, delta):
    publish_withdrawal(basin.node, read_keys(basin.node, ""), 2, "a thief was here")
    pull(delta, basin)
    assert values(delta) == []
    rotate(basin, "steward", since=3)
    pull(delta, basin)
    assert values(delta) == [-214.87, -215.0, -214.5]


def test_a_head_by_a_log_key_that_counts_no_more_is_refused(basin, delta, tmp_path):
    pull(delta, basin)
    before = shutil.copytree(basin.node.folder, tmp_path / "stolen")
    # A thief asks nobody whether the copy is the newest.
    shutil.rmtree(before / "registry")
    (before / "policy").unlink()
    rotate(basin, "log")
    pull(delta, basin)
    thief = replace(basin, node=open_node([before]))
    append_anew(thief)
    pulled = pull(delta, thief)
    assert names(pulled) == ["revoked-key"]
    assert values(delta) == [-214.87, -215.0, -214.5]


# a stolen governance key


def test_one_root_key_alone_changes_nothing_at_any_node(members):
    basin, delta, _lake = members
    drafted = set_threshold(held_registry(basin.node), 1, NOW)
    drafted = sign_draft(drafted, root_of(basin))
    with pytest.raises(NotVerified, match="quorum-not-met"):
        accept(delta.node, drafted)
    assert held_registry(delta.node).threshold == 2


def test_the_quorum_enters_a_party_and_every_node_learns_of_it(tmp_path, members):
    basin, delta, lake = members
    (north,) = make_members(tmp_path, "north")
    drafted = add_party(
        held_registry(basin.node),
        introduce_party(north.node, offline(north), ""),
        NOW,
    )
    for member in (basin, lake):
        drafted = sign_draft(drafted, root_of(member))
    accept(basin.node, drafted)
    pulled = pull(delta, basin)
    assert pulled.findings == []
    assert delta.node.cards()["north"] == north.node.cards()["north"]
    first = held_registry(basin.node).roots[0].digest
    accept(north.node, drafted, digest=first)
    assert sorted(north.node.cards()) == ["basin", "delta", "lake", "north"]


def test_a_removed_party_is_no_member_and_its_record_stays(members):
    basin, delta, lake = members
    pull(delta, basin)
    drafted = remove_party(held_registry(lake.node), "basin", NOW)
    for member in (delta, lake):
        drafted = sign_draft(drafted, root_of(member))
    accept(delta.node, drafted)
    assert "basin" not in held_registry(delta.node).cards
    assert "basin" in delta.node.cards()
    assert values(delta) == [-214.87, -215.0, -214.5]
    assert verify_node(delta.node, quiet).findings == []


def test_an_older_registry_on_a_stick_takes_nothing_back(members, tmp_path):
    basin, delta, lake = members
    old = shutil.copytree(basin.node.public, tmp_path / "old")
    drafted = set_threshold(held_registry(basin.node), 3, NOW)
    for member in members:
        drafted = sign_draft(drafted, root_of(member))
    accept(basin.node, drafted)
    pull(delta, basin)
    assert held_registry(delta.node).threshold == 3
    assert pull_folder(delta.node, old, quiet).findings == []
    assert held_registry(delta.node).threshold == 3
    assert lake.node.cards() == basin.node.cards()


# a card accepted by hand


def test_a_card_accepted_by_hand_is_not_replaced_by_another_one(tmp_path):
    members = make_members(tmp_path, "basin", "delta")
    other = make_members(tmp_path / "elsewhere", "basin")[0]
    follow_party(members[1].node, other.node.public / "card.json")
    introductions = [introduce_party(one.node, offline(one), "") for one in members]
    drafted = found_registry(introductions, 2, 0, NOW)
    for member in members:
        drafted = sign_draft(drafted, root_of(member))
    accepted = accept(members[1].node, drafted, digest=drafted.root.digest)
    assert [(one.name, one.party) for one in accepted.findings] == [
        ("unknown-key", "basin")
    ]
    assert members[1].node.cards()["basin"] == other.node.cards()["basin"]


# a frozen registry


def test_a_registry_that_a_source_keeps_back_shows_in_the_logs(members, tmp_path):
    basin, delta, _lake = members
    pull(delta, basin)
    frozen = shutil.copytree(basin.node.public / "registry", tmp_path / "frozen")
    rotate(basin, "witness")
    pin_registry(basin.node, read_keys(basin.node, ""))
    stick = shutil.copytree(basin.node.public, tmp_path / "stick")
    shutil.rmtree(stick / "registry")
    shutil.copytree(frozen, stick / "registry")
    pulled = pull_folder(delta.node, stick, quiet)
    assert [(one.name, one.party) for one in pulled.findings] == [
        ("stale-mirror", "basin")
    ]
    assert pull(delta, basin).findings == []
    assert find_pinned(delta.node) == []


def test_publishing_says_which_registry_is_held_once(basin):
    kinds = [one.kind for one in append_anew(basin)]
    assert kinds[-1] == "registry"
    assert pin_registry(basin.node, read_keys(basin.node, "")) == []


# this node's own files


def test_every_signature_here_is_checked_again(members):
    held = held_registry(members[1].node)
    again = reread_registry(members[1].node)
    assert again.findings == []
    assert again.registry.cards == held.cards


def test_a_card_that_was_altered_here_is_named(basin):
    cards = sorted((basin.node.public / "registry" / "cards").iterdir())
    cards[0].write_bytes(cards[0].read_bytes().replace(b"water", b"w4ter"))
    with pytest.raises(NotVerified, match="not the card that was accepted"):
        basin.node.cards()
