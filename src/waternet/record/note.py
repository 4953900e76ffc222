"""Signed notes: a text with the Ed25519 signatures of named keys below it.

References
----------
C2SP signed-note v1 (c2sp.org/signed-note), signature type 0x01; RFC 8032.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from waternet.errors import NotAcceptable, NotVerified

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
_ED25519 = b"\x01"
_DASH = "\u2014 "
_CONTROLS = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_KEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class Verifier:
    """What checks the signatures of one key.

    Attributes
    ----------
    name : str
        The key's name, by habit a URL without its scheme.
    key : bytes, (32,)
        The Ed25519 public key.

    Examples
    --------
    >>> text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    >>> Verifier.from_text(text).name
    'example.com/foo'
    """

    name: str
    key: bytes

    def __post_init__(self) -> None:
        _verify_name(self.name)
        if len(self.key) != 32:
            raise NotAcceptable(
                f"an Ed25519 key has 32 bytes, that of {self.name!r} {len(self.key)}"
            )

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, tell which key signed."""
        hashed = self.name.encode() + b"\n" + _ED25519 + self.key
        return sha256(hashed).digest()[:4]

    def verify(self, text: bytes, signature: bytes) -> None:
        """Raise `NotVerified` unless this key made `signature` over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except (InvalidSignature, ValueError) as error:
            raise NotVerified(
                f"a signature that names the key {self.name!r} was not made by it",
                hint="what was signed has been altered, or somebody else signed it",
            ) from error

    def to_text(self) -> str:
        """Return the verifier key ``name+hash+key``, to be handed to others."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.key)}"

    @classmethod
    def from_text(cls, text: str) -> Verifier:
        """Read a verifier key.

        Raises
        ------
        NotAcceptable
            It is damaged or of another type than Ed25519.
        """
        name, key_id, key = _split_key(text, "verifier key")
        verifier = cls(name, key)
        if verifier.key_id != key_id:
            raise NotAcceptable(f"the verifier key of {name!r} is damaged")
        return verifier


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs in the name of one key; never printed.

    Attributes
    ----------
    name : str
    seed : bytes, (32,)
        The Ed25519 private key of RFC 8032.
    """

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _verify_name(self.name)
        if len(self.seed) != 32:
            raise NotAcceptable(f"the signing key of {self.name!r} is damaged")

    @property
    def verifier(self) -> Verifier:
        """What checks this key's signatures."""
        return Verifier(self.name, self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, text: bytes) -> bytes:
        """Return the signature over `text`, (64,)."""
        return self._private.sign(text)

    def to_text(self) -> str:
        """Return the secret ``PRIVATE+KEY+name+hash+key``."""
        key = to_base64(_ED25519 + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{key}"

    @classmethod
    def from_text(cls, text: str) -> Signer:
        """Read what `to_text` wrote.

        Raises
        ------
        NotAcceptable
            It is not a signing key, or damaged; the message never shows it.
        """
        if not text.startswith("PRIVATE+KEY+"):
            raise NotAcceptable("expected a signing key 'PRIVATE+KEY+name+hash+key'")
        name, key_id, seed = _split_key(
            text.removeprefix("PRIVATE+KEY+"), "signing key"
        )
        signer = cls(name, seed)
        if signer.verifier.key_id != key_id:
            raise NotAcceptable(f"the signing key of {name!r} is damaged")
        return signer


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


def generate_signer(name: str) -> Signer:
    """Make a fresh key with the operating system's random numbers."""
    return Signer(name, Ed25519PrivateKey.generate().private_bytes_raw())


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


def to_base64(content: bytes) -> str:
    """Return `content` in the standard base64 of RFC 4648, section 4."""
    return b64encode(content).decode()


def from_base64(text: str) -> bytes:
    """Read standard base64 in its only correct spelling.

    Raises
    ------
    NotAcceptable
        It is not base64, or spelt otherwise than `to_base64` would.
    """
    try:
        content = a2b_base64(text, strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise NotAcceptable(f"{text[:80]!r} is not base64") from error
    if to_base64(content) != text:
        raise NotAcceptable(f"{text[:80]!r} is base64 with stray bits")
    return content


def _read_line(line: str) -> Signature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise NotAcceptable(f"{line[:80]!r} is not a signature line of a note")
    name, encoded = parts
    _verify_name(name)
    content = from_base64(encoded)
    if len(content) < 5:
        raise NotAcceptable(f"the signature by {name!r} is too short")
    return Signature(name, content[:4], content[4:])


def _split_key(text: str, what: str) -> tuple[str, bytes, bytes]:
    match = _KEY.fullmatch(text)
    if match is None:
        raise NotAcceptable(f"not a {what}: expected name, hash and key joined by '+'")
    name, key_id, encoded = match.groups()
    try:
        content = from_base64(encoded)
    except NotAcceptable:
        # Without its cause: that message would show the key.
        raise NotAcceptable(f"the {what} of {name!r} is damaged") from None
    if content[:1] != _ED25519:
        raise NotAcceptable(f"the {what} of {name!r} is not of type Ed25519 (0x01)")
    return name, bytes.fromhex(key_id), content[1:]


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


def _verify_name(name: str) -> None:
    spaced = any(character.isspace() or character < " " for character in name)
    if not name or spaced or "+" in name:
        raise NotAcceptable(
            f"{name[:80]!r} cannot be a key's name",
            hint="no spaces, no '+', for example 'water.example.org/log'",
        )
