"""Blobs: observations, places and datastreams in files named by their hash."""

import hashlib
import io
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place, Position
from waternet.observation.table import SCHEMA, in_order, make_table
from waternet.record.blob import (
    blob_path,
    read_datastreams,
    read_observations,
    read_places,
    verify_blob,
    write_datastreams,
    write_observations,
    write_places,
)
from waternet.record.entry import Reference

START = datetime(2015, 1, 1)


def _observations(count: int = 1000) -> pa.Table:
    """Make two wells' hourly readings, some of them censored or taken back."""
    half = count // 2
    hours = [START + timedelta(hours=i) for i in range(half)]
    values = [round(-200 - i % 7 / 100, 2) if i % 11 else None for i in range(count)]
    return in_order(
        make_table(
            datastream=["b/level"] * half + ["a/level"] * half,
            time=hours * 2,
            value=values,
            censor=[int(i % 13 == 0) for i in range(count)],
            qualifier=[None if i % 3 else "e" for i in range(count)],
            offset=[120] * count,
        )
    )


def _keep(folder: Path, write, given) -> tuple[Path, Reference]:
    path = folder / "blob"
    with path.open("wb") as sink:
        return path, write(given, sink)


def _bytes(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    write_observations(table, sink)
    return sink.getvalue()


def test_observations_are_read_as_they_were_written(tmp_path):
    table = _observations()
    path, reference = _keep(tmp_path, write_observations, table)
    assert reference.count == 1000
    assert reference.bytes == path.stat().st_size
    assert reference.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    verify_blob(path, reference)
    assert in_order(read_observations(path, reference)).equals(table)


def test_observations_of_many_row_groups_come_back_whole(tmp_path):
    count = 300_000
    table = make_table(
        datastream=pa.array([f"{i // 1000:04d}" for i in range(count)]),
        time=pa.array(np.arange(count) * 3_600_000_000, pa.timestamp("us")),
        value=np.arange(count) / 100,
    )
    path, reference = _keep(tmp_path, write_observations, table)
    assert pq.ParquetFile(path).num_row_groups == 3
    assert in_order(read_observations(path, reference)).equals(in_order(table))


def test_equal_observations_have_equal_bytes_however_they_lie_in_memory():
    table = _observations()
    pieces = pa.concat_tables([table.slice(0, 300), table.slice(300)])
    # Another dictionary with the same meaning: longer, and in another order.
    names = pa.array(["z", "b/level", "a/level"])
    codes = pa.array([2] * 500 + [1] * 500, pa.int32())
    renamed = table.set_column(
        0, SCHEMA.field(0), pa.DictionaryArray.from_arrays(codes, names)
    )
    assert _bytes(table) == _bytes(pieces) == _bytes(renamed)


def test_an_hourly_reading_takes_less_than_ten_bytes():
    count = 20_000
    walk = np.cumsum(np.random.default_rng(7).normal(0, 0.05, count)) - 210
    table = make_table(
        datastream=["kinneret/lake-level/instant/PT0S/gauge"] * count,
        time=pa.array(np.arange(count) * 3_600_000_000, pa.timestamp("us")),
        value=walk.round(2),
    )
    assert len(_bytes(table)) < 10 * count


def test_observations_out_of_order_are_not_written():
    table = _observations()
    with pytest.raises(NotAcceptable, match="not sorted"):
        write_observations(table.take(pa.array([1, 0])), io.BytesIO())
    with pytest.raises(NotAcceptable, match="no observations"):
        write_observations(table.slice(0, 0), io.BytesIO())


def test_a_full_disk_is_not_taken_for_a_written_file():
    class Full(io.BytesIO):
        def write(self, content):
            return super().write(content[:10])

    with pytest.raises(OSError, match="took less"):
        write_observations(_observations(), Full())


@pytest.mark.parametrize("stated", [999, 1001])
def test_a_file_with_another_number_of_rows_than_stated_is_refused(tmp_path, stated):
    path, reference = _keep(tmp_path, write_observations, _observations())
    wrong = Reference(reference.sha256, reference.bytes, stated)
    with pytest.raises(NotAcceptable, match=f"states {stated} observations"):
        read_observations(path, wrong)


def _varint(number: int) -> bytes:
    zigzag, written = number << 1, bytearray()
    while zigzag > 127:
        written.append(zigzag & 127 | 128)
        zigzag >>= 7
    return bytes((*written, zigzag))


def test_a_footer_that_claims_fewer_rows_than_there_are_is_refused(tmp_path):
    path, reference = _keep(tmp_path, write_observations, _observations())
    content = path.read_bytes()
    # Thrift compact protocol: after the schema comes field 3, num_rows, as an i64.
    size = int.from_bytes(content[-8:-4], "little")
    footer = content[-8 - size : -8]
    assert footer.count(b"\x16" + _varint(1000) + b"\x19") == 1
    lying = footer.replace(
        b"\x16" + _varint(1000) + b"\x19", b"\x16" + _varint(900) + b"\x19"
    )
    assert len(lying) == len(footer)
    path.write_bytes(content.replace(footer, lying))
    assert pq.read_metadata(path).num_rows == 900
    stated = Reference(reference.sha256, reference.bytes, 900)
    with pytest.raises(NotAcceptable, match="the footer lies"):
        read_observations(path, stated)


def test_a_footer_that_claims_more_bytes_than_rows_can_have_is_refused(tmp_path):
    table = make_table(
        datastream=["a"], time=[START], value=[1.0], qualifier=["x" * (70 << 20)]
    )
    path, reference = _keep(tmp_path, write_observations, table)
    assert reference.bytes < 100_000
    with pytest.raises(NotAcceptable, match="footer"):
        read_observations(path, reference)


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"a": [1]}),
        _observations(2).drop_columns("grade"),
        pa.table(
            {
                name: pa.array(["x"]) if name == "value" else column.slice(0, 1)
                for name, column in zip(
                    SCHEMA.names, _observations(2).columns, strict=True
                )
            }
        ),
        _observations(4).slice(2, 1).set_column(4, "value", pa.array([np.inf])),
    ],
)
def test_a_parquet_file_of_something_else_is_refused(tmp_path, table):
    path = tmp_path / "blob"
    pq.write_table(table, path)
    with pytest.raises(NotAcceptable):
        read_observations(path, Reference("ab" * 32, 1, 1))


def test_a_damaged_parquet_file_never_does_worse_than_being_refused(tmp_path):
    path, reference = _keep(tmp_path, write_observations, _observations())
    content = path.read_bytes()
    random = np.random.default_rng(3)
    for _ in range(100):
        damaged = bytearray(content)
        damaged[random.integers(len(content))] ^= 1 << random.integers(8)
        path.write_bytes(damaged)
        with pytest.raises(NotVerified):
            verify_blob(path, reference)
    path.write_bytes(content[:-20])
    with pytest.raises(NotAcceptable, match="not a Parquet file"):
        read_observations(path, reference)


@pytest.mark.parametrize(
    ("text", "altered"),
    [
        pytest.param(b"well-b/x", b"well-a/x", id="one name twice in a dictionary"),
        pytest.param(b"well-b/x", b"well-\xff/x", id="a name that is not UTF-8"),
        pytest.param(b"remark", b"rem\xfe\xfdk", id="a remark that is not UTF-8"),
    ],
)
def test_texts_that_no_writer_leaves_are_refused(tmp_path, text, altered):
    table = make_table(
        datastream=["well-a/x", "well-b/x"],
        time=[START, START],
        value=[1.0, 2.0],
        qualifier=["remark", None],
    )
    path = tmp_path / "blob"
    pq.write_table(table, path, compression="none", write_statistics=False)
    content = path.read_bytes()
    assert content.count(text) == 1
    path.write_bytes(content.replace(text, altered))
    with pytest.raises(NotAcceptable, match="not a Parquet file of observations"):
        read_observations(path, Reference("", len(content), 2))


def test_a_missing_blob_is_named(tmp_path):
    reference = Reference("ab" * 32, 1, 1)
    path = tmp_path / reference.sha256
    for read in (verify_blob, read_observations, read_places, read_datastreams):
        with pytest.raises(NotFound, match="abab"):
            read(path, reference)


@pytest.mark.parametrize("name", ["", "../x", "AB" * 32, "ab" * 31])
def test_a_blob_is_named_by_its_hash_alone(name):
    with pytest.raises(NotAcceptable):
        blob_path(name)


PLACES = (
    Place("kinneret", "lake", {"he": "כנרת", "ar": "بحيرة طبريا", "en": "Kinneret"}),
    Place(
        "AL1005",
        "well",
        {"en": "AL1005"},
        Position(36.34, 32.16, "EPSG:28192", 276840.0, 1174440.0, 612.5),
        same_as=("wikidata:Q1",),
    ),
)
DATASTREAMS = (
    Datastream("levels", "kinneret", "lake-level", "m"),
    Datastream("levels", "AL1005", "groundwater-level", "m"),
)


def test_places_are_read_as_they_were_written_in_the_order_of_their_ids(tmp_path):
    path, reference = _keep(tmp_path, write_places, PLACES)
    verify_blob(path, reference)
    assert reference.count == 2
    assert read_places(path, reference) == PLACES[::-1]
    assert path.read_bytes().startswith(b'{"id":"AL1005","kind":"well"')
    assert _keep(tmp_path, write_places, PLACES[::-1])[1] == reference


def test_datastreams_are_read_as_they_were_written(tmp_path):
    path, reference = _keep(tmp_path, write_datastreams, DATASTREAMS)
    verify_blob(path, reference)
    assert read_datastreams(path, reference) == DATASTREAMS[::-1]


def test_two_places_with_one_id_are_refused():
    with pytest.raises(NotAcceptable, match="'kinneret' comes twice"):
        write_places([PLACES[0], PLACES[0]], io.BytesIO())
    with pytest.raises(NotAcceptable, match="nothing"):
        write_places([], io.BytesIO())


LINE = b'{"id":"a","kind":"well","names":{"en":"A"}}\n'


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (LINE, 2),
        (LINE + LINE.replace(b'"a"', b'"b"'), 1),
        (LINE + LINE, 2),
        (LINE.replace(b'"a"', b'"b"') + LINE, 2),
        (LINE[:-1], 1),
        (LINE.replace(b":", b": "), 1),
        (LINE.replace(b'{"id":"a"', b'{"id":"a","id":"a"'), 1),
        (LINE.replace(b'"kind":"well",', b""), 1),
        (LINE.replace(b'"id"', b'"extra":1,"id"'), 1),
        (b"[]\n", 1),
        (b"\n", 1),
        (b"\xff\n", 1),
        (b"[" * 100_000 + b"\n", 1),
        (LINE.replace(b"well", b"\\ud800"), 1),
        (b'{"id":' + b"9" * 5000 + b"}\n", 1),
    ],
)
def test_lines_that_are_not_places_in_order_are_refused(tmp_path, content, count):
    path = tmp_path / "blob"
    path.write_bytes(content)
    with pytest.raises(NotAcceptable):
        read_places(path, Reference("ab" * 32, len(content), count))
