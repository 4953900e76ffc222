"""Words that headings are made of, in the vocabularies' languages and some others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from waternet.observation.vocabulary import LANGUAGES, get_terms

__all__ = [
    "Match",
    "find_words",
    "is_word",
    "month_number",
    "normal",
    "tokens",
]

_CAMEL = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
    r"|(?<=[^\W\d_])(?=(?:19|20)[0-9]{2}(?![0-9]))"
)
_SPLIT = re.compile(r"[\s_\-/\\.,;:()\[\]{}|#*+?%&']+")
_MARKS = re.compile("[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u200e\u200f]")
_LATIN_MARKS = re.compile("([A-Za-z])[\u0300-\u036f]+")
_ALIKE = str.maketrans(
    "أإآٱىةؤئ״׳”“`’ı", "ااااي" + "ه" + "وي" + '"' + "'" + '""' + "''" + "i"
)
_ARTICLE = re.compile(r"^(?:و?ال)(?=\w{3})")
_SHORT = 2  # letters; a word so short must be the whole heading


class Match(NamedTuple):
    """A word that was found in a text.

    Attributes
    ----------
    term : str
        What it stands for.
    word : str
        As the list has it.
    share : float
        Part of the text that it covers; 1 is all of it.
    """

    term: str
    word: str
    share: float


def normal(text: str) -> str:
    """Return a text without case, vowel marks and the two ways to write a letter.

    Examples
    --------
    >>> normal("Water Level") == normal("WATER level"), normal("سَنَة")
    (True, 'سنه')
    """
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = _LATIN_MARKS.sub(r"\1", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text)
    return _MARKS.sub("", text).translate(_ALIKE).casefold().strip()


@cache
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a heading: READING_DATE and ReadingDate are two each.

    Examples
    --------
    >>> tokens("STATION_ID"), tokens("WaterLevel (m)"), tokens("منسوب المياه")
    (('station', 'id'), ('water', 'level', 'm'), ('منسوب', 'مياه'))
    """
    split = _SPLIT.split(normal(_CAMEL.sub(" ", unicodedata.normalize("NFC", text))))
    return tuple(_without_article(word) for word in split if word)


def _without_article(word: str) -> str:
    if len(word) > 4 and word[0] == "ה" and "\u05d0" <= word[1] <= "\u05ea":
        return word[1:]
    return _ARTICLE.sub("", word)


def find_words(what: str, text: str) -> list[Match]:
    """Return what of one kind a text names, the best match first.

    Parameters
    ----------
    what : str
        'role', 'property', 'kind', 'statistic', 'total'.
    text : str
        A heading, the name of a sheet or file.

    Examples
    --------
    >>> find_words("property", "Chloride")[0]
    Match(term='chloride', word='chloride', share=1.0)
    """
    return list(_find(what, text))


@cache
def _find(what: str, text: str) -> tuple[Match, ...]:
    said = tokens(text)
    length = sum(map(len, said)) or 1
    best: dict[str, Match] = {}
    for word, terms in _words(what).items():
        if not _within(word, said):
            continue
        share = sum(map(len, word)) / length
        if share < 1 and len(word) == 1 and len(word[0]) <= _SHORT:
            continue
        for term in terms:
            if term not in best or share > best[term].share:
                best[term] = Match(term, " ".join(word), share)
    return tuple(sorted(best.values(), key=lambda found: -found.share))


def _within(word: tuple[str, ...], said: tuple[str, ...]) -> bool:
    size = len(word)
    return any(said[at : at + size] == word for at in range(len(said) - size + 1))


def is_word(what: str, term: str, text: str) -> bool:
    """Return whether a cell's whole text is one of a term's words.

    Examples
    --------
    >>> is_word("missing", "missing", "N/A"), is_word("missing", "missing", "12")
    (True, False)
    """
    return normal(text) in _texts(what, term)


def month_number(text: str) -> int:
    """Return which month a name stands for in any language here; 0 for none.

    Examples
    --------
    >>> [month_number(name) for name in ("Sept", "شباط", "מרץ", "x")]
    [9, 2, 3, 0]
    """
    return _months().get(normal(text).removesuffix("."), 0)


@cache
def _months() -> Mapping[str, int]:
    rows = [(term, words) for what, term, words in _rows() if what == "month"]
    return {normal(word): int(term) for term, words in rows for word in words}


@cache
def _texts(what: str, term: str) -> frozenset[str]:
    return frozenset(
        normal(word)
        for kind, name, words in _rows()
        if (kind, name) == (what, term)
        for word in words
    )


@cache
def _words(what: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Return terms by words; a vocabulary's own labels and names count too."""
    found: dict[tuple[str, ...], list[str]] = {}
    listed = [(term, words) for kind, term, words in _rows() if kind == what]
    if what == "property":
        for term in get_terms("observed_property").values():
            names = [term.id, *(term.labels[language] for language in LANGUAGES)]
            for standard in ("cuahsi", "odm2", "wqp"):
                names += term.codes.get(standard, ())
            listed.append((term.id, tuple(names)))
    for term_id, words in listed:
        for word in words:
            split = tokens(word)
            known = found.setdefault(split, [])
            if split and term_id not in known:
                known.append(term_id)
    found.pop((), None)
    return {word: tuple(terms) for word, terms in found.items()}


@cache
def _rows() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    source = files("waternet.formats.suggest") / "words.csv"
    lines = source.read_text(encoding="utf-8").splitlines()[1:]
    split = [line.split(",", 2) for line in lines if line]
    return tuple((what, term, tuple(words.split("|"))) for what, term, words in split)
