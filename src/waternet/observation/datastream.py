"""Datastreams: feature x observed property x procedure x statistic and interval."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any

from waternet.errors import NotAcceptable
from waternet.observation.place import verify_id
from waternet.observation.vocabulary import get_term, get_terms
from waternet.observation.zone import find_zone
from waternet.quantity import verify_unit

__all__ = ["INSTANT", "Datastream", "calendar_interval"]

INSTANT = "PT0S"
_INTERVAL = re.compile(r"P(?:([0-9]{1,9})([YMWD])|T([0-9]{1,9})([HMS]))")
# What UCUM codes are written with; whether it is one is `verify`'s matter.
_UNIT = re.compile(r"[!-~]{1,64}")


@lru_cache(1024)
def calendar_interval(interval: str) -> tuple[int, str]:
    """Split an ISO 8601 duration of one part into its count and unit.

    Returns
    -------
    count : int
    unit : str
        'year', 'month', 'week', 'day', 'hour', 'minute' or 'second'.

    Raises
    ------
    NotAcceptable
        It is not a duration with exactly one part.

    Examples
    --------
    >>> calendar_interval("P1Y"), calendar_interval("PT15M")
    ((1, 'year'), (15, 'minute'))
    """
    match = _INTERVAL.fullmatch(interval)
    if match is None:
        raise NotAcceptable(
            f"{interval!r} is not an interval",
            hint="ISO 8601 in one part: P1Y, P1M, P1D, PT1H, PT15M; PT0S: instant",
        )
    count, unit, clock_count, clock_unit = match.groups()
    if count is not None:
        return int(count), {"Y": "year", "M": "month", "W": "week", "D": "day"}[unit]
    return int(clock_count), {"H": "hour", "M": "minute", "S": "second"}[clock_unit]


def _verify_length(interval: str) -> None:
    if not calendar_interval(interval)[0]:
        raise NotAcceptable(f"{interval!r} is an interval of no length")


@cache
def _vocabulary_units() -> frozenset[str]:
    return frozenset(term.unit for term in get_terms("observed_property").values())


@dataclass(frozen=True, slots=True)
class Datastream:
    """One kind of figure about one place, in one unit.

    Attributes
    ----------
    dataset : str
        The owner's dataset that holds it; terms are given per dataset.
    feature : str
        Id of the station or area, of the same party.
    observed_property : str
        A term of the vocabulary 'observed_property'.
    unit : str
        UCUM code of every value in it.
    statistic : str
        A term of the vocabulary 'statistic': 'instant', 'mean', 'total'...
    interval : str
        ISO 8601 duration that each value stands for, from its time on; 'PT0S' for
        an instant.
    procedure : str
        How it was obtained, by the owner's own id: 'gauge', 'account', 'lab-epa-300'.
    sampling : str
        ISO 8601 duration between values where the owner states one, else ''.
        Coverage ("how many were expected") needs it; an interval implies it.
    zone : str
        IANA zone (or '+02:00') in which the owner's days and years begin.

    Examples
    --------
    >>> Datastream("levels", "kinneret", "lake-level", "m").name
    'kinneret/lake-level/instant/PT0S/unspecified'
    """

    dataset: str
    feature: str
    observed_property: str
    unit: str
    statistic: str = "instant"
    interval: str = INSTANT
    procedure: str = "unspecified"
    sampling: str = ""
    zone: str = "UTC"

    def __post_init__(self) -> None:
        verify_id(self.dataset, "a dataset")
        verify_id(self.feature, "a place")
        verify_id(self.procedure, "a procedure")
        get_term("observed_property", self.observed_property)
        get_term("statistic", self.statistic)
        if self.interval != INSTANT:
            _verify_length(self.interval)
        if self.sampling:
            _verify_length(self.sampling)
        find_zone(self.zone)
        if not _UNIT.fullmatch(self.unit):
            raise NotAcceptable(
                f"datastream {self.name!r}: {self.unit[:80]!r} is not a UCUM unit"
            )
        if (self.statistic == "instant") != (self.interval == INSTANT):
            raise NotAcceptable(
                f"datastream {self.name!r}: statistic 'instant' and interval 'PT0S' "
                "go together, and only with each other"
            )

    @property
    def name(self) -> str:
        """What tells it apart within its party."""
        return "/".join(
            (
                self.feature,
                self.observed_property,
                self.statistic,
                self.interval,
                self.procedure,
            )
        )

    def verify(self) -> None:
        """Raise `NotAcceptable` unless its unit is UCUM.

        Units of the vocabulary are; only another one loads the grammar, which takes
        about a second.
        """
        if self.unit not in _vocabulary_units():
            verify_unit(self.unit)

    def to_json(self) -> dict[str, str]:
        """Return it as plain JSON values, without empty ones."""
        written = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in written.items() if value != ""}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Datastream:
        """Read what `to_json` wrote.

        Raises
        ------
        NotAcceptable
            A field is missing, unknown or breaks a rule.
        """
        try:
            found = cls(**written)
        except TypeError as error:
            raise NotAcceptable(f"not a datastream: {error}") from error
        for name, value in written.items():
            if not isinstance(value, str):
                raise NotAcceptable(
                    f"datastream {found.name!r}: {name} is {value!r:.40}, not text"
                )
        return found
