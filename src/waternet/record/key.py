"""Ed25519 keys with a name: what signs notes, and what checks them.

References
----------
C2SP signed-note v1 (c2sp.org/signed-note), signature type 0x01; RFC 8032; RFC 4648,
section 4.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from waternet.errors import NotAcceptable, NotVerified

__all__ = [
    "Signer",
    "Verifier",
    "from_base64",
    "generate_signer",
    "split_key",
    "to_base64",
    "verify_key_name",
]

_ED25519 = b"\x01"
_KEPT = 256  # keys
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
        verify_key_name(self.name)
        if len(self.key) != 32:
            raise NotAcceptable(
                f"an Ed25519 key has 32 bytes, that of {self.name!r} {len(self.key)}"
            )

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, tell which key signed."""
        return _key_id(self.name, self.key)

    def verify(self, text: bytes, signature: bytes) -> None:
        """Raise `NotVerified` unless this key made `signature` over `text`."""
        try:
            _public_key(self.key).verify(signature, text)
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
        return _read_verifier(text)


# A log is signed by few keys, and each entry asks for one of them.
@lru_cache(_KEPT)
def _read_verifier(text: str) -> Verifier:
    name, key_id, key = split_key(text, "verifier key")
    verifier = Verifier(name, key)
    if verifier.key_id != key_id:
        raise NotAcceptable(f"the verifier key of {name!r} is damaged")
    return verifier


@lru_cache(_KEPT)
def _key_id(name: str, key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + key).digest()[:4]


@lru_cache(_KEPT)
def _public_key(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)


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
        verify_key_name(self.name)
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
        name, key_id, seed = split_key(text.removeprefix("PRIVATE+KEY+"), "signing key")
        signer = cls(name, seed)
        if signer.verifier.key_id != key_id:
            raise NotAcceptable(f"the signing key of {name!r} is damaged")
        return signer


def generate_signer(name: str) -> Signer:
    """Make a fresh key with the operating system's random numbers."""
    return Signer(name, Ed25519PrivateKey.generate().private_bytes_raw())


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


def verify_key_name(name: str) -> None:
    """Raise `NotAcceptable` unless `name` can stand in a signature line."""
    spaced = any(character.isspace() or character < " " for character in name)
    if not name or spaced or "+" in name:
        raise NotAcceptable(
            f"{name[:80]!r} cannot be a key's name",
            hint="no spaces, no '+', for example 'water.example.org/log'",
        )


def split_key(text: str, what: str, kind: bytes = _ED25519) -> tuple[str, bytes, bytes]:
    """Return name, key id and key of ``name+hash+key``; the key id is not yet checked.

    Parameters
    ----------
    text : str
    what : str
        What it should be, for the message; which never shows the key.
    kind : bytes, (1,)
        The signature type: 0x01 for notes, 0x04 for cosignatures.

    Raises
    ------
    NotAcceptable
        It is not of that form, or of another type.
    """
    match = _KEY.fullmatch(text)
    if match is None:
        raise NotAcceptable(f"not a {what}: expected name, hash and key joined by '+'")
    name, key_id, encoded = match.groups()
    try:
        content = from_base64(encoded)
    except NotAcceptable:
        # Without its cause: that message would show the key.
        raise NotAcceptable(f"the {what} of {name!r} is damaged") from None
    if content[:1] != kind:
        raise NotAcceptable(f"the {what} of {name!r} is not of type 0x{kind.hex()}")
    return name, bytes.fromhex(key_id), content[1:]
