"""A restored backup never continues its log before the others were asked."""

import shutil
from dataclasses import replace

import pytest
from circles import circle_of, copy_of
from parties import LEVELS, Party, quiet
from serving import app_of, served
from starlette.responses import Response
from starlette.routing import Route

from waternet.errors import NotAcceptable
from waternet.exchange.card import read_card
from waternet.exchange.finding import Finding
from waternet.exchange.walk import verify_head
from waternet.exchange.witness import witness_path
from waternet.node.cosigning import gather_cosignatures, verify_known
from waternet.node.follow import pull_folder
from waternet.node.trust import may_know_less
from waternet.node.whereabouts import accept_whereabouts, hear_from
from waternet.node.witness import answer_log, read_witness_key

NOW = 1_796_000_000


@pytest.fixture
def three(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan", "palestine")) as circle:
        yield circle


@pytest.fixture
def backup(three, tmp_path):
    """Return jordan as it was before it published more, which all others saw."""
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    node = copy_of(three["jordan"].node, tmp_path / "backup" / "jordan")
    three.publish("jordan", 3)
    gather_cosignatures(three["jordan"].node)
    return Party(node, three["jordan"].desk)


def _publish(party):
    party.read(LEVELS + "W7,2016-05-05,77\n")
    return party.publish("more of them")


def test_a_restored_backup_that_others_know_more_of_is_not_continued(three, backup):
    with pytest.raises(Finding, match=r"shows 4 entries.*knows 3") as refused:
        _publish(backup)
    assert refused.value.name == "restored-backup"
    assert backup.node.state.head("jordan").size == 3
    # Both heads are signed by its own key: anybody can check it.
    card = three["israel"].node.cards()["jordan"]
    heads = [path.read_bytes() for path in backup.node.evidence.iterdir()]
    assert sorted(verify_head(card, signed).size for signed in heads) == [3, 4]


def test_it_is_found_out_too_where_the_backup_is_put_back_in_place(three, backup):
    node = three["jordan"].node
    for name in ("public", "state.sqlite"):
        old, new = backup.node.folder / name, node.folder / name
        if new.is_dir():
            shutil.rmtree(new)
            shutil.copytree(old, new)
        else:
            new.write_bytes(old.read_bytes())
    shutil.rmtree(node.bank)
    with pytest.raises(Finding, match=r"shows 4 entries.*knows 3"):
        _publish(three["jordan"])


def _forked(circle, folder):
    """Return jordan with entries that it published from a copy of three."""
    forked = copy_of(circle["jordan"].node, folder)
    (forked.folder / "policy").unlink()
    for path in (forked.folder / "cards").glob("*.json"):
        path.unlink()
    _publish(Party(forked, circle["jordan"].desk))
    return forked


def test_a_shorter_head_that_contradicts_the_own_log_is_found_out(three, tmp_path):
    three.publish("jordan")
    forked = _forked(three, tmp_path / "forked" / "jordan")
    three.publish("jordan", 3)
    node = three["jordan"].node
    fourth = (node.public / "checkpoint").read_bytes()
    for rows in (5, 7):
        three.publish("jordan", rows)
    own = node.cards()["jordan"]
    verify_known(node, own, fourth, "israel")
    shown = (forked.public / "checkpoint").read_bytes()
    with pytest.raises(Finding, match=r"shows 5 entries.*knows others") as found:
        verify_known(node, own, shown, "israel")
    assert found.value.name == "restored-backup"


def test_a_witness_that_cannot_prove_it_holds_nobody_up(three):
    three.publish("jordan")
    (three["israel"].node.public / "witness").mkdir(exist_ok=True)
    folder = three["israel"].node.folder / "mirror" / "jordan"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_bytes(b"waternet/jordan\n99\n")
    three.publish("jordan", 3)
    assert three["jordan"].node.state.head("jordan").size == 4


def test_a_copy_goes_on_once_enough_of_the_others_know_no_more(three, tmp_path):
    three.publish("jordan")
    copy = Party(
        copy_of(three["jordan"].node, tmp_path / "moved" / "jordan"),
        three["jordan"].desk,
    )
    assert may_know_less(copy.node)
    _publish(copy)
    assert not may_know_less(copy.node)


def test_a_copy_is_not_continued_while_too_few_can_be_asked(three, tmp_path):
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    three.leave("palestine")
    copy = Party(
        copy_of(three["jordan"].node, tmp_path / "moved" / "jordan"),
        three["jordan"].desk,
    )
    with pytest.raises(Finding, match="too few of the other parties"):
        _publish(copy)
    # palestine's word comes on a stick: it cosigned just this head.
    stick = three["palestine"].node.public
    assert pull_folder(copy.node, stick, quiet).findings == []
    _publish(copy)


@pytest.mark.parametrize("status", [200, 404])
def test_a_machine_that_is_not_the_party_has_not_answered(three, tmp_path, status):
    """A captive portal has a page for every path, a parked domain for none."""

    async def answer(_request):
        return Response("<p>Welcome</p>", status)

    three.publish("jordan")
    copy = copy_of(three["jordan"].node, tmp_path / "moved" / "jordan")
    with served(app_of(Route("/{path:path}", answer))) as address:
        for path in (copy.folder / "cards").glob("*.json"):
            card = read_card(path.read_bytes(), path.name)
            path.write_bytes(replace(card, addresses=(address,)).to_json())
        with pytest.raises(Finding, match="know no more of its log: none of them"):
            _publish(Party(copy, three["jordan"].desk))


def test_a_stick_without_its_partys_cosignature_speaks_for_nobody(three, tmp_path):
    """Anybody can copy a head into a folder with somebody's card."""
    three.publish("jordan")
    signed = (three["jordan"].node.public / "checkpoint").read_bytes()
    stick = three["palestine"].node.public
    shown = stick / witness_path("waternet/jordan")
    shown.parent.mkdir(parents=True, exist_ok=True)
    shown.write_bytes(b"".join(signed.splitlines(keepends=True)[:5]))
    for party in ("israel", "palestine"):
        three.leave(party)
    copy = copy_of(three["jordan"].node, tmp_path / "moved" / "jordan")
    (finding,) = pull_folder(copy, stick, quiet).findings
    assert "know no more of its log: none of them" in str(finding)


def test_who_was_heard_is_asked_again_once_somebody_shows_more(three, backup):
    hear_from(backup.node, "israel")
    with pytest.raises(Finding, match="shows 4 entries"):
        _publish(backup)
    for party in ("israel", "palestine"):
        three.leave(party)
    with pytest.raises(Finding, match="know no more of its log: none of them"):
        _publish(backup)
    hear_from(backup.node, "israel")
    found = pull_folder(backup.node, three["palestine"].node.public, quiet).findings
    assert "shows 4 entries" in str(found[0])
    with pytest.raises(Finding, match="know no more of its log: none of them"):
        _publish(backup)


def test_an_older_stick_says_nothing_of_what_is_known_now(three, tmp_path):
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    stick = shutil.copytree(three["palestine"].node.public, tmp_path / "stick")
    three.publish("jordan", 3)
    for party in ("israel", "palestine"):
        three.leave(party)
    copy = copy_of(three["jordan"].node, tmp_path / "moved" / "jordan")
    (finding,) = pull_folder(copy, stick, quiet).findings
    assert (finding.name, may_know_less(copy)) == ("restored-backup", True)


def test_a_stick_with_a_newer_head_of_the_own_log_is_a_finding(three, backup):
    three.leave("israel")
    three.leave("palestine")
    found = pull_folder(backup.node, three["israel"].node.public, quiet).findings
    assert {one.name for one in found} == {"restored-backup"}
    assert "shows 4 entries" in str(found[0])


def test_somebody_may_decide_that_there_is_nothing_newer(three, backup):
    for party in ("israel", "palestine"):
        three.leave(party)
    with pytest.raises(NotAcceptable, match="reason"):
        accept_whereabouts(backup.node, " ")
    accept_whereabouts(backup.node, "Rana, director: the others are gone")
    (told,) = backup.node.evidence.glob("restored-*.txt")
    assert "Rana" in told.read_text()
    _publish(backup)


def test_nobody_may_decide_so_against_what_others_show(backup):
    with pytest.raises(Finding, match="shows 4 entries"):
        accept_whereabouts(backup.node, "Rana, director: the others are gone")


def test_a_party_without_a_policy_is_not_held_up(tmp_path):
    with circle_of(tmp_path, ("israel", "jordan"), "none") as two:
        two.publish("jordan")
        two.leave("israel")
        copy = copy_of(two["jordan"].node, tmp_path / "moved" / "jordan")
        _publish(Party(copy, two["jordan"].desk))


def test_a_restored_witness_cosigns_nothing_before_it_asked_the_others(three, tmp_path):
    """It may have cosigned what it forgot: then it would cosign another history."""
    three.publish("jordan")
    gather_cosignatures(three["jordan"].node)
    backup = copy_of(three["israel"].node, tmp_path / "backup" / "israel")
    # The same log's key signs another history of the same size.
    forked = _forked(three, tmp_path / "forked" / "jordan")
    three.publish("jordan", 3)
    gather_cosignatures(three["jordan"].node)
    from waternet.exchange.witness import write_submission
    from waternet.node.intake import seen_head
    from waternet.record.tree import consistency_proof

    seen = seen_head(forked, "jordan")
    body = write_submission(3, consistency_proof(3, 4, seen.reader.hash), seen.signed)
    signer = read_witness_key(backup)
    assert answer_log(backup, signer, body, NOW).status == 503
    # Its own record says nothing; a pull asks the others, palestine knows the newer.
    pull_folder(backup, three["palestine"].node.public, quiet)
    assert not may_know_less(backup)
    answer = answer_log(backup, signer, body, NOW)
    assert (answer.status, answer.text) == (409, "4\n")
