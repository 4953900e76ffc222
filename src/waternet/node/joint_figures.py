"""A party's own figures for a joint total: one for each period, or none.

They come from the party's own figures, published, restricted or pending, or from a
table by hand. A period in which a figure is missing, censored or bad has none: what is
absent is never zero.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.aggregate import USABLE
from waternet.bank.calendar import Calendar
from waternet.bank.query import get_observations
from waternet.bank.standing import standing_datastreams, standing_terms
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.joint_round import Round
from waternet.node.folder import Node
from waternet.node.pending import list_pending
from waternet.observation.datastream import INSTANT, Datastream
from waternet.quantity import convert
from waternet.record.fields import LARGEST_INTEGER

__all__ = ["OwnFigures", "from_datastreams", "from_table"]

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

_RATE = re.compile(r"/(a|mo|wk|d|h|min|s)$")


@dataclass
class OwnFigures:
    """What this party puts into a joint total.

    Attributes
    ----------
    values : dict of period to int
        In the unit of the proposal, times ten to the power of its decimals.
    public : set of str
        Periods whose figure anybody can reckon from what this party published.
    without : dict of period to str
        The others, and why.
    """

    values: dict[str, int] = field(default_factory=dict)
    public: set[str] = field(default_factory=set)
    without: dict[str, str] = field(default_factory=dict)


def from_table(round_: Round, path: Path) -> OwnFigures:
    """Read figures from a CSV file: period, value, unit.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is no such table, or a figure is none; the message says in which line.
    """
    own = OwnFigures()
    told: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != ["period", "value", "unit"]:
                raise NotAcceptable(
                    f"{path.name}: expected the heading period,value,unit, got "
                    f"{','.join(reader.fieldnames or [])[:80]!r}"
                )
            for row in reader:
                at = f"{path.name}, line {reader.line_num}"
                period = row["period"] or ""
                if period in told:
                    raise NotAcceptable(
                        f"{at}: {period!r} stands in line {told[period]} already"
                    )
                told[period] = reader.line_num
                if row["value"]:
                    own.values[period] = _whole(round_, _number(row, at), at)
    except FileNotFoundError as error:
        raise NotFound(f"no file {path}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotAcceptable(f"{path.name} is not CSV in UTF-8: {error}") from error
    others = sorted(set(told) - set(round_.body["periods"]))
    if others:
        raise NotAcceptable(f"{path.name}: {others[0]!r} is no period of {round_.name}")
    return _completed(round_, own, "no figure in the table")


def _number(row: Mapping[str, str], at: str) -> tuple[float, str]:
    try:
        value = float(row["value"])
    except ValueError as error:
        raise NotAcceptable(f"{at}: {row['value']!r:.40} is not a number") from error
    if not row["unit"]:
        raise NotAcceptable(f"{at}: no unit")
    return value, row["unit"]


def from_datastreams(
    node: Node, bank: Bank, round_: Round, patterns: Sequence[str]
) -> OwnFigures:
    """Gather the figures of this party's own datastreams that fit a pattern.

    Parameters
    ----------
    node : Node
    bank : Bank
    round_ : Round
    patterns : sequence of str
        'feature/property/statistic/interval/procedure', with ``*`` and ``?``. For a
        sum, totals of all that fit are added up; for a weighted mean one must fit.

    Returns
    -------
    OwnFigures
        A period counts only where every datastream that fits has all of its figures.

    Raises
    ------
    NotFound
        None fits.
    NotAcceptable
        One measures something else, or cannot be added up.
    """
    chosen = _chosen(node, bank, patterns)
    _verify_chosen(round_, chosen.values())
    terms = standing_terms(bank, node.party)
    pending = list(list_pending(node))
    own = OwnFigures(public=set(round_.body["periods"]))
    sums: dict[str, float] = {}
    for name, stream in chosen.items():
        stands = bank.catalogue.series("s.party = ? AND s.name = ?", (node.party, name))
        rows = [get_observations(bank, [one.address]) for one in stands]
        drafts = [_rows_of(one.observations, name) for one in pending]
        found = _gathered(round_, stream, rows, drafts)
        access = terms.get(stream.dataset, {}).get("access")
        for period in round_.body["periods"]:
            if period in own.without:
                continue
            if period not in found.values:
                own.without[period] = f"{name} is not complete"
                continue
            sums[period] = sums.get(period, 0.0) + found.values[period]
            if access != "public" or period in found.drafted:
                own.public.discard(period)
    for period, value in sums.items():
        if period not in own.without:
            own.values[period] = _whole(
                round_, (value, round_.body["unit"]), f"{period} of {round_.name}"
            )
    own.public &= set(own.values)
    return own


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A datastream by period, and the periods with a figure not yet published."""

    values: Mapping[str, float]
    drafted: frozenset[str]


def _chosen(node: Node, bank: Bank, patterns: Sequence[str]) -> dict[str, Datastream]:
    held = standing_datastreams(bank, node.party)
    for pending in list_pending(node):
        held |= {stream.name: stream for stream in pending.datastreams}
    chosen = {
        name: stream
        for name, stream in sorted(held.items())
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    }
    if not chosen:
        raise NotFound(
            f"no datastream of {node.party!r} fits {' or '.join(patterns)}",
            hint=f"'waternet datastreams --party {node.party}' lists them; write * for "
            "what may differ",
        )
    return chosen


def _verify_chosen(round_: Round, chosen: Iterable[Datastream]) -> None:
    """Raise unless all of them can go into the one figure."""
    streams = list(chosen)
    is_sum = round_.body["statistic"] == "sum"
    for stream in streams:
        if stream.observed_property != round_.body["observed_property"]:
            raise NotAcceptable(
                f"{stream.name!r} is no {round_.body['observed_property']}",
                hint="make the pattern narrower",
            )
        if is_sum and stream.statistic != "total":
            raise NotAcceptable(
                f"{stream.name!r} holds no totals, which alone can be added up",
                hint="reckon them, and give --table FILE.csv",
            )
    if not is_sum and len(streams) > 1:
        raise NotAcceptable(
            f"{len(streams)} datastreams fit; a mean of means is none",
            hint="make the pattern narrower, or give --table FILE.csv",
        )


def _rows_of(table: pa.Table, name: str) -> pa.Table:
    return table.filter(pc.equal(table["datastream"].cast(pa.string()), name))


def _gathered(
    round_: Round, stream: Datastream, rows: list[pa.Table], drafts: list[pa.Table]
) -> _Gathered:
    """Return one datastream's figure for each period that it covers completely.

    Pending figures come after those that stand, and take their place.
    """
    parts = [_columns(part, drafted=False) for part in rows]
    parts += [_columns(part, drafted=True) for part in drafts]
    t, value, counts, drafted = (
        np.concatenate(column) if parts else np.empty(0)
        for column in zip(*parts, strict=True)
    )
    if not len(t):
        return _Gathered({}, frozenset())
    # The last of each time counts.
    _times, last = np.unique(t[::-1], return_index=True)
    keep = np.sort(len(t) - 1 - last)
    t, value, counts, drafted = t[keep], value[keep], counts[keep], drafted[keep]
    monthly = "-" in round_.body["periods"][0]
    calendar = Calendar("month" if monthly else "year", stream.zone)
    periods = calendar.periods(int(t.min()), int(t.max()))
    at = np.searchsorted(periods.starts, t, "right") - 1
    length = len(periods.labels)
    expected = _expected(stream, periods.expected(stream.interval))
    n = np.bincount(at, weights=counts, minlength=length)
    added = np.where(counts, value, 0.0)
    total: Floats = np.bincount(at, weights=added, minlength=length).astype(np.float64)
    if round_.body["statistic"] != "sum":
        total /= np.maximum(n, 1)
    figures = convert(total, stream.unit, round_.body["unit"])
    whole = (n >= expected) & (n == np.bincount(at, minlength=length))
    return _Gathered(
        {
            periods.labels[place]: float(figures[place])
            for place in np.flatnonzero(whole).tolist()
        },
        frozenset(periods.labels[place] for place in set(at[drafted].tolist())),
    )


def _columns(
    table: pa.Table, *, drafted: bool
) -> tuple[Numbers, Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return times, values, which count as figures, and whether they are pending."""
    t = table["time"].cast(pa.int64()).to_numpy()
    value = table["value"].to_numpy(zero_copy_only=False).astype(np.float64)
    grade = np.isin(table["grade"].to_numpy(), [int(one) for one in USABLE])
    counts = grade & ~np.isnan(value) & (table["censor"].to_numpy() == 0)
    return t, value, counts, np.full(len(t), drafted)


def _expected(stream: Datastream, expected: Floats) -> Floats:
    """Return how many figures make a period whole; never, where nobody can tell."""
    if stream.interval == INSTANT or np.isnan(expected).all():
        raise NotAcceptable(
            f"{stream.name!r} does not tell how many figures make a whole period",
            hint="reckon one figure for each period, and give --table FILE.csv",
        )
    if (
        (expected > 1).any()
        and _RATE.search(stream.unit)
        and stream.statistic == "total"
    ):
        raise NotAcceptable(
            f"{stream.name!r} is in {stream.unit!r}: rates cannot be added up",
            hint="reckon the volume of each period, and give --table FILE.csv",
        )
    return np.where(np.isnan(expected), np.inf, expected)


def _whole(round_: Round, figure: tuple[float, str], at: str) -> int:
    """Return a figure as the whole number that is computed with."""
    value, unit = figure
    body = round_.body
    (told,) = convert(np.array([value]), unit, body["unit"]).tolist()
    if not np.isfinite(told) or told < 0:
        raise NotAcceptable(
            f"{at}: {value:g} {unit}; a figure is zero or more: whether a total tells "
            "one party's figure can be judged of such only"
        )
    scaled = Decimal(repr(told)).scaleb(body["decimals"])
    whole = int(scaled.to_integral_value(ROUND_HALF_EVEN))
    if whole > LARGEST_INTEGER // sum(round_.weights.values()):
        raise NotAcceptable(
            f"{at}: {value:g} {unit} is too large to be added up with "
            f"{body['decimals']} decimals of {body['unit']}"
        )
    return whole


def _completed(round_: Round, own: OwnFigures, reason: str) -> OwnFigures:
    own.without = {
        period: reason for period in round_.body["periods"] if period not in own.values
    }
    return own
