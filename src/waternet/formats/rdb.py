"""USGS RDB: tab-delimited tables with comments, headings and a row of types."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.cells import clean_text
from waternet.formats.cuahsi import Value, Variable, as_series
from waternet.formats.lines import decode_head, read_lines
from waternet.formats.nwis import find_offset, find_status, is_remark
from waternet.formats.rdb_columns import (
    Figure,
    read_site,
    time_of,
    value_columns,
    verify_columns,
)
from waternet.formats.reading import Reject
from waternet.formats.recipe import TableLayout
from waternet.formats.sentinels import is_sentinel
from waternet.formats.series import SeriesDocument

__all__ = ["is_rdb", "list_series"]

_TYPES = re.compile(r"[0-9]+[sdnSDN](?:\t[0-9]+[sdnSDN])*")
_SITE = re.compile(r"#\s+[A-Z]{2,5}\s+([0-9]{8,15})\s+(\S.*)")
_DESCRIBED = re.compile(r"#\s+(?:[0-9]+\s+)?([0-9]{5})(?:\s+([0-9]{5}))?\s+(\S.*)")
_CODES = re.compile(r"[:,\s\[\]]+")
_WHOLE = re.compile(r"[0-9]{4}-(?!00)[0-9]{2}-(?!00)[0-9]{2}(?:[T ].*)?")


def is_rdb(head: bytes, name: str) -> bool:
    """Return whether a file is RDB: a row of types stands below the headings."""
    del name
    before = ""
    for line in decode_head(head).splitlines():
        if _TYPES.fullmatch(line.rstrip()) and before.count("\t") == line.count("\t"):
            return "\t" in line
        if not line.startswith("#"):
            before = line
    return False


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """List the series of an RDB file, or its sites where it has no figures.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Only its encoding, where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        A point's number is its line. A remark instead of a figure ('Ice', 'Eqp',
        '***') is missing, and counted in the notices; a figure whose day is not
        known ('1927-05-00') is refused.

    Raises
    ------
    NotAcceptable
        There is no row of types, or no column of sites.
    """
    reader = _Tables(path.name)
    lines = read_lines(path, table, "cp1252")
    for number, line in lines:
        reader.take(number, line)
    reader.end()
    return reader.document(lines.notices)


class _Tables:
    """One or several tables, line after line."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.headings: list[str] = []
        self.pending: tuple[int, list[str]] | None = None
        self.columns: tuple[Figure, ...] = ()
        self.names: dict[str, str] = {}
        self.described: dict[tuple[str, str], str] = {}
        self.sites: dict[str, dict[str, str]] = {}
        self.values: dict[tuple[str, Figure], list[Value]] = {}
        self.remarks: Counter[str] = Counter()
        self.rejects: list[Reject] = []
        self.has_table = False

    def take(self, number: int, line: str) -> None:
        """Take a comment, a row, or the types that make the row before headings."""
        if line.startswith("#"):
            self._comment(line)
        elif _TYPES.fullmatch(line.rstrip()) and self.pending:
            self._begin(self.pending[1])
            self.pending = None
        elif line.strip():
            self.end()
            self.pending = number, line.split("\t")

    def end(self) -> None:
        """Take the row that was waiting for what comes after it."""
        if self.pending and self.headings:
            self._row(*self.pending)
        self.pending = None

    def document(self, notices: Sequence[Reject]) -> SeriesDocument:
        if not self.has_table:
            raise NotAcceptable(
                f"{self.file}: no row of types ('5s', '15s', '14n') below headings",
                hint="without it, the file is delimited text",
            )
        series = []
        for (code, column), values in self.values.items():
            site = read_site(code, self.sites.get(code, {}), self.names.get(code, ""))
            series += as_series(site, column.variable, values)
        told = {code for code, _ in self.values}
        for code, cells in self.sites.items():
            if code not in told:
                site = read_site(code, cells, self.names.get(code, ""))
                series += as_series(site, Variable(()), ())
        remarks = tuple(
            Reject(self.file, "", 0, "", remark, f"stands for {count} figures", lost=0)
            for remark, count in self.remarks.items()
        )
        return SeriesDocument(tuple(series), tuple(self.rejects), (*notices, *remarks))

    def _comment(self, line: str) -> None:
        site, described = _SITE.match(line), _DESCRIBED.match(line)
        if site:
            self.names[site.group(1)] = site.group(2).strip()
        elif described:
            code, statistic, text = described.groups()
            self.described[code, statistic or ""] = clean_text(text)

    def _begin(self, headings: list[str]) -> None:
        self.headings = [heading.strip() for heading in headings]
        verify_columns(self.headings, self.file)
        self.columns = value_columns(self.headings, self.described)
        self.has_table = True

    def _row(self, number: int, cells: list[str]) -> None:
        if len(cells) > len(self.headings):
            self._reject(
                number, "", "\t".join(cells), "too many cells", len(self.columns)
            )
            return
        row = dict(zip(self.headings, (cell.strip() for cell in cells), strict=False))
        code = row.get("site_no", "")
        if "station_nm" in row or "dec_lat_va" in row:
            self.sites.setdefault(code, row)
        else:
            self.sites.setdefault(code, {})
        for column in self.columns:
            self._figure(number, code, column, row)

    def _figure(
        self, number: int, code: str, column: Figure, row: dict[str, str]
    ) -> None:
        value, time = row.get(column.heading, ""), time_of(column, row)
        codes = _codes(row, column.codes)
        if is_remark(value):
            self.remarks[value] += 1
            codes.append(value)
            value = ""
        value = "" if is_sentinel(value, "-999999") else value
        if value and not code:
            self._reject(number, "site_no", "", "no station", 1)
            return
        if not _WHOLE.fullmatch(time[:10]):
            if value:
                self._reject(number, column.date, time[:10], "the day is not known", 1)
                return
            time = ""  # neither figure nor time: missing
        # A clock of no known offset is the site's; without clock, so is the day.
        offset = find_offset(row.get(column.zone, "")) if column.zone else ""
        self.values.setdefault((code, column), []).append(
            Value(
                number,
                f"{time}{offset}" if ":" in time else time,
                *_signed(value, codes),
                find_status(_codes(row, column.reviewed)),
            )
        )

    def _reject(
        self, number: int, column: str, value: str, reason: str, lost: int
    ) -> None:
        expected = "a whole date" if "day" in reason else ""
        self.rejects.append(
            Reject(self.file, "", number, column, value[:200], reason, expected, lost)
        )


def _codes(row: dict[str, str], headings: Sequence[str]) -> list[str]:
    written = (_CODES.split(row.get(heading, "")) for heading in headings)
    return [code for codes in written for code in codes if code]


def _signed(value: str, codes: list[str]) -> tuple[str, str]:
    """Return a value with the sign that stands among its codes, and the other codes."""
    sign = next((code for code in codes if code in ("<", ">")), "")
    if sign and value and not value.startswith(sign):
        codes = [code for code in codes if code != sign]
        value = sign + value
    return value, " ".join(codes)
