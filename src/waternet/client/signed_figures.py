"""The rows of a data frame, held against those that their owners signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from waternet.client.frames import CENSORED, GRADES, STATUSES
from waternet.errors import NotVerified
from waternet.quantity import convert

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["SignedRelease", "verify_rows"]

_TERMS = {"censor": CENSORED, "grade": GRADES, "status": STATUSES}
_CLOSE = 1e-9  # of a converted value: two ways to round


class SignedRelease:
    """What one release holds, read from the files that its entry names.

    Parameters
    ----------
    party : str
    number : int
    rows : pyarrow.Table in `observation.table.SCHEMA`
        In order.
    units : mapping of datastream to UCUM code
    """

    def __init__(
        self, party: str, number: int, rows: pa.Table, units: dict[str, str]
    ) -> None:
        self.name = f"{party}:{number}"
        self.rows, self.units = rows, units
        names = rows["datastream"].unify_dictionaries().combine_chunks()
        codes = names.indices.to_numpy()
        starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
        ends = [*starts[1:], len(codes)]
        texts = names.dictionary.to_pylist()
        self.spans = {
            texts[codes[first]]: (first, last)
            for first, last in zip(starts, ends, strict=True)
        }
        self.times = rows["time"].cast(pa.int64()).to_numpy()

    def places(self, name: str, times: Any) -> Any:
        """Return the row of each time of a datastream; -1 where it has none."""
        first, last = self.spans.get(name, (0, 0))
        own = self.times[first:last]
        place = np.searchsorted(own, times)
        found = place < len(own)
        found[found] = own[place[found]] == times[found]
        return np.where(found, first + place, -1)


def verify_rows(frame: DataFrame, release: SignedRelease) -> None:
    """Raise unless every row is as its release has it.

    Parameters
    ----------
    frame : DataFrame
        Rows of that release alone; values in the unit that they name.
    release : SignedRelease

    Raises
    ------
    NotVerified
        The message names the first that is not, with both figures.
    """
    for name, own in frame.groupby("datastream", observed=True, sort=False):
        times = own["time"].astype("int64").to_numpy()
        places = release.places(str(name), times)
        if (places < 0).any():
            row = int(np.flatnonzero(places < 0)[0])
            raise NotVerified(
                f"{_what(own, row, release)}: the signed release has no such figure"
            )
        signed = release.rows.take(pa.array(places))
        for row, said, stands in _differences(own, signed, release.units[str(name)]):
            raise NotVerified(
                f"{_what(own, row, release)}: the frame says {said}, the signed "
                f"release {stands}"
            )


def _differences(
    own: DataFrame, signed: pa.Table, unit: str
) -> Iterator[tuple[int, str, str]]:
    """Yield the first row that differs in each respect, with what both say."""
    shown = "published_value" if "published_value" in own.columns else "value"
    units = own[shown.replace("value", "unit")].astype(str).to_numpy()
    values = own[shown].to_numpy(np.float64)
    stands = signed["value"].to_numpy(zero_copy_only=False).astype(np.float64)
    for one in set(units.tolist()):
        rows = units == one
        expected = convert(stands[rows], unit, one)
        exact = np.array_equal(values[rows], expected, equal_nan=True)
        close = np.isclose(values[rows], expected, rtol=_CLOSE, atol=0, equal_nan=True)
        if not exact and (one == unit or not close.all()):
            wrong = values[rows] != expected if one == unit else ~close
            row = int(np.flatnonzero(rows)[np.flatnonzero(wrong)[0]])
            yield row, f"{values[row]:.10g} {one}", f"{stands[row]:.10g} {unit}"
    for column, terms in _TERMS.items():
        if column in own.columns:
            said = own[column].astype(object).to_numpy()
            codes = signed[column].to_numpy()
            meant = np.array(terms, object)[codes]
            for row in np.flatnonzero(said != meant)[:1].tolist():
                yield row, f"{column} {said[row]!r}", f"{meant[row]!r}"


def _what(own: DataFrame, row: int, release: SignedRelease) -> str:
    one = own.iloc[row]
    return f"{one['datastream']} at {one['time'].isoformat()} of {release.name}"


def read_release(
    party: str, number: int, paths: dict[str, tuple[Path, Any]]
) -> SignedRelease:
    """Read the files of a release, whose hashes and harmlessness were checked.

    Raises
    ------
    NotAcceptable
        They do not hold what they should.
    """
    from waternet.record.blob import read_datastreams, read_observations

    rows = read_observations(*paths["observations"])
    streams = read_datastreams(*paths["datastreams"])
    return SignedRelease(party, number, rows, {one.name: one.unit for one in streams})
