"""USGS RDB: daily and unit values, peaks, water levels, sites, broken lines."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.rdb import is_rdb, list_series
from waternet.formats.recipe import Recipe, TableLayout
from waternet.observation.vocabulary import Censor, Status

DAILY = (
    "# Data provided for site 01\n"
    "#    01   00060     00003     Discharge, cubic feet per second (Mean)\n"
    "#    USGS 02177000 CHATTOOGA RIVER\n"
    "agency_cd\tsite_no\tdatetime\t01_00060_00003\t01_00060_00003_cd\n"
    "5s\t15s\t20d\t14n\t10s\n"
)


def listed(folder, text):
    path = folder / "a.rdb"
    path.write_text(text)
    return list_series(path, TableLayout())


def row(*cells):
    return "\t".join(("USGS", "02177000", *cells)) + "\n"


def test_daily_values_say_their_parameter_statistic_and_unit(tmp_path):
    (one,) = listed(tmp_path, DAILY + row("2012-09-01", "191", "A")).series
    assert one.quantities[0] == "00060"
    assert (one.statistic, one.interval) == ("mean", "P1D")
    assert (one.unit, one.ucum) == ("cubic feet per second", "[ft_i]3/s")
    assert (one.name, one.points.number) == ("CHATTOOGA RIVER", [6])


def test_remarks_instead_of_figures_are_missing_and_counted(tmp_path):
    rows = row("2012-09-01", "Ice", "P") + row("2012-09-02", "Ice", "P")
    found = listed(tmp_path, DAILY + rows + row("2012-09-03", "-999999", "P"))
    assert found.series[0].points.value == ["", "", ""]
    assert found.series[0].points.qualifier[0] == "P Ice"
    assert [(one.value, one.reason) for one in found.notices] == [
        ("Ice", "stands for 2 figures")
    ]


def test_codes_say_the_status_and_the_sign(tmp_path):
    rows = (
        row("2012-09-01", "1", "A")
        + row("2012-09-02", "2", "A:e")
        + row("2012-09-03", "3", "P:<")
        + row("2012-09-04", "<4", "P")
    )
    path = tmp_path / "a.rdb"
    path.write_text(DAILY + rows)
    recipe = Recipe.from_toml(
        'format = "rdb"\ndataset = "d"\n[time]\nzone = "America/New_York"\n[[value]]\n'
        'column = "00060"\nobserved_property = "discharge"\nunit = "[ft_i]3/s"\n'
        'statistic = "mean"\ninterval = "P1D"\n'
    )
    rows = read_file(path, recipe).observations.to_pylist()
    assert [each["status"] for each in rows] == [
        *(Status.APPROVED, Status.ESTIMATED, Status.PROVISIONAL, Status.PROVISIONAL)
    ]
    assert [each["censor"] for each in rows] == [
        *(Censor.NONE, Censor.NONE, Censor.BELOW, Censor.BELOW)
    ]


def test_unit_values_carry_the_offset_of_their_clock(tmp_path):
    text = (
        "agency_cd\tsite_no\tdatetime\ttz_cd\t69928_00065\t69928_00065_cd\n"
        "5s\t15s\t20d\t6s\t14n\t10s\n"
    )
    rows = row("2014-03-09 01:45", "EST", "1.5", "P")
    rows += row("2014-03-09 03:00", "EDT", "1.6", "P")
    (one,) = listed(tmp_path, text + rows).series
    assert (one.statistic, one.observed_property) == ("instant", "stage")
    assert one.points.time == ["2014-03-09T01:45-05:00", "2014-03-09T03:00-04:00"]


def test_a_peak_whose_day_is_not_known_is_refused_with_its_line(tmp_path):
    text = (
        "agency_cd\tsite_no\tpeak_dt\tpeak_tm\tpeak_va\tpeak_cd\tgage_ht\tgage_ht_cd\n"
        "5s\t15s\t10d\t6s\t8s\t33s\t8s\t27s\n"
    )
    rows = row("1927-05-00", "", "20000", "B", "", "")
    rows += row("1928-08-16", "13:30", "9000", "A", "12.5", "")
    found = listed(tmp_path, text + rows)
    assert [(r.row, r.column, r.value, r.lost) for r in found.rejects] == [
        (3, "peak_dt", "1927-05-00", 1)
    ]
    flow = next(one for one in found.series if one.quantities[0] == "peak_va")
    assert (flow.points.time, flow.points.value) == (["1928-08-16T13:30"], ["9000"])
    # Among a peak's codes 'A' is "year of occurrence is unknown", no approval.
    assert (flow.points.qualifier, flow.points.status) == (["A"], ["A"])


def test_water_levels_are_read_as_depth_and_as_level(tmp_path):
    heads = "lev_dt lev_tm lev_tz_cd lev_va sl_lev_va sl_datum_cd lev_status_cd"
    text = (
        "\t".join(("agency_cd", "site_no", *heads.split(), "lev_age_cd"))
        + "\n5s\t15s\t10d\t5s\t5s\t12s\t12s\t10s\t1s\t1s\n"
    )
    rows = row("1979-01-10", "10:30", "MST", "61.25", "", "", "P", "A")
    rows += row("1979-02", "", "", "60", "", "", "", "A")
    found = listed(tmp_path, text + rows)
    depth = found.series[0]
    assert depth.quantities == ("lev_va", "72019")
    assert depth.observed_property == "depth-to-groundwater"
    assert depth.points.time == ["1979-01-10T10:30-07:00"]
    assert (depth.points.qualifier, depth.points.status) == (["P A"], ["approved"])
    assert [(r.value, r.lost) for r in found.rejects] == [("1979-02", 1)]


@pytest.mark.parametrize(
    ("datum", "system"), [("NAD83", "EPSG:4269"), ("NAD27", "EPSG:4267")]
)
def test_sites_are_places_in_their_datum_with_heights_in_metres(
    tmp_path, datum, system
):
    text = (
        "agency_cd\tsite_no\tstation_nm\tsite_tp_cd\tdec_lat_va\tdec_long_va\t"
        "dec_coord_datum_cd\talt_va\talt_datum_cd\n5s\t15s\t50s\t7s\t16s\t16s\t10s\t8s\t10s\n"
    )
    made = text + row("A SPRING", "SP", "38.5", "-75.5", datum, " 100", "NAVD88")
    (one,) = listed(tmp_path, made).series
    assert (one.crs, one.x, one.y, one.kind) == (system, "-75.5", "38.5", "spring")
    assert (float(one.elevation), one.vertical_datum) == (30.48, "NAVD88")


def test_degrees_minutes_and_seconds_count_where_nothing_else_is_given(tmp_path):
    text = (
        "agency_cd\tsite_no\tstation_nm\tlat_va\tlong_va\tcoord_datum_cd\n"
        "5s\t15s\t50s\t16s\t16s\t10s\n"
    )
    (one,) = listed(tmp_path, text + row("X", "385949.9", "0754709", "NAD27")).series
    # 38 + 59/60 + 49.9/3600; 75 + 47/60 + 9/3600, west.
    assert float(one.y) == pytest.approx(38.99719444, abs=1e-8)
    assert float(one.x) == pytest.approx(-75.78583333, abs=1e-8)


def test_tables_one_after_another_are_read_each_with_its_own_headings(tmp_path):
    other = DAILY.replace("01_00060_00003", "02_00065_00003").replace("60  ", "65  ")
    text = DAILY + row("2012-09-01", "1", "A") + other + row("2012-09-01", "2", "A")
    found = listed(tmp_path, text).series
    assert [(one.quantities[0], one.points.value) for one in found] == [
        ("00060", ["1"]),
        ("00065", ["2"]),
    ]


def test_a_row_with_too_many_cells_is_reported_and_the_others_are_kept(tmp_path):
    rows = row("2012-09-01", "1", "A", "more") + row("2012-09-02", "2", "A")
    found = listed(tmp_path, DAILY + rows)
    assert found.series[0].points.value == ["2"]
    assert [(one.row, one.lost) for one in found.rejects] == [(6, 1)]


@pytest.mark.parametrize(
    "text",
    ["", "# only\n", "a\tb\n1\t2\n", "code\ttext\n5s\t5s\nA\tApproved\n"],
)
def test_what_is_no_table_of_sites_is_refused_by_name(tmp_path, text):
    with pytest.raises(NotAcceptable, match=r"a\.rdb"):
        listed(tmp_path, text)


def test_a_file_is_told_by_its_row_of_types():
    assert is_rdb(DAILY.encode(), "x.txt")
    assert not is_rdb(b"# site_no\nsite_no\tvalue\n1\t2\n", "x.rdb")


def test_a_comment_made_to_take_for_ever_ends(tmp_path):
    path = tmp_path / "a.rdb"
    blanks = " " * 400_000
    path.write_text(
        f"#  1 00060 x{blanks}y\nsite_no\tdatetime\t1_00060\n15s\t20d\t14n\n"
        "00000001\t2015-07-01 12:00\t1.5\n"
    )
    (one,) = list_series(path, TableLayout()).series
    assert one.quantities[-1] == "x y"
