"""How many values a datastream should have in a period, and has in its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.bank.calendar import Periods, count_between, counts_days, retell
from waternet.bank.catalogue import Series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.observation.datastream import INSTANT

__all__ = ["Kind", "expected_values", "kinds_of", "of_record"]

Floats = npt.NDArray[np.float64]
_FEW = 100  # are looked up one by one; more, all at once


@dataclass(frozen=True, slots=True)
class Kind:
    """What a datastream's values stand for, as its owner last described it."""

    interval: str
    sampling: str
    zone: str

    @property
    def step(self) -> str:
        """The duration between values; '' where nobody states one."""
        return self.sampling if self.interval == INSTANT else self.interval


def kinds_of(bank: Bank, series: Sequence[Series]) -> list[Kind]:
    """Return what the values of each series stand for."""
    asked = "SELECT party, name, interval, sampling, zone FROM datastream"
    if len(series) > _FEW:
        rows = bank.catalogue.rows(asked)
    else:
        asked += " WHERE party = ? AND name = ?"
        rows = [
            row
            for one in series
            for row in bank.catalogue.rows(asked, (one.party, one.name))
        ]
    described = {(party, name): Kind(*said) for party, name, *said in rows}
    return [described[one.party, one.name] for one in series]


def expected_values(
    rows: pa.Table,
    series: Sequence[Series],
    kinds: Sequence[Kind],
    periods: Periods,
) -> Floats:
    """Return how many values each row's datastream has in a whole period.

    Raises
    ------
    NotAcceptable
        A datastream's interval is longer than the period.
    """
    known: dict[str, Floats] = {}
    steps: dict[str, int] = {}
    of_series: dict[int, int] = {}
    for one, kind in zip(series, kinds, strict=True):
        step = kind.step
        of_series[one.id] = steps.setdefault(step, len(steps))
        if step not in known:
            known[step] = periods.expected(step)
        if kind.interval != INSTANT and periods.labels and np.isnan(known[step]).all():
            raise NotAcceptable(
                f"{one.address!r} has one value for each {kind.interval}, longer than "
                "the period asked for",
                hint="ask for a longer period, or leave this datastream out",
            )
    if not rows.num_rows:
        return np.empty(0)
    table = np.array([known[step] for step in steps])
    ids = np.array(sorted(of_series), np.int32)
    which = np.array([of_series[one] for one in ids.tolist()])
    place = np.searchsorted(ids, rows["series_id"].to_numpy())
    expected: Floats = table[which[place], rows["period"].to_numpy()]
    return expected


def of_record(
    rows: pa.Table, series: Sequence[Series], kinds: Sequence[Kind], zone: str
) -> tuple[pa.Array, pa.Array, Floats]:
    """Return where each row's period of record starts, ends, and what it should hold.

    It starts with the first figure, and ends with the interval of the last one; where
    that is an instant, at that instant.
    """
    of_series = dict(zip((one.id for one in series), kinds, strict=True))
    owners = [of_series[one] for one in rows["series_id"].to_pylist()]
    last = rows["last"].to_numpy()
    ends = np.where(
        rows["last_end"].is_null().to_numpy(),
        last,
        rows["last_end"].cast(pa.int64()).fill_null(0).to_numpy(),
    )
    for at, kind in enumerate(owners):
        # The times are told by the owner's date already, but the end is not.
        if counts_days(kind.interval) and kind.zone != zone:
            ends[at : at + 1] = retell(ends[at : at + 1], kind.zone, zone)
    expected = [
        count_between(start, end, kind.step, zone)
        for start, end, kind in zip(
            rows["first"].to_pylist(), last.tolist(), owners, strict=True
        )
    ]
    start, end = (
        pa.array(t).view(pa.timestamp("us")) for t in (rows["first"].to_numpy(), ends)
    )
    return start, end, np.array(expected, np.float64)
