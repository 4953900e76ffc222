"""Rows of totals and notes among or below a table's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from waternet.formats.cells import clean_text
from waternet.formats.suggest.kinds import DIGITS, Kind, kind_of
from waternet.formats.suggest.words import find_words, tokens
from waternet.formats.table_layout import TableLayout

__all__ = ["Footers", "find_footers"]

Row = tuple[int, tuple[str, ...]]
_SAMPLE = 200
_BELOW = 40  # rows at the end in which notes are looked for
_MANY = 5000  # rows: a sum among more of them is looked for no longer
_SUMS = {
    *("total", "totals", "sum", "subtotal", "total:"),
    *("مجموع", "اجمالي", "סהכ", 'סה"כ', "סך", "סיכום"),
    *("toplam", "somme", "suma", "gesamt"),
}


@dataclass
class Footers:
    """A table without its totals and notes.

    Attributes
    ----------
    body : list of (number, cells)
    skip_rows : tuple of str
        What tells the other rows, as `[table] skip_rows` has it.
    last_row : int
        Instead, where their texts stand in rows of figures, too.
    sums : tuple of str
        Called sums, and not proved to be any: they stay in the body.
    """

    body: list[Row]
    skip_rows: tuple[str, ...] = ()
    last_row: int = 0
    sums: tuple[str, ...] = field(default=())


def find_footers(
    rows: Sequence[Row], main: Sequence[Kind], above: Sequence[Row] = ()
) -> Footers:
    """Return a table's rows of figures, and what tells those of totals and notes.

    Parameters
    ----------
    rows : sequence of (number, cells)
        Below the headings, all as wide.
    main : sequence of Kind
        What most cells of each column look like.
    above : sequence of (number, cells)
        The headings and what stands over them.
    """
    kept = list(rows)
    if len(kept) < 3:
        return Footers(kept)
    cut = _where_notes_begin(kept, main)
    below, kept = kept[cut:], kept[:cut]
    proved, doubtful = _sums_between(kept, main)
    texts = list(dict.fromkeys(_mark(_first(cells)) for _, cells in below))
    texts += [text for text in proved if text not in texts]
    body = [row for row in kept if _first(row[1]) not in proved]
    table = TableLayout(skip_rows=tuple(texts))
    if any(table.is_skipped(_first(cells)) for _, cells in (*body, *above)):
        last = kept[-1][0] if below else 0
        return Footers(kept, (), last, tuple(doubtful))
    return Footers(body, tuple(texts), 0, tuple(doubtful))


def _first(cells: Sequence[str]) -> str:
    return next((text for cell in cells if (text := clean_text(cell))), "")


def _mark(text: str) -> str:
    """Return what of a note will stand there next month, too."""
    before, colon, after = text.partition(":")
    return before + colon if colon and after and len(before) <= 40 else text


def _where_notes_begin(rows: Sequence[Row], main: Sequence[Kind]) -> int:
    sample = [cells for _, cells in rows[:_SAMPLE]]
    usual = sorted(sum(bool(cell.strip()) for cell in row) for row in sample)
    typical = usual[len(usual) // 2]
    cut = len(rows)
    for place in range(len(rows) - 1, max(1, len(rows) - _BELOW), -1):
        if _is_footer(rows[place][1], main, typical):
            cut = place
        elif cut - place > 3:
            break
    return cut


def _is_footer(cells: Sequence[str], main: Sequence[Kind], typical: int) -> bool:
    filled = [column for column, cell in enumerate(cells) if cell.strip()]
    if not filled:
        return False
    first = cells[filled[0]]
    words = find_words("total", first)
    if words and (words[0].share > 0.5 or (filled[0] == 0 and first.endswith(":"))):
        return main[filled[0]] is not Kind.TEXT or words[0].share > 0.8
    if len(filled) * 3 <= typical and typical >= 3 and kind_of(first) is Kind.TEXT:
        return len(first) > 12 or bool(words)
    return False


def _sums_between(
    rows: Sequence[Row], main: Sequence[Kind]
) -> tuple[list[str], list[str]]:
    """Return the rows called a sum: those that are one of rows above, and others."""
    if len(rows) > _MANY or len(rows) < 4:
        return [], []
    columns = [place for place, kind in enumerate(main) if kind is Kind.NUMBER]
    called = [
        place for place, (_, cells) in enumerate(rows) if _is_called_sum(_first(cells))
    ]
    if not called or not columns or len(called) * 2 > len(rows):
        return [], []
    figures = [[_figure(cells[column]) for column in columns] for _, cells in rows]
    proved: list[str] = []
    doubtful: list[str] = []
    for place in called:
        text = _first(rows[place][1])
        since = max((other + 1 for other in called if other < place), default=0)
        blocks = [range(since, place), [p for p in range(place) if p not in called]]
        if any(_is_sum(figures, place, block) for block in blocks):
            proved.append(text)
        else:
            doubtful.append(text)
    return proved, doubtful


def _is_called_sum(text: str) -> bool:
    said = tokens(text)
    return bool(said) and said[0] in _SUMS and not find_words("property", text)


def _is_sum(
    figures: Sequence[Sequence[float | None]], place: int, block: Sequence[int]
) -> bool:
    """Whether most figures of a row are the sums of those in a block of rows."""
    if len(block) < 2:
        return False
    told = right = 0
    for column, figure in enumerate(figures[place]):
        if figure is None:
            continue
        told += 1
        total = sum(figures[row][column] or 0.0 for row in block)
        right += abs(total - figure) <= 0.01 * max(abs(total), abs(figure)) + 1e-9
    return told > 0 and right * 2 > told


def _figure(text: str) -> float | None:
    try:
        return float(clean_text(text).translate(DIGITS).replace(",", ""))
    except ValueError:
        return None
