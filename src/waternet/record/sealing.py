r"""Sealed blobs: age-encrypted files of a restricted release, and who holds their key.

Each restricted release has a key of its own, a fresh X25519 identity of age: the
**release key**. Every blob of the release is encrypted to it and named by the hash of
the ciphertext. What the key's holder finds inside begins with one line that tells the
length and hash of the rest, so that what was opened is known before anything reads it.

The release key travels in a **keys** blob, encrypted to the `recipient` on each
reader's card. What a reader finds in it is a file of identities as age itself reads
it; a remark in its first line binds it to its log and dataset, and a grant's to its
reader, release, end and nonce too.

References
----------
C2SP age v1: X25519 recipients, payload in chunks of 64 KiB (STREAM).

Examples
--------
>>> import io
>>> key, sink = generate_release_key(), io.BytesIO()
>>> reference = seal(b"figures", sink, key, count=2)
>>> reference.bytes == len(sink.getvalue()) and reference.count
2
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
import rfc8785

from waternet.errors import NotAcceptable
from waternet.record.fields import Reference
from waternet.record.hashing import HashingSink

__all__ = [
    "MOST_KEYS",
    "generate_release_key",
    "lock_key",
    "opens",
    "read_identities",
    "seal",
    "unlock_key",
    "unseal",
    "verify_recipient",
]

MOST_KEYS = 1 << 20  # bytes of a keys blob
_MARK = b"waternet-sealed/1"
_INSIDE = re.compile(rb"waternet-sealed/1 (0|[1-9][0-9]{0,15}) ([0-9a-f]{64})")
_LONGEST = len(_MARK) + 83  # of the first line inside
_HEADER_ENDS = b"\n--- "
_MOST_HEADER = 1 << 16  # bytes; that of one recipient has some 200
_BOUND = b"# waternet-release-key "
_SECRET = "AGE-SECRET-KEY-1"
_AGAIN = "ask the owner to publish the figures anew"


def generate_release_key() -> str:
    """Return a fresh release key: an identity of age, as text."""
    return str(pyrage.x25519.Identity.generate())


def verify_recipient(text: str, at: str) -> None:
    """Raise `NotAcceptable` unless it is a recipient of age ('age1...')."""
    _recipient(text, at)


def read_identities(text: str) -> list[str]:
    """Return the secret keys in a file of identities; remarks are passed over.

    Raises
    ------
    NotAcceptable
        It holds none, or one that is damaged.
    """
    found = [line for line in text.split() if line.startswith(_SECRET)]
    if not found:
        raise NotAcceptable("no secret key of age in it")
    for one in found:
        _identity(one)
    return found


def seal(
    source: Path | bytes, sink: BinaryIO, release_key: str, *, count: int
) -> Reference:
    """Encrypt one blob of a release; memory does not grow with it.

    Parameters
    ----------
    source : Path or bytes
        The blob as it would be published openly; a file is read twice.
    sink : binary file
    release_key : str
    count : int
        What it holds: rows, places...

    Returns
    -------
    Reference
        Of the ciphertext, with `count`.

    Raises
    ------
    NotAcceptable
        The release key is none.
    OSError
        Reading or writing failed.
    """
    recipient = _identity(release_key).to_public()
    if isinstance(source, bytes):
        digest, length = hashlib.sha256(source).hexdigest(), len(source)
        rest: BinaryIO = io.BytesIO(source)
        return _seal(_Headed(_first(length, digest), rest), sink, recipient, count)
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        first = _first(file.tell(), digest)
        file.seek(0)
        return _seal(_Headed(first, file), sink, recipient, count)


def unseal(
    path: Path, reference: Reference, release_key: str, sink: BinaryIO
) -> Reference:
    """Decrypt a blob that passed `verify_blob`; memory does not grow with it.

    Parameters
    ----------
    path : Path
    reference : Reference
        Of the ciphertext.
    release_key : str
    sink : binary file
        Private. What was written counts only once this returns.

    Returns
    -------
    Reference
        Of the plaintext, with the same count.

    Raises
    ------
    NotAcceptable
        The key does not open it, it is cut short, or what is inside is not what its
        own first line says.
    OSError
        Reading or writing failed.
    """
    inside = _InsideSink(sink)
    with path.open("rb") as file:
        if _HEADER_ENDS not in file.read(_MOST_HEADER):
            # The library would take all of an endless header into memory.
            raise NotAcceptable(f"the file {path.name[:16]}... is none of age's")
        file.seek(0)
        try:
            pyrage.decrypt_io(file, inside, [_identity(release_key)])
        except (pyrage.DecryptError, OSError) as error:
            if getattr(error, "errno", None) is not None:
                raise  # the disk's, not the cipher's
            raise NotAcceptable(
                f"the file {path.name[:16]}... does not open with the release's key: "
                f"{error}",
                hint=_AGAIN,
            ) from error
    return inside.reference(reference.count)


def opens(path: Path, release_key: str) -> bool:
    """Return whether a release key opens a blob, as far as its beginning tells.

    Raises
    ------
    OSError
        Reading failed.
    """
    begun = _Begun()
    with path.open("rb") as file:
        if _HEADER_ENDS not in file.read(_MOST_HEADER):
            return False
        file.seek(0)
        try:
            pyrage.decrypt_io(file, begun, [_identity(release_key)])
        except (pyrage.DecryptError, NotAcceptable, OSError) as error:
            if not begun.is_open and getattr(error, "errno", None) is not None:
                raise  # the disk's, not the cipher's
    return begun.is_open


def lock_key(
    release_key: str, bound: Mapping[str, Any], recipients: Mapping[str, str]
) -> bytes:
    """Return a keys blob: the release key for some parties and nobody else.

    Parameters
    ----------
    release_key : str
    bound : mapping
        To what the key is bound, as plain JSON values: 'log', 'dataset'...
    recipients : mapping of party to str
        Each one's `recipient` ('age1...').

    Raises
    ------
    NotAcceptable
        There is no recipient, or one is none of age.
    """
    if not recipients:
        raise NotAcceptable("a release's key needs somebody to read it")
    remark = _BOUND + rfc8785.dumps(dict(bound))
    content = remark + b"\n" + str(_identity(release_key)).encode() + b"\n"
    chosen = [_recipient(text, f"of {party!r}") for party, text in recipients.items()]
    locked: bytes = pyrage.encrypt(content, chosen)
    return locked


def unlock_key(content: bytes, identities: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Return the release key in a keys blob, and to what it is bound.

    Parameters
    ----------
    content : bytes
        The blob, which passed `verify_blob`.
    identities : sequence of str
        A reader's secret keys, as `read_identities` returns them.

    Raises
    ------
    NotAcceptable
        None of them opens it, or what is inside is no bound release key.
    """
    known = [_identity(one) for one in identities]
    try:
        inside = pyrage.decrypt(content, known)
    except (pyrage.DecryptError, OSError) as error:
        raise NotAcceptable(
            f"the release's key does not open with the key of this party: {error}",
            hint="ask the owner for a grant to the recipient on your present card",
        ) from error
    remark, _, rest = inside.partition(b"\n")
    try:
        bound = json.loads(remark.removeprefix(_BOUND))
        (key,) = read_identities(rest.decode())
        if remark == _BOUND + rfc8785.dumps(bound) and isinstance(bound, dict):
            return key, bound
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        pass  # told below, as every other form is
    raise NotAcceptable("the keys blob holds no release key", hint=_AGAIN)


def _first(length: int, digest: str) -> bytes:
    return b"%s %d %s\n" % (_MARK, length, digest.encode())


def _seal(
    source: _Headed, sink: BinaryIO, recipient: pyrage.x25519.Recipient, count: int
) -> Reference:
    hashing = HashingSink(sink)
    kept = _KeptError(hashing)
    try:
        pyrage.encrypt_io(source, kept, [recipient])
    except pyrage.EncryptError as error:
        # The library tells in words alone what a file raised.
        raise kept.error or OSError(str(error)) from error
    return hashing.reference(count)


class _Headed(io.RawIOBase):
    """A first line, then a file."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        first, self._first = self._first, b""
        return first or self._rest.read(size)


class _KeptError(io.RawIOBase):
    """Passes bytes on, and keeps the error that stopped it."""

    def __init__(self, sink: HashingSink) -> None:
        self._sink = sink
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        try:
            return self._sink.write(content)
        except OSError as error:
            self.error = error
            raise


class _Begun(io.RawIOBase):
    """Notes that something came out, and takes no more of it."""

    is_open = False

    def writable(self) -> bool:
        return True

    def write(self, _content: Any) -> int:
        self.is_open = True
        raise OSError("enough")


class _InsideSink(io.RawIOBase):
    """Takes what was decrypted: keeps the first line, passes the rest on, checks it."""

    def __init__(self, sink: BinaryIO) -> None:
        self._rest = HashingSink(sink)
        self._first: bytes = b""
        self._said: tuple[int, str] | None = None

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        rest = bytes(content)
        if self._said is None:
            self._first += rest
            line, newline, rest = self._first.partition(b"\n")
            if not newline and len(self._first) <= _LONGEST:
                return len(content)
            self._said = self._read_first(line)
        if self._rest.tell() + len(rest) > self._said[0]:
            raise NotAcceptable("more is inside than its first line says", hint=_AGAIN)
        if rest:
            self._rest.write(rest)
        return len(content)

    def reference(self, count: int) -> Reference:
        """Return what came, once it is what the first line says."""
        found = self._rest.reference(count)
        if self._said != (found.bytes, found.sha256):
            raise NotAcceptable(
                "what is inside is not what its first line says", hint=_AGAIN
            )
        return found

    def _read_first(self, line: bytes) -> tuple[int, str]:
        said = _INSIDE.fullmatch(line)
        if said is None:
            raise NotAcceptable("it does not begin as a sealed blob does", hint=_AGAIN)
        return int(said[1]), said[2].decode()


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        # Without the text: it is a secret.
        raise NotAcceptable("a secret key of age is damaged") from error


def _recipient(text: str, at: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise NotAcceptable(
            f"the recipient {at} is not one of age: {text!r:.80}",
            hint="ask the party for its present card",
        ) from error
