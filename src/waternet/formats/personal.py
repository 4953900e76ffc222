"""Personal data in a reading: dropped or pseudonymised before anything keeps it.

An owner's name in a file of wells belongs to a person. A recipe names the columns that
hold such things; what they say leaves the reading here, from places as well as from
the cells that are told as refused or remarkable.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from waternet.errors import NotAcceptable
from waternet.formats.reading import Reading, Reject
from waternet.formats.station_columns import StationColumns
from waternet.observation.legible import without_marks
from waternet.observation.place import Place

__all__ = ["WAYS", "protect_reading", "pseudonym", "verify_personal"]

WAYS = ("drop", "pseudonymise")
_DIGITS = 20  # of a pseudonym: 80 bits, far more than there are owners
_UNSHOWN = "not shown: personal"
_TOLD = {"drop": "dropped", "pseudonymise": "pseudonymised"}
_SHORTEST = 3  # letters of a text that is looked for in what is told


def verify_personal(
    personal: Mapping[str, str],
    station: StationColumns,
    read: Sequence[Mapping[str, object]],
) -> None:
    """Raise `NotAcceptable` where a personal column would be kept all the same.

    Parameters
    ----------
    personal : mapping of column to 'drop' or 'pseudonymise'
    station : StationColumns
    read : sequence of mapping
        The recipe's [time] and [[value]].

    Raises
    ------
    NotAcceptable
        A way is unknown; ids, times or figures are read from the column; or its
        heading differs from one that the recipe keeps by case or blanks alone.
    """
    for column, way in personal.items():
        if way not in WAYS:
            raise NotAcceptable(
                f"[personal]: {column!r} = {way!r}", hint="'drop' or 'pseudonymise'"
            )
        if column in (station.column, *station.also_columns, *station.headings):
            raise NotAcceptable(
                f"[personal]: ids of places are made of {column!r}",
                hint="take a column of numbers as [station] column; an id is published",
            )
        if any(column in part.values() for part in read):
            raise NotAcceptable(
                f"[personal]: figures or times are read from {column!r}"
            )
        for kept in _kept(station):
            if kept != column and _folded(kept) == _folded(column):
                raise NotAcceptable(
                    f"[personal]: {column!r} is not {kept!r}, which [station] keeps",
                    hint="write the heading as it is there",
                )


def pseudonym(text: str, secret: bytes) -> str:
    """Return what stands for a personal text: the same each time, for one secret.

    Case, blanks and invisible marks make no difference. Without the secret nobody can
    tell, not even by trying every name there is.

    Examples
    --------
    >>> pseudonym("Umm  Khalid", b"s" * 32) == pseudonym("umm khalid", b"s" * 32)
    True
    """
    digest = hmac.new(secret, _folded(text).encode(), hashlib.sha256).hexdigest()
    return f"p-{digest[:_DIGITS]}"


def protect_reading(
    reading: Reading,
    stations: Sequence[StationColumns],
    personal: Mapping[str, str],
    secret: bytes,
) -> tuple[Reading, dict[str, str]]:
    """Return a reading without personal data, and what was done to which of it.

    Parameters
    ----------
    reading : Reading
    stations : sequence of StationColumns
        Of each part of the recipe.
    personal : mapping of column to 'drop' or 'pseudonymise'
    secret : bytes
        The node's own.

    Returns
    -------
    (Reading, dict)
        Places say what was done in their attribute 'personal'. The dict has, by column,
        'dropped' or 'pseudonymised'.
    """
    if not personal:
        return reading, {}
    rule = _Rule.of(stations, personal, secret)
    texts = {text for place in reading.places for text in rule.texts(place)}
    told = [text for text in texts if len(text) >= _SHORTEST]
    protected = replace(
        reading,
        places=tuple(rule.place(place) for place in reading.places),
        rejects=tuple(_without(one, personal, told) for one in reading.rejects),
        notices=tuple(_without(one, personal, told) for one in reading.notices),
    )
    return protected, {column: _TOLD[way] for column, way in personal.items()}


@dataclass(frozen=True, slots=True)
class _Rule:
    """What happens to attributes and names, each by the name it is kept under."""

    attributes: Mapping[str, str]
    names: Mapping[str, str]
    secret: bytes

    @classmethod
    def of(
        cls,
        stations: Sequence[StationColumns],
        personal: Mapping[str, str],
        secret: bytes,
    ) -> _Rule:
        """Return the rule for what `stations` keep of personal columns."""
        attributes = {
            name: personal[column]
            for station in stations
            for name, column in station.attribute_columns.items()
            if column in personal
        }
        names = {
            language: personal[column]
            for station in stations
            for language, column in station.name_columns.items()
            if column in personal
        }
        return cls({**personal, **attributes}, names, secret)

    def texts(self, place: Place) -> list[str]:
        """Return the personal texts that a place holds."""
        found = [place.attributes.get(name, "") for name in self.attributes]
        found += [place.names.get(language, "") for language in self.names]
        return [text for text in found if text]

    def place(self, place: Place) -> Place:
        """Return a place without them."""
        if not self.texts(place):
            return place
        attributes = self._protected(place.attributes, self.attributes)
        names = self._protected(place.names, self.names)
        told = [
            f"{name} {_TOLD[way]}"
            for name, way in sorted({**self.names, **self.attributes}.items())
            if name in place.attributes or name in place.names
        ]
        attributes["personal"] = ", ".join(told)
        return replace(place, attributes=attributes, names=names or {"und": place.id})

    def _protected(
        self, given: Mapping[str, str], ways: Mapping[str, str]
    ) -> dict[str, str]:
        return {
            name: pseudonym(text, self.secret) if name in ways else text
            for name, text in given.items()
            if ways.get(name) != "drop"
        }


def _without(one: Reject, personal: Mapping[str, str], texts: list[str]) -> Reject:
    """Return a reject or notice in which no personal text is told."""
    if one.column in personal:
        return replace(one, value=_UNSHOWN, reason=_UNSHOWN, expected="")
    # Without a column the value is a whole line, in which anything may stand.
    value = _UNSHOWN if one.value and not one.column else one.value
    reason = one.reason
    for text in texts:
        value, reason = (said.replace(text, _UNSHOWN) for said in (value, reason))
    return replace(one, value=value, reason=reason)


def _kept(station: StationColumns) -> tuple[str, ...]:
    return (*station.attribute_columns.values(), *station.name_columns.values())


def _folded(text: str) -> str:
    """Return a text without what makes no difference between names."""
    clean = unicodedata.normalize("NFKC", without_marks(text))
    return " ".join(clean.casefold().split())
