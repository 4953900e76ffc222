"""Lines of text files, in whatever encoding an instrument or an agency wrote them."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.cells import MAX_CELL, MAX_COLUMNS
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout

__all__ = ["TextLines", "decode_head", "read_lines", "split_cells"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20  # bytes
_LAST_RESORT = "cp1252"


@dataclass(frozen=True, slots=True)
class TextLines:
    """A text file whose encoding is known; iterate for its numbered lines.

    Attributes
    ----------
    path : Path
    encoding : str
    notices : tuple of Reject
        That the encoding was assumed, where nothing said it.
    """

    path: Path
    encoding: str
    notices: tuple[Reject, ...] = ()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number from 1, without its end.

        Raises
        ------
        NotAcceptable
            A line is longer than `MAX_CELL`, has more than `MAX_COLUMNS` cells or a
            NUL, or bytes that the encoding has no character for.
        """
        name = self.path.name
        with self.path.open(encoding=self.encoding, newline=None) as lines:
            number = 0
            try:
                while line := lines.readline(MAX_CELL + 1):
                    number += 1
                    if fault := _fault(line):
                        raise NotAcceptable(
                            f"{name}, line {number} {fault}",
                            hint="is it a text file, and of this format?",
                        )
                    yield number, line.rstrip("\n")
            except UnicodeError as error:
                raise NotAcceptable(
                    f"{name}, after line {number}: not text in {self.encoding}",
                    hint="say in [table] what encoding the file has",
                ) from error


def read_lines(path: Path, table: TableLayout, written_in: str = "") -> TextLines:
    """Find out a file's encoding: its mark, else UTF-8, else what the recipe says.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its `encoding` counts where the bytes are not UTF-8.
    written_in : str
        What the format itself is written in, where that is documented; it counts
        where the recipe says nothing else. Without it cp1252 is assumed, with a
        notice.
    """
    with path.open("rb") as file:
        mark = file.read(4)
    for bytes_, encoding in _MARKS:
        if mark.startswith(bytes_):
            return TextLines(path, encoding)
    if _is_utf8(path):
        return TextLines(path, "utf-8")
    if codecs.lookup(table.encoding).name not in ("utf-8", "utf-8-sig"):
        return TextLines(path, table.encoding)
    if written_in:
        return TextLines(path, written_in)
    notice = Reject(
        path.name,
        "",
        0,
        "",
        "",
        f"the bytes are not UTF-8; read as {_LAST_RESORT}",
        "[table] encoding",
        lost=0,
    )
    return TextLines(path, _LAST_RESORT, (notice,))


def decode_head(head: bytes) -> str:
    """Return the beginning of a file as text, to tell its format; never raises.

    Examples
    --------
    >>> decode_head("מפלס".encode("utf-16"))
    'מפלס'
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    if b"\0" in head:
        return ""
    return head.decode("utf-8", "replace")


def split_cells(line: str, delimiter: str) -> list[str]:
    """Split one line of delimited text into trimmed cells; quotes may hold delimiters.

    Raises
    ------
    NotAcceptable
        It has more than `MAX_COLUMNS` cells.

    Examples
    --------
    >>> split_cells('1,"Temp, °C", 4.5', ",")
    ['1', 'Temp, °C', '4.5']
    """
    if line.count(delimiter) >= MAX_COLUMNS:
        raise NotAcceptable(f"a line of more than {MAX_COLUMNS:,} cells")
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    reader = csv.reader([line], delimiter=delimiter, skipinitialspace=True)
    try:
        return [cell.strip() for cell in next(reader)]
    except csv.Error as error:
        raise NotAcceptable(f"a line that is no delimited text: {error}") from error


def _fault(line: str) -> str:
    """Return why a line cannot be one of a table of figures; '' where it can."""
    if "\0" in line:
        return "holds a NUL"
    if len(line) > MAX_CELL:
        return f"is longer than {MAX_CELL:,} characters"
    if len(line) > MAX_COLUMNS and max(map(line.count, ",;\t")) >= MAX_COLUMNS:
        return f"has more than {MAX_COLUMNS:,} cells"
    return ""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
