"""An answer checked step by step: logs, entries, figures, and the question again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from waternet.client.heads import ProvenHead, proven_head
from waternet.client.log_terms import LogTerms
from waternet.client.metadata import Metadata
from waternet.client.replay import Log, replay, verify_harmless
from waternet.client.replayed import compare_again
from waternet.client.signed_figures import read_release, verify_rows
from waternet.client.trusted import Trust
from waternet.errors import NotVerified
from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.source import Source
from waternet.exchange.walk import NamedBlob, SignedEntry, read_blob, read_entries
from waternet.record.fields import Reference
from waternet.record.figure_proof import CARRIED

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Checking"]

_MOST_READ = 20_000  # entries of one log that are read for its terms and withdrawals
_CITED = ("dataset", "title", "source", "reason")


class Checking:
    """One verification as it goes on."""

    def __init__(
        self, metadata: Metadata, trust: Trust, records: Mapping[str, Source]
    ) -> None:
        self.metadata, self.trust, self.records = metadata, trust, records
        self.proved, self.open = list[str](), list[str]()
        self.figures = 0
        self.is_whole = False
        self.signed: dict[tuple[str, int], SignedEntry] = {}
        self.heads: dict[str, ProvenHead] = {}

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
        self.heads[party] = proven
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
            verify_harmless(
                [found["observations"] for found in held.values()], self.metadata
            )
            for (party, number), found in held.items():
                own = rows[party, number]
                verify_rows(own, read_release(party, number, found))
                self.figures += len(own)
                self.proved.append(
                    f"{party}:{number}: {len(own):,} figures are as signed"
                )

    def ask_again(self, frame: DataFrame) -> None:
        """Compare the frame with what the signed record alone answers."""
        logs, lacking = list[Log](), list[str]()
        for party, size in sorted(self.metadata.positions.items()):
            card = self.trust.cards.get(party)
            if card is None or party not in self.records:
                lacking.append(party)
                continue
            if size and party not in self.heads:
                now = int(time.time())
                proven = proven_head(card, self.records, self.trust, size, now)
                self.heads[party] = proven
            if size:
                logs.append(Log(card, self.heads[party].head, size))
        with TemporaryDirectory(prefix="waternet-") as made:
            again = replay(self.metadata, logs, Path(made))
        told = compare_again(frame, self.metadata, again, lacking)
        self.proved += told.proved
        self.open += told.open
        self.is_whole = told.is_whole
        if self.metadata.is_gathered:
            self.figures = told.figures

    def say_limits(self, frame: DataFrame | None) -> None:
        """Say what no check here can tell."""
        if self.is_whole:
            pass
        elif self.metadata.is_gathered:
            self.open.append(
                "the statistics: the node made them; whole=True makes them again from "
                "the signed figures"
            )
        elif frame is None:
            self.open.append("the figures: no frame was given")
        elif self.metadata.question.get("unit") or self.metadata.what == "compare":
            self.proved.append("converted values, by converting the signed ones here")
        if not self.is_whole:
            self.open.append(
                "that nothing was left out: whole=True asks the signed record again"
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
        reading = LogTerms(self.metadata, card.party)
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


def _legible(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
