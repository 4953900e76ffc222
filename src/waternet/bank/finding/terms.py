"""Indexes of terms, in every language, and of ids."""

from __future__ import annotations

from functools import lru_cache

from waternet.bank.finding.name_index import NameIndex
from waternet.observation.vocabulary import get_terms

__all__ = ["id_index", "term_index"]


@lru_cache(32)
def term_index(vocabulary: str, terms: tuple[str, ...]) -> NameIndex:
    """Return the index of what some terms are called, their numbers being the owners.

    Examples
    --------
    >>> term_index("place_kind", ("spring", "well")).scores("באר").tolist()
    [0, 80]
    """
    known = get_terms(vocabulary)
    names = [
        (number, name)
        for number, term in enumerate(terms)
        for name in (term, *(known[term].labels.values() if term in known else ()))
    ]
    return NameIndex(names, len(terms), by_sound=False)


@lru_cache(32)
def id_index(ids: tuple[str, ...]) -> NameIndex:
    """Return the index of some ids, their numbers being the owners."""
    return NameIndex(enumerate(ids), len(ids), by_sound=False)
