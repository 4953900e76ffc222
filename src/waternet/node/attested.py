"""What a node can say of an entry or a figure after it checked it here and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from waternet.exchange.finding import Finding
from waternet.node.concurrence import Concurrence
from waternet.record.entry import Entry
from waternet.record.fields import write_seconds

__all__ = [
    "CHECKS",
    "VERDICTS",
    "AttestedEntry",
    "AttestedFigure",
    "AttestedRecord",
    "Check",
    "SigningKey",
]

CHECKS: Final = (
    "head",  # the log's key signed the head
    "place",  # the head stands for the entry at its place
    "steward",  # the steward's key signed the entry
    "files",  # the files are those that the entry names by their hashes
    "since",  # no later entry says otherwise than is shown
    "figure",  # the figure stands in the file as it is shown
    "cosignatures",  # a quorum of the others saw the same
)
VERDICTS: Final = (
    "holds",
    "not-yet-cosigned",
    "corrected",
    "taken-back",
    "withdrawn",
    "incomplete",  # a file is not here: nothing contradicts, but not all is shown
    "does-not-hold",
)
_SOFT: Final = ("quorum-not-met", "clock-far-off")
_ABSENT: Final = ("missing-blob", "missing-file", "withdrawn-blob")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        Of `CHECKS`.
    holds : bool or None
        None where it was not, or could not be, looked at.
    """

    name: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signed something: its verifier key, and its short fingerprint."""

    name: str
    vkey: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class AttestedEntry:
    """One entry, as it was found when it was checked.

    Attributes
    ----------
    party : str
    index : int
    origin : str
    size : int
        Entries in the log.
    root : str
        Merkle root in hexadecimal.
    head : bytes
        Signed, with the cosignatures that it carries here; b'' where none is here.
    entry : Entry or None
        None where it could not be verified.
    signed : bytes
        As the log holds it.
    log_key, steward_key : SigningKey or None
        Those that signed, as the party's card has them.
    hashes : int
        That lead from the entry to the root.
    agreement : Concurrence or None
    checks : tuple of Check
    findings : tuple of Finding
    seen : int or None
        When this node last saw that the head is the newest, seconds since 1970, UTC;
        None of its own log, or where it never did.
    """

    party: str
    index: int
    origin: str = ""
    size: int = 0
    root: str = ""
    head: bytes = b""
    entry: Entry | None = None
    signed: bytes = b""
    log_key: SigningKey | None = None
    steward_key: SigningKey | None = None
    hashes: int = 0
    agreement: Concurrence | None = None
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    seen: int | None = None

    @property
    def is_restricted(self) -> bool:
        """Whether what it brought was encrypted for some parties."""
        return self.entry is not None and "sealed" in self.entry.body

    @property
    def verdict(self) -> str:
        """Return the one of `VERDICTS` that its own checks lead to."""
        return _verdict(self.findings, self.agreement)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        agreement = self.agreement
        return {
            "party": self.party,
            "entry": self.index,
            "verdict": self.verdict,
            "log": self.origin,
            "entries": self.size,
            "root": self.root,
            "kind": self.entry.kind if self.entry else "",
            "issued": self.entry.issued if self.entry else "",
            "restricted": self.is_restricted,
            "keys": {
                role: {
                    "name": key.name,
                    "key": key.vkey,
                    "fingerprint": key.fingerprint,
                }
                for role, key in (
                    ("log", self.log_key),
                    ("steward", self.steward_key),
                )
                if key
            },
            "hashes": self.hashes,
            "checks": {one.name: one.holds for one in self.checks},
            "cosigned": [
                {
                    "witness": one.witness,
                    "party": one.party,
                    "time": write_seconds(one.seconds),
                    "entries": one.size,
                }
                for one in (agreement.cosignatures if agreement else ())
            ],
            "not_cosigned": list(agreement.silent) if agreement else [],
            "quorum_met": agreement.is_met if agreement else None,
            "seen": None if self.seen is None else write_seconds(self.seen),
            "findings": [one.to_json() for one in self.findings],
        }


@dataclass(frozen=True, slots=True)
class AttestedFigure:
    """One figure as one release stated it, with what became of it since.

    Attributes
    ----------
    datastream : str
        Address, 'party:name'.
    time : datetime
        The figure's own, in UTC.
    release : AttestedEntry
        That stated it.
    figure : mapping or None
        As it stands in the signed file: value (None where the release takes an earlier
        figure back), unit, zone, censor, grade, status, qualifier, end; None where it
        was not read there.
    history : sequence of mapping
        Every row of `bank.history.get_history` that the reader may see.
    followed_by : AttestedEntry or None
        The entry by which the figure stands no more as this release stated it.
    change : str
        What that entry did: 'revised', 'taken back', 'withdrawn'; ''.
    checks : tuple of Check
    findings : tuple of Finding
        Of the figure, beside those of the entries.
    """

    datastream: str
    time: datetime
    release: AttestedEntry
    figure: Mapping[str, Any] | None
    history: Sequence[Mapping[str, Any]]
    followed_by: AttestedEntry | None
    change: str
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with it, its release and what followed."""
        more = self.followed_by.findings if self.followed_by else ()
        return (*self.release.findings, *self.findings, *more)

    @property
    def is_followed(self) -> bool:
        """Whether all that was said later was looked up in the log and its files.

        Else only this node's bank says that nothing was.
        """
        return self._holds("since") is True

    @property
    def verdict(self) -> str:
        """Return one of `VERDICTS`: what is wrong comes before what was corrected."""
        found = _verdict(self.all_findings, self.release.agreement)
        if found == "does-not-hold":
            return found
        changed = {
            "revised": "corrected",
            "taken back": "taken-back",
            "withdrawn": "withdrawn",
        }
        if self.change:
            return changed[self.change]
        if self._holds("figure") is None and not self.release.is_restricted:
            return "incomplete"
        if self.history[-1]["change"] == "taken back" and found != "incomplete":
            return "taken-back"
        return found

    def _holds(self, check: str) -> bool | None:
        return next((one.holds for one in self.checks if one.name == check), None)


@dataclass(frozen=True, slots=True)
class AttestedRecord:
    """One party's record: its head, its newest entries, who saw the same.

    Attributes
    ----------
    newest : AttestedEntry or None
        The last one; None where the log is still empty.
    checked : int
        How many entries, counted from the last, were checked.
    findings : tuple of Finding
    """

    party: str
    newest: AttestedEntry | None
    checked: int
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """Return the one of `VERDICTS` that all checks lead to."""
        agreement = self.newest.agreement if self.newest else None
        return _verdict(self.findings, agreement)


def _verdict(findings: Sequence[Finding], agreement: Concurrence | None) -> str:
    names = [one.name for one in findings if one.name not in _SOFT]
    if any(name not in _ABSENT for name in names):
        return "does-not-hold"
    if names:
        return "incomplete"
    if agreement is not None and agreement.is_met is False:
        return "not-yet-cosigned"
    return "holds"
