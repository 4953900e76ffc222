"""Texts as CASEI and ACCENTI compare them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

__all__ = ["SPELLINGS", "fold_accents", "fold_case"]


def fold_case(text: str) -> str:
    """Return a text without case, by Unicode's full case folding.

    Examples
    --------
    >>> fold_case("Straße") == fold_case("STRASSE")
    True
    """
    return unicodedata.normalize("NFC", text.casefold())


def fold_accents(text: str) -> str:
    """Return a text without accents, vowel points and other combining marks.

    Examples
    --------
    >>> fold_accents("Río Jordán"), fold_accents("débárquér")
    ('Rio Jordan', 'debarquer')
    """
    parts = unicodedata.normalize("NFD", text)
    kept = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", kept)


SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "casei": fold_case,
    "accenti": fold_accents,
}
