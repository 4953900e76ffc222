"""Ids out of names: of the file's dataset, of the one place that a file is about."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

from waternet.formats.suggest.kinds import Kind, kind_of
from waternet.formats.suggest.words import find_words, tokens

__all__ = ["language_of", "slug", "title_words"]

_NOT_ID = re.compile(r"[^a-z0-9]+")
_NOISE = {
    "data", "csv", "txt", "export", "table", "file", "sample", "final", "new", "raw",
    "nonames", "copy", "results", "values", "timeseries", "series", "daily", "monthly",
    "annual", "yearly", "hourly", "all", "long", "wide", "sheet1", "report", "list",
}  # fmt: skip


def slug(text: str, fallback: str) -> str:
    """Return an id in ASCII for a text.

    Examples
    --------
    >>> slug("Kinneret water_level (2025)", "data"), slug("מפלס", "levels")
    ('kinneret-water-level-2025', 'levels')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    made = _NOT_ID.sub("-", plain.lower()).strip("-")[:48].strip("-")
    return made if re.search("[a-z]", made) else fallback


def title_words(file: str) -> str:
    """Return the words of a file's name that may say what or where it is about.

    Examples
    --------
    >>> title_words("kinneret_water_level_2024.csv")
    'kinneret'
    """
    stem = PurePath(file).name.partition(".")[0]
    kept = []
    for word in tokens(stem):
        known = any(
            find_words(what, word) for what in ("property", "role", "statistic")
        )
        if word in _NOISE or word.isdigit() or known or word in ("water", "levels"):
            continue
        if kind_of(word) is Kind.TEXT:
            kept.append(word)
    return " ".join(kept)


def language_of(texts: list[str]) -> str:
    """Return the language whose script names are written in: 'he', 'ar' or 'en'.

    Examples
    --------
    >>> language_of(["ראש הנקרה"]), language_of(["ROSH"]), language_of(["نهر"])
    ('he', 'en', 'ar')
    """
    joined = "".join(texts[:300])
    hebrew = sum("\u05d0" <= letter <= "\u05ea" for letter in joined)
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in joined)
    latin = sum(letter.isascii() and letter.isalpha() for letter in joined)
    counts = {"he": hebrew, "ar": arabic, "en": latin}
    most = max(counts, key=lambda language: counts[language])
    return most if counts[most] else "und"
