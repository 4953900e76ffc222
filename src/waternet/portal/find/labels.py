"""What the values of facets are called, in every language that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from waternet.bank.finding.inventory import Inventory
from waternet.observation.vocabulary import get_terms
from waternet.portal.language.language import Language

__all__ = ["Labels"]

Names = Mapping[str, str]
_VOCABULARIES = {
    "observed_property": "observed_property",
    "kind": "place_kind",
    "grade": "grade",
    "statistic": "statistic",
}


@dataclass(frozen=True)
class Labels:
    """Names of values, by facet.

    Attributes
    ----------
    language : Language
    inventory : Inventory
    parties : mapping of party to names
    """

    language: Language
    inventory: Inventory
    parties: Mapping[str, Names]

    def names(self, facet: str, value: str) -> Names:
        """Return a value's names by language; none where it has only its id."""
        if facet == "party":
            return self.parties.get(value, {})
        if facet == "within":
            return self._areas.get(value, {})
        if facet == "access":
            return {self.language.code: self._access.get(value, value)}
        term = get_terms(_VOCABULARIES[facet]).get(value)
        return term.labels if term else {}

    def text(self, facet: str, value: str) -> str:
        """Return a value's name for the reader, as plain text."""
        return self.language.best_of(self.names(facet, value))[1] or value

    def title(self, facet: str) -> str:
        """Return what a facet is called."""
        return self._titles[facet]

    @cached_property
    def _areas(self) -> Mapping[str, Names]:
        places = self.inventory.places
        areas = zip(places.areas.names, places.areas.examples, strict=True)
        return {name: places.names[example] for name, example in areas}

    @cached_property
    def _access(self) -> Mapping[str, str]:
        gettext = self.language.gettext
        return {
            "open": gettext("Open to everybody"),
            "granted": gettext("Restricted, and you may read it"),
            "restricted": gettext("Restricted, and not open to you"),
        }

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        pgettext = self.language.pgettext
        return {
            "within": pgettext("find", "Area"),
            "observed_property": pgettext("find", "Quantity"),
            "kind": pgettext("find", "Kind of place"),
            "party": pgettext("find", "Party"),
            "grade": pgettext("find", "Quality"),
            "access": pgettext("find", "Access"),
            "period": pgettext("find", "Years"),
            "text": pgettext("find", "Words"),
            "bbox": pgettext("find", "Part of the map"),
        }
