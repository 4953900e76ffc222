"""Datastreams and places as their owners describe them, in the reader's words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.bank.catalogue import Series
from waternet.bank.store import Bank
from waternet.errors import NotFound
from waternet.observation.vocabulary import DEPTHS, get_term
from waternet.portal.language.language import Language

__all__ = [
    "Described",
    "describe",
    "describe_alike",
    "describe_place",
    "find_place",
]

_COLUMNS = (
    "d.party, d.name, d.dataset, d.feature, d.observed_property, d.statistic, "
    "d.interval, d.procedure, d.sampling, d.zone, d.unit, p.kind, p.body"
)


@dataclass(frozen=True, slots=True)
class Described:
    """A datastream with its place.

    Attributes
    ----------
    party, name : str
    about : mapping
        dataset, feature, observed_property, statistic, interval, procedure, sampling,
        zone and unit.
    place : mapping
        The place's own description; empty where nobody gave one.
    """

    party: str
    name: str
    about: Mapping[str, str]
    place: Mapping[str, Any]

    @property
    def address(self) -> str:
        """What names it among all parties."""
        return f"{self.party}:{self.name}"

    @property
    def place_address(self) -> str:
        """What names its place: PARTY:ID."""
        return f"{self.party}:{self.about['feature']}"

    @property
    def zone(self) -> str:
        """By whose clock its days begin."""
        return self.about["zone"]

    @property
    def is_depth(self) -> bool:
        """Whether its figures grow as the water falls."""
        return self.about["observed_property"] in DEPTHS

    def label(self, vocabulary: str, language: Language) -> str:
        """Return what it measures, or its statistic, in the reader's words."""
        term = get_term(vocabulary, self.about[vocabulary])
        return language.best_of(term.labels)[1]

    def place_name(self, language: Language) -> str:
        """Return the place's name in the reader's language, or as there is one."""
        names = self.place.get("names", {})
        return language.best_of(names)[1] or self.about["feature"]

    def title(self, language: Language) -> str:
        """Return quantity and place; the statistic where it is no instant."""
        told = self.label("observed_property", language)
        if self.about["statistic"] not in ("instant", "mean"):
            told = f"{told} ({self.label('statistic', language)})"
        return f"{told} · {self.place_name(language)}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "datastream": self.address,
            "party": self.party,
            **self.about,
            "place": self.place_address,
            "place_names": dict(self.place.get("names", {})),
        }


def describe(bank: Bank, series: Sequence[Series]) -> list[Described]:
    """Return series as their owners describe them, in the same order."""
    return [_described(bank, one.party, one.name) for one in series]


def describe_place(bank: Bank, party: str, place: str) -> list[Described]:
    """Return every datastream of a place that holds figures, by name."""
    rows = bank.catalogue.rows(
        f"SELECT {_COLUMNS} FROM datastream d "
        "JOIN series s ON s.party = d.party AND s.name = d.name "
        "LEFT JOIN place p ON p.party = d.party AND p.id = d.feature "
        "WHERE d.party = ? AND d.feature = ? AND s.last IS NOT NULL ORDER BY d.name",
        (party, place),
    )
    return [_of_row(row) for row in rows]


def describe_alike(bank: Bank, observed_property: str, most: int) -> list[Described]:
    """Return datastreams of one quantity that hold figures, by party and name."""
    rows = bank.catalogue.rows(
        f"SELECT {_COLUMNS} FROM datastream d "
        "JOIN series s ON s.party = d.party AND s.name = d.name "
        "LEFT JOIN place p ON p.party = d.party AND p.id = d.feature "
        "WHERE d.observed_property = ? AND s.last IS NOT NULL "
        "ORDER BY d.party, d.name LIMIT ?",
        (observed_property, most),
    )
    return [_of_row(row) for row in rows]


def find_place(bank: Bank, address: str) -> dict[str, Any]:
    """Return how its owner describes a place, with 'party' and 'release'.

    Raises
    ------
    NotFound
        There is none; the hint says what an address is.
    """
    party, _, place = address.partition(":")
    rows = bank.catalogue.rows(
        "SELECT body, release FROM place WHERE party = ? AND id = ?", (party, place)
    )
    if not rows:
        raise NotFound(
            f"no place {address[:200]!r} in the bank",
            hint="an address is PARTY:ID; 'Find data' searches names in any language",
        )
    return {
        "party": party,
        **json.loads(rows[0]["body"]),
        "release": rows[0]["release"],
    }


def _described(bank: Bank, party: str, name: str) -> Described:
    rows = bank.catalogue.rows(
        f"SELECT {_COLUMNS} FROM datastream d "
        "LEFT JOIN place p ON p.party = d.party AND p.id = d.feature "
        "WHERE d.party = ? AND d.name = ?",
        (party, name),
    )
    return _of_row(rows[0])


def _of_row(row: Any) -> Described:
    told = (
        *("dataset", "feature", "observed_property", "statistic", "interval"),
        *("procedure", "sampling", "zone", "unit"),
    )
    place = json.loads(row["body"]) if row["body"] else {}
    about = {one: row[one] for one in told}
    return Described(row["party"], row["name"], about, place)
