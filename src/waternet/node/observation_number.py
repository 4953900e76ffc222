"""The number of an observation: its datastream's number and its time in one integer.

======================  ====  =======================  ============================
what is numbered        bits  datastream's number      time
======================  ====  =======================  ============================
whole seconds             53  below 2^19, above 2^34   from 1697-10-17 to 2242-03-16
whole milliseconds        63  below 2^18, above 2^44   the same years
seconds of other years    62  below 2^22, above 2^39   the years 2 to 9997
drafts at a time taken    34                           (numbered as they come)
======================  ====  =======================  ============================

A number of the first kind is whole in JavaScript too. A time finer than a millisecond
has the number of its millisecond.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = [
    "MOST_COUNTED",
    "number_observation",
    "number_observations",
    "number_sql",
    "split_number",
]

Numbers = npt.NDArray[np.int64]

_SECOND = 1_000_000  # us
_HALF = 1 << 33  # s: half of the years that the first two kinds tell
_FAR = 1 << 38  # s: half of those that the third tells
_FINE, _LONG = 1 << 62, 1 << 61
MOST_COUNTED = (1 << 34) - 1
"""The greatest number that tells neither a datastream nor a time."""


def number_observation(datastream: int, time: int) -> int:
    """Return the number of the observation of a datastream at a time [us, UTC].

    Raises
    ------
    NotAcceptable
        The datastream's number is too great.

    Examples
    --------
    >>> number_observation(1, 0), split_number(25769803776)
    (25769803776, (1, 0))
    """
    second, rest = divmod(time, _SECOND)
    is_near = -_HALF <= second < _HALF
    if is_near and not rest and 0 < datastream < 1 << 19:
        return (datastream << 34) + second + _HALF
    if is_near and rest and 0 < datastream < 1 << 18:
        return _FINE + (datastream << 44) + time // 1000 + _HALF * 1000
    if not 0 < datastream < 1 << 22:
        raise NotAcceptable(
            f"a node numbers four million datastreams, not {datastream}"
        )
    return _LONG + (datastream << 39) + second + _FAR


def number_observations(datastream: int, times: Numbers) -> Numbers:
    """Return the numbers of observations of one datastream, (n,) [us, UTC]."""
    second, rest = np.divmod(times, _SECOND)
    plain = (second >= -_HALF) & (second < _HALF) & (rest == 0)
    if datastream < 1 << 19 and plain.all():
        return (datastream << 34) + second + _HALF
    told = (number_observation(datastream, int(time)) for time in times)
    return np.fromiter(told, np.int64, len(times))


def split_number(number: int) -> tuple[int, int] | None:
    """Return the datastream's number and the time [us, UTC]; None where none are told.

    A number of milliseconds gives the first microsecond of its own.
    """
    if not MOST_COUNTED < number < 1 << 63:
        return None
    if number >= _FINE:
        datastream, told = divmod(number - _FINE, 1 << 44)
        return datastream, (told - _HALF * 1000) * 1000
    if number >= _LONG:
        datastream, told = divmod(number - _LONG, 1 << 39)
        return datastream, (told - _FAR) * _SECOND
    datastream, told = divmod(number, 1 << 34)
    return (datastream, (told - _HALF) * _SECOND) if number < 1 << 53 else None


def number_sql(datastream: str, time: str) -> str:
    """Return `number_observation` in DuckDB's SQL, of two columns of it."""
    micros = f"epoch_us({time})"
    second, millisecond = (
        f"(({micros} - ({micros} % {part} + {part}) % {part}) // {part})"
        for part in (_SECOND, 1000)
    )
    near = f"{second} BETWEEN {-_HALF} AND {_HALF - 1}"
    return (
        f"CASE WHEN {near} AND {micros} % {_SECOND} = 0 AND {datastream} < {1 << 19} "
        f"THEN {datastream}::BIGINT * {1 << 34} + {second} + {_HALF} "
        f"WHEN {near} AND {micros} % {_SECOND} <> 0 AND {datastream} < {1 << 18} "
        f"THEN {_FINE} + {datastream}::BIGINT * {1 << 44} "
        f"+ {millisecond} + {_HALF * 1000} "
        f"ELSE {_LONG} + {datastream}::BIGINT * {1 << 39} + {second} + {_FAR} END"
    )
