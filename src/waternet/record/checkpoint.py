"""Checkpoints: how long a log is and what its Merkle tree hashes to, signed.

References
----------
C2SP tlog-checkpoint v1 (c2sp.org/tlog-checkpoint).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.fields import LARGEST_INTEGER
from waternet.record.note import (
    Signer,
    Verifier,
    from_base64,
    sign_note,
    to_base64,
    verify_note,
)
from waternet.record.tree import EMPTY_ROOT, HASH_SIZE

__all__ = [
    "Checkpoint",
    "read_checkpoint",
    "sign_checkpoint",
    "verify_checkpoint",
]


_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's head.

    Attributes
    ----------
    origin : str
        Which log: one line, unique among all logs.
    size : int
        Entries in it.
    root : bytes, (32,)
        The root of the Merkle tree over them.
    extensions : tuple of str
        Further lines, of which nothing is known. Waternet writes none, and keeps
        those that another log wrote.

    Examples
    --------
    >>> print(Checkpoint("water.example/log", 0, EMPTY_ROOT).to_text(), end="")
    water.example/log
    0
    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise NotAcceptable(f"{line!r} is not one line of a checkpoint")
        if not 0 <= self.size <= LARGEST_INTEGER:
            raise NotAcceptable(f"a log cannot have {self.size} entries")
        if len(self.root) != HASH_SIZE:
            raise NotAcceptable(f"the root of {self.origin!r} is not {HASH_SIZE} bytes")
        if not self.size and self.root != EMPTY_ROOT:
            raise NotAcceptable(f"{self.origin!r} is empty but its root is not")

    def to_text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text. It means nothing until its signature is verified.

    Raises
    ------
    NotAcceptable
        It is not the text of a checkpoint.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop():
        raise NotAcceptable("a checkpoint has three lines: origin, size and root")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise NotAcceptable(f"{size[:40]!r} is not the size of a log")
    return Checkpoint(origin, int(size), from_base64(root), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Sign a checkpoint with the log's key, whose name is the log's origin.

    Raises
    ------
    NotAcceptable
        The key is of another log.
    """
    if signer.name != checkpoint.origin:
        raise NotAcceptable(
            f"the key {signer.name!r} cannot sign for the log {checkpoint.origin!r}"
        )
    return sign_note(checkpoint.to_text(), signer)


def verify_checkpoint(signed: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint if a key of the log signed it.

    Signatures by others, such as witnesses, are passed over.

    Parameters
    ----------
    signed : bytes
    verifiers : sequence of Verifier
        The log's, at least one; their name is the origin expected.

    Raises
    ------
    NotVerified
        The log did not sign it, or it is about another log.
    NotAcceptable
        It is not a signed checkpoint.
    """
    checkpoint = read_checkpoint(verify_note(signed, verifiers).text)
    if checkpoint.origin != verifiers[0].name:
        raise NotVerified(
            f"expected a checkpoint of {verifiers[0].name!r}, got one of "
            f"{checkpoint.origin!r}"
        )
    return checkpoint
