"""Cosignatures: a witness states when it saw a log at this head, and no other.

A witness cosigns a checkpoint only where it continues all that it cosigned before.
Its signature stands as one more line below the checkpoint, with the time in it.

References
----------
C2SP tlog-cosignature, Ed25519 ``cosignature/v1``, signature type 0x04
(c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.key import (
    Signer,
    Verifier,
    generate_signer,
    split_key,
    to_base64,
)
from waternet.record.note import Note, Signature, read_note

__all__ = [
    "WitnessSigner",
    "WitnessVerifier",
    "add_signatures",
    "cosigned_times",
    "generate_witness_signer",
]

_COSIGNATURE = b"\x04"
_TIME_SIZE, _SIGNATURE_SIZE = 8, 64  # bytes
_LATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WitnessVerifier:
    """What checks the cosignatures of one witness.

    Attributes
    ----------
    name : str
    key : bytes, (32,)
        The Ed25519 public key.
    """

    name: str
    key: bytes

    def __post_init__(self) -> None:
        Verifier(self.name, self.key)  # the same rules for names and sizes

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, tell which witness cosigned."""
        hashed = self.name.encode() + b"\n" + _COSIGNATURE + self.key
        return sha256(hashed).digest()[:4]

    def verify(self, text: str, signature: bytes) -> int:
        """Return when this witness cosigned the checkpoint.

        Parameters
        ----------
        text : str
            Of the checkpoint, as it is signed.
        signature : bytes, (72,)
            The time and the Ed25519 signature.

        Returns
        -------
        int
            Seconds since 1970, UTC.

        Raises
        ------
        NotVerified
            It did not.
        """
        if len(signature) != _TIME_SIZE + _SIGNATURE_SIZE:
            raise NotVerified(f"a cosignature by {self.name!r} is not 72 bytes long")
        seconds = int.from_bytes(signature[:_TIME_SIZE], "big")
        if not 0 < seconds <= _LATEST:
            raise NotVerified(f"a cosignature by {self.name!r} has no time")
        message = _cosigned_message(text, seconds)
        Verifier(self.name, self.key).verify(message, signature[_TIME_SIZE:])
        return seconds

    def to_text(self) -> str:
        """Return the verifier key ``name+hash+key``, to be handed to others."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_COSIGNATURE + self.key)}"

    @classmethod
    def from_text(cls, text: str) -> WitnessVerifier:
        """Read a witness's verifier key.

        Raises
        ------
        NotAcceptable
            It is damaged or of another type than 0x04.
        """
        name, key_id, key = split_key(text, "witness key", _COSIGNATURE)
        verifier = cls(name, key)
        if verifier.key_id != key_id:
            raise NotAcceptable(f"the witness key of {name!r} is damaged")
        return verifier


@dataclass(frozen=True, slots=True)
class WitnessSigner:
    """What cosigns in the name of one witness; never printed."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        Signer(self.name, self.seed)  # the same rules for names and sizes

    @property
    def verifier(self) -> WitnessVerifier:
        """What checks this witness's cosignatures."""
        return WitnessVerifier(self.name, Signer(self.name, self.seed).verifier.key)

    def cosign(self, text: str, seconds: int) -> Signature:
        """Return the line that states: at that time, the log stood at this head.

        Parameters
        ----------
        text : str
            Of the checkpoint, as it is signed.
        seconds : int
            Since 1970, UTC; at least 1.
        """
        signature = Signer(self.name, self.seed).sign(_cosigned_message(text, seconds))
        stamped = seconds.to_bytes(_TIME_SIZE, "big") + signature
        return Signature(self.name, self.verifier.key_id, stamped)

    def to_text(self) -> str:
        """Return the secret ``PRIVATE+KEY+name+hash+key``."""
        key = to_base64(_COSIGNATURE + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{key}"

    @classmethod
    def from_text(cls, text: str) -> WitnessSigner:
        """Read what `to_text` wrote.

        Raises
        ------
        NotAcceptable
            It is not a witness's signing key, or damaged; the message never shows it.
        """
        if not text.startswith("PRIVATE+KEY+"):
            raise NotAcceptable("expected a signing key 'PRIVATE+KEY+name+hash+key'")
        written = text.removeprefix("PRIVATE+KEY+")
        name, key_id, seed = split_key(written, "witness signing key", _COSIGNATURE)
        signer = cls(name, seed)
        if signer.verifier.key_id != key_id:
            raise NotAcceptable(f"the witness signing key of {name!r} is damaged")
        return signer


def generate_witness_signer(name: str) -> WitnessSigner:
    """Make a fresh key with the operating system's random numbers."""
    return WitnessSigner(name, generate_signer(name).seed)


def cosigned_times(
    signed: bytes, witnesses: Iterable[WitnessVerifier]
) -> dict[str, int]:
    """Return when each known witness cosigned a checkpoint, by its key's name.

    Parameters
    ----------
    signed : bytes
        The checkpoint with all its signatures.
    witnesses : iterable of WitnessVerifier
        Cosignatures by others are passed over.

    Returns
    -------
    dict of str to int
        Seconds since 1970, UTC; the latest where one witness cosigned it twice.

    Raises
    ------
    NotVerified
        A cosignature that names a known witness was not made by it.
    NotAcceptable
        It is not a signed note.
    """
    note = read_note(signed)
    known = {(one.name, one.key_id): one for one in witnesses}
    times: dict[str, int] = {}
    for line in note.signatures:
        witness = known.get((line.name, line.key_id))
        if witness:
            seconds = witness.verify(note.text, line.signature)
            times[witness.name] = max(seconds, times.get(witness.name, 0))
    return times


def add_signatures(signed: bytes, lines: Iterable[Signature]) -> bytes:
    """Return a note with more signature lines; a key's newer line replaces its older.

    The first signature, which is the log's own, stays where it is.
    """
    note = read_note(signed)
    by_key = {(line.name, line.key_id): line for line in note.signatures}
    for line in lines:
        by_key[line.name, line.key_id] = line
    return Note(note.text, tuple(by_key.values())).to_bytes()


def _cosigned_message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
