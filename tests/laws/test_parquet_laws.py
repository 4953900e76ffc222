"""Laws of Parquet: what Waternet writes, it reads back as it was."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.writing import write_parquet
from waternet.observation.table import in_order, make_table
from waternet.observation.vocabulary import Censor, Status

RECIPE = Recipe.from_toml(
    """
format = "parquet"
dataset = "d"
[station]
column = "feature"
kind = "well"
[time]
column = "time"
zone = "UTC"
[[value]]
column = "value"
observed_property = "groundwater-level"
unit = "m"
censor_column = "censor"
qualifier_column = "qualifier"
status_column = "status"
[status_codes]
measured = "measured"
estimated = "estimated"
approved = "approved"
"""
)
observation = st.tuples(
    st.sampled_from(["W1", "W2", "w-3"]),
    st.integers(-2_000_000_000, 2_000_000_000).map(
        lambda seconds: datetime(2000, 1, 1) + timedelta(seconds=seconds)
    ),
    st.integers(-720, 840),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(Censor),
    st.sampled_from([Status.MEASURED, Status.ESTIMATED, Status.APPROVED]),
    st.none() | st.text("abcRשرé., ;\"'", min_size=1, max_size=6).map(str.strip),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("laws")


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(observation, min_size=1, max_size=12, unique_by=lambda row: row[:2])
)
def test_observations_written_as_parquet_read_back_as_they_were(rows, folder):
    columns = [list(column) for column in zip(*rows, strict=True)]
    stations, times, offsets, values, censors, statuses, remarks = columns
    names = [f"{each}/groundwater-level/instant/PT0S/unspecified" for each in stations]
    made = in_order(
        make_table(
            datastream=pa.array(names),
            time=pa.array(times, pa.timestamp("us")),
            offset=pa.array(offsets, pa.int16()),
            value=pa.array(values, pa.float64()),
            censor=pa.array(np.array(censors, np.int8)),
            status=pa.array(np.array(statuses, np.int8)),
            qualifier=pa.array([remark or None for remark in remarks], pa.string()),
        )
    )
    path = folder / "round.parquet"
    with path.open("wb") as sink:
        write_parquet(made, sink)
    reading = read_file(path, RECIPE)
    assert not reading.rejects
    assert reading.observations.to_pylist() == made.to_pylist()
