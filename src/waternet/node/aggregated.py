"""Figures gathered over the interval, and the area, that a dataset's terms allow.

Raw figures of such a dataset are never signed: what is published are means or totals
made here of a pending import, as datastreams of their own. A period with one raw value
in it, or an area with too few places, would tell a raw figure; it is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from waternet.bank.aggregate import aggregate
from waternet.bank.arrival import Arrival
from waternet.bank.calendar import Calendar
from waternet.bank.standing import standing_places
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.context import places_with
from waternet.node.dataset import Dataset
from waternet.node.folder import Node
from waternet.node.judgement import Judged
from waternet.node.opening import private_folder
from waternet.node.pending import Pending
from waternet.observation.datastream import Datastream
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Status
from waternet.record.blob import write_observations
from waternet.record.fields import write_time

__all__ = ["aggregated"]

_PERIODS = {"P1D": "day", "P1M": "month", "P1Y": "year"}
_KEPT = {"total": "total", "count": "total", "minimum": "minimum", "maximum": "maximum"}
_LONGEST = 50  # letters of a procedure, to which its interval is added
_OBSERVATIONS = "observations.parquet"


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure of a period: its start, value, censoring, and how complete it is."""

    start: datetime
    value: float
    censor: int
    coverage: str


_Series = dict[Datastream, list[_Figure]]


@contextmanager
def aggregated(
    node: Node, bank: Bank, pending: Pending, dataset: Dataset
) -> Iterator[Pending]:
    """Give an import as the terms of an 'aggregated' dataset let it be published.

    Parameters
    ----------
    node : Node
    bank : Bank
        Up to date: it knows which places lie in the area.
    pending : Pending
        With raw figures.
    dataset : Dataset

    Raises
    ------
    NotAllowed
        Nothing would be left: too few places, or single values alone.
    NotAcceptable
        The area is no place of this party; the figures' own interval is longer than
        that of the terms.
    """
    with private_folder(node) as private:
        series = _by_station(private / "bank", pending, dataset.interval)
        places = pending.places
        if dataset.area:
            standing = standing_places(bank, node.party)
            known = places_with(standing, pending.places)
            if dataset.area not in known:
                raise NotAcceptable(
                    f"dataset {dataset.id!r} is summed up over {dataset.area!r}, which "
                    "is no place of this party",
                    hint="import the area as a place, and name it in 'within' of its "
                    "stations",
                )
            inside = {one.id for one in known.values() if dataset.area in one.within}
            series = _over_area(series, inside, dataset)
            places = (known[dataset.area],)
        if not series:
            raise NotAllowed(
                f"{pending.folder.name}: every period has a single value, which would "
                "be published as it is",
                hint=f"import figures of a shorter interval than {dataset.interval}, "
                "or change the terms of the dataset",
            )
        folder = private / pending.folder.name
        folder.mkdir()
        yield _told(folder, pending, series, places)


def _by_station(folder: Path, pending: Pending, interval: str) -> _Series:
    """Return the figures of each station over the interval."""
    party, raw = "raw", pending.observations
    found: _Series = {}
    with Bank.open(folder, writable=True) as bank:
        streams = pending.datastreams
        moment = datetime.now(UTC)
        bank.take(
            Arrival(party, 0, moment, "release", {}, (), streams, observations=raw)
        )
        by_zone: dict[str, list[Datastream]] = defaultdict(list)
        for stream in streams:
            by_zone[stream.zone].append(stream)
        for zone, ones in by_zone.items():
            table = aggregate(
                bank,
                [f"{party}:{one.name}" for one in ones],
                Calendar(_PERIODS[interval], zone),
            )
            by_name = {one.name: one for one in ones}
            for row in table.to_pylist():
                stream = by_name[row["datastream"]]
                _add(found, stream, row, interval)
    return found


def _add(
    found: _Series, stream: Datastream, row: Mapping[str, Any], interval: str
) -> None:
    """Add a row of `aggregate`, unless it is one raw value or no figure at all."""
    statistic = _KEPT.get(stream.statistic, "mean")
    value = row[statistic]
    single = row["n"] < 2 and stream.interval != interval
    if value is None or single:
        return
    expected = "" if row["expected"] is None else f"/{row['expected']:.0f}"
    told = replace(
        stream,
        statistic=statistic,
        interval=interval,
        procedure=f"{stream.procedure[:_LONGEST]}-from-{stream.interval}",
        sampling="",
    )
    one = _Figure(row["start"], value, row["censor"], f"n={row['n']}{expected}")
    found.setdefault(told, []).append(one)


def _over_area(series: _Series, inside: set[str], dataset: Dataset) -> _Series:
    """Return totals, or means of stations, over the area where it has enough."""
    by_kind: dict[Datastream, dict[datetime, list[_Figure]]] = {}
    stations: dict[Datastream, set[str]] = defaultdict(set)
    for stream, figures in series.items():
        if stream.feature not in inside:
            continue
        kind = replace(stream, feature=dataset.area)
        stations[kind].add(stream.feature)
        periods = by_kind.setdefault(kind, defaultdict(list))
        for one in figures:
            periods[one.start].append(one)
    found: _Series = {}
    for kind, periods in by_kind.items():
        of = len(stations[kind])
        enough = [
            _summed(kind.statistic, start, ones, of)
            for start, ones in sorted(periods.items())
            if len(ones) >= dataset.least and not _is_unsaid(ones)
        ]
        if enough:
            found[kind] = enough
    if not found:
        most = max(
            (len(ones) for periods in by_kind.values() for ones in periods.values()),
            default=0,
        )
        raise NotAllowed(
            f"dataset {dataset.id!r} needs figures of at least {dataset.least} places "
            f"in {dataset.area!r}; no period has more than {most}, so that one of them "
            "could be found out",
            hint="name the area in 'within' of its stations; or change 'least' or the "
            "area in node.toml",
        )
    return found


def _is_unsaid(ones: Sequence[_Figure]) -> bool:
    """Return whether limits below and above stand together: a sum would say nothing."""
    return {1, 2} <= {one.censor for one in ones}


def _summed(
    statistic: str, start: datetime, ones: Sequence[_Figure], of: int
) -> _Figure:
    values = [one.value for one in ones]
    value = {
        "total": sum(values),
        "minimum": min(values),
        "maximum": max(values),
    }.get(statistic, sum(values) / len(values))
    censor = max(one.censor for one in ones)
    return _Figure(start, value, censor, f"places={len(ones)}/{of}")


def _told(
    folder: Path, pending: Pending, series: _Series, places: tuple[Any, ...]
) -> Pending:
    """Write the figures as an import of their own, and return it."""
    streams = tuple(sorted(series, key=lambda one: one.name))
    rows = [(stream.name, one) for stream in streams for one in series[stream]]
    statuses = Counter(pending.observations["status"].to_pylist())
    (status, _count), *others = statuses.most_common()
    table = in_order(
        make_table(
            datastream=[name for name, _ in rows],
            time=[one.start for _, one in rows],
            value=pa.array([one.value for _, one in rows], pa.float64()),
            censor=[one.censor for _, one in rows],
            status=[int(Status.ESTIMATED) if others else status] * len(rows),
            qualifier=[one.coverage for _, one in rows],
        )
    )
    with (folder / _OBSERVATIONS).open("wb") as sink:
        reference = write_observations(table, sink)
    starts = [one.start for _, one in rows]
    judged = pending.judged
    return replace(
        pending,
        folder=folder,
        reference=reference,
        span=(write_time(min(starts)), write_time(max(starts))),
        places=places,
        datastreams=streams,
        # Rules may have each station's range in them; findings and edits, raw values.
        judged=Judged(folder, judged.rule_set, judged.checks, None, None, stated=False),
        edits=(),
    )
