"""Files that are small and expand beyond all bounds."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from waternet.node.probing import Probe
from waternet.observation.table import make_table
from waternet.record.hashing import HashingSink

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
    """Return observations whose remark codes expand to 300 MiB, unsaid."""
    texts = [f"{number:04}" + "x" * 300_000 for number in range(ROWS)]
    table = make_table(
        datastream=["W1/groundwater-level/instant/PT0S/dipper"] * ROWS,
        time=pa.array(np.arange(ROWS) * 86_400_000_000, pa.timestamp("us")),
        value=np.ones(ROWS),
        qualifier=pa.array(texts),
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", use_dictionary=False)
    written = sink.getvalue()
    group = pq.read_metadata(io.BytesIO(written)).row_group(0)
    column = group.column(group.num_columns - 1)
    written = as_small(written, group.total_byte_size)
    return as_small(written, column.total_uncompressed_size)


def keep(folder, name, written, field="observations"):
    """Lay a blob down as an entry would name it."""
    path = folder / name
    path.write_bytes(written)
    hashing = HashingSink(io.BytesIO())
    hashing.write(written)
    return Probe(path, hashing.reference(ROWS), field)
