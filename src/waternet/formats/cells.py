"""A table of cells as its file has it: headings, columns, and each row's own number."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.errors import NotAcceptable
from waternet.formats.reading import Reject
from waternet.observation.legible import without_marks

__all__ = [
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_REJECTS",
    "MAX_ROWS",
    "Cells",
    "clean_text",
    "join_headings",
    "unique_headings",
    "verify_width",
]

Codes = npt.NDArray[np.int32]

MAX_CELL = 1_000_000  # characters
MAX_COLUMNS = 16_384  # as many as a spreadsheet has
MAX_ROWS = 200_000_000
# So many cells are refused only where the recipe is for another file.
MAX_REJECTS = 1_000_000

_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    r"""Return a text in Unicode normal form C, its runs of blanks as one space.

    Examples
    --------
    >>> clean_text(" Ein\u00a0 Gedi ")
    'Ein Gedi'
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


@dataclass
class Cells:
    """One sheet's columns of text, and what was refused while reading them.

    Attributes
    ----------
    file, sheet : str
    columns : dict of heading to Arrow array, each (n,)
        Text, or already typed (timestamp, double) where the whole column allowed it.
    rows : array of int64, (n,)
        The number of each row, as the reader of the file counts.
    rejects, notices : list of Reject
    headings : tuple of str
        All of the file's, where columns were left out; () where none was.
    """

    file: str
    sheet: str
    columns: dict[str, pa.ChunkedArray]
    rows: npt.NDArray[np.int64]
    rejects: list[Reject] = field(default_factory=list)
    notices: list[Reject] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    _encoded: dict[str, tuple[Codes, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        verify_width(self.file, len(self.columns))
        if len(self.rows) > MAX_ROWS:
            raise NotAcceptable(
                f"{self.file}: more than {MAX_ROWS:,} rows",
                hint="split it by year or by station",
            )

    @classmethod
    def from_rows(
        cls,
        file: str,
        sheet: str,
        headings: Sequence[str],
        rows: Iterable[tuple[int, Sequence[str | None]]],
    ) -> Cells:
        """Make columns from numbered rows of text.

        Parameters
        ----------
        headings : sequence of str, (columns,)
        rows : iterable of (number, cells)
            Rows that are shorter than the headings are blank to the right.
        """
        numbers: list[int] = []
        columns: list[list[str | None]] = [[] for _ in headings]
        for number, row in rows:
            numbers.append(number)
            for place, column in enumerate(columns):
                column.append(row[place] if place < len(row) else None)
        texts = [
            pa.chunked_array([pa.array(column, pa.string())]) for column in columns
        ]
        named = dict(zip(unique_headings(headings), texts, strict=True))
        return cls(file, sheet, named, np.array(numbers, np.int64))

    def column(self, heading: str) -> pa.ChunkedArray:
        """Return the column under a heading.

        Raises
        ------
        NotAcceptable
            There is none, or two; the message lists what there is.
        """
        wanted = clean_text(heading)
        if wanted in self.columns:
            return self.columns[wanted]
        listed = ", ".join(repr(name) for name in list(self.columns)[:12])
        if f"{wanted} (2)" in self.columns:
            raise NotAcceptable(
                f"{self.where}: two columns are headed {heading!r}",
                hint=f"name one of {wanted + ' (1)'!r}, {wanted + ' (2)'!r}",
            )
        raise NotAcceptable(
            f"{self.where}: no column {heading!r}; there are {listed}",
            hint=_what_to_mend(wanted, list(self.columns)),
        )

    def encoded(self, heading: str) -> tuple[Codes, list[str]]:
        """Return each row's place among a column's distinct texts, and those, trimmed.

        Returns
        -------
        codes : array of int32, (n,)
            -1 where the cell is blank.
        texts : list of str
            Distinct as the file has them; two may be equal once trimmed.
        """
        if heading not in self._encoded:
            self._encoded[heading] = _encode(self.column(heading))
        return self._encoded[heading]

    @property
    def where(self) -> str:
        """The file, and the sheet where it has one, for messages."""
        return f"{self.file}, sheet {self.sheet!r}" if self.sheet else self.file

    def reject(  # one argument for each thing a report must say
        self,
        row: int,
        column: str,
        value: str,
        reason: str,
        expected: str = "",
        lost: int = 1,
    ) -> None:
        """Report the cell in the row at place `row` of this table."""
        number = int(self.rows[row])
        reject = Reject(
            self.file, self.sheet, number, column, value[:200], reason, expected, lost
        )
        self.rejects.append(reject)
        self.verify_few(len(self.rejects))

    def verify_few(self, refused: int) -> None:
        """Raise `NotAcceptable` where so many cells are refused that nothing fits."""
        if refused > MAX_REJECTS:
            raise NotAcceptable(
                f"{self.where}: more than {MAX_REJECTS:,} cells do not fit the recipe",
                hint="it is for another file, or one of its formats is wrong: try it "
                "on the first lines",
            )

    def note_skipped(self, numbers: Sequence[int]) -> None:
        """Say which rows of totals or notes the recipe passes over."""
        if numbers:
            reason = f"{len(numbers)} rows of totals or notes are passed over"
            self.notices.append(
                Reject(self.file, self.sheet, numbers[0], "", "", reason, lost=0)
            )

    def notice(self, row: int, column: str, value: str, reason: str) -> None:
        """Point at a cell that was taken, yet should be looked at."""
        number = int(self.rows[row]) if row >= 0 else 0
        self.notices.append(
            Reject(self.file, self.sheet, number, column, value[:200], reason, lost=0)
        )


def verify_width(file: str, columns: int) -> None:
    """Raise `NotAcceptable` where a table has more than `MAX_COLUMNS` columns."""
    if columns > MAX_COLUMNS:
        raise NotAcceptable(
            f"{file}: {columns:,} columns; at most {MAX_COLUMNS:,} are read",
            hint="is the delimiter right? else save it with one figure per row",
        )


def join_headings(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return one heading per column from headings of one or more rows.

    A heading above goes on to the right over blank cells that have one below: so are
    merged cells written.

    Examples
    --------
    >>> join_headings([["id", "Position", ""], ["", "east", "north"]])
    ['id', 'Position / east', 'Position / north']
    """
    width = max((len(row) for row in rows), default=0)
    cleaned = [
        [clean_text(cell) for cell in row] + [""] * (width - len(row)) for row in rows
    ]
    for above, below in pairwise(cleaned):
        for column in range(1, width):
            if not above[column] and below[column]:
                above[column] = above[column - 1]
    return [
        " / ".join(row[column] for row in cleaned if row[column])
        for column in range(width)
    ]


def unique_headings(headings: Sequence[str]) -> list[str]:
    """Return cleaned headings, numbered where two are equal.

    Examples
    --------
    >>> unique_headings(["Year", "pH", "pH "])
    ['Year', 'pH (1)', 'pH (2)']
    """
    cleaned = [without_marks(clean_text(heading)) for heading in headings]
    cleaned = [heading or f"#{place}" for place, heading in enumerate(cleaned, 1)]
    times, seen = Counter(cleaned), Counter[str]()
    unique = []
    for heading in cleaned:
        if times[heading] > 1:
            seen[heading] += 1
            heading = f"{heading} ({seen[heading]})"  # noqa: PLW2901
        unique.append(heading)
    return unique


def _what_to_mend(wanted: str, headings: list[str]) -> str:
    """Return a hint at why a heading is not among those that were read."""
    if headings and headings[0].startswith("PK\x03\x04"):
        return "the file is a workbook: write format = 'excel'"
    if any("\ufffd" in heading for heading in headings):
        return "say in [table] what encoding the file has, such as 'cp1255' or 'cp1256'"
    signs = [sign for sign in ";|," if len(headings) == 1 and sign in headings[0]]
    if signs:
        return f"is the delimiter in [table] {signs[0]!r}?"
    near = get_close_matches(wanted, headings, n=1)
    return f"is it {near[0]!r}?" if near else "is header_row right?"


def _encode(column: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column.cast(pa.string()))
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        if whole.num_chunks == 0:
            return np.empty(0, np.int32), []
        whole = whole.chunk(0)
    indices = whole.indices
    if indices.null_count:
        indices = indices.fill_null(-1)
    codes: Codes = indices.to_numpy()
    texts = [
        unicodedata.normalize("NFC", text or "").strip()
        for text in whole.dictionary.to_pylist()
    ]
    if any(not text for text in texts):
        blank = np.array([not text for text in texts] + [False])
        codes = np.where(blank[codes], np.int32(-1), codes)
    return codes, texts
