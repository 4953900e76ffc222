"""What the writers of time series in XML share: a series, and its texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.formats.writing import to_iso
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place

__all__ = [
    "WrittenSeries",
    "joined",
    "local_times",
    "place_name",
    "quoted",
    "texts_of_rows",
    "xml_text",
]

# No XML 1.0 document can hold these, not even as references.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class WrittenSeries:
    """One datastream as it is written, with its figures.

    Attributes
    ----------
    datastream : Datastream
    place : Place or None
        Where it is not known, only its id is written.
    rows : pyarrow.Table
        time, end, offset, value, censor, grade, status, qualifier; in order, and in
        the datastream's unit.
    party : str
        Whose it is; '' where only one party is spoken of.
    citation : tuple of str
        What must be said of the figures, a line for each release.
    issued : str
        When the newest of them was published (ISO, UTC); '' if that is not known.
    """

    datastream: Datastream
    place: Place | None
    rows: pa.Table
    party: str = ""
    citation: tuple[str, ...] = ()
    issued: str = ""


def xml_text(text: str) -> str:
    """Return a text as it stands between tags."""
    return escape(_FORBIDDEN.sub("\ufffd", text))


def quoted(text: str) -> str:
    """Return a text as an attribute's value, within its quotation marks."""
    return quoteattr(_FORBIDDEN.sub("\ufffd", text))


def place_name(feature: str, place: Place | None) -> str:
    """Return one name of a place: that of no stated language, English, any; its id."""
    names = place.names if place else {}
    return next((names[key] for key in ("und", "en", *names) if key in names), feature)


def local_times(rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return each time by its source's clock, and that clock's offset from UTC.

    Returns
    -------
    times : array of str, (n,)
        '2015-06-30T08:00:00'.
    offsets : array of str, (n,)
        '+02:00'; 'Z' where the source stated none, and the time is UTC.
    """
    time, offset = (rows[name].combine_chunks() for name in ("time", "offset"))
    minutes = offset.cast(pa.int64()).fill_null(0).to_numpy()
    local = time.cast(pa.int64()).to_numpy() + minutes * 60_000_000
    times = to_iso(pa.array(local).view(pa.timestamp("us")), "")
    codes = offset.dictionary_encode()
    known = pa.array(
        [_offset(one) for one in codes.dictionary.to_pylist()], pa.string()
    )
    return times, known.take(codes.indices).fill_null("Z")


def texts_of_rows(
    rows: pa.Table, names: Sequence[str], write: Callable[..., str]
) -> pa.Array:
    """Return a text for each row, made once for each combination of values there is.

    Parameters
    ----------
    rows : pyarrow.Table
    names : sequence of str
        Columns of codes or of texts that occur often.
    write : function of one row's values in these columns
    """
    number = np.zeros(rows.num_rows, np.int64)
    known: list[list[Any]] = []
    for name in names:
        column = rows[name].combine_chunks()
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        codes = column.dictionary_encode()
        # The last code stands for null.
        values = [*codes.dictionary.to_pylist(), None]
        code = codes.indices.fill_null(len(values) - 1).to_numpy()
        number = number * len(values) + code
        known.append(values)
    found, place = np.unique(number, return_inverse=True)
    texts = []
    for one in found.tolist():
        combination = []
        for values in reversed(known):
            one, code = divmod(one, len(values))  # noqa: PLW2901
            combination.append(values[code])
        texts.append(write(*reversed(combination)))
    return pa.array(texts, pa.string()).take(pa.array(place))


def joined(*pieces: Any) -> str:
    """Return the rows' texts, put together from pieces, as one text."""
    whole = pc.binary_join_element_wise(*pieces, "")
    return "".join(whole.to_pylist())


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
