"""Parquet and Arrow files: types as cells, files that lie, our own observations."""

from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from waternet.errors import NotAcceptable
from waternet.formats.file import read_file
from waternet.formats.parquet import is_parquet, preview_parquet
from waternet.formats.recipe import Recipe, TableLayout
from waternet.formats.writing import write_parquet
from waternet.observation.table import make_table
from waternet.observation.vocabulary import Censor, Status

TOML = """
format = "parquet"
dataset = "d"
[station]
column = "{station}"
kind = "well"
[time]
column = "time"
zone = "Asia/Amman"
[[value]]
column = "value"
observed_property = "groundwater-level"
unit = "m"
censor_column = "censor"
status_column = "status"
qualifier_column = "qualifier"
[status_codes]
approved = "approved"
measured = "measured"
"""


def recipe(**settings):
    return Recipe.from_toml(TOML.format(station="well", **settings))


def preview(path):
    (sheet,) = preview_parquet(path, TableLayout())
    return sheet


def column(values, kind, name="c"):
    return pa.table({name: pa.array(values, kind)})


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1.5, None, float("nan")], pa.float64(), ("1.5", "", "")),
        ([0.1, None, 2], pa.float32(), ("0.1", "", "2")),
        ([float("inf"), 1.0, None], pa.float64(), ("inf", "1", "")),
        ([1, None, -7], pa.int64(), ("1", "", "-7")),
        ([Decimal("1.50"), None, None], pa.decimal128(9, 2), ("1.50", "", "")),
        ([date(2015, 6, 30), None, None], pa.date32(), ("2015-06-30", "", "")),
        (
            [datetime(2015, 6, 30, 8), None, None],
            pa.timestamp("ns"),
            ("2015-06-30T08:00:00", "", ""),
        ),
        (
            [datetime(2015, 6, 30, 8, 0, 0, 500_000), None, None],
            pa.timestamp("us", "Asia/Amman"),
            ("2015-06-30T08:00:00.500000Z", "", ""),
        ),
        ([time(8, 30), None, None], pa.time32("s"), ("08:30:00", "", "")),
        ([True, None, False], pa.bool_(), ("true", "", "false")),
        ([b"\x00\xff", None, None], pa.binary(), ("00ff", "", "")),
        (["عمان", None, ""], pa.large_string(), ("عمان", "", "")),
        (["a", "b", None], pa.dictionary(pa.int8(), pa.string()), ("a", "b", "")),
        ([[1, 2], None, []], pa.list_(pa.int64()), ("[1, 2]", "", "[]")),
        (
            [{"a": 1}, None, {"a": None}],
            pa.struct([("a", pa.int64())]),
            ('{"a": 1}', "", '{"a": null}'),
        ),
        ([None, None, None], pa.null(), ("", "", "")),
    ],
)
def test_every_type_is_read_as_its_text(tmp_path, values, kind, expected):
    table = column(values, kind)
    pq.write_table(table, tmp_path / "t.parquet")
    assert tuple(row[0] for _, row in preview(tmp_path / "t.parquet").rows) == expected
    pyarrow.feather.write_feather(table, tmp_path / "t.arrow")
    assert tuple(row[0] for _, row in preview(tmp_path / "t.arrow").rows) == expected


def test_moments_and_numbers_are_read_by_their_type(tmp_path):
    table = pa.table(
        {
            "well": ["W1", "W1", "W2"],
            "time": pa.array([datetime(2015, 7, 1, 8)] * 3, pa.timestamp("ms")),
            "value": pa.array([-211.3, float("inf"), None]),
            "censor": ["<", "", ""],
            "status": ["approved", "", ""],
            "qualifier": ["A", None, None],
        }
    )
    for name, write in (
        ("t.parquet", pq.write_table),
        ("t.feather", pyarrow.feather.write_feather),
    ):
        write(table, tmp_path / name)
        reading = read_file(tmp_path / name, recipe())
        (row,) = reading.observations.to_pylist()
        assert (row["time"], row["offset"]) == (datetime(2015, 7, 1, 5), 180)
        assert (row["value"], row["censor"]) == (-211.3, Censor.BELOW)
        assert (row["status"], row["qualifier"]) == (Status.APPROVED, "A")
        assert reading.counts["missing"] == 1
        assert [(one.row, one.column, one.value) for one in reading.rejects] == [
            (2, "value", "inf")
        ]


def test_what_waternet_wrote_is_read_in_words(tmp_path):
    made = make_table(
        datastream=["W1/groundwater-level/instant/PT0S/dip"],
        time=[datetime(2015, 6, 30, 5)],
        offset=pa.array([180], pa.int16()),
        value=[0.05],
        censor=pa.array([Censor.BELOW], pa.int8()),
        status=pa.array([Status.APPROVED], pa.int8()),
    )
    with (tmp_path / "o.parquet").open("wb") as sink:
        write_parquet(made, sink)
    sheet = preview(tmp_path / "o.parquet")
    row = dict(zip(sheet.headings, sheet.rows[0][1], strict=True))
    assert row["time"] == "2015-06-30T08:00:00+03:00"
    assert (row["censor"], row["grade"], row["status"]) == (
        *("<", "unchecked", "approved"),
    )
    assert (row["feature"], row["observed_property"]) == ("W1", "groundwater-level")
    text = TOML.format(station="feature")
    reading = read_file(tmp_path / "o.parquet", Recipe.from_toml(text))
    (again,) = reading.observations.to_pylist()
    assert (again["time"], again["offset"]) == (datetime(2015, 6, 30, 5), 180)
    assert (again["censor"], again["status"]) == (Censor.BELOW, Status.APPROVED)


def test_a_preview_shows_rows_of_all_parts_with_their_own_numbers(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(column(range(1, 50_001), pa.int64()), path, row_group_size=5000)
    sheet = preview(path)
    assert sheet.total_rows == 50_000
    assert len(sheet.rows) <= 2000
    assert all(str(number) == row[0] for number, row in sheet.rows)
    assert sheet.rows[-1][0] > 40_000


def varint(number):
    zigzag, written = number << 1, bytearray()
    while zigzag > 127:
        written.append(zigzag & 127 | 128)
        zigzag >>= 7
    return bytes((*written, zigzag))


def lying(path, count, claimed):
    """Make the footer claim another number of rows, in total and in each group."""
    content = path.read_bytes()
    size = int.from_bytes(content[-8:-4], "little")
    footer = content[-8 - size : -8]
    # Thrift compact protocol: an i64 field one further (0x16), then its varint.
    changed = footer.replace(b"\x16" + varint(count), b"\x16" + varint(claimed))
    assert changed != footer
    assert len(changed) == len(footer)
    path.write_bytes(content[: -8 - size] + changed + content[-8:])


def test_a_footer_that_claims_few_rows_where_many_are_is_refused(tmp_path):
    path = tmp_path / "t.parquet"
    # 3,000,000 rows of one value take a few kilobytes.
    pq.write_table(
        column(np.zeros(3_000_000), pa.float64()), path, row_group_size=10**7
    )
    assert path.stat().st_size < 20_000
    lying(path, 3_000_000, 2_500_000)
    with pytest.raises(NotAcceptable, match=r"t\.parquet"):
        read_file(path, recipe())


@pytest.mark.parametrize("claimed", [900, 1023])
def test_row_groups_and_total_must_agree_with_what_is_there(tmp_path, claimed):
    path = tmp_path / "t.parquet"
    pq.write_table(column(range(1000), pa.int64(), "well"), path)
    content = path.read_bytes()
    size = int.from_bytes(content[-8:-4], "little")
    footer = content[-8 - size : -8]
    at = footer.index(b"\x16" + varint(1000) + b"\x19")  # num_rows, then row_groups
    changed = footer[:at] + b"\x16" + varint(claimed) + footer[at + 3 :]
    path.write_bytes(content[: -8 - size] + changed + content[-8:])
    with pytest.raises(NotAcceptable, match="1,000 rows, where it says"):
        read_file(path, recipe())


def test_a_table_that_would_unpack_to_too_much_is_refused_by_its_footer(
    tmp_path, monkeypatch
):
    path = tmp_path / "t.parquet"
    zeros = column(np.zeros(1_000_000), pa.float64())
    pq.write_table(zeros, path, use_dictionary=False)
    monkeypatch.setattr("waternet.formats.parquet.MAX_UNPACKED", 1 << 20)
    with pytest.raises(NotAcceptable, match="would unpack to 7 MiB; at most 1"):
        preview(path)
    pyarrow.feather.write_feather(zeros, tmp_path / "t.arrow", "zstd")
    with pytest.raises(NotAcceptable, match="more than 1 MiB unpacked"):
        read_file(tmp_path / "t.arrow", recipe())


def test_too_many_columns_are_refused(tmp_path):
    names = [f"c{n}" for n in range(16_385)]
    path = tmp_path / "t.arrow"
    pyarrow.feather.write_feather(
        pa.table({name: pa.array([], pa.int8()) for name in names}),
        path,
        "uncompressed",
    )
    with pytest.raises(NotAcceptable, match="16,385 columns"):
        preview(path)


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow"])
def test_a_damaged_file_is_refused_or_read_never_more(tmp_path, name):
    path = tmp_path / name
    table = pa.table(
        {
            "well": pa.array(["W1", "W2"] * 50).dictionary_encode(),
            "value": pa.array(range(100), pa.float64()),
            "text": [f"عمان {n}" for n in range(100)],
        }
    )
    if name == "t.parquet":
        pq.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, path, "uncompressed")
    assert is_parquet(path.read_bytes(), name)
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    for length in range(0, len(whole), 211):
        path.write_bytes(whole[:length].tobytes())
        with pytest.raises(NotAcceptable):
            preview(path)
    chance = np.random.default_rng(7)
    for _ in range(200):
        mutant = whole.copy()
        mutant[chance.integers(0, len(whole), 4)] = chance.integers(0, 256, 4)
        path.write_bytes(mutant.tobytes())
        try:
            preview(path)
        except NotAcceptable:
            continue


@pytest.mark.parametrize("content", [b"", b"PAR1", b"a,b\n", b"FEA1" + bytes(40)])
def test_what_is_no_such_file_is_told(tmp_path, content):
    path = tmp_path / "t.parquet"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable, match=r"t\.parquet"):
        preview(path)
