"""Text that mixes directions, marked for the typesetter.

A number, an id, a date or a name of another script is put between U+2066 or U+2067
and U+2069 (Unicode Standard Annex 9, isolates). No text of the record can hold these;
the typesetter takes each such stretch as one object of its own direction, and sets the
marks themselves nowhere.
"""

from __future__ import annotations

import re
from typing import Any, Final

from waternet.portal.language.language import Language
from waternet.portal.language.units import unit_text

__all__ = ["code_of", "foreign", "left_to_right", "name", "value"]

_LTR: Final = "\u2066"
_RTL: Final = "\u2067"
_END: Final = "\u2069"
_STRONG: Final = (
    ("he", re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]")),
    ("ar", re.compile("[\u0600-\u07bf\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")),
    ("en", re.compile("[^\\W\\d_]")),
)
_ANY: Final = re.compile("[\u2066-\u2069]")
_LONG: Final = 40  # letters that may stand on a line as one object


def left_to_right(text: str) -> str:
    """Mark what reads from left to right: an id, a range, a date in digits.

    Examples
    --------
    >>> left_to_right("jordan:AL1005") == "\u2066jordan:AL1005\u2069"
    True
    """
    return f"{_LTR}{_ANY.sub('', text)}{_END}"


def value(
    number: float | None, unit: str, digits: int, language: Language, sign: str = ""
) -> str:
    """Write a figure with its unit, and '<' or '>' of a limit, as one object."""
    if number is None:
        return "—"
    text = language.number(number, digits)
    shown = unit_text(unit)
    space = "" if shown in ("", "%", "°", "‰") else "\u00a0"
    return left_to_right(f"{sign}{text}{space}{shown}")


def code_of(text: str, language: Language) -> str:
    """Return the language whose script a text begins with; the reader's, if none."""
    first: tuple[int, str] = (len(text), language.code)
    for code, pattern in _STRONG:
        if (found := pattern.search(text)) and found.start() < first[0]:
            first = (found.start(), code)
    return first[1]


def name(text: str, language: Language) -> str:
    """Mark a name within a sentence, where it runs against it."""
    text = _ANY.sub("", text)
    code = code_of(text, language)
    is_rtl = code in ("ar", "he")
    if is_rtl == (language.direction == "rtl") or len(text) > _LONG:
        return text
    return f"{_RTL if is_rtl else _LTR}{text}{_END}"


def foreign(text: str, language: Language) -> dict[str, Any] | str:
    """Return a whole text for the typesetter, with the language that it is in.

    Plain text where it is in the reader's own script.
    """
    code = code_of(text, language)
    if code == language.code:
        return text
    direction = "rtl" if code in ("ar", "he") else "ltr"
    return {"text": text, "lang": code, "dir": direction}
