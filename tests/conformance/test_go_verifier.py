"""What we write, checked by Go's sumdb packages (tests/conformance/verifier)."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from waternet.errors import NotVerified
from waternet.record.note import generate_signer

SOURCE = Path(__file__).parent / "verifier" / "main.go"
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
        ["go", "build", "-o", binary, SOURCE],
        check=True,
        env=os.environ | {name: str(value) for name, value in places.items()},
    )
    return binary


Check = Callable[..., tuple[bool, str]]


@pytest.fixture
def check(go_verifier, record) -> Check:
    """Return what runs the verifier over the record."""

    def run(*proofs: Path, log=record.log, steward=record.steward) -> tuple[bool, str]:
        keys = (log.verifier.to_text(), steward.verifier.to_text())
        done = subprocess.run(
            [go_verifier, record.folder, *keys, *proofs],
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode == 0, done.stdout + done.stderr

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
