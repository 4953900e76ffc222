"""What we write, checked by Go's sumdb packages (tests/conformance/verifier)."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parties import ADDRESS, make_party, quiet

from waternet.cli.answer import ready_bank
from waternet.errors import NotVerified
from waternet.node.follow import follow_party, pull_folder
from waternet.node.proving import prove_figure
from waternet.record.cosignature import (
    add_signatures,
    cosigned_times,
    generate_witness_signer,
)
from waternet.record.note import Note, Signature, generate_signer, read_note
from waternet.record.policy import majority_policy, verify_cosigned

SOURCES = sorted((Path(__file__).parent / "verifier").glob("*.go"))
GOPATH = Path("/usr/share/gocode")  # where Debian's golang-*-dev packages lie


@pytest.fixture(scope="session")
def go_verifier(tmp_path_factory) -> Path:
    """Build the verifier, once."""
    if not shutil.which("go"):
        pytest.skip("golang-go is not installed")
    if not (GOPATH / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("golang-golang-x-mod-dev is not installed")
    folder = tmp_path_factory.mktemp("go")
    binary = folder / "verifier"
    places = {"GOPATH": GOPATH, "GOCACHE": folder / "cache", "GO111MODULE": "off"}
    subprocess.run(
        ["go", "build", "-o", binary, *SOURCES],
        check=True,
        env=os.environ | {name: str(value) for name, value in places.items()},
    )
    return binary


Check = Callable[..., tuple[bool, str]]


def _run(binary: Path, *words: object) -> tuple[bool, str]:
    done = subprocess.run(
        [binary, *map(str, words)], check=False, capture_output=True, text=True
    )
    return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def check(go_verifier, record) -> Check:
    """Return what runs the verifier over the record."""

    def run(*more: object, log=record.log, steward=record.steward) -> tuple[bool, str]:
        keys = (log.verifier.to_text(), steward.verifier.to_text())
        return _run(go_verifier, record.folder, *keys, *more)

    return run


@pytest.mark.parametrize(
    "sizes", [(0,), (1,), (2,), (1, 2, 255), (256,), (255, 257), (3, 256, 600, 700)]
)
def test_go_verifies_every_entry_and_proof(record, check, tmp_path, sizes):
    for size in sizes:
        record.grow(size)
    asked = [size for size in sizes if size]
    good, said = check(record.write_proofs(tmp_path / "proofs.json", asked))
    assert good, said
    assert f"at {sizes[-1]} entries" in said
    assert f"ok: {sizes[-1]} entries are in the tree and signed" in said
    assert f"ok: {sizes[-1]} inclusion proofs" in said
    for old in asked:
        assert f"ok: {sizes[-1]} entries continue {old}\n" in said


def _flip(path: Path, byte: int) -> None:
    content = bytearray(path.read_bytes())
    content[byte] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_go_and_we_name_the_same_altered_entry(record, check, index):
    record.grow(300)
    path = ("tile/entries/000", "tile/entries/001.p/44")[index // 256]
    at = record.read(path).index(f"السبب {index} ".encode())
    _flip(record.folder / path, at + 13)
    good, said = check()
    assert not good
    assert f"failed: entry {index}:" in said
    with pytest.raises(NotVerified, match=rf"\bentry {index}\b"):
        list(record.reader().entries(0, 300))


@pytest.mark.parametrize("index", [0, 255, 256, 299])
def test_go_and_we_name_the_same_altered_leaf_hash(record, check, index):
    record.grow(300)
    path = ("tile/0/000", "tile/0/001.p/44")[index // 256]
    _flip(record.folder / path, index % 256 * 32)
    good, said = check()
    assert not good
    assert f"failed: entry {index}:" in said
    with pytest.raises(NotVerified, match=rf"\bentry {index}\b"):
        list(record.reader().entries(0, 300))


def test_go_refuses_an_altered_checkpoint(record, check):
    record.grow(3)
    _flip(record.folder / "checkpoint", len(record.log.name) + 1)
    good, said = check()
    assert not good
    assert "failed: checkpoint: " in said


def test_go_refuses_keys_of_others(record, check):
    record.grow(3)
    good, said = check(log=generate_signer(record.log.name))
    assert (good, "failed: checkpoint: " in said) == (False, True)
    good, said = check(steward=generate_signer(record.steward.name))
    assert (good, "failed: entry 0: " in said) == (False, True)


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_go_refuses_an_altered_proof(record, check, tmp_path, kind):
    record.grow(20)
    path = record.write_proofs(tmp_path / "proofs.json", [7])
    written = path.read_text(encoding="utf-8")
    at = written.index('"proof": ["', written.index(kind)) + 11
    other = "A" if written[at] != "A" else "B"
    path.write_text(written[:at] + other + written[at + 1 :], encoding="utf-8")
    good, said = check(path)
    assert not good
    expected = {"inclusion": "entry 0: ", "consistency": "consistency of 20 with 7"}
    assert expected[kind] in said


# Cosignatures, mirrors and portable proofs


WITNESS = generate_witness_signer("water.example/witness")
TIME = 1679315147  # that of the example in c2sp.org/tlog-cosignature


def _cosign(record, seconds=TIME):
    signed = (record.folder / "checkpoint").read_bytes()
    line = WITNESS.cosign(read_note(signed).text, seconds)
    (record.folder / "checkpoint").write_bytes(add_signatures(signed, [line]))


def test_go_verifies_our_cosignature(record, check):
    record.grow(3)
    _cosign(record)
    good, said = check(WITNESS.verifier.to_text())
    assert good, said
    assert f"ok: cosigned by water.example/witness at {TIME}\n" in said
    assert "ok: checkpoint of water.example/party at 3 entries" in said


def test_go_misses_a_cosignature_that_is_not_there(record, check):
    record.grow(3)
    good, said = check(WITNESS.verifier.to_text())
    assert (good, "not cosigned by water.example/witness" in said) == (False, True)


def test_go_refuses_a_cosignature_whose_time_was_altered(record, check):
    record.grow(3)
    _cosign(record)
    path = record.folder / "checkpoint"
    note = read_note(path.read_bytes())
    log, line = note.signatures
    later = (TIME + 1).to_bytes(8, "big") + line.signature[8:]
    altered = Signature(line.name, line.key_id, later)
    path.write_bytes(Note(note.text, (log, altered)).to_bytes())
    good, said = check(WITNESS.verifier.to_text())
    assert (good, "failed: checkpoint: invalid signature" in said) == (False, True)
    with pytest.raises(NotVerified):
        cosigned_times(path.read_bytes(), [WITNESS.verifier])


def test_a_cosignature_made_by_go_is_read_by_us(record, go_verifier):
    record.grow(3)
    path = record.folder / "checkpoint"
    good, said = _run(go_verifier, "cosign", path, WITNESS.to_text(), TIME)
    assert good, said
    policy = majority_policy([record.log.verifier], [WITNESS.verifier])
    cosigned = verify_cosigned(policy, said.encode(), TIME)
    assert cosigned.times == {"water.example/witness": TIME}
    assert cosigned.is_met
    # Ed25519 is deterministic: both made the same line.
    line = WITNESS.cosign(cosigned.checkpoint.to_text(), TIME)
    assert said.encode() == add_signatures(path.read_bytes(), [line])


@pytest.fixture
def mirrored(tmp_path):
    """Return a party that published, and one that pulled and cosigned its record."""
    jordan, israel = make_party(tmp_path, "jordan"), make_party(tmp_path, "israel")
    jordan.read()
    jordan.publish()
    follow_party(israel.node, jordan.node.public / "card.json")
    pull_folder(israel.node, jordan.node.public, quiet)
    return jordan.node, israel.node


def test_go_verifies_a_mirror_as_it_verifies_the_partys_own_folder(
    go_verifier, mirrored
):
    jordan, israel = mirrored
    card = jordan.cards()["jordan"]
    for folder in (jordan.public, israel.records("jordan")):
        good, said = _run(go_verifier, folder, card.log_key, card.steward_key)
        assert good, said
        assert "ok: 3 entries are in the tree and signed by the steward" in said


def test_go_verifies_a_portable_proof(go_verifier, mirrored, tmp_path):
    jordan, israel = mirrored
    file = tmp_path / "W1.tlog-proof"
    with ready_bank(israel) as bank:
        address, day = f"jordan:{ADDRESS}", datetime(2014, 12, 31, 22, tzinfo=UTC)
        proof = prove_figure(israel, bank, address, day)
    file.write_bytes(proof.to_bytes())
    card, witness = jordan.cards()["jordan"], israel.cards()["israel"].witness_key
    words = ("proof", file, card.log_key, card.steward_key)
    good, said = _run(go_verifier, *words, witness)
    assert good, said
    assert "ok: entry 2 of 3 of waternet/jordan, signed by the steward\n" in said
    assert "ok: observations as signed\n" in said
    assert "ok: datastreams as signed\n" in said
    assert "ok: cosigned by waternet/israel/witness at " in said
    file.write_bytes(replace(proof, index=1).to_bytes())
    good, said = _run(go_verifier, *words, witness)
    assert (good, "failed: entry 1: " in said) == (False, True)
