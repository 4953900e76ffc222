"""A question asked again, of the signed record alone.

A bank is made of the entries that the answer was made from, and of those files that can
matter to the question, each verified. What it answers is what the record says: also
statistics, and what was left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa

from waternet.bank.arrival import Arrival
from waternet.bank.discovery import find_datastreams
from waternet.bank.store import Bank
from waternet.client.answers import in_one
from waternet.client.folder import answer_question, selection_of
from waternet.client.metadata import Metadata
from waternet.client.trusted import is_remote
from waternet.exchange.card import Card
from waternet.exchange.walk import (
    NamedBlob,
    SeenHead,
    SignedEntry,
    read_blob,
    read_entries,
)
from waternet.node.probing import Probe, probe_blobs
from waternet.record.blob import read_datastreams, read_observations, read_places
from waternet.record.fields import Reference

__all__ = ["Log", "Replayed", "replay", "verify_harmless"]


@dataclass(frozen=True, slots=True)
class Log:
    """A party's log as it was proved, and how much of it the answer was made from."""

    card: Card
    head: SeenHead
    size: int


@dataclass(slots=True)
class Replayed:
    """What the record answers.

    Attributes
    ----------
    table : pyarrow.Table
        As the node's own answer, were it made of public figures alone.
    sealed : list of str
        Releases that only their readers can read: 'party:number'.
    releases : int
        Whose figures were read.
    """

    table: pa.Table
    sealed: list[str] = field(default_factory=list)
    releases: int = 0


def replay(metadata: Metadata, logs: Sequence[Log], folder: Path) -> Replayed:
    """Ask the question of an answer again.

    Parameters
    ----------
    metadata : Metadata
    logs : sequence of Log
    folder : Path
        An empty one, for files and the bank.

    Raises
    ------
    Finding
        A file is missing, or is not the one that was signed.
    NotAcceptable
        A file would do harm, or does not hold what it should.
    """
    queries = [dict(parse_qsl(urlsplit(one).query)) for one in metadata.requests]
    for query in queries:
        query.pop("format", None)
    files = _Files(folder, metadata)
    with Bank.open(folder / "bank", writable=True) as bank:
        releases, sealed = list[tuple[Log, SignedEntry, set[str]]](), list[str]()
        with bank.together():
            for log in logs:
                for one in _entries(log):
                    if "sealed" in one.entry.body:
                        sealed.append(f"{log.card.party}:{one.index}")
                        bank.take(_arrival(log, one))
                        continue
                    described = files.described(log, one)
                    bank.take(_arrival(log, one, **described))
                    names = {each.name for each in described.get("datastreams", ())}
                    if "observations" in one.entry.references():
                        releases.append((log, one, names))
        wanted = _addresses(bank, queries)
        chosen = [
            (log, one)
            for log, one, names in releases
            if not wanted.isdisjoint(f"{log.card.party}:{name}" for name in names)
        ]
        for (log, one), rows in files.observations(chosen):
            described = files.described(log, one)
            bank.complete(_arrival(log, one, **described, observations=rows))
        tables = [answer_question(bank, metadata.what, query) for query in queries]
    table = in_one(tables, metadata.what, metadata.datastreams or None)
    return Replayed(table, sealed, len(chosen))


def verify_harmless(
    files: Sequence[tuple[Path, Reference]], metadata: Metadata
) -> None:
    """Raise where a file of figures would do harm: a party may have signed such a one.

    Raises
    ------
    NotAcceptable
        Reading it takes more than any file of its rows should.
    """
    if is_remote(metadata.location):
        probes = [Probe(*each, "observations") for each in files]
        for harmful in probe_blobs(probes).values():
            raise harmful


class _Files:
    """The files that entries name, fetched and verified, each once."""

    def __init__(self, folder: Path, metadata: Metadata) -> None:
        self._folder, self._metadata = folder, metadata

    def described(self, log: Log, one: SignedEntry) -> dict[str, Any]:
        """Return what an entry describes: places, datastreams."""
        references = one.entry.references()
        readers = {"places": read_places, "datastreams": read_datastreams}
        return {
            name: read(self._path(log, one, name), references[name])
            for name, read in readers.items()
            if name in references
        }

    def observations(
        self, chosen: Sequence[tuple[Log, SignedEntry]]
    ) -> Iterable[tuple[tuple[Log, SignedEntry], pa.Table]]:
        """Yield the figures of releases; whether they do harm is tried before."""
        found: list[tuple[Path, Reference]] = []
        for log, one in chosen:
            reference = one.entry.references()["observations"]
            found.append((self._path(log, one, "observations"), reference))
        verify_harmless(found, self._metadata)
        for release, each in zip(chosen, found, strict=True):
            yield release, read_observations(*each)

    def _path(self, log: Log, one: SignedEntry, name: str) -> Path:
        reference = one.entry.references()[name]
        path = self._folder / reference.sha256
        if not path.exists():
            blob = NamedBlob(one.index, name, reference)
            unfinished = path.with_suffix(".part")
            with unfinished.open("wb") as sink:
                sink.writelines(read_blob(log.card, log.head.source, blob))
            unfinished.rename(path)
        return path


def _entries(log: Log) -> Iterable[SignedEntry]:
    if not log.size:
        return
    for one in read_entries(log.card, log.head, 0):
        yield one
        if one.index + 1 == log.size:
            return


def _arrival(log: Log, one: SignedEntry, **held: Any) -> Arrival:
    return Arrival(
        party=log.card.party,
        index=one.index,
        issued=datetime.fromisoformat(one.entry.issued),
        kind=one.entry.kind,
        body=one.entry.body,
        **held,
    )


def _addresses(bank: Bank, queries: Sequence[Mapping[str, str]]) -> set[str]:
    """Return the datastreams that the questions can be about."""
    found: set[str] = set()
    for query in queries:
        if "datastream" in query:
            found |= set(query["datastream"].split(","))
            continue
        rows = find_datastreams(bank, selection_of(bank, query)).to_pylist()
        found |= {f"{row['party']}:{row['datastream']}" for row in rows}
    return found
