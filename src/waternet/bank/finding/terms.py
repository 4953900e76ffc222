"""Which terms of a vocabulary a word means, in any language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from waternet.bank.finding.name_index import NameIndex, Scores
from waternet.observation.vocabulary import get_terms

__all__ = ["id_scores", "term_scores"]


def term_scores(vocabulary: str, terms: Sequence[str], word: str) -> Scores:
    """Return how surely a word means each of some terms, (k,); 0 where it does not.

    Examples
    --------
    >>> told = term_scores("place_kind", ("spring", "well"), "באר")
    >>> told.tolist()
    [0, 80]
    """
    return _terms(vocabulary, tuple(terms)).scores(word)


def id_scores(ids: Sequence[str], word: str) -> Scores:
    """Return how surely a word means each of some ids, (k,); 0 where it does not."""
    if not ids:
        return np.zeros(0, np.int8)
    return _ids(tuple(ids)).scores(word)


@lru_cache(32)
def _terms(vocabulary: str, terms: tuple[str, ...]) -> NameIndex:
    known = get_terms(vocabulary)
    names = [
        (number, name)
        for number, term in enumerate(terms)
        for name in (term, *(known[term].labels.values() if term in known else ()))
    ]
    return NameIndex(names, len(terms), by_sound=False)


@lru_cache(32)
def _ids(ids: tuple[str, ...]) -> NameIndex:
    return NameIndex(enumerate(ids), len(ids), by_sound=False)
