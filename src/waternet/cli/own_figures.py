"""Figures series by series, as statistics take them: arrays, by the owner's clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from waternet.errors import NotAcceptable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from waternet.observation.datastream import Datastream

__all__ = ["OwnFigures", "figures_by_series", "rounded", "verify_one_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class OwnFigures:
    """The figures of one datastream that were not graded bad, in order of time.

    Attributes
    ----------
    party : str
    datastream : Datastream
    unit : str
        UCUM, of every value.
    time : array of int64, (n,) [us since 1970, UTC]
    value : array of float64, (n,) [unit]
    censor : array of int8, (n,)
    release : int
        The newest that any of them is from.
    """

    party: str
    datastream: Datastream
    unit: str
    time: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    censor: npt.NDArray[np.int8]
    release: int

    def local_time(self) -> npt.NDArray[np.int64]:
        """Return the times that the owner's clock showed, (n,) [us since 1970]."""
        import numpy as np

        from waternet.formats.zones import find_zone

        zone = find_zone(self.datastream.zone)
        # Clocks change at whole hours: few of them hold many values.
        hours, place = np.unique(self.time // 3_600_000_000, return_inverse=True)
        ahead = [_ahead(int(hour), zone) for hour in hours]
        return self.time + np.array(ahead, np.int64)[place]


def figures_by_series(
    bank: Any, chosen: Any, start: Any, end: Any, past: Any, unit: str = ""
) -> Iterator[OwnFigures]:
    """Yield the figures of each datastream, in one unit: its latest, or the one asked.

    Parameters
    ----------
    bank : Bank
    chosen : addresses or Selection
    start, end : datetime or None
    past : AsOf or None
    unit : str
        UCUM.

    Raises
    ------
    NotFound
        An address names nothing in the bank.
    NotAcceptable
        `unit` measures something else.
    """
    import numpy as np
    import pyarrow as pa

    from waternet.bank.labels import in_unit
    from waternet.bank.query import get_observations
    from waternet.bank.selection import choose_series
    from waternet.bank.standing import standing_datastreams
    from waternet.observation.vocabulary import Grade

    told = [Grade.UNCHECKED, Grade.GOOD, Grade.SUSPECT]
    series = choose_series(bank, chosen)
    addresses = [one.address for one in series]
    found = get_observations(bank, addresses, start, end, as_of=past, grades=told)
    runs = _runs(found)
    parties = {one.party for one in series}
    streams = {party: standing_datastreams(bank, party) for party in parties}
    for one in series:
        table = found.slice(*runs.get((one.party, one.name), (0, 0)))
        last = table["unit"][-1].as_py() if table.num_rows else one.units[-1][1]
        table = in_unit(table, unit or last)
        yield OwnFigures(
            party=one.party,
            datastream=streams[one.party][one.name],
            unit=unit or last,
            time=table["time"].cast(pa.int64()).to_numpy(),
            value=table["value"].to_numpy().astype(np.float64),
            censor=table["censor"].to_numpy(),
            release=max(table["release"].to_pylist(), default=-1),
        )


def _runs(table: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """Return where each datastream's rows begin, and how many they are."""
    import numpy as np

    if not table.num_rows:
        return {}
    new = np.zeros(table.num_rows, np.bool_)
    new[0] = True
    names = []
    for column in ("party", "datastream"):
        coded = table[column].unify_dictionaries().combine_chunks()
        codes = coded.indices.to_numpy()
        new[1:] |= codes[1:] != codes[:-1]
        names.append(coded)
    begins = np.flatnonzero(new)
    lengths = np.diff(np.append(begins, table.num_rows))
    return {
        (names[0][begin].as_py(), names[1][begin].as_py()): (begin, length)
        for begin, length in zip(begins.tolist(), lengths.tolist(), strict=True)
    }


def rounded(bank: Any, table: Any) -> tuple[str, Any, int]:
    """Prepare statistics for a terminal: four digits say all that they know.

    What was measured keeps every digit.
    """
    import pyarrow as pa

    from waternet.cli.words import as_people_read

    for place, field in enumerate(table.schema):
        if pa.types.is_floating(field.type) and field.name != "value":
            shown = [_short(one) for one in table[field.name].to_pylist()]
            table = table.set_column(place, field.name, pa.array(shown, pa.float64()))
    return as_people_read(bank, table)


def verify_one_of(name: str, given: str, allowed: Sequence[str]) -> None:
    """Raise unless an option has one of the values that it may have.

    Raises
    ------
    NotAcceptable
        It has another.
    """
    if given not in allowed:
        raise NotAcceptable(
            f"no {name} {given!r}", hint=f"there are {', '.join(filter(None, allowed))}"
        )


def _ahead(hour: int, zone: tzinfo) -> int:
    """Return how far a clock runs ahead of UTC in an hour since 1970 [us]."""
    ahead = (_EPOCH + timedelta(hours=hour)).astimezone(zone).utcoffset()
    return (ahead or timedelta()) // timedelta(microseconds=1)


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
