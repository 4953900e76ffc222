"""An index of names: which owners of names a word may mean, and how surely."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from waternet.bank.finding.letters import (
    Script,
    forms,
    script_of,
    split_words,
    without_articles,
)
from waternet.bank.finding.skeleton import skeletons

__all__ = ["EXACT", "PREFIX", "SOUND", "TYPO", "WHOLE", "NameIndex"]

Scores = npt.NDArray[np.int8]
Owners = npt.NDArray[np.int32]

WHOLE = 100  # the name, all of it
EXACT = 80  # a word of it
PREFIX = 60  # how a word of it begins
SOUND = 40  # the consonants of a word, in another script or spelling
TYPO = 20  # one letter of a word aside
_TOGETHER = 3  # words of a name that others write as one
_LEAST_TYPED = 5  # letters of a word in which a slip is looked for
_ALPHABETS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
}
_LAST = "\U0010ffff"


class NameIndex:
    """Finds owners of names by a word, whatever its script.

    Parameters
    ----------
    names : iterable of (owner, name)
        Owners are numbers from 0 on, each with any number of names.
    owners : int
        How many there are.
    by_sound : bool
        Names may be spelt otherwise, or in another script: of places, not of terms.

    Examples
    --------
    >>> index = NameIndex([(0, "نابلس"), (1, "Nahal Oz")], 2)
    >>> index.scores("nablus").tolist(), index.scores("na").tolist()
    ([40, 0], [0, 60])
    """

    def __init__(
        self, names: Iterable[tuple[int, str]], owners: int, *, by_sound: bool = True
    ) -> None:
        self._size = owners
        ids: dict[str, int] = {}
        whole: dict[str, list[int]] = {}
        pairs: list[tuple[int, int]] = []
        for owner, name in names:
            words = split_words(name)
            if not words:
                continue
            whole.setdefault(" ".join(without_articles(words)), []).append(owner)
            pairs += [(ids.setdefault(one, len(ids)), owner) for one in _indexed(words)]
        self._whole = whole
        self._tokens = sorted(ids)
        ranks = np.empty(len(ids), np.int32)
        ranks[[ids[one] for one in self._tokens]] = np.arange(len(ids), dtype=np.int32)
        given = np.array(pairs, np.int32).reshape(-1, 2)
        ranked = ranks[given[:, 0]]
        self._owners: Owners = given[np.argsort(ranked, kind="stable"), 1]
        counts = np.bincount(ranked, minlength=len(ids))
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._places = {one: place for place, one in enumerate(self._tokens)}
        self._sounds: dict[Script, dict[str, list[int]]] = {}
        if by_sound:
            self._sound(self._tokens)

    def _sound(self, tokens: Sequence[str]) -> None:
        for place, token in enumerate(tokens):
            told = skeletons(token)
            if told:
                known = self._sounds.setdefault(script_of(token), {})
                for one in told:
                    known.setdefault(one, []).append(place)

    def scores(self, word: str) -> Scores:
        """Return how surely each owner is meant by a word; 0 where it is not.

        Parameters
        ----------
        word : str
            One word as `split_words` returns it.

        Returns
        -------
        array of int8, (owners,)
        """
        scores = np.zeros(self._size, np.int8)
        spelt = forms(word)
        if self._sounds:
            for token in self._by_sound(spelt):
                scores[self._of(token)] = SOUND
        for one in spelt:
            first, end = self._beginning(one)
            scores[self._owners[self._starts[first] : self._starts[end]]] = PREFIX
        for one in spelt:
            if (place := self._places.get(one)) is not None:
                scores[self._of(place)] = EXACT
        return scores

    def slips(self, word: str) -> Scores:
        """Return which owners are meant where one letter of a word is a slip.

        Returns
        -------
        array of int8, (owners,)
            `TYPO`, or 0.
        """
        scores = np.zeros(self._size, np.int8)
        for token in self._mistyped(word):
            scores[self._of(token)] = TYPO
        return scores

    def named(self, words: Sequence[str]) -> Owners:
        """Return the owners of which one whole name has exactly these words."""
        found = self._whole.get(" ".join(without_articles(words)), ())
        return np.array(found, np.int32)

    def _of(self, token: int) -> Owners:
        return self._owners[self._starts[token] : self._starts[token + 1]]

    def _beginning(self, word: str) -> tuple[int, int]:
        """Return the first token that begins with a word, and the first after."""
        return bisect_left(self._tokens, word), bisect_left(self._tokens, word + _LAST)

    def _by_sound(self, spelt: Sequence[str]) -> Iterator[int]:
        """Yield tokens of the same consonants; of the word's own script, Latin alone.

        What Arabic and Hebrew write otherwise within their script is folded already.
        """
        own = script_of(spelt[0])
        told = set(chain.from_iterable(map(skeletons, spelt)))
        for script, known in self._sounds.items():
            for one in told:
                # Two letters, one of them a vowel, are too little within one script.
                if script != own or (own == "latin" and len(one.lstrip("A")) > 1):
                    yield from known.get(one, ())

    def _mistyped(self, word: str) -> Iterator[int]:
        """Yield tokens that are one letter away: left out, added, other or swapped."""
        if len(word) < _LEAST_TYPED or any(letter.isdigit() for letter in word):
            return
        alphabet = _ALPHABETS[script_of(word)]
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            tried = [head + one + tail for one in alphabet]
            if tail:
                tried += [head + tail[1:], *(head + one + tail[1:] for one in alphabet)]
            if len(tail) > 1:
                tried.append(head + tail[1] + tail[0] + tail[2:])
            for one in tried:
                if (place := self._places.get(one)) is not None:
                    yield place


def _indexed(words: Sequence[str]) -> set[str]:
    """Return all that a name is found by: its words, and all of them as one."""
    found = set(chain.from_iterable(map(forms, words)))
    if 1 < len(words) <= _TOGETHER:
        found.add("".join(words))
    return found
