"""Acts while a process is killed: none is lost, none entered twice."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from delegations import make_delegations

from waternet.bank.seal import reading_bank
from waternet.node.acting import Asked, Doing, draw_up, sign_line
from waternet.node.credentials import own_key
from waternet.node.delegates import delegate_key
from waternet.node.handed_acts import enter_handed, hand_in, list_handed
from waternet.node.intake import bring_up_to_date
from waternet.node.publish import read_keys


@pytest.fixture
def made(tmp_path):
    made = make_delegations(tmp_path, "jordan")
    made.found()
    return made


def waternet(node, *words, **environment):
    """Run a command in a process of its own; return its exit code."""
    command = [sys.executable, "-m", "waternet.cli.main", *map(str, words)]
    told = {**os.environ, "WATERNET_NODE": str(node.folder), **environment}
    done = subprocess.run(command, env=told, capture_output=True, check=False)
    return done.returncode


def signed(made):
    """Return an act of Jordan's delegate: another consent to the charter."""
    node, state = made.nodes["jordan"], made.state("jordan")
    last = datetime.now(UTC) + timedelta(days=3)
    body = {"to": state.charter.sha256, "expires": f"{last:%Y-%m-%d}"}
    doing = Doing("charter.consent", "charter", body, (state.group,))
    with reading_bank(node.bank) as bank:
        line = draw_up(node, bank, Asked(delegate="envoy"), lambda _state: doing)
    return sign_line(line, own_key(node, "envoy", ""))


def handed(made):
    act, note = signed(made)
    node = made.nodes["jordan"]
    with reading_bank(node.bank) as bank:
        hand_in(node, bank, note, "rana")
    return act


@pytest.mark.parametrize(
    "name", ["log.staged", "log.committed", "act.entered", "act.before-drop"]
)
def test_an_act_that_was_handed_in_is_entered_once(made, name):
    node, act = made.nodes["jordan"], handed(made)
    size = node.state.head("jordan").size
    code = waternet(node, "act", "enter", act.id, WATERNET_FAILPOINT=name)
    assert code == -signal.SIGKILL
    assert [one.act.id for one in list_handed(node)] == [act.id]
    done = enter_handed(node, read_keys(node, ""), act.id)
    assert (done.act.id, done.entry) == (act.id, size)
    assert node.state.head("jordan").size == size + 1
    assert list_handed(node) == []
    assert act.id in made.state("jordan").taken


def test_an_act_that_was_entered_is_in_the_state_after_a_kill(made, tmp_path):
    node, (act, note) = made.nodes["jordan"], signed(made)
    file = tmp_path / "consent"
    file.write_text(note)
    code = waternet(node, "act", "enter", file, WATERNET_FAILPOINT="act.entered")
    assert code == -signal.SIGKILL
    bring_up_to_date(node)
    assert act.id in made.state("jordan").taken


def test_an_act_is_handed_in_whole_or_not_at_all(made, tmp_path):
    node, (act, note) = made.nodes["jordan"], signed(made)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from waternet.bank.seal import reading_bank\n"
        "from waternet.node.folder import open_node\n"
        "from waternet.node.handed_acts import hand_in\n"
        "node = open_node([Path(sys.argv[1])])\n"
        "with reading_bank(node.bank) as bank:\n"
        "    hand_in(node, bank, Path(sys.argv[2]).read_text(), 'rana')\n"
    )
    file = tmp_path / "consent"
    file.write_text(note)
    command = [sys.executable, "-c", program, str(node.folder), str(file)]
    told = {**os.environ, "WATERNET_FAILPOINT": "act.before-kept"}
    assert subprocess.run(command, env=told, check=False).returncode == -signal.SIGKILL
    assert list_handed(node) == []
    subprocess.run(command, check=True)
    subprocess.run(command, check=True)
    assert [one.act.id for one in list_handed(node)] == [act.id]


def test_an_act_is_dropped_whole_or_not_at_all(made):
    node, act = made.nodes["jordan"], handed(made)
    code = waternet(node, "act", "drop", act.id, WATERNET_FAILPOINT="act.unlisted")
    assert code == -signal.SIGKILL
    assert list_handed(node) == []
    again = handed(made)
    assert [one.act.id for one in list_handed(node)] == [again.id]


@pytest.mark.parametrize("lost", ["act", "about.json"])
def test_an_act_that_is_there_in_part_stands_in_nobodys_way(made, lost):
    node, (act, note) = made.nodes["jordan"], signed(made)
    with reading_bank(node.bank) as bank:
        waiting = hand_in(node, bank, note, "rana")
        (waiting.folder / lost).unlink()
        assert list_handed(node) == []
        hand_in(node, bank, note, "rana")
    assert [one.act.id for one in list_handed(node)] == [act.id]


def test_a_credential_goes_on_with_the_key_that_was_made(made):
    node = made.nodes["jordan"]
    words = ("credential", "give", "rana", "--name", "en=Rana", "--plain-key")
    code = waternet(node, *words, WATERNET_FAILPOINT="credential.key-written")
    assert code == -signal.SIGKILL
    before = delegate_key(node, "rana").read_bytes()
    assert waternet(node, *words) == 0
    assert delegate_key(node, "rana").read_bytes() == before
