"""What a proof proves: checked offline, with a policy and without any node.

Nothing of a proof's file is believed. The head is checked against the policy, the entry
against the head, the files against the entry; they are read last, in a process of their
own with limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.node.bounded import Limits, run_bounded
from waternet.record.blob import verify_blob
from waternet.record.entry import Entry, read_entry, verify_entry
from waternet.record.fields import Reference, write_seconds
from waternet.record.figure_proof import CARRIED, FigureProof, read_figure_proof
from waternet.record.note import read_note
from waternet.record.policy import Cosigned, Policy
from waternet.record.proof import Proof, verify_proof
from waternet.record.tree import leaf_hash

__all__ = ["Proved", "verify_figure_proof"]

_LIMITS = Limits(memory=3 << 30, seconds=60)


@dataclass(frozen=True, slots=True)
class Proved:
    """What a proof shows, and what it does not.

    Attributes
    ----------
    cosigned : Cosigned
        The head, and who cosigned it.
    index : int
        The entry's number in the log.
    entry : Entry
    steward : str
        The name of the key that the entry's signature names.
    is_signed : bool
        Whether that signature was checked, with the party's card.
    figure : mapping or None
        datastream, time and end (UTC), zone (in which the owner's days begin), value,
        unit, censor, grade, status, qualifier; None where the entry as a whole was
        meant, or a file is not here.
    findings : tuple of Finding
        What is missing for the proof to be complete.
    """

    cosigned: Cosigned
    index: int
    entry: Entry
    steward: str
    is_signed: bool
    figure: Mapping[str, Any] | None
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values; 'proved' and 'not_proved' are sentences."""
        said = self.entry.body
        named = ("dataset", "title", "source", "reason")
        return {
            "party": self.entry.party,
            **(self.figure or {}),
            "release": self.index,
            "kind": self.entry.kind,
            **{name: said[name] for name in named if name in said},
            "issued": self.entry.issued,
            "log": self.cosigned.checkpoint.origin,
            "entries": self.cosigned.checkpoint.size,
            "cosigned": {
                _legible(name): write_seconds(seconds)
                for name, seconds in sorted(self.cosigned.times.items())
            },
            "quorum_met": self.cosigned.is_met,
            "proved": self._proved(),
            "not_proved": self._not_proved(),
            "findings": [finding.to_json() for finding in self.findings],
        }

    def _proved(self) -> list[str]:
        head = self.cosigned.checkpoint
        told = [
            f"the log {head.origin}, by its key in the policy, holds this as entry "
            f"{self.index} of {head.size}"
        ]
        if self.is_signed:
            told.append(f"the party's steward signed it, by the key {self.steward}")
        for name, seconds in sorted(self.cosigned.times.items()):
            told.append(
                f"the witness {_legible(name)} states that it saw this log, and no "
                f"other history of it, at {write_seconds(seconds)}"
            )
        if self.figure:
            told.append("the figure stands in a file that the entry names by its hash")
        return told

    def _not_proved(self) -> list[str]:
        told = []
        if not self.is_signed:
            told.append(
                f"the steward's signature: it names the key {self.steward}, not "
                "checked; the party's card checks it (--card)"
            )
        if not self.cosigned.is_met:
            told.append("that others were shown the same log: too few witnesses")
        elif not self.cosigned.times:
            told.append("that others were shown the same log: the policy asks nobody")
        told.append(
            f"that it still stands: an entry after number "
            f"{self.cosigned.checkpoint.size - 1} may correct or withdraw it"
        )
        told.append("that it is true: a signature says who stated it, and when")
        return told


def verify_figure_proof(
    proof: Proof,
    policy: Policy,
    now: int,
    cards: Sequence[Card] = (),
    files: Sequence[Path] = (),
) -> Proved:
    """Check a proof and read the figure that it is about.

    Parameters
    ----------
    proof : Proof
    policy : Policy
    now : int
        Seconds since 1970, UTC, by the reader's clock.
    cards : sequence of Card
        The party's, to check the steward's signature too.
    files : sequence of Path
        Files of figures that were too large for the proof.

    Raises
    ------
    Finding
        'bad-proof', 'bad-signature', 'corrupt-blob' or 'unreadable-blob'.
    NotAcceptable
        The proof does not carry an entry of Waternet; a card or file is another's.
    """
    carried = read_figure_proof(proof.extra)
    try:
        cosigned = verify_proof(proof, leaf_hash(carried.entry), policy, now)
    except NotVerified as error:
        raise Finding("bad-proof", f"{error}", party="") from error
    entry = read_entry(carried.entry)
    origin = cosigned.checkpoint.origin
    if entry.log != origin:
        told = f"an entry of the log {entry.log!r} stands in {origin!r}"
        raise Finding("bad-signature", told, party=entry.party, index=proof.index)
    _verify_steward(carried.entry, entry, proof.index, cards)
    findings = _open_questions(cosigned, entry.party)
    figure = None
    if carried.datastream:
        figure, missing = _read_figure(carried, entry, proof.index, files)
        findings += missing
    elif files:
        raise NotAcceptable("this proof is about an entry, not about a file of it")
    return Proved(
        cosigned=cosigned,
        index=proof.index,
        entry=entry,
        steward=read_note(carried.entry).signatures[0].name,
        is_signed=bool(cards),
        figure=figure,
        findings=tuple(findings),
    )


def _legible(name: str) -> str:
    """Return the policy's name of a witness with octets that are no text replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _verify_steward(
    signed: bytes, entry: Entry, index: int, cards: Sequence[Card]
) -> None:
    for card in cards:
        if (card.party, card.origin) != (entry.party, entry.log):
            raise NotAcceptable(
                f"the card of {card.party!r} is not about the log {entry.log!r} of "
                f"{entry.party!r}"
            )
        try:
            verify_entry(signed, card.steward_verifiers(index), card.origin)
        except NotVerified as error:
            told = f"entry {index} of {card.party!r}: {error}"
            raise Finding(
                "bad-signature", told, party=card.party, index=index
            ) from error


def _open_questions(cosigned: Cosigned, party: str) -> list[Finding]:
    findings = [
        Finding(
            "clock-far-off",
            f"the witness {_legible(name)} cosigned at {write_seconds(seconds)}, which "
            "is yet to come: not counted",
            party=party,
        )
        for name, seconds in sorted(cosigned.ahead.items())
    ]
    if not cosigned.is_met:
        count = len(cosigned.times) or "none"
        told = f"of the policy's witnesses {count} cosigned this head of {party!r}"
        findings.append(Finding("quorum-not-met", told, party=party))
    return findings


def _read_figure(
    carried: FigureProof, entry: Entry, index: int, files: Sequence[Path]
) -> tuple[Mapping[str, Any] | None, list[Finding]]:
    """Return the figure, or which of its files are not here."""
    references = entry.references()
    if not set(CARRIED) <= set(references) or "sealed" in entry.body:
        raise NotAcceptable(f"entry {index} has no figures that a proof could show")
    wanted = {name: references[name] for name in CARRIED}
    with TemporaryDirectory(prefix="waternet-") as made:
        folder = Path(made)
        try:
            paths = _verified_files(carried, wanted, files, folder)
            return _parsed(carried, wanted, paths, folder), []
        except NotFound as error:
            name = "missing-blob"
            found = Finding(name, f"{error}", party=entry.party, index=index)
            return None, [found]
        except NotVerified as error:
            name = "corrupt-blob"
            raise Finding(name, f"{error}", party=entry.party, index=index) from error
        except NotAcceptable as error:
            name = "unreadable-blob"
            raise Finding(name, f"{error}", party=entry.party, index=index) from error


def _verified_files(
    carried: FigureProof,
    wanted: Mapping[str, Reference],
    files: Sequence[Path],
    folder: Path,
) -> dict[str, Path]:
    """Return where each file of the figure lies, once its hash is as signed."""
    paths = {}
    for name, reference in wanted.items():
        given = [path for path in files if _size(path) == reference.bytes]
        if name in carried.blobs:
            given = [folder / name]
            given[0].write_bytes(carried.blobs[name])
        elif not given:
            raise NotFound(
                f"the {name} are not in the proof, and no file of {reference.bytes} "
                f"bytes was given: add --blob with the file {reference.sha256}"
            )
        verify_blob(given[0], reference)
        paths[name] = given[0]
    return paths


def _parsed(
    carried: FigureProof,
    wanted: Mapping[str, Reference],
    paths: Mapping[str, Path],
    folder: Path,
) -> dict[str, Any]:
    """Read one figure in a process of its own: who signed it may mean harm."""
    answer = folder / "answer"
    answer.mkdir()
    asked = {
        "task": "figure",
        "path": str(paths["observations"].absolute()),
        "files": {
            name: [str(paths[name].absolute()), asdict(reference)]
            for name, reference in wanted.items()
        },
        "datastream": carried.datastream,
        "time": carried.time,
    }
    run_bounded(asked, answer, _LIMITS)
    read: dict[str, Any] = json.loads((answer / "figure.json").read_bytes())
    return read


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1
