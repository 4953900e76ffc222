"""What stands around an import: its past, and the future of a file that came late."""

from datetime import datetime

import pytest
from parties import ADDRESS, LEVELS, make_party

from waternet.bank.store import Bank
from waternet.formats.file import read_file
from waternet.formats.recipe import read_recipe
from waternet.node.context import standing_around, with_context
from waternet.observation.table import SCHEMA, in_order, make_table

HEAD = "well,day,level\n"


def _table(*rows):
    return in_order(
        make_table(
            datastream=[name for name, _day, _value in rows],
            time=[datetime(2015, 1, day) for _name, day, _value in rows],
            value=[float(value) for _name, _day, value in rows],
        )
    )


def _judged(table):
    return table.select(["datastream", "time", "value", "censor", "status"])


def test_context_lies_among_imported_figures_in_order_of_time():
    imported = _table(("a", 2, 2), ("a", 4, 4), ("b", 1, 10), ("c", 3, 30))
    context = _judged(
        _table(("a", 1, 1), ("a", 3, 3), ("a", 4, 99), ("b", 2, 20), ("z", 1, 0))
    )
    table, rows = with_context(imported, context)
    assert table["value"].to_pylist() == [1, 2, 3, 4, 10, 20, 30]
    assert table.take(rows)["value"].to_pylist() == [2, 4, 10, 30]


def test_an_import_without_a_past_is_not_copied():
    imported = _table(("a", 2, 2))
    for context in (SCHEMA.empty_table(), _table(("a", 2, 9), ("z", 1, 0))):
        table, rows = with_context(imported, _judged(context))
        assert table is imported
        assert rows.tolist() == [0]


@pytest.fixture
def jordan(tmp_path):
    party = make_party(tmp_path)
    party.read(LEVELS + "W1,2010-01-01,7\n")
    party.publish()
    return party


def _around(party, text):
    file = party.desk / "next.csv"
    file.write_text(HEAD + text, encoding="utf-8")
    reading = read_file(file, read_recipe(party.desk / "recipe.toml"))
    with Bank.open(party.node.bank) as bank:
        return standing_around(bank, "jordan", reading)


def test_the_context_is_what_stands_of_the_same_datastreams_near_in_time(jordan):
    around = _around(jordan, "W1,2015-04-01,-214\nW7,2015-01-01,1\n")
    assert set(around["datastream"].to_pylist()) == {ADDRESS}
    # Not the figure of five years before.
    assert around["value"].to_pylist() == [-214.87, -215.0, -214.5]
    assert around["censor"].to_pylist() == [0, 1, 0]


@pytest.mark.parametrize("day", ["0002-01-02", "9997-12-30"])
def test_the_ends_of_time_have_a_context_too(jordan, day):
    assert _around(jordan, f"W1,{day},1\n").num_rows == 0
