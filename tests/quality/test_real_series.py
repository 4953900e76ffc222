"""Series that agencies really published: what the default rules say of them.

Which figures are wrong was found by reading them, and is told beside each test.
"""

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from quality.made import table, us

from waternet.formats.file import read_file
from waternet.formats.recipe import read_recipe
from waternet.observation.datastream import Datastream
from waternet.observation.vocabulary import Grade
from waternet.quality.apply import apply_rules
from waternet.quality.rules import default_rules
from waternet.quality.series import SeriesTable
from waternet.quality.well_checks import DepthAndLevel, recover_elevations

RECIPES = Path(__file__).parent.parent / "recipes"
NOW = us(datetime(2026, 1, 1))


def read(shared, file, recipe):
    path = shared / "data" / file
    if not path.exists():
        pytest.skip(f"input absent by design: {file}")
    reading = read_file(path, read_recipe(RECIPES / f"{recipe}.toml"))
    return SeriesTable.from_observations(
        reading.observations,
        reading.datastreams,
        {place.id: place for place in reading.places},
        now=NOW,
    )


def findings_of(checked, name):
    return [one for one in checked.findings.to_pylist() if one["check"] == name]


def test_dead_sea_dates_that_slipped_are_found(shared):
    series = read(shared, "levels/dead_sea_surveys.json", "dead-sea")
    checked = apply_rules(series, default_rules())
    zone = np.timedelta64(2, "h")
    found = {
        (str((np.datetime64(one["time"]) + zone).astype("M8[D]")), one["note"])
        for one in findings_of(checked, "date-slip")
    }
    # Eight levels of 2020 and 2021 stand a second time with day and month exchanged
    # (-434.59 of 1 July 2020 on 7 January); 1 January 2022 has the level of 2023.
    exchanged = [
        "2020-01-07",
        "2020-01-08",
        "2020-01-09",
        "2020-01-10",
        "2021-01-04",
        "2021-01-07",
        "2021-01-08",
        "2021-03-10",
    ]
    assert found == {
        *((day, "day and month exchanged") for day in exchanged),
        ("2022-01-01", "a year too early"),
    }
    # December 1979 stands a metre higher than November and January: -400.14.
    spikes = [one["value"] for one in findings_of(checked, "spike")]
    assert -400.14 in spikes
    assert (checked.grade >= Grade.SUSPECT).sum() == 10


def test_kinneret_levels_below_the_sea_pass(shared):
    series = read(shared, "levels/kinneret_water_level.csv", "kinneret")
    checked = apply_rules(series, default_rules())
    objected = series.value[checked.grade >= Grade.SUSPECT]
    # -208.20 of 27 January 1969 is 0.8 m above the reading before and 0.2 m above the
    # one after; on 18 April 1971 the level is 0.5 m above that of two weeks before and
    # stays to the centimetre: both worth a look. Nothing else is.
    assert objected.tolist() == [-208.2, -208.79]


@pytest.fixture(scope="module")
def amman(shared):
    return read(shared, "jordan/amm_waterlevel_nonames.csv", "amman-water-levels")


def test_ten_impossible_levels_are_flagged_and_273_below_the_sea_pass(amman):
    checked = apply_rules(amman, default_rules())
    levels = [one.observed_property == "groundwater-level" for one in amman.datastreams]
    negative = np.flatnonzero(np.array(levels)[amman.owner] & (amman.value < 0))
    graded = Counter(
        (amman.datastreams[amman.owner[row]].feature, Grade(int(checked.grade[row])))
        for row in negative
    )
    # At four wells the elevation was missing, and the level is the depth below 0.
    assert graded == {
        ("AL1911", Grade.SUSPECT): 6,
        ("AL2689", Grade.SUSPECT): 1,
        ("AL2707", Grade.SUSPECT): 1,
        ("AL3570", Grade.SUSPECT): 2,
        ("AL2808", Grade.GOOD): 191,
        ("AL3785", Grade.GOOD): 82,
    }


def test_each_well_has_one_elevation_that_depth_and_level_give(amman):
    found = recover_elevations(amman, DepthAndLevel())
    assert len(found) == 84
    by_well = {one.feature: round(one.elevation, 2) for one in found}
    # 76.44 m deep at 517.56 m on 13 July 1974.
    assert by_well["AL1005"] == 594.0
    assert [well for well, at in by_well.items() if at == 0] == [
        "AL1911",
        "AL2689",
        "AL2707",
        "AL3570",
    ]


def test_few_figures_of_real_wells_are_objected_to(amman):
    checked = apply_rules(amman, default_rules())
    assert (checked.grade >= Grade.SUSPECT).sum() < amman.count * 4 / 1000


def test_canal_flows_that_were_assumed_are_told_from_measured_ones(shared):
    path = shared / "data" / "jordan" / "jwm_observations_long.csv"
    if not path.exists():
        pytest.skip("input absent by design: jwm_observations_long.csv")
    months = defaultdict(dict)
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["variable"] == "_jva_transfers_new":
                when = datetime(int(row["k2"]), int(row["k3"]), 1)
                months[row["k1"]][when] = float(row["value"])
    parts = [
        (
            Datastream("d", name, "water-transferred", "m3", "total", "P1M", "account"),
            sorted(by_month),
            [by_month[when] for when in sorted(by_month)],
        )
        for name, by_month in months.items()
    ]
    series = replace(table(*parts), now=us(datetime(2099, 1, 1)))
    checked = apply_rules(series, default_rules())
    found = defaultdict(set)
    for one in findings_of(checked, "repeated-year"):
        found[one["datastream"].split("/")[0]].add(one["time"].year)
    assert found["tiberias_kac_n"] == {2016, *range(2018, 2052)}
    # Every canal repeats 2015 in 2016. Of the years before, one canal's three first
    # are alike: 'kac_145' has the same twelve figures in 2007, 2008 and 2009.
    assert all(2016 in years for years in found.values())
    early = {name: years & set(range(2006, 2016)) for name, years in found.items()}
    assert {name: years for name, years in early.items() if years} == {
        "kac_145": {2008, 2009}
    }
