"""The demo tells what it claims, and leaves what it says."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from waternet.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
PARTIES = ("israel", "jordan", "palestine")
LOT = PARTIES[0]  # any: what the demo draws by lot, a test must be able to repeat
OWNER, ASKS = PARTIES[1:]  # of restricted figures; these roles follow from the first


@pytest.fixture(scope="session")
def told(tmp_path_factory):
    """Tell the story once."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [
            *(sys.executable, ROOT / "examples/jordan-basin/demo.py"),
            *(folder / "demo", "--lot", LOT),
        ],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
    )
    return SimpleNamespace(
        code=done.returncode,
        text=done.stdout,
        errors=done.stderr,
        folder=folder / "demo",
    )


def test_the_story_comes_to_its_end(told):
    assert (told.code, told.errors) == (0, "")
    assert "Told in " in told.text


def test_a_changed_byte_of_figures_is_named_as_just_that(told):
    (found,) = re.findall("FINDING corrupt-blob: (.*)", told.text)
    assert "observations" in found


def test_three_parties_publish_and_pull_each_other(told):
    for party in PARTIES:
        assert f"$ waternet publish --node {party}\n" in told.text
        others = told.text.count(f"  {party}: ")
        assert others >= 2, party
    assert told.text.count(" new entries, verified") >= 6


def test_they_found_one_registry_and_pull_by_the_addresses_in_it(
    told, monkeypatch, capsys
):
    (digest,) = re.findall(r"^  root 1: ([0-9a-f ]{79})$", told.text, re.MULTILINE)
    assert told.text.count(f'--digest "{digest}"') == 2  # a party's and the newcomer's
    monkeypatch.chdir(told.folder)
    for party in (*PARTIES, "newcomer"):
        assert run(["registry", "show", "--node", party]) == 0
        held = capsys.readouterr().out
        assert digest in held
        for other in PARTIES:
            assert f"{other} is served at http://127.0.0.1:" in held


def test_heads_are_cosigned_by_a_quorum_of_the_others(told):
    for party in PARTIES:
        others = ", ".join(other for other in PARTIES if other != party)
        assert f" entries is cosigned by {others}: a quorum\n" in told.text
    assert "not yet a quorum" not in told.text


def test_who_may_not_read_sees_the_catalogue_and_no_figure(told):
    chapter = told.text.partition("\n6. ")[2].partition("\n7. ")[0]
    assert re.search(rf"{OWNER} +transfers .* parties +1 +1 +40 ", chapter)
    before, after = chapter.split("$ waternet answer ")
    latest = rf"latest --party {OWNER} --property water-transferred --node "
    assert re.search(rf"{latest}{ASKS}\n  nothing found\n", before)
    assert re.search(rf"{latest}{LOT}\n  nothing found\n", after)
    # Flow from the Yarmouk into the King Abdullah Canal in 2015, in hm3: 19.
    assert re.search(rf"{latest}{ASKS}\n(.*\n)+?.*yarmouk-kac.* 2015 +19 ", after)


def test_todays_tools_are_answered_and_keys_open_what_their_party_may_read(told):
    chapter = told.text.partition("\n7. ")[2].partition("\n8. ")[0]
    # Kinneret on 1 December 2024, by the Israel Water Authority: -211.3 m.
    assert re.search(r'sta/v1\.1.*\n  \{.*"result":-211\.3,"Datastream":', chapter)
    assert re.search(r"f=CSV'\n(  .*\n)*  .*\bLake Kinneret\b.*,-21\d\.", chapter)
    anybody, with_key = re.findall(
        r"\$ curl .*property=water-transferred.*\n((?:  .*\n)*)", chapter
    )
    assert len(anybody.splitlines()) == 1  # the names of the columns
    assert anybody.startswith('  "party","datastream"')
    assert '  "jordan","kac-amman/water-transferred' in with_key
    assert not re.search(r"wn1_\w{5}", told.text)  # a key is not shown in whole


def test_people_read_a_lakes_level_in_each_language(told):
    chapter = told.text.partition("\n7. ")[2].partition("\n8. ")[0]
    pages = re.findall(r"\n  http://[^\n]*now\?lang=(\w\w)\n  ([^\n]*)", chapter)
    assert [code for code, _ in pages] == ["ar", "en", "he"]
    for code, sentence in pages:
        assert {"ar": "بحيرة", "en": "Lake", "he": "ים"}[code] in sentence
        # -211.3 m on 1 December 2024; -211.56 m a year earlier.
        assert "211.3" in sentence
        assert "0.3" in sentence


def test_nothing_serves_once_the_story_is_told(told):
    ports = re.findall(r"the record of \w+ is at http://127\.0\.0\.1:(\d+)/", told.text)
    assert len(ports) == len(PARTIES)
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)))


def test_a_correction_leaves_the_figure_that_stood_before(told):
    # AQUASTAT on Jordan's water stress in 2012: 116 % in the export of April 2018,
    # 94.03 % in that of November 2021.
    asked = r"\$ waternet \w+ jordan:jordan/water-stress.*?(?=\n\$|\n\n)"
    before, now, history, _proof = re.findall(asked, told.text, re.DOTALL)
    assert "--as-of jordan:10" in before
    assert re.search(r"2012 +116 ", before)
    assert re.search(r"2012 +94\.03034666 ", now)
    assert re.search(r"2012 +published +116 ", history)
    assert re.search(r"2012 +revised +94\.03034666 ", history)


def test_a_silent_alteration_is_found_by_all_others_and_named(told):
    assert f"Drawn by lot: {LOT}." in told.text
    assert told.text.count(f"{LOT}: FINDING forked-log: ") == 2
    corrupt = re.search(
        rf"{LOT}: FINDING corrupt-blob: .*entry (\d+) of '{LOT}'", told.text
    )
    # The entry is named by its number: a release, so not the places and terms before.
    assert int(corrupt[1]) >= 2


def test_a_reporter_checks_the_revised_figure_without_a_node(told):
    shown = told.text.partition("A reporter without a node")[2]
    assert re.search(r"value +94\.03034666 %\n", shown)
    assert re.search(r"quorum met +yes\n", shown)
    assert (told.folder / "water-stress.tlog-proof").is_file()


def test_the_evidence_holds_for_somebody_without_a_node(told, monkeypatch, capsys):
    for party in set(PARTIES) - {LOT}:
        (file,) = (told.folder / party / "evidence").iterdir()
        assert file.read_text().count(f"\twaternet/{LOT}\n") == 2
        monkeypatch.chdir(told.folder.parent)
        card = told.folder / LOT / "public" / "card.json"
        assert run(["verify", str(file), "--card", str(card)]) == 0
        assert f"about       {LOT}\n" in capsys.readouterr().out


@pytest.mark.parametrize("party", PARTIES)
def test_the_folders_are_left_and_hold(told, party, monkeypatch, capsys):
    monkeypatch.chdir(told.folder)
    assert run(["verify", "--node", party]) == 0
    assert capsys.readouterr().out.endswith("Everything holds.\n")


def test_what_the_story_offers_at_its_end_can_be_typed(told, monkeypatch, capsys):
    monkeypatch.chdir(told.folder)
    ending = told.text.partition("The folders are yours to play with")[2]
    ending, _, browsed = ending.partition("And for a browser")
    assert re.search(r"^  \S*waternet serve --node \w+$", browsed, re.MULTILINE)
    offered = re.findall(r"^  \S*waternet (.+)$", ending, re.MULTILINE)
    assert len(offered) >= 5
    for line in offered:
        assert run(line.split()) == 0, line
    assert (told.folder / "figures.csv.sources.json").exists()
    assert capsys.readouterr().err == ""
