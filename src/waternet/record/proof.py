"""Portable proofs: that a log holds an entry, and that witnesses saw it do so.

A proof is one small text file. With a policy it is checked offline; whoever checks it
asks neither the log nor the party.

References
----------
C2SP tlog-proof v1 (c2sp.org/tlog-proof); RFC 6962, section 2.1.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from waternet.errors import NotAcceptable
from waternet.record.checkpoint import read_checkpoint
from waternet.record.fields import LARGEST_INTEGER
from waternet.record.key import from_base64, to_base64
from waternet.record.note import read_note
from waternet.record.policy import Cosigned, Policy, verify_cosigned
from waternet.record.tree import HASH_SIZE, verify_inclusion

__all__ = [
    "MOST_EXTRA",
    "MOST_PROOF",
    "PROOF_HEADER",
    "Proof",
    "read_proof",
    "verify_proof",
]

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
MOST_EXTRA = 12 << 20  # bytes
MOST_PROOF = 18 << 20  # bytes: the extra data in base64, and a note of any size
_MOST_HASHES = 64  # a log of 2**53 entries needs 53
_INDEX = re.compile(rb"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof's file says; it means nothing until `verify_proof` has passed.

    Attributes
    ----------
    index : int
        Of the entry in the log, from 0.
    hashes : tuple of bytes, each (32,)
        From the entry's neighbour upwards.
    checkpoint : bytes
        The signed checkpoint, with its cosignatures.
    extra : bytes or None
        Further data, which nothing in the proof vouches for.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= LARGEST_INTEGER:
            raise NotAcceptable(f"a proof is not about entry {self.index}")
        if len(self.hashes) > _MOST_HASHES:
            raise NotAcceptable(f"a proof has at most {_MOST_HASHES} hashes")
        for found in self.hashes:
            if len(found) != HASH_SIZE:
                raise NotAcceptable(
                    f"a hash of a proof has {HASH_SIZE} bytes, one has {len(found)}"
                )
        if self.extra is not None and not 0 < len(self.extra) <= MOST_EXTRA:
            raise NotAcceptable(
                f"a proof carries 1 to {MOST_EXTRA} bytes of extra data, not "
                f"{len(self.extra)}"
            )
        read_checkpoint(read_note(self.checkpoint).text)

    def to_bytes(self) -> bytes:
        """Return the proof's file."""
        lines = [PROOF_HEADER]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines += [f"index {self.index}", *map(to_base64, self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


def read_proof(written: bytes) -> Proof:
    """Read a proof's file.

    Raises
    ------
    NotAcceptable
        It is not a proof; the message says which line.
    """
    if len(written) > MOST_PROOF:
        raise NotAcceptable(
            f"a proof has at most {MOST_PROOF} bytes, this file {len(written)}"
        )
    above, blank, checkpoint = written.partition(b"\n\n")
    header, *lines = above.split(b"\n", _MOST_HASHES + 3)
    if header != PROOF_HEADER.encode() or not blank:
        raise NotAcceptable(
            f"not a proof: expected {PROOF_HEADER!r} in its first line, and an empty "
            "line before the checkpoint"
        )
    extra = None
    if lines and lines[0].startswith(b"extra "):
        extra = _decoded(lines.pop(0).removeprefix(b"extra "), "the line 'extra'")
    keyword, space, index = (lines.pop(0) if lines else b"").partition(b" ")
    if keyword + space != b"index " or not _INDEX.fullmatch(index):
        raise NotAcceptable("a proof has a line 'index' with the number of an entry")
    hashes = tuple(
        _decoded(line, f"hash {number} of the proof")
        for number, line in enumerate(lines, 1)
    )
    return Proof(int(index), hashes, checkpoint, extra)


def verify_proof(proof: Proof, leaf: bytes, policy: Policy, now: int) -> Cosigned:
    """Return the head that shows an entry to be in a log of the policy.

    Parameters
    ----------
    proof : Proof
    leaf : bytes, (32,)
        The entry's hash, from `leaf_hash`.
    policy : Policy
    now : int
        Seconds since 1970, UTC, by the reader's clock.

    Returns
    -------
    Cosigned
        Whether the quorum is met stands in it: without that, only the log vouches for
        the head, and may have shown another to others.

    Raises
    ------
    NotVerified
        No log of the policy signed the head, a signature is false, or the entry is not
        the one at that place in the log.
    """
    cosigned = verify_cosigned(policy, proof.checkpoint, now)
    head = cosigned.checkpoint
    verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root)
    return cosigned


def _decoded(line: bytes, what: str) -> bytes:
    try:
        return from_base64(line.decode("ascii"))
    except (UnicodeDecodeError, NotAcceptable) as error:
        raise NotAcceptable(f"{what} is not base64") from error
