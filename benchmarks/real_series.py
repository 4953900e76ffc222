"""Series to plant errors in: real ones where they are, and made ones."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.bare_checks import many_wells
from waternet.formats.file import read_file
from waternet.formats.recipe import read_recipe
from waternet.observation.datastream import Datastream
from waternet.quality.series import DAY, SeriesTable

__all__ = ["DAY", "Known", "known_series"]

RECIPES = Path(__file__).resolve().parent.parent / "tests" / "recipes"
NOW = int(datetime(2060, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
LEVEL_CHECKS = (
    "range",
    "spike",
    "step",
    "flat-line",
    "copied-block",
    "unit-slip",
    "sign-slip",
    "century-slip",
)


# A well that is given up pumps a tenth or a hundredth; volumes are not told in feet.
NOT_OF_VOLUMES = ("/ 10", "feet", "a twentieth in feet")


@dataclass(frozen=True)
class Known:
    """Series of one origin, and what is known to be wrong in them."""

    name: str
    series: SeriesTable
    checks: tuple[str, ...]
    fewest: int  # values of a series that errors are planted in
    wrong: pa.Array  # rows
    without: tuple[str, ...] = ()  # kinds of error that make no sense there


def known_series(shared: Path) -> Iterator[Known]:
    """Yield the sets of series, real ones first."""
    data = shared / "data"
    kinneret = _read(data / "levels/kinneret_water_level.csv", "kinneret")
    if kinneret is not None:
        yield _known("Kinneret", kinneret, (*LEVEL_CHECKS, "rate-of-change"), 100)
    dead_sea = _read(data / "levels/dead_sea_surveys.json", "dead-sea")
    if dead_sea is not None:
        checks = (*LEVEL_CHECKS, "date-slip")
        yield _known("Dead Sea", dead_sea, checks, 100, _dead_sea_errors(dead_sea))
    wells = _read(data / "jordan/amm_waterlevel_nonames.csv", "amman-water-levels")
    if wells is not None:
        checks = (*LEVEL_CHECKS, "depth-and-level", "date-slip")
        yield _known("Amman wells", wells, checks, 150, _minus_depths(wells))
    taken = _read(data / "jordan/amm_abstraction_nonames.csv", "amman-abstraction")
    if taken is not None:
        known = _known("Amman abstraction", taken, ("range", "unit-slip"), 15)
        yield replace(known, without=NOT_OF_VOLUMES)
    flows = _canal_flows(data / "jordan/jwm_observations_long.csv")
    if flows is not None:
        checks = ("range", "unit-slip", "repeated-year", "gap")
        wrong = np.flatnonzero(np.isin(flows.owner, _repeating(flows)))
        known = _known("Jordan canals", flows, checks, 100, wrong)
        yield replace(known, without=NOT_OF_VOLUMES)
    yield _made()


def _known(
    name: str,
    series: SeriesTable,
    checks: tuple[str, ...],
    fewest: int,
    wrong: np.ndarray | None = None,
) -> Known:
    rows = pa.array([] if wrong is None else wrong, pa.int64())
    return Known(name, series, checks, fewest, rows)


def _read(path: Path, recipe: str) -> SeriesTable | None:
    if not path.exists():
        return None
    reading = read_file(path, read_recipe(RECIPES / f"{recipe}.toml"))
    places = {place.id: place for place in reading.places}
    return SeriesTable.from_observations(
        reading.observations, reading.datastreams, places, now=NOW
    )


def _dead_sea_errors(series: SeriesTable) -> np.ndarray:
    """Return the rows that are wrong as published: nine dates, and December 1979."""
    days = (series.time + DAY // 12).astype("M8[us]").astype("M8[D]").astype(str)
    wrong = ["1979-12-01", "2020-01-07", "2020-01-08", "2020-01-09", "2020-01-10"]
    wrong += ["2021-01-04", "2021-01-07", "2021-01-08", "2021-03-10", "2022-01-01"]
    return np.flatnonzero(np.isin(days, wrong))


def _minus_depths(series: SeriesTable) -> np.ndarray:
    """Return the ten levels that are depths with a minus sign."""
    wells = {"AL1911", "AL2689", "AL2707", "AL3570"}
    of_them = [one.feature in wells for one in series.datastreams]
    return np.flatnonzero(np.array(of_them)[series.owner] & (series.value < 0))


def _repeating(series: SeriesTable) -> list[int]:
    """Return the canal whose years 2007 to 2009 have the same twelve figures."""
    names = [one.feature for one in series.datastreams]
    return [names.index("kac_145")]


def _canal_flows(path: Path) -> SeriesTable | None:
    """Return the monthly flows to 2015: those after are assumptions."""
    if not path.exists():
        return None
    months: dict[str, dict[int, float]] = defaultdict(dict)
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["variable"] == "_jva_transfers_new" and int(row["k2"]) <= 2015:
                first = datetime(int(row["k2"]), int(row["k3"]), 1, tzinfo=UTC)
                when = int(first.timestamp()) * 1_000_000
                months[row["k1"]][when] = float(row["value"])
    parts = []
    for name, by_month in sorted(months.items()):
        stream = Datastream("d", name, "water-transferred", "m3", "total", "P1M")
        times = np.array(sorted(by_month), np.int64)
        parts.append((stream, times, np.array([by_month[int(t)] for t in times])))
    return _table(parts)


def _table(parts: list[tuple[Datastream, np.ndarray, np.ndarray]]) -> SeriesTable:
    count = sum(len(value) for _, _, value in parts)
    return SeriesTable(
        datastreams=tuple(stream for stream, _, _ in parts),
        kinds=("",) * len(parts),
        starts=np.cumsum([0, *(len(value) for _, _, value in parts)]),
        time=np.concatenate([times for _, times, _ in parts]),
        value=np.concatenate([value for _, _, value in parts]),
        censor=np.zeros(count, np.int8),
        status=np.zeros(count, np.int8),
        now=NOW,
    )


def _made() -> Known:
    """Make hourly levels of ponds that move together, with places near each other."""
    wells = many_wells(20, 3_000)
    ponds = tuple(
        replace(one, observed_property="lake-level") for one in wells.datastreams
    )
    series = replace(wells, datastreams=ponds, now=NOW)
    known = _known("made ponds", series, (*LEVEL_CHECKS, "gap", "neighbours"), 100)
    return replace(known, without=("30 equal values",))  # 30 hours of one level happen
