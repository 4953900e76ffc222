"""Where in a sheet the headings are, where figures begin, and where they end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from waternet.formats.cells import clean_text, join_headings, unique_headings
from waternet.formats.preview import Sheet
from waternet.formats.suggest.footers import find_footers
from waternet.formats.suggest.kinds import Kind, kind_of
from waternet.formats.suggest.unit_text import read_unit
from waternet.formats.suggest.words import find_words, month_number, tokens

__all__ = ["Shape", "find_shape"]

Row = tuple[int, tuple[str, ...]]
_HEAD = 60  # rows in which headings are looked for
_BODY = 200  # rows by which columns are told
_FIGURES = (Kind.NUMBER, Kind.DATE, Kind.CLOCK)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a sheet is built.

    Attributes
    ----------
    header_row, header_rows, first_row, last_row : int
        As in `waternet.formats.recipe.TableLayout`.
    headings : tuple of str
        Unique, as the reader will name the columns.
    above : tuple of str
        What stands above the headings: titles, notes.
    body : tuple of (number, cells)
    reason : str
    confidence : float
    skip_rows : tuple of str
        As in `waternet.formats.table_layout.TableLayout`: totals and notes.
    sums : tuple of str
        Rows that are called a sum, and are not that of the rows above them.
    repeated : int
        Rows further down that repeat the headings.
    """

    header_row: int
    header_rows: int
    first_row: int
    last_row: int
    headings: tuple[str, ...]
    above: tuple[str, ...]
    body: tuple[Row, ...]
    reason: str
    confidence: float
    skip_rows: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    repeated: int = 0


def find_shape(sheet: Sheet) -> Shape:
    """Return how a sheet is built; `body` is empty where it holds no table."""
    if sheet.headings is not None:
        names = tuple(unique_headings(sheet.headings))
        return Shape(1, 1, 0, 0, names, (), sheet.rows, "the format names them", 1.0)
    rows = [row for row in sheet.rows if any(cell.strip() for cell in row[1])]
    width = max((len(cells) for _, cells in rows), default=0)
    rows = [(number, cells + ("",) * (width - len(cells))) for number, cells in rows]
    if not rows:
        return Shape(1, 1, 0, 0, (), (), (), "the sheet is empty", 0.0)
    place, score = _best_heading(rows)
    if place < 0:
        names = tuple(f"#{column}" for column in range(1, width + 1))
        first = rows[0][0]
        notes = find_footers(rows, main_kinds(rows))
        reason = "the first row looks like all others"
        whole = tuple(notes.body)
        last, skip = notes.last_row, notes.skip_rows
        return Shape(0, 1, first, last, names, (), whole, reason, 0.7, skip)
    top, count = _extent(rows, place)
    headed = [cells for _, cells in rows[top : top + count]]
    headings = tuple(unique_headings(join_headings(headed)))
    above = tuple(clean_text(" ".join(filter(None, cells))) for _, cells in rows[:top])
    repeated = [row for row in rows[top + count :] if row[1] == rows[top][1]]
    rest = [row for row in rows[top + count :] if row[1] != rows[top][1]]
    found = find_footers(rest, main_kinds(rest), rows[: top + count])
    body = found.body
    first = rows[top][0]
    below = first + count  # rows between that are blank are passed over anyway
    start = body[0][0] if body else 0
    reason = f"row {first} names what the columns below it hold"
    return Shape(
        first,
        count,
        start if start > below and _is_far(rest, below) else 0,
        found.last_row,
        headings,
        above,
        tuple(body),
        reason,
        min(0.98, 0.6 + score / 5),
        found.skip_rows,
        found.sums,
        len(repeated),
    )


def _is_far(rest: Sequence[Row], below: int) -> bool:
    """Whether the first row of figures is not simply the next with anything in it."""
    return bool(rest) and rest[0][0] < below


def _best_heading(rows: Sequence[Row]) -> tuple[int, float]:
    """Return the place of the heading row and its score; -1 where there is none."""
    scores = [(_score(rows, place), -place) for place in range(min(_HEAD, len(rows)))]
    if len(rows) == 1:
        return 0, 0.5
    score, place = max(scores)
    if score <= 0.15 and _is_figures(rows[0][1]):
        return -1, 0.0
    return -place, score


def _is_figures(cells: Sequence[str]) -> bool:
    kinds = [kind_of(cell) for cell in cells]
    return any(kind in _FIGURES for kind in kinds)


def _score(rows: Sequence[Row], place: int) -> float:
    """Return how well a row serves as headings of those below it."""
    cells = rows[place][1]
    body = [row for _, row in rows[place + 1 : place + 1 + _BODY]]
    if not body:
        return -1.0
    series = _is_series(cells)
    total, columns, filled = 0.0, 0, 0
    for column, heading in enumerate(cells):
        below = [row[column] for row in body if row[column].strip()]
        if not below:
            continue
        columns += 1
        kind = _main_kind(below)
        if not heading.strip():
            total -= 0.4
            continue
        filled += 1
        total += _fit(heading, kind, below, series=series)
    if not columns:
        return -1.0
    distinct = len({cell for cell in cells if cell.strip()})
    total -= 0.5 * (filled - distinct)
    if filled == 1 and columns > 1:
        total -= 1.0
    return total / columns


def _fit(heading: str, kind: Kind, below: Sequence[str], *, series: bool) -> float:
    own = kind_of(heading)
    if own in _FIGURES:
        return 1.5 if series and own in (Kind.NUMBER, Kind.DATE) else -1.5
    worth = 0.4 if len(heading) > 80 else 1.0
    known = bool(find_words("role", heading) or find_words("property", heading))
    if kind in _FIGURES:
        return 2.0 * worth + 0.3 * known
    if heading in below:
        return -0.5
    return 0.6 * worth + 0.6 * known


def _main_kind(texts: Sequence[str]) -> Kind:
    kinds = Counter(kind_of(text) for text in texts)
    kinds.pop(Kind.BLANK, None)
    gaps = kinds.pop(Kind.GAP, 0)
    if not kinds:
        return Kind.NUMBER if gaps else Kind.TEXT
    kind, count = kinds.most_common(1)[0]
    return kind if count * 2 >= sum(kinds.values()) else Kind.TEXT


def _is_series(cells: Sequence[str]) -> bool:
    """Whether numbers among headings are years, months or dates in a row."""
    numbers = [cell.strip() for cell in cells if kind_of(cell) is Kind.NUMBER]
    dates = [cell for cell in cells if kind_of(cell) is Kind.DATE]
    texts = sum(kind_of(cell) is Kind.TEXT for cell in cells)
    if len(dates) >= 2 and not numbers:
        return len(set(dates)) == len(dates) and len(dates) > texts
    try:
        years = [int(number) for number in numbers]
    except ValueError:
        return False
    in_order = years == sorted(years) or years == sorted(years, reverse=True)
    likely = all(1800 <= year <= 2200 for year in years) or years == list(
        range(1, len(years) + 1)
    )
    if len(years) < 2 or not (in_order and likely):
        return False
    again = len(set(years)) < len(years)  # a year over each of its months
    return not again or len(years) >= 12


def _extent(rows: Sequence[Row], place: int) -> tuple[int, int]:
    """Return the first row of the headings, and how many they take."""
    body = [row for _, row in rows[place + 1 : place + 1 + _BODY]]
    figures = [
        column
        for column in range(len(rows[place][1]))
        if _main_kind([row[column] for row in body if row[column].strip()] or [""])
        in _FIGURES
    ]
    top = place
    follows = top > 0 and rows[top - 1][0] == rows[top][0] - 1
    if follows and _is_group_row(rows[top - 1][1], rows[top][1]):
        top -= 1
    bottom = place
    while bottom + 1 < min(len(rows) - 1, top + 4) and _continues(
        rows[bottom + 1][1], rows[bottom][1], figures
    ):
        bottom += 1
    return top, bottom - top + 1


def _is_group_row(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row names groups of the columns named below it."""
    filled = [column for column, cell in enumerate(above) if cell.strip()]
    figures = any(kind_of(above[column]) in _FIGURES for column in filled)
    if (len(filled) < 2 or figures) and not _is_series(above):
        return False
    if any(above[column].strip().endswith(":") for column in filled):
        return False  # 'Station:' and what follows it: a line about the whole table
    alone = sum(not below[column].strip() for column in filled)
    spans = sum(
        not above[column].strip() and bool(below[column].strip())
        for column in range(filled[0], len(above))
    )
    longest = max(len(above[column]) for column in filled)
    return longest <= 60 and (alone > 0 or spans > 0)


def _continues(cells: Sequence[str], above: Sequence[str], figures: list[int]) -> bool:
    """Whether a row still belongs to the headings above it."""
    filled = [column for column, cell in enumerate(cells) if cell.strip()]
    if not filled or (
        any(kind_of(cells[column]) in _FIGURES for column in filled)
        and not _is_series([cells[column] for column in filled])
    ):
        return False
    if all(read_unit(cells[column]) or _is_dash(cells[column]) for column in filled):
        return any(column in figures for column in filled)
    if not any(column in figures for column in filled):
        return False
    under_blank = sum(not above[column].strip() for column in filled)
    sided = sum(bool(above[column].strip()) for column in filled)
    known = sum(
        bool(
            read_unit(cells[column])
            or find_words("role", cells[column])
            or find_words("property", cells[column])
            or find_words("statistic", cells[column])
            or month_number(cells[column])
        )
        for column in filled
    )
    inside = all(tokens(cells[column]) for column in filled)
    return inside and (under_blank > 0 or (sided > 0 and known * 2 >= len(filled)))


def _is_dash(text: str) -> bool:
    return kind_of(text) in (Kind.GAP, Kind.BLANK)


def main_kinds(rows: Sequence[Row]) -> list[Kind]:
    """Return what most cells of each column look like."""
    width = max((len(cells) for _, cells in rows), default=0)
    sample = [cells for _, cells in rows[:_BODY]]
    return [
        _main_kind([row[column] for row in sample if row[column].strip()] or [""])
        for column in range(width)
    ]
