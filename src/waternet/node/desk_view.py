"""All drafts of a desk at once, as publishing looks at them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from waternet.node.desk import Desk, DraftEntity

__all__ = ["Carried", "DeskView", "Left", "read_desk"]

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """What stays on the desk, and why.

    Attributes
    ----------
    what : str
        'Things(3)', or '2 Observations of Datastreams(1)'.
    why : str
        What was expected, what came.
    hint : str
        The next step.
    """

    what: str
    why: str
    hint: str = ""

    def sentence(self) -> str:
        """Say it in one line."""
        return f"{self.what}: {self.why}" + f"; {self.hint}" * bool(self.hint)


@dataclass(slots=True)
class Carried:
    """Which rows of the desk an import carries, to be cleared once it is published.

    Attributes
    ----------
    entities : list of [kind, number, sequence]
    links : list of [name, here, there, sequence]
    observations : list of {datastream, through, left}
        All of a datastream up to a sequence number, but for those left.
    promised : list of [kind, key, number]
        Which number what is published shall have.
    """

    entities: list[list[Any]] = field(default_factory=list)
    links: list[list[Any]] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)
    promised: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DeskView:
    """The entities and links on a desk; observations are asked for by datastream.

    Attributes
    ----------
    entities : mapping of (kind, number) to DraftEntity
    sequences : mapping of (kind, number) to int
    links : mapping of (name, here, there) to (is_held, sequence)
    """

    desk: Desk
    party: str
    entities: dict[tuple[str, int], DraftEntity]
    sequences: dict[tuple[str, int], int]
    links: dict[tuple[str, int, int], tuple[bool, int]]

    def published_id(self, kind: str, number: int) -> str:
        """Return the party's own id of what is published under a number, or ''."""
        owner, _, name = self.desk.key(kind, number).partition(":")
        return name if owner == self.party else ""

    def body(self, kind: str, number: int) -> Entity | None:
        """Return what a draft says of an entity; None where there is no draft of it."""
        held = self.entities.get((kind, number))
        if held is None or held.body is None:
            return None
        told: Entity = json.loads(held.body)
        return told

    def drafts(self, kind: str) -> Iterator[DraftEntity]:
        """Yield the drafts of a kind that are not taken away, by number."""
        for (name, _), held in sorted(self.entities.items()):
            if name == kind and held.body is not None:
                yield held

    def joined(self, name: str, *, here: int) -> set[int]:
        """Return what drafts join to one end of a pair."""
        return {
            there
            for (table, one, there), (is_held, _) in self.links.items()
            if table == name and one == here and is_held
        }

    def parted(self, name: str, *, here: int) -> set[int]:
        """Return what drafts part from one end of a pair."""
        return {
            there
            for (table, one, there), (is_held, _) in self.links.items()
            if table == name and one == here and not is_held
        }

    def carry(self, carried: Carried, kind: str, number: int) -> None:
        """Note that an import carries an entity, if there is a draft of it."""
        if (kind, number) in self.sequences:
            carried.entities.append([kind, number, self.sequences[kind, number]])

    def carry_links(self, carried: Carried, name: str, here: int) -> None:
        """Note that an import carries the pairs of one end."""
        carried.links += [
            [table, one, there, sequence]
            for (table, one, there), (_, sequence) in self.links.items()
            if (table, one) == (name, here)
        ]


def read_desk(desk: Desk, party: str) -> DeskView:
    """Return all entities and links of a desk."""
    entities, sequences = {}, {}
    for row in desk.rows(
        "SELECT kind, number, body, language, thing, sensor, observed_property, time, "
        "sequence FROM entity"
    ):
        *fields, sequence = row
        entities[row[0], row[1]] = DraftEntity(*fields)
        sequences[row[0], row[1]] = sequence
    links = {
        (name, here, there): (bool(is_held), sequence)
        for name, here, there, is_held, sequence in desk.rows(
            "SELECT name, here, there, is_held, sequence FROM link"
        )
    }
    return DeskView(desk, party, entities, sequences, links)
