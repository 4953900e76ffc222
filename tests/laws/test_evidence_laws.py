"""Laws of evidence: a fork is always proved, and an honest log never accused."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.evidence import fork_evidence, read_evidence
from waternet.exchange.verdict import Trusted, verify_evidence
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.note import Signer
from waternet.record.policy import majority_policy
from waternet.record.tree import Frontier, leaf_hash, prefix_proof

LOG = Signer("water.example/log", bytes(range(32)))
TRUSTED = Trusted(policy=majority_policy([LOG.verifier], []))
LEAVES = [leaf_hash(b"entry %d" % at) for at in range(40)]


def _head(leaves: list[bytes]) -> bytes:
    root = Frontier().append(leaves).root()
    return sign_checkpoint(Checkpoint(LOG.name, len(leaves), root), LOG)


def _evidence(one: list[bytes], other: list[bytes]) -> bytes:
    older, newer = sorted((one, other), key=len)

    def read(level: int, index: int) -> bytes:
        held = newer[index << level : (index + 1) << level]
        return Frontier().append(held).root()

    old, new = len(older), len(newer)
    hashes = prefix_proof(old, new, read) if old < new else []
    return fork_evidence((_head(one), _head(other)), hashes).to_bytes()


SIZES = st.integers(1, len(LEAVES))


@given(SIZES, SIZES, st.data())
def test_a_fork_at_any_entry_of_logs_of_any_size_is_proved(first, second, data):
    at = data.draw(st.integers(0, min(first, second) - 1))
    other = LEAVES[:second]
    other[at] = sha256(b"another").digest()
    evidence = read_evidence(_evidence(LEAVES[:first], other))
    assert verify_evidence(evidence, TRUSTED).finding == "forked-log"


@given(SIZES, SIZES)
def test_no_two_heads_of_an_honest_log_are_a_fork(first, second):
    evidence = read_evidence(_evidence(LEAVES[:first], LEAVES[:second]))
    with pytest.raises(NotVerified, match="proves nothing"):
        verify_evidence(evidence, TRUSTED)


@given(SIZES, SIZES, st.integers(0, 2**40))
def test_no_altered_bit_accuses_an_honest_log(first, second, bit):
    written = bytearray(_evidence(LEAVES[:first], LEAVES[:second]))
    written[bit // 8 % len(written)] ^= 1 << bit % 8
    with pytest.raises((NotVerified, NotAcceptable, NotFound)):
        verify_evidence(read_evidence(bytes(written)), TRUSTED)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_of_evidence(more):
    with pytest.raises(NotAcceptable):
        read_evidence(b"waternet-evidence/v1\nfinding forked-log\n" + more)
