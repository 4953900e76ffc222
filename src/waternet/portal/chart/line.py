"""What a hydrograph shows: lines of figures, and bands behind them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from waternet.observation.vocabulary import Grade

__all__ = ["MOST_LINES", "Band", "Codes", "Floats", "Line", "Times", "break_after"]

Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

MOST_LINES: Final = 5  # that anybody can tell apart
_GAP = 3  # times the usual distance between two figures: there a line is broken
_DAY = 86_400_000  # ms


@dataclass(frozen=True, slots=True)
class Line:
    """Figures over time.

    Attributes
    ----------
    name : str
        In the reader's language.
    unit : str
        UCUM code, as it is shown at the axis.
    time : array of int, (n,) [ms since 1970, UTC]
        Rising.
    value : array of float, (n,) [unit]
        NaN where none is known: absent, never zero. A censored one is at its limit.
    grade : array of int, (n,)
        `Grade`; () where none was given.
    censor : array of int, (n,)
        `Censor`; () where none is a limit.
    end : array of int, (n,) [ms since 1970, UTC]
        Until when each value stands: drawn as steps. () for instants.
    axis : int
        Lines of one axis share its scale.
    of : int
        Which datastream of the page: it sets colour and dashes.
    is_other : bool
        The same datastream as it was otherwise, last year or before a correction:
        drawn thin, behind.
    tells_gaps : bool
        Every gap is a NaN; else a long time without a value is one, too.
    is_depth : bool
        The values grow as the water falls: they are drawn downwards.
    """

    name: str
    unit: str
    time: Times
    value: Floats
    grade: Codes = field(default_factory=lambda: np.empty(0, np.int8))
    censor: Codes = field(default_factory=lambda: np.empty(0, np.int8))
    end: Times = field(default_factory=lambda: np.empty(0, np.int64))
    axis: int = 0
    of: int = 0
    is_other: bool = False
    tells_gaps: bool = False
    is_depth: bool = False

    @property
    def is_stepped(self) -> bool:
        """Whether each value stands for a stretch of time."""
        return len(self.end) > 0

    def graded(self, *grades: Grade) -> npt.NDArray[np.bool_]:
        """Return which values have one of these grades."""
        if not len(self.grade):
            return np.zeros(len(self.time), bool)
        return np.isin(self.grade, [int(grade) for grade in grades])

    def broken(self) -> npt.NDArray[np.bool_]:
        """Return after which values the line is broken; the last is True."""
        if not self.tells_gaps:
            return break_after(self.time, self.value)
        unknown = ~np.isfinite(self.value)
        following = np.append(unknown[1:], True)
        return unknown | following if len(unknown) else unknown

    def plain(self) -> Line:
        """Return the line without what was found to be bad: what is joined up."""
        bad = self.graded(Grade.BAD)
        if not bad.any():
            return self
        return replace(self, value=np.where(bad, np.nan, self.value))


@dataclass(frozen=True, slots=True)
class Band:
    """What is usual, time by time: from a low value to a high one, and the middle.

    Attributes
    ----------
    name : str
        In the reader's language.
    time : array of int, (n,) [ms since 1970, UTC]
    low, middle, high : arrays of float, (n,)
        NaN where too little is known.
    axis : int
    """

    name: str
    time: Times
    low: Floats
    middle: Floats
    high: Floats
    axis: int = 0


def break_after(time: Times, value: Floats) -> npt.NDArray[np.bool_]:
    """Return after which figures a line is broken, as nothing is known in between.

    That is where the next one is missing (NaN), or comes more than three times later
    than usual, and more than a day later.

    Returns
    -------
    array of bool, (n,)
        The last is True.

    Examples
    --------
    >>> day = 86_400_000
    >>> break_after(np.array([0, 1, 2, 9]) * day, np.array([1.0, 2, 3, 4])).tolist()
    [False, False, True, True]
    """
    count = len(time)
    broken = np.ones(count, bool)
    if count < 2:
        return broken
    steps = np.diff(time)
    usual = float(np.median(steps))
    broken[:-1] = (steps > _GAP * usual) & (steps > _DAY)
    unknown = ~np.isfinite(value)
    broken[:-1] |= unknown[:-1] | unknown[1:]
    return broken
