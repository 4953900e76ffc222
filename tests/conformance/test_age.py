"""Debian's age opens what is sealed here, and what it encrypts is opened here."""

import hashlib
import io
import shutil
import subprocess

import pyrage
import pytest

from waternet.record.fields import Reference
from waternet.record.sealing import (
    generate_release_key,
    lock_key,
    seal,
    unlock_key,
    unseal,
)

FIGURES = bytes(range(256)) * 1000
BOUND = {"dataset": "levels", "log": "water.example/a", "to": ["a", "b"]}


@pytest.fixture(scope="module")
def age():
    """Return the program age, or skip."""
    found = shutil.which("age")
    if not found:
        pytest.skip("no program age: on Debian, 'apt-get install age'")
    return found


def test_age_opens_the_keys_and_with_them_the_figures(age, tmp_path):
    reader, release = pyrage.x25519.Identity.generate(), generate_release_key()
    (tmp_path / "recipient.key").write_text(f"{reader}\n", encoding="utf-8")
    recipients = {"a": str(reader.to_public())}
    (tmp_path / "keys").write_bytes(lock_key(release, BOUND, recipients))
    with (tmp_path / "sealed").open("wb") as sink:
        seal(FIGURES, sink, release, count=1)
    for identity, path, target in (
        ("recipient.key", "keys", "release.key"),
        ("release.key", "sealed", "plain"),
    ):
        words = [age, "-d", "-i", identity, "-o", target, path]
        subprocess.run(words, cwd=tmp_path, check=True)
    first, _, rest = (tmp_path / "plain").read_bytes().partition(b"\n")
    digest = hashlib.sha256(FIGURES).hexdigest()
    assert first.decode() == f"waternet-sealed/1 {len(FIGURES)} {digest}"
    assert rest == FIGURES


def test_what_age_encrypts_is_opened_here(age, tmp_path):
    reader = pyrage.x25519.Identity.generate()
    release = pyrage.x25519.Identity.from_str(generate_release_key())
    digest = hashlib.sha256(FIGURES).hexdigest()
    inside = f"waternet-sealed/1 {len(FIGURES)} {digest}\n".encode() + FIGURES
    remark = '# waternet-release-key {"log":"water.example/a"}'
    sealed = _encrypted(age, inside, release)
    keys = _encrypted(age, f"{remark}\n{release}\n".encode(), reader)
    key, bound = unlock_key(keys, [str(reader)])
    assert bound == {"log": "water.example/a"}
    path, sink = tmp_path / "sealed", io.BytesIO()
    path.write_bytes(sealed)
    reference = Reference(hashlib.sha256(sealed).hexdigest(), len(sealed), 1)
    unseal(path, reference, key, sink)
    assert sink.getvalue() == FIGURES


def _encrypted(age, content, identity):
    words = [age, "-e", "-r", str(identity.to_public())]
    return subprocess.run(
        words, input=content, stdout=subprocess.PIPE, check=True
    ).stdout
