"""GHCN-Daily: tenths, flags, days that a month does not have."""

import pytest

from waternet.errors import NotAcceptable
from waternet.formats.ghcn_daily import is_ghcn_daily, list_series
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import read_series_file


def month(element, *days, station="ISM00040184", when="201502"):
    cells = [*days, *["-9999   "] * (31 - len(days))]
    return f"{station}{when}{element}{''.join(cells)}\n"


def write(folder, *lines):
    path = folder / "ISM00040184.dly"
    path.write_text("".join(lines))
    return path


def listed(*arguments):
    return list_series(write(*arguments), TableLayout())


def test_tenths_are_read_digit_by_digit(tmp_path):
    rain, cold = listed(
        tmp_path,
        month("PRCP", "  123  S", "    0T S", "    5  S"),
        month("TMIN", "   -5  S", " -123  S"),
    ).series
    assert (rain.feature, rain.quantities) == ("ISM00040184", ("PRCP",))
    assert (rain.observed_property, rain.ucum, rain.statistic) == (
        *("precipitation", "mm", "total"),
    )
    assert rain.points.value[:3] == ["12.3", "0.0", "0.5"]
    assert rain.points.qualifier[:2] == [",,S", "T,,S"]
    assert cold.points.value[:2] == ["-0.5", "-12.3"]
    assert (cold.ucum, cold.statistic, cold.interval) == ("Cel", "minimum", "P1D")


def test_a_month_has_its_own_days_and_gaps_are_missing(tmp_path):
    [february] = listed(tmp_path, month("PRCP", "   10   ")).series
    assert len(february.points.time) == 28
    assert february.points.time[-1] == "2015-02-28"
    assert february.points.value == ["1.0"] + [""] * 27


def test_a_zero_that_was_presumed_is_assumed(tmp_path):
    [rain] = listed(tmp_path, month("PRCP", "    0P S", "    0  S")).series
    assert rain.points.status[:2] == ["assumed", ""]


def test_snow_depth_stands_in_whole_millimetres_and_others_as_they_are(tmp_path):
    depth, other = listed(
        tmp_path, month("SNWD", "  120   "), month("WT01", "    1   ")
    ).series
    assert (depth.points.value[0], depth.unit) == ("120", "mm")
    assert (other.points.value[0], other.unit, other.statistic) == ("1", "", "")


def test_lines_of_another_kind_are_reported_and_others_kept(tmp_path):
    path = write(tmp_path, month("PRCP", "   10   "), "ISM00040184 2015 PRCP\n")
    recipe = """
    format = "ghcn_daily"
    dataset = "d"
    [time]
    zone = "Asia/Jerusalem"
    [[value]]
    column = "PRCP"
    observed_property = "precipitation"
    unit = "mm"
    statistic = "total"
    interval = "P1D"
    """
    reading = read_series_file(path, Recipe.from_toml(recipe))
    assert [(reject.row, reject.lost) for reject in reading.rejects] == [(2, 1)]
    assert (reading.counts["observations"], reading.counts["missing"]) == (1, 27)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        bytes(range(256)) * 99,
        b"A" * 900_000,
        b"ISM00040184201502PRCP" + b"1" * 200 + b"x" * 50,
    ],
)
def test_what_has_no_month_is_refused(tmp_path, content):
    path = tmp_path / "a.dly"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        list_series(path, TableLayout())


def test_only_months_look_like_the_format():
    assert is_ghcn_daily(month("PRCP", "   10   ").encode(), "a.dly")
    assert not is_ghcn_daily(b"ISM00040184,20150201,PRCP,10,,,S\n", "a.csv")
    assert not is_ghcn_daily(b"", "a.dly")
