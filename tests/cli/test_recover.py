"""The command `recover`: from a mirror, or by somebody's decision."""

import shutil

import pytest
from parties import make_party, quiet

from waternet.node.follow import follow_party
from waternet.node.pull import pull_records


@pytest.fixture
def folder(tmp_path):
    """Return where only jordan's keys are left; israel mirrors its record."""
    jordan, israel = make_party(tmp_path, "jordan"), make_party(tmp_path, "israel")
    jordan.read()
    jordan.publish()
    follow_party(israel.node, jordan.node.public / "card.json")
    pull_records(israel.node, [str(jordan.node.public)], quiet)
    keys = shutil.copytree(jordan.node.folder / "keys", tmp_path / "kept")
    shutil.rmtree(jordan.node.folder)
    shutil.move(keys, jordan.node.folder / "keys")
    return jordan.node.folder


def test_a_lost_node_is_taken_back_from_another_partys_folder(folder, typed):
    done = typed("recover", folder, "--from", folder.parent / "israel", "--json")
    assert (done.code, done.json()["entries"]) == (0, 3)
    assert typed("verify", node=folder).out.endswith("Everything holds.\n")
    said = typed("recover", folder, "--from", folder.parent / "israel").out
    assert "jordan: 3 entries, verified, are back" in said


def test_a_decision_to_go_on_is_kept_with_its_reason(folder, typed):
    typed("recover", folder, "--from", folder.parent / "israel")
    done = typed("recover", folder, "--nothing-newer", "Rana: the others are gone")
    assert done.code == 0
    (kept,) = (folder / "evidence").glob("restored-*.txt")
    assert "Rana: the others are gone" in kept.read_text()


def test_one_of_both_must_be_said(folder, typed):
    for words in ((), ("--from", "x", "--nothing-newer", "y")):
        refused = typed("recover", folder, *words)
        assert refused.code == 3
        assert "--nothing-newer REASON" in refused.err


def test_a_place_without_the_record_is_said_to_have_none(folder, typed, tmp_path):
    (tmp_path / "empty").mkdir()
    refused = typed("recover", folder, "--from", tmp_path / "empty")
    assert refused.code == 4
    assert "no copy of the record" in refused.err
