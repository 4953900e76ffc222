"""The registry against whoever would bend it: each test fails without its defence."""

import json
from dataclasses import replace

import pytest
from exchange.simulator import NOW, Simulator, altered, found, make_member

from waternet.errors import NotVerified
from waternet.exchange.amendment import (
    add_party,
    found_registry,
    remove_party,
    renew,
    set_threshold,
)
from waternet.exchange.card import EarlierKey
from waternet.exchange.draft import draft_party, sign_role
from waternet.exchange.registry import LATEST, REGISTRY, Registry
from waternet.exchange.role import read_role
from waternet.record.cosignature import generate_witness_signer
from waternet.record.key import generate_signer
from waternet.record.policy import read_policy


@pytest.fixture
def simulator() -> Simulator:
    return found()


@pytest.fixture
def held(simulator: Simulator) -> Registry:
    """Return what a reader holds that took everything so far."""
    taken = simulator.take(simulator.anchor())
    assert taken.findings == []
    return taken.registry


def names(taken):
    return [finding.name for finding in taken.findings]


def test_whoever_accepts_the_first_root_has_all_parties(simulator, held):
    cards = {party: one.card for party, one in simulator.members.items()}
    assert held.cards == cards
    assert held.policy().is_met(["basin", "lake"])
    assert not held.policy().is_met(["basin"])


def test_a_source_without_news_changes_nothing(simulator, held):
    again = simulator.take(held)
    assert again.registry is held
    assert again.findings == []


def test_a_source_without_a_registry_changes_nothing(held, simulator):
    simulator.files.clear()
    assert simulator.take(held).registry is held


# stolen operational key


def test_a_party_changes_its_steward_key_alone(simulator, held):
    basin = simulator.members["basin"]
    simulator.serve(simulator.with_card(basin.rotated(7), basin.registry))
    taken = simulator.take(held)
    assert taken.findings == []
    card = taken.registry.cards["basin"]
    assert [one.name for one in card.steward_verifiers(6)] == [
        "water.example/basin/steward"
    ]
    assert card.steward_verifiers(6) != card.steward_verifiers(7)
    assert basin.card.steward_verifier not in card.steward_verifiers(7)


def test_a_replaced_key_that_is_not_told_until_when_it_counts_is_refused(
    simulator, held
):
    basin = simulator.members["basin"]
    silent = replace(basin.rotated(7), earlier_keys=())
    simulator.serve(simulator.with_card(silent, basin.registry))
    taken = simulator.take(held)
    assert names(taken) == ["unknown-key"]
    assert taken.registry.cards["basin"] == basin.card


@pytest.mark.parametrize("until", [3, 9])
def test_until_when_an_earlier_key_counts_is_said_once(simulator, held, until):
    basin = simulator.members["basin"]
    first = basin.rotated(7)
    simulator.serve(simulator.with_card(first, basin.registry))
    held = simulator.take(held).registry
    other = replace(
        first, earlier_keys=(EarlierKey("steward", basin.card.steward_key, until),)
    )
    simulator.serve(simulator.with_card(other, basin.registry))
    taken = simulator.take(held)
    assert names(taken) == ["unknown-key"]
    assert taken.registry.cards["basin"] == first


def test_the_origin_of_a_log_stays_for_good(simulator, held):
    basin = simulator.members["basin"]
    witness = generate_witness_signer("water.example/elsewhere/witness")
    moved = replace(
        basin.card,
        origin="water.example/elsewhere",
        witness_key=witness.verifier.to_text(),
    )
    simulator.serve(simulator.with_card(moved, basin.registry))
    assert names(simulator.take(held)) == ["unknown-key"]


def test_a_newcomer_accuses_neither_of_two_that_name_one_log(simulator, held):
    basin, lake = simulator.members["basin"], simulator.members["lake"]
    copied = replace(
        basin.card,
        origin=lake.card.origin,
        log_key=lake.card.log_key,
        witness_key=generate_witness_signer(
            f"{lake.card.origin}/witness"
        ).verifier.to_text(),
    )
    simulator.serve(simulator.with_card(copied, basin.registry))
    (finding,) = simulator.take(simulator.anchor()).findings
    assert (finding.name, finding.party) == ("key-of-another-party", REGISTRY)
    (finding,) = simulator.take(held).findings
    assert finding.party == "basin"


def test_a_card_accepted_by_hand_is_only_continued(simulator):
    other = make_member("basin").card
    taken = simulator.take(simulator.anchor(), {"basin": other})
    assert names(taken) == ["unknown-key"]
    assert sorted(taken.registry.cards) == ["delta", "lake"]


def test_a_party_that_skips_a_version_continues_all_the_same(simulator, held):
    basin = simulator.members["basin"]
    first = basin.rotated(7)
    second = replace(
        first,
        steward_key=generate_signer("again").verifier.to_text(),
        earlier_keys=(
            *first.earlier_keys,
            EarlierKey("steward", first.steward_key, 9),
        ),
    )
    simulator.serve(simulator.with_card(second, basin.registry, version=5))
    taken = simulator.take(held)
    assert taken.findings == []
    assert taken.registry.parties["basin"].version == 5


# a key signs for another party


def test_a_party_cannot_sign_anothers_card(simulator, held):
    forged = simulator.members["lake"].rotated(0)
    thief = simulator.members["basin"].registry
    simulator.serve(simulator.with_card(forged, thief))
    taken = simulator.take(held)
    assert [(one.name, one.party) for one in taken.findings] == [
        ("key-of-another-party", "lake")
    ]
    assert taken.registry.cards == held.cards
    assert list(taken.findings[0].evidence) == ["2.party-lake.json"]


def test_a_party_cannot_bind_anothers_card_in_its_own_role(simulator, held):
    basin, lake = simulator.members["basin"], simulator.members["lake"]
    role = draft_party(held.parties["basin"], lake.rotated(0), NOW)
    role = read_role("party-basin", role.written, "basin")
    role = sign_role(role, basin.registry)
    parties = {**held.parties, "basin": role}
    simulator.serve(replace(held, parties=parties))
    taken = simulator.take(held)
    assert names(taken) == ["key-of-another-party"]
    assert taken.registry.cards == held.cards


def test_a_root_key_does_not_sign_a_partys_card(simulator, held):
    basin = simulator.members["basin"]
    simulator.serve(simulator.with_card(basin.rotated(7), basin.root))
    assert names(simulator.take(held)) == ["unknown-key"]


def test_two_parties_may_not_share_a_key(simulator, held):
    basin, lake = simulator.members["basin"], simulator.members["lake"]
    copied = replace(basin.rotated(7), steward_key=lake.card.steward_key)
    simulator.serve(simulator.with_card(copied, basin.registry))
    taken = simulator.take(held)
    assert [(one.name, one.party) for one in taken.findings] == [
        ("key-of-another-party", "basin")
    ]


def test_what_is_wrong_with_one_party_keeps_no_other_back(simulator, held):
    basin, lake = simulator.members["basin"], simulator.members["lake"]
    simulator.serve(simulator.with_card(lake.rotated(0), basin.registry))
    simulator.serve(simulator.with_card(basin.rotated(7), basin.registry))
    taken = simulator.take(held)
    assert names(taken) == ["key-of-another-party"]
    assert taken.registry.cards["basin"].earlier_keys[0].until == 7


def test_a_card_that_is_not_the_one_bound_is_refused(simulator, held):
    basin = simulator.members["basin"]
    simulator.serve(simulator.with_card(basin.rotated(7), basin.registry))
    path = next(
        name
        for name in simulator.files
        if name.endswith(".basin.json") and b'"until":7' in simulator.files[name]
    )
    simulator.files[path] = simulator.files[path].replace(b'"until":7', b'"until":8')
    assert names(simulator.take(held)) == ["bad-registry"]


# stolen governance key


def test_the_quorum_changes_the_threshold(simulator, held):
    drafted = set_threshold(held, 3, NOW)
    simulator.serve(simulator.signed(drafted, "basin", "delta", "lake"))
    taken = simulator.take(held)
    assert (taken.findings, taken.registry.threshold) == ([], 3)
    assert len(taken.registry.roots) == 2


def test_one_stolen_root_key_changes_nothing(simulator, held):
    thief = simulator.signed(set_threshold(held, 1, NOW), "basin")
    simulator.serve(thief)
    taken = simulator.take(held)
    assert names(taken) == ["quorum-not-met"]
    assert taken.registry is held


def test_a_new_root_needs_the_quorum_of_the_old_one(simulator, held):
    # Newcomers alone cannot make a root of which they are the quorum.
    news = [make_member(party) for party in ("north", "south")]
    simulator.members |= {one.party: one for one in news}
    drafted = found_registry([one.introduction() for one in news], 2, 0, NOW)
    root = altered(drafted.root, version=2)
    usurped = replace(drafted, roots=(*held.roots, root))
    simulator.serve(simulator.signed(usurped, "north", "south"))
    assert names(simulator.take(held)) == ["quorum-not-met"]


def test_a_higher_threshold_needs_its_own_signatures_too(simulator, held):
    drafted = set_threshold(held, 3, NOW)
    simulator.serve(simulator.signed(drafted, "basin", "delta"))
    assert names(simulator.take(held)) == ["quorum-not-met"]


def test_a_replaced_root_key_counts_no_more(simulator, held):
    old = simulator.members["basin"]
    fresh = replace(old, root=generate_signer("fresh"))
    drafted = add_party(held, fresh.introduction(held.parties["basin"]), NOW)
    simulator.serve(simulator.signed(drafted, "delta", "lake"))
    held = simulator.take(held).registry
    assert held.root.version == 2
    later = simulator.signed(set_threshold(held, 1, NOW), "basin", "delta")
    simulator.serve(later)  # "basin" still signs with the old key
    assert names(simulator.take(held)) == ["quorum-not-met"]


def _given_fresh_keys(simulator, held, before):
    """Serve what the quorum signs after a party's registry key was stolen."""
    old = simulator.members["basin"]
    fresh = replace(old, registry=generate_signer("fresh"))
    drafted = add_party(held, fresh.introduction(before), NOW)
    simulator.serve(simulator.signed(drafted, "delta", "lake"))
    return fresh


@pytest.mark.parametrize("is_first", [False, True])
def test_a_card_signed_by_a_key_that_the_quorum_replaced_is_dropped(
    simulator, held, is_first
):
    basin = simulator.members["basin"]
    stolen = simulator.with_card(basin.rotated(7), basin.registry, version=9)
    simulator.serve(stolen)
    robbed = simulator.take(held).registry
    assert robbed.cards["basin"] != basin.card
    before = None if is_first else held.parties["basin"]  # versions begin again at 1
    _given_fresh_keys(simulator, held, before)
    taken = simulator.take(robbed)
    assert taken.findings == []
    assert taken.registry.cards["basin"] == basin.card
    assert taken.registry.parties["basin"].version == (1 if is_first else 2)


def test_a_party_whose_keys_were_replaced_has_no_card_until_it_signs_one(
    simulator, held
):
    _given_fresh_keys(simulator, held, held.parties["basin"])
    simulator.serve(replace(simulator.registry, parties=held.parties))
    del simulator.files["2.party-basin.json"]
    taken = simulator.take(held)
    assert sorted(taken.registry.cards) == ["delta", "lake"]
    assert {finding.party for finding in taken.findings} <= {"basin"}


def test_an_older_root_is_not_taken_back(simulator, held):
    before = dict(simulator.files)
    drafted = set_threshold(held, 3, NOW)
    simulator.serve(simulator.signed(drafted, "basin", "delta", "lake"))
    held = simulator.take(held).registry
    simulator.files = before
    taken = simulator.take(held)
    assert (taken.registry, taken.findings) == (held, [])


def test_a_list_of_parties_that_the_quorum_did_not_sign_is_refused(simulator, held):
    drafted = remove_party(held, "lake", NOW)
    targets = sign_role(drafted.targets, simulator.members["basin"].root)
    drafted = replace(drafted, roots=held.roots, targets=targets)
    simulator.serve(drafted)
    assert names(simulator.take(held)) == ["quorum-not-met"]


def test_an_older_list_or_role_is_not_taken_back(simulator, held):
    before = dict(simulator.files)
    basin = simulator.members["basin"]
    simulator.serve(simulator.with_card(basin.rotated(7), basin.registry))
    simulator.serve(simulator.signed(renew(simulator.registry, NOW), "basin", "lake"))
    newer = simulator.take(held).registry
    assert newer.targets.version == 2
    simulator.files = before
    taken = simulator.take(newer)
    assert taken.registry is newer


def test_a_new_party_needs_the_quorum(simulator, held):
    simulator.members["north"] = north = make_member("north")
    drafted = add_party(held, north.introduction(), NOW)
    simulator.serve(simulator.signed(drafted, "basin"))
    assert names(simulator.take(held)) == ["quorum-not-met"]
    simulator.serve(simulator.signed(drafted, "basin", "lake"))
    taken = simulator.take(held)
    assert taken.findings == []
    assert taken.registry.cards["north"] == north.card


def test_a_party_that_was_removed_has_no_card_any_more(simulator, held):
    drafted = remove_party(held, "lake", NOW)
    simulator.serve(simulator.signed(drafted, "basin", "delta"))
    taken = simulator.take(held).registry
    assert sorted(taken.cards) == ["basin", "delta"]
    assert sorted(taken.root_keys()) == ["basin", "delta"]


def test_a_root_without_a_list_that_its_quorum_signed_is_not_taken(simulator, held):
    drafted = set_threshold(held, 3, NOW)
    signed = simulator.signed(drafted, "basin", "delta", "lake")
    simulator.serve(replace(signed, targets=held.targets))
    # The list held is signed by all three: it stands under the new root as well.
    assert simulator.take(held).findings == []
    two = found(signers=2)
    held = two.take(two.anchor()).registry
    drafted = set_threshold(held, 3, NOW)
    signed = two.signed(drafted, "basin", "delta", "lake")
    two.serve(replace(signed, targets=held.targets))
    taken = two.take(held)
    assert names(taken) == ["quorum-not-met"]
    assert taken.registry is held


# two faces


def test_a_party_that_signs_two_cards_of_one_version_is_named(simulator, held):
    basin = simulator.members["basin"]
    simulator.serve(simulator.with_card(basin.rotated(7), basin.registry))
    one = simulator.take(held).registry
    simulator.registry = held
    simulator.serve(simulator.with_card(basin.rotated(8), basin.registry))
    taken = simulator.take(one)
    assert [(found.name, found.party) for found in taken.findings] == [
        ("forked-registry", "basin")
    ]
    assert len(taken.findings[0].evidence) == 2
    assert taken.registry is one


def test_two_roots_of_one_version_are_named(simulator, held):
    first = simulator.signed(set_threshold(held, 3, NOW), "basin", "delta", "lake")
    simulator.serve(first)
    one = simulator.take(held).registry
    second = simulator.signed(set_threshold(held, 1, NOW), "basin", "delta", "lake")
    simulator.serve(second)
    taken = simulator.take(one)
    assert (names(taken), taken.registry) == (["forked-registry"], one)


def test_a_hint_that_lies_about_what_is_held_blames_nobody(simulator, held):
    listed = json.loads(simulator.files[LATEST])
    listed["party-basin"]["sha256"] = "0" * 64
    simulator.files[LATEST] = json.dumps(listed).encode()
    assert simulator.take(held).findings == []


def test_the_signatures_that_come_later_change_no_digest(simulator):
    root = simulator.registry.root
    more = sign_role(root, generate_signer("passer-by"))
    assert more.digest == root.digest
    assert more.written != root.written


def test_a_file_that_is_listed_but_not_there_is_named(simulator, held):
    basin = simulator.members["basin"]
    simulator.serve(simulator.with_card(basin.rotated(7), basin.registry))
    del simulator.files["2.party-basin.json"]
    taken = simulator.take(held)
    assert names(taken) == ["missing-file"]


def test_a_first_root_is_signed_by_its_own_quorum():
    few = found(threshold=3, signers=2)
    with pytest.raises(NotVerified, match="3 of the parties"):
        few.anchor()


def test_parties_may_ask_for_more_cosignatures_than_half():
    simulator = found(quorum=3)
    held = simulator.take(simulator.anchor()).registry
    assert not held.policy().is_met(["basin", "lake"])
    assert held.policy().is_met(["basin", "delta", "lake"])


def test_the_policy_can_be_handed_out_before_every_partys_card_has_come(held):
    """Who has no card yet is counted among the parties, and can cosign nothing."""
    early = replace(held, cards={"basin": held.cards["basin"]})
    written = early.policy().to_text().encode()
    assert read_policy(written) == early.policy()
    assert [one.verifier.name for one in read_policy(written).logs] == [
        held.cards["basin"].origin
    ]
    assert not early.policy().is_met(["basin"])
