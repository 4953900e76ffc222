"""Findings and rules that are not as signed: named, and the figures are taken."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from faults.liar import Liar, reference_to
from faults.scenes import answers
from parties import make_party, quiet

from waternet.node.follow import follow_party, pull_folder
from waternet.node.recovery import recover_node
from waternet.node.verification import verify_node
from waternet.record.blob import blob_path
from waternet.record.entry import read_entry
from waternet.record.findings import FINDINGS, write_findings

FINDING = pa.table(
    [
        ["W1/groundwater-level/instant/PT0S/dipper"],
        [np.datetime64("2015-01-01", "us")],
        ["range"],
        [3],
        [-214.87],
        [None],
        [None],
    ],
    names=FINDINGS.names,
).cast(FINDINGS)
RULES = b'{"check":"range"}\n'


@pytest.fixture
def israel(tmp_path):
    return make_party(tmp_path, "israel")


@pytest.fixture
def liar(tmp_path, israel):
    party = make_party(tmp_path / "stick", "jordan")
    party.read()
    party.publish()
    follow_party(israel.node, party.node.public / "card.json")
    return Liar(party)


def _pull(israel, folder):
    return pull_folder(israel.node, folder, quiet)


def _longer(path):
    path.write_bytes(path.read_bytes() + b"\0")


def _folder(path):
    path.unlink()
    path.mkdir()


def _pipe(path):
    path.unlink()
    os.mkfifo(path)


def _endless(path):
    path.unlink()
    path.symlink_to("/dev/zero")


def _judged(liar, findings: bytes) -> bytes:
    """Append figures with findings beside them; return the bytes of the findings."""
    reference = reference_to(findings)
    rules = reference_to(RULES)
    earlier = read_entry(liar.entries()[2])
    blobs = [
        (liar.public / blob_path(one.sha256)).read_bytes()
        for one in earlier.references().values()
    ]
    body = {
        **earlier.body,
        "reason": "they were judged",
        "findings": reference.to_json("rows"),
        "rules": rules.to_json(),
    }
    liar.append(liar.sign(body, "revise"), *blobs, findings, RULES)
    return findings


def _parquet_findings() -> bytes:
    sink = pa.BufferOutputStream()
    write_findings(FINDING, sink)
    return sink.getvalue().to_pybytes()


def _releases(israel):
    return {row["release"] for row in answers(israel.node)["observations"]}


@pytest.mark.parametrize("blob", ["findings", "rules"])
@pytest.mark.parametrize("lie", [Path.unlink, _longer, _folder, _pipe, _endless])
def test_a_judgement_that_is_not_the_signed_one_is_named_and_figures_are_taken(
    israel, liar, lie, blob
):
    _judged(liar, _parquet_findings())
    recover_node(liar.node)
    reference = read_entry(liar.entries()[3]).references()[blob]
    path = liar.public / blob_path(reference.sha256)
    right = path.read_bytes()
    lie(path)
    (finding,) = _pull(israel, liar.public).findings
    assert finding.name in ("missing-blob", "corrupt-blob")
    assert (finding.index, blob in str(finding)) == (3, True)
    assert _releases(israel) == {3}
    assert [one.name for one in verify_node(israel.node, quiet).findings] == [
        "missing-blob"
    ]
    if path.exists():
        path.rmdir() if path.is_dir() else path.unlink()
    path.write_bytes(right)
    assert _pull(israel, liar.public).findings == []
    assert _releases(israel) == {3}
    assert verify_node(israel.node, quiet).findings == []


def test_signed_findings_that_are_none_are_named_and_figures_are_taken(israel, liar):
    _judged(liar, b"PAR1 is how it begins")
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("unreadable-blob", 3)
    assert "findings" in str(finding)
    assert _releases(israel) == {3}
