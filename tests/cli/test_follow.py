"""Following at an address: what was fetched counts once somebody compared it."""

import pytest
from parties import make_party
from serving import served

from waternet.api.app import make_app


@pytest.fixture
def reader(tmp_path):
    return make_party(tmp_path, "reader").node.folder


@pytest.fixture
def address(published):
    with served(make_app(published.node)) as given:
        yield given


def test_a_card_that_was_fetched_is_shown_and_not_accepted(typed, reader, address):
    asked = typed("follow", address, node=reader)
    assert asked.code == 5
    assert "follows      jordan?" in asked.out
    assert "--compared" in asked.err
    assert typed("pull", address, node=reader).out == (
        "jordan: not followed; 'waternet follow CARD' accepts its card\n"
    )


def test_both_sides_read_out_the_same_keys(typed, published, reader, address):
    shown = typed("follow", address, node=reader).out
    own = typed("status", "--json", node=published.node.folder).json()["to_compare"]
    assert f"to compare   {own}\n" in shown
    assert [len(group) for group in own.split()] == [4] * 8


def test_a_party_that_was_compared_is_pulled_from_its_address(typed, reader, address):
    followed = typed("follow", address, "--compared", "--json", node=reader).json()
    assert (followed["follows"], followed["location"]) == ("jordan", address)
    assert typed("pull", node=reader).out == "jordan: 5 new entries, verified\n"
    assert typed("pull", node=reader).out == "jordan: nothing new\n"


def test_an_address_where_nobody_listens_is_told_with_a_code_of_its_own(typed, reader):
    assert typed("follow", "http://127.0.0.1:9", node=reader).code == 10


def test_a_pull_that_reaches_nobody_has_a_code_of_its_own(typed, reader):
    pulled = typed("pull", "http://127.0.0.1:9", node=reader)
    assert pulled.code == 10
    assert "passed over: http://127.0.0.1:9" in pulled.out
