"""How the water stands, said in a sentence of the reader's language.

Every number, day and name is isolated from the text about it, so that it stays as it is
where the text runs from right to left.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

from waternet.observation.vocabulary import Censor, get_term
from waternet.portal.language.isolation import Isolating
from waternet.portal.now.headline import QUANTITIES
from waternet.portal.now.reading import Station, Stations
from waternet.portal.now.topic import Summary

__all__ = ["Sayer", "day_of", "ordinal", "rounded"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RECENT = 60  # days; what was measured before that is said to be old
_LENGTHS = 2  # decimals of levels and depths
_FIGURES = 3  # significant ones of volumes and flows
_SIGNS = {int(Censor.BELOW): "<", int(Censor.ABOVE): ">"}


@dataclass(frozen=True)
class Sayer:
    """Says how stations stand, to one reader on one day.

    Attributes
    ----------
    write : Isolating
    stations : Stations
    parties : mapping of party to its names
    today : date
    """

    write: Isolating
    stations: Stations
    parties: Mapping[str, Mapping[str, str]]
    today: date

    def name(self, place: int) -> Markup:
        """Return a place's name as its owner gives it."""
        places = self.stations.inventory.places
        return self.write.name(places.names[place], places.ids[place])

    def party(self, party: str) -> Markup:
        """Return what a party calls itself."""
        return self.write.name(self.parties.get(party, {}), party)

    def kind(self, kind: str) -> Markup:
        """Return what a kind of place is called."""
        return self.write.name(get_term("place_kind", kind).labels)

    def state(self, station: Station) -> Markup:
        """Say the latest figure, how it changed in a year, and where it ranks."""
        return self._joined(
            [self._value(station), *self._change(station), self._rank(station)]
        )

    def when(self, station: Station) -> Markup:
        """Say when the latest figure was measured, and how long ago if that is long."""
        language = self.write.language
        day = day_of(station.local)
        days = (self.today - day).days
        if days <= _RECENT:
            text = Markup(language.gettext("measured %(day)s"))
            return text % {"day": self.write.day(day)}
        text = Markup(language.gettext("last measured %(day)s, %(ago)s"))
        return text % {"day": self.write.day(day), "ago": self.ago(days)}

    def ago(self, days: int) -> Markup:
        """Say how long ago something was, in months or years."""
        language = self.write.language
        months = round(days / 30.44)
        if months < 24:
            text = language.ngettext("%(num)s month ago", "%(num)s months ago", months)
            return Markup(text) % {"num": self.write.count(months)}
        years = round(days / 365.2425)
        text = language.ngettext("%(num)s year ago", "%(num)s years ago", years)
        return Markup(text) % {"num": self.write.count(years)}

    def remarks(self, station: Station) -> list[str]:
        """Say what is to be known of the figure: that it is suspect, or provisional."""
        language = self.write.language
        told = []
        for vocabulary, number in (
            ("grade", station.grade),
            ("status", station.status),
        ):
            word = _WORDS[vocabulary].get(number)
            if word:
                told.append(language.best_of(get_term(vocabulary, word).labels)[1])
        return told

    def summary(self, summary: Summary) -> Markup:
        """Say how many stations stand below, at and above what is normal."""
        language, write = self.write.language, self.write
        counts = Counter(summary.classes)
        below = counts["below"] + counts["much-below"]
        above = counts["above"] + counts["much-above"]
        number = summary.count
        stations = Markup(
            language.ngettext("%(num)s station", "%(num)s stations", number)
        ) % {"num": write.count(number)}
        parts = [
            Markup(text) % {"num": write.count(count)}
            for text, count in (
                (language.gettext("below normal for the season: %(num)s"), below),
                (language.gettext("normal: %(num)s"), counts["normal"]),
                (language.gettext("above normal: %(num)s"), above),
                (language.gettext("too few years: %(num)s"), counts["unranked"]),
            )
            if count
        ]
        return self._joined([stations, self._span(summary), *parts])

    def _span(self, summary: Summary) -> Markup:
        language, write = self.write.language, self.write
        first, last = day_of(summary.first), day_of(summary.last)
        if first.year == last.year:
            text = Markup(language.gettext("last measured in %(years)s"))
            return text % {"years": write.year(last.year)}
        text = Markup(language.gettext("last measured in the years %(years)s"))
        return text % {"years": write.span(first.year, last.year)}

    def _value(self, station: Station) -> Markup:
        language, kind = self.write.language, self._kind(station)
        if kind == "level" and station.censor == Censor.NONE:
            shown = self._figure(abs(station.value), station)
            if station.value < 0:
                return Markup(language.gettext("%(value)s below sea level")) % {
                    "value": shown
                }
            return Markup(language.gettext("%(value)s above sea level")) % {
                "value": shown
            }
        shown = self._figure(station.value, station, _SIGNS.get(station.censor, ""))
        if kind == "depth":
            text = Markup(language.gettext("water at a depth of %(value)s"))
            return text % {"value": shown}
        return shown

    def _change(self, station: Station) -> list[Markup]:
        if station.before is None or math.isnan(station.change):
            return []
        language, kind = self.write.language, self._kind(station)
        change = exact_change(station.value, station.before[1])
        digits = _digits(station.value, kind)
        amount = _to_digits(abs(change), digits)
        if not amount:
            return [Markup(language.gettext("the same as a year earlier"))]
        shown = self._figure(float(amount), station, digits=digits)
        falls, rises = {
            "depth": (
                language.gettext("%(value)s less deep than a year earlier"),
                language.gettext("%(value)s deeper than a year earlier"),
            ),
            "amount": (
                language.gettext("%(value)s less than a year earlier"),
                language.gettext("%(value)s more than a year earlier"),
            ),
        }.get(
            kind,
            (
                language.gettext("%(value)s lower than a year earlier"),
                language.gettext("%(value)s higher than a year earlier"),
            ),
        )
        return [Markup(falls if change < 0 else rises) % {"value": shown}]

    def _rank(self, station: Station) -> Markup:
        language = self.write.language
        if not math.isnan(station.rank):
            number = int(rounded(station.rank, 0))
            text = Markup(language.gettext("%(rank)s percentile for the season"))
            return text % {"rank": self._plain(ordinal(language.code, number))}
        text = Markup(
            language.ngettext(
                "%(num)s year of this season on record, too few for a percentile",
                "%(num)s years of this season on record, too few for a percentile",
                station.years,
            )
        )
        return text % {"num": self.write.count(station.years)}

    def _figure(
        self,
        value: float,
        station: Station,
        sign: str = "",
        digits: int | None = None,
    ) -> Markup:
        if digits is None:
            digits = _digits(value, self._kind(station))
        shown = float(rounded(value, digits))
        return self.write.value(shown, station.unit, digits, sign)

    def _plain(self, text: str) -> Markup:
        digits = self.write.language.digits(text)
        return Markup('<bdi dir="ltr">%s</bdi>') % digits

    def _kind(self, station: Station) -> str:
        return QUANTITIES[self.stations.inventory.quantity.text(station.row)]

    def _joined(self, clauses: Sequence[Markup]) -> Markup:
        """Return clauses with the comma of the language between them."""
        form = Markup(self.write.language.pgettext("clauses", "%(before)s, %(after)s"))
        told = clauses[0]
        for one in clauses[1:]:
            told = form % {"before": told, "after": one}
        return told


_WORDS: Mapping[str, Mapping[int, str]] = {
    "grade": {2: "suspect", 3: "bad"},
    "status": {1: "estimated", 2: "imputed", 3: "modelled", 5: "provisional"},
}


def ordinal(code: str, number: int) -> str:
    """Return a number as a language says it of a percentile.

    Examples
    --------
    >>> [ordinal("en", one) for one in (1, 2, 3, 11, 33, 44)]
    ['1st', '2nd', '3rd', '11th', '33rd', '44th']
    >>> ordinal("ar", 44)
    '44'
    """
    if code != "en":
        return str(number)
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if 10 <= number % 100 <= 20 else ends.get(number % 10, "th")
    return f"{number}{end}"


def day_of(local: int) -> date:
    """Return the day of a moment by the owner's clock [us]."""
    return (_EPOCH + timedelta(microseconds=local)).date()


def exact_change(value: float, before: float) -> Decimal:
    """Return the difference of two figures as they are written.

    Examples
    --------
    >>> exact_change(-211.26, -209.695)
    Decimal('-1.565')
    """
    return Decimal(repr(value)) - Decimal(repr(before))


def rounded(value: float, digits: int) -> Decimal:
    """Return a figure as it is written, rounded; halves away from zero.

    Examples
    --------
    >>> rounded(0.125, 2), rounded(-211.265, 2)
    (Decimal('0.13'), Decimal('-211.27'))
    """
    return _to_digits(Decimal(repr(value)), digits)


def _to_digits(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _digits(value: float, kind: str) -> int:
    """Return how many decimals of a figure are said: no more than it has."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    held = max(0, -int(exponent))
    if kind == "amount":
        whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
        return min(held, max(0, _FIGURES - whole))
    return min(held, _LENGTHS)
