"""Instances: a collection as it stood with each release, and on any day.

An instance is a past to look from: `party:12` is what that party had said by its entry
12, beside what others say now; a day or a time is what all had said by then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from waternet.api.edr.collections import Collection
from waternet.bank.as_of import AsOf
from waternet.bank.store import Bank
from waternet.bank.when import read_past
from waternet.errors import NotFound

__all__ = ["find_instance", "list_instances"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    shown = sorted(rows, key=_age)[skip : skip + most]
    return [
        _told(
            f"{one['party']}:{one['number']}",
            f"{one['title']} ({one['party']}:{one['number']})",
            one,
            _interval(bank, rows, AsOf.release(one["party"], one["number"])),
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
    interval = _interval(bank, rows, as_of)
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


def _interval(
    bank: Bank, rows: list[dict[str, Any]], as_of: AsOf
) -> tuple[int, int] | None:
    cutoffs, view = bank.cutoffs(as_of), bank.view()
    gone = {party: set(view.withdrawn(party, last)) for party, last in cutoffs.items()}
    stood = [
        json.loads(one["body"])
        for one in rows
        if one["number"] <= cutoffs.get(one["party"], -1)
        and one["number"] not in gone[one["party"]]
    ]
    if not stood:
        return None
    return min(_stamp(one["from"]) for one in stood), max(
        _stamp(one["to"]) for one in stood
    )


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
