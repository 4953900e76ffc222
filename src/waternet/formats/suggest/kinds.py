"""What a cell looks like: a number, a date, a time of day, text."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from waternet.formats.cells import clean_text
from waternet.formats.suggest.words import is_word, month_number

__all__ = ["DIGITS", "Kind", "kind_of"]

# Digits of the Arabic and Persian scripts.
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u2212", "01234567890123456789-")


class Kind(StrEnum):
    """What one cell looks like."""

    BLANK = " "
    GAP = "-"  # a sign for "not reported"
    NUMBER = "n"
    DATE = "d"
    CLOCK = "c"
    TEXT = "t"


_NUMBER = re.compile(
    r"(?:[<>≤≥~]=?|less than|أقل من|קטן מ-?)?\s*[-+]?"
    r"(?:[0-9]{1,3}(?:[,.'٬\u00a0\u202f ][0-9]{3})+|[0-9]+)?(?:[.,٫][0-9]*)?"
    r"(?:[eE][-+]?[0-9]{1,3})?\s*(?:[%º°*]|[^\W\d_][^\W\d_]{0,5}(?:/[^\W\d_]{1,3})?)?"
)
_DATES = (
    re.compile(r"[0-9]{4}([-/.])[0-9]{1,2}(?:\1[0-9]{1,2})?(?:[T ,].*)?"),
    re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2,4}(?:[T ,].*)?"),
    re.compile(r"[0-9]{1,2}[-/][0-9]{4}"),
    re.compile(r"[0-9]{4}[-/][0-9]{2,4}"),
)
_CLOCK = re.compile(
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
)
_NAMED = re.compile(r"[^\W\d_]+'?(?: [^\W\d_]+'?)?\.?")


@lru_cache(maxsize=1 << 17)
def kind_of(text: str) -> Kind:
    """Return what a cell looks like.

    Examples
    --------
    >>> [str(kind_of(text)) for text in ("", "n/a", "<0.05", "12 m", "3-Jun-68", "W1")]
    [' ', '-', 'n', 'n', 'd', 't']
    """
    text = clean_text(text[:200]).translate(DIGITS)
    if not text:
        return Kind.BLANK
    if is_word("missing", "missing", text):
        return Kind.GAP
    if any(character in "0123456789" for character in text):
        if any(date.fullmatch(text) for date in _DATES) or _has_month(text):
            return Kind.DATE
        if _CLOCK.fullmatch(text):
            return Kind.CLOCK
        if _NUMBER.fullmatch(text):
            return Kind.NUMBER
    elif is_word("notdetected", "notdetected", text):
        return Kind.GAP
    return Kind.TEXT


def _has_month(text: str) -> bool:
    if len(text) > 40:
        return False
    return any(month_number(name) for name in _NAMED.findall(text)) and not re.search(
        r"[^\W\d_]{3,}[^\d]*[^\W\d_]{3,}[^\d]*[^\W\d_]{4,}", text
    )
