"""Quorums of three and four parties, one of which has a witness that lies."""

from itertools import combinations

import pytest

from waternet.exchange.card import Card
from waternet.node.trust import is_enough
from waternet.record.cosignature import WitnessSigner
from waternet.record.note import Signer
from waternet.record.policy import majority_policy, read_policy

PARTIES = ("egypt", "israel", "jordan", "palestine")


def _card(party):
    log = Signer(f"waternet/{party}", party.encode().ljust(32))
    witness = WitnessSigner(f"waternet/{party}/witness", party.encode().rjust(32))
    return Card(
        party=party,
        names={"en": party},
        origin=log.name,
        log_key=log.verifier.to_text(),
        steward_key=log.verifier.to_text(),
        witness_key=witness.verifier.to_text(),
    )


def _circle(names):
    cards = [_card(name) for name in names]
    witnesses = [card.witness_verifier for card in cards]
    return cards, majority_policy([card.log_verifier for card in cards], witnesses)


def _witness(party):
    return f"waternet/{party}/witness"


@pytest.mark.parametrize(("count", "needed"), [(2, 1), (3, 2), (4, 3)])
def test_so_many_of_the_others_must_cosign(count, needed):
    (own, *others), policy = _circle(PARTIES[:count])
    names = [_witness(card.party) for card in others]
    assert not is_enough(policy, own, names[: needed - 1])
    assert is_enough(policy, own, names[:needed])


@pytest.mark.parametrize("count", [3, 4])
def test_two_histories_need_an_honest_witness_that_cosigns_both(count):
    """The log's owner lies, its own witness and one more with it."""
    (own, liar, *honest), policy = _circle(PARTIES[:count])
    lying = {_witness(own.party), _witness(liar.party)}
    for size in range(len(honest) + 1):
        for first in combinations([_witness(card.party) for card in honest], size):
            second = {_witness(card.party) for card in honest} - set(first)
            believed = [
                is_enough(policy, own, {*lying, *seen}) for seen in (first, second)
            ]
            assert believed.count(True) <= 1


def test_the_owners_own_witness_is_never_one_of_two():
    """By the file alone it would be: 2 of 3, one of them the owner's own."""
    (own, friend, _other), policy = _circle(PARTIES[:3])
    seen = [_witness(own.party), _witness(friend.party)]
    assert policy.is_met(seen)
    assert not is_enough(policy, own, seen)


def test_a_quorum_that_founders_chose_counts_as_they_chose_it():
    (own, *others), policy = _circle(PARTIES)
    text = policy.to_text().replace("group majority 3", "group majority 1")
    names = [_witness(card.party) for card in others]
    assert is_enough(read_policy(text.encode()), own, names[:1])
