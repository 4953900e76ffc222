"""AQUASTAT exports, from synthetic files with the real ones' quirks."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.aquastat import is_aquastat
from waternet.formats.aquastat_labels import find_variable
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


BULK = (
    "\ufeffm49,VariableGroup,Subgroup,Variable,Area,Year,Value,Unit,Symbol,IsAggregate\n"
    "400,G,S,SDG 6.4.2. Water Stress,Jordan,2018,100.1,%,E,false\n"
    "400,G,S,Total renewable water resources,Jordan,2018,0.937,10^9 m3/year,,false\n"
    "8,G,S,SDG 6.4.2. Water Stress,Albania,2018,4.7,%,I,false\n"
    "8,G,S,Total length of something,Albania,2018,7,km,,false\n"
    "8,G,S,Total length of something,Albania,2019,8,km,,false\n"
    "8,G,S,Total length of something,Albania,2020,,km,,false\n"
    "8,G,S,Total population,Albania,2018,2.9,km3,,false\n"
    "1,G,S,SDG 6.4.2. Water Stress,World,2018,18.4,%,E,true\n"
)


def read_text(folder, text):
    path = folder / "bulk.csv"
    path.write_text(text, encoding="utf-8")
    reading = read_file(path, RECIPE)
    lost = sum(reject.lost for reject in reading.rejects)
    counts = reading.counts
    assert counts["observations"] + counts["missing"] + lost == counts["cells"]
    return reading


@pytest.mark.parametrize(
    "headings",
    [
        "m49,VariableGroup,Subgroup,Variable,Area,Year,Value,Unit,Symbol,IsAggregate",
        "M49,Variable Group,Subgroup,Variable,Area,Year,Value,Unit,Symbol,Is Aggregate",
        "m49,variable_group,subgroup,variable,area,year,value,unit,symbol,is_aggregate",
    ],
)
def test_a_bulk_export_is_read_by_its_names_and_numbers(tmp_path, headings):
    reading = read_text(tmp_path, "\ufeff" + headings + "\n" + BULK.split("\n", 1)[1])
    rows = reading.observations.to_pylist()
    assert [(row["datastream"], row["value"], row["status"]) for row in rows] == [
        ("ALB/water-stress/mean/P1Y/account", 4.7, Status.IMPUTED),
        (
            "JOR/total-renewable-water-resources/mean/P1Y/account",
            0.937,
            Status.REPORTED,
        ),
        ("JOR/water-stress/mean/P1Y/account", 100.1, Status.ESTIMATED),
    ]
    names = {place.id: place.names["en"] for place in reading.places}
    assert names == {"ALB": "Albania", "JOR": "Jordan"}


def test_what_no_vocabulary_has_is_refused_once_by_its_name(tmp_path):
    rejects = read_text(tmp_path, BULK).rejects
    assert [(r.row, r.column, r.value, r.lost) for r in rejects] == [
        (5, "variable", "Total length of something", 2),
        (8, "variable", "Total population", 1),
        (9, "area", "1 World", 1),
    ]


def test_a_bulk_export_is_recognised_by_its_headings():
    assert is_aquastat(BULK.encode(), "bulk.csv")
    assert not is_aquastat(b"m49,Area,Year,Value\n400,Jordan,2018,1\n", "bulk.csv")


def test_a_share_is_not_taken_for_the_area_it_is_a_share_of():
    # AQUASTAT's 4305 and 4300, as its long exports name them.
    share = find_variable("% of total cultivated area drained")
    area = find_variable("Total cultivated area drained")
    assert (share.codes["aquastat"], area.codes["aquastat"]) == (("4305",), ("4300",))
