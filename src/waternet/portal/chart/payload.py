"""Figures as small JSON that a browser gets back exactly: whole numbers and runs.

A value is a whole number divided by a power of ten, which IEEE 754 rounds to the very
double that was meant; times are differences in runs, flags are runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from waternet.portal.chart.line import Band, Codes, Floats, Line, Times

__all__ = ["band_payload", "line_payload", "read_times", "read_values"]

_MOST_DECIMALS: Final = 9
_EXACT: Final = 2**53  # whole numbers below it are doubles
_DIGITS: Final = 7  # that are kept of values that no short decimal gives
_MOST_POWER: Final = 300  # of ten, that a double holds
_FLOAT = np.float64


def line_payload(line: Line) -> dict[str, Any]:
    """Return a line for `chart.js`.

    Returns
    -------
    dict
        name, unit, axis, of, other; depth (true: drawn downwards); time: {first,
        steps: [[step, n]...] or each: [step...]} [ms]; value: {decimals, rounded,
        steps: [difference of whole numbers, or null...]}; grade and censor:
        [[code, n]...], [] where all are 0; end: as time, or null.
    """
    return {
        "name": line.name,
        "unit": line.unit,
        "axis": line.axis,
        "of": line.of,
        "other": line.is_other,
        "depth": line.is_depth,
        "time": _times(line.time),
        "value": _values(line.value),
        "grade": _runs(line.grade),
        "censor": _runs(line.censor),
        "end": _times(line.end) if line.is_stepped else None,
    }


def band_payload(band: Band) -> dict[str, Any]:
    """Return a band for `chart.js`: name, axis, time, low, middle and high."""
    return {
        "name": band.name,
        "axis": band.axis,
        "time": _times(band.time),
        **{one: _values(getattr(band, one)) for one in ("low", "middle", "high")},
    }


def read_times(written: Mapping[str, Any]) -> Times:
    """Return the times that a payload holds [ms since 1970, UTC]."""
    if written["first"] is None:
        return np.empty(0, np.int64)
    steps = written.get("each")
    if steps is None:
        runs = np.array(written["steps"], np.int64).reshape(-1, 2)
        steps = np.repeat(runs[:, 0], runs[:, 1])
    told = np.concatenate([[written["first"]], steps]).astype(np.int64)
    return np.cumsum(told)


def read_values(written: Mapping[str, Any]) -> Floats:
    """Return the values that a payload holds; NaN for null."""
    steps = written["steps"]
    known = np.array([step is not None for step in steps], bool)
    whole = np.cumsum(np.array([step for step in steps if step is not None], np.int64))
    value = np.full(len(steps), np.nan)
    value[known] = whole / 10.0 ** written["decimals"]
    return value


def _times(time: Times) -> dict[str, Any]:
    if not len(time):
        return {"first": None, "steps": []}
    steps = np.diff(time)
    runs = _runs(steps)
    written: dict[str, Any] = {"first": int(time[0])}
    if 2 * len(runs) < len(steps) or not len(steps):
        return {**written, "steps": runs}
    return {**written, "each": steps.tolist()}


def _values(value: Floats) -> dict[str, Any]:
    known = np.isfinite(value)
    told = value[known]
    decimals = _decimals(told)
    rounded = decimals is None
    if decimals is None:
        decimals = _decimals_enough(told)
    whole = np.round(told * 10.0**decimals).astype(np.int64)
    steps = np.diff(whole, prepend=0)
    if known.all():
        return {"decimals": decimals, "rounded": rounded, "steps": steps.tolist()}
    every: list[int | None] = [None] * len(value)
    for place, step in zip(np.flatnonzero(known).tolist(), steps.tolist(), strict=True):
        every[place] = step
    return {"decimals": decimals, "rounded": rounded, "steps": every}


def _decimals(value: Floats) -> int | None:
    """Return with how many decimals every value is written exactly; None: too many."""
    greatest = float(np.abs(value).max()) if len(value) else 0.0
    for decimals in range(_MOST_DECIMALS + 1):
        scale = _FLOAT(10.0**decimals)
        if greatest * scale >= _EXACT:
            return None
        if np.array_equal(np.round(value * scale) / scale, value):
            return decimals
    return None


def _decimals_enough(value: Floats) -> int:
    """Return how many decimals keep seven digits of the greatest; below 0: tens."""
    greatest = float(np.abs(value).max())
    before = int(np.floor(np.log10(greatest))) + 1 if greatest > 0 else 0
    return min(_DIGITS - before, _MOST_POWER)


def _runs(codes: Codes | Times) -> list[list[int]]:
    """Return codes as runs; [] where all are 0, and told by their absence."""
    if not len(codes):
        return []
    starts = np.flatnonzero(np.append(True, np.diff(codes) != 0))
    lengths = np.diff(np.append(starts, len(codes)))
    runs = np.stack([codes[starts].astype(np.int64), lengths], axis=1)
    found: list[list[int]] = runs.tolist()
    return [] if len(found) == 1 and codes.dtype == np.int8 and not codes[0] else found
