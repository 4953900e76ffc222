"""Numbers, units, dates, ids and names in a page, apart from the text around them.

In Arabic and Hebrew text ``2024-11-22`` would be shown as 22-11-2024, ``-4.02 m`` as
"m 4.02-" and ``3.5-7.25`` as 7.25-3.5. Whatever is no word of the sentence is put into
an element of its own direction.

References
----------
Unicode Standard Annex 9 (bidirectional algorithm), section 3.3.2; HTML, 4.5.24 (bdi).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo

from babel.lists import format_list
from markupsafe import Markup

from waternet.portal.language.language import Language
from waternet.portal.language.units import unit_text

__all__ = ["Isolating"]

_LEFT_TO_RIGHT = Markup('<bdi dir="ltr">%s</bdi>')


class Isolating:
    """Writes what is not text, for one language.

    Parameters
    ----------
    language : Language

    Examples
    --------
    >>> from waternet.portal.language.language import get_language
    >>> print(Isolating(get_language("ar")).span(3.5, 7.25))
    <bdi dir="ltr">3.5–7.25</bdi>
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def value(
        self,
        value: float | None,
        unit: str = "",
        digits: int | None = None,
        censor: str = "",
    ) -> Markup:
        """Write a figure with its unit (UCUM); None and NaN as an em dash.

        Parameters
        ----------
        censor : str
            '<' or '>' before a limit.
        """
        if value is None or value != value:
            return Markup('<bdi dir="ltr" class="value">—</bdi>')
        number = f"{censor}{self.language.number(value, digits)}"
        shown = unit_text(unit)
        if not shown:
            return Markup('<bdi dir="ltr" class="value">%s</bdi>') % number
        # A percent sign and a degree stand at the figure, other units apart from it.
        space = "" if shown in ("%", "°", "‰") else "\u00a0"
        form = '<bdi dir="ltr" class="value">%s%s<span class="unit">%s</span></bdi>'
        return Markup(form) % (number, space, shown)

    def unit(self, unit: str) -> Markup:
        """Write a unit (UCUM) alone."""
        return Markup('<bdi dir="ltr" class="unit">%s</bdi>') % unit_text(unit)

    def count(self, number: float) -> Markup:
        """Write a whole number, in groups of three."""
        return _LEFT_TO_RIGHT % self.language.number(number, 0)

    def ident(self, text: str) -> Markup:
        """Write an id, a hash, an address or a command, as it is."""
        return Markup('<bdi dir="ltr" class="ident">%s</bdi>') % text

    def day(self, when: date | datetime, zone: tzinfo = UTC) -> Markup:
        """Write a day, of an instant in a time zone; the month is a word."""
        local = when.astimezone(zone) if isinstance(when, datetime) else when
        form = Markup('<time datetime="%s"><bdi>%s</bdi></time>')
        return form % (local.strftime("%Y-%m-%d"), self.language.day(local))

    def month(self, when: date | datetime, zone: tzinfo = UTC) -> Markup:
        """Write a month with its year."""
        local = when.astimezone(zone) if isinstance(when, datetime) else when
        form = Markup('<time datetime="%s"><bdi>%s</bdi></time>')
        return form % (local.strftime("%Y-%m"), self.language.month(local))

    def moment(self, when: datetime, zone: tzinfo = UTC) -> Markup:
        """Write an instant to the minute, with its offset from UTC."""
        local = when.astimezone(zone)
        form = Markup(
            '<time datetime="%s"><bdi>%s</bdi> <bdi dir="ltr">%s %s</bdi></time>'
        )
        offset = local.strftime("%z")
        named = "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:5]}"
        return form % (
            local.isoformat(timespec="seconds"),
            self.language.day(local),
            self.language.clock(local),
            named.replace("-", "\u2212"),
        )

    def span(self, first: object, last: object) -> Markup:
        """Write a range of numbers or years, the first one on the left: '3.5–7.25'."""
        return _LEFT_TO_RIGHT % f"{self._plain(first)}–{self._plain(last)}"

    def year(self, year: int) -> Markup:
        """Write a year, without groups."""
        return _LEFT_TO_RIGHT % self.language.digits(str(year))

    def listed(self, items: Iterable[Markup | str]) -> Markup:
        """Write several things in a row, as the language joins them: 'a, b and c'.

        Examples
        --------
        >>> from waternet.portal.language.language import get_language
        >>> print(Isolating(get_language("en")).listed(["a", "b", "c"]))
        <bdi>a</bdi>, <bdi>b</bdi> and <bdi>c</bdi>
        """
        shown = [
            one if isinstance(one, Markup) else Markup("<bdi>%s</bdi>") % one
            for one in items
        ]
        places = [f"\0{number}\0" for number in range(len(shown))]
        joined = Markup.escape(format_list(places, locale=self.language.locale))
        for place, one in zip(places, shown, strict=True):
            joined = joined.replace(place, one)
        return joined

    def name(self, names: Mapping[str, str], otherwise: str = "") -> Markup:
        """Write the name that is the reader's, marked with the language it is in."""
        code, text = self.language.best_of(names)
        if not text:
            return self.ident(otherwise)
        if code == self.language.code:
            return Markup("<bdi>%s</bdi>") % text
        return Markup('<bdi lang="%s">%s</bdi>') % (code, text)

    def _plain(self, what: object) -> str:
        if isinstance(what, bool) or not isinstance(what, int | float):
            return self.language.digits(str(what))
        if isinstance(what, int) and 1000 <= what <= 2200:  # a year
            return self.language.digits(str(what))
        return self.language.number(what)
