"""What is written as NetCDF reads back as the same series."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.formats.netcdf import list_series
from waternet.formats.netcdf_writing import write_netcdf
from waternet.formats.recipe import TableLayout
from waternet.formats.series import Points, SourceSeries

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8
)
NUMBERS = st.floats(-1e6, 1e6).map(repr)
SECONDS = st.integers(-(10**9), 10**9)


def moment(seconds):
    return (datetime(2000, 1, 1) + timedelta(seconds=seconds)).isoformat() + "Z"


@st.composite
def series(draw):
    seconds = draw(st.lists(SECONDS, min_size=1, max_size=5))
    remarks = [draw(WORDS | st.just("")) for _ in seconds]
    return SourceSeries(
        draw(WORDS),
        (),
        Points(
            [],
            [moment(each) for each in seconds],
            [draw(NUMBERS | st.just("")) for _ in seconds],
            remarks if any(remarks) else [],
        ),
        name=draw(WORDS | st.just("")),
        x=draw(NUMBERS),
        y=draw(NUMBERS),
        elevation=draw(NUMBERS | st.just("")),
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("laws") / "round.nc"


def feature(each):
    return each.feature


@settings(deadline=None)
@given(
    made=st.lists(series(), min_size=1, max_size=4, unique_by=feature),
    crs=st.sampled_from(["EPSG:4326", "EPSG:28191"]),
    statistic=st.sampled_from(["", "instant", "mean", "total"]),
    term=st.sampled_from(["", "lake-level"]),
)
def test_series_written_as_netcdf_read_back_as_they_were(
    made, crs, statistic, term, path
):
    alike = {
        "quantities": ("level", "Level of it"),
        "unit": "m",
        "ucum": "m",
        "statistic": statistic,
        "observed_property": term,
        "crs": crs,
        "interval": {"": "", "instant": "PT0S"}.get(statistic, "P1D"),
        "zone": "UTC",
    }
    made = [replace(each, **alike) for each in made]
    with path.open("wb") as sink:
        write_netcdf(made, sink)
    first = 1
    for each in made:
        each.points.number.extend(range(first, first + len(each.points.time)))
        first += len(each.points.time)
    assert list_series(path, TableLayout()).series == tuple(made)
