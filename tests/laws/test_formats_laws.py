"""Laws of reading: what is written reads back; nothing in a file is lost."""

import io
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waternet.formats.file import read_file
from waternet.formats.recipe import Recipe
from waternet.formats.writing import write_csv
from waternet.observation.table import in_order, make_table, verify_table
from waternet.observation.vocabulary import Censor, Status

ROUND_TRIP = Recipe.from_toml(
    """
format = "delimited"
dataset = "d"
[station]
column = "station"
kind = "well"
[time]
column = "time"
zone = "UTC"
[[value]]
column = "value"
observed_property = "groundwater-level"
unit = "m"
censor_column = "sign"
qualifier_column = "remark"
status_column = "status"
[status_codes]
measured = "measured"
estimated = "estimated"
provisional = "provisional"
"""
)
SIGNS = {Censor.NONE: "", Censor.BELOW: "<", Censor.ABOVE: ">"}

observation = st.tuples(
    st.sampled_from(["W1", "W2", "w-3"]),
    st.integers(-2_000_000, 2_000_000).map(
        lambda minutes: datetime(2000, 1, 1) + timedelta(minutes=minutes)
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(Censor),
    st.sampled_from([Status.MEASURED, Status.ESTIMATED, Status.PROVISIONAL]),
    st.none() | st.text("abcRשرé., ;\"'", min_size=1, max_size=6).map(str.strip),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("laws")


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(observation, max_size=12, unique_by=lambda row: row[:2]))
def test_observations_written_as_csv_read_back_as_they_were(rows, folder):
    stations, times, values, censors, statuses, remarks = (
        list(column) for column in (zip(*rows, strict=True) if rows else [()] * 6)
    )
    remarks = [remark or None for remark in remarks]
    written = pa.table(
        {
            "station": pa.array(stations, pa.string()),
            "time": pa.array(times, pa.timestamp("us")),
            "value": pa.array(values, pa.float64()),
            "sign": pa.array([SIGNS[censor] for censor in censors], pa.string()),
            "status": pa.array([s.name.lower() for s in statuses], pa.string()),
            "remark": pa.array(remarks, pa.string()),
        }
    )
    path = folder / "round.csv"
    with path.open("wb") as sink:
        write_csv(written, sink)
    reading = read_file(path, ROUND_TRIP)
    names = [f"{s}/groundwater-level/instant/PT0S/unspecified" for s in stations]
    expected = in_order(
        make_table(
            datastream=pa.array(names, pa.string()),
            time=pa.array(times, pa.timestamp("us")),
            offset=pa.array([0] * len(rows), pa.int16()),
            value=pa.array(values, pa.float64()),
            censor=pa.array(censors, pa.int8()),
            status=pa.array(statuses, pa.int8()),
            qualifier=pa.array(remarks, pa.string()),
        )
    )
    assert not reading.rejects
    assert reading.observations.to_pylist() == expected.to_pylist()


MESSY = """
format = "delimited"
dataset = "d"
[table]
missing = ["-999", "_"]
[station]
column = "station"
kind = "well"
[time]
column = "date"
format = "DD/MM/YYYY"
clock_column = "clock"
zone = "Asia/Amman"
[[value]]
column = "level"
observed_property = "groundwater-level"
unit = "m"
[[value]]
column = "depth"
observed_property = "depth-to-groundwater"
unit = "m"
missing = ["0"]
"""
figure = st.sampled_from(
    [
        "",
        "0",
        "1.5",
        "-999",
        "-999.0",
        "_",
        "<2",
        ">",
        "x",
        "NaN",
        "1e999",
        "1,5",
        " 7 ",
    ]
)
row = st.tuples(
    st.sampled_from(["W1", "W2", "", "bad id", "../x"]),
    st.sampled_from(["01/02/2015", "27/03/2015", "31/02/2015", "", "soon"]),
    st.sampled_from(["08:00", "", "00:30", "63", "24:00"]),
    figure,
    figure,
)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(row, max_size=12), ragged=st.booleans())
def test_every_cell_is_kept_or_missing_or_reported(rows, ragged, folder):
    written = pa.table(
        {
            name: pa.array([each[place] for each in rows], pa.string())
            for place, name in enumerate(["station", "date", "clock", "level", "depth"])
        }
    )
    sink = io.BytesIO()
    pa.csv.write_csv(written, sink)
    path = folder / "messy.csv"
    path.write_bytes(sink.getvalue() + b"W9,01/02/2015\n" * ragged)
    reading = read_file(path, Recipe.from_toml(MESSY))
    verify_table(reading.observations)
    counts, kept = reading.counts, reading.observations.num_rows
    lost = sum(reject.lost for reject in reading.rejects)
    assert counts["cells"] == 2 * (len(rows) + ragged)
    assert kept + counts["missing"] + lost == counts["cells"]
    blanks = sum(each[3] == "" for each in rows) + sum(each[4] == "" for each in rows)
    assert counts["missing"] >= blanks
    assert counts["rejected"] == len(reading.rejects)
    assert {reject.row for reject in reading.rejects} <= set(range(2, len(rows) + 3))
    assert pc.sum(pc.is_null(reading.observations["value"])).as_py() in (0, None)
