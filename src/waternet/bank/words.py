"""Codes of censoring, grade and status as signs and terms."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from waternet.observation.vocabulary import Grade, Status

__all__ = ["WORDS", "in_words"]

WORDS: Mapping[str, tuple[str, ...]] = {
    # Limits of both kinds in one statistic (3): nothing can be said of it.
    "censor": ("", "<", ">", "<>"),
    "grade": tuple(grade.name.lower() for grade in Grade),
    "status": tuple(status.name.lower() for status in Status),
}


def in_words(table: pa.Table) -> pa.Table:
    """Replace the codes of censoring, grade and status by signs and terms.

    Parameters
    ----------
    table : pyarrow.Table
        Columns whose names end in 'censor', 'grade' or 'status' hold codes.

    Returns
    -------
    pyarrow.Table
        Those columns as dictionaries of text; nulls stay.

    Examples
    --------
    >>> in_words(pa.table({"censor": pa.array([0, 1], pa.int8())})).to_pylist()
    [{'censor': ''}, {'censor': '<'}]
    """
    for place, name in enumerate(table.column_names):
        coded = next((one for one in WORDS if name.endswith(one)), None)
        if coded is None or not pa.types.is_integer(table.schema.field(name).type):
            continue
        codes = table[name].combine_chunks().cast(pa.int32())
        words = pa.array(WORDS[coded], pa.string())
        column = pa.DictionaryArray.from_arrays(codes, words)
        table = table.set_column(place, name, column)
    return table
