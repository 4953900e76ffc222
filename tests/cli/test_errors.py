"""What a command says when it cannot: an error, a hint, an exit code."""

import getpass
import os
import shutil
import subprocess
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import pytest
from parties import make_party

from waternet.cli.show import say, say_error
from waternet.errors import NotVerified
from waternet.node.keys import write_key
from waternet.node.publish import read_keys

W1 = "jordan:W1/groundwater-level"
YEARS = ["aggregate", W1, "--period", "year"]


def refused(done, code, error, hint):
    """Check that the command ended so, and said so, on the error stream only."""
    first, second, *more = done.err.splitlines()
    assert (done.code, done.out, more) == (code, "", [])
    assert first.startswith("error: ")
    assert error in first
    assert second.startswith("hint: ")
    assert hint in second


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (["observations", W1, "--from", "June"], "'June' is not a time", "2015-06"),
        (["observations", W1, "--to", "2015-13"], "'2015-13'", "2015-06-30"),
        (["observations", W1, "--as-of", "2015"], "not a day", "PARTY:RELEASE"),
        (["observations", W1, "--as-of", "now"], "not a day", "2015-06-30"),
        (["observations", W1, "--unit", "s"], "'s'", "same dimension"),
        (["observations", W1, "--unit", "metre"], "not a UCUM unit", "UCUM"),
        (["observations", W1, "-o", "a.xls"], "'a.xls'", ".parquet"),
        (["observations", W1, "-o", "."], "which form", ".parquet"),
        (["observations", W1, "--csv", "--json"], "more than one form", "one of"),
        ([*YEARS, "--zone", "Asia/Aman"], "'Asia/Aman'", "near it: Asia/Amman"),
        ([*YEARS, "--zone", "+99:99"], "'+99:99'", "+02:00"),
        ([*YEARS[:2], "--period", "decade", "--zone", "UTC"], "decade", "hour, day"),
        (
            [*YEARS[:2], "--period", "hydrological-year", "--zone", "UTC"],
            "begins with a month",
            "10 for October",
        ),
        (["changes", "jordan", "4", "2"], "not 4 to 2", "changes jordan 2 4"),
        (["stations", "--bbox", "34,29,37"], "four numbers", "--bbox 34,29,37,34"),
        (["stations", "--bbox", "34,33,37,29"], "south below", "WEST,SOUTH"),
        (["stations", "--bbox", "nan,1,2,3"], "four numbers", "WEST,SOUTH"),
        (["history", W1, ""], "no time", "2015-06-30"),
        (["export", "figures"], "'figures'", ".csv, .json or .parquet"),
        (["init", "x", "--party", "x"], "a party and its name", "--profile"),
        (["init", "x", "--party", "a b", "--name", "en=A"], "'a b'", "ASCII letters"),
        (["init", "x", "--party", "a", "--name", "A"], "which language", "en="),
        (["withdraw", "3", "--reason", " "], "needs a reason", "--reason"),
    ],
)
def test_what_breaks_a_rule_ends_with_3(
    words, error, hint, typed, published, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    refused(typed(*words, node=published.node.folder), 3, error, hint)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (["observations", "jordan:W1/ground-level"], "ground-level", f"near it: {W1}"),
        (["observations", "jordan:zz/zz"], "zz/zz", "lists all 2"),
        (["observations", "W1/groundwater-level"], "whose figures", f"write {W1}"),
        (["observations", "W1"], "whose figures", f"write {W1}"),
        (["observations", "zz"], "whose figures", "waternet datastreams"),
        (["observations", "egypt:a/b"], "no party 'egypt'", "there are jordan"),
        (["observations", W1, "--as-of", "jordan:99"], "no entry 99", "0 to 4"),
        (["observations", W1, "--as-of", "egypt:1"], "no party 'egypt'", "jordan"),
        (["observations", W1, "-o", "no/f.csv"], "no folder no", "make it"),
        (["history", W1, "1999"], "1999-01-01", "waternet observations"),
        (["latest", "--property", "groundwatr-level"], "groundwatr", "groundwater-"),
        (["compare", "lake-levl"], "lake-levl", "near it: lake-level"),
        (["compare", "lake-level", "--place", "zz"], "'zz'", "waternet stations"),
        (["stations", "--kind", "wel"], "'wel'", "near it: well"),
        (["stations", "--within", "zz"], "'zz'", "shared name"),
        (["stations", "--party", "egypt"], "'egypt'", "there are jordan"),
        (["releases", "--party", "egypt"], "'egypt'", "there are jordan"),
        (["changes", "egypt", "0", "1"], "'egypt'", "there are jordan"),
        (["changes", "jordan", "0", "99"], "from 0 to 99", "from 0 to 4"),
        (["export", "f.csv", "--party", "egypt"], "'egypt'", "there are jordan"),
        (["withdraw", "99", "--reason", "x"], "no release 99", "waternet releases"),
        (["discard", "0007-x"], "'0007-x'", "waternet status"),
        (["discard", ".."], "'..'", "waternet status"),
        (["follow", "no-card"], "no-card", "public/card.json"),
        (["pull", "."], "no record", "card.json"),
        (["status", "--node", "elsewhere"], "elsewhere", "waternet init"),
    ],
)
def test_what_does_not_exist_ends_with_4(
    words, error, hint, typed, published, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    refused(typed(*words, node=published.node.folder), 4, error, hint)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["observations"],
        ["status", "--nonsense"],
        ["withdraw", "two", "--reason", "x"],
        ["withdraw", "2"],
        ["changes", "jordan", "one", "2"],
        ["aggregate", W1],
        ["aggregate", W1, "--period", "hydrological-year", "--first-month", "Oct"],
    ],
)
def test_a_command_line_that_is_not_understood_ends_with_2(words, typed, published):
    done = typed(*words, node=published.node.folder)
    assert (done.code, done.out) == (2, "")
    assert "--help' for help" in done.err


def test_a_locked_key_opens_with_its_passphrase_alone(tmp_path, typed, monkeypatch):
    party = make_party(tmp_path)
    # One of the two, because opening one is slow on purpose.
    write_key(party.node.key("steward"), read_keys(party.node, "").steward, "مفتاح")
    locked = party.node.key("steward").read_bytes()
    assert locked.startswith(b"age-encryption.org")
    monkeypatch.setenv("WATERNET_PASSPHRASE", "مفتاح")
    assert typed("publish", node=party.node.folder).out == "nothing is pending\n"
    monkeypatch.setenv("WATERNET_PASSPHRASE", "guessed")
    refused(typed("publish"), 5, "does not open steward.key", "WATERNET_PASSPHRASE")


def test_no_passphrase_is_not_an_empty_one(tmp_path, typed, monkeypatch):
    monkeypatch.setenv("WATERNET_PASSPHRASE", "")

    def nobody_there(*_asked, **_options):
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody_there)
    done = typed("init", tmp_path / "n", "--party", "p", "--name", "en=P")
    assert done.code == 5
    assert "error: no passphrase was given\nhint: type it, or set" in done.err
    assert not (tmp_path / "n").exists()


def test_a_node_without_keys_asks_but_does_not_publish(tmp_path, typed):
    party = make_party(tmp_path)
    shutil.rmtree(party.node.folder / "keys")
    assert typed("status", node=party.node.folder).code == 0
    refused(typed("publish"), 5, "no key steward.key", "party's keys")


def test_an_altered_record_ends_with_6_after_its_findings(tmp_path, typed):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    blob = max(party.node.public.glob("blob/*/*"), key=lambda p: p.stat().st_size)
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.write_bytes(content)
    done = typed("verify", node=party.node.folder)
    assert (done.code, "FINDING corrupt-blob: " in done.out) == (6, True)
    assert done.err.startswith("error: 1 finding, named above\nhint: ask the party")
    (found,) = typed("verify", "--json").json()["findings"]
    assert (found["finding"], found["party"], found["entry"]) == (
        "corrupt-blob",
        "jordan",
        2,
    )
    told = {"finding", "party", "entry", "source", "message", "next_step"}
    assert set(found) == told


def test_who_comes_second_is_told_so_with_7(tmp_path, typed):
    party = make_party(tmp_path)
    folder = party.node.folder
    again = typed("init", folder, "--party", "x", "--name", "en=X", "--plain-keys")
    refused(again, 7, "already holds a node", "never overwritten")
    own = typed("follow", folder / "public" / "card.json", node=folder)
    refused(own, 7, "'jordan' is already known", "compare the keys")
    with party.node.writing():
        refused(typed("publish"), 7, "another process is writing", "wait")


def test_a_full_disk_ends_with_9(published):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "waternet.cli.main", "stations", "--json"],
            check=False,
            env=os.environ | {"WATERNET_NODE": str(published.node.folder)},
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 9
    assert done.stderr.splitlines() == [
        b"error: [Errno 28] No space left on device",
        b"hint: check the disk, then run it again",
    ]


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_a_reader_that_goes_away_is_no_error(published, form):
    asked = " ".join(["observations", W1, *form])
    done = subprocess.run(
        f"({sys.executable} -m waternet.cli.main {asked}; echo $? >&2) | true",
        shell=True,
        check=True,
        env=os.environ | {"WATERNET_NODE": str(published.node.folder)},
        capture_output=True,
        text=True,
    )
    assert done.stderr == "0\n"


def test_a_terminal_without_the_letters_shows_question_marks(published):
    done = subprocess.run(
        [sys.executable, "-m", "waternet.cli.main", "stations", "village"],
        check=True,
        env=os.environ
        | {"WATERNET_NODE": str(published.node.folder), "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
    )
    assert (b"Village well" in done.stdout, b"????" in done.stdout) == (True, True)


def test_words_from_elsewhere_do_not_move_the_terminal(capsys):
    say("jordan: \x1b[2J\x9b31m\r\u202egnihton")
    say_error(NotVerified("it answers \x07", hint="\x1b]0;root\x07"))
    told = capsys.readouterr()
    assert told.out == "jordan: \\x1b[2J\\x9b31m\\r\\u202egnihton\n"
    assert told.err == "error: it answers \\x07\nhint: \\x1b]0;root\\x07\n"


def test_a_file_that_cannot_be_written_leaves_the_old_one(typed, published, tmp_path):
    file = tmp_path / "f.csv"
    file.write_text("old")
    done = typed(
        *("observations", W1, "-o", file, "--unit", "s"), node=published.node.folder
    )
    assert (done.code, file.read_text()) == (3, "old")


def test_a_passphrase_that_would_be_seen_is_not_asked_for(tmp_path, typed, monkeypatch):
    monkeypatch.delenv("WATERNET_PASSPHRASE", raising=False)

    def seen(*_asked, **_options):
        warnings.warn("Can not control echo", getpass.GetPassWarning, stacklevel=2)
        return "guessed"

    monkeypatch.setattr("getpass.getpass", seen)
    done = typed("init", tmp_path / "n", "--party", "p", "--name", "en=P")
    assert (done.code, done.out) == (5, "")
    assert "error: no passphrase was given\nhint: type it, or set" in done.err
    assert not (tmp_path / "n").exists()


def test_the_version_that_runs_is_told(typed):
    answer = typed("--version")
    assert (answer.code, answer.out) == (0, f"waternet {version('waternet')}\n")
