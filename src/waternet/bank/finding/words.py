"""How surely each datastream is meant by some words."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from waternet.bank.finding.coded import Coded
from waternet.bank.finding.inventory import Inventory
from waternet.bank.finding.letters import split_words, without_articles
from waternet.bank.finding.name_index import WHOLE, Scores
from waternet.bank.finding.places import Places
from waternet.bank.finding.terms import id_index, term_index

__all__ = ["is_named", "text_scores"]

_MOST_WORDS = 12  # of one text; further ones are not looked at
Sums = npt.NDArray[np.int16]


def text_scores(inventory: Inventory, text: str) -> Sums | None:
    """Return how surely each datastream is meant by a text, (n,).

    Returns
    -------
    array of int16, (n,), or None
        0 where a word is found nowhere; the more exactly its words are found, the
        greater. None of a text without words: it says nothing.
    """
    words = split_words(text)[:_MOST_WORDS]
    if not words:
        return None
    meant = without_articles(words)
    total = np.zeros(len(inventory), np.int16)
    every = np.ones(len(inventory), np.bool_)
    for word in meant:
        found = _word_scores(inventory, word)
        every &= found > 0
        total += found
    total[~every] = 0
    places = inventory.places
    whole = np.zeros(len(places), np.int16)
    if len(words) > 1:
        # Two words of ours may be one of theirs: Beer Sheva, Beersheba.
        whole = _shared(places, places.index.scores("".join(words))).astype(np.int16)
    named = np.zeros(len(places), np.int8)
    named[places.index.named(words)] = WHOLE
    whole = np.maximum(whole, _shared(places, named) * np.int16(len(meant)))
    best: Sums = np.maximum(total, whole[inventory.place])
    return best


def is_named(text: str, names: Iterable[str]) -> bool:
    """Return whether each word of a text begins a word of some names.

    Examples
    --------
    >>> is_named("clim", ["amber", "Climate of the valley"])
    True
    """
    told = {word for name in names for word in split_words(name)}
    return all(
        any(other.startswith(word) for other in told) for word in split_words(text)
    )


def _word_scores(inventory: Inventory, word: str) -> Scores:
    places, terms = inventory.places, _terms(inventory)
    best = _shared(places, places.index.scores(word))[inventory.place]
    for vocabulary, column in terms:
        found = term_index(vocabulary, column.values).scores(word)
        best = np.maximum(best, _of(column, found))
    for column in (inventory.party, inventory.dataset, inventory.procedure):
        best = np.maximum(best, _of(column, id_index(column.values).scores(word)))
    if best.any():
        return best
    # A slip is looked for where all else fails, and in names alone.
    best = _shared(places, places.index.slips(word))[inventory.place]
    for vocabulary, column in terms:
        found = term_index(vocabulary, column.values).slips(word)
        best = np.maximum(best, _of(column, found))
    return best


def _terms(inventory: Inventory) -> tuple[tuple[str, Coded], ...]:
    return (
        ("place_kind", inventory.kind),
        ("observed_property", inventory.quantity),
        ("statistic", inventory.statistic),
    )


def _of(column: Coded, scores: Scores) -> Scores:
    if not scores.any():
        return np.zeros(len(column.codes), np.int8)
    return scores[column.codes]


def _shared(places: Places, scores: Scores) -> Scores:
    """Return of each place the best that is said of one that shares a name with it."""
    best = np.zeros(len(places), np.int8)
    np.maximum.at(best, places.group, scores)
    return best[places.group]
