"""How the rows of a release are laid out over buckets, and several files made one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.bank.catalogue import Runs
from waternet.bank.files import CURRENT

__all__ = ["Part", "in_file_form", "read_runs", "resolve", "sorting", "split_release"]

Ids = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
_CARRIED = ("end", "offset", "value", "censor", "grade", "status", "qualifier")


def resolve(rows: pa.Table) -> pa.Table:
    """Sort rows of any files by (series_id, t, release); say which replaced which.

    Returns
    -------
    pyarrow.Table in `FILE_SCHEMA`
        `superseded` is the release of the next row of the same series and time.
    """
    order = sorting(rows)
    if order is not None:
        rows = rows.take(pa.array(order))
    ids, t = rows["series_id"].to_numpy(), rows["t"].to_numpy()
    release = rows["release"].to_numpy()
    superseded = np.full(len(ids), CURRENT, np.int32)
    same = (ids[1:] == ids[:-1]) & (t[1:] == t[:-1])
    superseded[:-1][same] = release[1:][same]
    place = rows.schema.get_field_index("superseded")
    return rows.set_column(place, rows.schema.field(place), pa.array(superseded))


def sorting(rows: pa.Table) -> Numbers | None:
    """Return the order by (series_id, t, release), or None where it is so already."""
    ids = rows["series_id"].to_numpy()
    t = rows["t"].to_numpy().view(np.int64)
    release = rows["release"].to_numpy()
    step, pace = np.diff(ids), np.diff(t)
    later = (pace > 0) | ((pace == 0) & (np.diff(release) > 0))
    if bool(np.all((step > 0) | ((step == 0) & later))):
        return None
    order: Numbers = np.lexsort((release, t, ids))
    return order


@dataclass(frozen=True, slots=True)
class Part:
    """The runs of one release that go to one file, in the order of their ids."""

    bucket: int
    replaces: bool
    runs: Numbers


def read_runs(rows: pa.Table) -> tuple[Runs, Numbers]:
    """Return the datastreams of `rows`, which are in order, and where each starts."""
    names = rows["datastream"].unify_dictionaries()
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in names.chunks])
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1]).astype(np.int64)
    ends = np.concatenate([starts[1:], [len(codes)]])
    dictionary = names.chunk(0).dictionary.to_pylist()
    last = rows["time"].take(pa.array(ends - 1)).cast(pa.int64()).to_numpy()
    return (
        Runs(tuple(dictionary[code] for code in codes[starts]), ends - starts, last),
        starts,
    )


def split_release(
    ids: Ids, buckets: Numbers, replaces: npt.NDArray[np.bool_]
) -> list[Part]:
    """Return the files to write, one for each bucket that the release touches.

    Parameters
    ----------
    ids, buckets, replaces : arrays, (k,)
        Of each datastream of the release: its id, its bucket, and whether it may
        replace rows taken before.
    """
    parts = []
    order = np.lexsort((ids, buckets))
    edges = np.flatnonzero(np.diff(buckets[order])) + 1
    for runs in np.split(order, edges):
        parts.append(Part(int(buckets[runs[0]]), bool(replaces[runs].any()), runs))
    return parts


def in_file_form(
    rows: pa.Table,
    starts: Numbers,
    lengths: Numbers,
    ids: Ids,
    part: Part,
    release: int,
) -> pa.Table:
    """Return the rows of one part with the columns that a file has, sorted."""
    runs = part.runs
    if np.array_equal(runs, np.arange(runs[0], runs[0] + len(runs))):
        chosen = rows.slice(int(starts[runs[0]]), int(lengths[runs].sum()))
    else:
        chosen = pa.concat_tables(
            [rows.slice(int(starts[run]), int(lengths[run])) for run in runs]
        )
    columns = {
        "series_id": pa.array(np.repeat(ids[runs], lengths[runs])),
        "t": chosen["time"],
        **{name: chosen[name] for name in _CARRIED},
        "release": pa.array(np.full(chosen.num_rows, release, np.int32)),
        "superseded": pa.array(np.full(chosen.num_rows, CURRENT, np.int32)),
    }
    return pa.table(columns)
