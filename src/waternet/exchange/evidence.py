"""Evidence: one file that proves a fault to somebody who was not there.

Its top is for reading; below stand the signed heads and entries themselves, each line
after a tab, and the hashes that connect them. `waternet.exchange.verdict` checks it
with the parties' cards alone. What the file says in words proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from waternet.errors import NotAcceptable
from waternet.record.checkpoint import Checkpoint, read_checkpoint
from waternet.record.entry import MOST_BYTES
from waternet.record.fields import LARGEST_INTEGER
from waternet.record.key import from_base64, to_base64
from waternet.record.note import read_note
from waternet.record.tree import HASH_SIZE, ReadHash, inclusion_proof

__all__ = [
    "EVIDENCE_HEADER",
    "MOST_EVIDENCE",
    "PROVABLE",
    "Evidence",
    "entry_evidence",
    "fork_evidence",
    "read_evidence",
    "rollback_evidence",
]

EVIDENCE_HEADER = "waternet-evidence/v1"
MOST_EVIDENCE = 4 << 20  # bytes
PROVABLE = {
    "forked-log": 2,
    "rolled-back-log": 2,
    "bad-signature": 1,
    "key-of-another-party": 1,
}
"""Findings that a file can prove, each with how many heads it needs."""
_MOST_HASHES = 65
_INDEX = re.compile(r"0|[1-9][0-9]{0,15}")
_HOW = (
    "Check it without any node: waternet verify THIS-FILE --card CARD, with the card "
    "of the party, got by a way that you trust.",
    "Lines that begin with '#' are for reading and prove nothing.",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an evidence file says; it proves nothing until it is verified.

    Attributes
    ----------
    finding : str
        One of `PROVABLE`.
    heads : tuple of bytes
        Signed checkpoints; of two, the one that was signed or seen first comes first.
    hashes : tuple of bytes, each (32,)
        Of a fork between logs of different sizes, from `prefix_proof`; of an entry, its
        inclusion proof.
    index : int or None
        The entry's number.
    entry : bytes
        As the log holds it, signed; b'' where the finding is about none.
    remarks : tuple of str
        Lines for reading.
    """

    finding: str
    heads: tuple[bytes, ...]
    hashes: tuple[bytes, ...] = ()
    index: int | None = None
    entry: bytes = b""
    remarks: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.finding not in PROVABLE:
            raise NotAcceptable(
                f"there is no evidence of {self.finding[:40]!r}",
                hint=f"known are {', '.join(PROVABLE)}",
            )
        if len(self.heads) != PROVABLE[self.finding]:
            raise NotAcceptable(
                f"evidence of {self.finding!r} has {PROVABLE[self.finding]} heads, not "
                f"{len(self.heads)}"
            )
        if (self.index is not None) != bool(self.entry) or len(self.entry) > MOST_BYTES:
            raise NotAcceptable("evidence about an entry has its number and the entry")
        if bool(self.entry) != (len(self.heads) == 1):
            raise NotAcceptable("evidence is about two heads, or about one entry")
        if len(self.hashes) > _MOST_HASHES:
            raise NotAcceptable(f"evidence has at most {_MOST_HASHES} hashes")
        if any(len(found) != HASH_SIZE for found in self.hashes):
            raise NotAcceptable(f"a hash of evidence has {HASH_SIZE} bytes")

    def to_bytes(self) -> bytes:
        """Return the evidence file."""
        lines = [EVIDENCE_HEADER, f"finding {self.finding}"]
        lines += [f"# {remark}" for remark in self.remarks]
        for head in self.heads:
            lines += ["head", *_set_in(head)]
        lines += [f"hash {to_base64(found)}" for found in self.hashes]
        if self.index is not None:
            lines += [f"index {self.index}", *_entry_lines(self.entry)]
        return "".join(f"{line}\n" for line in lines).encode()


def fork_evidence(heads: Sequence[bytes], hashes: Sequence[bytes]) -> Evidence:
    """Return what proves that two signed heads cannot both be true.

    Parameters
    ----------
    heads : two signed checkpoints of one log
        In the order in which they were seen.
    hashes : sequence of bytes
        Of the larger of them, from `prefix_proof`; none where they are of one size.
    """
    first, second = map(_claimed, heads)
    remarks = (
        f"The log {first.origin} signed two histories that cannot both be true: the "
        f"head of {first.size} entries and that of {second.size} below.",
        "Both carry the log's signature, and the second does not continue the first."
        if first.size != second.size
        else "Both carry the log's signature, and they differ.",
        "Innocent causes: a node restored from an older copy, two copies of one node, "
        "a stolen key.",
    )
    return Evidence(
        "forked-log", tuple(heads), tuple(hashes), remarks=(*remarks, *_HOW)
    )


def rollback_evidence(larger: bytes, smaller: bytes) -> Evidence:
    """Return two heads of one log, of which the smaller one was shown later.

    Signatures prove that only where one witness cosigned both, the smaller one later:
    it is then the witness that went back behind its word.

    Parameters
    ----------
    larger, smaller : bytes
        Signed, with their cosignatures.
    """
    first, second = _claimed(larger), _claimed(smaller)
    remarks = (
        f"Two heads of the log {first.origin}: one of {first.size} entries, and one of "
        f"{second.size} that was seen after it.",
        f"The first proves that the log had signed {first.size} entries. That the "
        "second was shown later is the word of whoever saw it,",
        "unless one witness cosigned both, the smaller one later: then the witness's "
        "statement is false.",
        "Innocent causes: a backup that was restored, an old copy on a server, a clock "
        "that was set back.",
    )
    return Evidence("rolled-back-log", (larger, smaller), remarks=(*remarks, *_HOW))


def entry_evidence(
    finding: str, head: bytes, index: int, entry: bytes, read_hash: ReadHash
) -> Evidence:
    """Return what proves that a log holds an entry that should not be there.

    Parameters
    ----------
    finding : str
        'bad-signature' or 'key-of-another-party'.
    head : bytes
        A signed checkpoint of the log.
    index : int
    entry : bytes
        As the log holds it.
    read_hash : function of (level, index)
        Of that log.

    Raises
    ------
    NotFound, NotVerified
        The log's hashes cannot be read.
    """
    claimed = _claimed(head)
    hashes = tuple(inclusion_proof(index, claimed.size, read_hash))
    wrong = "by its own steward" if finding == "bad-signature" else "by its own key"
    remarks = (
        f"The log {claimed.origin} holds the entry below as number {index} of "
        f"{claimed.size}; it is not signed {wrong}.",
        "An innocent cause: the party replaced a key, and the card is older.",
    )
    return Evidence(finding, (head,), hashes, index, entry, (*remarks, *_HOW))


def read_evidence(written: bytes) -> Evidence:
    """Read an evidence file.

    Raises
    ------
    NotAcceptable
        It is none; the message names the line.
    """
    if len(written) > MOST_EVIDENCE:
        raise NotAcceptable(
            f"evidence has at most {MOST_EVIDENCE} bytes, this file {len(written)}"
        )
    try:
        text = written.decode()
    except UnicodeDecodeError as error:
        raise NotAcceptable("evidence is UTF-8 text") from error
    header, *lines = text.split("\n")
    if header != EVIDENCE_HEADER or not lines or lines.pop():
        raise NotAcceptable(
            f"not evidence: expected {EVIDENCE_HEADER!r} in its first line, and a "
            "newline at its end"
        )
    reading = _Reading()
    for number, line in enumerate(lines, 2):
        try:
            reading.add(line)
        except NotAcceptable as error:
            raise NotAcceptable(f"line {number} of the evidence: {error}") from error
    return reading.evidence()


class _Reading:
    """An evidence file as far as it has been read."""

    def __init__(self) -> None:
        self._finding = ""
        self._index: int | None = None
        self._hashes: list[bytes] = []
        self._remarks: list[str] = []
        self._blocks: list[tuple[str, list[str]]] = []
        self._entries: list[bytes] = []
        self._is_open = False

    def add(self, line: str) -> None:
        keyword, _space, rest = line.partition(" ")
        if line.startswith("\t") and self._is_open:
            self._blocks[-1][1].append(line[1:])
            return
        self._is_open = line in ("head", "entry")
        if self._is_open:
            self._blocks.append((line, []))
        elif keyword == "#":
            self._remarks.append(rest)
        elif keyword == "hash":
            self._hashes.append(from_base64(rest))
        elif keyword == "entry":
            self._entries.append(from_base64(rest))
        elif keyword == "finding" and not self._finding:
            self._finding = rest
        elif keyword == "index" and self._index is None and _INDEX.fullmatch(rest):
            self._index = min(int(rest), LARGEST_INTEGER)
        else:
            raise NotAcceptable(f"{line[:80]!r} is not a line of evidence")

    def evidence(self) -> Evidence:
        entries = self._entries
        entries += [_joined(lines) for name, lines in self._blocks if name == "entry"]
        if len(entries) > 1:
            raise NotAcceptable("evidence is about one entry at most")
        return Evidence(
            finding=self._finding,
            heads=tuple(
                _joined(lines) for name, lines in self._blocks if name == "head"
            ),
            hashes=tuple(self._hashes),
            index=self._index,
            entry=entries[0] if entries else b"",
            remarks=tuple(self._remarks),
        )


def _claimed(signed: bytes) -> Checkpoint:
    return read_checkpoint(read_note(signed).text)


def _set_in(signed: bytes) -> Iterator[str]:
    """Yield a note's lines after a tab each, which no line of a note can hold."""
    for line in read_note(signed).to_bytes().decode().split("\n")[:-1]:
        yield f"\t{line}"


def _entry_lines(entry: bytes) -> Iterator[str]:
    """Yield an entry for reading, or in base64 where it is not even a note."""
    try:
        lines = list(_set_in(entry))
    except NotAcceptable:
        lines = []
    if _joined([line[1:] for line in lines]) == entry:
        yield from ("entry", *lines)
    else:
        yield f"entry {to_base64(entry)}"


def _joined(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
