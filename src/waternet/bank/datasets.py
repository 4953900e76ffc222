"""The datasets that the parties list, with their terms, whether or not released."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from waternet.bank.sharing import release_access
from waternet.bank.standing import listed_entries
from waternet.bank.store import Bank

__all__ = ["list_datasets"]

_TEXTS = (
    "access",
    "licence",
    "attribution",
    "about",
    "interval",
    "area",
    "undertaking",
)
_DATASET = pa.schema(
    [
        ("party", pa.string()),
        ("dataset", pa.string()),
        ("names", pa.map_(pa.string(), pa.string())),
        *((name, pa.string()) for name in _TEXTS),
        ("parties", pa.list_(pa.string())),
        ("opens", pa.timestamp("us")),
        ("least", pa.int64()),
        ("terms", pa.int32()),
        ("releases", pa.int64()),
        ("restricted", pa.int64()),
        ("figures", pa.int64()),
        ("first", pa.timestamp("us")),
        ("last", pa.timestamp("us")),
    ]
)


def list_datasets(bank: Bank, party: str = "") -> pa.Table:
    """Return what every party, or one, lists: what is not released as well.

    Returns
    -------
    pyarrow.Table, (n,), by party and dataset
        party, dataset, names, what its newest terms say (access, licence, attribution,
        about, interval, area, undertaking, parties, opens, least; '' or null where
        they say nothing), terms (their entry), releases (that stand), restricted (how
        many of them not everybody may read), figures, first and last (as the releases
        say, which anybody may know).
    """
    parties = sorted(bank.view().positions)
    found: list[dict[str, Any]] = []
    for one in parties:
        if party in ("", one):
            found += _of_party(bank, one)
    return pa.Table.from_pylist(found, schema=_DATASET)


def _of_party(bank: Bank, party: str) -> list[dict[str, Any]]:
    terms = {
        body["dataset"]: (index, body)
        for index, body in listed_entries(bank, party, "terms")
    }
    restricted = {index for index, to in release_access(bank, party).items() if to}
    gone = {one.release for one in bank.view().withdrawals.get(party, ())}
    released: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for kind in ("release", "revise"):
        for index, body in listed_entries(bank, party, kind):
            if index not in gone:
                released.setdefault(body["dataset"], []).append((index, body))
    told = []
    for dataset, (index, body) in sorted(terms.items()):
        ones = released.get(dataset, [])
        told.append(
            {
                **{name: body.get(name, "") for name in _TEXTS},
                "party": party,
                "dataset": dataset,
                "names": body["names"],
                "parties": body.get("parties", []),
                "opens": _moment(body["opens"]) if "opens" in body else None,
                "least": body.get("least"),
                "terms": index,
                "releases": len(ones),
                "restricted": len(restricted & {number for number, _ in ones}),
                "figures": sum(one["observations"]["rows"] for _, one in ones),
                "first": min((_moment(one["from"]) for _, one in ones), default=None),
                "last": max((_moment(one["to"]) for _, one in ones), default=None),
            }
        )
    return told


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written.rstrip("Z"))
