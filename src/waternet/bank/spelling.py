"""One spelling for search, whatever the script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = ["search_text", "search_words"]

# What writers of Arabic and Hebrew use for one another; final letters as the others.
_FOLDED = str.maketrans(
    {
        "آ": "ا",
        "أ": "ا",
        "إ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,
        "ך": "כ",
        "ם": "מ",
        "ן": "נ",
        "ף": "פ",
        "ץ": "צ",
        "״": None,
        "׳": None,
        "'": None,
        '"': None,
        "’": None,
        "ʿ": None,
        "ʾ": None,
        "-": " ",
        "_": " ",
        "/": " ",
        "־": " ",
    }
)


class _Plain(dict[int, int | str | None]):
    """What stands for a letter once it is decomposed; worked out as letters come."""

    def __missing__(self, code: int) -> int | str | None:
        letter = chr(code)
        told: int | str | None = code
        if letter.isdecimal():
            told = str(unicodedata.decimal(letter))
        elif unicodedata.combining(letter):
            told = None
        self[code] = told
        return told


_PLAIN = _Plain()


def search_text(words: Iterable[str]) -> str:
    """Return `words` as one line in the spelling that searches compare.

    Case, accents, vowel points and tatweel go; letters that writers exchange (alef
    and its hamzas, yaa and alef maqsura, taa marbuta and haa, final forms) are
    one, and so are the digits of all scripts.

    Examples
    --------
    >>> search_text(["Río Jordán"]), search_text(["بُحَيْرَة"]) == search_text(["بحيره"])
    ('rio jordan', True)
    """
    line = unicodedata.normalize("NFKC", " ".join(words)).casefold()
    line = line.translate(_FOLDED)
    if not line.isascii():
        line = unicodedata.normalize("NFD", line).translate(_PLAIN)
    return " ".join(line.split())


def search_words(text: str) -> list[str]:
    """Return the words of `text`, each in the spelling that searches compare."""
    return search_text([text]).split()
