"""The few words that a calendar adds to what members wrote."""

from __future__ import annotations

__all__ = ["reported_words"]

_REPORTED = {
    "ar": "أورده {party} نقلًا عن: {source}",
    "en": "reported by {party} from {source}",
    "he": "דווח בידי {party}, מתוך: {source}",
}


def reported_words(language: str, party: str, source: str) -> str:
    """Say who reported something, and from where.

    Examples
    --------
    >>> reported_words("en", "Atlas", "a book")
    'reported by Atlas from a book'
    """
    said = _REPORTED.get(language, _REPORTED["en"])
    return said.format(party=party, source=source)
