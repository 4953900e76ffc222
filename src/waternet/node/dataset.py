"""A party's dataset and the terms on which it is released, as node.toml says them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from waternet.observation.place import verify_id
from waternet.record.fields import verify_fields, write_time
from waternet.record.kinds import WHOLE
from waternet.record.sharing_kinds import SHARING_KINDS, SHARING_OPTIONAL

__all__ = ["Dataset", "undertaken"]

_PLAIN = ("id", "licence", "attribution", "names")
_SHARING = ("about", "parties", "opens", "interval", "area", "least", "undertaking")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A party's dataset and the terms on which it is released.

    Attributes
    ----------
    id : str
    licence : str
        An SPDX identifier, or the owner's own words.
    attribution : str
        How the owner wants to be cited.
    names : mapping of language to str
    review : bool
        Whether a second person must have looked at an import before it is published.
    access : str
        'public', 'parties', 'embargo', 'aggregated' or 'closed'.
    about : str
        What it holds, for whoever may not read it; ''.
    parties : tuple of str
        Who reads, with 'parties'; who reads before the date, with 'embargo'.
    opens : str
        The date or moment from which everybody reads, with 'embargo'.
    interval, area : str
    least : int
        With 'aggregated': 'P1D', 'P1M' or 'P1Y'; the area over whose places figures
        are summed up ('' for none), and how many places it needs at least.
    undertaking : str
        What a reader must have signed before figures are granted; ''.
    """

    id: str
    licence: str
    attribution: str
    names: Mapping[str, str] = field(default_factory=dict)
    review: bool = False
    access: str = "public"
    about: str = ""
    parties: tuple[str, ...] = ()
    opens: str | date = ""
    interval: str = ""
    area: str = ""
    least: int = 0
    undertaking: str = ""

    def __post_init__(self) -> None:
        verify_id(self.id, "a dataset")
        object.__setattr__(self, "opens", _moment(self.opens))
        object.__setattr__(self, "parties", tuple(sorted(set(self.parties))))
        at = f"dataset {self.id!r}"
        kept = {"access", *_SHARING}
        said = {name: held for name, held in self.terms().items() if name in kept}
        checks = {"access": SHARING_KINDS["terms"]["access"]}
        verify_fields(said, checks, at, SHARING_OPTIONAL["terms"])
        WHOLE["terms"](said, at)

    def terms(self) -> dict[str, Any]:
        """Return the body of the entry that publishes its terms."""
        told = {
            "dataset": self.id,
            "access": self.access,
            "licence": self.licence,
            "attribution": self.attribution,
            "names": dict(self.names),
        }
        more = {name: getattr(self, name) for name in _SHARING}
        if self.parties or self.access in ("parties", "embargo"):
            told["parties"] = list(more.pop("parties"))
        return told | {name: held for name, held in more.items() if held}

    def to_toml(self) -> dict[str, Any]:
        """Return it as node.toml has it."""
        written = {name: getattr(self, name) for name in _PLAIN}
        written["names"] = dict(self.names)
        more = self.terms()
        kept = {name: more[name] for name in _SHARING if name in more}
        if self.access != "public":
            kept["access"] = self.access
        return written | kept | ({"review": True} if self.review else {})


def undertaken(terms: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a reader undertakes: licence and undertaking.

    Examples
    --------
    >>> undertaken({"licence": "for research", "undertaking": "not to pass it on"})[:8]
    '630c88e4'
    """
    text = f"{terms['licence']}\n{terms['undertaking']}\n"
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(given: str | date) -> str:
    """Return a date, or moment, as an entry has it; '' for none."""
    if isinstance(given, str):
        try:
            given = date.fromisoformat(given) if given else ""
        except ValueError:
            return str(given)  # a moment, or wrong: its check tells
    if isinstance(given, datetime):
        told = given if given.tzinfo is None else given.astimezone(UTC)
        return write_time(told.replace(tzinfo=None))
    if isinstance(given, date):
        return f"{given.isoformat()}T00:00:00Z"
    return ""
