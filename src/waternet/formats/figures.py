"""Figures as agencies write them: from text to numbers, limits and gaps."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.cells import clean_text
from waternet.formats.recipe import TableLayout
from waternet.observation.vocabulary import Censor

__all__ = ["KEPT", "MISSING", "NOT_DETECTED", "REFUSED", "FigureText", "Figures"]

MISSING, KEPT, REFUSED, NOT_DETECTED = range(4)
_PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
# Digits of the Arabic and Persian scripts, and the typographic minus.
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u2212", "01234567890123456789-")

_FIRST = frozenset("0123456789.,")
_ARABIC_POINT = "\u066b"  # is nothing but a decimal sign, whatever the recipe's is


@dataclass(frozen=True)
class Figures:
    """One column of figures.

    Attributes
    ----------
    value : array of float, (n,)
        NaN where there is none. The limit where `censor` says so.
    censor : array of int8, (n,)
    state : array of int8, (n,)
        `MISSING`, `KEPT`, `REFUSED` or `NOT_DETECTED` (a limit stands elsewhere).
    """

    value: npt.NDArray[np.float64]
    censor: npt.NDArray[np.int8]
    state: npt.NDArray[np.int8]


@dataclass(frozen=True)
class FigureText:
    """How one column writes figures.

    Attributes
    ----------
    table : TableLayout
    missing : tuple of str
        Further signs for a gap.
    """

    table: TableLayout
    missing: tuple[str, ...] = ()

    @cached_property
    def gaps(self) -> frozenset[str]:
        """Texts that stand for a figure that was not reported."""
        return frozenset(
            clean_text(sign) for sign in (*self.table.missing, *self.missing)
        ) | {""}

    @cached_property
    def gap_numbers(self) -> frozenset[float]:
        """The same as numbers: -999 is also written -999.00."""
        numbers = set()
        for sign in self.gaps:
            try:
                numbers.add(self.number(sign))
            except ValueError:
                continue
        return frozenset(numbers)

    @cached_property
    def _grouped(self) -> re.Pattern[str]:
        point, mark = re.escape(self.table.decimal), re.escape(self.table.thousands)
        whole = rf"(?:[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+|[0-9]+)" if mark else "[0-9]+"
        return re.compile(
            rf"[+-]?(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?"
        )

    def number(self, text: str) -> float:
        """Return the nearest float to what a text says.

        Raises
        ------
        ValueError
            It is not a number written this way, or too large for one.
        """
        text = text.translate(_DIGITS).replace(_ARABIC_POINT, self.table.decimal)
        for sign in self.table.after_number:
            text = text.removesuffix(clean_text(sign)).rstrip()
        if text.endswith("-") and text[:1] in _FIRST:  # as ledgers write it
            text = "-" + text[:-1].rstrip()
        if not self._grouped.fullmatch(text):
            raise ValueError("not a number")
        if self.table.thousands:
            text = text.replace(self.table.thousands, "")
        value = float(text.replace(self.table.decimal, "."))
        if not math.isfinite(value):
            raise ValueError("too large for a number")
        return value

    def figure(self, text: str) -> tuple[float, int, int]:
        """Return the value, `Censor` and state that one cleaned text says.

        Raises
        ------
        ValueError
            It is neither a figure nor a limit nor a gap.
        """
        if text in self.gaps:
            return math.nan, Censor.NONE, MISSING
        if text in self.table.not_detected:
            return math.nan, Censor.BELOW, NOT_DETECTED
        for censor, signs in (
            (Censor.BELOW, self.table.below),
            (Censor.ABOVE, self.table.above),
        ):
            for sign in signs:
                if text.startswith(sign):
                    return self.number(text.removeprefix(sign).strip()), censor, KEPT
        value = self.number(text)
        if value in self.gap_numbers:
            return math.nan, Censor.NONE, MISSING
        return value, Censor.NONE, KEPT

    def read(self, column: pa.ChunkedArray) -> Figures:
        """Read a column of text, or of numbers where it was typed already."""
        if pa.types.is_floating(column.type):
            return self._from_numbers(column)
        texts = pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), ""))
        value = np.full(len(texts), np.nan)
        state = np.full(len(texts), REFUSED, np.int8)
        censor = np.zeros(len(texts), np.int8)
        if self.table.decimal == "." and not self.table.thousands:
            plain = pc.match_substring_regex(texts, _PLAIN).to_numpy()
            numbers = pc.filter(texts, pa.array(plain)).cast(pa.float64()).to_numpy()
            value[plain], state[plain] = numbers, KEPT
            odd = ~plain
        else:
            odd = np.ones(len(texts), np.bool_)
        self._read_odd(texts, odd, (value, censor, state))
        self._drop_gaps(value, censor, state)
        return Figures(value, censor, state)

    def _read_odd(
        self,
        texts: pa.ChunkedArray,
        odd: npt.NDArray[np.bool_],
        into: tuple[npt.NDArray[Any], ...],
    ) -> None:
        if not odd.any():
            return
        encoded = pc.dictionary_encode(pc.filter(texts, pa.array(odd))).combine_chunks()
        found = []
        for text in encoded.dictionary.to_pylist():
            try:
                found.append(self.figure(clean_text(text)))
            except ValueError:
                found.append((math.nan, Censor.NONE, REFUSED))
        places = encoded.indices.to_numpy()
        for column, values in zip(into, zip(*found, strict=True), strict=True):
            column[odd] = np.array(values, column.dtype)[places]

    def _from_numbers(self, column: pa.ChunkedArray) -> Figures:
        value = column.to_numpy()
        censor, state = np.zeros((2, len(value)), np.int8)
        state[:] = KEPT
        if column.null_count:
            state[np.isnan(value)] = MISSING
        for gap in self.gap_numbers:
            state[value == gap] = MISSING
        return Figures(value, censor, state)

    def _drop_gaps(
        self,
        value: npt.NDArray[np.float64],
        censor: npt.NDArray[np.int8],
        state: npt.NDArray[np.int8],
    ) -> None:
        state[np.isinf(value)] = REFUSED
        for gap in self.gap_numbers:
            state[(value == gap) & (censor == Censor.NONE)] = MISSING
