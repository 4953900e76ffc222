"""Drafts on the desk while a process is killed: none is lost, none published twice."""

import signal

import pytest
from faults.act import DRAFT, DRAFT_TIME, act
from faults.scenes import Scene
from parties import ADDRESS, make_party, quiet

from waternet.api.sensorthings.tables import ready_tables
from waternet.bank.query import get_observations
from waternet.bank.seal import reading_bank
from waternet.node.desk import Desk, DraftObservation
from waternet.node.observation_number import number_observation
from waternet.node.publish import publish_pending, read_keys
from waternet.node.status import node_status

STEPS = ["desk.kept", "desk.before-clear", "desk.cleared", "log.committed"]


@pytest.fixture
def party(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    with reading_bank(party.node.bank) as bank:
        ready_tables(bank, party.node, "en")  # numbers what is published
    return party


def _kill(party, command, name):
    code, said = Scene(party.node, command).run(WATERNET_FAILPOINT=name)
    assert code == -signal.SIGKILL, said


def _publish(party):
    publish_pending(party.node, read_keys(party.node, ""), "a slip", quiet)


def _drafts(party):
    with Desk.open(party.node.folder) as desk:
        return desk.rows("SELECT number, result FROM observation ORDER BY 1")


def _figures(party):
    with reading_bank(party.node.bank) as bank:
        found = get_observations(bank, [f"jordan:{ADDRESS}"])
        return found["value"].to_pylist()


@pytest.mark.parametrize("name", STEPS)
def test_a_second_run_publishes_what_was_killed_once(party, name):
    with Desk.open(party.node.folder) as desk, desk.writing():
        # One figure that is new, and one that is taken back.
        back = 1_420_063_200_000_000  # 2014-12-31T22:00:00Z
        gone = DraftObservation(number_observation(1, back), 1, back, is_held=False)
        desk.put_observations([DRAFT, gone])
    entries = node_status(party.node).records[0].entries
    _kill(party, "publish", name)
    _publish(party)
    assert _figures(party) == [-215.0, -214.5, -213.5]
    assert _drafts(party) == []
    status = node_status(party.node)
    assert (status.records[0].entries, status.pending) == (entries + 1, ())


def test_a_write_that_was_killed_is_not_there_and_can_be_repeated(party):
    _kill(party, "draft", "desk.before-commit")
    assert _drafts(party) == []
    act(party.node, "draft")
    act(party.node, "draft")
    assert _drafts(party) == [(DRAFT.number, -213.5)]


def test_what_is_changed_while_it_is_published_stays(party):
    with Desk.open(party.node.folder) as desk, desk.writing():
        desk.put_observations([DRAFT])
    _kill(party, "publish", "desk.before-clear")
    assert _figures(party)[-1] == -213.5
    with Desk.open(party.node.folder) as desk, desk.writing():
        later = DraftObservation(DRAFT.number, 1, DRAFT_TIME, feature=1, result=-213.0)
        desk.put_observations([later])
    _publish(party)
    assert _figures(party)[-1] == -213.0
    assert _drafts(party) == []
