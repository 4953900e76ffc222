"""Mass balance: what flows into a canal or reservoir flows out, is lost or stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.observation.datastream import INSTANT, Datastream
from waternet.quality.findings import Hits
from waternet.quality.schedule import slot_starts
from waternet.quality.series import SeriesTable
from waternet.quantity import convert

__all__ = ["Balance", "MassBalance", "find_unbalanced_water", "reckon_balance"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_SECOND = 1_000_000  # us
_WHOLE = 0.999  # of a period, below which a flow's volume is not known


@dataclass(frozen=True, slots=True)
class MassBalance:
    """Which datastreams make a balance, and how well each is known.

    Uncertainties are expanded ones (95 %). Those of flow and level are what the WMO
    recommends of measurements (Guide to Hydrological Practices, WMO-No. 168, 6th ed.,
    2008, volume I, table I.2.3: discharge 5 %, water level 10 to 20 mm).

    Attributes
    ----------
    inflows, outflows, losses : tuple of str
        Names of datastreams: volumes (totals, in 'm3'), or rates ('m3/s').
    storage : str
        Name of a datastream of volumes, or of levels with a rating; '' for a canal
        that stores nothing.
    levels, volumes : tuple of float [m], [m3]
        The rating table: rising levels and what is stored at each; () for none.
    period : str
        ISO 8601 duration over which the balance is drawn.
    flow, loss : float [%]
        Of each inflow's and outflow's volume, and of each loss (an estimate, mostly).
    level : float [m]
        Of a level, where storage comes from a rating.
    volume : float [%]
        Of stored volumes where they are reported.
    """

    inflows: tuple[str, ...] = ()
    outflows: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    storage: str = ""
    levels: tuple[float, ...] = ()
    volumes: tuple[float, ...] = ()
    period: str = "P1M"
    flow: float = 5.0
    loss: float = 20.0
    level: float = 0.02
    volume: float = 0.5

    def __post_init__(self) -> None:
        rising = all(
            low < high for low, high in zip(self.levels, self.levels[1:], strict=False)
        )
        if len(self.levels) != len(self.volumes) or len(self.levels) == 1 or not rising:
            raise NotAcceptable(
                "a rating has rising levels and as many volumes, two or more",
                hint="levels = [10, 11], volumes = [0, 5e6]",
            )


@dataclass(frozen=True, eq=False)
class Balance:
    """Volumes by period, each (k,) [m3]; NaN where a part of it is not known.

    Attributes
    ----------
    edges : array of int, (k + 1,) [us since 1970, UTC]
    inflow, outflow, loss, change : arrays of float, (k,)
        `change` is what is stored at the end less at the beginning.
    residual : array of float, (k,)
        inflow - outflow - loss - change
    allowed : array of float, (k,)
        The root of the sum of squares of all uncertainties.
    """

    edges: Integers
    inflow: Floats
    outflow: Floats
    loss: Floats
    change: Floats
    residual: Floats
    allowed: Floats


def find_unbalanced_water(series: SeriesTable, parameters: MassBalance) -> Hits:
    """Find periods in which the balance does not close within its uncertainties.

    residual = inflow - outflow - losses - change of storage [m3]; it is unbalanced
    where |residual| exceeds the combined uncertainty. A period in which a flow is not
    known throughout, or storage at either end, is not judged: what is missing is not 0.

    Returns
    -------
    Hits
        Every value of the flows and of storage within the period, with the residual
        in `note`: which of them is wrong, the balance cannot say.

    References
    ----------
    WMO-No. 168 (2008), volume I, chapter 4 (water balance); uncertainties are combined
    as in ISO/IEC Guide 98-3:2008 (GUM), 5.1.2.
    """
    numbers = _numbers(series, parameters)
    everything = np.arange(len(series.datastreams))
    none = np.empty(0, np.int64)
    if not numbers:
        return Hits.make(none, unjudged=everything)
    try:
        balance = reckon_balance(series, parameters)
    except NotAcceptable:  # a unit that is no volume, a frequency beyond counting
        return Hits.make(none, unjudged=everything)
    judged = np.isfinite(balance.residual)
    off = judged & (np.abs(balance.residual) > balance.allowed)
    rows, notes = [none], [np.empty(0, np.str_)]
    residuals = [f"residual {one:+.3g} m3" for one in balance.residual.tolist()]
    for number in numbers.values():
        begin, end = int(series.starts[number]), int(series.starts[number + 1])
        place = np.searchsorted(balance.edges, series.time[begin:end], "right") - 1
        inside = (place >= 0) & (place < len(off))
        inside[inside] = off[place[inside]]
        at = np.flatnonzero(inside & np.isfinite(series.value[begin:end]))
        rows.append(at + begin)
        notes.append(np.array(residuals, np.str_)[place[at]])
    unjudged = (
        everything
        if not judged.any()
        else np.setdiff1d(everything, list(numbers.values()))
    )
    return Hits.make(
        np.concatenate(rows), None, np.concatenate(notes), unjudged=unjudged
    )


def reckon_balance(series: SeriesTable, parameters: MassBalance) -> Balance:
    """Return the balance, period by period.

    Parameters
    ----------
    series : SeriesTable
        With every datastream that is named.
    parameters : MassBalance

    Returns
    -------
    Balance
        Of the periods in which any of the datastreams has a value, and those between,
        by the clock of the first datastream named.

    Raises
    ------
    NotAcceptable
        A named datastream is not in the table, or is neither a volume nor a rate.
    """
    numbers = _numbers(series, parameters)
    if not numbers:
        raise NotAcceptable("a balance of datastreams that are not in the table")
    edges = _edges(series, list(numbers.values()), parameters.period)
    sums, squares = {}, np.zeros(len(edges) - 1)
    for role, share in (
        ("inflows", parameters.flow),
        ("outflows", parameters.flow),
        ("losses", parameters.loss),
    ):
        names: tuple[str, ...] = getattr(parameters, role)
        each = [_volumes(series, numbers[name], edges) for name in names]
        sums[role] = np.sum(each, axis=0) if each else np.zeros(len(edges) - 1)
        squares += sum((share / 100 * volume) ** 2 for volume in each)
    change, uncertainty = _storage(series, numbers, parameters, edges)
    return Balance(
        edges=edges,
        inflow=sums["inflows"],
        outflow=sums["outflows"],
        loss=sums["losses"],
        change=change,
        residual=sums["inflows"] - sums["outflows"] - sums["losses"] - change,
        allowed=np.sqrt(squares + uncertainty**2),
    )


def _numbers(series: SeriesTable, parameters: MassBalance) -> dict[str, int]:
    """Return the number of each named datastream; {} unless all are in the table."""
    named = [*parameters.inflows, *parameters.outflows, *parameters.losses]
    named += [parameters.storage] if parameters.storage else []
    place = {one.name: number for number, one in enumerate(series.datastreams)}
    known = all(name in place for name in named)
    return {name: place[name] for name in named} if known else {}


def _edges(series: SeriesTable, numbers: list[int], period: str) -> Integers:
    spans = [series.time[series.starts[n] : series.starts[n + 1]] for n in numbers]
    filled = [span for span in spans if len(span)]
    if not filled:
        return np.zeros(1, np.int64)
    zone = series.datastreams[numbers[0]].zone
    first = min(int(span[0]) for span in filled)
    return slot_starts(period, zone, first, max(int(span[-1]) for span in filled))


def _volumes(series: SeriesTable, number: int, edges: Integers) -> Floats:
    """Return the volume of a flow in each period [m3]; NaN unless known throughout."""
    one = series.datastreams[number]
    rows = slice(int(series.starts[number]), int(series.starts[number + 1]))
    known = np.isfinite(series.value[rows]) & (series.censor[rows] == 0)
    time, value = series.time[rows][known], series.value[rows][known]
    if not len(time):
        return np.full(len(edges) - 1, np.nan)
    if one.interval == INSTANT:
        return _integral(time, _in(one, value, "m3/s"), edges)
    slots = slot_starts(one.interval, one.zone, int(time[0]), int(time[-1]))
    place = np.searchsorted(slots, time, side="right") - 1
    length = (slots[place + 1] - slots[place]) / _SECOND
    if one.statistic == "total":
        volume = _in(one, value, "m3")
    else:
        volume = _in(one, value, "m3/s") * length
    period = np.searchsorted(edges, time, side="right") - 1
    inside = (period >= 0) & (period < len(edges) - 1)
    count = len(edges) - 1
    total = np.bincount(period[inside], volume[inside], count)
    covered = np.bincount(period[inside], length[inside], count)
    whole = covered >= _WHOLE * np.diff(edges) / _SECOND
    return np.where(whole, total, np.nan)


def _integral(time: Integers, rate: Floats, edges: Integers) -> Floats:
    """Integrate instants along straight lines; a period without a reading is NaN."""
    moments = np.union1d(time, edges)
    at = np.interp(moments, time, rate, left=np.nan, right=np.nan)
    steps = (at[1:] + at[:-1]) / 2 * np.diff(moments) / _SECOND
    place = np.searchsorted(moments, edges)
    volumes = np.add.reduceat(steps, place[:-1]) if len(steps) else np.empty(0)
    readings = np.diff(np.searchsorted(time, edges))
    return np.where(readings > 0, volumes, np.nan)


def _storage(
    series: SeriesTable,
    numbers: dict[str, int],
    parameters: MassBalance,
    edges: Integers,
) -> tuple[Floats, Floats]:
    """Return the change of storage in each period, and its uncertainty [m3]."""
    count = len(edges) - 1
    if not parameters.storage:
        return np.zeros(count), np.zeros(count)
    number = numbers[parameters.storage]
    one = series.datastreams[number]
    rows = slice(int(series.starts[number]), int(series.starts[number + 1]))
    known = np.isfinite(series.value[rows]) & (series.censor[rows] == 0)
    time, value = series.time[rows][known], series.value[rows][known]
    if parameters.levels:
        stored = _at_edges(time, _in(one, value, "m"), edges)
        low, high = (
            _rated(stored + by, parameters)
            for by in (-parameters.level, parameters.level)
        )
        off = (high - low) / 2
        rated = (stored >= parameters.levels[0]) & (stored <= parameters.levels[-1])
        stored = np.where(rated, _rated(stored, parameters), np.nan)
    else:
        stored = _at_edges(time, _in(one, value, "m3"), edges)
        off = parameters.volume / 100 * stored
    return np.diff(stored), np.hypot(off[1:], off[:-1])


def _rated(level: Floats, parameters: MassBalance) -> Floats:
    """Return what is stored at levels, along the rating's lines."""
    levels, volumes = np.array(parameters.levels), np.array(parameters.volumes)
    place = np.clip(np.searchsorted(levels, level) - 1, 0, len(levels) - 2)
    slope = (volumes[place + 1] - volumes[place]) / (levels[place + 1] - levels[place])
    rated: Floats = volumes[place] + slope * (level - levels[place])
    return rated


def _at_edges(time: Integers, value: Floats, edges: Integers) -> Floats:
    """Return values at edges, between readings no further apart than a period."""
    if not len(time):
        return np.full(len(edges), np.nan)
    after = np.clip(np.searchsorted(time, edges), 0, len(time) - 1)
    before = np.clip(np.searchsorted(time, edges, "right") - 1, 0, len(time) - 1)
    found = np.interp(edges, time, value, left=np.nan, right=np.nan)
    far = time[after] - time[before] > np.diff(edges).max(initial=0)
    return np.where(far, np.nan, found)


def _in(one: Datastream, value: Floats, unit: str) -> Floats:
    return convert(value, one.unit, unit)
