"""What a node says of a figure and an entry, checked from the bytes on its disk."""

import os
import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from circles import circle_of
from parties import ADDRESS, LEVELS, make_party

from waternet.bank.seal import reading_bank
from waternet.errors import NotFound, NotVerified
from waternet.node.attesting import (
    Remembered,
    attest_entry,
    attest_listed,
    attest_record,
)
from waternet.node.attesting_figures import attest_figure
from waternet.node.cosigning import gather_cosignatures
from waternet.node.folder import Node, open_node
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.record.blob import blob_path, verify_blob

W1 = f"jordan:{ADDRESS}"
# Midnight of the well's owner, two hours ahead of UTC.
JANUARY = datetime(2014, 12, 31, 22, tzinfo=UTC)
MARCH = datetime(2015, 2, 28, 22, tzinfo=UTC)
CORRECTED = LEVELS.replace("W1,2015-03-01,-214.5", "W1,2015-03-01,-213.5")


@dataclass
class Asked:
    """A node that is asked again and again, as a server is."""

    node: Node
    memory: Remembered

    def figure(self, time=JANUARY, release=None):
        with reading_bank(self.node.bank) as bank:
            return attest_figure(self.node, bank, W1, time, self.memory, release)

    def entry(self, index, party="jordan"):
        return attest_entry(self.node, party, index, self.memory)


@pytest.fixture(scope="module")
def circle(tmp_path_factory):
    """Return three parties: jordan's three entries are cosigned by both others."""
    folder = tmp_path_factory.mktemp("three")
    with circle_of(folder, ("israel", "jordan", "palestine")) as circle:
        circle.publish("jordan")
        gather_cosignatures(circle["jordan"].node)
        circle.pull("israel", "jordan")
        circle.pull("palestine", "jordan")
        yield circle


@pytest.fixture(params=["jordan", "israel"])
def asked(circle, request, tmp_path):
    """Return a copy of the owner's node, and of a mirror."""
    copy = shutil.copytree(circle[request.param].node.folder, tmp_path / request.param)
    return Asked(open_node([copy]), Remembered())


def _altered(path: Path, at: int = -1) -> None:
    """Change one byte in place, and let nobody see it by the time of the file."""
    told = path.stat()
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def _blob(asked, field, index=2):
    reference = asked.entry(index).entry.references()[field]
    return asked.node.records("jordan") / blob_path(reference.sha256)


def test_a_figure_that_three_nodes_agree_on_holds(asked):
    told = asked.figure()
    assert (told.verdict, told.all_findings) == ("holds", ())
    assert (told.release.index, told.release.size) == (2, 3)
    assert (told.figure["value"], told.figure["unit"]) == (-214.87, "m")
    assert told.figure["status"] == "measured"
    agreement = told.release.agreement
    assert (agreement.agreeing, agreement.nodes, agreement.is_met) == (3, 3, True)
    assert [one.party for one in agreement.cosignatures] == ["israel", "palestine"]
    held = {one.name: one.holds for one in (*told.release.checks, *told.checks)}
    assert held == dict.fromkeys(
        ("head", "place", "steward", "files", "cosignatures", "figure", "since"), True
    )
    assert told.release.steward_key.name == "waternet/jordan/steward"


@pytest.mark.parametrize("field", ["observations", "datastreams"])
def test_one_byte_of_a_file_that_changed_is_seen_at_the_next_request(asked, field):
    assert asked.figure().verdict == "holds"
    _altered(_blob(asked, field), 40)
    told = asked.figure()
    assert told.verdict == "does-not-hold"
    assert [one.name for one in told.all_findings] == ["corrupt-blob"]
    assert told.figure is None


def test_a_file_is_hashed_once_and_again_only_when_it_changed(asked, monkeypatch):
    hashed = []

    def verify(path, reference):
        hashed.append(path.name)
        verify_blob(path, reference)

    monkeypatch.setattr("waternet.node.verified_files.verify_blob", verify)
    monkeypatch.setattr("waternet.node.verified_files._FRESH", 0.0)
    for _ in range(3):
        assert asked.figure().verdict == "holds"
    assert len(hashed) == len(set(hashed)) == 3  # the rules, too
    path = _blob(asked, "observations")
    before = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == before:  # a tick of the file system's clock
        _altered(path, 40)
        _altered(path, 40)
    _altered(path, 40)
    assert asked.figure().verdict == "does-not-hold"


def test_a_file_that_is_gone_leaves_the_figure_unproved_not_false(asked):
    _blob(asked, "observations").unlink()
    told = asked.figure()
    assert (told.verdict, told.figure) == ("incomplete", None)
    assert [one.name for one in told.all_findings] == ["missing-blob"]


def test_an_altered_entry_does_not_hold(asked):
    assert asked.figure().verdict == "holds"
    bundle = asked.node.records("jordan") / "tile/entries/000.p/3"
    _altered(bundle, bundle.read_bytes().index(b"levels.csv"))
    told = asked.figure()
    assert told.verdict == "does-not-hold"
    assert [one.name for one in told.all_findings] == ["altered-entry"]
    assert (told.release.entry, told.figure) == (None, None)


def test_an_altered_tile_does_not_hold(asked):
    _altered(asked.node.records("jordan") / "tile/0/000.p/3")
    told = asked.figure()
    assert told.verdict == "does-not-hold"
    assert {one.name for one in told.all_findings} == {"altered-entry"}


def test_an_altered_head_does_not_hold(asked):
    path = asked.node.records("jordan") / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n3\n", b"\n4\n", 1))
    told = asked.figure()
    assert told.verdict == "does-not-hold"
    assert "the head of 'jordan' is not signed by the log" in str(told.all_findings[0])


def test_a_head_of_this_node_that_nobody_signed_does_not_hold(asked):
    head = asked.node.state.head("jordan")
    forged = head.checkpoint.replace(b"\n3\n", b"\n2\n", 1)
    with asked.node.state.connection() as connection, connection:
        connection.execute(
            "UPDATE head SET size = 2, checkpoint = ? WHERE party = 'jordan'", (forged,)
        )
    told = asked.entry(1)
    assert told.verdict == "does-not-hold"
    assert [one.name for one in told.findings] == ["damaged-mirror"]


def test_a_bank_that_says_something_else_than_the_signed_file_is_named(asked):
    """The bank is a view: what is signed counts."""
    told = asked.figure()
    stated = dict(told.history[0], value=-200.0)
    changed = _with_bank(asked, stated)
    assert changed.verdict == "does-not-hold"
    assert [one.name for one in changed.findings] == ["damaged-mirror"]
    assert "the signed file says -214.87, this node's bank -200.0" in str(
        changed.findings[0]
    )
    assert changed.figure["value"] == -214.87


def _with_bank(asked, stated):
    """Ask with a bank whose table has another row of the figure."""
    patch = pytest.MonkeyPatch()

    class Rows:
        def to_pylist(self):
            return [stated]

    with patch.context() as patched:
        patched.setattr(
            "waternet.node.attesting_figures.get_history", lambda *_: Rows()
        )
        return asked.figure()


def test_what_a_correction_replaced_says_by_which_release_and_why(circle, tmp_path):
    copy = shutil.copytree(circle["jordan"].node.folder, tmp_path / "jordan")
    party = make_party(tmp_path / "desk")
    party.node = open_node([copy])
    party.read(CORRECTED)
    party.publish("a wrong reading")
    asked = Asked(party.node, Remembered())
    before, after = asked.figure(MARCH, release=2), asked.figure(MARCH)
    assert (before.verdict, before.change) == ("corrected", "revised")
    assert before.followed_by.index == 3
    assert before.followed_by.entry.body["reason"] == "a wrong reading"
    assert (before.figure["value"], after.figure["value"]) == (-214.5, -213.5)
    # The head of four entries is shown to nobody yet; that of three was cosigned.
    assert after.verdict == "not-yet-cosigned"
    assert after.release.agreement.agreeing == 1
    assert asked.figure(JANUARY).verdict == "holds"
    agreement = asked.entry(2).agreement
    assert {one.size for one in agreement.cosignatures} == {3}
    with pytest.raises(NotFound, match="release 1 states no figure"):
        asked.figure(MARCH, release=1)


@pytest.mark.parametrize("withdraws", [True, False])
def test_a_bank_that_was_not_told_of_a_later_entry_is_named(
    circle, tmp_path, withdraws
):
    """The log counts, not what the bank took of it: here one of before."""
    copy = shutil.copytree(circle["jordan"].node.folder, tmp_path / "jordan")
    old = shutil.copytree(copy / "bank", tmp_path / "bank")
    party = make_party(tmp_path / "desk")
    party.node = open_node([copy])
    if withdraws:
        publish_withdrawal(party.node, read_keys(party.node, ""), 2, "wrong datum")
    else:
        party.read(CORRECTED)
        party.publish("a wrong reading")
    with reading_bank(old) as bank:
        memory = Remembered()
        march = attest_figure(party.node, bank, W1, MARCH, memory)
        january = attest_figure(party.node, bank, W1, JANUARY, memory)
    assert march.verdict == "does-not-hold"
    assert [str(one) for one in march.findings] == [
        "damaged-mirror: entry 3 says something else of this figure, which this "
        "node's bank has not taken"
    ]
    # The correction is about another month.
    assert january.verdict == ("does-not-hold" if withdraws else "holds")


def test_a_later_entry_whose_file_is_gone_leaves_open_whether_it_was_changed(
    circle, tmp_path
):
    """A bank of before, and a correction of which nobody can tell what it says."""
    copy = shutil.copytree(circle["jordan"].node.folder, tmp_path / "jordan")
    old = shutil.copytree(copy / "bank", tmp_path / "bank")
    party = make_party(tmp_path / "desk")
    party.node = open_node([copy])
    party.read(CORRECTED)
    party.publish("a wrong reading")
    correction = Asked(party.node, Remembered()).entry(3).entry.references()
    blob = party.node.records("jordan") / blob_path(correction["observations"].sha256)
    blob.unlink()
    with reading_bank(old) as bank:
        memory = Remembered()
        march = attest_figure(party.node, bank, W1, MARCH, memory)
        january = attest_figure(party.node, bank, W1, JANUARY, memory)
    assert not march.is_followed
    assert {one.name: one.holds for one in march.checks}["since"] is None
    assert january.is_followed  # the correction is about another month


def test_a_figure_that_was_not_read_from_its_file_is_not_said_to_hold(
    asked, monkeypatch
):
    # It is swapped for another one after its entry was checked.
    def gone(*_given):
        raise NotVerified("another file")

    monkeypatch.setattr(asked.memory.rows, "find", gone)
    assert asked.figure().verdict == "incomplete"


def test_a_withdrawn_figure_says_who_withdrew_it(circle, tmp_path):
    copy = shutil.copytree(circle["jordan"].node.folder, tmp_path / "jordan")
    node = open_node([copy])
    publish_withdrawal(node, read_keys(node, ""), 2, "wrong datum")
    told = Asked(node, Remembered()).figure()
    assert (told.verdict, told.followed_by.index) == ("withdrawn", 3)
    assert told.followed_by.entry.body["reason"] == "wrong datum"
    assert told.figure["value"] == -214.87


def test_where_nobody_agreed_on_a_quorum_nothing_is_missing(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    told = Asked(party.node, Remembered()).figure()
    assert told.verdict == "holds"
    assert (told.release.agreement.nodes, told.release.agreement.is_met) == (1, None)


def test_an_entry_that_is_not_there_is_not_found(asked):
    with pytest.raises(NotFound, match="no entry 3 here"):
        asked.entry(3)
    with pytest.raises(NotFound, match="no party 'egypt'"):
        asked.entry(0, "egypt")


def test_an_entry_that_the_bank_lists_and_no_record_holds_is_a_finding(asked):
    told = attest_listed(asked.node, "jordan", 3, asked.memory)
    assert told.verdict == "does-not-hold"
    assert [one.name for one in told.findings] == ["damaged-mirror"]
    assert attest_listed(asked.node, "jordan", 2, asked.memory).verdict == "holds"


def test_a_record_as_a_whole_is_checked_to_its_last_entries(asked):
    told = attest_record(asked.node, "jordan", asked.memory)
    assert (told.verdict, told.checked, told.newest.index) == ("holds", 3, 2)
    bundle = asked.node.records("jordan") / "tile/entries/000.p/3"
    _altered(bundle, 30)  # of the first entry
    told = attest_record(asked.node, "jordan", asked.memory)
    assert told.verdict == "does-not-hold"
    assert {one.name for one in told.findings} == {"altered-entry"}


def test_an_entry_that_is_being_published_is_waited_for(circle, tmp_path):
    """Between the commit and the last file a record is not damaged."""
    copy = shutil.copytree(circle["jordan"].node.folder, tmp_path / "jordan")
    before = shutil.copytree(copy / "public", tmp_path / "before")
    node = open_node([copy])
    publish_withdrawal(node, read_keys(node, ""), 2, "wrong datum")
    after = (copy / "public").rename(tmp_path / "after")
    before.rename(copy / "public")

    def publish() -> None:
        for part in ("blob", "tile"):
            shutil.copytree(after / part, copy / "public" / part, dirs_exist_ok=True)
        shutil.copy(after / "checkpoint", copy / "public")

    later = threading.Timer(0.05, publish)
    later.start()
    told = Asked(node, Remembered()).entry(3)
    later.join()
    assert [one.name for one in told.findings] == ["quorum-not-met"]
    assert told.entry.kind == "withdraw"
