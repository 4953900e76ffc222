"""Datastreams and terms by the names that readers know."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import pyarrow as pa

from waternet.bank.citation import cite
from waternet.bank.standing import standing_terms
from waternet.bank.store import Bank
from waternet.errors import NotFound
from waternet.observation.vocabulary import get_terms

__all__ = ["cited", "describe_datastream", "zones_of"]

_COLUMNS = "feature, observed_property, statistic, interval, procedure, dataset, zone"


def describe_datastream(bank: Bank, address: str) -> dict[str, Any]:
    """Return what is measured where, in every language.

    Returns
    -------
    dict
        party, place (its id), place_names, observed_property, property_names,
        statistic, interval, procedure, dataset, zone.

    Raises
    ------
    NotFound
        The reader's bank has no such datastream.
    """
    party, _, name = address.partition(":")
    rows = bank.catalogue.rows(
        f"SELECT {_COLUMNS} FROM datastream WHERE party = ? AND name = ?",
        (party, name),
    )
    if not rows:
        raise NotFound(
            f"no datastream {address[:200]!r}",
            hint="its address is PARTY:FEATURE/PROPERTY/STATISTIC/INTERVAL/PROCEDURE",
        )
    (row,) = rows
    places = bank.catalogue.rows(
        "SELECT json_extract(body, '$.names') FROM place WHERE party = ? AND id = ?",
        (party, row["feature"]),
    )
    terms = get_terms("observed_property")
    known = terms.get(row["observed_property"])
    return {
        "party": party,
        "place": row["feature"],
        "place_names": _names(places[0][0] if places else None),
        "observed_property": row["observed_property"],
        "property_names": dict(known.labels) if known else {},
        **{
            name: row[name]
            for name in ("statistic", "interval", "procedure", "dataset", "zone")
        },
    }


def zones_of(bank: Bank, addresses: Collection[str]) -> dict[str, str]:
    """Return by whose clock the days of some datastreams begin, by address."""
    rows = bank.catalogue.rows(
        "SELECT party || ':' || name, zone FROM datastream"
        " WHERE party || ':' || name IN (SELECT value FROM json_each(?))"
        " AND party IN (SELECT value FROM json_each(?))",
        (
            json.dumps(sorted(addresses)),
            json.dumps(sorted({one.partition(":")[0] for one in addresses})),
        ),
    )
    return dict(map(tuple, rows))


def cited(bank: Bank, party: str, release: int) -> dict[str, Any]:
    """Return licence, attribution, source and readers of a release; {} of others."""
    asked = pa.table({"party": [party], "release": [release]})
    for told in cite(bank, asked):
        return {**told, "dataset_names": _dataset_names(bank, party, told["dataset"])}
    return {}


def _dataset_names(bank: Bank, party: str, dataset: str) -> Mapping[str, str]:
    terms = standing_terms(bank, party).get(dataset, {})
    return dict(terms.get("names", {}))


def _names(written: str | None) -> dict[str, str]:
    return dict(json.loads(written)) if written else {}
