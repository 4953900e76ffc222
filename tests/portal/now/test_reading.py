"""Which figure speaks for a station, and how it stands by the bank's figures."""

from pathlib import Path

import pytest
from standing_region import FLOW, LAKE, SEE, WELLS, arrival, fill

from waternet.bank.store import Bank
from waternet.portal.now.reading import Station, Stations, read_stations
from waternet.portal.now.topic import Summary, arrange


def told(stations: Stations) -> dict[str, Station]:
    return {stations.inventory.address(one.row): one for one in stations.all}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("bank"))


def test_one_datastream_speaks_for_each_station(folder: Path) -> None:
    with Bank.open(folder) as bank:
        found = set(told(read_stations(bank)))
    # The level before what is stored, by ten days; no area, and nothing of whole years.
    wells = {f"amber:{one.name}" for one in WELLS}
    assert found == {
        f"amber:{LAKE.name}",
        f"birch:{SEE.name}",
        f"birch:{FLOW.name}",
        *wells,
    }


def test_a_lake_that_falls_every_year_is_lowest(folder: Path) -> None:
    with Bank.open(folder) as bank:
        station = told(read_stations(bank))[f"amber:{LAKE.name}"]
    assert (station.value, station.change, station.years) == (-225.0, -1.0, 16)
    # The lowest of sixteen: 100 * 1 / 17.
    assert station.rank == pytest.approx(100 / 17)


def test_the_deepest_well_has_the_lowest_rank(folder: Path) -> None:
    with Bank.open(folder) as bank:
        station = told(read_stations(bank))[f"amber:{WELLS[3].name}"]
    assert (station.value, station.change) == (28.0, 1.0)
    assert station.rank == pytest.approx(100 / 17)


def test_a_year_earlier_is_found_within_days(folder: Path) -> None:
    with Bank.open(folder) as bank:
        stations = told(read_stations(bank))
    assert stations[f"birch:{SEE.name}"].change == -0.75  # 10 March, 9 days away
    assert stations[f"birch:{FLOW.name}"].before is None


def test_it_is_read_again_when_the_bank_grows(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    with Bank.open(folder) as bank:
        before = read_stations(bank)
        assert read_stations(bank) is before
    with Bank.open(folder, writable=True) as bank:
        bank.take(arrival("amber", 1, [(LAKE, "2025-04-01", -224.0)]))
    with Bank.open(folder) as bank:
        station = told(read_stations(bank))[f"amber:{LAKE.name}"]
    assert station.value == -224.0
    assert station.before is None  # nothing near 1 April 2024


def test_what_was_taken_back_is_not_compared(tmp_path: Path) -> None:
    gone = arrival("amber", 1, [(LAKE, "2024-03-02", None)], "revise", reason="slip")
    with Bank.open(fill(tmp_path, [gone])) as bank:
        station = told(read_stations(bank))[f"amber:{LAKE.name}"]
    assert station.before is None
    assert station.years == 15


def test_a_unit_that_changed_is_one_unit(tmp_path: Path) -> None:
    feet = type(LAKE)("levels", "lake", "lake-level", "[ft_i]")
    more = arrival("amber", 1, [(feet, "2025-04-01", -738.0)])
    earlier = arrival("amber", 2, [(feet, "2024-04-01", -735.0)])
    with Bank.open(fill(tmp_path, [more, earlier])) as bank:
        station = told(read_stations(bank))[f"amber:{LAKE.name}"]
    assert station.unit == "[ft_i]"
    assert station.change == -3.0


def test_a_bank_without_figures_has_no_stations(tmp_path: Path) -> None:
    with Bank.open(tmp_path, writable=True) as bank:
        assert read_stations(bank).all == ()


def test_a_lake_of_two_parties_is_one_topic_with_their_figures(folder: Path) -> None:
    with Bank.open(folder) as bank:
        stations = read_stations(bank)
    topics = arrange(stations, "en")
    assert [one.section for one in topics] == ["lake", "basin", "other"]
    lake, basin, other = topics
    values = [one.value for one in lake.lines if isinstance(one, Station)]
    assert values == [-225.0, -224.25]
    (wells,) = basin.lines
    assert isinstance(wells, Summary)
    assert (wells.party, wells.kind, wells.count) == ("amber", "well", 7)
    assert wells.classes == {"much-below": 7}
    assert basin.area == "x:basin"
    assert [one.value for one in other.lines if isinstance(one, Station)] == [3.25]
