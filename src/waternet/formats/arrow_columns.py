"""Columns of an Arrow table as the cells of a table, and our own observations so."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

from waternet.errors import NotAcceptable
from waternet.formats.cells import MAX_CELL
from waternet.observation.table import SCHEMA
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = ["as_cells", "as_texts", "is_observations", "label_observations"]

_SIGNS = {Censor.NONE: "", Censor.BELOW: "<", Censor.ABOVE: ">"}
_CODES = {
    "censor": {int(code): sign for code, sign in _SIGNS.items()},
    "grade": {int(code): code.name.lower() for code in Grade},
    "status": {int(code): code.name.lower() for code in Status},
}
# Parts of `Datastream.name`, as the columns that they become.
_NAME = ("feature", "observed_property", "statistic", "interval", "procedure")


def as_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as cells: text, moments or numbers.

    Parameters
    ----------
    column : Arrow array, (n,)
        Of any type. Dates become ISO text, numbers stay numbers where all are finite,
        lists and structures become JSON.

    Raises
    ------
    NotAcceptable
        A text has more than `MAX_CELL` characters.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        if not _is_text(kind.value_type):
            return as_cells(column.cast(kind.value_type))
        column = column.cast(pa.dictionary(pa.int32(), pa.string()))
        return _verify_short(column)
    if pa.types.is_timestamp(kind):
        # Nanoseconds are left out: no clock at a station keeps them.
        return column.cast(pa.timestamp("us", kind.tz), safe=kind.unit != "ns")
    if pa.types.is_floating(kind):
        return _numbers(column)
    if pa.types.is_integer(kind):
        return column
    return _verify_short(_as_text(column))


def as_texts(column: pa.ChunkedArray) -> list[str]:
    """Return the texts of a column that `as_cells` gave; '' for null.

    Examples
    --------
    >>> as_texts(as_cells(pa.chunked_array([pa.array([1.50, None, 2.0])])))
    ['1.5', '', '2']
    """
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = _as_iso(column)
    return [text or "" for text in column.cast(pa.string()).to_pylist()]


def is_observations(schema: pa.Schema) -> bool:
    """Whether columns are those in which Waternet itself writes observations."""
    return {"datastream", "time", "value", "censor"} <= set(schema.names) and all(
        schema.field(name).type == SCHEMA.field(name).type
        for name in ("time", "value", "censor", "status")
        if name in schema.names
    )


def label_observations(table: pa.Table) -> pa.Table:
    """Say in words what Waternet's own columns say in codes.

    Returns
    -------
    pyarrow.Table
        `time` as ISO text with the source's own offset, `censor` as '<' and '>',
        `grade` and `status` as terms; the parts of the datastream's name as columns
        of their own, where there is no such column yet.

    Raises
    ------
    NotAcceptable
        A code is none of the vocabulary.
    """
    for name in ("time", "end"):
        if name in table.column_names:
            offset = table["offset"] if "offset" in table.column_names else None
            texts = _with_offset(table[name], offset)
            table = table.set_column(table.column_names.index(name), name, texts)
    for name, terms in _CODES.items():
        if name in table.column_names:
            place = table.column_names.index(name)
            table = table.set_column(place, name, _terms(table[name], name, terms))
    names = _encoded(table["datastream"])
    whole = [name.split("/") for name in names.dictionary.to_pylist()]
    for place, part in enumerate(_NAME):
        if part not in table.column_names:
            texts = [each[place] if place < len(each) else "" for each in whole]
            column = pa.DictionaryArray.from_arrays(names.indices, pa.array(texts))
            table = table.append_column(part, column)
    return table


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type != pa.float64():
        # 0.1 in four bytes is 0.100000001490116 in eight: what is written is meant.
        wider = column.cast(pa.float32())
        column = wider.cast(pa.string()).cast(pa.float64())
    column = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
    if pc.any(pc.is_inf(column)).as_py():
        return column.cast(pa.string())  # each is refused where it stands
    return column


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType):
        texts = [
            None if each is None else json.dumps(each, ensure_ascii=False, default=str)
            for each in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        texts = [None if each is None else each.hex() for each in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        texts = [None if each is None else str(each) for each in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return column.cast(pa.string())


def _verify_short(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = _encoded(column).dictionary if _is_dictionary(column) else column
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    if longest > MAX_CELL:
        raise NotAcceptable(
            f"a cell of {longest:,} characters; at most {MAX_CELL:,} are read"
        )
    return column


def _is_dictionary(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_dictionary(column.type))


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if not _is_dictionary(column):
        column = pc.dictionary_encode(column.cast(pa.string()))
    if not column.num_chunks:
        return pa.array([], pa.dictionary(pa.int32(), pa.string()))
    whole = column.unify_dictionaries().combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _terms(
    column: pa.ChunkedArray, name: str, terms: dict[int, str]
) -> pa.ChunkedArray:
    if not pa.types.is_integer(column.type):
        return column
    codes = column.cast(pa.int64())
    known = pa.array(sorted(terms), pa.int64())
    places = pc.index_in(codes, known)
    if places.null_count > column.null_count:
        raise NotAcceptable(
            f"column {name!r} holds a code that is none of {sorted(terms)}"
        )
    return pc.take(pa.array([terms[code] for code in sorted(terms)]), places)


def _with_offset(column: pa.ChunkedArray, offset: pa.ChunkedArray | None) -> pa.Array:
    """Return moments in UTC as ISO text by the source's own clock."""
    if not pa.types.is_timestamp(column.type):
        return column
    utc = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    if offset is None or not pa.types.is_integer(offset.type):
        offset = pa.chunked_array([pa.nulls(len(utc), pa.int16())])
    minutes = pc.fill_null(offset.cast(pa.int64()), 0)
    local = pc.add(utc, pc.multiply(minutes, 60_000_000)).cast(pa.timestamp("us"))
    codes = pc.dictionary_encode(minutes).combine_chunks()
    if isinstance(codes, pa.ChunkedArray):
        return pa.chunked_array([pa.array([], pa.string())])
    signs = pa.array([_offset(each) for each in codes.dictionary.to_pylist()])
    written = pc.take(signs, codes.indices)
    return pc.binary_join_element_wise(_as_iso(local), written, "")


def _as_iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    mark = "Z" if column.type.tz else ""
    second = column.cast(pa.timestamp("s", column.type.tz), safe=False)
    whole = pc.all(pc.equal(second.cast(column.type), column)).as_py()
    utc = (second if whole is not False else column).cast(
        pa.timestamp("s" if whole is not False else "us")
    )
    return pc.strftime(utc, f"%Y-%m-%dT%H:%M:%S{mark}")


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
