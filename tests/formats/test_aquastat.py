"""AQUASTAT exports, from synthetic files with the real ones' quirks."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.observation.vocabulary import Status

RECIPE = Recipe.from_toml(
    'format = "aquastat"\ndataset = "accounts"\n[time]\nzone = "UTC"\n'
    '[station.kinds]\nBBB = "party-area"\n'
)
EXPORT = (
    "\ufeff\r\n\r\n"
    '"Area","Area Id","Variable Name","Variable Id","Year","Value","Symbol","Md"\r\n'
    '"AAA|Aland, North",1,"Withdrawal",4263,2017,13.2685166667,"I","","0"\n'
    '"AAA|Aland, North",1,"Withdrawal",4263,2018,0,"","","7014"\n'
    '"BBB|Bland",2,"Withdrawal",4263,2018,,"","","0"\n'
    '"BBB|Bland",2,"Unheard of",999999,2018,5,"E","","0"\n'
    '"BBB|Bland",2\n'
    '"BBB|Bland",2,"Withdrawal",4263,20x7,7,"E","","0"\n'
    '""\n\n-- Coverage\n(c) FAO<br/>\n<a href=""x"">site</a>, 2021\n'
)


@pytest.fixture
def reading(tmp_path):
    path = tmp_path / "4263.csv"
    path.write_text(EXPORT, encoding="utf-8", newline="")
    return read_file(path, RECIPE)


def test_areas_are_known_by_their_iso_code_and_kind_is_the_recipe_s(reading):
    assert [(p.id, p.kind, p.names["en"]) for p in reading.places] == [
        ("AAA", "state", "Aland, North"),
        ("BBB", "party-area", "Bland"),
    ]


def test_units_are_aquastat_s_own(reading):
    assert {stream.unit for stream in reading.datastreams} == {"10*9.m3/a"}


def test_symbols_become_statuses_and_a_blank_value_is_unreported(reading):
    rows = reading.observations.to_pylist()
    assert [(row["value"], row["status"], row["qualifier"]) for row in rows] == [
        (13.2685166667, Status.IMPUTED, None),
        (0.0, Status.REPORTED, "7014"),
    ]
    assert reading.counts["missing"] == 1


def test_broken_rows_are_reported_and_notes_below_are_not(reading):
    assert [(r.row, r.column, r.value) for r in reading.rejects] == [
        (7, "variable", "999999"),
        (8, "", "BBB|Bland,2"),
        (9, "year", "20x7"),
    ]


def test_another_table_is_not_taken_for_aquastat(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("station,time\n")
    with pytest.raises(NotAcceptable, match="no headings of an AQUASTAT export"):
        read_file(path, RECIPE)
