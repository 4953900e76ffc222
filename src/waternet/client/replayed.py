"""An answer held against what the signed record alone answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from waternet.client.frames import to_frame
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
    places = {key: place for place, key in enumerate(_keys(expected))}
    found = np.full(len(frame), -1, np.int64)
    for row, key in enumerate(_keys(frame)):
        place = places.get(key)
        if place is not None:
            found[row] = place
        elif key[0] not in lacking:
            party, name, time = key
            raise NotVerified(
                f"{party}:{name} at {time}: the signed record gives no such row"
            )
    return found


def _keys(frame: DataFrame) -> list[tuple[str, str, str]]:
    columns = [frame[name].astype(str).tolist() for name in _KEYS]
    return list(zip(*columns, strict=True))


def _verify_equal(frame: DataFrame, expected: DataFrame, found: Any) -> None:
    rows = np.flatnonzero(found >= 0)
    for name in frame.columns.intersection(expected.columns).difference(_KEYS):
        said = frame[name].iloc[rows].reset_index(drop=True)
        stands = expected[name].iloc[found[rows]].reset_index(drop=True)
        if said.dtype.kind == "f":
            same = np.isclose(said, stands, rtol=_CLOSE, atol=0, equal_nan=True)
        else:
            said, stands = (one.astype(object) for one in (said, stands))
            same = ((said == stands) | (said.isna() & stands.isna())).to_numpy(bool)
        for place in np.flatnonzero(~same)[:1].tolist():
            one = frame.iloc[rows[place]]
            raise NotVerified(
                f"{one['party']}:{one['datastream']} at {one['time']}: the frame has "
                f"{name} {said.iloc[place]}, the signed record {stands.iloc[place]}"
            )
