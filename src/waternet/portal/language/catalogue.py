"""Catalogues of sentences: a folder for each language, a gettext file for each room.

A language is there once its folder is: nothing else names it. The files are read as
they are (``.po``), so nothing is compiled and nothing can be stale.

References
----------
GNU gettext manual, section 10 (PO files); Unicode CLDR, plural rules.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from waternet.errors import NotAcceptable

__all__ = ["languages", "read_catalogue"]


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages that there are, in alphabetical order.

    Examples
    --------
    >>> languages()
    ('ar', 'en', 'he')
    """
    folder = files("waternet.portal") / "languages"
    return tuple(sorted(one.name for one in folder.iterdir() if one.is_dir()))


@cache
def read_catalogue(code: str) -> Translations:
    """Return all sentences of a language.

    Raises
    ------
    NotAcceptable
        A sentence stands in two rooms with two translations: a reader would see either.
    """
    merged: Translations | None = None
    said: dict[object, tuple[str, object]] = {}
    folder = files("waternet.portal") / "languages" / code
    rooms = sorted(one.name for one in folder.iterdir() if one.name.endswith(".po"))
    for room in rooms:
        with (folder / room).open("rb") as file:
            catalogue = read_po(file, Locale.parse(code), abort_invalid=True)
        for message in catalogue:
            key = (message.context, message.id)
            before = said.setdefault(key, (room, message.string))
            if message.id and before[1] != message.string:
                raise NotAcceptable(
                    f"{code}/{room} and {code}/{before[0]} translate {message.id!r} "
                    "differently",
                    hint="give one of them a context",
                )
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        one = Translations(compiled)
        merged = one if merged is None else merged.merge(one)
    return merged if merged is not None else Translations()
