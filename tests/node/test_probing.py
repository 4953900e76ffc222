"""A signed blob that expands beyond all bounds ends another process, not the node."""

import io
from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pytest
from bombs import ROWS, bomb, keep

from waternet.node.bounded import Limits
from waternet.node.probing import probe_blobs
from waternet.observation.table import make_table
from waternet.record.blob import write_observations

LIMITS = Limits(memory=700 << 20, seconds=10)


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
