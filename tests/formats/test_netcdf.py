"""NetCDF: CF's layouts of time series, as the netCDF library itself writes them."""

import io
import sys
from dataclasses import replace
from datetime import datetime

import h5py
import netCDF4
import numpy as np
import pytest

from waternet.errors import NotAcceptable
from waternet.formats.cf_time import read_times
from waternet.formats.file import read_file
from waternet.formats.netcdf import is_netcdf, list_series
from waternet.formats.netcdf_writing import write_netcdf
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.series import Points, SourceSeries

RECIPE = Recipe.from_toml(
    """
format = "netcdf"
dataset = "d"
[station]
kind = "well"
[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
"""
)
MAKES = ("NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4")


def begin(path, make="NETCDF4", kind="timeSeries", **dims):
    file = netCDF4.Dataset(path, "w", format=make)
    file.Conventions = "CF-1.11"
    if kind:
        file.featureType = kind
    for name, length in dims.items():
        file.createDimension(name, length)
    return file


def put(file, name, dims, values, kind="f8", fill=None, **attributes):
    variable = file.createVariable(name, kind, dims, fill_value=fill)
    variable.setncatts(attributes)
    variable.set_auto_maskandscale(False)
    variable[:] = values
    return variable


def put_stations(file, ids=("W1", "W2")):
    letters = np.array([list(each.ljust(4, "\0")) for each in ids], "S1")
    put(file, "id", ("station", "letters"), letters, "S1", cf_role="timeseries_id")
    put(file, "lat", ("station",), [31.9, 31.8][: len(ids)], units="degrees_north")
    put(file, "lon", ("station",), [35.9, 35.8][: len(ids)], units="degrees_east")


def put_time(file, dims, values, **attributes):
    attributes = {
        "standard_name": "time",
        "units": "days since 2015-01-01",
    } | attributes
    put(file, "time", dims, values, **attributes)


def found(path):
    document = list_series(path, TableLayout())
    return {
        each.feature: dict(zip(each.points.time, each.points.value, strict=True))
        for each in document.series
    }


DAYS = [f"2015-01-0{day}T00:00:00Z" for day in (1, 2, 3)]
EXPECTED = {"W1": dict(zip(DAYS, ["1.5", "", "3.5"], strict=True))}
EXPECTED["W2"] = dict(zip(DAYS[:2], ["4.5", "5.5"], strict=True))


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("unlimited", [False, True])
def test_an_orthogonal_array_has_one_time_for_all(tmp_path, make, turned, unlimited):
    path = tmp_path / "a.nc"
    grown = None if unlimited and turned else 3
    with begin(path, make, station=2, letters=4, time=grown) as file:
        put_time(file, ("time",), [0, 1, 2])
        put_stations(file)
        values = np.array([[1.5, -9, 3.5], [4.5, 5.5, -9]])
        dims = ("time", "station") if turned else ("station", "time")
        put(file, "level", dims, values.T if turned else values, "f4", fill=-9.0)
    expected = EXPECTED | {"W2": EXPECTED["W2"] | {DAYS[2]: ""}}
    assert found(path) == expected
    reading = read_file(path, RECIPE)
    assert reading.counts["observations"] == 4
    assert reading.places[0].position.latitude == 31.9


def test_an_incomplete_array_has_times_of_its_own_for_each(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, station=2, letters=4, obs=3) as file:
        times = [[0, 1, 2], [0, 1, -1]]
        put_time(file, ("station", "obs"), times, missing_value=-1.0)
        put_stations(file)
        values = [[1.5, -9, 3.5], [4.5, 5.5, -9]]
        put(file, "level", ("station", "obs"), values, fill=-9.0)
    assert found(path) == EXPECTED


@pytest.mark.parametrize("make", MAKES)
def test_a_contiguous_ragged_array_counts_its_samples(tmp_path, make):
    path = tmp_path / "a.nc"
    with begin(path, make, station=2, letters=4, obs=5) as file:
        put_stations(file)
        put(file, "size", ("station",), [3, 2], "i4", sample_dimension="obs")
        put_time(file, ("obs",), [0, 1, 2, 0, 1])
        put(file, "level", ("obs",), [1.5, np.nan, 3.5, 4.5, 5.5])
    assert found(path) == EXPECTED


def test_an_indexed_ragged_array_says_the_station_of_each_sample(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, station=2, letters=4, obs=None) as file:
        put_stations(file)
        index = [0, 1, 0, 1, 0]
        put(file, "of", ("obs",), index, "i4", instance_dimension="station")
        put_time(file, ("obs",), [0, 0, 1, 1, 2])
        put(file, "level", ("obs",), [1.5, 4.5, np.nan, 5.5, 3.5])
    assert found(path) == EXPECTED


def test_one_station_needs_no_dimension_of_stations(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, time=2) as file:
        name = file.createVariable("station_name", str, ())
        name[...] = "عمان"
        name.cf_role = "timeseries_id"
        put(file, "lat", (), 31.95, units="degrees_north")
        put(file, "lon", (), 35.93, units="degrees_east")
        put_time(file, ("time",), [0, 1])
        put(file, "level", ("time",), [1.5, 2.5], units="m", cell_methods="time: mean")
    (each,) = list_series(path, TableLayout()).series
    assert (each.feature, each.x, each.y) == ("عمان", "35.93", "31.95")
    assert (each.unit, each.ucum, each.statistic) == ("m", "m", "mean")


def test_packed_figures_are_unpacked_to_the_digits_they_were_packed_with(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, station=1, letters=4, time=3) as file:
        put_stations(file, ["W1"])
        put_time(file, ("time",), [0, 1, 2])
        put(
            *(file, "level", ("station", "time"), [[1234, -32768, 29]], "i2", -32768),
            scale_factor=np.float32(0.01),
            add_offset=-211.3,
        )
    # 12.34 - 211.3 and 0.29 - 211.3.
    assert list(found(path)["W1"].values()) == ["-198.96", "", "-211.01"]


def test_flags_beside_figures_are_their_qualifiers(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, station=1, letters=4, time=3) as file:
        put_stations(file, ["W1"])
        put_time(file, ("time",), [0, 1, 2])
        dims = ("station", "time")
        put(file, "level", dims, [[1, 2, 3]], ancillary_variables="flag mask")
        two = np.array([1, 2], "i1")
        said = {"flag_values": two, "flag_meanings": "good suspect"}
        put(file, "flag", dims, [[1, 2, 7]], "i1", **said)
        said = {"flag_masks": two, "flag_meanings": "ice dry"}
        put(file, "mask", dims, [[0, 3, 1]], "i1", **said)
    (each,) = list_series(path, TableLayout()).series
    assert each.points.qualifier == ["good", "suspect ice dry", "7 ice"]


def test_bounds_of_time_are_the_interval(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, station=1, letters=4, time=2, edge=2) as file:
        put_stations(file, ["W1"])
        put_time(file, ("time",), [0.5, 1.5], bounds="edges")
        put(file, "edges", ("time", "edge"), [[0, 1], [1, 2]])
        put(file, "level", ("station", "time"), [[1, 2]])
    (each,) = list_series(path, TableLayout()).series
    assert (each.points.time, each.points.end) == (DAYS[:2], DAYS[1:])


# The CF conventions, 4.4; hand calculation.
@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0, "days since 1970-01-01", "1970-01-01T00:00:00Z"),
        (1.5, "hours since 1970-1-1 0:0:0", "1970-01-01T01:30:00Z"),
        (0, "seconds since 1992-10-8 15:15:42.5 -6:00", "1992-10-08T21:15:42.500000Z"),
        (0, "seconds since 2015-06-30T08:00:00 +0300", "2015-06-30T05:00:00Z"),
        (
            42185.333333333336,
            "days since 1900-01-01 00:00:00 UTC",
            "2015-07-02T08:00:00Z",
        ),
        (-1, "minutes since 2015-01-01", "2014-12-31T23:59:00Z"),
    ],
)
def test_times_are_counted_from_a_moment(value, unit, expected):
    assert read_times(np.array([value]), unit, "") == [expected]


@pytest.mark.parametrize(
    ("value", "unit", "calendar", "said"),
    [
        (0, "days since 1970-01-01", "360_day", "calendar '360_day'"),
        (0, "days since 1970-01-01", "noleap", "calendar 'noleap'"),
        (0, "months since 1970-01-01", "", "times in 'months"),
        (0, "days since 1970-02-30", "", "day is out of range"),
        (0, "days since 1500-01-01", "standard", "before 15 October 1582"),
        (1e300, "days since 1970-01-01", "", "no year that can be told"),
        (2**62, "days since 1970-01-01", "", "no year that can be told"),
    ],
)
def test_other_calendars_and_odd_times_are_refused(value, unit, calendar, said):
    with pytest.raises(NotAcceptable, match=said):
        read_times(np.array([value]), unit, calendar)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("timeSeriesProfile", "featureType 'timeSeriesProfile'"),
        ("trajectory", "featureType 'trajectory'"),
        ("", "says no featureType"),
    ],
)
def test_what_is_no_time_series_of_stations_is_refused(tmp_path, kind, said):
    path = tmp_path / "a.nc"
    with begin(path, kind=kind, time=1) as file:
        put_time(file, ("time",), [0])
        put(file, "level", ("time",), [1])
    with pytest.raises(NotAcceptable, match=said):
        found(path)


def test_counts_that_do_not_fit_the_figures_are_refused(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, station=2, letters=4, obs=5) as file:
        put_stations(file)
        put(file, "size", ("station",), [3, 3], "i4", sample_dimension="obs")
        put_time(file, ("obs",), [0, 1, 2, 0, 1])
        put(file, "level", ("obs",), [1, 2, 3, 4, 5])
    with pytest.raises(NotAcceptable, match="counts 6 samples of 5"):
        found(path)


def one_station(path, make="NETCDF4"):
    with begin(path, make, station=1, letters=4, time=3) as file:
        put_stations(file, ["W1"])
        put_time(file, ("time",), [0, 1, 2])
        put(file, "level", ("station", "time"), [[1, 2, 3]])
    return path


def test_netcdf_4_without_the_extra_says_what_to_install(tmp_path, monkeypatch):
    path = one_station(tmp_path / "a.nc")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(NotAcceptable, match="h5py is needed") as raised:
        found(path)
    assert "pip install 'waternet[netcdf]'" in raised.value.hint
    assert found(one_station(tmp_path / "b.nc", "NETCDF3_CLASSIC"))


@pytest.mark.parametrize("how", ["link", "soft", "external", "virtual"])
def test_what_leads_into_another_file_is_refused(tmp_path, how):
    path, secret = one_station(tmp_path / "a.nc"), tmp_path / "secret"
    secret.write_bytes(bytes(24))
    with h5py.File(path, "a") as file:
        if how == "link":
            file["leak"] = h5py.ExternalLink(str(secret), "/x")
        elif how == "soft":
            file["leak"] = h5py.SoftLink("/level")
        elif how == "external":
            file.create_dataset("leak", (3,), "f8", external=[(str(secret), 0, 24)])
        else:
            layout = h5py.VirtualLayout((3,), "f8")
            layout[:] = h5py.VirtualSource(str(secret), "x", (3,))
            file.create_virtual_dataset("leak", layout)
    with pytest.raises(NotAcceptable, match="'leak' leads into another file"):
        found(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "a.nc"
    with begin(path, station=1, letters=4, time=10**10) as file:
        put_stations(file, ["W1"])
        file.createVariable("time", "f8", ("time",), zlib=True).setncatts(
            {"standard_name": "time", "units": "days since 2015-01-01"}
        )
        file.createVariable("level", "f8", ("station", "time"), zlib=True)
    assert path.stat().st_size < 100_000
    with pytest.raises(NotAcceptable, match="has 10,000,000,000 values"):
        found(path)


@pytest.mark.parametrize("make", ["NETCDF3_CLASSIC", "NETCDF3_64BIT_DATA"])
def test_a_damaged_file_is_refused_or_read_never_more(tmp_path, make):
    path = one_station(tmp_path / "a.nc", make)
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    assert is_netcdf(whole.tobytes(), "a.nc")
    for length in range(0, len(whole) - 3, 7):
        path.write_bytes(whole[:length].tobytes())
        with pytest.raises(NotAcceptable):
            found(path)
    chance = np.random.default_rng(7)
    for _ in range(500):
        mutant = whole.copy()
        mutant[chance.integers(0, len(whole), 3)] = chance.integers(0, 256, 3)
        path.write_bytes(mutant.tobytes())
        try:
            found(path)
        except NotAcceptable:
            continue


SERIES = SourceSeries(
    *("W1", ("level", "Level"), Points([], DAYS[:2], ["-211.3", ""], ["A", ""])),
    x="35.93",
    y="31.95",
    crs="EPSG:4326",
    unit="m",
    zone="UTC",
    statistic="mean",
)


def test_what_is_written_is_read_by_the_netcdf_library(tmp_path):
    path = tmp_path / "a.nc"
    other = replace(
        SERIES, feature="W2", name="بئر", points=Points([], DAYS, ["1"] * 3)
    )
    with path.open("wb") as sink:
        write_netcdf([SERIES, other], sink)
    with netCDF4.Dataset(path) as file:
        assert file.featureType == "timeSeries"
        assert file["station_id"][:].tolist() == ["W1", "W2"]
        assert file["station_name"][:].tolist() == ["", "بئر"]
        assert file["row_size"][:].tolist() == [2, 3]
        time = file["time"]
        moments = netCDF4.num2date(time[:], time.units, time.calendar)
        assert moments[1] == moments[3] == datetime(2015, 1, 2)
        assert file["level"][:].tolist() == [-211.3, None, 1, 1, 1]
        assert file["level"].cell_methods == "time: mean"
        assert file["flag"].flag_meanings == "A"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"feature": "W1"}, "two series at one station"),
        ({"unit": "cm"}, "several quantities"),
        ({"points": Points([], DAYS[:1], ["<0.05"])}, "cannot say '<0.05'"),
        ({"points": Points([], DAYS[:1], ["1"], ["A b"])}, "with a blank"),
        ({"points": Points([], ["2015-01-01T08:00"], ["1"]), "zone": ""}, "no offset"),
    ],
)
def test_what_netcdf_cannot_say_is_refused_not_dropped(change, said):
    other = replace(SERIES, **({"feature": "W2"} | change))
    with pytest.raises(NotAcceptable, match=said):
        write_netcdf([SERIES, other], io.BytesIO())
