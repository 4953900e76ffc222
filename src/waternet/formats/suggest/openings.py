"""The tables in a file, whatever its format, before anybody said what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.preview import MAX_PREVIEW_ROWS, Sheet
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
    if previewed is not None:
        sheets = list(previewed(path, layout))
    elif name == "excel":
        sheets = list(_workbook(path))
    elif name == "records":
        sheets = list(_records(path))
    else:
        raise NotAcceptable(f"{path.name}: no recipe can be proposed for {name}")
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


def _workbook(path: Path) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

    from waternet.formats.excel import _as_text

    try:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            numbered = [
                (number, tuple(_as_text(cell) for cell in row))
                for number, row in enumerate(rows, 1)
            ]
            kept = [row for row in numbered if any(row[1])]
            step = max(1, len(kept) // MAX_PREVIEW_ROWS)
            head = kept[: MAX_PREVIEW_ROWS // 2]
            rest = kept[MAX_PREVIEW_ROWS // 2 : -50 : step]
            tail = kept[max(MAX_PREVIEW_ROWS // 2, len(kept) - 50) :]
            yield Sheet(name, tuple(head + rest + tail), None, len(rows))
    except (CalamineError, PasswordError, ZipError) as error:
        raise NotAcceptable(f"{path.name}: expected a workbook: {error}") from error


def _records(path: Path) -> Iterator[Sheet]:
    import json

    try:
        document = json.loads(
            path.read_bytes().decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=str,
        )
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"{path.name} is not JSON: {error}") from error
    for way, found in _lists(document, "", 0):
        headings = list(dict.fromkeys(key for record in found for key in record))
        rows = tuple(
            (number, tuple(_plain(record.get(key)) for key in headings))
            for number, record in enumerate(found[:20_000], 1)
        )
        yield Sheet("", rows, tuple(headings), len(found), path=way)


def _plain(value: object) -> str:
    import json

    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lists(found: Any, way: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield each list of objects in a document, and the keys that lead to it."""
    if depth > 8:
        return
    if isinstance(found, list) and found and all(isinstance(x, dict) for x in found):
        yield way, found
    elif isinstance(found, dict):
        for key, inner in found.items():
            yield from _lists(inner, f"{way}.{key}" if way else key, depth + 1)
