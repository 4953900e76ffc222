"""A signed blob that expands beyond all bounds ends another process, not the node."""

import io
from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pytest

from waternet.node.bounded import Limits
from waternet.node.probing import Probe, probe_blobs
from waternet.observation.table import make_table
from waternet.record.blob import write_observations
from waternet.record.hashing import HashingSink

LIMITS = Limits(memory=700 << 20, seconds=10)
ROWS = 1000


def varint(number: int) -> bytes:
    """Return a zigzag varint of Thrift's compact protocol."""
    number, written = number << 1, b""
    while number > 127:
        written += bytes([number & 127 | 128])
        number >>= 7
    return written + bytes([number])


def as_small(written: bytes, number: int) -> bytes:
    """Make a footer say 1 where it says `number`, in as many bytes."""
    footer = int.from_bytes(written[-8:-4], "little")
    start = len(written) - 8 - footer
    old = varint(number)
    new = b"\x82" + b"\x80" * (len(old) - 2) + b"\x00"  # 1, written long
    head, tail = written[:start], written[start:]
    assert old in tail
    return head + tail.replace(old, new)


def bomb() -> bytes:
    """Return observations whose remark codes expand to 600 MiB, unsaid."""
    texts = [f"{number:04}" + "x" * 600_000 for number in range(ROWS)]
    table = make_table(
        datastream=["W1/groundwater-level/instant/PT0S/dipper"] * ROWS,
        time=pa.array(np.arange(ROWS) * 86_400_000_000, pa.timestamp("us")),
        value=np.ones(ROWS),
        qualifier=pa.array(texts),
    )
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False)
    written = sink.getvalue()
    group = pq.read_metadata(io.BytesIO(written)).row_group(0)
    column = group.column(group.num_columns - 1)
    written = as_small(written, group.total_byte_size)
    return as_small(written, column.total_uncompressed_size)


def keep(folder, name, written, field="observations"):
    path = folder / name
    path.write_bytes(written)
    hashing = HashingSink(io.BytesIO())
    hashing.write(written)
    return Probe(path, hashing.reference(ROWS), field)


@pytest.fixture(scope="module")
def good() -> bytes:
    table = make_table(
        datastream=["W1/groundwater-level/instant/PT0S/dipper"] * ROWS,
        time=pa.array(np.arange(ROWS) * 86_400_000_000, pa.timestamp("us")),
        value=np.ones(ROWS),
    )
    sink = io.BytesIO()
    write_observations(table, sink)
    return sink.getvalue()


def test_blobs_that_are_as_they_say_pass(tmp_path, good):
    assert probe_blobs([keep(tmp_path, "a", good), keep(tmp_path, "b", good)]) == {}


def test_a_bomb_among_good_blobs_is_the_one_that_is_named(tmp_path, good):
    written = bomb()
    assert len(written) < 5 << 20
    probes = [
        keep(tmp_path, "first", good),
        keep(tmp_path, "bomb", written),
        keep(tmp_path, "last", good[:-1] + b"?"),  # wrong, but no harm
    ]
    harmful = probe_blobs(probes, LIMITS)
    assert list(harmful) == [probes[1].reference.sha256]
    (error,) = harmful.values()
    assert "memory" in str(error)


def test_what_is_not_there_is_passed_over(tmp_path, good):
    probe = keep(tmp_path, "gone", good)
    probe.path.unlink()
    assert probe_blobs([probe]) == {}
    assert asdict(probe.reference)["count"] == ROWS
