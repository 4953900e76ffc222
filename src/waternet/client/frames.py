"""Arrow tables of a node as pandas data frames: nothing is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.errors import NotFound
from waternet.observation.vocabulary import Grade, Status

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "CENSORED",
    "GRADES",
    "STATUSES",
    "Key",
    "load_pandas",
    "series_of",
    "to_frame",
]

Key = tuple[str, str]
"""Party and datastream."""

CENSORED = ("", "<", ">", "<>")
"""Not censored; below and above the value given; both within one statistic."""
GRADES = tuple(grade.name.lower() for grade in Grade)
STATUSES = tuple(status.name.lower() for status in Status)
_CODED = {"censor": CENSORED, "grade": GRADES, "status": STATUSES}


def load_pandas() -> Any:
    """Return the package pandas, which only the client needs.

    Raises
    ------
    NotFound
        It is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise NotFound(
            "the client gives out data frames of pandas, which is not installed here",
            hint="pip install 'waternet[client]'",
        ) from error
    return pd


def to_frame(table: pa.Table) -> DataFrame:
    """Return a table as a data frame.

    Parameters
    ----------
    table : pyarrow.Table
        Times in UTC without zone; 'censor', 'grade' and 'status' as codes or words.

    Returns
    -------
    pandas.DataFrame
        Times with the zone UTC; those three columns as categories of all their terms;
        other columns of few texts as categories; whole numbers that may be missing
        as such (<NA>). A missing value is NaN, never zero.
    """
    pd = load_pandas()
    frame = pd.DataFrame(index=pd.RangeIndex(table.num_rows))
    for field in table.schema:
        frame[field.name] = _column(pd, table[field.name], field)
    return frame


def series_of(frame: DataFrame) -> tuple[npt.NDArray[np.int64], list[Key]]:
    """Return of which series each row is, and the series, as they first occur.

    Returns
    -------
    codes : array of int, (n,)
        Places in the list.
    series : list of (party, datastream)
    """
    pd = load_pandas()
    party, name = (frame[one].astype("category") for one in ("party", "datastream"))
    width = max(len(name.cat.categories), 1)
    joined = party.cat.codes.to_numpy(np.int64) * width + name.cat.codes.to_numpy()
    codes, places = pd.factorize(joined)
    return codes, [
        (str(party.cat.categories[one // width]), str(name.cat.categories[one % width]))
        for one in places.tolist()
    ]


def _column(pd: Any, column: pa.ChunkedArray, field: pa.Field) -> Any:
    terms = next((_CODED[one] for one in _CODED if field.name.endswith(one)), None)
    if terms is not None:
        return pd.Categorical.from_codes(_codes(column, terms), list(terms))
    if pa.types.is_timestamp(field.type):
        return column.cast(pa.timestamp("us", "UTC")).to_pandas().copy()
    if pa.types.is_dictionary(field.type):
        return column.cast(pa.string()).to_pandas().astype("category")
    if pa.types.is_integer(field.type):
        width = {8: "Int8", 16: "Int16", 32: "Int32", 64: "Int64"}
        numbers = column.fill_null(0).to_numpy()
        missing = column.is_null().to_numpy()
        return pd.arrays.IntegerArray(numbers.copy(), missing.copy()).astype(
            width[field.type.bit_width]
        )
    if pa.types.is_nested(field.type):
        listed = column.to_pylist(maps_as_pydicts="strict")
        return pd.Series(listed, dtype=object)
    # What Arrow lends may not be written to; a frame is its owner's.
    return column.to_pandas().copy()


def _codes(column: pa.ChunkedArray, terms: tuple[str, ...]) -> Any:
    """Return the place of each row's term; -1 where it has none."""
    if pa.types.is_integer(column.type):
        return column.cast(pa.int32()).fill_null(-1).to_numpy()
    words = column.cast(pa.string()).combine_chunks().dictionary_encode()
    places = np.array([terms.index(word) for word in words.dictionary.to_pylist()])
    codes = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.append(places, -1)[codes].astype(np.int32)
