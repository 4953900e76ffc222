"""Proofs that anybody can check: prove, verify, policy."""

import os
import shutil
from base64 import b64encode
from dataclasses import replace

import pytest
from faults.liar import Liar
from node.test_probing import bomb
from parties import ADDRESS, make_party, quiet

from waternet.exchange.evidence import fork_evidence
from waternet.node.bounded import Limits
from waternet.node.follow import follow_party, pull_folder
from waternet.node.policy import node_policy
from waternet.node.proving import prove_entry
from waternet.node.publish import read_keys
from waternet.record.blob import blob_path
from waternet.record.checkpoint import read_checkpoint, sign_checkpoint
from waternet.record.cosignature import WitnessSigner, add_signatures
from waternet.record.entry import read_entry, sign_entry
from waternet.record.figure_proof import FigureProof, read_figure_proof
from waternet.record.note import Signer, generate_signer, read_note
from waternet.record.policy import majority_policy
from waternet.record.proof import Proof, read_proof
from waternet.record.tree import leaf_hash

W1 = "jordan:W1/groundwater-level"
NAMES = ("witness1", "witness2", "witness3")
WITNESSES = [WitnessSigner(f"{name}.example/w", name.encode() * 4) for name in NAMES]
TIME = 1_790_000_000  # 2026-09-21T14:13:20Z


@pytest.fixture
def proof(typed, published, tmp_path):
    """Return a proof of the corrected figure of March 2015: -213.5 m."""
    file = tmp_path / "march.tlog-proof"
    done = typed("prove", W1, "2015-03-01", "-o", file, node=published.node.folder)
    assert done.code == 0, done.err
    return file


@pytest.fixture
def policy(published, tmp_path):
    """Return a policy in which two of three witnesses must cosign."""
    log = published.node.cards()["jordan"].log_verifier
    known = majority_policy([log], [one.verifier for one in WITNESSES])
    file = tmp_path / "policy"
    file.write_text(known.to_text(), encoding="utf-8")
    return file


def _rewritten(file, **changed):
    """Write a proof's file anew with other parts."""
    proof = read_proof(file.read_bytes())
    kept = {name: getattr(proof, name) for name in Proof.__slots__}
    file.write_bytes(Proof(**{**kept, **changed}).to_bytes())


def _cosign(file, count, seconds=TIME):
    signed = read_proof(file.read_bytes()).checkpoint
    text = read_note(signed).text
    lines = [one.cosign(text, seconds) for one in WITNESSES[:count]]
    _rewritten(file, checkpoint=add_signatures(signed, lines))


def test_a_figures_proof_is_checked_with_nothing_but_the_policy(
    typed, proof, policy, monkeypatch
):
    _cosign(proof, 2)
    monkeypatch.delenv("WATERNET_NODE", raising=False)  # nor with any node
    done = typed("verify", proof, "--policy", policy)
    assert (done.code, done.err) == (0, "")
    for said in (
        "W1/groundwater-level/instant/PT0S/dipper",
        "time        2015-03-01T00:00:00+02:00",
        "value       -213.5 m",
        "measured",
        "\u2068قياسات.csv\u2069",
        "\u2068خطأ في القراءة\u2069",
        "witness1.example/w, 2026-09-21T14:13:20Z",
        "the log waternet/jordan, by its key in the policy, holds this as entry 4 of 5",
        "names the key waternet/jordan/steward, not checked",
        "that it is true: a signature says who stated it, and when",
    ):
        assert said in done.out
    told = typed("verify", proof, "--policy", policy, "--json").json()
    # Midnight of the well's owner, two hours ahead of UTC.
    assert (told["time"], told["value"], told["unit"]) == (
        "2015-02-28T22:00:00Z",
        -213.5,
        "m",
    )
    assert (told["party"], told["release"], told["kind"]) == ("jordan", 4, "revise")
    assert told["quorum_met"] is True
    assert told["findings"] == []


def test_the_stewards_signature_is_checked_with_the_partys_card(
    typed, proof, policy, published
):
    _cosign(proof, 3)
    card = published.node.public / "card.json"
    done = typed("verify", proof, "--policy", policy, "--card", card)
    assert done.code == 0
    signed = "the party's steward signed it, by the key waternet/jordan/steward"
    assert signed in done.out
    assert "not checked" not in done.out


def test_a_proof_that_too_few_cosigned_says_so(typed, proof, policy):
    _cosign(proof, 1)
    done = typed("verify", proof, "--policy", policy)
    assert done.code == 6
    assert "FINDING quorum-not-met: of the policy's witnesses 1 cosigned" in done.out
    assert "that others were shown the same log: too few witnesses" in done.out
    assert "-213.5" in done.out


def test_a_cosignature_from_the_future_is_named(typed, proof, policy):
    _cosign(proof, 3, seconds=2**62)
    done = typed("verify", proof, "--policy", policy, "--json")
    assert done.code == 6
    names = [one["finding"] for one in done.json()["findings"]]
    assert names == ["clock-far-off"] * 3 + ["quorum-not-met"]
    assert done.json()["cosigned"] == {}


def test_where_nobody_is_followed_no_witness_is_asked(
    typed, proof, published, tmp_path
):
    done = typed("policy", node=published.node.folder)
    assert done.code == 0
    assert done.out.startswith("log waternet/jordan+")
    assert done.out.endswith("\nquorum none\n")
    file = tmp_path / "own"
    file.write_text(done.out)
    done = typed("verify", proof, "--policy", file)
    assert (done.code, "-213.5" in done.out) == (0, True)
    assert "shown the same log: the policy asks nobody" in done.out


def test_an_entry_is_proved_without_its_files(typed, published, policy, tmp_path):
    file = tmp_path / "terms.tlog-proof"
    done = typed("prove", "jordan:2", "-o", file, "--json", node=published.node.folder)
    assert done.code == 0
    assert done.json()["give_beside_it"] == []
    _cosign(file, 2)
    told = typed("verify", file, "--policy", policy, "--json")
    assert told.code == 0
    assert (told.json()["kind"], told.json()["release"]) == ("terms", 2)
    assert "value" not in told.json()


def test_figures_too_large_for_a_proof_are_given_beside_it(
    typed, published, policy, tmp_path, monkeypatch
):
    monkeypatch.setattr("waternet.node.proving.MOST_CARRIED", 1000)
    file = tmp_path / "march.tlog-proof"
    words = ["prove", W1, "2015-03-01", "-o", file, "--json"]
    (needed,) = typed(*words, node=published.node.folder).json()["give_beside_it"]
    _cosign(file, 2)
    done = typed("verify", file, "--policy", policy)
    assert done.code == 6
    assert "FINDING missing-blob: the observations are not in the proof" in done.out
    assert needed in done.out
    blob = published.node.public / blob_path(needed)
    words = ["verify", file, "--policy", policy, "--blob", blob, "--json"]
    assert typed(*words).json()["value"] == -213.5
    other = tmp_path / "other"
    other.write_bytes(blob.read_bytes()[:-1] + b"x")
    words[5] = other
    done = typed(*words)
    assert (done.code, "corrupt-blob" in done.err) == (6, True)


def test_a_figure_that_stands_no_more_is_not_proved(typed, tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    typed("withdraw", "2", "--reason", "wrong datum", node=party.node.folder)
    done = typed("prove", W1, "2015-03-01", "-o", tmp_path / "x")
    assert done.code == 4
    assert "any more: entry 3 of 'jordan' says 'withdrawn'" in done.err
    assert "hint: 'waternet prove jordan:3' proves that entry" in done.err
    assert not (tmp_path / "x").exists()


def test_another_partys_figure_is_proved_and_cosigned_by_who_pulled_it(
    typed, published, tmp_path
):
    reader = make_party(tmp_path, "reader")
    follow_party(reader.node, published.node.public / "card.json")
    pull_folder(reader.node, published.node.public, quiet)
    file, policy = tmp_path / "march.tlog-proof", tmp_path / "policy"
    words = ["prove", W1, "2015-03-01", "-o", file, "--json"]
    told = typed(*words, node=reader.node.folder).json()
    assert told["cosigned_by"] == ["waternet/reader/witness"]
    policy.write_text(typed("policy").out)
    done = typed("verify", file, "--policy", policy, "--json")
    assert done.code == 0
    assert (done.json()["party"], done.json()["value"]) == ("jordan", -213.5)
    assert list(done.json()["cosigned"]) == ["waternet/reader/witness"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["prove", W1, "2015-03-01"], 3, "-o FILE.tlog-proof"),
        (["prove", W1, "-o", "x"], 3, "no time given"),
        (["prove", W1, "1999", "-o", "x"], 4, "never had a figure"),
        (["prove", "jordan:99", "-o", "x"], 4, "its entries run from 0 to 4"),
        (["prove", "nobody:1", "-o", "x"], 4, "no party 'nobody' here"),
        (["verify", "--policy", "x"], 3, "no file to check"),
        (["verify", "nothing.tlog-proof"], 4, "no file nothing.tlog-proof"),
    ],
)
def test_what_cannot_be_proved_is_told(
    typed, published, monkeypatch, tmp_path, words, code, said
):
    monkeypatch.chdir(tmp_path)
    done = typed(*words, node=published.node.folder)
    assert done.code == code
    assert said in done.err


def test_without_a_policy_a_proof_proves_nothing(typed, proof):
    done = typed("verify", proof)
    assert done.code == 3
    assert "waternet policy" in done.err


def test_restricted_figures_are_not_put_into_a_proof(typed, tmp_path):
    party = make_party(tmp_path, access="parties", parties=("israel",))
    other = make_party(tmp_path, "israel")
    follow_party(party.node, other.node.public / "card.json")
    party.read()
    party.publish()
    file = tmp_path / "x.tlog-proof"
    done = typed("prove", W1, "2015-03-01", "-o", file, node=party.node.folder)
    assert (done.code, file.exists()) == (5, False)
    assert "a proof would carry them in the open" in done.err
    release = done.err.split("waternet prove ")[1].split("'")[0]
    assert typed("prove", release, "-o", file).code == 0
    assert read_figure_proof(read_proof(file.read_bytes()).extra).blobs == {}


def test_the_card_of_another_party_checks_nothing(typed, proof, policy, tmp_path):
    other = make_party(tmp_path, "israel").node.public / "card.json"
    _cosign(proof, 2)
    done = typed("verify", proof, "--policy", policy, "--card", other)
    assert done.code == 3
    assert "the card of 'israel' is not about the log 'waternet/jordan'" in done.err


# Proofs that lie


def test_a_proof_of_a_log_that_the_policy_does_not_name_is_bad(typed, proof, tmp_path):
    stranger = tmp_path / "stranger"
    key = generate_signer("waternet/jordan").verifier
    stranger.write_text(majority_policy([key], []).to_text())
    done = typed("verify", proof, "--policy", stranger)
    assert (done.code, "error: bad-proof: expected a sig" in done.err) == (6, True)


def _carried(file, **changed):
    carried = read_figure_proof(read_proof(file.read_bytes()).extra)
    kept = {name: getattr(carried, name) for name in carried.__slots__}
    _rewritten(file, extra=type(carried)(**{**kept, **changed}).to_extra())
    return carried


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"time": "2015-02-28T22:00:01Z"}, "unreadable-blob"),
        ({"datastream": "W9/groundwater-level/instant/PT0S/dipper"}, "unreadable-blob"),
    ],
)
def test_a_figure_that_the_release_does_not_hold_is_not_shown(
    typed, proof, policy, changed, name
):
    _carried(proof, **changed)
    done = typed("verify", proof, "--policy", policy)
    assert (done.code, done.out) == (6, "")
    assert f"error: {name}: this release has no figure of" in done.err


@pytest.mark.parametrize("name", ["observations", "datastreams"])
def test_a_file_that_is_not_the_signed_one_is_not_read(typed, proof, policy, name):
    carried = read_figure_proof(read_proof(proof.read_bytes()).extra)
    other = carried.blobs[name][:-1] + b"X"
    _carried(proof, blobs={**carried.blobs, name: other})
    done = typed("verify", proof, "--policy", policy)
    assert (done.code, done.out) == (6, "")
    assert "error: corrupt-blob: " in done.err


def test_an_entry_that_the_log_does_not_hold_is_a_bad_proof(typed, proof, policy):
    carried = read_figure_proof(read_proof(proof.read_bytes()).extra)
    entry = read_entry(carried.entry)
    steward = Signer("waternet/jordan/steward", bytes(32))
    body = {**entry.body, "title": "another"}
    forged = type(entry)(entry.kind, entry.log, entry.party, entry.issued, body)
    _carried(proof, entry=sign_entry(forged, steward))
    done = typed("verify", proof, "--policy", policy)
    assert (done.code, "error: bad-proof: the proof does not" in done.err) == (6, True)


def test_an_entry_of_another_log_or_steward_is_a_bad_signature(typed, proof, tmp_path):
    # A log of its own holds Jordan's entry: the policy knows it, the entry does not.
    log = generate_signer("else.example/log")
    carried = read_figure_proof(read_proof(proof.read_bytes()).extra)
    head = read_checkpoint(f"{log.name}\n1\n{_base64(leaf_hash(carried.entry))}\n")
    signed = sign_checkpoint(head, log)
    _rewritten(proof, index=0, hashes=(), checkpoint=signed)
    file = tmp_path / "else"
    file.write_text(majority_policy([log.verifier], []).to_text())
    done = typed("verify", proof, "--policy", file)
    assert done.code == 6
    stands = "an entry of the log 'waternet/jordan' stands in 'else.example/log'"
    assert f"error: bad-signature: {stands}" in done.err


def test_a_steward_whose_key_is_not_on_the_card_is_a_bad_signature(
    typed, proof, policy, published, tmp_path
):
    card = published.node.cards()["jordan"]
    other = generate_signer(card.steward_verifier.name).verifier.to_text()
    changed = card.to_json().replace(card.steward_key.encode(), other.encode())
    file = tmp_path / "card.json"
    file.write_bytes(changed)
    done = typed("verify", proof, "--policy", policy, "--card", file)
    assert (done.code, "error: bad-signature: entry 4 of" in done.err) == (6, True)


def _of_a_liar(tmp_path, figures, rows):
    """Return a proof of a figure in whatever a party signed, and the policy."""
    party = make_party(tmp_path, "liar")
    party.read()
    party.publish()
    liar = Liar(party)
    liar.release(figures, rows)
    proof = prove_entry(liar.node, "liar", 3)
    entry = read_figure_proof(proof.extra).entry
    streams = read_entry(entry).references()["datastreams"]
    blobs = {
        "datastreams": (liar.public / blob_path(streams.sha256)).read_bytes(),
        "observations": figures,
    }
    carried = FigureProof(entry, ADDRESS, "2014-12-31T22:00:00Z", blobs)
    file, policy = tmp_path / "lie.tlog-proof", tmp_path / "policy"
    file.write_bytes(replace(proof, extra=carried.to_extra()).to_bytes())
    policy.write_text(node_policy(liar.node).to_text())
    return file, policy


def test_signed_figures_that_are_none_are_told(typed, tmp_path):
    file, policy = _of_a_liar(tmp_path, b"PAR1 is how it begins", 5)
    done = typed("verify", file, "--policy", policy)
    assert (done.code, done.out) == (6, "")
    assert "error: unreadable-blob: not a Parquet file of observations" in done.err


def test_signed_figures_that_expand_without_end_are_stopped(
    typed, tmp_path, monkeypatch
):
    limits = Limits(memory=700 << 20, seconds=20)
    monkeypatch.setattr("waternet.node.proved._LIMITS", limits)
    file, policy = _of_a_liar(tmp_path, bomb(), 1000)
    assert file.stat().st_size < 1 << 20
    done = typed("verify", file, "--policy", policy)
    assert (done.code, done.out) == (6, "")
    assert "reading it would take more than" in done.err


@pytest.mark.parametrize(
    "extra",
    [None, b"x", b"[]", b"{}", b"[" * 100_000, b'{"entry":1}', b'{"entry":"A"}'],
)
def test_a_proof_that_carries_something_else_is_told(typed, proof, policy, extra):
    _rewritten(proof, extra=extra)
    done = typed("verify", proof, "--policy", policy)
    assert done.code == 3
    assert "the extra data of this proof" in done.err


def test_a_huge_or_endless_proof_is_refused_unread(typed, policy, tmp_path):
    huge = tmp_path / "huge"
    huge.touch()
    os.truncate(huge, 1 << 40)  # sparse: it takes no room on the disk
    assert typed("verify", huge, "--policy", policy).code == 3
    assert typed("verify", "/dev/zero", "--policy", policy).code == 4


def test_a_proof_survives_a_copy_and_nothing_else(typed, proof, policy, tmp_path):
    _cosign(proof, 2)
    copy = tmp_path / "copy.tlog-proof"
    shutil.copy(proof, copy)
    assert typed("verify", copy, "--policy", policy).code == 0
    content = bytearray(copy.read_bytes())
    content[content.index(b"\nindex ") - 40] ^= 1
    copy.write_bytes(content)
    assert typed("verify", copy, "--policy", policy).code in (3, 6)


# Evidence


@pytest.fixture
def evidence(published, tmp_path):
    """Return a file that proves two heads of Jordan's log: five entries, and others."""
    node = published.node
    signed = (node.public / "checkpoint").read_bytes()
    head = read_checkpoint(read_note(signed).text)
    other = type(head)(head.origin, head.size, bytes(32))
    forged = sign_checkpoint(other, read_keys(node, "").log)
    file = tmp_path / "evidence.txt"
    file.write_bytes(fork_evidence((signed, forged), ()).to_bytes())
    return file


def test_evidence_is_checked_with_the_card_alone(
    typed, evidence, published, monkeypatch
):
    monkeypatch.delenv("WATERNET_NODE", raising=False)
    card = published.node.public / "card.json"
    done = typed("verify", evidence, "--card", card)
    assert (done.code, done.err) == (0, "")
    assert "finding     forked-log\nabout       jordan\n" in done.out
    assert "cannot both be true: of the first 5 entries" in done.out
    assert "not proved  who held the log's key" in done.out
    told = typed("verify", evidence, "--card", card, "--json").json()
    assert told["keys"] == [published.node.cards()["jordan"].log_key]


def test_evidence_is_checked_with_a_policy_alone(typed, evidence, policy):
    done = typed("verify", evidence, "--policy", policy)
    assert (done.code, "about       waternet/jordan\n" in done.out) == (0, True)


def test_evidence_without_a_card_says_which_is_needed(typed, evidence):
    done = typed("verify", evidence)
    assert done.code == 4
    assert "no card or policy given is about the log 'waternet/jordan'" in done.err
    assert "hint: add --card" in done.err


def test_evidence_that_proves_nothing_accuses_nobody(typed, evidence, published):
    card = published.node.public / "card.json"
    signed = (published.node.public / "checkpoint").read_bytes()
    evidence.write_bytes(fork_evidence((signed, signed), ()).to_bytes())
    done = typed("verify", evidence, "--card", card)
    assert (done.code, done.out) == (6, "")
    assert "this file proves nothing: the two heads are the same" in done.err
    assert "hint: nobody is accused by it" in done.err


def _base64(content):
    return b64encode(content).decode()
