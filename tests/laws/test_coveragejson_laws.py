"""What is written as CoverageJSON reads back as the same series."""

import io
import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.formats.coveragejson import list_series
from waternet.formats.coveragejson_writing import write_coveragejson
from waternet.formats.recipe import TableLayout
from waternet.formats.series import Points, SourceSeries

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8
)
NUMBERS = st.decimals(-1000, 1000, places=3).map(str)
DEGREES = st.decimals(-90, 90, places=5).map(str)
START = datetime(2000, 1, 1)


@st.composite
def series(draw):
    minutes = sorted(
        draw(st.sets(st.integers(-(10**8), 10**8), min_size=1, max_size=5))
    )
    times = [(START + timedelta(minutes=each)).isoformat() + "Z" for each in minutes]
    ends = [(START + timedelta(minutes=each + 1)).isoformat() + "Z" for each in minutes]
    values = [draw(NUMBERS | st.just("")) for _ in times]
    statistic = draw(st.sampled_from(["instant", "mean", "total", "maximum"]))
    key, label = draw(NAMES), draw(NAMES)
    term = draw(st.sampled_from(["", "lake-level"]))
    address = f"waternet:observed_property/{term}" if term else ""
    return SourceSeries(
        draw(NAMES),
        tuple(dict.fromkeys(filter(None, (key, address, term, label)))),
        Points([], times, values, [], [], ends if draw(st.booleans()) else []),
        name=draw(NAMES | st.just("")),
        x=draw(DEGREES),
        y=draw(DEGREES),
        crs=draw(st.sampled_from(["EPSG:4326", "EPSG:28191"])),
        elevation=draw(NUMBERS | st.just("")),
        observed_property=term,
        unit="m",
        ucum="m",
        statistic=statistic,
        interval="PT0S" if statistic == "instant" else draw(INTERVALS),
        zone="UTC",
    )


MINUTES = st.integers(-(10**8), 10**8)
INTERVALS = st.sampled_from(["P1D", "P1M", "PT1H"])


def renumbered(made):
    """Number the points through the document, as its reader does."""
    first = 1
    for each in made:
        count = len(each.points.time)
        each.points.number[:] = range(first, first + count)
        first += count
    return tuple(made)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("laws") / "round.covjson"


@settings(deadline=None)
@given(made=st.lists(series(), min_size=1, max_size=4))
def test_series_written_as_coveragejson_read_back_as_they_were(made, path):
    sink = io.BytesIO()
    write_coveragejson(made, sink)
    json.loads(sink.getvalue())
    path.write_bytes(sink.getvalue())
    document = list_series(path, TableLayout())
    assert not document.notices
    assert document.series == renumbered(made)
