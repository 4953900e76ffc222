"""Cells and a recipe make a reading: places, datastreams and observations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.formats.assembly import EVERY, Piece, Which, assemble
from waternet.formats.cells import Cells, clean_text
from waternet.formats.drift import find_drift
from waternet.formats.ends import read_ends, untold_ends
from waternet.formats.figures import (
    KEPT,
    MISSING,
    NOT_DETECTED,
    REFUSED,
    Figures,
    FigureText,
)
from waternet.formats.moments import compile_clock
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, ValueColumn
from waternet.formats.stamps import begin_intervals
from waternet.formats.stations import Stations, read_stations
from waternet.formats.stations_across import read_heading_stations
from waternet.formats.times import Times, read_heading_times, read_times
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import Censor, Status

__all__ = ["read_cells"]

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


def read_cells(cells: Cells, recipe: Recipe) -> Reading:
    """Read one table of cells through a recipe.

    Returns
    -------
    Reading

    Raises
    ------
    NotAcceptable
        A column that the recipe names is not there, or so much is refused that the
        recipe must be another file's.
    """
    across: dict[str, int] = {}
    if recipe.station.headings:
        stations, across = read_heading_stations(cells, recipe)
    else:
        stations = read_stations(cells, recipe)
    sheet = _Sheet(cells, recipe, stations, across)
    pieces = [piece for piece in sheet.pieces() if len(piece.time)]
    sheet.report_unplaced()
    datastreams, observations, repeated = assemble(cells, recipe, stations.ids, pieces)
    drift = find_drift(
        cells.file, cells.sheet, cells.headings or tuple(cells.columns), recipe
    )
    cells.rejects.sort(key=lambda reject: reject.row)
    counts = {
        "rows": len(cells.rows),
        "cells": sheet.cells_seen,
        "observations": observations.num_rows,
        "missing": sheet.missing,
        "censored": int(np.count_nonzero(observations["censor"].to_numpy())),
        "repeated": repeated,
        "rejected": len(cells.rejects),
        "stations": len(stations.places),
        "datastreams": len(datastreams),
    }
    return Reading(
        stations.places,
        datastreams,
        observations,
        tuple(cells.rejects),
        counts,
        (*drift, *cells.notices),
    )


class _Sheet:
    """One table of cells while it is read; counts what became of each cell."""

    def __init__(
        self, cells: Cells, recipe: Recipe, stations: Stations, across: dict[str, int]
    ) -> None:
        self.cells, self.recipe, self.stations = cells, recipe, stations
        self.across = across  # which place a column is about, where each is one
        self.missing = 0
        # Rows of the wrong length were refused before: their figures are lost.
        self.cells_seen = sum(reject.lost for reject in cells.rejects)
        # Figures lost with the row's station or date, by that cell.
        self.unplaced: dict[tuple[int, str], int] = {}
        self.begun: dict[tuple[str, str], Times] = {}
        self.refusals: dict[tuple[int, str], tuple[str, str, str]] = {}
        self.ends: Rows | None = None

    def pieces(self) -> Iterator[Piece]:
        """Yield the observations of each column of figures."""
        if not self.recipe.value:
            return
        columns = [(value.column, None) for value in self.recipe.value]
        if self.recipe.time.headings:
            grid = read_heading_times(self.cells, self.recipe)
        else:
            times = read_times(self.cells, self.recipe)
            if self.recipe.time.end_column:
                times, self.ends = read_ends(self.cells, self.recipe, times)
            grid = [(heading, times) for heading in self.across]
        seen = np.zeros(len(self.cells.rows), bool)
        for place, value in enumerate(self.recipe.value):
            asked = self._asked(value)
            seen |= asked
            rows = EVERY if asked.all() else np.flatnonzero(asked)
            for heading, when in grid or [(columns[place][0], times)]:
                begun = self._begun(heading, when, value.interval)
                yield self._piece(place, heading, begun, rows)
        self._notice_unseen(~seen)

    def _begun(self, heading: str, times: Times, interval: str) -> Times:
        """Return when the intervals of figures begin."""
        time = self.recipe.time
        if time.stamp == "start" or interval == INSTANT:
            return times
        key = (heading if time.headings else "", interval)
        if key not in self.begun:
            default = time.default_clock or "00:00"
            clock = compile_clock(("HH:MM",))(default)
            self.begun[key] = begin_intervals(times, interval, time.zone, clock)
        return self.begun[key]

    def _asked(self, value: ValueColumn) -> Flags:
        """Return the rows that `when` asks for."""
        asked = np.ones(len(self.cells.rows), bool)
        for column, wanted in value.when.items():
            written, texts = self.cells.encoded(column)
            hit = np.array([text == wanted for text in texts] + [wanted == ""])
            asked &= hit[written]
        return asked

    def _notice_unseen(self, unseen: Flags) -> None:
        rows = np.flatnonzero(unseen)
        if len(rows):
            column = ", ".join(
                dict.fromkeys(c for v in self.recipe.value for c in v.when)
            )
            reason = f"{len(rows)} rows from here on are of kinds the recipe leaves out"
            self.cells.notice(int(rows[0]), column, "", reason)

    def _piece(self, place: int, heading: str, times: Times, asked: Which) -> Piece:
        value = self.recipe.value[place]
        written = FigureText(self.recipe.table, value.missing)
        figures = self._figures(value, written, heading, asked)
        codes = self._codes(heading)
        placed = (codes[asked] >= 0) & times.good[asked]
        self.cells_seen += len(figures.state)
        self.missing += int(np.count_nonzero(figures.state == MISSING))
        taken = placed & (figures.state == KEPT)
        rows, kept = asked, EVERY
        if not taken.all():
            numbers = np.arange(len(self.cells.rows))[asked]
            blank = figures.state[~placed] == MISSING
            self._remember_unplaced(times, numbers[~placed], blank)
            self._report_refused(heading, written, figures, (numbers, placed))
            rows, kept = numbers[taken], taken
        qualifier, qualifiers = self._qualifiers(value, rows)
        return Piece(
            heading,
            rows,
            codes[rows] + np.int32(place * len(self.stations.ids)),
            times.utc[rows],
            times.offset[rows],
            figures.value[kept],
            figures.censor[kept],
            self._status(value, rows),
            qualifier,
            qualifiers,
            self._ends(value, times, rows),
        )

    def _ends(self, value: ValueColumn, times: Times, rows: Which) -> Rows | None:
        if self.ends is None:
            return None
        zone = self.recipe.time.zone or "UTC"
        return untold_ends(self.ends[rows], times.utc[rows], value.interval, zone)

    def _codes(self, heading: str) -> Codes:
        """Return the place of each row's figure in one column."""
        if heading in self.across:
            return np.full(len(self.cells.rows), self.across[heading], np.int32)
        return self.stations.codes

    def _figures(
        self, value: ValueColumn, written: FigureText, heading: str, asked: Which
    ) -> Figures:
        """Read a column; take censor signs and detection limits from theirs."""
        figures = written.read(self._cells(heading, asked))
        if value.censor_column:
            signs = self.recipe.table
            codes, texts = self.cells.encoded(value.censor_column)
            known = dict.fromkeys(signs.below, int(Censor.BELOW))
            known |= dict.fromkeys(signs.above, int(Censor.ABOVE))
            by_text = np.array([known.get(text, 0) for text in texts] + [0], np.int8)
            figures.censor[:] = np.maximum(figures.censor, by_text[codes[asked]])
        without = figures.state == NOT_DETECTED
        if without.any() and value.limit_column:
            limits = written.read(self._cells(value.limit_column, asked))
            found = without & (limits.state == KEPT)
            figures.value[found], figures.state[found] = limits.value[found], KEPT
        return figures

    def _cells(self, heading: str, asked: Which) -> pa.ChunkedArray:
        column = self.cells.column(heading)
        return column if isinstance(asked, slice) else column.take(pa.array(asked))

    def _report_refused(
        self,
        heading: str,
        written: FigureText,
        figures: Figures,
        placed: tuple[Rows, Flags],
    ) -> None:
        asked, good = placed
        column = self.cells.column(heading)
        bad = (figures.state == REFUSED) | (figures.state == NOT_DETECTED)
        for place in np.flatnonzero(bad & good):
            row = int(asked[place])
            text = str(column[row].as_py() or "")
            reason = "not detected, but no limit is given"
            expected = f"a number such as 12{written.table.decimal}5"
            try:
                written.figure(clean_text(text))
            except ValueError as error:
                reason = str(error)
            self.cells.reject(row, heading, text, reason, expected)

    def _remember_unplaced(self, times: Times, rows: Rows, missing: Flags) -> None:
        for row, blank in zip(rows.tolist(), missing.tolist(), strict=True):
            found = self.stations.refused.get(row) or times.refused[row]
            key = (row, found[0])
            self.refusals[key] = found[1:]
            self.unplaced[key] = self.unplaced.get(key, 0) + (not blank)

    def report_unplaced(self) -> None:
        """Report stations and dates that cost figures, or stand and cannot be read."""
        for (row, column), lost in self.unplaced.items():
            text, reason, expected = self.refusals[row, column]
            if lost or text:
                self.cells.reject(row, column, text, reason, expected, lost)

    def _qualifiers(self, value: ValueColumn, rows: Which) -> tuple[Codes, list[str]]:
        if not value.qualifier_column:
            return np.empty(0, np.int32), []
        written, texts = self.cells.encoded(value.qualifier_column)
        return written[rows], texts

    def _status(self, value: ValueColumn, rows: Which) -> npt.NDArray[np.int8]:
        default = _status_code(value.status)
        if not value.status_column:
            count = len(self.stations.codes[rows])
            return np.full(count, default, np.int8)
        written, texts = self.cells.encoded(value.status_column)
        codes = np.full(len(texts) + 1, default, np.int8)
        for place, text in enumerate(texts):
            if text in self.recipe.status_codes:
                codes[place] = _status_code(self.recipe.status_codes[text])
            elif text:
                row = int(np.flatnonzero(written == place)[0])
                reason = (
                    f"[status_codes] does not say what it is; taken as {value.status}"
                )
                self.cells.notice(row, value.status_column, text, reason)
        return codes[written[rows]]


def _status_code(name: str) -> int:
    return int(Status[name.upper()])
