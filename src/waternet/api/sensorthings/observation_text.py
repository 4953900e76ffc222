"""Observations of published datastreams written column by column.

References
----------
OGC 18-088, sections 8.2.7 (Observation) and 12 (data array).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.sensorthings.column_text import (
    number_column,
    time_column,
)
from waternet.api.sensorthings.model import KINDS
from waternet.observation.vocabulary import Censor, Grade, Status

__all__ = ["Figures", "write_arrays", "write_entities", "write_rows"]

Numbers = npt.NDArray[np.int64]
Parts = list[pa.Array | str]

_SIGNS = {Censor.BELOW: "<", Censor.ABOVE: ">"}
_NO_ID = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Figures:
    """Some observations, as columns of equal length.

    Attributes
    ----------
    party : str
    ids : array, (n,)
        Empty where they are gathered from several: these have none.
    starts, ends : arrays, (n,) [us since 1970, UTC]
        Ends are empty where all are instants.
    table : pyarrow.Table, (n,)
        value, censor, grade, status, qualifier, offset, release; and, where they are
        gathered, n, expected, coverage.
    said : mapping
        What every one's `parameters` say beside its own: how it was gathered.
    """

    party: str
    ids: Numbers
    starts: Numbers
    ends: Numbers
    table: pa.Table
    said: Mapping[str, object]

    def __len__(self) -> int:
        return len(self.starts)

    def part(self, part: slice) -> Figures:
        """Return some of them."""
        start, stop, step = part.indices(len(self))
        rows = np.arange(start, stop, step)
        return Figures(
            self.party,
            self.ids[part] if len(self.ids) else self.ids,
            self.starts[part],
            self.ends[part] if len(self.ends) else self.ends,
            self.table.slice(start, max(0, stop - start))
            if step == 1
            else self.table.take(pa.array(rows)),
            self.said,
        )


def write_entities(
    figures: Figures, base: str, select: Sequence[str], *, is_nested: bool = False
) -> Parts:
    """Return the parts of each observation's JSON, without a comma after it.

    Parameters
    ----------
    select : sequence of str
        Names that are wanted; empty for all, where nested without links.
    """
    wanted = set(select)
    parts: Parts = []

    def put(name: str, before: str, after: str, *inner: pa.Array | str) -> None:
        parts.extend(["," if parts else "{", f'"{name}":{before}', *inner, after])

    ids = pa.array(figures.ids).cast(pa.string()) if len(figures.ids) else None
    if ids is not None:
        if not wanted or wanted & {"@iot.id", "id"}:
            put("@iot.id", "", "", ids)
        if not wanted or wanted & {"@iot.selfLink", "selfLink"}:
            put("@iot.selfLink", f'"{base}/Observations(', ')"', ids)
    for name, write in _PROPERTIES.items():
        if not wanted or name in wanted:
            put(name, "", "", *write(figures))
    for name in KINDS["Observation"].navigations:
        if ids is not None and (name in wanted or not (wanted or is_nested)):
            link = f'"{base}/Observations('
            put(f"{name}@iot.navigationLink", link, f')/{name}"', ids)
    return [*parts, "}"] if parts else ["{}"]


def write_arrays(figures: Figures, components: Sequence[str]) -> Parts:
    """Return the parts of each observation as a JSON array."""
    parts: Parts = []
    for name in components:
        parts.append("," if parts else "[")
        if name == "id":
            has_ids = len(figures.ids) > 0
            parts.append(pa.array(figures.ids).cast(pa.string()) if has_ids else "null")
        elif name in _PROPERTIES:
            parts.extend(_PROPERTIES[name](figures))
        else:
            parts.append("null")
    return [*parts, "]"]


def write_rows(figures: Figures, select: Sequence[str]) -> tuple[list[str], Parts]:
    """Return the header and the parts of each observation's line of CSV (RFC 4180)."""
    wanted = {"id" if name == "@iot.id" else name for name in select}
    columns: dict[str, Parts] = {}
    if len(figures.ids) and (not wanted or "id" in wanted):
        columns["id"] = [pa.array(figures.ids).cast(pa.string())]
    for name, write in _PROPERTIES.items():
        if not wanted or name in wanted:
            columns[name] = _cell(write(figures), name, len(figures))
    parts: Parts = []
    for cell in columns.values():
        parts += [",", *cell] if parts else cell
    return list(columns), [*parts, "\r\n"]


def _cell(parts: Parts, name: str, count: int) -> Parts:
    if name == "phenomenonTime":
        return parts[1:-1]
    if name in ("result", "resultTime"):
        return [_without_null(part) for part in parts]
    escaped = [
        part.replace('"', '""')
        if isinstance(part, str)
        else pc.replace_substring(part, '"', '""')
        for part in parts
    ]
    return ['"', *escaped, '"'] if count else []


def _without_null(part: pa.Array | str) -> pa.Array | str:
    if isinstance(part, str):
        return "" if part == "null" else part
    return pc.if_else(pc.equal(part, "null"), "", part)


def _times(figures: Figures) -> Parts:
    parts: Parts = ['"', time_column(figures.starts)]
    if len(figures.ends):
        parts += ["/", time_column(figures.ends)]
    return [*parts, '"']


def _results(figures: Figures) -> Parts:
    values = figures.table["value"].to_numpy()
    return [number_column(np.asarray(values, np.float64))]


def _nothing(_figures: Figures) -> Parts:
    return ["null"]


def _qualities(figures: Figures) -> Parts:
    table = figures.table
    if "coverage" in table.column_names:
        return _gathered(table)
    columns = [table[name].to_numpy() for name in ("grade", "status", "censor")]
    return [_texts(columns, _quality)]


def _quality(codes: Sequence[int]) -> str:
    grade, status, censor = codes
    said = {"grade": Grade(grade).name.lower(), "status": Status(status).name.lower()}
    if censor in _SIGNS:
        said["censor"] = _SIGNS[Censor(censor)]
    return orjson.dumps(said).decode()


def _gathered(table: pa.Table) -> Parts:
    """Return how many figures went into each, of how many that were expected."""
    parts: Parts = ['{"n":', table["n"].combine_chunks().cast(pa.string())]
    for name in ("expected", "coverage"):
        column = np.array(table[name].to_pylist(), np.float64)
        parts += [f',"{name}":', number_column(column)]
    signs = [table["censor"].to_numpy()]
    return [*parts, _texts(signs, _censoring), "}"]


def _censoring(codes: Sequence[int]) -> str:
    return {1: ',"censor":"<"', 2: ',"censor":">"', 3: ',"censor":"<>"'}.get(
        codes[0], ""
    )


def _parameters(figures: Figures) -> Parts:
    table = figures.table
    release = table["release"].to_numpy()
    offset = np.full(len(figures), _NONE, np.int64)
    if table["offset"].null_count < len(figures):
        offset = table["offset"].cast(pa.int64()).fill_null(_NONE).to_numpy()
    words, remarks = np.zeros(len(figures), np.int64), [None]
    if table["qualifier"].null_count < len(figures):
        encoded = table["qualifier"].cast(pa.string()).combine_chunks()
        encoded = encoded.dictionary_encode()
        remarks = [None, *encoded.dictionary.to_pylist()]
        words = encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy() + 1
    write = partial(_parameter, figures.party, remarks, figures.said)
    return [_texts([release, offset, words], write)]


_NONE = 1 << 20  # of an offset


def _parameter(
    party: str,
    remarks: Sequence[str | None],
    told: Mapping[str, object],
    codes: Sequence[int],
) -> str:
    release, offset, word = codes
    said: dict[str, object] = {"release": f"{party}:{release}", **told}
    if remarks[word] is not None:
        said["qualifier"] = remarks[word]
    if offset != _NONE:
        sign, minutes = "-" if offset < 0 else "+", abs(offset)
        said["offset"] = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return orjson.dumps(said).decode()


def _texts(
    columns: Sequence[npt.NDArray[np.generic]], write: Callable[[Sequence[int]], str]
) -> pa.Array | str:
    """Return one text for each row, written once for each kind of row."""
    kinds = [
        np.unique(np.asarray(one, np.int64), return_inverse=True) for one in columns
    ]
    if all(len(values) == 1 for values, _ in kinds):
        return write([int(values[0]) for values, _ in kinds])
    code = np.zeros(len(columns[0]), np.int64)
    for values, place in kinds:
        code = code * len(values) + place
    found, place = np.unique(code, return_inverse=True)
    texts = []
    for one in found.tolist():
        rest, told = one, list[int]()
        for values, _ in reversed(kinds):
            rest, at = divmod(rest, len(values))
            told.append(int(values[at]))
        texts.append(write(told[::-1]))
    return pa.array(texts, pa.string()).take(pa.array(place))


_PROPERTIES: Mapping[str, Callable[[Figures], Parts]] = {
    "phenomenonTime": _times,
    "result": _results,
    "resultTime": _nothing,
    "resultQuality": _qualities,
    "parameters": _parameters,
}
