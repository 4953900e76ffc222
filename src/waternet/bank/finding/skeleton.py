"""The consonants of a name, so that spellings in three scripts meet.

Romanisations differ in vowels, in doubled letters and in how they write letters that
Latin does not have. What is left when these are taken away is much the same in Arabic,
Hebrew and Latin letters: Nablus, Naplouse and نابلس are N-B-L-S or N-P-L-S.

References
----------
UNGEGN, Technical reference manual for the standardization of geographical names
(United Nations, 2007), Arabic (resolution II/8, as revised) and Hebrew (III/43): which
letters are written how. What is written further is usage: Petra, Jaffa, Chevron.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice, product

from waternet.bank.finding.letters import Script, script_of

__all__ = ["skeletons"]

_LEAST = 2  # letters of a skeleton that tells anything
_MOST = 8  # of one word

# A capital is a class of consonants, a dot a vowel or what may be left out. These stand
# for several of them, the most usual first.
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "F": ("P", "B"),  # Petra is al-Batra in Arabic
    "V": ("B", "."),  # bet or vav
    "C": ("H", "S"),  # Chevron, Chouf
    "J": ("G", "Y"),  # Jenin, Jaffa
    "I": ("A", "Y"),  # Irbid, Israel
    "X": ("K", "H"),  # kaf
    "Z": ("D", "S"),  # dhal, za
    "Q": (".", "H"),  # Hula(h), Mizrah
    "U": (".", "T"),  # ta marbuta
    "O": (".", "B"),  # two vavs
}
_ARABIC = str.maketrans(
    "بفلمنرپڤتطثجغگحخهدضذظزسشصچژقكاعوي", "BPLMNRFFTTTGGGHHHDDZZSSSSSSKK...."
)
_HEBREW = str.maketrans("בדלמנפרגכקהחטתזסצשאעוי", "BDLMNPRGXKHHTTSSSS....")
_LATIN = str.maketrans("bdfghjklmnpqrstvzcaeiouwy", "BDPGHGKLMNFKRSTVSK.......")
_TOGETHER = (
    (re.compile("sch|sh|zh|tz|ts"), "S"),
    (re.compile("kh"), "H"),
    (re.compile("ck"), "K"),
    (re.compile("ch"), "C"),
    (re.compile("gh|dj"), "G"),
    (re.compile("ph"), "P"),
    (re.compile("th"), "T"),
    (re.compile("dh"), "Z"),
    (re.compile("c(?=[eiy])"), "S"),
    (re.compile("x"), "KS"),
)
_DIGIT = re.compile(r"\d")
_DOUBLED = re.compile(r"([A-Z])\1+")
# How a word may begin, and what stands for it.
_BEGINS = {
    "latin": (
        (re.compile("ou(?=[aeiou])|w"), "W"),
        (re.compile("y"), "Y"),
        (re.compile("j"), "J"),
        (re.compile("i"), "I"),
    ),
    "arabic": ((re.compile("و"), "W"), (re.compile("ي"), "Y")),
    "hebrew": ((re.compile("וו?"), "W"), (re.compile("י"), "Y")),
}


def skeletons(word: str) -> tuple[str, ...]:
    """Return the consonant skeletons that a word may have, () where it tells nothing.

    Parameters
    ----------
    word : str
        As `letters.split_words` returns it.

    Returns
    -------
    tuple of str
        Most usual first. A vowel or a guttural at the beginning counts as 'A'.

    Examples
    --------
    >>> skeletons("nablus"), skeletons("نابلس")
    (('NBLS',), ('NBLS',))
    >>> skeletons("amman"), skeletons("عمان")
    (('AMN',), ('AMN',))
    """
    if _DIGIT.search(word):
        return ()
    script = script_of(word)
    begun, rest = _beginning(word, script)
    coded = begun + _coded(rest, script, at_start=not begun)
    if coded.startswith("."):
        coded = "A" + coded[1:]
    if _CHOICES.keys().isdisjoint(coded):
        told = coded.replace(".", "")
        return (told,) if len(told) >= _LEAST else ()
    parts = [_CHOICES.get(letter, (letter,)) for letter in coded]
    # Where letters are left out or are the same, others meet: told once.
    spelt = ("".join(one).replace(".", "") for one in product(*parts))
    several = dict.fromkeys(islice(spelt, _MOST))
    return tuple(one for one in several if len(one) >= _LEAST)


def _beginning(word: str, script: Script) -> tuple[str, str]:
    """Return what stands for the first letters where these are read as consonants."""
    for pattern, letter in _BEGINS[script]:
        if found := pattern.match(word):
            return letter, word[found.end() :]
    return "", word


def _coded(word: str, script: Script, *, at_start: bool) -> str:
    """Return each letter's class or choice, or a dot."""
    if script == "arabic":
        coded = word.translate(_ARABIC)
        return coded[:-1] + "U" if word.endswith("ه") else coded
    if script == "hebrew":
        if at_start and word.startswith("כ"):
            return "K" + _coded(word[1:], script, at_start=False)
        coded = word.replace("וו", "O").translate(_HEBREW)
        return coded[:-1] + "." if word.endswith("ה") else coded
    for pattern, letter in _TOGETHER:
        word = pattern.sub(letter, word)
    is_open = word.endswith("h")
    coded = _DOUBLED.sub(r"\1", word.translate(_LATIN))
    return coded[:-1] + "Q" if is_open else coded
