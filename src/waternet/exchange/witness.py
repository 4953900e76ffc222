"""What a witness is asked, and what it answers: the tlog-witness ``add-checkpoint``.

A log sends its new head with a proof that it continues the one which the witness
cosigned last; the witness cosigns it, or says why not. Nothing here reads or writes a
file: who asks is told what to answer, and keeps what was cosigned.

References
----------
C2SP tlog-witness (c2sp.org/tlog-witness).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.checkpoint import read_checkpoint
from waternet.record.note import (
    Note,
    Verifier,
    from_base64,
    read_note,
    to_base64,
    verify_note,
)
from waternet.record.tree import EMPTY_ROOT, HASH_SIZE, verify_consistency

__all__ = [
    "LARGEST_SUBMISSION",
    "Answer",
    "Seen",
    "Submission",
    "judge_growth",
    "judge_signature",
    "log_signed",
    "read_submission",
    "witness_path",
    "write_submission",
]

LARGEST_SUBMISSION = 1 << 16  # bytes; a head with 100 cosignatures has some 15,000
_MOST_PROOF = 63  # lines: more than any tree of 2^53 entries needs
_OLD = re.compile(rb"old (0|[1-9][0-9]{0,15})")
_SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Submission:
    """A head that a log wants cosigned. Nothing of it is verified yet.

    Attributes
    ----------
    old : int
        The size from which its proof leads.
    proof : tuple of bytes
    origin : str
    size : int
    root : bytes, (32,)
    signed : bytes
        The checkpoint with all its signatures.
    """

    old: int
    proof: tuple[bytes, ...]
    origin: str
    size: int
    root: bytes
    signed: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """The head beside or below which nothing is cosigned; of an unseen log, size 0."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a log: an HTTP status with its text."""

    status: int
    text: str
    media_type: str = "text/plain; charset=utf-8"


def read_submission(body: bytes) -> Submission:
    """Read the body of a request.

    Raises
    ------
    NotAcceptable
        It is not of the form that tlog-witness prescribes: answer 400.
    """
    if len(body) > LARGEST_SUBMISSION:
        raise NotAcceptable(f"a request has at most {LARGEST_SUBMISSION} bytes")
    above, blank, signed = body.partition(b"\n\n")
    first, *lines = above.split(b"\n")
    old = _OLD.fullmatch(first)
    if not blank or old is None:
        raise NotAcceptable("expected 'old SIZE', a proof and an empty line first")
    if len(lines) > _MOST_PROOF:
        raise NotAcceptable(f"a proof has at most {_MOST_PROOF} lines")
    text, _blank, _signatures = signed.rpartition(b"\n\n")
    try:
        origin, size, root = _claimed(text.decode() + "\n")
    except UnicodeDecodeError as error:
        raise NotAcceptable("a checkpoint is UTF-8") from error
    return Submission(
        int(old[1]), tuple(map(_read_hash, lines)), origin, size, root, signed
    )


def write_submission(old: int, proof: Sequence[bytes], signed: bytes) -> bytes:
    r"""Return the body of a request.

    Parameters
    ----------
    old : int
        The size that the witness cosigned last; 0 where it cosigned none.
    proof : sequence of bytes
        From there to the head; empty where `old` is 0.
    signed : bytes
        The checkpoint with its signatures.

    Examples
    --------
    >>> write_submission(0, [], b"checkpoint").split(b"\n")
    [b'old 0', b'', b'checkpoint']
    """
    lines = [f"old {old}", *map(to_base64, proof)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + signed


def judge_signature(asked: Submission, verifiers: Sequence[Verifier]) -> Answer | None:
    """Return why a head is not to be looked at, or None where the log signed it.

    Parameters
    ----------
    asked : Submission
    verifiers : sequence of Verifier
        Of the log, at that size; none where the log is not known here.

    Returns
    -------
    Answer or None
        404, 403 or 400.
    """
    if not verifiers:
        return Answer(404, f"unknown log: nothing is known here of {asked.origin}\n")
    try:
        verify_note(asked.signed, verifiers)
    except (NotVerified, NotAcceptable) as error:  # false, or not a signature at all
        return Answer(403, f"invalid signature: {error}\n")
    if asked.old > asked.size:
        told = f"old {asked.old} is more than the {asked.size} of the checkpoint\n"
        return Answer(400, told)
    return None


def judge_growth(asked: Submission, seen: Seen) -> Answer | None:
    """Return why a head that the log signed is not cosigned, or None where it is.

    Parameters
    ----------
    asked : Submission
    seen : Seen
        The newest head of that log that this witness ever accepted.

    Returns
    -------
    Answer or None
        409 or 422.
    """
    if asked.old != seen.size:
        return Answer(409, f"{seen.size}\n", _SIZE_TYPE)
    try:
        _verify_growth(asked, seen)
    except NotVerified as error:
        return Answer(422, f"the consistency proof does not hold: {error}\n")
    return None


def log_signed(signed: bytes, verifiers: Sequence[Verifier]) -> bytes:
    """Return a verified checkpoint with the log's own signatures and no others."""
    note = read_note(signed)
    known = {(one.name, one.key_id) for one in verifiers}
    kept = [line for line in note.signatures if (line.name, line.key_id) in known]
    return Note(note.text, tuple(kept)).to_bytes()


def witness_path(origin: str) -> str:
    """Return where a witness shows the newest head of a log that it cosigned.

    Examples
    --------
    >>> witness_path("example.com/log")[:16], witness_path("example.com/log")[-11:]
    ('witness/4d3203c8', '/checkpoint')
    """
    return f"witness/{sha256(origin.encode()).hexdigest()}/checkpoint"


def _verify_growth(asked: Submission, seen: Seen) -> None:
    if not asked.size and asked.root != EMPTY_ROOT:
        raise NotVerified("the log is empty, but its root is not")
    if seen.size:
        verify_consistency(seen.size, asked.size, asked.proof, seen.root, asked.root)
    elif asked.proof:
        raise NotVerified("from an empty log there is nothing to prove")


def _claimed(text: str) -> tuple[str, int, bytes]:
    """Return origin, size and root; also of an empty log with a root that is not."""
    origin, size, root, *_rest = [*text.split("\n"), "", "", ""]
    if size == "0" and origin:
        digest = from_base64(root)
        if len(digest) == HASH_SIZE:
            return origin, 0, digest
    checkpoint = read_checkpoint(text)
    return checkpoint.origin, checkpoint.size, checkpoint.root


def _read_hash(line: bytes) -> bytes:
    try:
        digest = from_base64(line.decode("ascii"))
    except UnicodeDecodeError as error:
        raise NotAcceptable("a line of the proof is not base64") from error
    if len(digest) != HASH_SIZE:
        raise NotAcceptable(f"a hash has {HASH_SIZE} bytes, one has {len(digest)}")
    return digest
