"""The trust policy: which logs are known, which witnesses, and how many must cosign.

A policy is one small file. Whoever holds it can judge a checkpoint offline, without a
node and without anybody's word.

References
----------
C2SP tlog-policy (c2sp.org/tlog-policy); C2SP tlog-cosignature.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from waternet.errors import NotAcceptable, NotVerified
from waternet.record.checkpoint import (
    Checkpoint,
    read_checkpoint,
    verify_checkpoint,
)
from waternet.record.cosignature import WitnessVerifier
from waternet.record.key import Verifier
from waternet.record.note import read_note

__all__ = [
    "MOST_AHEAD",
    "MOST_DEFINED",
    "MOST_POLICY",
    "Cosigned",
    "Group",
    "Policy",
    "PolicyLog",
    "PolicyWitness",
    "is_enough",
    "majority",
    "majority_policy",
    "read_policy",
    "verify_cosigned",
]

MOST_AHEAD = 300
"""Seconds by which a cosignature's time may lie ahead of the reader's clock.

Five minutes are what clocks that nobody looks after are apart, and the tolerance that
Kerberos recommends (RFC 4120, section 8.2).
"""
MOST_DEFINED = 64  # logs, witnesses and groups, of each; a note holds 100 signatures
MOST_POLICY = 1 << 18  # bytes
_NONE = "none"
_REFUSED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = re.compile(rb"[ \t]+")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log whose checkpoints are accepted; its key's name is its origin."""

    verifier: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness, by the name that the policy gives it."""

    name: str
    verifier: WitnessVerifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and earlier groups, of which `threshold` must have cosigned."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a checkpoint must show to be accepted; `read_policy` has checked it.

    Names and URLs are octets: those that are not UTF-8 stand in the text as Python's
    ``surrogateescape`` puts them.

    Attributes
    ----------
    logs : tuple of PolicyLog
    witnesses : tuple of PolicyWitness
    groups : tuple of Group
        Each names only witnesses and groups before it.
    quorum : str
        The witness or group that must have cosigned, or 'none'.
    """

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def log_verifiers(self, origin: str) -> tuple[Verifier, ...]:
        """Return the keys that may sign for the log `origin`; none where unknown."""
        keys = (log.verifier for log in self.logs)
        return tuple(key for key in keys if key.name == origin)

    def is_met(self, witnesses: Collection[str]) -> bool:
        """Return whether it is enough that these witnesses cosigned.

        Parameters
        ----------
        witnesses : collection of str
            By the names that the policy gives them; others count for nothing.
        """
        met = {one.name for one in self.witnesses}.intersection(witnesses)
        for group in self.groups:
            if len(met.intersection(group.members)) >= group.threshold:
                met.add(group.name)
        return self.quorum == _NONE or self.quorum in met

    def to_text(self) -> str:
        """Return the policy's file, without the comments that it may have had."""
        lines = [
            *(f"log {one.verifier.to_text()} {one.url}" for one in self.logs),
            *(
                f"witness {one.name} {one.verifier.to_text()} {one.url}"
                for one in self.witnesses
            ),
            *(
                f"group {one.name} {one.threshold} {' '.join(one.members)}"
                for one in self.groups
            ),
            f"quorum {self.quorum}",
        ]
        return "".join(f"{line.rstrip(' ')}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint that a known log signed, and who cosigned it.

    Attributes
    ----------
    checkpoint : Checkpoint
    times : mapping of str to int
        Seconds since 1970, UTC, by the policy's name of the witness.
    ahead : mapping of str to int
        Cosignatures whose time lies more than `MOST_AHEAD` in the future: the witness
        made them, but they are not counted. A caller names this 'clock-far-off'.
    is_met : bool
        Whether those in `times` are a quorum for this log.
    """

    checkpoint: Checkpoint
    times: Mapping[str, int]
    ahead: Mapping[str, int]
    is_met: bool


def read_policy(text: bytes) -> Policy:
    r"""Read a policy's file.

    Raises
    ------
    NotAcceptable
        It is not a policy; the message names the line. Keys of other types than
        Ed25519 (0x01 for logs, 0x04 for witnesses) are refused with the whole file.

    Examples
    --------
    >>> key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    >>> policy = read_policy(f"# nobody cosigns\nlog {key}\nquorum none\n".encode())
    >>> policy.is_met([])
    True
    """
    if len(text) > MOST_POLICY:
        raise NotAcceptable(
            f"a policy has at most {MOST_POLICY} bytes, this one {len(text)}"
        )
    refused = _REFUSED.search(text)
    if refused:
        line = text.count(b"\n", 0, refused.start()) + 1
        raise NotAcceptable(
            f"line {line} of the policy holds the octet 0x{refused[0].hex()}",
            hint="of control characters a policy has tab and newline only",
        )
    if not text.endswith(b"\n"):
        raise NotAcceptable(
            "the last line of the policy does not end in a newline",
            hint="the file may have been cut off: ask for it again",
        )
    reading = _Reading()
    for number, written in enumerate(text.split(b"\n"), 1):
        words = _BLANKS.split(written.strip(b" \t"))
        if words[0] and not words[0].startswith(b"#"):
            try:
                reading.add([_to_text(word) for word in words])
            except NotAcceptable as error:
                told = f"line {number} of the policy: {error}"
                raise NotAcceptable(told, hint=error.hint) from error
    return reading.policy()


def majority(count: int) -> int:
    """Return how many of `count` witnesses, one of each party, must cosign a head.

    With n witnesses it is q = n // 2 + 1. Two quorums share at least 2 q - n witnesses,
    so that they overlap in an honest one whenever 2 q - n > f, where f witnesses lie. A
    majority is the least q for which any two quorums overlap at all: a log that shows
    two histories then needs a witness that cosigns both. It withstands one liar where n
    is even, and none where n is odd: 2 of 3 or 3 of 4. Parties that expect more liars
    agree on a larger quorum.

    No witness cosigns its own party's log: with three parties the two others must. Of
    two witnesses one is enough, because two could never cosign the same log.

    Examples
    --------
    >>> [majority(count) for count in (1, 2, 3, 4, 5)]
    [1, 1, 2, 3, 3]
    """
    return min(count // 2 + 1, max(count - 1, 1))


def majority_policy(
    logs: Iterable[Verifier], witnesses: Iterable[WitnessVerifier]
) -> Policy:
    """Return the policy in which a `majority` of the witnesses must cosign.

    Parameters
    ----------
    logs : iterable of Verifier
    witnesses : iterable of WitnessVerifier
        Each goes by its key's name. With none, nothing must be cosigned.

    Raises
    ------
    NotAcceptable
        One of them is given twice, or there are too many.
    """
    keys = list(witnesses)
    lines = [f"log {log.to_text()}" for log in logs]
    lines += [f"witness {key.name} {key.to_text()}" for key in keys]
    if keys:
        names = " ".join(key.name for key in keys)
        lines.append(f"group majority {majority(len(keys))} {names}")
    lines.append("quorum majority" if keys else "quorum none")
    return read_policy("".join(f"{line}\n" for line in lines).encode())


def verify_cosigned(policy: Policy, signed: bytes, now: int) -> Cosigned:
    """Return a checkpoint that a log of the policy signed, with who cosigned it.

    Whether they are enough stands in the answer: what is signed and not yet cosigned
    can be used, and is then shown as such. The log's own witness, whose key's name
    begins with the log's origin, is not counted (see `is_enough`).

    Parameters
    ----------
    policy : Policy
    signed : bytes
        The checkpoint with all its signatures.
    now : int
        Seconds since 1970, UTC, by the reader's clock.

    Raises
    ------
    NotVerified
        No log of the policy signed it, or a signature or cosignature that names a
        known key was not made by it.
    NotAcceptable
        It is not a signed checkpoint.
    """
    note = read_note(signed)
    origin = read_checkpoint(note.text).origin
    verifiers = policy.log_verifiers(origin)
    if not verifiers:
        raise NotVerified(
            f"the policy knows no log {origin!r}",
            hint="ask whom you have the policy from whether that log belongs in it",
        )
    checkpoint = verify_checkpoint(signed, verifiers)
    known = {(one.verifier.name, one.verifier.key_id): one for one in policy.witnesses}
    times: dict[str, int] = {}
    ahead: dict[str, int] = {}
    for line in note.signatures:
        witness = known.get((line.name, line.key_id))
        if witness:
            seconds = witness.verifier.verify(note.text, line.signature)
            found = ahead if seconds > now + MOST_AHEAD else times
            found[witness.name] = max(seconds, found.get(witness.name, 0))
    is_met = is_enough(policy, _own_witnesses(policy, origin), times)
    return Cosigned(checkpoint, times, ahead, is_met)


def is_enough(policy: Policy, own: Collection[str], names: Collection[str]) -> bool:
    """Return whether these witnesses are a quorum for a log.

    That a log's own witness saw it says nothing new: it is not counted. Only where the
    others alone can never be enough (all of three, one of them the log's own) does the
    log's own signature stand for it.

    Parameters
    ----------
    policy : Policy
    own : collection of str
        Which of its witnesses belong to whoever keeps the log.
    names : collection of str
        Those that cosigned, by the names that the policy gives them.
    """
    others = {one.name for one in policy.witnesses}.difference(own)
    if not policy.is_met(others):
        return policy.is_met({*names, *own})
    return policy.is_met(set(names).difference(own))


def _own_witnesses(policy: Policy, origin: str) -> set[str]:
    """Return the witnesses of whoever keeps a log: a registry sees to such names."""
    return {
        one.name
        for one in policy.witnesses
        if one.verifier.name.startswith(f"{origin}/")
    }


def _to_text(word: bytes) -> str:
    return word.decode("utf-8", "surrogateescape")


@dataclass
class _Reading:
    """A policy as far as it has been read, line by line."""

    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: list[PolicyWitness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str = ""
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def add(self, words: list[str]) -> None:
        keyword, *rest = words
        match keyword, rest:
            case "log", [key, *url] if len(url) <= 1:
                self._add_log(PolicyLog(Verifier.from_text(_plain(key)), *url))
            case "witness", [name, key, *url] if len(url) <= 1:
                verifier = WitnessVerifier.from_text(_plain(key))
                self._add_witness(PolicyWitness(name, verifier, *url))
            case "group", [name, threshold, *members] if members:
                self._add_group(name, threshold, members)
            case "quorum", [name]:
                self._set_quorum(name)
            case _:
                raise NotAcceptable(
                    f"{' '.join(words)!r:.80} is not a line of a policy",
                    hint="log KEY [URL], witness NAME KEY [URL], "
                    "group NAME all|any|COUNT NAME..., or quorum NAME",
                )

    def policy(self) -> Policy:
        if not self.quorum:
            raise NotAcceptable(
                "the policy has no quorum line",
                hint="'quorum none' says that nobody need cosign",
            )
        logs, witnesses = tuple(self.logs), tuple(self.witnesses)
        return Policy(logs, witnesses, tuple(self.groups), self.quorum)

    def _add_log(self, log: PolicyLog) -> None:
        _verify_room(len(self.logs), "logs")
        if log.verifier.key in {one.verifier.key for one in self.logs}:
            raise NotAcceptable(f"the key of the log {log.verifier.name!r} comes twice")
        self.logs.append(log)

    def _add_witness(self, witness: PolicyWitness) -> None:
        _verify_room(len(self.witnesses), "witnesses")
        if witness.verifier.key in {one.verifier.key for one in self.witnesses}:
            raise NotAcceptable(f"the key of the witness {witness.name!r} comes twice")
        self._define(witness.name)
        self.witnesses.append(witness)

    def _add_group(self, name: str, threshold: str, members: list[str]) -> None:
        _verify_room(len(self.groups), "groups")
        for member in members:
            if member not in self.names:
                raise NotAcceptable(f"{member!r:.80} is not defined on a line before")
            if member in self.members:
                raise NotAcceptable(
                    f"{member!r:.80} is a member twice",
                    hint="each witness or group belongs to one group at most",
                )
            self.members.add(member)
        self._define(name)
        needed = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
        if not _THRESHOLD.fullmatch(needed) or int(needed) > len(members):
            raise NotAcceptable(
                f"a group of {len(members)} expects 'all', 'any' or a number from 1 to "
                f"{len(members)}, got {threshold!r:.80}"
            )
        self.groups.append(Group(name, int(needed), tuple(members)))

    def _set_quorum(self, name: str) -> None:
        if self.quorum:
            raise NotAcceptable("a second quorum line")
        if name not in {*self.names, _NONE}:
            raise NotAcceptable(f"{name!r:.80} is not defined on a line before")
        self.quorum = name

    def _define(self, name: str) -> None:
        if name == _NONE or name in self.names:
            raise NotAcceptable(f"the name {name!r:.80} is already taken")
        self.names.add(name)


def _plain(key: str) -> str:
    """Return a key as it is; the name in it is UTF-8, as in any signed note."""
    try:
        key.encode()
    except UnicodeEncodeError as error:
        raise NotAcceptable("a key's name is not UTF-8") from error
    return key


def _verify_room(count: int, what: str) -> None:
    if count >= MOST_DEFINED:
        raise NotAcceptable(f"a policy has at most {MOST_DEFINED} {what}")
