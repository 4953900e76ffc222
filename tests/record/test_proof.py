"""Portable proofs."""

import pytest

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.cosignature import WitnessSigner, add_signatures
from waternet.record.key import to_base64
from waternet.record.note import Signer
from waternet.record.policy import majority_policy
from waternet.record.proof import MOST_PROOF, Proof, read_proof, verify_proof
from waternet.record.tree import Frontier, inclusion_proof, leaf_hash

NOW = 1_796_000_000
LOG = Signer("water.example/log", bytes([1]) * 32)
WITNESS = WitnessSigner("water.example/witness", bytes([2]) * 32)
POLICY = majority_policy([LOG.verifier], [WITNESS.verifier])
ENTRIES = [f"entry {index}".encode() for index in range(7)]


def _hash(level: int, index: int) -> bytes:
    leaves = ENTRIES[index << level : (index + 1) << level]
    return Frontier().append(map(leaf_hash, leaves)).root()


ROOT = Frontier().append(map(leaf_hash, ENTRIES)).root()
HEAD = Checkpoint(LOG.name, 7, ROOT)
SIGNED = add_signatures(
    sign_checkpoint(HEAD, LOG), [WITNESS.cosign(HEAD.to_text(), NOW)]
)
PROOF = Proof(4, tuple(inclusion_proof(4, 7, _hash)), SIGNED, b"more")
# By the specification, by hand: seven leaves, the fifth is proved by its neighbour,
# the last one alone, and the first four.
WRITTEN = (
    "c2sp.org/tlog-proof@v1\n"
    "extra bW9yZQ==\n"
    "index 4\n"
    f"{to_base64(leaf_hash(b'entry 5'))}\n"
    f"{to_base64(leaf_hash(b'entry 6'))}\n"
    f"{to_base64(_hash(2, 0))}\n"
    "\n"
).encode() + SIGNED

# The specification's example, whose signatures are cut short there.
EXAMPLE = b"""c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

\xe2\x80\x94 example.com/fancylog hI2DJwAA
"""


def test_the_specifications_example_is_read():
    proof = read_proof(EXAMPLE)
    assert (proof.index, len(proof.hashes)) == (73894, 5)
    assert proof.extra.startswith(b"age-v1.2.1-darwin-arm64.tar.gz")
    assert proof.checkpoint.startswith(b"example.com/fancylog\n109482\n")


def test_a_proof_is_written_as_the_specification_says():
    assert PROOF.to_bytes() == WRITTEN
    assert read_proof(WRITTEN) == PROOF
    without = WRITTEN.replace(b"extra bW9yZQ==\n", b"")
    assert read_proof(without).extra is None
    assert read_proof(without).to_bytes() == without


def test_a_proof_shows_the_entry_and_who_cosigned():
    cosigned = verify_proof(PROOF, leaf_hash(ENTRIES[4]), POLICY, NOW)
    assert cosigned.checkpoint == HEAD
    assert cosigned.times == {WITNESS.name: NOW}
    assert cosigned.is_met


def test_the_only_entry_of_a_log_needs_no_hashes():
    head = Checkpoint(LOG.name, 1, leaf_hash(b"alone"))
    proof = Proof(0, (), sign_checkpoint(head, LOG))
    assert read_proof(proof.to_bytes()) == proof
    verify_proof(proof, leaf_hash(b"alone"), POLICY, NOW)


def test_a_proof_without_cosignatures_says_that_the_quorum_is_not_met():
    proof = Proof(4, PROOF.hashes, sign_checkpoint(HEAD, LOG))
    assert not verify_proof(proof, leaf_hash(ENTRIES[4]), POLICY, NOW).is_met


@pytest.mark.parametrize(
    "proof",
    [
        Proof(5, PROOF.hashes, SIGNED),
        Proof(7, PROOF.hashes, SIGNED),
        Proof(4, PROOF.hashes[:-1], SIGNED),
        Proof(4, (*PROOF.hashes, ROOT), SIGNED),
        Proof(4, PROOF.hashes[::-1], SIGNED),
    ],
)
def test_a_proof_that_leads_elsewhere_is_refused(proof):
    with pytest.raises(NotVerified, match="entry"):
        verify_proof(proof, leaf_hash(ENTRIES[4]), POLICY, NOW)


def test_a_proof_of_another_entry_is_refused():
    with pytest.raises(NotVerified, match="does not place entry 4"):
        verify_proof(PROOF, leaf_hash(ENTRIES[3]), POLICY, NOW)


def test_a_head_that_no_log_of_the_policy_signed_is_refused():
    other = majority_policy([Signer(LOG.name, bytes(32)).verifier], [])
    with pytest.raises(NotVerified, match="expected a signature"):
        verify_proof(PROOF, leaf_hash(ENTRIES[4]), other, NOW)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        WRITTEN.replace(b"@v1", b"@v2"),
        WRITTEN.replace(b"@v1", b"@v1 "),
        b"\n" + WRITTEN,
        WRITTEN.replace(b"\n", b"\r\n"),
        WRITTEN.replace(b"index 4", b"index 04"),
        WRITTEN.replace(b"index 4", b"index -4"),
        WRITTEN.replace(b"index 4", b"index  4"),
        WRITTEN.replace(b"index 4", b"index 4 "),
        WRITTEN.replace(b"index 4", b"Index 4"),
        WRITTEN.replace(b"index 4", b"index 9007199254740992"),
        WRITTEN.replace(b"index 4", "index ٤".encode()),
        WRITTEN.replace(b"index 4\n", b""),
        WRITTEN.replace(b"index 4\n", b"index 4\nindex 4\n"),
        WRITTEN.replace(b"extra bW9yZQ==\n", b"extra \n"),
        WRITTEN.replace(b"extra bW9yZQ==\n", b"extra\n"),
        WRITTEN.replace(b"extra bW9yZQ==\n", b"extra bW9yZQ\n"),
        WRITTEN.replace(b"extra bW9yZQ==\n", b"extra bW9yZR==\n"),
        WRITTEN.replace(b"extra bW9yZQ==\n", b"extra bW9yZQ==\n" * 2),
        WRITTEN.replace(b"extra bW9yZQ==\nindex 4\n", b"index 4\nextra bW9yZQ==\n"),
        WRITTEN.replace(b"index 4\n", b"index 4\nQUJD\n"),
        WRITTEN.replace(b"index 4\n", b"index 4\n\n"),
        WRITTEN.replace(b"index 4\n", b"index 4\n" + (b"A" * 43 + b"=\n") * 62),
        WRITTEN.replace(b"index 4\n", b"index 4\n" + b"x\n" * 100_000),
        WRITTEN.partition(b"\n\n")[0],
        WRITTEN.partition(b"\n\n")[0] + b"\n\n",
        WRITTEN.partition(b"\n\n")[0] + b"\n\nnot a checkpoint\n",
        WRITTEN[:-1],
        b"c2sp.org/tlog-proof@v1\nextra " + b"A" * MOST_PROOF,
    ],
)
def test_what_is_not_a_proof_is_refused(written):
    with pytest.raises(NotAcceptable):
        read_proof(written)


def test_a_proof_of_every_length_that_a_log_can_need_is_read():
    proof = Proof(2**53 - 1, (ROOT,) * 64, SIGNED)
    assert read_proof(proof.to_bytes()) == proof
    with pytest.raises(NotAcceptable, match="at most 64"):
        Proof(0, (ROOT,) * 65, SIGNED)
