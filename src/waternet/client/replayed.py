"""An answer held against what the signed record alone answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from waternet.client.frames import series_of, to_frame
from waternet.client.metadata import Metadata
from waternet.client.replay import Replayed
from waternet.errors import NotVerified
from waternet.node.report import counted

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Compared", "compare_again"]

_KEYS = ("party", "datastream", "time")
# Sums in another order differ in the last digits.
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it.

    Attributes
    ----------
    proved, open : tuple of str
    figures : int
        Rows of the frame that the record answers, too.
    is_whole : bool
        Nothing was left out, and nothing stands in the way of saying so.
    """

    proved: tuple[str, ...]
    open: tuple[str, ...]
    figures: int
    is_whole: bool


def compare_again(
    frame: DataFrame, metadata: Metadata, again: Replayed, lacking: Sequence[str]
) -> Compared:
    """Hold a frame against what the record answers.

    Parameters
    ----------
    frame : DataFrame
        Rows may have been left out of it since.
    metadata : Metadata
    again : Replayed
    lacking : sequence of str
        Parties whose record could not be read.

    Raises
    ------
    NotVerified
        A row says something else than the record does, or the node left rows out.
    """
    cited = {f"{one['party']}:{one['release']}" for one in metadata.citation}
    restricted = sorted(cited.intersection(again.sealed))
    if restricted:
        told = f"the answer again: {', '.join(restricted)} can be read by few"
        return Compared((), (told,), 0, is_whole=False)
    expected = to_frame(again.table)
    found = _found(frame, expected, lacking)
    _verify_equal(frame, expected, found)
    missing = len(expected) - metadata.rows
    if missing > 0 and not again.sealed:
        raise NotVerified(
            f"the node gave {metadata.rows:,} rows, the signed record has "
            f"{len(expected):,}: {missing:,} were left out"
        )
    checked = int((found >= 0).sum())
    told = (
        "asked again of the signed record alone "
        f"({counted(again.releases, 'release')} read): "
        f"{checked:,} rows are the same"
    )
    reasons = [f"the record of {party}, for want of its card" for party in lacking]
    if again.sealed:
        reasons.append(f"{len(again.sealed)} restricted entries, which few can read")
    if reasons:
        left = f"that nothing was left out: {'; '.join(reasons)}"
        return Compared((told,), (left,), checked, is_whole=False)
    return Compared((f"{told}, and nothing was left out",), (), checked, is_whole=True)


def _found(frame: DataFrame, expected: DataFrame, lacking: Sequence[str]) -> Any:
    """Return the row of each figure in what was expected; -1 of parties lacking."""
    found = np.full(len(frame), -1, np.int64)
    (codes, series), (own, there) = series_of(frame), series_of(expected)
    times, stands = (
        one["time"].astype("int64").to_numpy() for one in (frame, expected)
    )
    for code, key in enumerate(series):
        rows = np.flatnonzero(codes == code)
        places = np.flatnonzero(own == there.index(key)) if key in there else rows[:0]
        order = places[np.argsort(stands[places], kind="stable")]
        at = np.searchsorted(stands[order], times[rows])
        is_there = at < len(order)
        is_there[is_there] = stands[order[at[is_there]]] == times[rows[is_there]]
        found[rows[is_there]] = order[at[is_there]]
        if key[0] not in lacking and not is_there.all():
            first = frame["time"].iloc[rows[~is_there][0]]
            raise NotVerified(
                f"{':'.join(key)} at {first}: the signed record gives no such row"
            )
    return found


def _verify_equal(frame: DataFrame, expected: DataFrame, found: Any) -> None:
    rows = np.flatnonzero(found >= 0)
    for name in frame.columns.intersection(expected.columns).difference(_KEYS):
        said = frame[name].iloc[rows].reset_index(drop=True)
        stands = expected[name].iloc[found[rows]].reset_index(drop=True)
        same = _same(said, stands)
        for place in np.flatnonzero(~same)[:1].tolist():
            one = frame.iloc[rows[place]]
            raise NotVerified(
                f"{one['party']}:{one['datastream']} at {one['time']}: the frame has "
                f"{name} {said.iloc[place]}, the signed record {stands.iloc[place]}"
            )


def _same(said: Any, stands: Any) -> Any:
    """Return where two columns are equal; what is missing equals what is missing."""
    if said.dtype.kind == "f":
        return np.isclose(said, stands, rtol=_CLOSE, atol=0, equal_nan=True)
    if hasattr(said, "cat") and hasattr(stands, "cat"):
        terms = said.cat.categories.union(stands.cat.categories)
        said, stands = (
            one.cat.set_categories(terms).cat.codes for one in (said, stands)
        )
    is_equal = (said == stands).fillna(False).to_numpy(bool)
    return is_equal | (said.isna() & stands.isna()).to_numpy(bool)
