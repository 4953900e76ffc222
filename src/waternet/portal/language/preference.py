"""Which language, digits and colours a reader prefers.

The language is the address's (``lang=``), else the browser's (Accept-Language). Digits
and colours are in a cookie that the page of preferences sets: they are the reader's and
no part of what a link shows.

References
----------
RFC 9110, section 12.5.4 (Accept-Language); RFC 6265 (cookies); BCP 47 (tags).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from waternet.portal.language.catalogue import languages
from waternet.portal.language.language import Language, get_language

__all__ = [
    "DIGITS",
    "PREFERENCES",
    "THEMES",
    "Preferences",
    "preferences_of",
    "reader_language",
]

PREFERENCES: Final = "waternet_preferences"  # the cookie's name
DIGITS: Final = ("latn", "arab")
THEMES: Final = ("auto", "light", "dark")
_FALLBACK: Final = "en"  # of who asks for none that there is: sentences are ids in it
_ASKED = re.compile(r"(?:^|&)lang=([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?=&|$|[-_])")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?")
_COOKIE = re.compile(rf"(?:^|;\s*){PREFERENCES}=([a-z.]{{1,40}})")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader set once, for every page.

    Attributes
    ----------
    digits : str
        One of `DIGITS`; 'arab' counts on Arabic pages.
    theme : str
        One of `THEMES`; 'auto' is what the reader's system says.
    """

    digits: str = "latn"
    theme: str = "auto"

    def to_cookie(self) -> str:
        """Return the cookie's value."""
        return f"{self.digits}.{self.theme}"


def preferences_of(headers: Mapping[str, str]) -> Preferences:
    """Return what the cookie says; what it should not say counts as not said.

    Examples
    --------
    >>> preferences_of({"cookie": "a=b; waternet_preferences=arab.dark"}).digits
    'arab'
    """
    found = _COOKIE.search(headers.get("cookie", ""))
    digits, _, theme = (found[1] if found else "").partition(".")
    return Preferences(
        digits if digits in DIGITS else DIGITS[0],
        theme if theme in THEMES else THEMES[0],
    )


def reader_language(query: str, headers: Mapping[str, str]) -> Language:
    """Return the language of a page for who asks for it.

    Examples
    --------
    >>> reader_language("q=1&lang=ar-JO", {"accept-language": "he"}).locale.territory
    'JO'
    >>> reader_language("", {"accept-language": "fr, he;q=0.8, en;q=0.5"}).code
    'he'
    >>> reader_language("lang=ar", {"accept-language": "ar-PS"}).locale.territory
    'PS'
    """
    digits = preferences_of(headers).digits
    accepted = list(_accepted(headers.get("accept-language", "")))
    asked = _ASKED.search(query)
    if asked and asked[1].lower() in languages():
        code, region = asked[1].lower(), (asked[2] or "").upper()
        # A link says the language; the browser may know its reader's region.
        region = region or next((one for name, one in accepted if name == code), "")
        return get_language(code, region, digits)
    for code, region in accepted:
        if code in languages():
            return get_language(code, region, digits)
    return get_language(_FALLBACK, digits=digits)


def _accepted(written: str) -> Iterator[tuple[str, str]]:
    """Yield languages with their regions, the preferred ones first."""
    weighed = []
    for part in written[:500].split(","):
        name, _, parameter = part.partition(";")
        found = _TAG.match(name.strip())
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if found and weight > 0:
            weighed.append((-weight, found[1].lower(), (found[2] or "").upper()))
    for _, code, region in sorted(weighed, key=lambda one: one[0]):
        yield code, region
