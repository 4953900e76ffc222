"""Layers of maps: what each party publishes to be laid over the map by who wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from waternet.bank.store import Bank

__all__ = ["Layer", "find_layer", "list_layers"]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a map as its owner last published it.

    Attributes
    ----------
    party, id : str
        Whose it is, and how the owner calls it.
    kind : str
        What it shows: 'area', 'basin', 'boundary' or 'water'.
    names : mapping of language to str
        At least one.
    title, source, licence : str
    entry : int
        Index of the entry in the party's log.
    issued : str
        When, by the owner's clock: '2026-11-22T08:00:00Z'.
    sha256 : str
        Of its outlines.
    bytes, count : int
        Of its outlines: how long, and how many features.
    """

    party: str
    id: str
    kind: str
    names: Mapping[str, str]
    title: str
    source: str
    licence: str
    entry: int
    issued: str
    sha256: str
    bytes: int
    count: int

    @property
    def address(self) -> str:
        """What names it among all parties."""
        return f"{self.party}:{self.id}"


def list_layers(bank: Bank, party: str = "") -> list[Layer]:
    """Return the layers that stand, by party and id; of one party, or of all.

    An entry of the same name replaces an earlier one; one without outlines takes the
    layer away.
    """
    rows = bank.catalogue.rows(
        "SELECT party, number, body,"
        " strftime('%Y-%m-%dT%H:%M:%SZ', issued / 1000000, 'unixepoch')"
        " FROM entry WHERE kind = 'layer' ORDER BY party, number"
    )
    standing: dict[tuple[str, str], Layer] = {}
    for owner, number, written, issued in rows:
        body = json.loads(written)
        key = (owner, body["name"])
        standing.pop(key, None)
        if "outlines" in body and party in ("", owner):
            standing[key] = Layer(
                party=owner,
                id=body["name"],
                kind=body["shows"],
                names=body["names"],
                title=body["title"],
                source=body["source"],
                licence=body["licence"],
                entry=number,
                issued=issued,
                **body["outlines"],
            )
    return [standing[key] for key in sorted(standing)]


def find_layer(bank: Bank, party: str, layer: str) -> Layer | None:
    """Return a party's layer by its id, if it stands."""
    return next((one for one in list_layers(bank, party) if one.id == layer), None)
