"""Names of Akoma Ntoso 3.0, as the profile AKN4UN gives them to texts and versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waternet.errors import NotAcceptable

__all__ = ["AKN", "WRITTEN", "Name", "language_code", "short_language"]

AKN = "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}"

# ISO 639-1 and the code of ISO 639-2 (terminology) that the profile wants.
WRITTEN: Mapping[str, str] = {
    "am": "amh",
    "ar": "ara",
    "az": "aze",
    "bg": "bul",
    "bn": "ben",
    "cs": "ces",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "es": "spa",
    "fa": "fas",
    "fi": "fin",
    "fr": "fra",
    "he": "heb",
    "hi": "hin",
    "hr": "hrv",
    "hu": "hun",
    "hy": "hye",
    "it": "ita",
    "ja": "jpn",
    "ka": "kat",
    "kk": "kaz",
    "ko": "kor",
    "ku": "kur",
    "ky": "kir",
    "nl": "nld",
    "no": "nor",
    "pl": "pol",
    "ps": "pus",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "so": "som",
    "sr": "srp",
    "sv": "swe",
    "sw": "swa",
    "tg": "tgk",
    "ti": "tir",
    "tk": "tuk",
    "tr": "tur",
    "uk": "ukr",
    "ur": "urd",
    "uz": "uzb",
    "vi": "vie",
    "zh": "zho",
}
_SHORT = {long: short for short, long in WRITTEN.items()}
_LONG = 3


def language_code(language: str) -> str:
    """Return a language's code of three letters.

    Raises
    ------
    NotAcceptable
        It has none here.

    Examples
    --------
    >>> language_code("he"), language_code("arc")
    ('heb', 'arc')
    """
    plain = language.partition("-")[0]
    code = WRITTEN.get(plain, plain)
    if len(code) != _LONG:
        raise NotAcceptable(
            f"no code of three letters is known for the language {language!r}",
            hint="name it in the charter by its code of ISO 639-2, as 'arc'",
        )
    return code


def short_language(code: str) -> str:
    """Return the code that a charter has for a language.

    Examples
    --------
    >>> short_language("heb"), short_language("arc")
    ('he', 'arc')
    """
    return _SHORT.get(code, code)


@dataclass(frozen=True, slots=True)
class Name:
    """How a document is called, from its work to its file.

    Attributes
    ----------
    kind, subtype : str
        Element and class of the profile: 'statement', 'deliberation'.
    actor : str
        The group.
    day : str
        On which the work was begun.
    number : str
        Of the work, within actor and day.
    language : str
        Of the version, in three letters.
    version : str
        A day, or the number of a draft.
    """

    kind: str
    subtype: str
    actor: str
    day: str
    number: str
    language: str = ""
    version: str = ""

    @property
    def work(self) -> str:
        """IRI of the work: the same one for all language versions."""
        parts = (self.kind, self.subtype, self.actor, self.day, self.number)
        return f"/akn/un/{'/'.join(parts)}"

    @property
    def expression(self) -> str:
        """IRI of one version in one language."""
        return f"{self.work}/{self.language}@{self.version}"
