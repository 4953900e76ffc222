"""A node as a witness: nothing is cosigned below or beside what it ever accepted."""

import multiprocessing
import shutil

import pytest
from logs import Log
from parties import LEVELS, make_party, quiet
from racing import race

from waternet.errors import NotAllowed, NotVerified
from waternet.exchange.evidence import read_evidence
from waternet.exchange.finding import Finding
from waternet.exchange.source import FolderSource
from waternet.exchange.verdict import Trusted, verify_evidence
from waternet.exchange.walk import read_head, verify_head
from waternet.exchange.witness import witness_path, write_submission
from waternet.node.follow import follow_party, pull_folder
from waternet.node.keys import write_secret
from waternet.node.recovery import recover_node
from waternet.node.verification import verify_node
from waternet.node.witness import answer_log, cosign_head, read_witness_key
from waternet.node.witnessed import last_cosigned
from waternet.record.cosignature import cosigned_times, generate_witness_signer
from waternet.record.note import read_note
from waternet.record.tree import consistency_proof

NOW = 1_796_000_000


@pytest.fixture
def israel(tmp_path):
    return make_party(tmp_path, "israel")


@pytest.fixture
def jordan(tmp_path, israel):
    party = make_party(tmp_path, "jordan")
    follow_party(israel.node, party.node.public / "card.json")
    return party


@pytest.fixture
def log(jordan):
    return Log(jordan, "abcdefghij")


@pytest.fixture
def fork(jordan):
    return Log(jordan, "abcxyzuvw")


def _ask(witness, body, seconds=NOW):
    return answer_log(witness.node, read_witness_key(witness.node), body, seconds)


def _statuses(witness, *bodies):
    return [_ask(witness, body).status for body in bodies]


def test_a_cosignature_is_that_of_the_card_and_states_the_time(israel, log):
    answer = _ask(israel, log.body(0, 4))
    cosigned = log.signed(4) + answer.text.encode()
    witness = israel.node.cards()["israel"].witness_verifier
    assert cosigned_times(cosigned, [witness]) == {witness.name: NOW}


def test_what_was_cosigned_is_shown_to_whoever_follows(israel, jordan, log):
    answer = _ask(israel, log.body(0, 4))
    shown = (israel.node.public / witness_path("waternet/jordan")).read_bytes()
    assert shown == log.signed(4) + answer.text.encode()
    assert shown == last_cosigned(israel.node, jordan.node.cards()["jordan"])


def test_a_log_grows_from_head_to_head(israel, log):
    bodies = log.body(0, 4), log.body(4, 9), log.body(9, 9)
    assert _statuses(israel, *bodies) == [200, 200, 200]


def test_two_histories_never_both_get_a_cosignature(israel, log, fork):
    assert _statuses(israel, log.body(0, 4), fork.body(4, 4)) == [200, 422]
    assert _statuses(israel, fork.body(3, 9), fork.body(0, 9)) == [409, 409]
    assert _ask(israel, fork.body(4, 9)).status == 422


def test_a_smaller_head_is_never_cosigned_again(israel, log):
    answers = [_ask(israel, body) for body in (log.body(0, 9), log.body(0, 4))]
    assert [answer.status for answer in answers] == [200, 409]
    assert answers[1].text == "9\n"


def test_a_node_does_not_witness_its_own_log_nor_a_strangers(israel, jordan, log):
    assert _ask(jordan, log.body(0, 4)).status == 404
    israel.node.folder.joinpath("cards/jordan.json").unlink()
    assert _ask(israel, log.body(0, 4)).status == 404


def test_nonsense_is_400_and_leaves_nothing(israel):
    assert _ask(israel, b"nonsense").status == 400
    assert not (israel.node.public / "witness").exists()


def test_a_key_that_is_not_on_the_card_cosigns_nothing(israel):
    other = generate_witness_signer("waternet/israel/witness")
    write_secret(israel.node.key("witness"), other.to_text(), "")
    with pytest.raises(NotVerified, match="not the key on the card"):
        read_witness_key(israel.node)
    israel.node.key("witness").unlink()
    with pytest.raises(NotAllowed):
        read_witness_key(israel.node)


def test_a_lost_state_does_not_make_a_witness_forget(israel, log, fork):
    _ask(israel, log.body(0, 4))
    (israel.node.folder / "state.sqlite").unlink()
    assert _statuses(israel, fork.body(0, 9), fork.body(4, 9)) == [409, 422]
    assert _ask(israel, log.body(4, 9)).status == 200


def test_an_older_state_does_not_make_a_witness_forget(israel, log, fork):
    _ask(israel, log.body(0, 2))
    state = israel.node.folder / "state.sqlite"
    older = state.read_bytes()
    _ask(israel, log.body(2, 5))
    state.write_bytes(older)
    assert _statuses(israel, fork.body(2, 9), fork.body(5, 9)) == [409, 422]
    assert _ask(israel, log.body(5, 9)).status == 200


def test_a_lost_witness_folder_does_not_make_a_witness_forget(israel, log, fork):
    _ask(israel, log.body(0, 4))
    (israel.node.public / witness_path("waternet/jordan")).unlink()
    assert _statuses(israel, fork.body(0, 9), fork.body(4, 9)) == [409, 422]


def test_a_damaged_head_stops_the_witness_until_it_is_looked_at(israel, log):
    _ask(israel, log.body(0, 4))
    shown = israel.node.public / witness_path("waternet/jordan")
    kept = shown.read_bytes()
    shown.write_bytes(kept.replace(b"\n4\n", b"\n3\n"))
    assert _ask(israel, log.body(4, 9)).status == 503
    shown.write_bytes(kept)
    assert _ask(israel, log.body(4, 9)).status == 200


def test_it_cosigns_while_another_command_writes(israel, log):
    with israel.node.writing():
        assert _ask(israel, log.body(0, 4)).status == 200


@pytest.mark.parametrize("left", [b"", b"\xe2\x80\x94"])
def test_a_cosignature_that_was_lost_or_damaged_is_shown_anew(israel, jordan, left):
    jordan.read()
    jordan.publish()
    pull_folder(israel.node, jordan.node.public, quiet)
    shown = israel.node.public / witness_path("waternet/jordan")
    right = shown.read_bytes()
    shown.unlink()
    if left:
        shown.write_bytes(right[:-20] + b"A" + right[-19:])
    recover_node(israel.node)
    assert shown.read_bytes() == right


def test_a_head_that_could_not_be_cosigned_is_with_a_later_pull(israel, jordan):
    key = israel.node.key("witness")
    kept = key.read_bytes()
    key.unlink()
    jordan.read()
    jordan.publish()
    pull_folder(israel.node, jordan.node.public, quiet)
    assert not (israel.node.public / "witness").exists()
    key.write_bytes(kept)
    pull_folder(israel.node, jordan.node.public, quiet)
    assert (israel.node.public / witness_path("waternet/jordan")).exists()


def test_a_witness_that_cannot_tell_still_pulls_and_verify_says_why(israel, jordan):
    jordan.read()
    jordan.publish()
    pull_folder(israel.node, jordan.node.public, quiet)
    shown = israel.node.public / witness_path("waternet/jordan")
    shown.write_bytes(shown.read_bytes().replace(b"\n3\n", b"\n2\n"))
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    assert pull_folder(israel.node, jordan.node.public, quiet).findings == []
    assert israel.node.state.head("jordan").size == 4
    (finding,) = verify_node(israel.node, quiet).findings
    assert "public/witness/" in str(finding)


def test_a_pull_cosigns_what_it_verified(israel, jordan):
    jordan.read()
    jordan.publish()
    pull_folder(israel.node, jordan.node.public, quiet)
    shown = (israel.node.public / witness_path("waternet/jordan")).read_bytes()
    card = jordan.node.cards()["jordan"]
    assert verify_head(card, shown).size == 3
    witness = israel.node.cards()["israel"].witness_verifier
    assert cosigned_times(shown, [witness])
    # A pull without news says nothing new.
    pull_folder(israel.node, jordan.node.public, quiet)
    assert (israel.node.public / witness_path("waternet/jordan")).read_bytes() == shown


def test_tiles_that_a_source_dropped_meanwhile_are_told_as_missing(
    tmp_path, israel, jordan
):
    jordan.read()
    jordan.publish()
    pull_folder(israel.node, jordan.node.public, quiet)
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    dropped = tmp_path / "dropped"
    shutil.copytree(jordan.node.public, dropped)
    card = israel.node.cards()["jordan"]
    shown = read_head(FolderSource(dropped), card)
    shutil.rmtree(dropped / "tile")
    with israel.node.writing(), pytest.raises(Finding) as raised:
        cosign_head(israel.node, card, shown, NOW)
    assert (raised.value.name, raised.value.party) == ("missing-file", "jordan")


def test_what_was_mirrored_but_never_cosigned_counts_as_seen(israel, jordan, fork):
    key = israel.node.key("witness")
    kept = key.read_bytes()
    key.unlink()
    jordan.read()
    jordan.publish()
    pull_folder(israel.node, jordan.node.public, quiet)
    key.write_bytes(kept)
    assert not (israel.node.public / "witness").exists()
    assert _statuses(israel, fork.body(0, 9), fork.body(3, 9)) == [409, 422]
    # Without state.sqlite the mirror itself says so.
    (israel.node.folder / "state.sqlite").unlink()
    assert _statuses(israel, fork.body(0, 9), fork.body(3, 9)) == [409, 422]


def test_a_pull_of_another_history_than_was_cosigned_is_a_fork(israel, jordan, fork):
    _ask(israel, fork.body(0, 2))
    jordan.read()
    jordan.publish()
    (finding,) = pull_folder(israel.node, jordan.node.public, quiet).findings
    assert (finding.name, finding.party) == ("forked-log", "jordan")
    card = jordan.node.cards()["jordan"]
    evidence = read_evidence(finding.evidence["evidence"])
    assert verify_evidence(evidence, Trusted([card])).about == "jordan"
    heads = [verify_head(card, signed) for signed in evidence.heads]
    assert sorted(head.size for head in heads) == [2, 3]
    assert israel.node.state.head("jordan").size == 0
    assert len(list(israel.node.evidence.iterdir())) == 1


def test_a_pull_of_less_than_was_cosigned_takes_what_is_there(tmp_path, israel, jordan):
    jordan.read()
    jordan.publish()
    older = shutil.copytree(jordan.node.public, tmp_path / "older")
    first = (jordan.node.public / "checkpoint").read_bytes()
    jordan.read(LEVELS + "W1,2015-04-01,-214\n")
    jordan.publish()
    newest = read_head(FolderSource(jordan.node.public), jordan.node.cards()["jordan"])
    proof = consistency_proof(3, 4, newest.reader.hash)
    first, then = (
        write_submission(0, [], first),
        write_submission(3, proof, newest.signed),
    )
    assert _statuses(israel, first, then) == [200, 200]
    assert pull_folder(israel.node, older, quiet).findings == []
    assert israel.node.state.head("jordan").size == 3
    shown = (israel.node.public / witness_path("waternet/jordan")).read_bytes()
    assert verify_head(jordan.node.cards()["jordan"], shown).size == 4


def test_processes_that_ask_at_once_never_get_cosignatures_of_two_histories(
    israel, log, fork
):
    context = multiprocessing.get_context("spawn")
    rounds = [
        [one.body(0, 4), *(one.body(4, size) for size in range(5, 10))]
        for one in (log, fork)
    ]
    start, answers = context.Barrier(4), context.Queue()
    processes = [
        context.Process(
            target=race, args=(israel.node.folder, rounds[at % 2], start, answers)
        )
        for at in range(4)
    ]
    for process in processes:
        process.start()
    given = [answers.get(timeout=120) for _ in range(4 * len(rounds[0]))]
    for process in processes:
        process.join()
    cosigned = {body for body, status in given if status == 200}
    assert cosigned
    assert not (cosigned & set(rounds[0]) and cosigned & set(rounds[1]))
    assert {status for _body, status in given} <= {200, 409, 422}


def test_of_two_heads_at_one_size_one_at_most_is_shown(israel, log, fork):
    _ask(israel, log.body(0, 4))
    _ask(israel, fork.body(0, 4))
    shown = (israel.node.public / witness_path("waternet/jordan")).read_bytes()
    assert read_note(shown).text == read_note(log.signed(4)).text
