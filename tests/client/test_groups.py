"""What stands in a working group, asked of a folder, over HTTP, and by both clients."""

import asyncio

import pytest
from delegations import make_delegations
from web_servers import serving

import waternet as wn
from waternet.api.app import make_app
from waternet.errors import NotFound


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    made = make_delegations(tmp_path_factory.mktemp("group"), "israel", "jordan")
    made.found()
    return made


@pytest.fixture(scope="module", params=["folder", "address"])
def location(request, made):
    node = made.nodes["jordan"]
    if request.param == "folder":
        yield str(node.folder)
        return
    with serving(make_app(node, rate=0)) as address:
        yield address


def test_a_group_is_the_same_wherever_it_is_asked_for(location, made):
    expected = made.state("israel")
    with wn.open(location) as source:
        (group,) = source.get_groups()
        told = source.get_group("basin")
    assert group == {"group": expected.group, "name": "basin"}
    assert told["sha256"] == expected.sha256
    assert told["roles"] == {"israel": "core", "jordan": "core"}


def test_a_group_is_told_as_it_stood_on_a_day(location):
    with wn.open(location) as source:
        assert source.get_group("basin", at="1999-01-01")["things"] == []
        with pytest.raises(NotFound, match="coast"):
            source.get_group("coast")


def test_the_waiting_client_answers_the_same(location, made):
    async def ask():
        async with wn.open_async(location) as source:
            return await source.get_groups(), await source.get_group("basin")

    groups, told = asyncio.run(ask())
    assert [one["name"] for one in groups] == ["basin"]
    assert told["sha256"] == made.state("jordan").sha256
