"""Restricted figures, by a key that the node gave, and without one."""

import pytest
from parties import make_party
from web_servers import serving

import waternet as wn
from waternet.api.app import make_app
from waternet.errors import NotAllowed, NotFound
from waternet.node.follow import follow_party
from waternet.node.people import People, Person

W1 = "jordan:W1/groundwater-level"


@pytest.fixture(scope="module")
def owner(tmp_path_factory):
    """Return a node with a release that israel may read."""
    folder = tmp_path_factory.mktemp("keys")
    owner = make_party(folder, "jordan", access="parties", parties=("israel",))
    reader = make_party(folder, "israel")
    follow_party(owner.node, reader.node.public / "card.json")
    owner.read()
    owner.publish()
    return owner.node


@pytest.fixture(scope="module")
def key(owner) -> str:
    people = People(owner.access)
    people.add(Person("analyst", "israel", frozenset({"reader"})))
    made = people.give_key("analyst", 1)
    people.close()
    return made.text


@pytest.fixture(scope="module")
def address(owner):
    with serving(make_app(owner)) as address:
        yield address


def test_who_has_a_key_reads_what_the_party_may(address, key) -> None:
    with wn.open(address, key=key) as source:
        frame, metadata = source.get_observations(W1)
    assert len(frame) == 3
    assert metadata.citation[0]["readers"] == ["israel", "jordan"]
    assert key not in repr(metadata)


def test_without_a_key_there_is_nothing_to_be_seen(address) -> None:
    with wn.open(address) as source:
        assert source.get_datastreams().frame.empty
        with pytest.raises(NotFound):
            source.get_observations(W1)
        listed = source.get_releases("jordan").frame
        assert "restricted" in listed["access"].tolist()


def test_what_is_no_key_is_refused_with_the_next_step(address) -> None:
    with wn.open(address, key="guessed") as source, pytest.raises(NotAllowed) as error:
        source.get_stations()
    assert "key=" in error.value.hint
    assert not error.value.may_pass


def test_the_owner_reads_his_own_folder(owner) -> None:
    with wn.open(str(owner.folder)) as source:
        assert len(source.get_observations(W1).frame) == 3
