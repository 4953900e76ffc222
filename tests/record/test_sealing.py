"""Sealed blobs: who holds the release key reads them, and nobody else."""

import hashlib
import io

import pyrage
import pytest

from waternet.errors import NotAcceptable
from waternet.record.blob import verify_blob
from waternet.record.fields import Reference
from waternet.record.sealing import (
    generate_release_key,
    lock_key,
    read_identities,
    seal,
    unlock_key,
    unseal,
    verify_recipient,
)

FIGURES = b"W1,2015-01-01,-214.87\n" * 9000
BOUND = {"dataset": "levels", "log": "water.example/a", "to": ["a", "b"]}


def _sealed(folder, content=FIGURES, key=""):
    key = key or generate_release_key()
    path = folder / "sealed"
    with path.open("wb") as sink:
        reference = seal(content, sink, key, count=9000)
    return path, reference, key


def _age(folder, inside):
    """Encrypt something that did not come from `seal`."""
    identity = pyrage.x25519.Identity.generate()
    written = pyrage.encrypt(inside, [identity.to_public()])
    path = folder / "sealed"
    path.write_bytes(written)
    digest = hashlib.sha256(written).hexdigest()
    return path, Reference(digest, len(written), 1), str(identity)


def _line(content, length=None, digest=None):
    length = len(content) if length is None else length
    digest = digest or hashlib.sha256(content).hexdigest()
    return f"waternet-sealed/1 {length} {digest}\n".encode()


def _parties(count):
    made = [pyrage.x25519.Identity.generate() for _ in range(count)]
    return [str(one) for one in made], {
        f"p{number}": str(one.to_public()) for number, one in enumerate(made)
    }


def test_what_was_sealed_opens_as_it_was(tmp_path):
    path, reference, key = _sealed(tmp_path)
    verify_blob(path, reference)
    sink = io.BytesIO()
    inside = unseal(path, reference, key, sink)
    assert sink.getvalue() == FIGURES
    assert inside.sha256 == hashlib.sha256(FIGURES).hexdigest()
    assert (inside.bytes, inside.count) == (len(FIGURES), 9000)


def test_a_file_is_sealed_as_its_bytes_are(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(FIGURES)
    path, reference, key = _sealed(tmp_path, plain)
    sink = io.BytesIO()
    unseal(path, reference, key, sink)
    assert sink.getvalue() == FIGURES


def test_nothing_of_the_figures_shows_in_what_is_published(tmp_path):
    path, _reference, _key = _sealed(tmp_path)
    assert b"214.87" not in path.read_bytes()


def test_two_releases_of_the_same_figures_do_not_look_the_same(tmp_path):
    _path, first, _key = _sealed(tmp_path)
    _path, second, _key = _sealed(tmp_path)
    assert first.sha256 != second.sha256


def test_another_releases_key_opens_nothing(tmp_path):
    path, reference, _key = _sealed(tmp_path)
    with pytest.raises(NotAcceptable, match="does not open"):
        unseal(path, reference, generate_release_key(), io.BytesIO())


@pytest.mark.parametrize("kept", [0, 50, 200, 66_000, -1])
def test_a_file_cut_short_is_refused(tmp_path, kept):
    path, reference, key = _sealed(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(NotAcceptable, match=r"does not open|none of age's"):
        unseal(path, reference, key, io.BytesIO())


def test_a_header_without_an_end_is_not_taken_into_memory(tmp_path):
    path, reference, key = _sealed(tmp_path)
    line = b"-> X25519 " + b"A" * 43 + b"\n" + b"B" * 43 + b"\n"
    path.write_bytes(b"age-encryption.org/v1\n" + line * 2000)
    with pytest.raises(NotAcceptable, match="none of age's"):
        unseal(path, reference, key, io.BytesIO())


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (b"", "not what its first line says"),
        (b"PAR1" * 100, "does not begin"),
        (_line(FIGURES, digest="0" * 64) + FIGURES, "not what its first line says"),
        (_line(FIGURES, length=5) + FIGURES, "more is inside"),
        (_line(FIGURES, length=10**9) + FIGURES, "not what its first line says"),
        (_line(FIGURES, length="007") + FIGURES, "does not begin"),
    ],
)
def test_what_is_inside_must_be_what_its_first_line_says(tmp_path, inside, said):
    path, reference, key = _age(tmp_path, inside)
    with pytest.raises(NotAcceptable, match=said):
        unseal(path, reference, key, io.BytesIO())


class _FullDisk(io.RawIOBase):
    def writable(self):
        return True

    def write(self, _content):
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_as_such(tmp_path):
    path, reference, key = _sealed(tmp_path)
    with pytest.raises(OSError, match="No space"):
        unseal(path, reference, key, _FullDisk())
    with pytest.raises(OSError, match="No space"):
        seal(FIGURES, _FullDisk(), key, count=1)


def test_every_reader_and_nobody_else_finds_the_release_key():
    (one, two, stranger), recipients = _parties(3)
    del recipients["p2"]
    key = generate_release_key()
    blob = lock_key(key, BOUND, recipients)
    for identity in (one, two):
        assert unlock_key(blob, [stranger, identity]) == (key, BOUND)
    with pytest.raises(NotAcceptable, match="does not open with the key"):
        unlock_key(blob, [stranger])


def test_a_release_key_needs_a_reader():
    with pytest.raises(NotAcceptable, match="somebody"):
        lock_key(generate_release_key(), BOUND, {})


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"KEY",
        b"# waternet-release-key {}\n",
        b"# waternet-release-key []\nKEY\n",
        b'# waternet-release-key {"b":1,"a":2}\nKEY\n',
        b"# waternet-release-key {}\nKEY\nKEY\n",
        b"# waternet-release-key {}\n\xff",
    ],
)
def test_a_keys_blob_holds_one_bound_key_or_is_refused(inside):
    (identity,), recipients = _parties(1)
    recipient = pyrage.x25519.Recipient.from_str(recipients["p0"])
    inside = inside.replace(b"KEY", generate_release_key().encode())
    with pytest.raises(NotAcceptable):
        unlock_key(pyrage.encrypt(inside, [recipient]), [identity])


def test_a_damaged_key_is_refused_without_being_told():
    secret = generate_release_key()[:-1] + "!"
    with pytest.raises(NotAcceptable) as refused:
        read_identities(secret)
    assert secret not in str(refused.value)
    with pytest.raises(NotAcceptable, match="no secret key"):
        read_identities("# nothing here")
    with pytest.raises(NotAcceptable, match="of 'b'"):
        verify_recipient("age1x", "of 'b'")
