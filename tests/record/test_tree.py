"""The Merkle tree."""

import pytest

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
)

A, B, C = (leaf_hash(text) for text in (b"a", b"b", b"c"))


def test_the_empty_tree_has_the_hash_of_nothing():
    # RFC 6962, section 2.1: SHA-256 of the empty string (FIPS 180-4 example value).
    published = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT == bytes.fromhex(published)


def test_a_tree_of_three_is_a_pair_beside_a_leaf():
    assert Frontier().append([A, B, C]).root() == node_hash(node_hash(A, B), C)


def test_a_frontier_with_a_hash_too_few_is_refused():
    with pytest.raises(NotAcceptable, match="3 leaves"):
        Frontier(3, (A,))


def test_an_entry_that_is_not_there_has_no_proof():
    with pytest.raises(NotAcceptable, match="no entry 3"):
        inclusion_proof(3, 3, lambda *_: A)


@pytest.mark.parametrize(("old", "new"), [(0, 1), (2, 1), (-1, 1)])
def test_there_is_no_proof_from_nothing_or_back(old, new):
    with pytest.raises(NotAcceptable, match="no proof leads"):
        consistency_proof(old, new, lambda *_: A)


def test_an_empty_log_is_not_evidence_for_any_other():
    with pytest.raises(NotVerified):
        verify_consistency(0, 1, [], EMPTY_ROOT, A)
    verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
