"""Columns of numbers and times as columns of text, and columns of text as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["join_columns", "number_column", "time_column"]

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SECOND = 1_000_000  # us
_WIDTH = 19  # of 2024-01-31T12:00:00
# Years of four digits: texts of one width.
_YEAR_1000, _YEAR_10000 = -30_610_224_000, 253_402_300_800
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_column(times: Numbers) -> pa.Array:
    """Return times [us since 1970, UTC] in ISO 8601, with as many digits as they have.

    Examples
    --------
    >>> time_column(np.array([0, 250_000])).to_pylist()
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.25Z']
    """
    seconds, rest = np.divmod(times, _SECOND)
    if (
        not len(times)
        or rest.any()
        or seconds.min() < _YEAR_1000
        or seconds.max() >= _YEAR_10000
    ):
        return pa.array([_time_text(int(one)) for one in times], pa.string())
    written = pa.array(seconds.view("datetime64[s]")).cast(pa.string())
    digits = np.frombuffer(written.buffers()[2], np.uint8)[: len(times) * _WIDTH]
    letters = np.empty((len(times), _WIDTH + 1), np.uint8)
    letters[:, :_WIDTH] = digits.reshape(-1, _WIDTH)
    letters[:, 10] = ord("T")
    letters[:, _WIDTH] = ord("Z")
    ends = np.arange(len(times) + 1, dtype=np.int32) * (_WIDTH + 1)
    return pa.StringArray.from_buffers(
        len(times), pa.py_buffer(ends), pa.py_buffer(letters)
    )


def number_column(values: Floats) -> pa.Array:
    """Return numbers as JSON has them, null for what is none.

    Examples
    --------
    >>> number_column(np.array([5.0, 0.1, 1e-7, np.nan])).to_pylist()
    ['5', '0.1', '1e-7', 'null']
    """
    plain = np.where(values == 0, 0.0, values)  # no negative zero
    finite = np.isfinite(plain)
    if finite.all():
        return pa.array(plain).cast(pa.string())
    written = pa.array(plain, mask=~finite).cast(pa.string())
    return pc.fill_null(written, "null")


def join_columns(parts: Sequence[pa.Array | str], count: int) -> bytes:
    """Return the parts of each row one after the other, row after row.

    Parameters
    ----------
    parts : sequence of str or array of str, (count,)
        A text stands in every row.
    """
    if not count:
        return b""
    if all(isinstance(part, str) for part in parts):
        return "".join(map(str, parts)).encode() * count
    large = [
        pa.scalar(part, pa.large_string())
        if isinstance(part, str)
        else part.cast(pa.large_string())
        for part in parts
    ]
    rows = pc.binary_join_element_wise(*large, pa.scalar("", pa.large_string()))
    buffer = rows.buffers()[2]
    ends = np.frombuffer(rows.buffers()[1], np.int64)
    start, end = int(ends[rows.offset]), int(ends[rows.offset + count])
    return bytes(memoryview(buffer)[start:end])


def _time_text(time: int) -> str:
    when = _EPOCH + timedelta(microseconds=time)
    fraction = f".{when.microsecond:06}".rstrip("0") if when.microsecond else ""
    return f"{when:%Y-%m-%dT%H:%M:%S}{fraction}Z"
