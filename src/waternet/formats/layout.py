"""Cells and a recipe make a reading: places, datastreams and observations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from waternet.formats.assembly import Piece, assemble
from waternet.formats.cells import Cells, encode_texts
from waternet.formats.figures import (
    KEPT,
    MISSING,
    NOT_DETECTED,
    REFUSED,
    Figures,
    FigureText,
)
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, ValueColumn
from waternet.formats.stations import Stations, read_stations
from waternet.formats.times import Times, read_heading_times, read_times
from waternet.observation.vocabulary import Censor, Status

__all__ = ["read_cells"]

Flags = npt.NDArray[np.bool_]
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
    stations = read_stations(cells, recipe)
    sheet = _Sheet(cells, recipe, stations)
    pieces = [piece for piece in sheet.pieces() if len(piece.rows)]
    sheet.report_unplaced()
    datastreams, observations, repeated = assemble(cells, recipe, stations.ids, pieces)
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
        tuple(cells.notices),
    )


class _Sheet:
    """One table of cells while it is read; counts what became of each cell."""

    def __init__(self, cells: Cells, recipe: Recipe, stations: Stations) -> None:
        self.cells, self.recipe, self.stations = cells, recipe, stations
        self.missing = 0
        # Rows of the wrong length were refused before: their figures are lost.
        self.cells_seen = sum(reject.lost for reject in cells.rejects)
        # Figures lost with the row's station or date, by that cell.
        self.unplaced: dict[tuple[int, str], int] = {}
        self.refusals: dict[tuple[int, str], tuple[str, str, str]] = {}

    def pieces(self) -> Iterator[Piece]:
        """Yield the observations of each column of figures."""
        if not self.recipe.value:
            return
        columns = [(value.column, None) for value in self.recipe.value]
        if self.recipe.time.headings:
            grid = read_heading_times(self.cells, self.recipe)
        else:
            times = read_times(self.cells, self.recipe)
            grid = []
        seen = np.zeros(len(self.cells.rows), bool)
        for place, value in enumerate(self.recipe.value):
            asked = self._asked(value)
            seen |= asked
            for heading, when in grid or [(columns[place][0], times)]:
                yield self._piece(place, heading, when, asked)
        self._notice_unseen(~seen)

    def _asked(self, value: ValueColumn) -> Flags:
        """Return the rows that `when` asks for."""
        asked = np.ones(len(self.cells.rows), bool)
        for column, wanted in value.when.items():
            written, texts = encode_texts(self.cells.column(column))
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

    def _piece(self, place: int, heading: str, times: Times, asked: Flags) -> Piece:
        value = self.recipe.value[place]
        written = FigureText(self.recipe.table, value.missing)
        figures = self._with_limits(value, written.read(self.cells.column(heading)))
        placed = (self.stations.codes >= 0) & times.good
        missing = figures.state == MISSING
        self.cells_seen += int(np.count_nonzero(asked))
        self.missing += int(np.count_nonzero(asked & missing))
        self._remember_unplaced(times, asked & ~placed & ~missing, asked & ~placed)
        taken = asked & placed
        self._report_refused(heading, written, figures, taken)
        rows = np.flatnonzero(taken & (figures.state == KEPT))
        qualifier, qualifiers = self._qualifiers(value, rows)
        series = self.stations.codes[rows] + place * len(self.stations.ids)
        return Piece(
            heading,
            rows,
            series.astype(np.int32),
            times.utc[rows],
            times.offset[rows],
            figures.value[rows],
            figures.censor[rows],
            self._status(value, rows),
            qualifier,
            qualifiers,
        )

    def _with_limits(self, value: ValueColumn, figures: Figures) -> Figures:
        """Take censor signs and detection limits from their own columns."""
        if value.censor_column:
            signs = FigureText(self.recipe.table).table
            written, texts = encode_texts(self.cells.column(value.censor_column))
            known = dict.fromkeys(signs.below, Censor.BELOW)
            known |= dict.fromkeys(signs.above, Censor.ABOVE)
            by_text = np.array([known.get(text, Censor.NONE) for text in texts] + [0])
            figures.censor[:] = np.maximum(figures.censor, by_text[written])
        without = figures.state == NOT_DETECTED
        if without.any() and value.limit_column:
            limits = FigureText(self.recipe.table, value.missing).read(
                self.cells.column(value.limit_column)
            )
            found = without & (limits.state == KEPT)
            figures.value[found], figures.state[found] = limits.value[found], KEPT
        return figures

    def _report_refused(
        self, heading: str, written: FigureText, figures: Figures, taken: Flags
    ) -> None:
        bad = (figures.state == REFUSED) | (figures.state == NOT_DETECTED)
        column = self.cells.column(heading)
        for row in np.flatnonzero(bad & taken):
            text = str(column[int(row)].as_py() or "")
            reason, expected = (
                "not a number",
                f"a number such as 12{written.table.decimal}5",
            )
            if figures.state[row] == NOT_DETECTED:
                reason, expected = "not detected, but no limit is given", "a limit"
            else:
                try:
                    written.figure(text.strip())
                except ValueError as error:
                    reason = str(error)
            self.cells.reject(int(row), heading, text, reason, expected)

    def _remember_unplaced(self, times: Times, lost: Flags, unplaced: Flags) -> None:
        for row in np.flatnonzero(unplaced):
            number = int(row)
            found = self.stations.refused.get(number) or times.refused[number]
            column, *refusal = found
            key = (number, column)
            self.refusals[key] = tuple(refusal)  # type: ignore[assignment]
            self.unplaced[key] = self.unplaced.get(key, 0) + bool(lost[row])

    def report_unplaced(self) -> None:
        """Report stations and dates that cost figures, or stand and cannot be read."""
        for (row, column), lost in self.unplaced.items():
            text, reason, expected = self.refusals[row, column]
            if lost or text:
                self.cells.reject(row, column, text, reason, expected, lost)

    def _qualifiers(
        self, value: ValueColumn, rows: npt.NDArray[np.int64]
    ) -> tuple[Codes, list[str]]:
        if not value.qualifier_column:
            return np.empty(0, np.int32), []
        written, texts = encode_texts(self.cells.column(value.qualifier_column))
        return written[rows], texts

    def _status(
        self, value: ValueColumn, rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int8]:
        default = _status_code(value.status)
        if not value.status_column:
            return np.full(len(rows), default, np.int8)
        written, texts = encode_texts(self.cells.column(value.status_column))
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
