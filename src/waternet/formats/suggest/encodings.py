"""In which encoding a text is, told by its bytes and by the letters they make."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

__all__ = ["Decoded", "decode", "find_mojibake"]

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Each with the script that it is for; the DOS and ISO ones are rarer than Windows'.
_PAGES = (
    ("cp1255", "HEBREW", 1.0),
    ("cp1256", "ARABIC", 1.0),
    ("cp1252", "LATIN", 1.0),
    ("iso-8859-8", "HEBREW", 0.9),
    ("iso-8859-6", "ARABIC", 0.95),
    ("cp862", "HEBREW", 0.9),
    ("cp720", "ARABIC", 0.85),
    ("cp864", "ARABIC", 0.7),
    ("cp1254", "LATIN", 0.9),
    ("cp1250", "LATIN", 0.8),
    ("cp1251", "CYRILLIC", 0.9),
)
# The commonest letters of each language: two thirds and more of any text.
_COMMON = {
    "HEBREW": "יוהלאמרתבשנדקחפטםעכסצגזן",
    "ARABIC": "اليمونترةهبسدعفقحكجشصطأخإذضىغزثظئءؤآ",
    "LATIN": "àâäáãåèéêëìíîïòóôöõùúûüçñßøæÀÉÈÖÜÄÑ",
    "CYRILLIC": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
}
_ALLOWED = set("°º²³µ·×±§½¼’‘“”–—…•€£₪ ´©®«»¢\u00ad\u200e\u200f\u060c\u061b\u061f")
_WORD = re.compile(r"[^\W\d_]+")


class Decoded(NamedTuple):
    """A text, and how sure its encoding is.

    Attributes
    ----------
    encoding : str
    text : str
    confidence : float
    reason : str
    alternatives : tuple of str
    """

    encoding: str
    text: str
    confidence: float
    reason: str
    alternatives: tuple[str, ...] = ()


def decode(data: bytes, *, whole: bool = True) -> Decoded:
    r"""Decode bytes in the encoding that they are most probably in.

    Parameters
    ----------
    data : bytes
    whole : bool
        False where the bytes are the beginning of a longer file.

    Examples
    --------
    >>> decode("תאריך,מפלס המים בבאר".encode("cp1255")).encoding
    'cp1255'
    >>> decode("التاريخ,منسوب المياه".encode("cp1256")).encoding
    'cp1256'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace").removeprefix("\ufeff")
            return Decoded(encoding, text, 1.0, "its byte order mark says so")
    zeros = data[:4000].count(0)
    if zeros > len(data[:4000]) // 4:
        little = data[1:4000:2].count(0) > data[0:4000:2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        text = data.decode(encoding, errors="replace")
        return Decoded(encoding, text, 0.9, "every other byte is zero")
    if data.isascii():
        return Decoded("utf-8", data.decode("ascii"), 1.0, "nothing but ASCII letters")
    unicode = _as_utf8(data, whole=whole)
    if unicode is not None:
        return Decoded("utf-8", unicode, 0.99, "every letter is valid UTF-8")
    return _by_letters(data)


def _as_utf8(data: bytes, *, whole: bool) -> str | None:
    for cut in range(1 if whole else 4):
        try:
            return data[: len(data) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _by_letters(data: bytes) -> Decoded:
    """Choose the code page in which the letters beyond ASCII make words."""
    lines = b"\n".join(
        line for line in data[:400_000].splitlines() if not line.isascii()
    )
    scored = []
    for page, script, weight in _PAGES:
        try:
            text = lines.decode(page)
            misfit = 0
        except UnicodeDecodeError:
            text = lines.decode(page, errors="replace")
            misfit = text.count("\ufffd")
        scored.append((_score(text, script, misfit) * weight, page, script))
    scored.sort(reverse=True)
    best, second = scored[0], scored[1]
    others = tuple(page for score, page, _ in scored[1:4] if score > best[0] * 0.5)
    name = best[2].capitalize()
    reason = f"so its letters make {name} words"
    confidence = min(0.97, max(0.3, 0.5 + (best[0] - second[0]) / 2 + best[0] / 4))
    return Decoded(
        best[1], data.decode(best[1], errors="replace"), confidence, reason, others
    )


def _score(text: str, script: str, misfit: int) -> float:
    """Return the share of letters beyond ASCII that stand as in a script's words."""
    common = set(_COMMON[script])
    good = bad = 0.0
    for word in _WORD.findall(text):
        beyond = [letter for letter in word if ord(letter) > 127]
        if not beyond:
            continue
        of_script = [
            letter
            for letter in beyond
            if unicodedata.name(letter, "").startswith(script)
        ]
        fits = sum(letter in common for letter in of_script)
        mixed = script != "LATIN" and len(beyond) < len(word)
        if mixed and len(beyond) * 2 < len(word):
            fits = 0  # single letters inside of Latin words are in no other script
        if script == "LATIN" and len(beyond) * 2 > len(word) > 1:
            mixed = True  # words of accented letters only are in no language
        good += 0.3 * fits if mixed else fits
        bad += len(beyond) - (0.3 * fits if mixed else fits)
    odd = sum(
        ord(sign) > 127 and not sign.isalpha() and sign not in _ALLOWED for sign in text
    )
    return good / (good + bad + odd + 3 * misfit + 1e-9)


def find_mojibake(texts: list[str]) -> tuple[str, float]:
    """Return the code page that texts were in before they were read as cp1252.

    Parameters
    ----------
    texts : list of str
        Cells and headings.

    Returns
    -------
    page : str
        '' where the texts are as they should be.
    confidence : float

    Examples
    --------
    >>> find_mojibake(["ÞÖÇÁ ÞÕÈÉ ÇÑÈÏ"])[0], find_mojibake(["Séance"])[0]
    ('cp1256', '')
    """
    doubtful = [text for text in texts if _looks_broken(text)]
    beyond = [text for text in texts if not text.isascii()]
    if not doubtful or len(doubtful) * 2 < len(beyond):
        return "", 0.0
    found = []
    for page, script in (
        ("cp1256", "ARABIC"),
        ("cp1255", "HEBREW"),
        ("utf-8", "ARABIC"),
        ("utf-8", "HEBREW"),
    ):
        try:
            again = "\n".join(
                text.encode("cp1252").decode(page) for text in doubtful[:500]
            )
        except UnicodeError:
            continue
        found.append((_score(again, script, 0), page))
    if not found or max(found)[0] < 0.8:
        return "", 0.0
    score, page = max(found)
    return page, min(0.97, score)


def _looks_broken(text: str) -> bool:
    """Whether words are made of accented Latin letters only."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    accented = sum(
        0xA0 <= ord(letter) <= 0x2122 and not "\u0370" <= letter <= "\u1fff"
        for word in words
        for letter in word
        if not letter.isascii()
    )
    plain = sum(letter.isascii() for word in words for letter in word)
    return accented >= 2 and accented > 2 * plain
