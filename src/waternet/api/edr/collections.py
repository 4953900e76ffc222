"""Collections: one for each dataset of each party, and one of all side by side.

Datasets are apart from one another: whoever takes every one of them takes each figure
once. The joint collection holds the same figures again, for questions across parties
(decision 0060).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from waternet.api.edr.holdings import Holdings, read_holdings
from waternet.api.edr.quantities import Quantity
from waternet.api.edr.systems import offered_systems
from waternet.bank.as_of import AsOf
from waternet.bank.store import Bank
from waternet.errors import NotFound

__all__ = ["JOINT", "Collection", "find_collection", "list_collections"]

JOINT: Final = "joint"
_TITLE: Final[Mapping[str, str]] = {
    "en": "All parties' figures, side by side",
    "ar": "أرقام جميع الأطراف جنبًا إلى جنب",
    "he": "נתוני כל הצדדים זה לצד זה",
}
_ABOUT: Final[Mapping[str, str]] = {
    "en": "The figures of all other collections once more, for questions across "
    "parties. Take these or those: both together count every figure twice.",
    "ar": "أرقام المجموعات الأخرى كلها مرة أخرى، للأسئلة عبر الأطراف. خذ هذه أو تلك: "
    "أخذهما معًا يحسب كل قيمة مرتين.",
    "he": "נתוני כל שאר האוספים פעם נוספת, לשאלות החוצות צדדים. קחו את אלה או את אלה: "
    "שניהם יחד סופרים כל נתון פעמיים.",
}


@dataclass(frozen=True)
class Collection:
    """Datastreams that are asked for together.

    Attributes
    ----------
    id : str
        'party:dataset', or `JOINT`.
    titles, about : mapping of language to str
    licence, attribution : str
        Of its dataset's terms now; '' of the joint collection.
    holdings : Holdings
        With figures that its reader may see.
    """

    id: str
    titles: Mapping[str, str]
    holdings: Holdings
    about: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    attribution: str = ""

    @property
    def party(self) -> str:
        """Whose dataset it is; '' of the joint collection."""
        return self.id.partition(":")[0] if ":" in self.id else ""

    @property
    def dataset(self) -> str:
        """Which dataset it is; '' of the joint collection."""
        return self.id.partition(":")[2]

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Its parameters by name."""
        found = {one.quantity.name: one.quantity for one in self.holdings.held}
        return dict(sorted(found.items()))

    def unit_of(self, name: str) -> str:
        """Return the unit of a parameter; '' where its datastreams' units differ."""
        held = self.holdings.held
        units = {one.unit for one in held if one.quantity.name == name}
        return units.pop() if len(units) == 1 else ""

    @property
    def systems(self) -> tuple[str, ...]:
        """The reference systems of coordinates that it knows."""
        return offered_systems(self.holdings.systems)


def list_collections(bank: Bank) -> list[Collection]:
    """Return every collection with figures that the bank's reader may see."""
    holdings = read_holdings(bank)
    if not holdings.held:
        return []
    told = _terms(bank)
    return [
        _joint(holdings),
        *(
            _of_dataset(party, dataset, holdings, told.get((party, dataset), {}))
            for party, dataset in sorted(holdings.by_dataset)
        ),
    ]


def find_collection(bank: Bank, name: str, as_of: AsOf | None = None) -> Collection:
    """Return one collection.

    Parameters
    ----------
    as_of : AsOf or None
        The past in which its figures stand.

    Raises
    ------
    NotFound
        No such dataset has figures that the bank's reader may see; the hint names
        near ones.
    """
    holdings = read_holdings(bank, as_of)
    if name == JOINT:
        return _joint(holdings)
    party, _, dataset = name.partition(":")
    told = _terms(bank, party).get((party, dataset), {})
    if (party, dataset) not in holdings.by_dataset and (as_of is None or not told):
        raise _unknown(name, holdings)
    return _of_dataset(party, dataset, holdings, told)


def _joint(holdings: Holdings) -> Collection:
    return Collection(JOINT, _TITLE, holdings, _ABOUT)


def _of_dataset(
    party: str, dataset: str, holdings: Holdings, told: Mapping[str, Any]
) -> Collection:
    about = told.get("about", "")
    return Collection(
        id=f"{party}:{dataset}",
        titles=told.get("names") or {"und": dataset},
        holdings=holdings.by_dataset.get((party, dataset), Holdings(())),
        about={"und": about} if about else {},
        licence=told.get("licence", ""),
        attribution=told.get("attribution", ""),
    )


def _terms(bank: Bank, party: str = "") -> dict[tuple[str, str], dict[str, Any]]:
    """Return the newest terms of each dataset."""
    rows = bank.catalogue.rows(
        "SELECT party, body FROM entry WHERE kind = 'terms' AND (?1 = '' OR party = ?1)"
        " ORDER BY party, number",
        (party,),
    )
    found = {}
    for owner, body in rows:
        terms = json.loads(body)
        found[owner, terms["dataset"]] = terms
    return found


def _unknown(name: str, holdings: Holdings) -> NotFound:
    from difflib import get_close_matches

    known = {":".join(key) for key in holdings.by_dataset}
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.4)
    return NotFound(
        f"no collection {name[:80]!r} with figures that you may see",
        hint=f"near it: {', '.join(near)}" if near else "/edr/collections lists all",
    )
