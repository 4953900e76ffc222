"""What a log says of its releases around them: terms in force, and withdrawals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from waternet.client.metadata import Metadata
from waternet.errors import NotVerified
from waternet.exchange.walk import SignedEntry

__all__ = ["LogTerms"]


class LogTerms:
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
