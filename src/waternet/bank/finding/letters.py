"""Words of names in one spelling, with and without their article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from waternet.bank.spelling import search_text

__all__ = ["Script", "fold", "forms", "script_of", "split_words", "without_articles"]

Script: TypeAlias = Literal["arabic", "hebrew", "latin"]

# Beyond what every search of the bank folds: signs for hamza and ayn, joiners, letters
# that neither decompose nor are told apart in atlases.
_MORE = str.maketrans(
    {
        "ء": None,
        **dict.fromkeys("هہھە", "ه"),
        **dict.fromkeys("‘`´ʼʻ′‛\u200c\u200d", None),
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
    }
)
_WORD = re.compile(r"\w+")
_ARABIC = re.compile("[\u0600-\u06ff]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
# Written apart in Latin letters; the l of al is written as the letter after it, too.
_ARTICLES = frozenset(
    (
        *("al", "el", "ad", "ed", "adh", "an", "en", "ar", "as", "es", "ash", "esh"),
        *("at", "et", "ath", "az", "ez", "ha", "the", "of", "la", "le", "de"),
        *("ال", "ה"),
    )
)
# Written together: what is cut off, and how many letters must be left.
_JOINED = {
    "arabic": (("ال", 2),),
    "hebrew": (("ה", 3),),
    "latin": (("al", 4), ("el", 4), ("ha", 4)),
}


def fold(text: str) -> str:
    """Return a name in the one spelling that finding compares.

    Examples
    --------
    >>> fold("Az-Zarqā’"), fold("الزَّرقاء"), fold("עין הַבְּשׂוֹר")
    ('az zarqa', 'الزرقا', 'עינ הבשור')
    """
    line = search_text([text])
    if line.isascii():
        return line
    # God's name has one l less to the ear: Ramallah is one word elsewhere.
    return line.translate(_MORE).replace("الله", "اله")


def split_words(text: str) -> list[str]:
    """Return the words of a name or id, in the spelling that finding compares.

    Examples
    --------
    >>> split_words("iso3166:JO"), split_words("رام الله")
    (['iso3166', 'jo'], ['رام', 'اله'])
    """
    return _WORD.findall(fold(text))


def script_of(word: str) -> Script:
    """Return the script of a word; whatever is neither Arabic nor Hebrew is Latin."""
    if word.isascii():
        return "latin"
    if _ARABIC.search(word):
        return "arabic"
    return "hebrew" if _HEBREW.search(word) else "latin"


def forms(word: str) -> tuple[str, ...]:
    """Return a word as it is, then without an article that is written together.

    Examples
    --------
    >>> forms("الموجب"), forms("הירדנ"), forms("almujib"), forms("haifa")
    (('الموجب', 'موجب'), ('הירדנ', 'ירדנ'), ('almujib', 'mujib'), ('haifa',))
    """
    for article, least in _JOINED[script_of(word)]:
        if word.startswith(article) and len(word) - len(article) >= least:
            return word, word[len(article) :]
    return (word,)


def without_articles(words: Sequence[str]) -> list[str]:
    """Return words without articles that are written apart, unless none is left.

    Examples
    --------
    >>> without_articles(["az", "zarqa"]), without_articles(["al"])
    (['zarqa'], ['al'])
    """
    return [word for word in words if word not in _ARTICLES] or list(words)
