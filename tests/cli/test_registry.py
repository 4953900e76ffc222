"""The ceremony and what follows it, as people type it."""

import io
import json
import shutil
import sys
from dataclasses import replace

import pytest
from registries import found, make_members, offline

from waternet.cli.main import run
from waternet.exchange.changes import spelt
from waternet.node.folder import open_node
from waternet.node.founding import introduce_party

PARTIES = ("basin", "delta", "lake")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Let three parties make nodes and keys, and found a registry; to be copied."""
    folder = tmp_path_factory.mktemp("table") / "unfounded"
    members = make_members(folder, *PARTIES)
    for one in members:
        shutil.copytree(offline(one), folder / f"stick-{one.node.party}")
        introduction = introduce_party(one.node, offline(one), "")
        path = folder / f"{one.node.party}.introduction"
        path.write_bytes(introduction.to_json())
    twin = shutil.copytree(folder, folder.with_name("founded"))
    again = [replace(one, node=open_node([twin / one.node.party])) for one in members]
    (twin / "digest").write_text(spelt(found(again).root.digest), encoding="utf-8")
    return folder, twin


@pytest.fixture
def table(prepared, tmp_path, monkeypatch):
    """Let three parties sit at one table, each with a node and a stick."""
    folder = shutil.copytree(prepared[0], tmp_path / "table")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def members(prepared, tmp_path, monkeypatch):
    """Let the same parties have founded their registry."""
    folder = shutil.copytree(prepared[1], tmp_path / "table")
    # A copy of a folder is a node that was restored; here it is the node itself.
    for party in PARTIES:
        open_node([folder / party]).state.mark_place()
    monkeypatch.chdir(folder)
    return folder


def say(*words, code=0):
    assert run(list(map(str, words))) == code


def told(capsys):
    return capsys.readouterr().out


def sign(*parties, node=True):
    for party in parties:
        words = ["registry", "sign", "registry.draft", "--keys", f"stick-{party}"]
        say(*words, "--yes", *(["--node", party] if node else []))


@pytest.mark.usefixtures("table")
def test_what_is_signed_is_said_in_words(capsys):
    introductions = [f"{party}.introduction" for party in PARTIES]
    say("found", *introductions, "--threshold", 2, "--quorum", 3)
    said = told(capsys)
    for words in (
        "founds a registry of 3 parties",
        "threshold 2 of 3 root keys",
        "a log's head counts once 3 cosigned it",
        "adds party delta",
        "delta's log key waternet/delta+",
    ):
        assert words in said
    say("registry", "sign", "registry.draft", "--keys", "stick-basin", "--yes")
    assert "lacks 1.root.json: 1 more of delta, lake" in told(capsys)


def test_nothing_is_signed_without_consent(table, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    introductions = [f"{party}.introduction" for party in PARTIES]
    say("found", *introductions, "--threshold", 2)
    before = (table / "registry.draft").read_bytes()
    say("registry", "sign", "registry.draft", "--keys", "stick-basin", code=5)
    assert (table / "registry.draft").read_bytes() == before


@pytest.mark.usefixtures("members")
def test_a_registry_is_not_accepted_without_its_digest(capsys):
    say("init", "north", "--party", "north", "--name", "en=North", "--plain-keys")
    words = ("registry", "accept", "basin/public/registry/1.root.json")
    say(*words, "--node", "north", code=6)
    assert "to be compared first" in capsys.readouterr().err


def test_whoever_accepts_the_first_root_of_a_folder_has_all_of_it(members, capsys):
    digest = (members / "digest").read_text("utf-8")
    say("init", "north", "--party", "north", "--name", "en=North", "--plain-keys")
    words = ("registry", "accept", "basin/public/registry/1.root.json")
    say(*words, "--node", "north", "--digest", digest)
    assert "basin, delta, lake" in told(capsys)
    say("registry", "show", "--node", "north")
    shown = told(capsys).splitlines()
    assert shown[:2] == [f"first root: {digest}", "registry of 3 parties"]
    assert [line for line in shown if line.startswith("party ")] == [
        f"party {party}" for party in PARTIES
    ]


@pytest.mark.usefixtures("members")
def test_a_threshold_is_changed_by_those_who_must_sign(capsys):
    say("registry", "threshold", 3, "--node", "basin")
    assert "threshold 2 of 3 -> 3 of 3 root keys" in told(capsys)
    sign("basin", "delta")
    say("registry", "accept", "registry.draft", "--node", "delta", code=6)
    sign("lake")
    say("registry", "accept", "registry.draft", "--node", "delta")
    say("registry", "show", "--node", "delta", "--json")
    assert (
        json.loads(told(capsys).partition("\n{")[2].join(["{", ""]))["threshold"] == 3
    )


def test_a_party_is_entered_and_removed(members, capsys):
    (north,) = make_members(members / "far", "north")
    (members / "north.introduction").write_bytes(
        introduce_party(north.node, offline(north), "").to_json()
    )
    say("registry", "add-party", "north.introduction", "--node", "basin")
    assert "adds party north" in told(capsys)
    sign("basin", "lake")
    say("registry", "accept", "registry.draft", "--node", "lake")
    say("registry", "remove-party", "delta", "--node", "lake")
    assert "removes party delta" in told(capsys)
    sign("lake", "basin", node=False)
    say("registry", "accept", "registry.draft", "--node", "lake")
    say("registry", "show", "--node", "lake", "--json")
    said = told(capsys)
    assert json.loads(said[said.index("{") :])["parties"] == ["basin", "lake", "north"]


@pytest.mark.usefixtures("members")
def test_a_key_is_rotated_alone_where_the_registry_key_is_at_hand(capsys):
    say("registry", "rotate", "steward", "--keys", "stick-basin", "--node", "basin")
    assert "counts here" in told(capsys)
    say("pull", "basin/public", "--node", "lake")
    assert "basin: 1 new entry, verified" in told(capsys)
    say("verify", "--node", "lake")


@pytest.mark.usefixtures("members")
def test_a_key_is_rotated_by_a_draft_where_the_registry_key_is_elsewhere(capsys):
    say("registry", "rotate", "log", "--node", "basin")
    assert "where the registry key is" in told(capsys)
    sign("basin")
    say("registry", "accept", "registry.draft", "--node", "basin")
    assert "new or changed cards: basin" in told(capsys)
    say("verify", "--node", "basin")


@pytest.mark.usefixtures("members")
def test_what_a_stolen_key_signed_is_refused_by_others(capsys):
    say("registry", "rotate", "witness", "--keys", "stick-basin", "--node", "basin")
    say("pull", "basin/public", "--node", "lake")
    words = ("registry", "revoke", "steward", "--from", 0, "--keys", "stick-basin")
    say(*words, "--node", "basin")
    capsys.readouterr()
    say("pull", "basin/public", "--node", "lake", code=6)
    assert "FINDING revoked-key: entry 0 of 'basin'" in told(capsys)


@pytest.mark.usefixtures("members")
def test_a_node_may_leave_a_party_out(capsys):
    say("publish", "--node", "basin")
    say("pull", "basin/public", "--node", "lake")
    say("registry", "exclude", "basin", "--node", "lake")
    say("verify", "--node", "lake")
    say("pull", "basin/public", "--node", "lake")
    assert "basin: not followed" in told(capsys)
    say("registry", "exclude", "basin", "--again", "--node", "lake")
    say("pull", "basin/public", "--node", "lake")
    assert "basin: nothing new" in told(capsys)


@pytest.mark.usefixtures("members")
def test_renewing_and_addresses(capsys):
    words = ("registry", "addresses", "https://basin.example/", "--keys", "stick-basin")
    say(*words, "--node", "basin")
    say("pull", "basin/public", "--node", "lake")
    say("registry", "show", "--node", "lake")
    assert "basin is served at https://basin.example/" in told(capsys)
    say("registry", "renew", "--node", "lake")
    sign("lake", "delta")
    say("registry", "accept", "registry.draft", "--node", "lake")


def test_a_draft_that_goes_back_is_not_signed(members):
    old = (members / "registry.draft").read_bytes()
    say("registry", "threshold", 3, "--node", "basin")
    sign("basin", "delta", "lake")
    say("registry", "accept", "registry.draft", "--node", "basin")
    (members / "registry.draft").write_bytes(old)
    words = ("registry", "sign", "registry.draft", "--keys", "stick-basin", "--yes")
    say(*words, "--node", "basin", code=6)
