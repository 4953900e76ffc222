"""Instances: a collection as it stood with each release, and on any day.

An instance is a past to look from: `party:12` is what that party had said by its entry
12, beside what others say now; a day or a time is what all had said by then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from waternet.api.edr.collections import Collection
from waternet.bank.as_of import AsOf
from waternet.bank.store import Bank
from waternet.bank.when import read_past
from waternet.errors import NotFound

__all__ = ["find_instance", "list_instances"]

Numbers = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Spans:
    """From when to when releases have figures, read once for many pasts.

    Attributes
    ----------
    parties : list of str
    party, number, first, last : arrays, (n,)
        Of each release its party's place in the list, its number, and times [us since
        1970, UTC].
    """

    parties: list[str]
    party: Numbers
    number: Numbers
    first: Numbers
    last: Numbers

    @classmethod
    def of(cls, releases: Sequence[Mapping[str, Any]]) -> _Spans:
        """Return those of some releases."""
        parties = sorted({one["party"] for one in releases})
        bodies = [json.loads(one["body"]) for one in releases]
        return cls(
            parties,
            np.array([parties.index(one["party"]) for one in releases], np.int64),
            np.array([one["number"] for one in releases], np.int64),
            np.array([_stamp(one["from"]) for one in bodies], np.int64),
            np.array([_stamp(one["to"]) for one in bodies], np.int64),
        )

    def until(self, bank: Bank, as_of: AsOf) -> tuple[int, int] | None:
        """Return the first and last time of what stood; None where nothing did."""
        cutoffs, view = bank.cutoffs(as_of), bank.view()
        newest = np.array([cutoffs.get(one, -1) for one in self.parties], np.int64)
        stood = self.number <= newest[self.party]
        for place, party in enumerate(self.parties):
            if gone := view.withdrawn(party, cutoffs.get(party, -1)):
                stood &= (self.party != place) | ~np.isin(self.number, gone)
        if not stood.any():
            return None
        return int(self.first[stood].min()), int(self.last[stood].max())


def list_instances(
    bank: Bank, collection: Collection, most: int, skip: int = 0
) -> list[dict[str, Any]]:
    """Return the releases of a collection, newest first, at most so many.

    Returns
    -------
    list of dict
        id ('party:number'), title, description, interval (first and last time of what
        stood by then [us since 1970, UTC], as the releases say; None where none did).
    """
    rows = _releases(bank, collection)
    spans = _Spans.of(rows)
    shown = sorted(rows, key=_age)[skip : skip + most]
    return [
        _told(
            f"{one['party']}:{one['number']}",
            f"{one['title']} ({one['party']}:{one['number']})",
            one,
            spans.until(bank, AsOf.release(one["party"], one["number"])),
        )
        for one in shown
    ]


def find_instance(
    bank: Bank, collection: Collection, name: str
) -> tuple[dict[str, Any], AsOf]:
    """Return one instance, by any past that ``as_of`` takes, and that past.

    Raises
    ------
    NotFound
        The bank has no such party or entry.
    NotAcceptable
        It is no past.
    """
    as_of = read_past(name)
    rows = _releases(bank, collection)
    interval = _Spans.of(rows).until(bank, as_of)
    if interval is None:
        raise NotFound(
            f"nothing stood in {collection.id} as of {name[:80]!r}",
            hint=f"/edr/collections/{collection.id}/instances lists its releases",
        )
    same = (as_of.party, as_of.index)
    for one in rows:
        if (one["party"], one["number"]) == same:
            return _told(name, f"{one['title']} ({name})", one, interval), as_of
    return _told(name, f"As of {name}", {}, interval), as_of


def _releases(bank: Bank, collection: Collection) -> list[dict[str, Any]]:
    """Return what anybody may know of the releases: not what is in them."""
    rows = bank.catalogue.rows(
        "SELECT party, number, issued, title, source, reason, body FROM entry "
        "WHERE kind IN ('release', 'revise') AND (?1 = '' OR party = ?1) "
        "AND (?2 = '' OR dataset = ?2)",
        (collection.party, collection.dataset),
    )
    return [dict(one) for one in rows]


def _age(release: Mapping[str, Any]) -> tuple[int, str, int]:
    return -release["issued"], release["party"], -release["number"]


def _told(
    name: str, title: str, release: Mapping[str, Any], interval: tuple[int, int] | None
) -> dict[str, Any]:
    about = ""
    if release:
        issued = datetime.fromtimestamp(release["issued"] / 1_000_000, UTC)
        about = f"Issued {issued:%Y-%m-%dT%H:%M:%SZ}."
        for word in ("source", "reason"):
            if release[word]:
                about += f" {word.capitalize()}: {release[word]}."
    return {"id": name, "title": title, "description": about, "interval": interval}


def _stamp(written: str) -> int:
    moment = datetime.fromisoformat(written.rstrip("Z")).replace(tzinfo=UTC)
    return int((moment - _EPOCH).total_seconds() * 1_000_000)
