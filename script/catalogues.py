"""Bring the portal's catalogues up to date with its sentences.

    script/catalogues.py            add what is missing, drop what is no longer said
    script/catalogues.py --check    say what is missing, and fail

A sentence of portal/find/ or templates/find/ belongs to find.po of each language; what
stands in no folder of a room, or in two, belongs to common.po. English sentences are
their own translations; of the other languages a person writes them: what is empty fails
the build.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

PORTAL = Path(__file__).resolve().parents[1] / "src" / "waternet" / "portal"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# The forms of plurals that CLDR has, in its order: zero, one, two, few, many, other.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);",
    "en": "nplurals=2; plural=(n!=1);",
    "he": "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
}


def said() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    """Yield every sentence of the pages: room, text (or its two forms), context."""
    for path in sorted(PORTAL.rglob("*")):
        kind = {".py": "python", ".html": "jinja2", ".xml": "jinja2"}.get(path.suffix)
        if kind is None:
            continue
        parts = path.relative_to(PORTAL).parts
        folders = parts[1:-1] if parts[0] == "templates" else parts[:-1]
        room = folders[0] if folders else "common"
        options = {"trimmed": "true", "newstyle_gettext": "true"}
        found = extract_from_file(kind, path, KEYWORDS, (), options)
        for _, text, _, context in found:
            if text and text != ("",):
                yield room, text, context


def by_room() -> dict[str, dict[tuple[str | None, str], Message]]:
    """Return the sentences of each room; one that is said in two is common."""
    rooms: dict[tuple[str | None, str], set[str]] = {}
    forms: dict[tuple[str | None, str], Message] = {}
    for room, text, context in said():
        key = (context, text if isinstance(text, str) else text[0])
        rooms.setdefault(key, set()).add(room)
        # A sentence that is counted somewhere has its forms everywhere.
        if key not in forms or not isinstance(text, str):
            forms[key] = Message(text, context=context)
    found: dict[str, dict[tuple[str | None, str], Message]] = {}
    for key, where in rooms.items():
        room = next(iter(where)) if len(where) == 1 else "common"
        found.setdefault(room, {})[key] = forms[key]
    return found


def update(language: str) -> list[str]:
    """Write the catalogues of a language; return what is not translated."""
    folder = PORTAL / "languages" / language
    held: dict[tuple[str | None, str], Message] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, Locale.parse(language)):
                if message.id:
                    before = held.get(_key(message))
                    if before is None or not any(before.string):
                        held[_key(message)] = message
    lacking = []
    rooms = by_room()
    for path in folder.glob("*.po"):
        if path.stem not in rooms:
            path.unlink()
    for room, messages in sorted(rooms.items()):
        catalogue = Catalog(Locale.parse(language), fuzzy=False)
        for key in sorted(messages, key=lambda one: (one[1], one[0] or "")):
            message = messages[key]
            string = _translated(language, message, held.get(key))
            catalogue.add(message.id, string, context=message.context)
            if not string or (not isinstance(string, str) and not all(string)):
                lacking.append(f"{language}/{room}.po: {key[1]}")
        _write(folder / f"{room}.po", language, catalogue)
    return lacking


def _translated(
    language: str, message: Message, held: Message | None
) -> str | tuple[str, ...]:
    is_one = isinstance(message.id, str)
    if held and isinstance(held.string, str) == is_one and any(held.string):
        return held.string
    if language == "en":
        return message.id
    if isinstance(message.id, str):
        return ""
    return ("",) * int(PLURALS[language][9])


def _key(message: Message) -> tuple[str | None, str]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, text


def _write(path: Path, language: str, catalogue: Catalog) -> None:
    """Write a catalogue with a heading that says nothing of when or by whom."""
    fields = [
        ("Language", language),
        ("Plural-Forms", PLURALS[language]),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ]
    told = "".join(f'"{name}: {text}\\n"\n' for name, text in fields)
    with path.open("wb") as file:
        file.write(f'msgid ""\nmsgstr ""\n{told}\n'.encode())
        write_po(file, catalogue, no_location=True, width=0, omit_header=True)


def main() -> int:
    """Update, or check; return the exit code."""
    if "--check" in sys.argv:
        return _check()
    lacking = [one for language in PLURALS for one in update(language)]
    for one in lacking:
        sys.stdout.write(f"to be translated: {one}\n")
    return 0


def _check() -> int:
    failed = False
    rooms = by_room()
    needed = {key for messages in rooms.values() for key in messages}
    for language in PLURALS:
        held = {}
        for path in sorted((PORTAL / "languages" / language).glob("*.po")):
            with path.open("rb") as file:
                for one in read_po(file, Locale.parse(language)):
                    if one.id:
                        held[_key(one)] = one
        told = {
            "missing": needed - held.keys(),
            "no longer said": held.keys() - needed,
            "empty": {key for key, one in held.items() if not _is_whole(one)},
            "fuzzy": {key for key, one in held.items() if one.fuzzy},
        }
        for what, keys in told.items():
            for key in sorted(keys, key=str):
                failed = True
                sys.stdout.write(f"{language}: {what}: {key[1]}\n")
    return int(failed)


def _is_whole(message: Message) -> bool:
    string = message.string
    return bool(string) if isinstance(string, str) else bool(string) and all(string)


if __name__ == "__main__":
    sys.exit(main())
