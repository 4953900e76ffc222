"""DINO exports: three layouts, three references of one reading, dry wells."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.dino import is_dino, list_series
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file

PLACES = (
    "Locatie,Filternummer,Externe aanduiding,X-coordinaat,Y-coordinaat,"
    "Maaiveld (cm t.o.v. NAP),Datum maaiveld gemeten,Startdatum,Einddatum,"
    "Meetpunt (cm t.o.v. NAP),Meetpunt (cm t.o.v. MV),"
    "Bovenkant filter (cm t.o.v. NAP),Onderkant filter (cm t.o.v. NAP)\n"
)
FIGURES = (
    "Locatie,Filternummer,Peildatum,Stand (cm t.o.v. MP),Stand (cm t.o.v. MV),"
    "Stand (cm t.o.v. NAP),Bijzonderheid,Opmerking,,,\n"
)
EXPORT = (
    "Titel:,,,,,,,,,,,\nReferentie:,NAP,,,,,,,,,,\n\nMP:,Meetpunt,,,,,,,,,,\n\n"
    + PLACES
    + "B01,001,E1,213260,473900,685,05-10-1972,28-11-1972,28-11-1986,717,32,385,285\n"
    + "B01,001,E1,213260,473900,692,10-09-1997,28-11-1986,17-06-2015,718,26,385,285\n\n"
    + FIGURES
    + "B01,001,28-11-1972,141,109,576,,,,,,\nB01,001,07-12-1972,,,,D,frost,,,,\n"
)
RECIPE = """
format = "dino"
dataset = "d"
[station]
kind = "well"
[time]
zone = "Europe/Amsterdam"
[[value]]
column = "Stand (cm t.o.v. NAP)"
written_unit = "cm"
observed_property = "groundwater-level"
unit = "cm"
"""


def listed(folder, text):
    path = folder / "B01001_1.csv"
    path.write_text(text)
    return list_series(path, TableLayout())


def test_one_reading_gives_a_level_and_two_depths(tmp_path):
    found = listed(tmp_path, EXPORT).series
    # 717 - 141 = 685 - 109 = 576: the same water surface.
    assert [
        (s.quantities[0], s.points.value[0], s.observed_property) for s in found
    ] == [
        ("Stand (cm t.o.v. MP)", "141", "depth-to-groundwater"),
        ("Stand (cm t.o.v. MV)", "109", ""),
        ("Stand (cm t.o.v. NAP)", "576", "groundwater-level"),
    ]
    assert {each.ucum for each in found} == {"cm"}
    assert len({each.procedure for each in found}) == 3
    assert found[0].points.time == ["1972-11-28", "1972-12-07"]


def test_a_filter_is_a_well_at_the_place_of_its_last_row(tmp_path):
    found = listed(tmp_path, EXPORT).series[0]
    assert (found.feature, found.kind) == ("B01-001", "well")
    assert (found.x, found.y, found.crs) == ("213260", "473900", "EPSG:28992")
    assert (found.elevation, found.vertical_datum) == ("6.92", "NAP")
    assert found.attributes == {
        "external-name": "E1",
        "screen-top": "3.85",
        "screen-bottom": "2.85",
        "measuring-point": "7.18",
    }


def test_a_dry_well_is_missing_with_its_remark(tmp_path):
    path = tmp_path / "B01001_1.csv"
    path.write_text(EXPORT)
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert (reading.counts["observations"], reading.counts["missing"]) == (1, 1)
    assert listed(tmp_path, EXPORT).series[2].points.qualifier == ["", "D frost"]
    [place] = reading.places
    assert round(place.position.latitude, 2) == 52.25  # near Deventer


def test_the_quoted_layout_without_a_dot_is_the_same(tmp_path):
    def quoted(line):
        return ",".join(f'"{cell}"' for cell in line.split(","))

    lines = EXPORT.replace("t.o.v. NAP),Bijz", "t.o.v NAP),Bijz").splitlines()
    text = "\n".join(quoted(line) if line else "," * 12 for line in lines)
    assert listed(tmp_path, text).series == listed(tmp_path, EXPORT).series


def test_the_older_layout_has_one_reference_and_a_clock(tmp_path):
    text = (
        "Titel: \nReferentie: Maaiveld (MV)\n\n"
        "LOCATIE,FILTERNUMMER,EXTERNE AANDUIDING,X-COORDINAAT,Y-COORDINAAT,"
        "MAAIVELD NAP,GESCHAT,MEETPUNT NAP,BOVENKANT FILTER,ONDERKANT FILTER,"
        "START DATUM,EIND DATUM\n"
        "B01,001,E1,213260,473900,685,,717,385,285,1972/11/28,1986/11/28\n\n"
        "LOCATIE,FILTERNUMMER,PEIL DATUM TIJD,STAND (MV),BIJZONDERHEID\n"
        "B01,001,1972/11/28 12:30:00,109,\n"
    )
    [found] = listed(tmp_path, text).series
    assert found.quantities == ("Stand (cm t.o.v. MV)",)
    assert found.observed_property == "depth-to-groundwater"
    assert found.points.time == ["1972-11-28T12:30:00"]
    assert (found.elevation, found.attributes["measuring-point"]) == ("6.85", "7.17")


def test_a_gauge_has_no_filter_and_its_level_is_of_open_water(tmp_path):
    text = (
        "Titel: ,\nReferentie: ,NAP\n\n"
        "Locatie,Externe aanduiding,X-coordinaat,Y-coordinaat, Startdatum, Einddatum\n"
        "P58,58AS,183740,373030,14-06-1963,14-07-2000,\n\n"
        "Locatie,Peildatum,Stand (cm t.o.v. NAP),Bijzonderheid\n\n"
        "P58,14-06-1963,2751,,\n"
    )
    [found] = listed(tmp_path, text).series
    assert (found.feature, found.observed_property) == ("P58", "water-level")
    assert (found.kind, found.points.value) == ("", ["2751"])


def test_a_filter_without_readings_is_still_a_place(tmp_path):
    text = EXPORT[: EXPORT.index("B01,001,28-11-1972,141")]
    [found] = listed(tmp_path, text).series
    assert (found.feature, found.points.time) == ("B01-001", [])


def test_lines_that_fit_nothing_are_reported_and_others_kept(tmp_path):
    text = EXPORT + "B01,001\nB01,001,99-99-1972,1,1,1,,\n"
    path = tmp_path / "B01001_1.csv"
    path.write_text(text)
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert [(r.row, r.lost) for r in reading.rejects] == [(13, 1), (14, 1)]
    assert reading.counts["observations"] == 1


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400"])
def test_numbers_that_are_none_are_refused_as_they_are_written(tmp_path, value):
    path = tmp_path / "B01001_1.csv"
    path.write_text(EXPORT.replace(",576,", f",{value},"))
    reading = read_series_file(path, Recipe.from_toml(RECIPE))
    assert [reject.value for reject in reading.rejects] == [value]


def test_an_absurd_ground_level_is_no_elevation(tmp_path):
    for ground in ("1e999999999", "NaN", "Infinity", "x", "9" * 400):
        found = listed(tmp_path, EXPORT.replace(",692,", f",{ground},")).series[0]
        assert found.elevation == ""


@pytest.mark.parametrize(
    "content",
    [b"", PLACES.encode(), bytes(range(256)) * 99, FIGURES.encode() + b"x," * 500_000],
)
def test_what_is_no_such_export_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_the_two_tables_look_like_an_export():
    assert is_dino(EXPORT.encode(), "a.csv")
    assert not is_dino(FIGURES.encode(), "a.csv")
    assert not is_dino(b"Locatie,Datum\nB01,1972\n", "a.csv")
