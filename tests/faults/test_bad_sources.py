"""Sources over a line: dying, stalled, lying, behind; one of several is enough."""

import shutil
from contextlib import contextmanager
from dataclasses import replace

import pytest
from parties import LEVELS, make_party, quiet
from serving import served
from starlette.responses import Response

from waternet.api.app import make_app
from waternet.exchange.web import Patience
from waternet.node.durable import write_durably
from waternet.node.follow import find_card, follow_party
from waternet.node.pull import pull_records
from waternet.node.verification import verify_node

GROWN = LEVELS + "W1,2015-04-01,-214\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Give up on a line soon, and wait for nobody."""
    patience = Patience(
        connect=2, silence=0.5, attempts=2, longest=0, wait=lambda _seconds: None
    )
    monkeypatch.setattr("waternet.exchange.http_source.Patience", lambda: patience)


class Line:
    """Stands before a node's application and may spoil what passes."""

    def __init__(self, app):
        self.app = app
        self.asked: list[str] = []
        self.dies_after = 1 << 30
        self.altered = ""

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.asked.append(scope["path"])
        if len(self.asked) > self.dies_after:
            await Response(status_code=503)(scope, receive, send)
        elif self.altered and self.altered in scope["path"]:
            await Response(b"something else")(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@pytest.fixture
def jordan(tmp_path):
    party = make_party(tmp_path, "jordan")
    party.read()
    party.publish()
    return party


@pytest.fixture
def israel(tmp_path):
    return make_party(tmp_path, "israel")


@pytest.fixture
def line(jordan):
    return Line(make_app(jordan.node))


@contextmanager
def _own_address(israel, jordan, line):
    """Serve a party at an address that its card tells, and follow it there."""
    with served(line) as address:
        card = replace(jordan.node.cards()["jordan"], addresses=(address,))
        write_durably(jordan.node.public / "card.json", card.to_json())
        follow_party(israel.node, address)
        line.asked.clear()
        yield address


@pytest.fixture
def address(israel, jordan, line):
    with _own_address(israel, jordan, line) as given:
        yield given


def _pull(israel, *locations):
    return pull_records(israel.node, [str(one) for one in locations], quiet)


def _names(findings):
    return [(finding.name, finding.source) for finding in findings]


def test_a_party_is_followed_and_pulled_at_its_address(israel, address):
    assert find_card(address).is_remote
    assert _pull(israel).entries == {"jordan": 3}
    assert verify_node(israel.node, quiet).findings == []


@pytest.mark.usefixtures("address")
def test_nothing_new_is_one_request(israel, line):
    _pull(israel)
    line.asked.clear()
    assert _pull(israel).entries == {"jordan": 0}
    assert line.asked == ["/checkpoint"]


@pytest.mark.parametrize("after", range(1, 8))
@pytest.mark.usefixtures("address")
def test_a_server_that_dies_is_gone_on_with(israel, line, after):
    line.dies_after = after
    _pull(israel)
    line.dies_after = 1 << 30
    pulled = _pull(israel)
    assert pulled.findings == []
    assert verify_node(israel.node, quiet).entries == {"israel": 0, "jordan": 3}
    assert verify_node(israel.node, quiet).findings == []


@pytest.mark.usefixtures("address")
def test_a_server_that_dies_half_way_is_made_good_by_a_stick(
    tmp_path, israel, jordan, line
):
    stick = tmp_path / "stick"
    shutil.copytree(jordan.node.public, stick)
    follow_party(israel.node, stick)
    line.dies_after = 2
    pulled = _pull(israel)
    assert (pulled.entries, pulled.findings) == ({"jordan": 3}, [])
    assert len(pulled.unread) == 1
    assert verify_node(israel.node, quiet).findings == []


def test_a_lying_server_is_made_good_by_a_stick(
    tmp_path, israel, jordan, line, address
):
    stick = tmp_path / "stick"
    shutil.copytree(jordan.node.public, stick)
    follow_party(israel.node, stick)
    line.altered = "/tile/entries/"
    pulled = _pull(israel)
    assert (pulled.entries, pulled.findings) == ({"jordan": 3}, [])
    assert _names(pulled.bad_copies) == [("altered-entry", address)]
    assert verify_node(israel.node, quiet).findings == []


def test_a_stalled_peer_keeps_nobody_elses_news_back(tmp_path, israel, jordan):
    async def stalled(_scope, receive, _send):
        while (await receive())["type"] != "http.disconnect":
            pass

    palestine = make_party(tmp_path, "palestine")
    palestine.read()
    palestine.publish()
    follow_party(israel.node, palestine.node.public)
    line = Line(make_app(jordan.node))
    with _own_address(israel, jordan, line):
        line.app = stalled
        pulled = _pull(israel)
    assert pulled.entries == {"palestine": 3}
    assert len(pulled.unread) == 1


def test_the_partys_own_address_that_shows_less_is_a_log_rolled_back(
    tmp_path, israel, jordan, address
):
    old = tmp_path / "old"
    shutil.copytree(jordan.node.public, old)
    jordan.read(GROWN)
    jordan.publish()
    assert _pull(israel).entries == {"jordan": 4}
    shutil.copy(old / "checkpoint", jordan.node.public / "checkpoint")
    pulled = _pull(israel)
    assert _names(pulled.findings) == [("rolled-back-log", address)]
    assert len(list(israel.node.evidence.iterdir())) == 1
    stick = _pull(israel, old)
    assert [finding.name for finding in stick.findings] == ["stale-mirror"]
    assert len(list(israel.node.evidence.iterdir())) == 1


def test_a_mirror_at_anothers_address_stands_in_for_a_party_that_is_away(
    tmp_path, israel, jordan
):
    palestine = make_party(tmp_path, "palestine")
    with (
        served(make_app(palestine.node)) as mirror,
        _own_address(palestine, jordan, Line(make_app(jordan.node))),
    ):
        _pull(palestine)
        card = replace(palestine.node.cards()["palestine"], addresses=(mirror,))
        write_durably(palestine.node.public / "card.json", card.to_json())
        follow_party(israel.node, mirror)
        follow_party(israel.node, jordan.node.public / "card.json")
        shutil.rmtree(jordan.node.public)
        pulled = _pull(israel)
    assert pulled.entries["jordan"] == 3
    assert pulled.findings == []
    assert verify_node(israel.node, quiet).findings == []
