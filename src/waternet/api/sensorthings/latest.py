"""The latest observation of each datastream, from what is known of all of them.

It is asked by ``$expand=Observations($top=1;$orderby=phenomenonTime desc)``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.sensorthings.observation_text import Figures, write_entities
from waternet.api.sensorthings.options import Options
from waternet.api.sensorthings.plain_observations import is_plain, with_ends
from waternet.api.sensorthings.streams import Stream, known_streams
from waternet.bank.store import Bank
from waternet.node.observation_number import number_observation, number_observations
from waternet.quantity import convert

__all__ = ["asks_latest", "latest_of_each"]

Numbers = npt.NDArray[np.int64]


def asks_latest(options: Options) -> bool:
    """Return whether an expansion of Observations asks for the latest of each."""
    return (
        options.top == 1
        and not options.skip
        and options.filter is None
        and len(options.order) == 1
        and options.order[0].is_descending
        and is_plain(options)
    )


def latest_of_each(
    bank: Bank, numbers: Sequence[int], base: str, options: Options
) -> dict[int, tuple[list[str], str]] | None:
    """Return the latest observation of each datastream, and where its page ends or ''.

    None where SQL must be asked: a datastream is not a published one.
    """
    streams = known_streams(bank)
    groups: dict[tuple[str, str, str], list[Stream]] = {}
    for number in numbers:
        stream = streams.by_number.get(number)
        if stream is None:
            return None
        if stream.figures:
            key = (stream.series.party, stream.interval, stream.zone)
            groups.setdefault(key, []).append(stream)
    names = [str(path) for path in options.select]
    found: dict[int, tuple[list[str], str]] = {}
    for ones in groups.values():
        bank.look_at(one.series for one in ones)
        figures = _figures(streams.extents.table, ones)
        if figures is None:
            return None
        texts = _texts(write_entities(figures, base, names, is_nested=True), len(ones))
        for stream, text, token in zip(ones, texts, _tokens(figures), strict=True):
            found[stream.number] = [text], token if stream.figures > 1 else ""
    return found


def _figures(table: pa.Table, ones: Sequence[Stream]) -> Figures | None:
    """Return the latest figures of streams of one party, interval and zone."""
    rows = table.take(pa.array([one.place for one in ones]))
    starts = np.array([one.last for one in ones], np.int64)
    ends = with_ends(starts, rows["end"], ones[0].interval, ones[0].zone)
    if ends is None:
        return None
    rows = rows.drop_columns(["release"])
    rows = rows.rename_columns(
        ["release" if name == "last_release" else name for name in rows.column_names]
    )
    ids = _ids(np.array([one.number for one in ones], np.int64), starts)
    return Figures(
        ones[0].series.party, ids, starts, ends, _in_present_unit(rows, ones), {}
    )


def _ids(numbers: Numbers, times: Numbers) -> Numbers:
    """Return the ids of one observation of each datastream."""
    second = times // 1_000_000
    # Of whole seconds of these years the id is a sum: see `observation_number`.
    plain = number_observations(1, times) - (1 << 34)
    is_plain_sum = (plain >= 0) & (plain < 1 << 34) & (numbers < 1 << 19)
    if is_plain_sum.all() and not (times - second * 1_000_000).any():
        return (numbers << 34) + plain
    pairs = zip(numbers.tolist(), times.tolist(), strict=True)
    return np.array([number_observation(*pair) for pair in pairs], np.int64)


def _in_present_unit(rows: pa.Table, ones: Sequence[Stream]) -> pa.Table:
    """Return the figures in the units that the datastreams have now."""
    changed = [place for place, one in enumerate(ones) if len(one.series.units) > 1]
    if not changed:
        return rows
    values = rows["value"].to_numpy().copy()
    for place in changed:
        series = ones[place].series
        unit = series.unit_at(rows["release"][place].as_py())
        at = slice(place, place + 1)
        values[at] = convert(values[at], unit, series.units[-1][1])
    return rows.set_column(
        rows.schema.get_field_index("value"), "value", pa.array(values)
    )


def _tokens(figures: Figures) -> list[str]:
    """Return where a page that ends with each figure ends, as `write_token` does."""
    ends: pa.Array | str = "null"
    if len(figures.ends):
        ends = pa.array(figures.ends).cast(pa.string())
    starts, ids = (
        pa.array(one).cast(pa.string()) for one in (figures.starts, figures.ids)
    )
    return _texts([starts, ",", ends, ",", ids], len(figures))


def _texts(parts: Sequence[pa.Array | str], count: int) -> list[str]:
    if all(isinstance(part, str) for part in parts):
        return ["".join(map(str, parts))] * count
    joined = pc.binary_join_element_wise(
        *(pa.scalar(part) if isinstance(part, str) else part for part in parts), ""
    )
    texts: list[str] = joined.to_pylist()
    return texts
