"""One language as its readers write it: sentences, numbers, dates, direction.

References
----------
Unicode CLDR (month names by region, plural rules, number symbols), by Babel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import get_decimal_symbol, get_group_symbol
from babel.support import Translations

from waternet.portal.language.catalogue import languages, read_catalogue

__all__ = ["Language", "get_language"]

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LEAST, _GREATEST = 1e-7, 1e15  # that are told without a power of ten
_MINUS = "\u2212"  # screen readers say it, as they do not say a hyphen
# English dates as most readers write them: day, month, year.
_REGIONS = {"en": "en_GB"}
_MARKS = dict.fromkeys((0x200E, 0x200F, 0x061C))  # what is isolated needs no marks


@dataclass(frozen=True)
class Language:
    """A language, for one kind of its readers.

    Attributes
    ----------
    code : str
        'ar', 'en', 'he', or of another catalogue.
    locale : babel.Locale
        With the region that the reader names: months differ between regions.
    has_arabic_indic : bool
        Digits are ٠ to ٩; else 0 to 9, in every language.
    """

    code: str
    locale: Locale
    has_arabic_indic: bool = False

    @property
    def direction(self) -> str:
        """How its text runs: 'rtl' or 'ltr'."""
        return str(self.locale.text_direction)

    @property
    def tag(self) -> str:
        """Its tag for HTML and HTTP: 'ar'."""
        return self.code

    @cached_property
    def own_name(self) -> str:
        """What it calls itself: 'العربية'."""
        name = Locale.parse(self.code).get_display_name(self.code)
        return str(name or self.code).capitalize()

    @cached_property
    def _catalogue(self) -> Translations:
        return read_catalogue(self.code)

    def gettext(self, text: str) -> str:
        """Return a sentence in this language."""
        return str(self._catalogue.ugettext(text))

    def pgettext(self, context: str, text: str) -> str:
        """Return a sentence that means something else elsewhere."""
        return str(self._catalogue.upgettext(context, text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return a sentence in the form that goes with a count."""
        return str(self._catalogue.ungettext(one, many, count))

    def npgettext(self, context: str, one: str, many: str, count: int) -> str:
        """Return what `ngettext` does, of a sentence with a context."""
        return str(self._catalogue.unpgettext(context, one, many, count))

    def number(self, value: float, digits: int | None = None) -> str:
        """Return a number as text; not isolated from what stands around it.

        Parameters
        ----------
        value : float
            NaN and infinity give an em dash.
        digits : int or None
            After the decimal point; None for as many as it has, up to 10 in all.

        Examples
        --------
        >>> get_language("en").number(-1234.5), get_language("en").number(0.1 + 0.2)
        ('−1,234.5', '0.3')
        >>> get_language("ar", digits="arab").number(-1234.5)
        '−١٬٢٣٤٫٥'
        """
        if not math.isfinite(value):
            return "—"
        size = abs(value)
        text = _shortest(size) if digits is None else f"{size:,.{digits}f}"
        if value < 0 and text.strip("0.,"):
            text = f"{_MINUS}{text}"
        return self._in_digits(text, is_number=True)

    def written(self, number: str) -> str:
        """Return a number that is written '1,234.5' as the reader writes it.

        Examples
        --------
        >>> get_language("ar", digits="arab").written("1,234.5")
        '١٬٢٣٤٫٥'
        """
        return self._in_digits(number, is_number=True)

    def _in_digits(self, text: str, *, is_number: bool = False) -> str:
        if is_number and not self.has_arabic_indic:
            group, point = _symbols(self.locale)
            if (group, point) != (",", "."):
                return text.translate({ord(","): group, ord("."): point})
            return text
        if self.has_arabic_indic:
            text = text.translate(_ARABIC_INDIC)
            if is_number:
                text = text.translate({ord(","): "٬", ord("."): "٫"})
        return text

    def day(self, when: date, form: str = "long") -> str:
        """Return a day with its month in words: '2 March 2025', '2 آذار 2025'.

        Parameters
        ----------
        form : str
            'long', or a CLDR pattern: 'MMMM y', 'd MMM'.
        """
        text = format_date(when, form, locale=self.locale).translate(_MARKS)
        return self._in_digits(_to_latin(text))

    def month(self, when: date) -> str:
        """Return a month with its year: 'March 2025'."""
        return self.day(when, "LLLL y" if self.code != "he" else "MMMM y")

    def clock(self, when: datetime) -> str:
        """Return a time of day: '14:05'."""
        text = format_time(when, "HH:mm", locale=self.locale).translate(_MARKS)
        return self._in_digits(_to_latin(text))

    def digits(self, text: str) -> str:
        """Return a text with the digits that the reader prefers: years, counts."""
        return self._in_digits(text)

    def best_of(self, names: Mapping[str, str]) -> tuple[str, str]:
        """Return which of a thing's names is for this reader: language and name.

        Theirs if there is one; else the first, in alphabetical order of languages.

        Examples
        --------
        >>> get_language("he").best_of({"ar": "عين", "he": "עין"})
        ('he', 'עין')
        >>> get_language("en").best_of({"he": "עין", "ar": "عين"})
        ('ar', 'عين')
        """
        if names.get(self.code):
            return self.code, names[self.code]
        for code in sorted(names):
            if names[code]:
                return code, names[code]
        return self.code, ""


@lru_cache(64)
def get_language(code: str, region: str = "", digits: str = "latn") -> Language:
    """Return a language that has a catalogue.

    Parameters
    ----------
    code : str
        Of `languages()`.
    region : str
        'JO', 'PS', 'EG'...; one that CLDR does not know counts as none.
    digits : str
        'latn' or 'arab'; the latter counts for Arabic alone.

    Examples
    --------
    >>> get_language("ar", "JO").day(date(2025, 3, 2))
    '2 آذار 2025'
    >>> get_language("ar", "EG").day(date(2025, 3, 2))
    '2 مارس 2025'
    >>> get_language("he").day(date(2025, 3, 2))
    '2 במרץ 2025'
    """
    if code not in languages():
        raise ValueError(f"no catalogue of {code!r}")
    name = f"{code}_{region}" if region else _REGIONS.get(code, code)
    locale = Locale.parse(code)
    if name != code:
        try:
            locale = Locale.parse(name)
        except ValueError:  # UnknownLocaleError is one: the region counts as none
            locale = Locale.parse(_REGIONS.get(code, code))
    return Language(code, locale, digits == "arab" and code == "ar")


def _shortest(value: float) -> str:
    """Return the shortest digits that mean the value to ten digits, in groups.

    What is whole is told in full up to a thousand million million.
    """
    text = f"{value:.10g}"
    if "e" in text:
        if _LEAST <= value < 1:
            return f"{Decimal(text):f}"
        if 1 < value < _GREATEST:
            return f"{value:,.0f}"
        mantissa, _, power = text.partition("e")
        return f"{mantissa}·10{str(int(power)).translate(_RAISED)}"
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}"


@lru_cache(64)
def _symbols(locale: Locale) -> tuple[str, str]:
    group = get_group_symbol(locale, numbering_system="latn")
    return str(group), str(get_decimal_symbol(locale, numbering_system="latn"))


def _to_latin(text: str) -> str:
    return text.translate({0x0660 + digit: str(digit) for digit in range(10)})
