"""Where figures come from: each one's release, owner, source and licence."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from waternet.bank.sharing import release_access
from waternet.bank.store import Bank

__all__ = ["cite"]


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
    named = pairs.group_by(["party", "release"]).aggregate([]).to_pylist()
    wanted = sorted((one["party"], one["release"]) for one in named)
    parties = {party for party, _ in wanted}
    restricted = {party: release_access(bank, party) for party in parties}
    cited = [
        _cited(bank, party, release, restricted[party].get(release))
        for party, release in wanted
    ]
    return [one for one in cited if one]


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
