"""The entries of one party's record as the bank takes them, with what they hold.

Blobs are hashed before anything reads them; restricted ones are decrypted where this
node may, read, and removed. Whatever is wrong with one entry is named, and the rest of
the record is read all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from waternet.bank.arrival import Arrival
from waternet.bank.standing import listed_entries
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.delivery_schedule import MOST_BYTES, MOST_LINES
from waternet.exchange.finding import Finding
from waternet.exchange.refusal import REFUSED, refused_key
from waternet.exchange.walk import SeenHead, SignedEntry, read_entries
from waternet.node.folder import Node
from waternet.node.log import seen_head
from waternet.node.opening import Keyring, opened_blob
from waternet.node.probing import PROBED, Probe, probe_blobs
from waternet.record.blob import (
    blob_path,
    read_datastreams,
    read_observations,
    read_places,
    verify_blob,
)
from waternet.record.entry import ASIDE
from waternet.record.fields import Reference
from waternet.record.findings import read_findings
from waternet.record.listing import read_lines
from waternet.record.outlines import read_outlines

__all__ = ["read_again", "read_arrivals"]

_Harmful: TypeAlias = Mapping[str, NotAcceptable]
_READERS: Mapping[str, Callable[[Path, Reference], Any]] = {
    "places": read_places,
    "datastreams": read_datastreams,
    "observations": read_observations,
    "findings": read_findings,
    "edits": read_lines,
    "rules": read_lines,
    "deliveries": partial(read_lines, most_lines=MOST_LINES, most_bytes=MOST_BYTES),
    "outlines": read_outlines,
}


def read_arrivals(
    node: Node, bank: Bank, card: Card, start: int
) -> Iterator[tuple[Arrival, Finding | None]]:
    """Yield the entries from `start` on with what they hold, and what is wrong.

    Before a grant or an opening, the entries before `start` that it lets this node
    read are yielded again, whole.
    """
    head = seen_head(node, card.party)
    if start >= head.checkpoint.size:
        return
    nonces = (body["nonce"] for _, body in listed_entries(bank, card.party, "grant"))
    keyring = Keyring(node, card, head, nonces)
    # Others' Parquet blobs are tried in a process of its own; restricted ones one by
    # one, when they are open.
    probes: list[Probe] = []
    withdrawn = {one.release for one in bank.view().withdrawals.get(card.party, ())}
    for one in read_entries(card, head, start):
        if one.entry.kind == "withdraw":
            withdrawn.add(one.entry.body["release"])
        keyring.learn(one)
        if card.party != node.party and "sealed" not in one.entry.body:
            probes += _probes(node, one)
    harmful = probe_blobs(probes)
    reading = _Reading(node, card, keyring, harmful, frozenset(withdrawn))
    for one in read_entries(card, head, start):
        for release in keyring.unlocked_by(one.index):
            if release.index < start:
                for late in _sharing_key(bank, card, head, release):
                    yield reading.arrival(late)
        yield reading.arrival(one)


def read_again(
    node: Node, bank: Bank, card: Card, index: int
) -> Iterator[tuple[Arrival, Finding | None]]:
    """Yield a release, and the places sealed with it, that can be read by now."""
    head = seen_head(node, card.party)
    reading = _Reading(node, card, Keyring(node, card, head), {}, frozenset())
    release = next(read_entries(card, head, index))
    for one in _sharing_key(bank, card, head, release):
        yield reading.arrival(one)


def _sharing_key(
    bank: Bank, card: Card, head: SeenHead, release: SignedEntry
) -> Iterator[SignedEntry]:
    """Yield a release, and before it the places that were sealed with its key."""
    keys = release.entry.body["sealed"]["keys"]
    for index, body in listed_entries(bank, card.party, "station"):
        if body.get("sealed", {}).get("keys") == keys and index < release.index:
            yield next(read_entries(card, head, index))
    yield release


def _probes(node: Node, one: SignedEntry) -> Iterator[Probe]:
    records = node.records(one.entry.party)
    for name, found in one.entry.references().items():
        if name in PROBED:
            yield Probe(records / blob_path(found.sha256), found, name)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the entries of one party are read."""

    node: Node
    card: Card
    keyring: Keyring
    harmful: _Harmful
    withdrawn: frozenset[int]

    def arrival(self, one: SignedEntry) -> tuple[Arrival, Finding | None]:
        """Return an entry with what its blobs hold, and what is wrong with it."""
        if one.entry.kind == REFUSED:
            refused = refused_key(self.card, one.index, one.signed)
            return self._with(one, {}, refused), refused
        try:
            key = self.keyring.key(one) if "sealed" in one.entry.body else ""
            held = self._figures(one, key)
        except (NotFound, NotVerified, NotAcceptable) as error:
            finding = self._finding(one, error)
            return self._with(one, {}, finding), finding
        found = self.keyring.findings.get(one.index) or self._verify_aside(one, key)
        return self._with(one, held, found), found

    def _with(
        self, one: SignedEntry, held: Mapping[str, Any], finding: Finding | None
    ) -> Arrival:
        return Arrival(
            party=self.card.party,
            index=one.index,
            issued=datetime.fromisoformat(one.entry.issued),
            kind=one.entry.kind,
            body=one.entry.body,
            finding=str(finding or ""),
            **held,
        )

    def _figures(self, one: SignedEntry, key: str) -> dict[str, Any]:
        """Return what its blobs hold: places, datastreams, observations."""
        names = [name for name in one.entry.references() if name not in ASIDE]
        held = {name: self._blob(one, name, key) for name in names}
        return {name: found for name, found in held.items() if found is not None}

    def _verify_aside(self, one: SignedEntry, key: str) -> Finding | None:
        """Return what is wrong with the blobs that tell how figures were judged.

        Figures stand without them: whoever signed them signed their grades, too.
        """
        for name in [name for name in one.entry.references() if name in ASIDE]:
            try:
                self._blob(one, name, key)
            except (NotFound, NotVerified, NotAcceptable) as error:
                return self._finding(one, error, aside=name)
        return None

    def _blob(self, one: SignedEntry, name: str, key: str) -> Any:
        """Return what a blob holds; None where it is not for this party to read."""
        reference = one.entry.references()[name]
        path = self.node.records(self.card.party) / blob_path(reference.sha256)
        sealed = "sealed" in one.entry.body
        verify_blob(path, reference)
        if name not in _READERS or (sealed and not key):
            return None
        try:
            with opened_blob(self.node, path, reference, key) as (place, inside):
                self._verify_harmless(place, inside, name, sealed=sealed)
                return _READERS[name](place, inside)
        except (NotAcceptable, NotFound) as error:
            raise Finding(
                "unreadable-blob",
                f"the {name} of entry {one.index} of {self.card.party!r}: {error}",
                party=self.card.party,
                index=one.index,
            ) from error

    def _verify_harmless(
        self, place: Path, inside: Reference, name: str, *, sealed: bool
    ) -> None:
        harmful = self.harmful
        if sealed and name in PROBED and self.card.party != self.node.party:
            harmful = probe_blobs([Probe(place, inside, name)])
        if inside.sha256 in harmful:
            raise harmful[inside.sha256]

    def _finding(
        self, one: SignedEntry, error: Exception, *, aside: str = ""
    ) -> Finding:
        if isinstance(error, Finding):
            return error
        name = "missing-blob" if isinstance(error, NotFound) else "corrupt-blob"
        if one.index in self.withdrawn and name == "missing-blob":
            name = "withdrawn-blob"
        which = f"its {aside}, not its figures: " if aside else ""
        return Finding(
            name,
            f"entry {one.index} of {self.card.party!r}: {which}{error}",
            party=self.card.party,
            index=one.index,
        )
