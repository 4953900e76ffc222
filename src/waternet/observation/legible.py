"""Text that reads as it is: nothing in it is hidden, reordered or spelt twice."""

from __future__ import annotations

import re
import unicodedata

from waternet.errors import NotAcceptable

__all__ = ["verify_legible", "without_marks"]

# Marks that reorder or hide text: with one of them a signed sentence, or the name of a
# place, can look like another. Joiners (U+200C, U+200D) shape words and are allowed.
_MARKS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Controls, line and paragraph separators, lone surrogates.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def verify_legible(text: str, what: str) -> None:
    """Raise unless `text` is free of hidden characters and in normal form C.

    Parameters
    ----------
    text : str
    what : str
        What it is, for the message: "the name of place 'kinneret'".

    Raises
    ------
    NotAcceptable
        Names the first hidden character, or says that the text is not normal.

    Examples
    --------
    >>> verify_legible("بحيرة طبريا", "a name")
    """
    hidden = _MARKS.search(text) or _CONTROLS.search(text)
    if hidden:
        raise NotAcceptable(
            f"{what}: holds the invisible character U+{ord(hidden[0]):04X}",
            hint="retype the text without control and direction marks",
        )
    if text != unicodedata.normalize("NFC", text):
        raise NotAcceptable(
            f"{what}: {text!r:.80} is not in Unicode normal form C",
            hint="normalise it to NFC: one character for a letter with its mark",
        )


def without_marks(text: str) -> str:
    r"""Return a text without invisible marks of direction or width.

    Examples
    --------
    >>> without_marks("Karak\u200f")
    'Karak'
    """
    return _MARKS.sub("", text)
