"""Campbell Scientific TOA5: tables of data loggers as text.

Sources: Campbell Scientific, LoggerNet manual, appendix B.1.4 (four header lines:
environment, names, units, processing); CR5000 manual, 2.4 (a record is stamped when it
is stored: at the end of what it was processed over).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.channels import Channel, Record, read_logger
from waternet.formats.lines import decode_head, read_lines, split_cells
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument, SourceSeries

__all__ = ["is_toa5", "list_series"]

_MARK = "TOA5"
_STAMPS = ("TIMESTAMP", "TMSTAMP")
_NO_FIGURES = (*_STAMPS, "RECORD", "RECNBR")
_GAP = "NAN"
# Processing to statistic; of others (Std, WVc, TMx...) nothing is said.
_STATISTICS = {"Avg": "mean", "Tot": "total", "Max": "maximum", "Min": "minimum"}
_STATISTICS |= {"Med": "median"}
_INSTANT = {"statistic": "instant", "interval": "PT0S"}
_SAMPLE = "Smp"


def is_toa5(head: bytes, name: str) -> bool:  # noqa: ARG001  as every format
    """Return whether a file begins with the word TOA5, names and a time stamp."""
    lines = decode_head(head).splitlines()
    if len(lines) < 2 or not lines[0].startswith(('"TOA5"', "TOA5,")):
        return False
    return lines[1].replace('"', "").startswith(_STAMPS)


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each field of a TOA5 table.

    Parameters
    ----------
    path : Path
    table : TableLayout
        Its encoding counts where the file is not UTF-8.

    Returns
    -------
    SeriesDocument
        Features are station names; the procedure is the logger's table. Avg, Tot, Max
        and Min are statistics stamped at the end of an interval that the file does not
        state: the recipe says it. NAN is a gap. The logger's clock is the recipe's.

    Raises
    ------
    NotAcceptable
        It has not the four header lines.
    """
    lines = read_lines(path, table)
    rows = iter(lines)
    header = [split_cells(line, ",") for _, line in islice(rows, 4)]
    if len(header) < 4 or header[0][0] != _MARK or header[1][0] not in _STAMPS:
        raise NotAcceptable(
            f"{path.name}: not the four header lines of TOA5",
            hint="collect it as 'TOA5' with time stamps; TOB1 and TOACI1 are others",
        )
    environment, names, units, processing = (
        [*line, *[""] * (8 - len(line))] for line in header
    )
    channels = [
        _channel(place, name, units, processing)
        for place, name in enumerate(names)
        if name and name not in _NO_FIGURES
    ]
    common = SourceSeries(
        feature=environment[1],
        quantities=(),
        name=environment[1],
        procedure=environment[7],
        attributes={
            key: text
            for key, text in zip(
                ("logger", "logger-serial"), environment[2:4], strict=True
            )
            if text
        },
    )
    document = read_logger(path.name, list(_records(rows)), channels, common)
    return replace(document, notices=(*lines.notices, *document.notices))


def _channel(place: int, name: str, units: list[str], processing: list[str]) -> Channel:
    how = processing[place] if place < len(processing) else ""
    more = dict(_INSTANT) if how == _SAMPLE else {}
    if how in _STATISTICS:
        more = {"statistic": _STATISTICS[how], "stamp": "end"}
    unit = units[place] if place < len(units) else ""
    return Channel(place, (name,), unit, more)


def _records(rows: Iterator[tuple[int, str]]) -> Iterator[Record]:
    for number, line in rows:
        if line.strip():
            cells = split_cells(line, ",")
            yield number, cells[0], ["" if c == _GAP else c for c in cells]
