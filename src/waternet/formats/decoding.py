"""Text files in any encoding; their lines, without those that are no rows."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.cells import clean_text
from waternet.formats.mojibake import repair_mojibake
from waternet.formats.table_layout import TableLayout

__all__ = ["UTF8", "is_as_it_stands", "join_blanks", "keep_rows", "verify_encoding"]

UTF8 = ("utf-8", "utf8", "utf-8-sig", "ascii")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CELLS = re.compile(r'"(?:[^"]|"")*"|[^ \t]+')


def verify_encoding(path: Path, table: TableLayout) -> None:
    """Raise where a file's first bytes say that it is in another encoding.

    Raises
    ------
    NotAcceptable
        It begins with the mark of UTF-8 or UTF-16 and the recipe says otherwise, or
        the recipe says UTF-16 and no byte is zero.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    encoding = table.encoding.lower().replace("_", "-")
    states = ""
    if head.startswith(_WIDE):
        states = "utf-16"
    elif head.startswith(codecs.BOM_UTF8):
        states = "utf-8"
    elif encoding.startswith(("utf-16", "utf16")) and head and b"\0" not in head:
        raise NotAcceptable(
            f"{path.name} is not {table.encoding}: no byte at its start is zero",
            hint="leave [table] encoding out for UTF-8; 'cp1255' or 'cp1256' else",
        )
    fits = encoding in UTF8 if states == "utf-8" else encoding.startswith("utf-16")
    if states and not (fits or encoding == "utf16"):
        raise NotAcceptable(
            f"{path.name} begins with the mark of {states}, and the recipe says "
            f"{table.encoding}",
            hint=f"write [table] encoding = '{states}'",
        )


def is_as_it_stands(table: TableLayout) -> bool:
    """Return whether every line of the file is a row, or part of one, as it is."""
    return not (
        table.comment or table.last_row or table.skip_rows or table.delimiter == " "
    )


def keep_rows(
    lines: Iterable[str], table: TableLayout, passed: list[int] | None = None
) -> Iterator[tuple[int, str]]:
    """Yield the lines that are rows, each with its number in the file.

    Parameters
    ----------
    lines : iterable of str
        With their ends.
    table : TableLayout
        Its `comment` lines and `skip_rows` are passed over, unless inside of quotation
        marks; nothing follows `last_row`; runs of blanks become one where that is the
        delimiter.
    passed : list of int
        Takes the numbers of the `skip_rows` that were met.
    """
    kept, inside = 0, False
    for number, line in enumerate(lines, 1):
        if number == 1:
            line = line.removeprefix("\ufeff")  # noqa: PLW2901
        if table.comment and not inside and line.startswith(table.comment):
            continue
        kept += 1
        if table.last_row and kept > table.last_row and not inside:
            return
        if table.skip_rows and not inside and table.is_skipped(_first(line, table)):
            if passed is not None:
                passed.append(number)
            continue
        inside ^= line.count('"') % 2 == 1
        yield number, join_blanks(line) if table.delimiter == " " else line


def _first(line: str, table: TableLayout) -> str:
    """Return the first filled cell of a line."""
    if table.delimiter == " ":
        filled: Iterable[str] = [line.strip()]
    else:
        filled = next(csv.reader([line], delimiter=table.delimiter), [])
    texts = (repair_mojibake(clean_text(cell), table.mojibake) for cell in filled)
    return next(filter(None, texts), "")


def join_blanks(line: str) -> str:
    """Return a line with one blank for each run of blanks between its cells."""
    return " ".join(_CELLS.findall(line.rstrip("\r\n"))) + "\n"
