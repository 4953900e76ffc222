"""Signed notes: a text with the Ed25519 signatures of named keys below it.

References
----------
C2SP signed-note v1 (c2sp.org/signed-note), signature type 0x01; RFC 8032.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.key import (
    Signer,
    Verifier,
    from_base64,
    generate_signer,
    to_base64,
    verify_key_name,
)

__all__ = [
    "MOST_SIGNATURES",
    "MOST_TEXT",
    "Note",
    "Signature",
    "Signer",
    "Verifier",
    "from_base64",
    "generate_signer",
    "read_note",
    "sign_note",
    "to_base64",
    "verify_note",
]

MOST_TEXT = 1_000_000  # bytes
MOST_SIGNATURES = 100
# A post-quantum signature has nearly 5,000 bytes, and a note may carry unknown ones.
_MOST_SIGNATURE_BYTES = MOST_SIGNATURES * 8_000
_DASH = "\u2014 "
_CONTROLS = re.compile(rb"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note.

    Attributes
    ----------
    name : str
    key_id : bytes, (4,)
    signature : bytes, (n,) with n >= 1
        64 bytes for Ed25519; other lengths belong to types that are not read here.
    """

    name: str
    key_id: bytes
    signature: bytes

    def to_line(self) -> str:
        """Return the line, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note's file."""
        lines = (signature.to_line() for signature in self.signatures)
        return f"{self.text}\n{''.join(lines)}".encode()


def sign_note(text: str, *signers: Signer) -> bytes:
    r"""Sign `text` with every signer, in their order.

    Raises
    ------
    NotAcceptable
        The text does not end in a newline, or holds what a note may not.

    Examples
    --------
    >>> signer = generate_signer("example.org/log")
    >>> signed = sign_note("hello\n", signer)
    >>> verify_note(signed, [signer.verifier]).text
    'hello\n'
    """
    encoded = _encoded(text)
    if not 1 <= len(signers) <= MOST_SIGNATURES:
        raise NotAcceptable(f"a note has 1 to {MOST_SIGNATURES} signatures")
    signatures = tuple(
        Signature(signer.name, signer.verifier.key_id, signer.sign(encoded))
        for signer in signers
    )
    return Note(text, signatures).to_bytes()


def read_note(signed: bytes) -> Note:
    """Take a note apart. Its text means nothing until `verify_note` has passed.

    Raises
    ------
    NotAcceptable
        It is not a signed note, or larger than allowed.
    """
    if len(signed) > MOST_TEXT + _MOST_SIGNATURE_BYTES:
        raise NotAcceptable(f"a note of {len(signed)} bytes is larger than allowed")
    text, blank, below = signed.rpartition(b"\n\n")
    if not blank or not below.endswith(b"\n"):
        raise NotAcceptable("not a signed note: no blank line with signatures below it")
    _verify_plain(text + b"\n")
    try:
        lines = below[:-1].decode().split("\n")
    except UnicodeDecodeError as error:
        raise NotAcceptable("a signature line of the note is not UTF-8") from error
    if len(lines) > MOST_SIGNATURES:
        raise NotAcceptable(f"a note has at most {MOST_SIGNATURES} signatures")
    return Note((text + b"\n").decode(), tuple(_read_line(line) for line in lines))


def verify_note(signed: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Return the note if a known key signed it and no known key's signature is false.

    Signatures by keys that are not among `verifiers` are passed over.

    Raises
    ------
    NotVerified
        No known key signed it, or a signature by a known key is false.
    NotAcceptable
        It is not a signed note.
    """
    note = read_note(signed)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    encoded = note.text.encode()
    verified = 0
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier:
            verifier.verify(encoded, signature.signature)
            verified += 1
    if not verified:
        wanted = ", ".join(sorted({name for name, _ in known})) or "nobody"
        raise NotVerified(
            f"expected a signature by {wanted}, found one by "
            + ", ".join(signature.name for signature in note.signatures),
            hint="check that you hold the party's present card",
        )
    return note


def _read_line(line: str) -> Signature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise NotAcceptable(f"{line[:80]!r} is not a signature line of a note")
    name, encoded = parts
    verify_key_name(name)
    content = from_base64(encoded)
    if len(content) < 5:
        raise NotAcceptable(f"the signature by {name!r} is too short")
    return Signature(name, content[:4], content[4:])


def _encoded(text: str) -> bytes:
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise NotAcceptable("the text of a note must be valid Unicode") from error
    if not encoded.endswith(b"\n"):
        raise NotAcceptable("the text of a note must end in a newline")
    _verify_plain(encoded)
    return encoded


def _verify_plain(text: bytes) -> None:
    if len(text) > MOST_TEXT:
        raise NotAcceptable(f"a note's text has at most {MOST_TEXT} bytes")
    control = _CONTROLS.search(text)
    if control:
        raise NotAcceptable(
            f"a note holds no control characters, this one {control[0]!r} "
            f"at byte {control.start()}"
        )
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"a note is UTF-8: {error}") from error
