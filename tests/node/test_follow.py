"""Following other parties: what is taken, what is refused, what is named."""

import shutil

import pytest
from parties import ADDRESS, LEVELS, make_party, quiet

from waternet.bank.query import get_observations
from waternet.bank.store import Bank
from waternet.errors import Conflict, NotAcceptable, NotFound
from waternet.exchange.evidence import read_evidence
from waternet.exchange.verdict import Trusted, verify_evidence
from waternet.node.durable import write_durably
from waternet.node.follow import follow_party, pull_folder
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.node.verification import verify_node
from waternet.record.blob import blob_path
from waternet.record.entry import read_entry
from waternet.record.layout import read_bundle


@pytest.fixture
def israel(tmp_path):
    return make_party(tmp_path, "israel")


@pytest.fixture
def jordan(tmp_path, israel):
    party = make_party(tmp_path, "jordan")
    party.read()
    party.publish()
    follow_party(israel.node, party.node.public / "card.json")
    return party


def _pull(israel, jordan, **options):
    return pull_folder(israel.node, jordan.node.public, quiet, **options)


def _values(party):
    with Bank.open(party.node.bank) as bank:
        return get_observations(bank, [f"jordan:{ADDRESS}"])["value"].to_pylist()


def _figures_blob(jordan):
    bundle = jordan.node.public / "tile/entries/000.p/3"
    reference = read_entry(read_bundle(bundle.read_bytes())[2]).references()
    return jordan.node.public / blob_path(reference["observations"].sha256)


def test_a_pull_brings_what_the_other_party_published(israel, jordan):
    assert _pull(israel, jordan).entries == {"jordan": 3}
    assert _values(israel) == [-214.87, -215.0, -214.5]
    assert verify_node(israel.node, quiet).findings == []


def test_a_second_pull_brings_only_what_is_new(israel, jordan):
    _pull(israel, jordan)
    assert _pull(israel, jordan).entries == {"jordan": 0}
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    assert _pull(israel, jordan).entries == {"jordan": 1}
    assert _values(israel)[-1] == -214.0


def test_a_party_whose_card_was_not_accepted_is_not_taken_in(tmp_path, israel):
    other = make_party(tmp_path, "palestine")
    other.read()
    other.publish()
    pulled = pull_folder(israel.node, other.node.public, quiet)
    assert (pulled.entries, pulled.not_followed) == ({}, ["palestine"])


@pytest.mark.usefixtures("jordan")
def test_a_second_card_for_a_known_party_is_refused(tmp_path, israel):
    impostor = make_party(tmp_path / "elsewhere", "jordan")
    with pytest.raises(Conflict, match="already known"):
        follow_party(israel.node, impostor.node.public / "card.json")


def test_a_card_with_a_damaged_key_is_refused(israel, jordan):
    card = jordan.node.public / "card.json"
    damaged = jordan.desk / "card.json"
    text = card.read_text()
    place = text.index("+", text.index('"log_key"')) + 12
    damaged.write_text(
        text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    )
    with pytest.raises(NotAcceptable):
        follow_party(israel.node, damaged)


@pytest.mark.usefixtures("jordan")
def test_a_record_signed_by_another_key_is_named(tmp_path, israel):
    impostor = make_party(tmp_path / "elsewhere", "jordan")
    impostor.read()
    impostor.publish()
    (finding,) = pull_folder(israel.node, impostor.node.public, quiet).findings
    assert finding.name == "unknown-key"


def test_a_changed_figure_is_named_with_its_entry(israel, jordan):
    blob = _figures_blob(jordan)
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.write_bytes(content)
    (finding,) = _pull(israel, jordan).findings
    assert (finding.name, finding.index) == ("corrupt-blob", 2)


def test_missing_figures_are_named_and_come_with_a_later_pull(israel, jordan):
    blob = _figures_blob(jordan)
    kept = blob.read_bytes()
    blob.unlink()
    (finding,) = _pull(israel, jordan).findings
    assert (finding.name, finding.index) == ("missing-blob", 2)
    again = _pull(israel, jordan)
    assert again.findings == []
    assert again.still_missing == ["files of entry 2 of 'jordan'"]
    blob.write_bytes(kept)
    assert _pull(israel, jordan).findings == []
    assert _values(israel) == [-214.87, -215.0, -214.5]


def test_figures_that_one_folder_lacks_come_from_another_in_the_same_pull(
    tmp_path, israel, jordan
):
    stick = tmp_path / "stick"
    for copy in ("a", "b"):
        shutil.copytree(jordan.node.public, stick / copy)
    blob = _figures_blob(jordan)
    (stick / "a" / blob.relative_to(jordan.node.public)).unlink()
    assert pull_folder(israel.node, stick, quiet).findings == []
    assert _values(israel) == [-214.87, -215.0, -214.5]


def test_figures_that_come_late_hide_no_others_that_are_missing(israel, jordan):
    late = _figures_blob(jordan)
    kept = late.read_bytes()
    late.unlink()
    _pull(israel, jordan)
    late.write_bytes(kept)
    blobs = set((jordan.node.public / "blob").glob("*/*"))
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    for new in set((jordan.node.public / "blob").glob("*/*")) - blobs:
        new.unlink()
    (finding,) = _pull(israel, jordan).findings
    assert (finding.name, finding.index) == ("missing-blob", 3)
    assert _values(israel) == [-214.87, -215.0, -214.5]


def test_a_source_that_holds_back_the_head_is_named(israel, jordan):
    _pull(israel, jordan)
    (jordan.node.public / "checkpoint").unlink()
    (finding,) = _pull(israel, jordan).findings
    assert (finding.name, finding.party) == ("stale-mirror", "jordan")


def test_following_that_was_stopped_may_be_started_over(tmp_path, israel, monkeypatch):
    party = make_party(tmp_path, "palestine")
    party.read()
    party.publish()
    written = []

    def stopped(path, content):
        if written:
            raise OSError(path)
        written.append(path)
        write_durably(path, content)

    with monkeypatch.context() as stopping:
        stopping.setattr("waternet.node.follow.write_durably", stopped)
        with pytest.raises(OSError, match="palestine"):
            follow_party(israel.node, party.node.public / "card.json")
    follow_party(israel.node, party.node.public / "card.json")
    assert verify_node(israel.node, quiet).findings == []


def test_withdrawn_figures_may_be_gone_without_a_finding(israel, jordan):
    blob = _figures_blob(jordan)
    publish_withdrawal(jordan.node, read_keys(jordan.node, ""), 2, "personal data")
    blob.unlink()
    assert _pull(israel, jordan).findings == []
    assert verify_node(israel.node, quiet).findings == []


def test_an_older_copy_is_refused_and_nothing_is_lost(tmp_path, israel, jordan):
    old = tmp_path / "stick"
    shutil.copytree(jordan.node.public, old)
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    _pull(israel, jordan)
    (finding,) = pull_folder(israel.node, old, quiet).findings
    assert finding.name == "stale-mirror"
    assert _values(israel)[-1] == -214.0


def _judged(finder, accused):
    """Judge the one evidence file as somebody would who holds nothing but the card."""
    (file,) = finder.node.evidence.iterdir()
    assert file.name.startswith("jordan-forked-log-evidence-")
    card = accused.node.cards()["jordan"]
    verdict = verify_evidence(read_evidence(file.read_bytes()), Trusted([card]))
    return verdict.finding, verdict.about


def _rewritten(tmp_path, jordan, text):
    """Let the party sign its whole history anew, with another figure in it."""
    forged = make_party(tmp_path / "forged", "jordan")
    for role in ("steward", "log"):
        shutil.copy(jordan.node.key(role), forged.node.key(role))
    shutil.copy(jordan.node.public / "card.json", forged.node.public / "card.json")
    forged.read(text)
    forged.publish()
    return forged


def test_a_rewritten_history_is_a_fork_named_with_its_entry(tmp_path, israel, jordan):
    _pull(israel, jordan)
    forged = _rewritten(tmp_path, jordan, LEVELS.replace("-214.5", "-213.5"))
    (finding,) = pull_folder(israel.node, forged.node.public, quiet).findings
    assert (finding.name, finding.party) == ("forked-log", "jordan")
    assert finding.index is not None
    assert _values(israel)[-1] == -214.5
    assert _judged(israel, jordan) == ("forked-log", "jordan")


def test_a_rewritten_and_grown_history_is_a_fork_too(tmp_path, israel, jordan):
    _pull(israel, jordan)
    forged = _rewritten(tmp_path, jordan, LEVELS.replace("-214.5", "-213.5"))
    forged.read(LEVELS.replace("-214.5", "-213.5") + "W1,2015-04-01,-214\n")
    forged.publish()
    (finding,) = pull_folder(israel.node, forged.node.public, quiet).findings
    assert finding.name == "forked-log"
    assert _judged(israel, jordan) == ("forked-log", "jordan")


def test_a_fork_is_proved_though_the_mirror_is_damaged(tmp_path, israel, jordan):
    _pull(israel, jordan)
    forged = _rewritten(tmp_path, jordan, LEVELS.replace("-214.5", "-213.5"))
    (israel.node.records("jordan") / "tile/entries/000.p/3").write_bytes(b"")
    (finding,) = pull_folder(israel.node, forged.node.public, quiet).findings
    assert finding.name == "forked-log"
    assert _judged(israel, jordan) == ("forked-log", "jordan")


def test_a_damaged_mirror_is_cured_by_a_whole_pull(israel, jordan):
    _pull(israel, jordan)
    bundle = israel.node.records("jordan") / "tile/entries/000.p/3"
    content = bytearray(bundle.read_bytes())
    content[30] ^= 1
    bundle.write_bytes(content)
    assert verify_node(israel.node, quiet).findings
    assert _pull(israel, jordan, whole=True).findings == []
    assert verify_node(israel.node, quiet).findings == []


@pytest.mark.usefixtures("jordan")
def test_several_parties_on_one_stick_are_all_pulled(tmp_path, israel):
    palestine = make_party(tmp_path, "palestine")
    palestine.read()
    palestine.publish()
    follow_party(israel.node, palestine.node.public / "card.json")
    pulled = pull_folder(israel.node, tmp_path, quiet)
    assert pulled.entries == {"jordan": 3, "palestine": 3}


def test_a_folder_without_records_is_said_to_have_none(tmp_path, israel):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(NotFound, match="no record in"):
        pull_folder(israel.node, empty, quiet)


def test_figures_that_do_not_fit_on_the_disk_are_named_and_come_later(
    israel, jordan, monkeypatch
):
    import shutil as disk

    usage = disk.disk_usage(israel.node.folder)
    with monkeypatch.context() as full:
        full.setattr(disk, "disk_usage", lambda _path: usage._replace(free=10))
        findings = _pull(israel, jordan).findings
    assert {finding.name for finding in findings} == {"no-room"}
    assert _pull(israel, jordan).findings == []
    assert _values(israel) == [-214.87, -215.0, -214.5]


def test_a_damaged_own_mirror_is_not_held_against_the_party(tmp_path, israel, jordan):
    old = tmp_path / "stick"
    shutil.copytree(jordan.node.public, old)
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    _pull(israel, jordan)
    tile = israel.node.records("jordan") / "tile/0/000.p/4"
    content = bytearray(tile.read_bytes())
    content[40] ^= 1
    tile.write_bytes(content)
    (finding,) = pull_folder(israel.node, old, quiet).findings
    assert (finding.name, finding.hint) == (
        "damaged-mirror",
        "read the record again: waternet pull FOLDER --whole",
    )
    assert _pull(israel, jordan, whole=True).findings == []
