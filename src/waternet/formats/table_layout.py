"""Where a file's cells are, and how its numbers are written."""

from __future__ import annotations

from dataclasses import dataclass

from waternet.errors import NotAcceptable

__all__ = ["TableLayout"]


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The `[table]` part: where the cells are, and how numbers are written.

    Attributes
    ----------
    encoding : str
        'utf-8' (with or without a byte order mark), 'cp1255', 'cp1256'...
    mojibake : str
        The code page that the text was in before somebody read it as cp1252 and saved
        it as UTF-8: 'cp1256'. Headings are written here as repaired.
    delimiter : str
        What separates cells in delimited text. A blank: any run of blanks.
    comment : str
        Lines that begin so are passed over wherever they stand, and not counted.
    sheet : str
        Name of the sheet; '' is the first one.
    records : str
        Keys that lead to the list of records in JSON: 'result.records'.
    header_row : int
        Row of the headings, from 1. 0: no headings, columns are '#1', '#2'...
    header_rows : int
        How many rows the headings take; they are joined by ' / ', and a merged
        heading goes on to the right.
    first_row, last_row : int
        First and last row of figures; 0: from the one below the headings, to the end.
    skip_rows : tuple of str
        Texts that mark rows of totals or notes: a row whose first filled cell is one
        of them, or begins with one that ends with ':', is passed over with a notice.
    headings : tuple of str
        The headings of the file that the recipe was written for: where a later one
        has others, reading it gives a notice.
    decimal, thousands : str
        The signs in numbers; `thousands` '' where there is none.
    missing : tuple of str
        What stands for "not reported" besides a blank cell: '-999', '_'.
    below, above : tuple of str
        Signs before a limit: '<0.05'.
    not_detected : tuple of str
        What stands instead of a value below the limit: 'ND'.
    after_number : tuple of str
        Signs that may follow a number and mean nothing: 'º', 'm'.
    """

    encoding: str = "utf-8"
    mojibake: str = ""
    delimiter: str = ","
    comment: str = ""
    sheet: str = ""
    records: str = ""
    header_row: int = 1
    header_rows: int = 1
    first_row: int = 0
    last_row: int = 0
    skip_rows: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ""
    missing: tuple[str, ...] = ()
    below: tuple[str, ...] = ("<",)
    above: tuple[str, ...] = (">",)
    not_detected: tuple[str, ...] = ()
    after_number: tuple[str, ...] = ()

    def is_skipped(self, first: str) -> bool:
        """Return whether a row with this first filled cell is none of figures.

        Examples
        --------
        >>> table = TableLayout(skip_rows=("Total", "Source:"))
        >>> [table.is_skipped(text) for text in ("Total", "Total 2", "Source: FAO")]
        [True, False, True]
        """
        return any(
            first == text or (text.endswith(":") and first.startswith(text))
            for text in self.skip_rows
        )

    def __post_init__(self) -> None:
        if len(self.delimiter) != 1 or not self.delimiter.isascii():
            raise NotAcceptable(f"delimiter {self.delimiter!r} is not one ASCII sign")
        if len(self.decimal) != 1 or self.decimal == self.thousands:
            raise NotAcceptable(
                f"decimal {self.decimal!r} and thousands {self.thousands!r} "
                "must be one character each, and differ"
            )
        rows = (self.header_row, self.header_rows - 1, self.first_row, self.last_row)
        if min(rows) < 0:
            raise NotAcceptable("rows are counted from 1; header_rows is 1 or more")
        if 0 < self.last_row < max(self.first_row, self.header_row):
            raise NotAcceptable(f"last_row {self.last_row} is above the first")
        try:
            for encoding in filter(None, (self.encoding, self.mojibake)):
                "1".encode(encoding).decode(encoding)
        except (LookupError, UnicodeError) as error:
            raise NotAcceptable(
                f"no encoding {encoding!r}",
                hint="for example 'utf-8', 'cp1255' (Hebrew), 'cp1256' (Arabic)",
            ) from error
