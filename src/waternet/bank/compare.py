"""Several parties' figures for one quantity, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from waternet.bank.as_of import AsOf
from waternet.bank.calendar import counts_days, retell
from waternet.bank.catalogue import Series
from waternet.bank.labels import in_unit
from waternet.bank.query import get_observations
from waternet.bank.selection import Selection, choose_series
from waternet.bank.store import Bank
from waternet.errors import NotFound
from waternet.observation.vocabulary import get_term

__all__ = ["compare"]

# `when` is `time`, or by the clock in which the owner counts its days and years.
_FIGURE = ("feature", "statistic", "interval", "when")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A series with the quantity it is and the feature it is compared as."""

    series: Series
    feature: str
    quantity: tuple[str, str]  # statistic, interval
    zone: str


def compare(
    bank: Bank,
    observed_property: str,
    places: Sequence[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    as_of: AsOf | None = None,
    unit: str = "",
) -> pa.Table:
    """Return several parties' figures for one quantity, side by side, never averaged.

    Parameters
    ----------
    observed_property : str
        A term of the vocabulary.
    places : shared names ('wikidata:Q23883', 'iso3166:JO') and 'party:id'
        Places that share a name in `same_as`, directly or through a third, are one
        feature; those named by 'party:id' are taken as one feature with one another.
        Empty: every feature of which two parties or more have figures.
    start, end : datetime or None
        Half-open, with time zone; None is open.
    as_of : AsOf or None
        The past to look from; None is now.
    unit : str
        UCUM code of the values; '' is the unit in which the vocabulary compares the
        observed property.

    Returns
    -------
    pyarrow.Table, (n,), by feature, statistic, interval, time, party and datastream
        feature (the least of the shared names, or 'party:id' where there is none),
        statistic, interval, time, party, datastream, value, unit, spread,
        published_value, published_unit, censor, grade, status, release. `spread` is
        the greatest less the least value of one feature, statistic, interval and
        time, null unless two parties or more report it uncensored. Days and longer
        intervals are held against each other by their own date: one party's 2023 is
        the other's, though their clocks begin it at different instants.

    Raises
    ------
    NotFound
        No such observed property; a place that nobody describes.
    NotAcceptable
        The unit measures something else.
    """
    wanted = unit or get_term("observed_property", observed_property).unit
    placed = _placed(bank, observed_property, places)
    table = get_observations(
        bank, [one.series.address for one in placed], start, end, as_of=as_of
    )
    return _side_by_side(in_unit(table, wanted), table, placed)


def _placed(bank: Bank, observed_property: str, places: Sequence[str]) -> list[_Placed]:
    """Return the series to compare: of the places asked for, or of shared ones."""
    names = _features(bank, places)
    described = {
        (row["party"], row["name"]): row
        for row in bank.catalogue.rows(
            "SELECT * FROM datastream WHERE observed_property = ?",
            (observed_property,),
        )
    }
    placed = []
    for series in choose_series(bank, Selection(observed_property=observed_property)):
        row = described[series.party, series.name]
        feature = names.get((series.party, row["feature"]))
        if feature is not None:
            quantity = row["statistic"], row["interval"]
            placed.append(_Placed(series, feature, quantity, row["zone"]))
    if places:
        return placed
    parties: dict[tuple[str, tuple[str, str]], set[str]] = {}
    for one in placed:
        parties.setdefault((one.feature, one.quantity), set()).add(one.series.party)
    return [one for one in placed if len(parties[one.feature, one.quantity]) > 1]


def _features(bank: Bank, places: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return the feature that each place counts as, by party and id."""
    shared = _shared_names(bank)
    if not places:
        return shared
    known = {
        (party, id_)
        for party, id_ in bank.catalogue.rows("SELECT party, id FROM place")
    }
    roots = {
        row["name"]: shared[row["party"], row["id"]]
        for row in bank.catalogue.rows("SELECT * FROM shared_name")
    }
    chosen: dict[tuple[str, str], str] = {}
    named: list[tuple[str, str]] = []
    for place in places:
        party, _, id_ = place.partition(":")
        if place in roots:
            chosen |= {k: root for k, root in shared.items() if root == roots[place]}
        elif (party, id_) in known:
            named.append((party, id_))
        else:
            raise NotFound(
                f"no party describes a place {place!r}",
                hint="'waternet stations --json' gives places with their shared names",
            )
    if named:
        one_name = min(shared.get(key, ":".join(key)) for key in named)
        chosen |= dict.fromkeys(named, one_name)
    return chosen


def _shared_names(bank: Bank) -> dict[tuple[str, str], str]:
    """Return the least shared name of each place that has one, by party and id."""
    roots: dict[str, str] = {}

    def root(name: str) -> str:
        while roots.setdefault(name, name) != name:
            name = roots[name]
        return name

    first: dict[tuple[str, str], str] = {}
    for name, party, place in bank.catalogue.rows(
        "SELECT name, party, id FROM shared_name ORDER BY name"
    ):
        low, high = sorted((root(name), root(first.setdefault((party, place), name))))
        roots[high] = low
    return {key: root(name) for key, name in first.items()}


def _side_by_side(
    converted: pa.Table, table: pa.Table, placed: Sequence[_Placed]
) -> pa.Table:
    by_address = {(one.series.party, one.series.name): one for one in placed}
    party, name = (table[column].to_pylist() for column in ("party", "datastream"))
    ones = [by_address[key] for key in zip(party, name, strict=True)]
    together = pa.table(
        {
            "feature": pa.array([one.feature for one in ones], pa.string()),
            "statistic": pa.array([one.quantity[0] for one in ones], pa.string()),
            "interval": pa.array([one.quantity[1] for one in ones], pa.string()),
            "time": table["time"],
            "when": _own_dates(table["time"], ones),
            "party": pa.array(party, pa.string()),
            "datastream": pa.array(name, pa.string()),
            "value": converted["value"],
            "unit": converted["unit"].cast(pa.string()),
            "published_value": table["value"],
            "published_unit": table["unit"].cast(pa.string()),
            **{name: table[name] for name in ("censor", "grade", "status", "release")},
        }
    )
    order = [*_FIGURE, "party", "datastream"]
    together = together.sort_by([(column, "ascending") for column in order])
    place = together.schema.get_field_index("published_value")
    together = together.add_column(place, "spread", _spread(together))
    return together.drop_columns("when")


def _own_dates(time: pa.ChunkedArray, ones: Sequence[_Placed]) -> pa.Array:
    """Return each time by UTC, or by its owner's clock where days are counted."""
    t = time.cast(pa.int64()).to_numpy().copy()
    zones = np.array(
        [one.zone if counts_days(one.quantity[1]) else "UTC" for one in ones], np.str_
    )
    for zone in set(zones.tolist()) - {"UTC"}:
        t[zones == zone] = retell(t[zones == zone], zone, "UTC")
    return pa.array(t)


def _spread(together: pa.Table) -> pa.Array:
    """Return the greatest less the least value of each figure, on each of its rows."""
    if not together.num_rows:
        return pa.array([], pa.float64())
    codes = [
        together[name].combine_chunks().dictionary_encode().indices.to_numpy()
        for name in _FIGURE
    ]
    changes = np.any([np.diff(code) != 0 for code in codes], axis=0)
    starts = np.flatnonzero(np.append(True, changes))
    lengths = np.diff(np.append(starts, together.num_rows))
    value = together["value"].to_numpy()
    party = together["party"].combine_chunks().dictionary_encode().indices.to_numpy()
    spread = np.maximum.reduceat(value, starts) - np.minimum.reduceat(value, starts)
    several = np.maximum.reduceat(party, starts) != np.minimum.reduceat(party, starts)
    censored = np.maximum.reduceat(together["censor"].to_numpy(), starts) > 0
    return pa.array(
        np.repeat(spread, lengths), mask=np.repeat(~several | censored, lengths)
    )
