"""A party's own figures for a joint total, from what it holds."""

from pathlib import Path

import pytest
from circle import Circle, make_circle
from parties import Party

from waternet.bank.seal import reading_bank
from waternet.errors import NotAcceptable, NotFound
from waternet.node.importing import import_file
from waternet.node.joint_figures import OwnFigures, from_datastreams

RECIPE = """
format = "delimited"
dataset = "levels"

[station]
column = "well"
kind = "well"

[time]
column = "month"
zone = "+02:00"

[[value]]
column = "taken"
observed_property = "groundwater-abstraction"
unit = "{unit}"
statistic = "total"
interval = "{interval}"
procedure = "meter"
"""
PATTERN = "*/groundwater-abstraction/total/*"


@pytest.fixture
def circle(tmp_path: Path) -> Circle:
    return make_circle(tmp_path, ("amon", "basin", "coast"))


def bring(party: Party, table: str, unit: str = "m3", interval: str = "P1M") -> None:
    (party.desk / "taken.csv").write_text("well,month,taken\n" + table)
    recipe = party.desk / "recipe.toml"
    recipe.write_text(RECIPE.format(unit=unit, interval=interval))
    import_file(party.node, party.desk / "taken.csv", recipe)


def own(circle: Circle, name: str, *patterns: str) -> OwnFigures:
    node = circle.parties["amon"].node
    round_ = circle.round("amon", name)
    with reading_bank(node.bank) as bank:
        return from_datastreams(node, bank, round_, patterns or (PATTERN,))


def test_months_are_added_over_wells_and_a_gap_leaves_none(circle: Circle) -> None:
    amon = circle.parties["amon"]
    bring(
        amon,
        "W1,2015-01-01,1000000\nW1,2015-02-01,2000000\nW1,2015-03-01,3000000\n"
        "W2,2015-01-01,500000\nW2,2015-02-01,<100\nW2,2015-03-01,400\n",
    )
    amon.publish()
    name = circle.propose(periods=["2015-01", "2015-02", "2015-03", "2015-04"])
    found = own(circle, name)
    # 1.0 + 0.5 hm3 in January; 3.0004 in March, kept to 3.000 with three decimals.
    assert found.values == {"2015-01": 1500, "2015-03": 3000}
    assert found.public == {"2015-01", "2015-03"}
    assert set(found.without) == {"2015-02", "2015-04"}
    assert own(circle, name, "W1/*").values["2015-02"] == 2000


def test_figures_that_are_never_published_count_and_are_not_public(
    circle: Circle,
) -> None:
    amon = circle.parties["amon"]
    bring(amon, "W1,2015-01-01,1000000\nW1,2015-02-01,2000000\n")
    amon.publish()
    bring(amon, "W1,2015-02-01,7000000\n")
    name = circle.propose(periods=["2015-01", "2015-02"])
    found = own(circle, name)
    assert found.values == {"2015-01": 1000, "2015-02": 7000}
    assert found.public == {"2015-01"}


def test_a_year_is_whole_only_with_all_its_months(circle: Circle) -> None:
    months = "".join(f"W1,2015-{month:02}-01,1000000\n" for month in range(1, 13))
    bring(circle.parties["amon"], months + "W1,2016-01-01,1000000\n")
    name = circle.propose(periods=["2015", "2016"])
    assert own(circle, name).values == {"2015": 12_000}


def test_rates_of_many_intervals_are_not_added_up(circle: Circle) -> None:
    months = "".join(f"W1,2015-{month:02}-01,12\n" for month in range(1, 13))
    bring(circle.parties["amon"], months, unit="hm3/a")
    name = circle.propose(periods=["2015"], unit="hm3/a")
    with pytest.raises(NotAcceptable, match="rates cannot be added up"):
        own(circle, name)


def test_what_does_not_fit_is_refused(circle: Circle) -> None:
    amon = circle.parties["amon"]
    amon.read()
    name = circle.propose(periods=["2015"])
    with pytest.raises(NotFound, match="fits nothing/"):
        own(circle, name, "nothing/*")
    with pytest.raises(NotAcceptable, match="is no groundwater-abstraction"):
        own(circle, name, "W1/*")
