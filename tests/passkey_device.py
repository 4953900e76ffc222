"""A device that makes passkeys, in software: what a browser and its key do together.

W3C Web Authentication Level 3: authenticator data in section 6.1, attested credentials
in 6.5.2, no attestation in 8.7, client data in 5.8.1.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def to_base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One device with one passkey, and the browser that asks it.

    Attributes
    ----------
    origin : str
        Of the page that the browser shows.
    flags : int
        Whether the user was present, and verified.
    """

    origin: str
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""

    def make(self, options: dict) -> str:
        """Answer `navigator.credentials.create()`."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1}
        public |= {-2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(public)
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        made = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor2.dumps(made),
        )

    def sign(self, options: dict, key=None) -> str:
        """Answer `navigator.credentials.get()`."""
        self.counter += 1
        data = self._data(options["rpId"])
        client = self._client("webauthn.get", options)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=(key or self.key).sign(signed, ec.ECDSA(SHA256())),
            userHandle=from_base64(self.handle),
        )

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = bytes([self.flags | more])
        return hashlib.sha256(host.encode()).digest() + flags + self.counter.to_bytes(4)

    def _client(self, kind: str, options: dict) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**told, "crossOrigin": False}).encode()

    def _answer(self, **response: bytes) -> str:
        name = to_base64(self.id)
        told = {key: to_base64(one) for key, one in response.items()}
        shown = {"id": name, "rawId": name, "type": "public-key", "response": told}
        return json.dumps(shown)
