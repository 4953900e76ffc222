"""Checking an answer on one's own machine: signatures, proofs, and the figures."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from waternet.client.heads import ProvenHead, proven_head
from waternet.client.metadata import Metadata
from waternet.client.signed_figures import read_release, verify_rows
from waternet.client.trusted import Cards, Trust, read_trust, records_at
from waternet.client.words import say
from waternet.errors import NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source
from waternet.exchange.walk import NamedBlob, SignedEntry, read_blob, read_entries
from waternet.node.probing import Probe, probe_blobs
from waternet.record.fields import Reference
from waternet.record.figure_proof import CARRIED

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Verification", "verify"]

_MOST_READ = 20_000  # entries of one log that are read for its terms and withdrawals


@dataclass(frozen=True, slots=True)
class Verification:
    """What was verified, and what was not; whatever is false raises instead.

    Attributes
    ----------
    proved, not_proved : tuple of str
        Sentences.
    figures : int
        Rows of the frame that were held against the signed files.
    of : int
        Rows that it has.
    """

    proved: tuple[str, ...]
    not_proved: tuple[str, ...]
    figures: int
    of: int

    def __str__(self) -> str:
        told = [f"verified: {one}" for one in self.proved]
        return "\n".join([*told, *(f"NOT verified: {one}" for one in self.not_proved)])

    def _repr_html_(self) -> str:
        groups = []
        for heading, said in (
            (say("verified", "en"), self.proved),
            (say("left open", "en"), self.not_proved),
        ):
            items = "".join(f"<li>{escape(one)}</li>" for one in said)
            groups.append(f"<p><b>{heading}</b></p><ul>{items}</ul>" if items else "")
        return f'<div class="waternet" lang="en" dir="ltr">{"".join(groups)}</div>'


def verify(
    metadata: Metadata,
    frame: DataFrame | None = None,
    *,
    cards: Cards = (),
    policy: str | Path | None = None,
) -> Verification:
    """Check an answer against the signed record, by keys that you trust.

    The record's static files are read from the node that answered; nothing of what it
    says is believed. Each release cited must stand in a log that its party signed (and
    a quorum cosigned, where there is a policy), be signed by the party's steward, and
    be as it was cited. Each row of the frame must be in the signed file of its release.

    Parameters
    ----------
    metadata : Metadata
        Of figures: from `get_observations`, `get_latest` or `compare`.
    frame : DataFrame, optional
        That came with it; rows may have been left out. None checks what was cited.
    cards : path, Card, or several
        Whose keys you go by: a node's folder, a folder of cards, or card files. For an
        answer from a folder, that folder's own where none are given.
    policy : path, optional
        Which witnesses must have cosigned; of a node's folder its own.

    Returns
    -------
    Verification
        What was verified, and plainly what was not.

    Raises
    ------
    Finding, NotVerified
        Something is false; it names what.
    NotAcceptable
        No card is given for a node at an address.
    NotReached
        The node does not answer.
    """
    trust = read_trust(metadata.location, cards, policy)
    records = records_at(metadata.location)
    checking = _Checking(metadata, trust, records)
    for party in dict.fromkeys(one["party"] for one in metadata.citation):
        checking.check_party(party)
    if frame is not None:
        checking.check_frame(frame)
    checking.say_limits(frame)
    return Verification(
        tuple(checking.proved),
        tuple(checking.open),
        checking.figures,
        0 if frame is None else len(frame),
    )


class _Checking:
    """One verification as it goes on."""

    def __init__(
        self, metadata: Metadata, trust: Trust, records: Mapping[str, Source]
    ) -> None:
        self.metadata, self.trust, self.records = metadata, trust, records
        self.proved, self.open = list[str](), list[str]()
        self.figures = 0
        self.signed: dict[tuple[str, int], SignedEntry] = {}

    def check_party(self, party: str) -> None:
        """Check the log of a party, and each of its releases that is cited."""
        cited = [one for one in self.metadata.citation if one["party"] == party]
        numbers = [one["release"] for one in cited]
        told = f"{party}: releases {', '.join(map(str, numbers))}"
        card = self.trust.cards.get(party)
        if card is None or party not in self.records:
            lacking = (
                "no card of it is given" if card is None else "its record is not there"
            )
            self.open.append(f"{told}: {lacking}")
            return
        least = max(self.metadata.positions.get(party, 0), *(n + 1 for n in numbers))
        proven = proven_head(card, self.records, self.trust, least, int(time.time()))
        self._say_head(party, proven)
        self._check_entries(card, proven, cited)

    def check_frame(self, frame: DataFrame) -> None:
        """Hold the rows of each release against its signed file."""
        if self.metadata.is_gathered:
            return
        rows = {
            (str(party), int(number)): own
            for (party, number), own in frame.groupby(
                ["party", "release"], observed=True, sort=True
            )
        }
        cited = {(one["party"], one["release"]) for one in self.metadata.citation}
        for party, number in sorted(set(rows) - cited):
            raise NotVerified(
                f"the frame has figures of {party}:{number}, which is not cited"
            )
        with TemporaryDirectory(prefix="waternet-") as made:
            # Those whose party could not be checked are told of already.
            known = [key for key in rows if key in self.signed]
            files = {key: self._fetched(key, Path(made)) for key in known}
            held = {key: found for key, found in files.items() if found}
            # A party may have signed a file that is made to do harm.
            probes = [
                Probe(*found["observations"], "observations") for found in held.values()
            ]
            for harmful in probe_blobs(probes).values():
                raise harmful
            for (party, number), found in held.items():
                own = rows[party, number]
                verify_rows(own, read_release(party, number, found))
                self.figures += len(own)
                self.proved.append(
                    f"{party}:{number}: {len(own):,} figures are as signed"
                )

    def say_limits(self, frame: DataFrame | None) -> None:
        """Say what no check here can tell."""
        if self.metadata.is_gathered:
            self.open.append(
                "the statistics: the node made them; ask for the same without "
                "aggregate= and verify those, then gather them yourself"
            )
        elif frame is None:
            self.open.append("the figures: no frame was given")
        elif self.metadata.question.get("unit") or self.metadata.what == "compare":
            self.proved.append("converted values, by converting the signed ones here")
        self.open.append(
            "that nothing was left out: a figure that the node did not give"
        )
        self.open.append("that the figures are true: a signature says who stated them")

    def _say_head(self, party: str, proven: ProvenHead) -> None:
        size = proven.head.checkpoint.size
        self.proved.append(
            f"{party}: its log of {size} entries is signed by its log key"
        )
        named = ", ".join(_legible(one) for one in proven.witnesses)
        if proven.is_met and named:
            self.proved.append(
                f"{party}: a quorum ({named}) saw this log, and no other history of it"
            )
        elif self.trust.policy is None or proven.is_met:
            self.open.append(
                f"{party}: that others were shown the same log: no policy says whose "
                "cosignatures count"
            )
        else:
            self.open.append(
                f"{party}: that others were shown the same log: cosigned by "
                f"{named or 'nobody'}, which is no quorum by the policy"
            )

    def _check_entries(
        self, card: Card, proven: ProvenHead, cited: Sequence[Mapping[str, Any]]
    ) -> None:
        size = proven.head.checkpoint.size
        wanted = {one["release"]: one for one in cited}
        if size > _MOST_READ:
            entries = [
                next(read_entries(card, proven.head, number)) for number in wanted
            ]
            self.open.append(
                f"{card.party}: licences and later withdrawals: the log has {size} "
                f"entries, of which only those cited were read"
            )
            for one in entries:
                self._check_cited(one, wanted[one.index])
            return
        reading = _Terms(self.metadata, card.party)
        for one in read_entries(card, proven.head, 0):
            reading.learn(one)
            if one.index in wanted:
                self._check_cited(one, wanted[one.index])
                reading.verify_licence(wanted[one.index])
        self.proved += reading.withdrawals(wanted)

    def _check_cited(self, one: SignedEntry, cited: Mapping[str, Any]) -> None:
        """Compare what is cited with what the steward signed."""
        body, where = one.entry.body, f"{one.entry.party}:{one.index}"
        signed = {
            "issued": one.entry.issued,
            **{name: body.get(name, "") for name in _CITED},
            "rows": body.get("observations", {}).get("rows"),
            "sha256": body.get("observations", {}).get("sha256"),
        }
        for name, stands in signed.items():
            if cited[name] != stands:
                raise NotVerified(
                    f"{where}: cited with {name} {cited[name]!r:.80}, signed with "
                    f"{stands!r:.80}"
                )
        self.signed[one.entry.party, one.index] = one
        self.proved.append(
            f"{where}: entry {one.index} of the log, signed by the steward of "
            f"{one.entry.party}, is as it is cited"
        )

    def _fetched(
        self, key: tuple[str, int], folder: Path
    ) -> dict[str, tuple[Path, Reference]]:
        """Fetch the files of a release whose hashes hold; {} where that cannot be."""
        party, number = key
        one, where = self.signed[key], f"{party}:{number}"
        if "sealed" in one.entry.body:
            self.open.append(
                f"{where}: the figures are encrypted to their readers; that the file "
                "is the one signed is known, what it holds is not"
            )
            return {}
        references = one.entry.references()
        paths = {}
        for name in CARRIED:
            blob = NamedBlob(number, name, references[name])
            path = folder / f"{party}-{number}-{name}"
            try:
                with path.open("wb") as sink:
                    sink.writelines(
                        read_blob(self.trust.cards[party], self.records[party], blob)
                    )
            except Finding as error:
                if error.name != "missing-blob":
                    raise
                self.open.append(f"{where}: the figures: {error}")
                return {}
            paths[name] = (path, references[name])
        return paths


_CITED = ("dataset", "title", "source", "reason")


class _Terms:
    """The terms and withdrawals that a log says, as it is read."""

    def __init__(self, metadata: Metadata, party: str) -> None:
        self._metadata, self._party = metadata, party
        self._terms: dict[str, Mapping[str, Any]] = {}
        self._withdrawn: dict[int, int] = {}
        self._read = 0

    def learn(self, one: SignedEntry) -> None:
        """Take note of an entry."""
        body = one.entry.body
        self._read = one.index + 1
        if one.entry.kind == "terms":
            self._terms[body["dataset"]] = body
        if one.entry.kind == "withdraw":
            self._withdrawn.setdefault(body["release"], one.index)

    def verify_licence(self, cited: Mapping[str, Any]) -> None:
        """Raise unless the licence cited is that of the terms in force by then."""
        stated = self._terms.get(cited["dataset"], {})
        for name in ("licence", "attribution"):
            if cited[name] != stated.get(name, ""):
                raise NotVerified(
                    f"{self._party}:{cited['release']}: cited with {name} "
                    f"{cited[name]!r:.80}, its terms say {stated.get(name, '')!r:.80}"
                )

    def withdrawals(self, wanted: Mapping[int, Any]) -> Iterator[str]:
        """Yield what became of the releases since.

        Raises
        ------
        NotVerified
            One had been withdrawn before the answer was made.
        """
        position = self._metadata.positions.get(self._party, self._read)
        known = self._withdrawn
        gone = {one: known[one] for one in wanted if one in known}
        for number, by in gone.items():
            if by < position and "as_of" not in self._metadata.question:
                raise NotVerified(
                    f"{self._party}:{number} is cited, and entry {by} had withdrawn it "
                    "before"
                )
            yield f"{self._party}:{number}: entry {by} has withdrawn it since"
        if not gone:
            yield (
                f"{self._party}: no entry of the first {self._read} withdraws them; "
                "their licences are those of the terms then in force"
            )


def _legible(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
