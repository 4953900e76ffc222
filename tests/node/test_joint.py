"""Joint totals by processes on loopback; expected totals are added up by hand."""

import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest
from circle import Circle, at_once, make_circle
from parties import make_party

from waternet.bank.seal import reading_bank
from waternet.cli.main import run
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAgreed,
    NotAllowed,
    NotFound,
    NotVerified,
)
from waternet.exchange.finding import Finding
from waternet.node import joint, joint_secrets
from waternet.node.folder import Node
from waternet.node.joint import check_opening, commit_figures, open_figures, run_round
from waternet.node.joint_figures import OwnFigures
from waternet.node.joint_process import PRIME, compute, join, split
from waternet.node.publish import read_keys

THREE = ("amon", "basin", "coast")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Circle:
    """Return four parties, of which the first three compute unless more are named."""
    return make_circle(tmp_path_factory.mktemp("joint"), (*THREE, "delta"))


def totals(circle: Circle, party: str, name: str) -> dict[str, Decimal]:
    round_ = circle.round(party, name)
    body = round_.totals[party].entry.body
    return {row["period"]: round_.value(row["total"]) for row in body["totals"]}


def withheld(circle: Circle, party: str, name: str) -> dict[str, str]:
    body = circle.round(party, name).totals[party].entry.body
    return {row["period"]: row["rule"] for row in body["withheld"]}


def test_the_total_is_what_plain_addition_gives_and_every_party_says_so(
    three: Circle,
) -> None:
    name = three.propose(periods=["2015-01", "2015-02", "2015-03", "2015-04"])
    three.commit(
        name,
        {
            # 10.5 + 20.25 + 30.125 = 60.875; 2015-02 is missing of one; in 2015-03
            # one has nearly all of it; 2015-04: 7 + 8 + 9.0004, kept to 9.000.
            "amon": "2015-01,10.5,hm3\n2015-02,1,hm3\n2015-03,1,hm3\n2015-04,7,hm3\n",
            "basin": "2015-01,20250,10*3.m3\n2015-02,2,hm3\n2015-03,2,hm3\n"
            "2015-04,8,hm3\n",
            "coast": "2015-01,30.125,hm3\n2015-02,,hm3\n2015-03,1000,hm3\n"
            "2015-04,9.0004,hm3\n",
        },
    )
    done = three.run(name)
    three.tell()
    assert [type(one).__name__ for one in done] == ["Round"] * 3
    for party in THREE:
        assert totals(three, party, name) == {
            "2015-01": Decimal("60.875"),
            "2015-04": Decimal("24.000"),
        }
        assert withheld(three, party, name) == {
            "2015-02": "no-figure",
            "2015-03": "dominance",
        }
        assert three.round(party, name).agrees


def test_no_figure_of_a_party_stands_in_any_record(three: Circle) -> None:
    name = three.propose(periods=["2015"], decimals=6)
    figures = {"amon": "4112.345678", "basin": "5223.456789", "coast": "6334.567891"}
    three.commit(name, {party: f"2015,{told},hm3\n" for party, told in figures.items()})
    three.run(name)
    words = [told.replace(".", "").encode() for told in figures.values()]
    for party in three.parties.values():
        for path in party.node.public.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not any(word in content for word in words)
    assert totals(three, "amon", name) == {"2015": Decimal("15670.370358")}


def test_the_p_rule_withholds_at_its_bound_and_a_total_of_nothing(
    three: Circle,
) -> None:
    # The largest has 100, p is 10: the rest, beside the two largest, must be over 10.
    name = three.propose(periods=["2013", "2014", "2015"], decimals=0)
    three.commit(
        name,
        {
            "amon": "2013,100,hm3\n2014,100,hm3\n2015,0,hm3\n",
            "basin": "2013,50,hm3\n2014,50,hm3\n2015,0,hm3\n",
            "coast": "2013,10,hm3\n2014,11,hm3\n2015,0,hm3\n",
        },
    )
    three.run(name)
    assert totals(three, "coast", name) == {"2014": Decimal(161)}
    assert withheld(three, "coast", name) == {"2013": "dominance", "2015": "dominance"}


def test_a_party_stopped_before_it_told_its_total_asks_for_another_run(
    three: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _addresses = agreed(three)
    honest = joint._tell

    def stopped(node: Node, *told: object) -> None:
        if node.party == "basin":
            raise OSError("no space left")
        honest(node, *told)  # type: ignore[arg-type]

    monkeypatch.setattr(joint, "_tell", stopped)
    done = three.run(name)
    assert [type(one).__name__ for one in done] == ["Round", "OSError", "Round"]
    monkeypatch.undo()
    three.tell()
    three.run(name)
    three.tell()
    found = three.round("amon", name)
    assert found.agrees
    assert found.passed_over == []


def test_nothing_that_others_send_is_unpickled() -> None:
    code = (
        "from waternet.node import joint_computation as it\n"
        "runtime = it._import_mpyc(['--no-log'])\n"
        "import mpyc.runtime\n"
        "assert mpyc.runtime.pickle is None and runtime is mpyc.runtime.mpc\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b""


def test_four_parties_get_a_weighted_mean(three: Circle) -> None:
    circle = three
    weights = {"amon": 1, "basin": 2, "coast": 3, "delta": 4}
    name = circle.propose(
        statistic="weighted-mean",
        observed_property="chloride",
        unit="mg/L",
        decimals=0,
        parties=[{"party": one, "weight": weights[one]} for one in weights],
    )
    # (1 x 100 + 2 x 200 + 3 x 300 + 4 x 400) / 10 = 300
    circle.commit(
        name,
        {one: f"2015,{100 * weight},mg/L\n" for one, weight in weights.items()},
    )
    circle.run(name)
    for party in weights:
        assert totals(circle, party, name) == {"2015": Decimal(300)}


def test_a_total_that_differs_by_one_party_from_an_earlier_one_is_withheld(
    three: Circle,
) -> None:
    circle = three
    figures = dict.fromkeys(circle.parties, "2015,10,hm3\n")
    first = circle.propose(area="example:one")
    circle.commit(first, {one: figures[one] for one in THREE})
    circle.run(first)
    circle.tell()
    four = [{"party": one, "weight": 1} for one in circle.parties]
    second = circle.propose(area="example:one", parties=four)
    circle.commit(second, figures)
    circle.run(second)
    for party in circle.parties:
        assert totals(circle, party, second) == {}
        assert withheld(circle, party, second) == {"2015": "difference"}


def test_a_figure_that_is_public_hides_nobody(three: Circle) -> None:
    name = three.propose()
    for party, value in (("amon", 10), ("basin", 11), ("coast", 12)):
        own = OwnFigures({"2015": value * 1000}, {"2015"} if party == "amon" else set())
        (address,) = [joint.Address("127.0.0.1", 9)]
        commit_figures(three.parties[party].node, three.keys(party), name, own, address)
    three.tell()
    three.run(name)
    assert withheld(three, "basin", name) == {"2015": "already-public"}


def test_two_parties_are_too_few(three: Circle) -> None:
    words = ["joint", "propose", "x", "--property", "groundwater-abstraction"]
    words += ["--area", "a", "--unit", "hm3", "--from", "2015", "--to", "2016"]
    words += ["--party", "amon", "--party", "basin"]
    node = three.parties["amon"].node
    assert run([*words, "--node", str(node.folder)]) == 5
    two = [{"party": one, "weight": 1} for one in ("amon", "basin")]
    name = three.propose(parties=two)
    own = OwnFigures({"2015": 1})
    with pytest.raises(NotAllowed, match="fewer-than-three"):
        commit_figures(node, three.keys("amon"), name, own, None)


def test_nothing_is_computed_before_everybody_committed(three: Circle) -> None:
    name = three.propose()
    three.commit(name, {"amon": "2015,1,hm3\n", "basin": "2015,2,hm3\n"})
    amon = three.parties["amon"].node
    with pytest.raises(NotAgreed, match="coast"):
        run_round(amon, three.keys("amon"), name, {}, 1)
    own = three.figures(name, "amon", "2015,3,hm3\n")
    with pytest.raises(Conflict, match="already"):
        commit_figures(amon, three.keys("amon"), name, own, None)


def agreed(circle: Circle) -> tuple[str, dict[str, joint.Address]]:
    name = circle.propose()
    figures = {
        "amon": "2015,10,hm3\n",
        "basin": "2015,11,hm3\n",
        "coast": "2015,12,hm3\n",
    }
    return name, circle.commit(name, figures)


def test_a_party_that_never_comes_is_named_and_a_later_run_succeeds(
    three: Circle,
) -> None:
    name, _addresses = agreed(three)
    stopped = three.run(name, ("amon", "basin"), seconds=3)
    for one in stopped:
        assert isinstance(one, NotVerified)
        assert "'coast' never connected" in str(one)
    three.tell()
    assert not three.round("amon", name).totals
    three.run(name)
    assert totals(three, "coast", name) == {"2015": Decimal(33)}


@contextmanager
def answering(port: int, key: Path) -> Iterator[list[bytes]]:
    """Answer at a port with a key: take two bytes of each caller, then hang up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key)
    told: list[bytes] = []
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", port))
    listener.settimeout(0.1)

    def answer() -> None:
        while not ended.is_set():
            with suppress(OSError):
                raw, _from = listener.accept()
                raw.settimeout(5)
                with context.wrap_socket(raw, server_side=True) as channel:
                    told.append(channel.recv(2))

    answering_ = threading.Thread(target=answer)
    answering_.start()
    try:
        yield told
    finally:
        ended.set()
        answering_.join()
        listener.close()


def test_a_party_that_goes_away_is_named(three: Circle) -> None:
    name, addresses = agreed(three)
    node = three.parties["coast"].node
    key = joint_secrets.kept_path(node, three.round("coast", name), "pem")
    with answering(addresses["coast"].port, key):
        stopped = three.run(name, ("amon", "basin"), seconds=10)
    assert all(isinstance(one, NotVerified) for one in stopped)
    assert any("'coast' broke off" in str(one) for one in stopped)
    assert not three.round("amon", name).totals


def test_a_stranger_at_a_partys_address_is_not_that_party(
    three: Circle, tmp_path: Path
) -> None:
    name, addresses = agreed(three)
    stranger = joint_secrets.make_secrets(
        three.round("basin", name), "coast", {"2015": 1}
    )
    key = tmp_path / "stranger.pem"
    key.write_text(stranger["key"], encoding="utf-8")
    with answering(addresses["coast"].port, key) as told:
        stopped = three.run(name, ("amon", "basin"), seconds=3)
    assert all("'coast' never connected" in str(one) for one in stopped)
    assert told == []


def lie(circle: Circle, name: str) -> list[object]:
    """Let coast put other shares in than it committed to."""
    node = circle.parties["coast"].node
    round_ = circle.round("coast", name)
    task = joint._task(node, round_, {})
    parcels = {}
    for place, line in task["parcels"].items():
        told = json.loads(line)
        told["shares"] = dict.fromkeys(told["shares"], "5")
        parcels[place] = json.dumps(told)
    task |= {"parcels": parcels, "withheld": {}, "public": {}}
    works = [lambda: compute(task, 60)]
    for party in ("amon", "basin"):
        own, keys = circle.parties[party].node, circle.keys(party)
        works.append(lambda own=own, keys=keys: run_round(own, keys, name, {}, 60))
    return at_once(works)


def test_shares_that_were_not_committed_to_are_named_before_anything_is_opened(
    three: Circle,
) -> None:
    name, _addresses = agreed(three)
    _coast, *others = lie(three, name)
    for one in others:
        assert isinstance(one, NotVerified)
        assert "'coast' sent shares to which it had not committed" in str(one)
    assert not three.round("amon", name).totals


def opening(circle: Circle, party: str, name: str) -> dict[str, object]:
    node = circle.parties[party].node
    with reading_bank(node.bank) as bank:
        return open_figures(node, bank, name)


def checked(circle: Circle, name: str, opened: object) -> dict[str, int]:
    node = circle.parties["amon"].node
    with reading_bank(node.bank) as bank:
        return check_opening(node, bank, name, json.dumps(opened).encode())


def test_who_opens_what_it_committed_to_is_believed(three: Circle) -> None:
    name, _addresses = agreed(three)
    assert checked(three, name, opening(three, "coast", name)) == {"2015": 12_000}


def test_who_opens_another_figure_is_named(three: Circle) -> None:
    name, _addresses = agreed(three)
    opened = opening(three, "coast", name)
    line = opened["inputs"]["2015"]  # type: ignore[index]
    opened["inputs"]["2015"] = line.replace("12000", "12001")  # type: ignore[index]
    with pytest.raises(Finding, match="'coast'") as caught:
        checked(three, name, opened)
    assert caught.value.name == "bad-share"
    kept = three.parties["amon"].node.evidence.iterdir()
    whats = {path.name.rsplit("-", 1)[0] for path in kept}
    assert whats == {"coast-bad-share-commitment", "coast-bad-share-opening"}


def test_who_computed_with_another_figure_than_committed_is_named_on_opening(
    three: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = three.propose()
    honest = joint_secrets.make_secrets

    def two_faced(
        round_: object, party: str, values: dict[str, int]
    ) -> dict[str, object]:
        kept = honest(round_, party, {"2015": 99_000})  # type: ignore[arg-type]
        shown = honest(round_, party, values)  # type: ignore[arg-type]
        return {**kept, "inputs": shown["inputs"]}

    monkeypatch.setattr(joint, "make_secrets", two_faced)
    three.commit(name, {"coast": "2015,12,hm3\n"})
    with pytest.raises(Finding, match="not of the figure it opens"):
        checked(three, name, opening(three, "coast", name))


def test_a_lost_or_altered_secret_is_told(three: Circle) -> None:
    name, _addresses = agreed(three)
    node = three.parties["coast"].node
    path = joint_secrets.kept_path(node, three.round("coast", name))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.write_text(path.read_text().replace("12000", "12001"))
    with pytest.raises(NotAcceptable, match="not what 'coast' committed to"):
        opening(three, "coast", name)
    path.unlink()
    with pytest.raises(NotFound, match="does not hold"):
        opening(three, "coast", name)


def test_shares_lie_on_a_line_drawn_by_hand() -> None:
    # 7 + 3 x: 10, 13 and 16 at 1, 2 and 3; the line through 10 and 16 meets 0 at 7.
    assert join([(1, 10), (3, 16)], [0, 2]) == [7, 13]
    # One share, of whatever value, leaves every secret possible.
    assert join([(1, 10), (2, PRIME - 5)], [0]) == [25]


def test_any_two_of_three_shares_join_the_secret() -> None:
    secret = 2**200 + 12_345
    ((one, two, three_),) = split([secret], 1, 3)
    for points in (
        [(1, one), (2, two)],
        [(1, one), (3, three_)],
        [(3, three_), (2, two)],
    ):
        assert join(points, [0]) == [secret]


def test_a_figure_below_zero_or_in_another_dimension_is_refused(three: Circle) -> None:
    name = three.propose()
    for table, told in (
        ("2015,-1,hm3\n", "zero or more"),
        ("2015,1,mg/L\n", "measure different things"),
        ("2015,x,hm3\n", "line 2: 'x' is not a number"),
        ("2016,1,hm3\n", "is no period"),
        ("2015,1,\n", "no unit"),
        ("2015,1,hm3\n2015,2,hm3\n", "line 2 already"),
        ("2015,1e16,hm3\n", "too large"),
    ):
        with pytest.raises(NotAcceptable, match=told):
            three.figures(name, "amon", table)


def test_a_stranger_to_the_proposal_cannot_commit(
    three: Circle, tmp_path: Path
) -> None:
    name = three.propose()
    other = make_party(tmp_path, "other")
    node = other.node
    for party in three.parties.values():
        card = party.node.public / "card.json"
        assert run(["follow", str(card), "--node", str(node.folder)]) == 0
    assert run(["pull", str(three.folder), "--node", str(node.folder)]) == 0
    with pytest.raises(NotAllowed, match="not named"):
        commit_figures(node, read_keys(node, ""), name, OwnFigures({"2015": 1}), None)
