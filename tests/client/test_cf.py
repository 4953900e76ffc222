"""Data sets by the CF conventions, read back by xarray and by Waternet's own reader."""

import netCDF4
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import waternet as wn
from waternet.client.udunits import to_udunits
from waternet.errors import NotAcceptable
from waternet.formats.netcdf import list_series
from waternet.formats.recipe import TableLayout
from waternet.observation.vocabulary import get_terms

LEVELS = {"observed_property": "groundwater-level"}
RAIN = "jordan:W1/precipitation"


@pytest.fixture(scope="module")
def source(folder):
    with wn.open(folder) as source:
        yield source


@pytest.fixture(scope="module")
def levels(source):
    return wn.to_xarray(*source.get_observations(**LEVELS))


def test_stations_and_times_are_axes(levels) -> None:
    level = levels["groundwater_level"]
    assert level.dims == ("station", "time")
    assert levels["station"].values.tolist() == ["israel:K1", "jordan:W1", "jordan:W2"]
    at = {"station": "jordan:W1", "time": "2015-02-28T22:00"}
    assert level.sel(at).item() == -213.5
    assert levels["longitude"].values.tolist()[:2] == [35.5, 35.5]
    assert np.isnan(levels["longitude"].values[2])


def test_what_a_station_did_not_report_is_no_number(levels) -> None:
    own = levels["groundwater_level"].sel(station="jordan:W2")
    assert own.count().item() == 1
    flags = levels["groundwater_level_censor"].sel(station="jordan:W2").values
    assert flags.tolist().count(-1) == own.size - 1  # the fill value: nothing is said


def test_flags_are_told_by_words_of_cf(levels) -> None:
    level, censor = levels["groundwater_level"], levels["groundwater_level_censor"]
    assert level.attrs["ancillary_variables"].split()[0] == censor.name
    words = censor.attrs["flag_meanings"].split()
    assert len(words) == len(censor.attrs["flag_values"])
    at = {"station": "jordan:W1", "time": "2015-01-31T22:00"}
    assert words[int(censor.sel(at))] == "below_limit"


def test_a_figure_keeps_its_quantity_unit_and_statistic(source) -> None:
    rain = wn.to_xarray(*source.get_observations(RAIN))
    told = rain["precipitation"].attrs
    # CF standard name table: canonical unit m; UDUNITS converts mm.
    assert told["standard_name"] == "lwe_thickness_of_precipitation_amount"
    assert (told["units"], told["ucum_code"]) == ("mm", "mm")
    assert told["cell_methods"] == "time: sum"
    begins, ends = rain["time_bounds"].values[0]
    assert str(begins) == "2014-12-31T22:00:00.000000"
    assert ends - begins == np.timedelta64(1, "D")


def test_waternets_own_reader_reads_back_what_was_written(levels, tmp_path) -> None:
    path = tmp_path / "levels.nc"
    levels.to_netcdf(path)
    series = {one.feature: one for one in list_series(path, TableLayout()).series}
    w1 = series["jordan:W1"]
    told = dict(zip(w1.points.time, w1.points.value, strict=True))
    assert told["2015-02-28T22:00:00Z"] == "-213.5"
    assert told["2015-01-31T22:00:00Z"] == "-215.0"
    assert (w1.x, w1.y, w1.elevation) == ("35.5", "32.25", "-210.5")
    assert (w1.observed_property, w1.ucum, w1.statistic, w1.name) == (
        *("groundwater-level", "m", "instant", "Village well"),
    )
    remark = dict(zip(w1.points.time, w1.points.qualifier, strict=True))
    assert "below_limit" in remark["2015-01-31T22:00:00Z"]


def test_a_file_is_as_other_programs_expect_it(levels, source, tmp_path) -> None:
    path = tmp_path / "rain.nc"
    wn.to_xarray(*source.get_observations(RAIN)).to_netcdf(path)
    with netCDF4.Dataset(path) as file:
        assert file.featureType == "timeSeries"
        assert file["station"].cf_role == "timeseries_id"
        assert file["time"].bounds == "time_bounds"
        assert file["time"].units.startswith("seconds since 1970-01-01")
        assert "CC-BY-4.0" in file.license
    levels.to_netcdf(tmp_path / "levels.nc")
    with xr.open_dataset(tmp_path / "levels.nc") as again:
        xr.testing.assert_allclose(
            again["groundwater_level"], levels["groundwater_level"]
        )


def test_statistics_have_the_bounds_of_their_periods(source) -> None:
    answer = source.get_observations(RAIN, aggregate="month", statistic="total")
    month = wn.to_xarray(*answer)
    assert month["precipitation"].item() == 15.75
    begins, ends = month["time_bounds"].values[0].astype("datetime64[h]").astype(str)
    assert (begins, ends) == ("2014-12-31T22", "2015-01-31T22")


def test_intervals_of_two_lengths_are_not_forced_onto_one_axis(source) -> None:
    with pytest.raises(NotAcceptable, match="intervals"):
        wn.to_xarray(*source.get_observations(party="jordan"))


@pytest.mark.parametrize("also", ["PT1H/not-stated", "P1D/not_stated"])
def test_no_figure_of_a_station_stands_in_the_place_of_another(source, also) -> None:
    frame, metadata = source.get_observations(RAIN, aggregate="month")
    (name,) = frame["datastream"]
    (procedure,) = {one["procedure"] for one in metadata.datastreams}
    assert name.endswith(f"P1D/{procedure}")
    names = [f"{name.rpartition('P1D')[0]}{one}" for one in ("P1D/not-stated", also)]
    both = pd.concat([frame.assign(datastream=one) for one in names])
    both["value"] = [1.0, 2.0]
    if also.startswith("P1D"):  # CF's names have no hyphens
        with pytest.raises(NotAcceptable, match="would both be"):
            wn.to_xarray(both, metadata)
        return
    found = wn.to_xarray(both, metadata)
    shown = [found[one].item() for one in found if one.endswith(("P1D", "PT1H"))]
    assert sorted(shown) == [1.0, 2.0]


def test_an_empty_frame_makes_no_data_set(source) -> None:
    with pytest.raises(NotAcceptable, match="no figures"):
        wn.to_xarray(*source.get_observations(RAIN, "1990/1991"))


# UDUNITS-2's own database: a Julian year, not the tropical one; litre is L; no NTU.
UNITS = {
    "m": "m",
    "m3/s": "m3 s-1",
    "hm3/a": "hm3 Julian_year-1",
    "mg/L": "mg L-1",
    "uS/cm": "uS cm-1",
    "%": "percent",
    "Cel": "degC",
    "1": "1",
    "10*3": "1e3",
    "10*9.m3/a": "1e9 m3 Julian_year-1",
    "{count}/dL": "dL-1",
    "W/m2": "W m-2",
    "[NTU]": "",
    "(m.s)/d": "",
}


@pytest.mark.parametrize("code", UNITS)
def test_units_are_written_for_udunits(code) -> None:
    assert to_udunits(code) == UNITS[code]


def test_every_unit_of_the_vocabulary_is_written_or_left_out_knowingly() -> None:
    codes = {term.unit for term in get_terms("observed_property").values()}
    assert {code for code in codes if not to_udunits(code)} <= {"[NTU]"}
