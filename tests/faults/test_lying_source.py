"""A source that lies: what it gets wrong is named, and it takes nothing with it."""

import os
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from faults.liar import Liar, lied_to, reference_to, rewritten
from faults.scenes import answers
from parties import LEVELS, make_party, quiet

from waternet.node.follow import follow_party, pull_folder
from waternet.node.publish import read_keys
from waternet.node.recovery import recover_node
from waternet.node.verification import verify_node
from waternet.observation.table import SCHEMA
from waternet.record.blob import blob_path, write_observations
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.entry import Entry, read_entry, sign_entry
from waternet.record.layout import write_bundle
from waternet.record.note import generate_signer, sign_note

GROWN = LEVELS + "W1,2015-04-01,-214\n"


@pytest.fixture
def world(tmp_path):
    return lied_to(tmp_path)


@pytest.fixture
def israel(world):
    return world[0]


@pytest.fixture
def liar(world):
    return world[1]


@pytest.fixture
def honest(tmp_path, israel):
    """Return a party beside the liar on the stick, whose news must still arrive."""
    party = make_party(tmp_path / "stick", "palestine")
    party.read()
    party.publish()
    follow_party(israel.node, party.node.public / "card.json")
    return party


def _pull(israel, folder):
    return pull_folder(israel.node, folder, quiet)


def _names(israel, folder):
    return [finding.name for finding in _pull(israel, folder).findings]


def _parties(israel):
    return {row["party"] for row in answers(israel.node)["observations"]}


# History


FORGED = LEVELS.replace("-214.5", "-213.5")


def test_a_history_rewritten_at_the_same_size_is_a_fork(tmp_path, israel, liar):
    _pull(israel, liar.public)
    forged = rewritten(tmp_path, liar, FORGED)
    assert _names(israel, forged.node.public) == ["forked-log"]


def test_a_history_rewritten_and_grown_is_a_fork(tmp_path, israel, liar):
    _pull(israel, liar.public)
    forged = rewritten(tmp_path, liar, FORGED)
    forged.read(FORGED + "W1,2015-04-01,-214\n")
    forged.publish()
    assert _names(israel, forged.node.public) == ["forked-log"]


def test_a_history_rewritten_and_shrunk_is_a_fork(tmp_path, israel, liar):
    liar.party.read(GROWN)
    liar.party.publish()
    _pull(israel, liar.public)
    before = answers(israel.node)
    forged = rewritten(tmp_path, liar, FORGED)
    assert _names(israel, forged.node.public) == ["forked-log"]
    assert answers(israel.node) == before
    assert verify_node(israel.node, quiet).findings == []


# Entries that do not belong


def test_an_entry_of_another_log_is_named(israel, liar, honest):
    liar.append(Liar(honest).entries()[1])
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("key-of-another-party", 3)
    assert "the key waternet/palestine/steward of palestine" in str(finding)
    assert _parties(israel) == set()


def test_an_entry_signed_for_another_log_by_the_right_steward_is_named(israel, liar):
    body = {"release": 2, "reason": "wrong"}
    liar.append(liar.sign(body, "withdraw", log="waternet/elsewhere"))
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("bad-signature", 3)


def test_an_entry_that_speaks_for_another_party_is_named(israel, liar):
    body = {"release": 2, "reason": "wrong"}
    liar.append(liar.sign(body, "withdraw", party="palestine"))
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("bad-signature", 3)


def test_an_entry_signed_by_another_key_is_named(israel, liar):
    steward = generate_signer("waternet/jordan/steward")
    body = {"release": 2, "reason": "wrong"}
    entry = Entry("withdraw", "waternet/jordan", "jordan", "2026-01-01T00:00:00Z", body)
    liar.append(sign_entry(entry, steward))
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("bad-signature", 3)


def test_an_entry_that_only_a_later_version_reads_is_named_and_proves_nothing(
    israel, liar
):
    liar.append(sign_note('{"kind":"forecast"}\n', read_keys(liar.node, "").steward))
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("unreadable-entry", 3)
    assert "an entry of kind 'forecast' is not known" in str(finding)
    assert finding.evidence == {}
    assert not israel.node.evidence.exists()


def test_an_entry_that_is_no_entry_is_named(israel, liar):
    liar.append(b"not a note at all\n")
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("bad-signature", 3)


def test_the_head_of_another_party_is_named(israel, liar, honest):
    shutil.copy(honest.node.public / "checkpoint", liar.public / "checkpoint")
    pulled = _pull(israel, liar.node.folder.parent)
    assert [finding.name for finding in pulled.findings] == ["unknown-key"]
    assert pulled.entries == {"palestine": 3}


def test_a_head_that_claims_more_than_there_is_is_named(israel, liar):
    log = read_keys(liar.node, "").log
    claimed = Checkpoint("waternet/jordan", 2**53 - 1, bytes(32))
    (liar.public / "checkpoint").write_bytes(sign_checkpoint(claimed, log))
    assert _names(israel, liar.public) == ["missing-file"]


def test_a_link_to_a_file_of_the_readers_own_is_not_kept_as_evidence(
    tmp_path, israel, liar
):
    (tmp_path / "diary").write_text("nobody else's business\n")
    (liar.public / "checkpoint").unlink()
    (liar.public / "checkpoint").symlink_to(tmp_path / "diary")
    assert _names(israel, liar.public) == ["unknown-key"]
    assert not israel.node.evidence.exists()


# Files that are not as they should be


@pytest.mark.parametrize("kind", ["tile/0/000.p/3", "tile/entries/000.p/3"])
@pytest.mark.parametrize("kept", [0, 1, 40])
def test_a_truncated_tile_or_bundle_is_named(israel, liar, honest, kind, kept):
    path = liar.public / kind
    path.write_bytes(path.read_bytes()[:kept])
    pulled = _pull(israel, liar.node.folder.parent)
    assert [finding.name for finding in pulled.findings] == ["altered-entry"]
    assert _parties(israel) == {"palestine"}
    assert honest.node.party in pulled.entries


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("checkpoint", "unknown-key"),
        ("tile/0/000.p/3", "altered-entry"),
        ("tile/entries/000.p/3", "altered-entry"),
    ],
)
@pytest.mark.usefixtures("honest")
def test_a_huge_file_is_refused_and_named(israel, liar, kind, name):
    os.truncate(liar.public / kind, 1 << 30)  # sparse: it takes no room on the disk
    pulled = _pull(israel, liar.node.folder.parent)
    assert [finding.name for finding in pulled.findings] == [name]
    assert _parties(israel) == {"palestine"}


def test_a_bundle_with_more_entries_than_the_head_stands_for_adds_none(israel, liar):
    path = liar.public / "tile/entries/000.p/3"
    path.write_bytes(path.read_bytes() + write_bundle(liar.entries()))
    pulled = _pull(israel, liar.public)
    assert pulled.entries == {"jordan": 3} or pulled.findings


def _figures(liar):
    reference = read_entry(liar.entries()[2]).references()["observations"]
    return liar.public / blob_path(reference.sha256)


def _longer(path):
    path.write_bytes(path.read_bytes() + b"\0")


def _sparse(path):
    os.truncate(path, 1 << 30)


def _folder(path):
    path.unlink()
    path.mkdir()


def _loop(path):
    path.unlink()
    path.symlink_to(path.name)


def _link(path):
    path.unlink()
    path.symlink_to("/etc/passwd")


def _pipe(path):
    path.unlink()
    os.mkfifo(path)


def _endless(path):
    path.unlink()
    path.symlink_to("/dev/zero")


LIES = [_longer, _sparse, _folder, _loop, _link, _pipe, _endless]


@pytest.mark.parametrize("lie", LIES)
def test_figures_that_are_not_the_signed_ones_are_not_taken(israel, liar, lie):
    path = _figures(liar)
    right = path.read_bytes()
    lie(path)
    (finding,) = _pull(israel, liar.public).findings
    assert finding.name in ("corrupt-blob", "missing-blob")
    assert finding.index == 2
    assert _parties(israel) == set()
    assert not list(israel.node.folder.rglob("*.unfinished"))
    path.rmdir() if path.is_dir() else path.unlink()
    path.write_bytes(right)
    assert _names(israel, liar.public) == []
    assert _parties(israel) == {"jordan"}


@pytest.mark.parametrize("lie", [_folder, _loop, _pipe, _endless])
@pytest.mark.parametrize("kind", ["checkpoint", "tile/0/000.p/3"])
@pytest.mark.usefixtures("honest")
def test_what_is_not_a_file_keeps_nobody_waiting(israel, liar, kind, lie):
    lie(liar.public / kind)
    pulled = _pull(israel, liar.node.folder.parent)
    assert _parties(israel) == {"palestine"}
    assert pulled.entries.get("jordan", 0) == 0


@pytest.mark.parametrize(
    "card",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"party":5,"names":{},"origin":1,"log_key":2,"steward_key":3}',
        b'{"party":"jordan","names":[],"origin":"o","log_key":"k","steward_key":"k"}',
        b'{"party":"../../x","names":{"en":"x"},"origin":"o","log_key":"k",'
        b'"steward_key":"k"}',
        b" " * (1 << 20),
    ],
)
@pytest.mark.usefixtures("honest")
def test_a_card_that_cannot_be_read_is_told_and_passed_over(israel, liar, card):
    (liar.public / "card.json").write_bytes(card)
    pulled = _pull(israel, liar.node.folder.parent)
    assert len(pulled.unread) == 1
    assert str(liar.public) in pulled.unread[0]
    assert _parties(israel) == {"palestine"}


# Figures that are signed, and yet cannot be


def _parquet(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def _rows(liar, **changed):
    """Return two rows of a datastream that is described, with columns changed."""
    table = pq.read_table(_figures(liar)).slice(0, 2).select(SCHEMA.names).cast(SCHEMA)
    for name, column in changed.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(name), column)
    return table


def _unsorted(liar):
    return _rows(liar).take(pa.array([1, 0]))


def _undescribed(liar):
    name = pa.array(["W9/groundwater-level/instant/PT0S/dipper"] * 2)
    return _rows(liar, datastream=name.dictionary_encode())


SIGNED = {
    "not Parquet": lambda _liar: (b"PAR1 is how it begins", 2),
    "empty": lambda _liar: (b"x", 2),
    "other columns": lambda _liar: (_parquet(pa.table({"a": [1, 2]})), 2),
    "other types": lambda liar: (
        _parquet(
            pa.table(
                [pa.array(["x", "y"])] * len(SCHEMA), names=_rows(liar).column_names
            )
        ),
        2,
    ),
    "NaN": lambda liar: (
        _parquet(_rows(liar, value=pa.array(np.array([np.nan, 1.0])))),
        2,
    ),
    "unsorted": lambda liar: (_parquet(_unsorted(liar)), 2),
    "twice": lambda liar: (_parquet(_rows(liar).take(pa.array([0, 0]))), 2),
    "more rows than signed": lambda liar: (_parquet(_rows(liar)), 1),
    "fewer rows than signed": lambda liar: (_parquet(_rows(liar)), 3),
    "a code not in use": lambda liar: (
        _parquet(_rows(liar, censor=pa.array([0, 99], pa.int8()))),
        2,
    ),
    "a datastream nobody described": lambda liar: (_parquet(_undescribed(liar)), 2),
}


@pytest.mark.parametrize("lie", SIGNED)
def test_signed_nonsense_is_named_and_later_figures_arrive(israel, liar, honest, lie):
    liar.release(*SIGNED[lie](liar))
    (finding,) = _pull(israel, liar.node.folder.parent).findings
    assert (finding.name, finding.index) == ("unreadable-blob", 3)
    assert (finding.party, _pull(israel, liar.public).findings) == ("jordan", [])
    rows = answers(israel.node)["observations"]
    assert {row["release"] for row in rows} == {2}
    assert {row["party"] for row in rows} == {"jordan", honest.node.party}
    recover_node(liar.node)
    body = {"release": 3, "reason": "it was nonsense"}
    liar.append(liar.sign(body, "withdraw"))
    table = _rows(liar, value=pa.array([1.0, 2.0]))
    sink = pa.BufferOutputStream()
    rows = write_observations(table, sink).count
    liar.release(sink.getvalue().to_pybytes(), rows)
    assert _pull(israel, liar.node.folder.parent).findings == []
    assert 5 in {row["release"] for row in answers(israel.node)["observations"]}


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":"W1","kind":"well","names":{"en":"x"},"position":{"longitude":"east",'
        b'"latitude":2,"crs":"EPSG:4326","x":1,"y":2}}\n',
        b'{"id":"W1","kind":"well","names":{"en":5}}\n',
        b'{"id":"W1","kind":"no such kind","names":{"en":"x"}}\n',
        b'{"id":"W1","kind":"well","names":{"en":"x"},"within":[{"a":1}]}\n',
        b'{"id":"W1","kind":"well","names":{"en":"x"},"position":"here"}\n',
        b"not json\n",
    ],
)
def test_signed_places_that_are_none_are_named(israel, liar, line):
    reference = reference_to(line)
    entry = liar.sign({"places": reference.to_json()}, "station")
    liar.append(entry, line)
    (finding,) = _pull(israel, liar.public).findings
    assert (finding.name, finding.index) == ("unreadable-blob", 3)
    assert {place["id"] for place in answers(israel.node)["places"]} == {"W1", "W2"}
