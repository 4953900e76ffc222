"""A table fitted to a terminal: figures whole, ids in pieces, text between words.

A figure that was broken at the edge of a screen would be read as another one. So no
number, date or unit ever is; where not all has room, some columns are left out by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

__all__ = ["Column", "fitted"]

# What is left out, in this order.
_SPARED = (
    ("longitude", "latitude"),
    ("grade",),
    ("issued",),
    ("first", "last"),
    ("releases",),
)
_WORDY = 16  # letters to which a column of text gives way before ids are parted
_CRUSHED = 8  # letters to which words and ids give way before a line is too long
_OPENS = "\u2066\u2067\u2068"  # set a name apart; see `waternet.cli.show`
_CLOSE = "\u2069"
_MARKS = _OPENS + _CLOSE
_NAMES = re.compile("(?<= · )")
_WORDS = re.compile("(?<= )")
# After a blank, and where no number or unit is parted: weather-station, W1/lake-level.
_PIECES = re.compile(r"(?<= )|(?<=[^\W\d]-)(?=\w)|(?<=/)(?=\w{3})")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as people read it.

    Attributes
    ----------
    heading : str
    cells : tuple of str, (rows,)
    number : bool
        Stands to the right, and is never parted.
    wordy : bool
        Free text: parted between words only, and the first to give way.
    """

    heading: str
    cells: tuple[str, ...]
    number: bool = False
    wordy: bool = False

    @property
    def widest(self) -> int:
        """Letters that its widest cell takes up."""
        return max(map(cell_len, (self.heading, *self.cells)))

    @property
    def parted(self) -> int:
        """Letters that the widest of its pieces takes up."""
        return max(map(_width, self._all_pieces()))

    @property
    def crushed(self) -> int:
        """Letters that it takes up with its words and ids parted at any letter."""
        firm = [piece for piece in self._all_pieces() if not _is_word(piece)]
        return min(self.parted, max([_CRUSHED, *map(_width, firm)]))

    def lines(self, width: int) -> list[list[str]]:
        """Return the heading and each cell as lines of at most `width` letters."""
        texts = (self.heading, *self.cells)
        return [_lines(self._pieces(text, width), width) for text in texts]

    def _pieces(self, text: str, width: int = 0) -> list[str]:
        """Return a text in pieces; a name is one where it fits on a line."""
        if self.number:
            return [text]
        if not self.wordy:
            return _PIECES.split(text)
        return [
            piece
            for name in _NAMES.split(text)
            for piece in ([name] if _width(name) <= width else _WORDS.split(name))
        ]

    def _all_pieces(self) -> list[str]:
        texts = (self.heading, *self.cells)
        return [piece for text in texts for piece in self._pieces(text)]


def fitted(columns: Sequence[Column], width: int) -> tuple[list[str], list[str]]:
    """Lay columns out.

    Parameters
    ----------
    columns : sequence of Column
    width : int
        Letters in a line of the terminal.

    Returns
    -------
    lines : list of str
        The headings, a rule and the rows. A line is longer than `width` only where
        whole figures and ids of eight letters do not fit beside one another.
    left_out : list of str
        Headings of the columns for which there was no room.

    Examples
    --------
    >>> well = Column("id", ("W1",)), Column("level", ("-211.3",), number=True)
    >>> for line in fitted(well, 80)[0]:
    ...     print(line)
     id    level
     ───────────
     W1   -211.3
    """
    kept, left_out = list(columns), list[str]()
    for spared in ((), *_SPARED):
        left_out += [one.heading for one in kept if one.heading in spared]
        kept = [one for one in kept if one.heading not in spared]
        for gap in (3, 2):
            widths = _widths(kept, width, gap)
            if _total(widths, gap) <= width:
                return _drawn(kept, widths, gap), left_out
    widths = _narrowed(widths, [one.crushed for one in kept], width, gap)
    return _drawn(kept, widths, gap), left_out


def _widths(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    """Return the widths of columns: whole, else text parted, else ids parted, too."""
    widths = [one.widest for one in columns]
    text = [
        min(one.widest, max(one.parted, _WORDY)) if one.wordy else one.widest
        for one in columns
    ]
    parted = [
        least if one.wordy else one.parted
        for one, least in zip(columns, text, strict=True)
    ]
    widths = _narrowed(widths, text, width, gap)
    return _narrowed(widths, parted, width, gap)


def _narrowed(
    widths: Sequence[int], least: Sequence[int], width: int, gap: int
) -> list[int]:
    """Take letters from the widest columns, down to `least`, until all have room."""
    widths = list(widths)
    while _total(widths, gap) > width:
        free = [place for place, most in enumerate(widths) if most > least[place]]
        if not free:
            break
        widths[max(free, key=widths.__getitem__)] -= 1
    return widths


def _total(widths: Sequence[int], gap: int) -> int:
    return 1 + sum(widths) + gap * (len(widths) - 1)


def _drawn(columns: Sequence[Column], widths: Sequence[int], gap: int) -> list[str]:
    texts = [one.lines(width) for one, width in zip(columns, widths, strict=True)]
    lines = []
    for number, row in enumerate(zip(*texts, strict=True)):
        for place in range(max(map(len, row))):
            parts = []
            for cell, column, width in zip(row, columns, widths, strict=True):
                text = cell[place] if place < len(cell) else ""
                blank = " " * (width - cell_len(text))
                parts.append(blank + text if column.number else text + blank)
            lines.append((" " + (" " * gap).join(parts)).rstrip())
        if number == 0:
            lines.append(" " + "─" * (_total(widths, gap) - 1))
    return lines


def _lines(pieces: Sequence[str], width: int) -> list[str]:
    """Join pieces to lines; a name that goes on is set apart on each of its lines."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and _width(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
        while _width(lines[-1]) > width and _is_word(lines[-1]):
            end = next(n for n in range(width, 0, -1) if _width(lines[-1][:n]) <= width)
            lines[-1:] = lines[-1][:end], lines[-1][end:]
    apart, open_ = [], ""
    for line in map(str.rstrip, lines):
        text = open_ + line
        marks = [letter for letter in text if letter in _MARKS]
        open_ = marks[-1] if marks and marks[-1] != _CLOSE else ""
        apart.append(text + _CLOSE * bool(open_))
    return apart


def _is_word(piece: str) -> bool:
    return piece.lstrip(_OPENS)[:1].isalpha()


def _width(text: str) -> int:
    return cell_len(text.rstrip())
