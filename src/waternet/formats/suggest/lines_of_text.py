"""Delimited text as rows, before anybody said how it is written."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from waternet.formats.decoding import join_blanks
from waternet.formats.preview import Sheet
from waternet.formats.suggest.draft import Draft
from waternet.formats.suggest.encodings import Decoded, decode
from waternet.formats.suggest.kinds import Kind, kind_of

__all__ = ["Text", "find_delimiter", "read_text"]

_WHOLE = 8 << 20  # bytes: a file so large is looked at whole, a larger one in samples
_HEAD = 1 << 19
_SAMPLE = 1 << 16
_SAMPLES = 6
_CELLS = 400_000
_DELIMITERS = ",;\t|"
_COMMENTS = "#%!;"
_POOR = 0.5  # share of lines in which a sign must stand as often to separate cells
_FIGURES = (Kind.NUMBER, Kind.DATE, Kind.CLOCK)

Rows = list[tuple[int, tuple[str, ...]]]


@dataclass
class Text:
    """A text table, as far as it was read.

    Attributes
    ----------
    sheet : Sheet
    table : dict
        What of `[table]` is known: encoding, delimiter, comment.
    size : int
        Bytes of the file.
    """

    sheet: Sheet
    table: dict[str, str] = field(default_factory=dict)
    size: int = 0


def read_text(path: Path, draft: Draft) -> Text:
    """Read a text table's rows: all of a small file, samples of a large one."""
    size = path.stat().st_size
    whole = size <= _WHOLE
    with path.open("rb") as file:
        head = file.read(size if whole else _HEAD)
    if not whole:
        head = head[: head.rfind(b"\n") + 1] or head
    decoded = _decode(head, draft, whole=whole)
    table: dict[str, str] = {}
    if decoded.encoding != "utf-8":
        table["encoding"] = decoded.encoding
    lines = decoded.text.splitlines(keepends=True)
    comment = _comment(lines)
    if comment:
        table["comment"] = comment
        draft.say("table.comment", comment, f"lines begin with {comment!r}", 0.95)
    delimiter, share = find_delimiter([x for x in lines[:400] if not _skip(x, comment)])
    if delimiter != ",":
        table["delimiter"] = delimiter
    draft.say(
        "table.delimiter",
        delimiter,
        f"{share:.0%} of the first lines have as many of it",
        share,
    )
    rows = list(_rows(lines, delimiter, comment))
    total = len(lines)
    if not whole:
        rows += _samples(path, decoded.encoding, delimiter, size)
        total = _count_lines(path)
        rows += _tail(path, decoded.encoding, delimiter, total)
    sheet = Sheet("", tuple(_thin(rows)), None, total)
    return Text(sheet, table, size)


def _decode(head: bytes, draft: Draft, *, whole: bool) -> Decoded:
    decoded = decode(head, whole=whole)
    said = draft.answer("table.encoding")
    if said:
        text = head.decode(said, errors="replace").removeprefix("\ufeff")
        decoded = Decoded(said, text, 1.0, "you said so")
    draft.say(
        "table.encoding",
        decoded.encoding,
        decoded.reason,
        decoded.confidence,
        decoded.alternatives,
    )
    return decoded


def find_delimiter(lines: list[str]) -> tuple[str, float]:
    r"""Return what separates cells, and in which share of lines it stands as often.

    Examples
    --------
    >>> find_delimiter(["a;b;c\n", "1,5;2,5;3,5\n", "2,5;1,0;7,1\n"])
    (';', 1.0)
    """
    best = (0.0, ",", 0.0)
    lines = [line for line in lines if line.strip()]
    for sign in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(lines, delimiter=sign) if row]
        except csv.Error:
            continue
        counted = Counter(len(row) for row in rows if len(row) > 1)
        if not counted:
            continue
        width, times = max(
            counted.items(), key=lambda item: (item[1] * min(item[0], 8), item[0])
        )
        share = times / len(rows)
        told = [cell for row in rows[:60] if len(row) == width for cell in row]
        plain = sum(kind_of(cell) != "t" or len(cell) < 40 for cell in told)
        score = share * plain / max(len(told), 1)
        # Of two that both fit, the one that cuts numbers in two loses: '1,5;2,5'.
        score += 0.02 * min(width, 10)
        score += 0.3 * (sign != "," and _cuts_numbers(rows, lines, sign))
        if score > best[0]:
            best = (score, sign, share)
    if best[2] < _POOR and (share := _blanks(lines)) > max(best[2], _POOR):
        return " ", share
    return best[1], round(best[2], 2)


def _blanks(lines: list[str]) -> float:
    """Return the share of lines that runs of blanks cut into as many figures."""
    cut = [join_blanks(line).split(" ") for line in lines]
    widths = Counter(len(cells) for cells in cut if len(cells) > 1)
    if not widths:
        return 0.0
    width = widths.most_common(1)[0][0]
    figures = [
        cells
        for cells in cut
        if len(cells) == width
        and sum(kind_of(cell.strip()) in _FIGURES for cell in cells) * 2 >= width
    ]
    return round(len(figures) / len(lines), 2)


def _cuts_numbers(rows: list[list[str]], lines: list[str], sign: str) -> bool:
    """Whether commas stand inside the cells that `sign` makes."""
    inside = sum("," in cell for row in rows for cell in row)
    between = sum(line.count(sign) for line in lines)
    return inside > 0 and between >= len(lines)


def _comment(lines: list[str]) -> str:
    """Return the sign that lines begin with which are no rows; '' for none."""
    first = Counter(line[0] for line in lines[:2000] if line[:1] in _COMMENTS)
    for sign, count in first.most_common(1):
        others = [line for line in lines[:2000] if line[:1] != sign and line.strip()]
        if others and (lines[0].startswith(sign) or count > 2):
            return "" if _is_heading_mark(lines, sign, count) else sign
    return ""


def _is_heading_mark(lines: list[str], sign: str, count: int) -> bool:
    """Whether the only line that begins with the sign is the headings: '#,Date'."""
    if count != 1 or not lines[0].startswith(sign):
        return False
    return any(
        lines[0].count(mark) and lines[0].count(mark) == lines[1].count(mark)
        for mark in _DELIMITERS
        if len(lines) > 1
    )


def _skip(line: str, comment: str) -> bool:
    return bool(comment) and line.startswith(comment)


def _rows(lines: list[str], delimiter: str, comment: str) -> Iterator:  # type: ignore[type-arg]
    """Yield (line on which it begins, cells) of each record."""
    number = 0

    def handed() -> Iterator[str]:
        nonlocal number
        for line in lines:
            number += 1
            if not _skip(line, comment):
                text = line.replace("\0", "")
                yield join_blanks(text) if delimiter == " " else text

    reader = csv.reader(handed(), delimiter=delimiter)
    while True:
        before = number
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        yield max(before + 1, number - _inner(row)), tuple(row)


def _inner(row: list[str]) -> int:
    return sum(cell.count("\n") for cell in row)


def _samples(path: Path, encoding: str, delimiter: str, size: int) -> Rows:
    rows: Rows = []
    with path.open("rb") as file:
        for place in range(1, _SAMPLES):
            at = size * place // _SAMPLES
            file.seek(at - at % 4)
            rows += _piece(file.read(_SAMPLE), encoding, delimiter)
    return rows


def _tail(path: Path, encoding: str, delimiter: str, total: int) -> Rows:
    with path.open("rb") as file:
        file.seek(-_SAMPLE, 2)
        rows = _piece(file.read(), encoding, delimiter, to_end=True)
    first = total - len(rows) + 1
    return [(first + place, cells) for place, (_, cells) in enumerate(rows)][-200:]


def _piece(data: bytes, encoding: str, delimiter: str, *, to_end: bool = False) -> Rows:
    """Return the whole lines in a piece of the file; nobody counted them."""
    text = data.decode(encoding, errors="ignore")
    lines = text.splitlines(keepends=True)[1:]
    if not to_end:
        lines = lines[:-1]
    if delimiter == " ":
        lines = [join_blanks(line) for line in lines]
    try:
        return [(-1, tuple(row)) for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return []


def _count_lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            count += block.count(b"\n")
            last = block[-1:]
    return count + (last != b"\n")


def _thin(rows: Rows) -> Rows:
    """Return no more rows than can be looked at: the first, the last, every n-th."""
    width = max((len(row) for _, row in rows), default=1)
    most = max(2000, _CELLS // max(width, 1))
    if len(rows) <= most:
        return rows
    first, last = rows[: most // 2], rows[-200:]
    between = rows[most // 2 : -200]
    step = max(1, len(between) // (most // 2 - 200))
    return first + between[::step] + last
