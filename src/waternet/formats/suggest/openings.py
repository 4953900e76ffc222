"""The tables in a file, whatever its format, before anybody said what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.preview import Sheet
from waternet.formats.recipe import TableLayout
from waternet.formats.registry import FORMATS, HEAD, recognise
from waternet.formats.suggest.draft import Draft
from waternet.formats.suggest.encodings import find_mojibake
from waternet.formats.suggest.lines_of_text import read_text

__all__ = ["Opened", "find_formats", "open_tables"]


@dataclass
class Opened:
    """The tables of a file.

    Attributes
    ----------
    sheets : list of Sheet
    table : dict
        What of `[table]` is known for all of them.
    states_system : bool
        Whether the file says its own reference system.
    """

    sheets: list[Sheet]
    table: dict[str, Any] = field(default_factory=dict)
    states_system: bool = False


def find_formats(path: Path, draft: Draft) -> tuple[str, ...]:
    """Return the formats that a file may be in, by its content.

    Raises
    ------
    NotAcceptable
        It is in none.
    """
    said = draft.answer("format")
    if said:
        if said not in FORMATS:
            listed = ", ".join(FORMATS)
            raise NotAcceptable(f"no format {said!r}", hint=f"one of {listed}")
        return (said,)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise NotAcceptable(f"{path.name} is empty", hint="export it again")
    found = recognise(head, path.name)
    if not found:
        raise NotAcceptable(
            f"{path.name} is in no format that is known here",
            hint=f"known are {', '.join(FORMATS)}; --answer format=NAME tries one",
        )
    reason = "its first bytes say so" if found[0] != "delimited" else "text in rows"
    draft.say("format", found[0], reason, 0.95, found[1:])
    return found


def open_tables(path: Path, name: str, draft: Draft) -> Opened:
    """Return a file's tables in one of the table formats."""
    if name == "delimited":
        text = read_text(path, draft)
        opened = Opened([text.sheet], dict(text.table))
        _repair(opened, draft)
        return opened
    module = import_module(f"waternet.formats.{name}")
    layout = TableLayout()
    previewed = getattr(module, f"preview_{name}", None)
    if previewed is None:
        raise NotAcceptable(f"{path.name}: no recipe can be proposed for {name}")
    sheets = list(previewed(path, layout))
    opened = Opened(sheets, {}, FORMATS[name].states_system)
    _repair(opened, draft)
    return opened


def _repair(opened: Opened, draft: Draft) -> None:
    """Propose to read again what went through a wrong code page."""
    texts = [
        text
        for sheet in opened.sheets
        for row in [sheet.headings or (), *(cells for _, cells in sheet.rows[:300])]
        for text in row
        if text and not text.isascii()
    ]
    page, confidence = find_mojibake(texts[:2000])
    if not page:
        return
    opened.table["mojibake"] = page
    shown = next(text for text in texts if len(text) > 3)
    draft.say(
        "table.mojibake",
        page,
        f"{shown[:30]!r} is text in {page} that was read as cp1252",
        confidence,
    )
    opened.sheets = [_again(sheet, page) for sheet in opened.sheets]


def _again(sheet: Sheet, page: str) -> Sheet:
    from dataclasses import replace

    def repaired(text: str) -> str:
        if text.isascii():
            return text
        try:
            return text.encode("cp1252").decode(page)
        except UnicodeError:
            return text

    rows = tuple((n, tuple(map(repaired, cells))) for n, cells in sheet.rows)
    headings = sheet.headings and tuple(map(repaired, sheet.headings))
    return replace(sheet, rows=rows, headings=headings)
