"""The one file that a proof's page offers, checked by the command line alone."""

import hashlib
import io
import zipfile
from dataclasses import replace

import pytest
from cli.test_prove import TIME, W1, WITNESSES

from waternet.node.bundle import write_bundle
from waternet.node.proving import prove_entry
from waternet.record.cosignature import add_signatures
from waternet.record.note import generate_signer, read_note
from waternet.record.policy import majority_policy, read_policy
from waternet.record.proof import read_proof


@pytest.fixture
def policy(published, tmp_path):
    """Return a policy in which two of three witnesses must cosign."""
    log = published.node.cards()["jordan"].log_verifier
    known = majority_policy([log], [one.verifier for one in WITNESSES])
    file = tmp_path / "policy"
    file.write_text(known.to_text(), encoding="utf-8")
    return file


@pytest.fixture
def cosigned(typed, published, tmp_path):
    """Return a proof of the corrected figure of March 2015, cosigned by three."""
    file = tmp_path / "march.tlog-proof"
    done = typed("prove", W1, "2015-03-01", "-o", file, node=published.node.folder)
    assert done.code == 0, done.err
    proof = read_proof(file.read_bytes())
    text = read_note(proof.checkpoint).text
    lines = [one.cosign(text, TIME) for one in WITNESSES]
    return replace(proof, checkpoint=add_signatures(proof.checkpoint, lines))


def test_the_file_of_a_proofs_page_is_checked_as_it_is(
    typed, cosigned, policy, published, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        "waternet.node.bundle.node_policy", lambda _: read_policy(policy.read_bytes())
    )
    made = write_bundle(published.node, cosigned)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "figure.zip").write_bytes(made)
    monkeypatch.chdir(empty)
    monkeypatch.delenv("WATERNET_NODE", raising=False)
    done = typed("verify", "figure.zip")
    assert (done.code, done.err) == (0, "")
    assert "value       -213.5 m" in done.out
    assert "the party's steward signed it, by the key" in done.out
    digest = hashlib.sha256(policy.read_bytes()).hexdigest()
    assert f"the digest of its policy, {digest}" in done.out
    told = typed("verify", "figure.zip", "--json").json()
    assert (told["policy"], told["quorum_met"]) == (digest, True)
    # A policy of one's own comes before the one in the file.
    done = typed("verify", "figure.zip", "--policy", policy)
    assert (done.code, digest in done.out) == (0, False)
    other = tmp_path / "other"
    other.write_text(majority_policy([generate_signer("x").verifier], []).to_text())
    assert typed("verify", "figure.zip", "--policy", other).code == 6


def test_an_altered_file_of_a_proofs_page_does_not_hold(typed, published, tmp_path):
    made = write_bundle(published.node, prove_entry(published.node, "jordan", 2))
    parts = {}
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["figure.tlog-proof"] = parts["figure.tlog-proof"].replace(
        b"index 2", b"index 1"
    )
    with zipfile.ZipFile(tmp_path / "altered.zip", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    done = typed("verify", tmp_path / "altered.zip")
    assert (done.code, "bad-proof" in done.err) == (6, True)
