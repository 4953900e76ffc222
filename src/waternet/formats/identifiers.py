"""Ids made of names: the same name gives the same id, whoever reads the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from waternet.formats.cells import clean_text

__all__ = ["make_id", "make_ids"]

_LENGTH = 56  # leaves room for the number that tells two texts apart
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,55}")
_QUOTES = dict.fromkeys(map(ord, "'\"`´‘’“”׳״ʿʾ"))
# The letters of Hebrew, Arabic and Persian by their Latin writing; no vowels are added.
_LATIN = {
    "a": "אעاأإآٱعىة",
    "b": "בب",
    "t": "טתتط",
    "th": "ث",
    "j": "ج",
    "h": "החحه",
    "kh": "خ",
    "d": "דدض",
    "dh": "ذ",
    "r": "רر",
    "z": "זزظ",
    "s": "סسص",
    "sh": "שش",
    "gh": "غ",
    "g": "גگ",
    "f": "ف",
    "q": "קق",
    "k": "כךكک",
    "l": "לل",
    "m": "מםم",
    "n": "נןن",
    "w": "وؤ",
    "v": "ו",
    "y": "יيئی",
    "p": "פףپ",
    "ts": "צץ",
    "ch": "چ",
    "zh": "ژ",
    "": "ءـ",
}
_LETTERS = {letter: latin for latin, letters in _LATIN.items() for letter in letters}
_BY_NUMBER: dict[int, str | None] = {ord(sign): text for sign, text in _LETTERS.items()}


def make_ids(texts: Iterable[str]) -> dict[str, str]:
    """Return an id for each text, no two the same.

    Parameters
    ----------
    texts : iterable of str
        In any order: it does not change the ids.

    Returns
    -------
    dict of text to id
        Of texts that would have one id, the second in the alphabet gets '-2', and so
        on.

    Examples
    --------
    >>> make_ids(["Ein Gedi", "עין גדי", "Ein  gedi"])
    {'Ein  gedi': 'ein-gedi', 'Ein Gedi': 'ein-gedi-2', 'עין גדי': 'ayn-gdy'}
    """
    made: dict[str, str] = {}
    taken: set[str] = set()
    for text in sorted(set(texts)):
        start = name = make_id(text)
        number = 1
        while name in taken:
            number += 1
            name = f"{start}-{number}"
        made[text] = name
        taken.add(name)
    return made


def make_id(text: str) -> str:
    """Return a text in small Latin letters, digits and hyphens.

    A code that can be an id as it stands, such as AL1005, stays so.

    Examples
    --------
    >>> make_id("Alfalfa hay"), make_id("AL1005"), make_id("عين جدي")
    ('alfalfa-hay', 'AL1005', 'ayn-jdy')
    """
    text = clean_text(text)
    if _CODE.fullmatch(text) and any(sign.isdigit() for sign in text):
        return text
    # Before accents are taken off: with them some letters are others.
    plain = text.translate(_QUOTES).translate(_BY_NUMBER)
    decomposed = unicodedata.normalize("NFKD", plain)
    letters = "".join(map(_as_latin, decomposed.casefold()))
    found = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LENGTH].strip("-")
    return found or "unnamed"


def _as_latin(sign: str) -> str:
    if unicodedata.combining(sign):
        return ""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    if sign.isalpha() and not sign.isascii():
        return _LETTERS.get(sign, f"u{ord(sign):04x}")
    return sign
