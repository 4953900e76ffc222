"""One figure looked up in a file of many, as a plain filter of all rows finds it."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from waternet.errors import NotAcceptable
from waternet.observation.table import SCHEMA
from waternet.record.blob import write_observations
from waternet.record.figure_row import find_row

START = datetime(2015, 1, 1)
HOURS = 1000
NAMES = [f"W{number:03}/groundwater-level/instant/PT0S/dipper" for number in range(200)]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Return 200,000 rows in two row groups: value 1000 * datastream + hour."""
    times = np.arange(HOURS) * np.timedelta64(1, "h") + np.datetime64(START, "us")
    count = len(NAMES) * HOURS
    columns = {
        "datastream": pa.array(np.repeat(NAMES, HOURS)).dictionary_encode(),
        "time": pa.array(np.tile(times, len(NAMES))),
        "value": pa.array(np.arange(count, dtype=float)),
    }
    rows = {
        field.name: columns.get(field.name, pa.nulls(count, field.type))
        if field.nullable or field.name in columns
        else pa.array(np.zeros(count), field.type)
        for field in SCHEMA
    }
    path = tmp_path_factory.mktemp("rows") / "observations"
    table = pa.table(rows).cast(SCHEMA)
    for name in ("censor", "grade", "status"):
        at = table.schema.get_field_index(name)
        zero = pa.array(np.zeros(count), pa.int8())
        table = table.set_column(at, SCHEMA.field(name), zero)
    with path.open("wb") as sink:
        write_observations(table, sink)
    assert pq.ParquetFile(path).num_row_groups == 2
    return path


@pytest.mark.parametrize(
    ("name", "hour"), [(0, 0), (0, 999), (130, 500), (131, 71), (131, 72), (199, 999)]
)
def test_a_figure_is_found_wherever_it_stands(file, name, hour):
    row = find_row(file, NAMES[name], START + timedelta(hours=hour))
    assert row["value"] == 1000 * name + hour
    assert (row["datastream"], row["censor"]) == (NAMES[name], 0)


def test_what_is_not_there_is_not_found(file):
    assert find_row(file, NAMES[3], START + timedelta(minutes=30)) is None
    assert find_row(file, NAMES[3], START - timedelta(hours=1)) is None
    assert find_row(file, "W9/lake-level/instant/PT0S/dipper", START) is None


def test_a_file_without_statistics_is_read_all_the_same(file, tmp_path):
    bare = tmp_path / "bare"
    pq.write_table(pq.read_table(file), bare, write_statistics=False)
    row = find_row(bare, NAMES[150], START + timedelta(hours=3))
    assert row["value"] == 150_003


def test_a_file_that_is_none_is_named(tmp_path):
    (tmp_path / "none").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(NotAcceptable, match="not a Parquet file"):
        find_row(tmp_path / "none", NAMES[0], START)
