"""Words in several languages at once, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from babel import Locale, UnknownLocaleError

from waternet.portal.language.catalogue import languages
from waternet.portal.language.language import Language, get_language

__all__ = ["Label", "Spoken", "Versions", "language_name", "spoken"]

Spoken = dict[str, str]
"""One text for the typesetter: 'text', and the 'lang' and 'dir' in which it is set."""

Label = list[Spoken]
"""One thing in every language."""

_MARKS: Final = dict.fromkeys(range(0x2066, 0x206A))


def spoken(code: str, text: str) -> Spoken:
    """Return a text with the direction of its language.

    Examples
    --------
    >>> spoken("he", "באר")["dir"], spoken("fr", "puits")["dir"]
    ('rtl', 'ltr')
    """
    locale = _locale(code)
    direction = locale.text_direction if locale else "ltr"
    return {"text": text.translate(_MARKS), "lang": code, "dir": direction}


def language_name(code: str) -> str:
    """Return what a language calls itself; its code, where that is not known."""
    locale = _locale(code)
    name = locale.get_display_name(code) if locale else None
    return (name or code).capitalize()


@dataclass(frozen=True, slots=True)
class Versions:
    """The languages in which a record tells what it holds.

    Attributes
    ----------
    languages : tuple of Language
        By code.
    """

    languages: tuple[Language, ...]

    @classmethod
    def of(cls, codes: Iterable[str]) -> Versions:
        """Return those of the languages that have sentences; all, where none has."""
        known = [one for one in sorted(set(codes)) if one in languages()]
        return cls(tuple(get_language(one) for one in known or languages()))

    def pgettext(self, context: str, text: str) -> Label:
        """Return a sentence in every language."""
        return self.each(lambda language: language.pgettext(context, text))

    def each(self, tell: Callable[[Language], str]) -> Label:
        """Return what is told in every language, with the marks of `direction`."""
        return [
            {"text": tell(one), "lang": one.code, "dir": one.direction}
            for one in self.languages
        ]

    def names(self, names: Mapping[str, str], otherwise: str = "") -> Label:
        """Return a thing's names, each of these languages; one that is equal once.

        Parameters
        ----------
        names : mapping of language to str
        otherwise : str
            Its id, where it has no name.
        """
        codes = [one.code for one in self.languages if names.get(one.code)]
        codes = codes or [one for one in sorted(names) if names[one]][:1]
        found = {names[one]: spoken(one, names[one]) for one in reversed(codes)}
        return list(found.values())[::-1] or [spoken("en", otherwise)]


def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
