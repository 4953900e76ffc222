"""Aggregated datasets: means and totals are published, no raw figure is."""

import pytest
from parties import make_party

from waternet.bank.query import get_observations
from waternet.bank.selection import Selection
from waternet.bank.standing import standing_places
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.importing import import_places

LEVELS = "well,day,level\n" + "".join(
    f"{well},2015-0{month}-{day:02d},{base + month + day / 10}\n"
    for well, base in (("W1", 100), ("W2", 200), ("W3", 300))
    for month in (1, 2)
    for day in (10, 20)
)


def _figures(party):
    with Bank.open(party.node.bank) as bank:
        table = get_observations(bank, Selection())
        rows = table.to_pylist()
        places = standing_places(bank, party.node.party)
    return {(one["datastream"], one["value"]): one["qualifier"] for one in rows}, places


def test_monthly_means_are_published_in_the_place_of_levels(tmp_path):
    party = make_party(tmp_path, access="aggregated", interval="P1M")
    party.read(LEVELS)
    party.publish()
    figures, places = _figures(party)
    name = "/groundwater-level/mean/P1M/dipper-from-PT0S"
    # By hand: (101 + 1.0 + 101 + 2.0) / 2 for W1 in January, and so on.
    assert figures == {
        (f"W1{name}", 102.5): "n=2",
        (f"W1{name}", 103.5): "n=2",
        (f"W2{name}", 202.5): "n=2",
        (f"W2{name}", 203.5): "n=2",
        (f"W3{name}", 302.5): "n=2",
        (f"W3{name}", 303.5): "n=2",
    }
    assert set(places) == {"W1", "W2", "W3"}


def test_no_blob_holds_a_raw_figure(tmp_path):
    party = make_party(tmp_path, access="aggregated", interval="P1M")
    party.read(LEVELS)
    party.publish()
    entries = (party.node.public / "tile/entries/000.p/3").read_bytes()
    assert b'"findings"' not in entries
    assert b'"rules"' not in entries
    assert list(party.node.opened.glob("*")) == []


def test_the_same_file_again_says_nothing_new(tmp_path):
    party = make_party(tmp_path, access="aggregated", interval="P1M")
    party.read(LEVELS)
    party.publish()
    party.read(LEVELS)
    assert [one.kind for one in party.publish()] == ["unchanged"]


def test_a_single_value_is_not_published_as_a_mean(tmp_path):
    party = make_party(tmp_path, access="aggregated", interval="P1M")
    party.read("well,day,level\nW1,2015-01-01,5\nW1,2015-02-01,6\nW1,2015-02-02,8\n")
    party.publish()
    figures, _places = _figures(party)
    assert [value for _name, value in figures] == [7.0]
    party.read("well,day,level\nW1,2015-05-01,5\n")
    with pytest.raises(NotAllowed, match="single value"):
        party.publish()


@pytest.fixture
def aquifer(tmp_path):
    """Make a party whose wells lie in an aquifer, summed up over at least three."""
    terms = {"interval": "P1M", "area": "sandstone", "least": 3}
    party = make_party(tmp_path, access="aggregated", **terms)
    area = party.desk / "area.jsonl"
    area.write_text(
        '{"id":"sandstone","kind":"aquifer","names":{"en":"Sandstone"}}\n'
        + "".join(
            f'{{"id":"{well}","kind":"well","names":{{"und":"{well}"}},'
            '"within":["sandstone"]}\n'
            for well in ("W1", "W2", "W3")
        ),
        encoding="utf-8",
    )
    return party, area


def _import_places(party, file):
    with party.node.writing():
        import_places(party.node, file)
    party.publish()


def test_an_area_of_enough_wells_is_published_and_no_well(aquifer):
    party, area = aquifer
    _import_places(party, area)
    party.read(LEVELS)
    party.publish()
    figures, _places = _figures(party)
    name = "sandstone/groundwater-level/mean/P1M/dipper-from-PT0S"
    # By hand: (102.5 + 202.5 + 302.5) / 3 in January.
    assert figures == {(name, 202.5): "places=3/3", (name, 203.5): "places=3/3"}


def test_an_area_with_too_few_wells_is_refused_and_told_why(aquifer):
    party, area = aquifer
    _import_places(party, area)
    party.read("\n".join(one for one in LEVELS.splitlines() if "W3" not in one) + "\n")
    with pytest.raises(NotAllowed, match=r"at least 3 places.*more than 2"):
        party.publish()


def test_an_area_that_nobody_described_is_refused(aquifer):
    party, _area = aquifer
    party.read(LEVELS)
    with pytest.raises(NotAcceptable, match="no place of this party"):
        party.publish()
