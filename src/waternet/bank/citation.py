"""Where figures come from: each one's release, owner, source and licence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from waternet.bank.sharing import release_access
from waternet.bank.store import Bank

__all__ = ["DISCLAIMER", "cite", "in_one_line"]

# The one that stands on every map and every export.
DISCLAIMER = (
    "Each figure is its owner's, as signed. Names and areas are as each party gives "
    "them; showing them implies no opinion on the status of any territory or border."
)


def cite(bank: Bank, figures: pa.Table) -> list[dict[str, Any]]:
    """Return what must be said of the releases that some figures come from.

    Parameters
    ----------
    bank : Bank
    figures : pyarrow.Table
        With columns 'party' and 'release', as every question returns them.

    Returns
    -------
    list of dict, by party and release
        party, release (number), issued (ISO, UTC), dataset, title, source, reason,
        licence and attribution (of the terms in force when it was issued; '' where
        none were), access ('public', 'restricted' or, since, 'opened'), readers (of a
        restricted one), rows and sha256 (of the signed figures; of the encrypted file
        where restricted). Entries that brought no figures, such as a withdrawal, are
        left out.
    """
    pairs = pa.table(
        [figures["party"].cast(pa.string()), figures["release"].cast(pa.int64())],
        names=["party", "release"],
    )
    grouped = pairs.group_by(["party", "release"], use_threads=False)
    named = grouped.aggregate([]).to_pylist()
    wanted = sorted((one["party"], one["release"]) for one in named)
    parties = {party for party, _ in wanted}
    restricted = {party: release_access(bank, party) for party in parties}
    cited = [
        _cited(bank, party, release, restricted[party].get(release))
        for party, release in wanted
    ]
    return [one for one in cited if one]


def in_one_line(source: Mapping[str, Any]) -> str:
    """Return what must be said of one release, as a line of text.

    Examples
    --------
    >>> said = {"party": "amber", "release": 9, "issued": "2026-01-09T00:00:00Z"}
    >>> said |= {"title": "Levels", "source": "Yearbook 2025", "licence": "CC-BY-4.0"}
    >>> in_one_line(said)
    'amber, release 9 (2026-01-09): Levels. Yearbook 2025. Licence: CC-BY-4.0'
    """
    said = f"{source['party']}, release {source['release']} ({source['issued'][:10]})"
    named = [source.get(name, "") for name in ("title", "source", "attribution")]
    licence = source.get("licence") or "none stated"
    # Two of them are often the same.
    told = dict.fromkeys([*(one.rstrip(".") for one in named), f"Licence: {licence}"])
    return f"{said}: {'. '.join(one for one in told if one)}"


def _cited(
    bank: Bank, party: str, release: int, readers: tuple[str, ...] | None
) -> dict[str, Any]:
    (entry,) = bank.catalogue.rows(
        "SELECT body FROM entry WHERE party = ? AND number = ?", (party, release)
    )
    body = json.loads(entry["body"])
    if "observations" not in body:
        return {}
    terms = bank.catalogue.rows(
        "SELECT body FROM entry WHERE party = ? AND kind = 'terms' AND dataset = ?"
        " AND number <= ? ORDER BY number DESC LIMIT 1",
        (party, body["dataset"], release),
    )
    stated = json.loads(terms[0]["body"]) if terms else {}
    (issued,) = bank.catalogue.rows(
        "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', issued / 1000000, 'unixepoch')"
        " FROM entry WHERE party = ? AND number = ?",
        (party, release),
    )
    return {
        "party": party,
        "release": release,
        "issued": issued[0],
        **{name: body.get(name, "") for name in ("dataset", "title", "source")},
        "reason": body.get("reason", ""),
        "licence": stated.get("licence", ""),
        "attribution": stated.get("attribution", ""),
        "access": "public" if readers is None else "opened",
        **({"access": "restricted", "readers": list(readers)} if readers else {}),
        "rows": body["observations"]["rows"],
        "sha256": body["observations"]["sha256"],
    }
