"""What a delegate does about sessions: gives way, closes."""

import pytest
from acting import Group, body, charter

from waternet.errors import NotFound
from waternet.node.sittings import closing_of, give_way

CALL = {
    "body": "water",
    "titles": {"en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "agenda": [],
}


@pytest.fixture
def group() -> Group:
    made = Group()
    made.found(charter(bodies=[body(gavel=["atlas", "jordan"])]))
    return made


def test_who_gives_way_names_the_opening_that_stays_first(group):
    called = group.act("israel", "session.call", "third", CALL)
    for party in ("jordan", "atlas"):
        group.act(party, "session.open", "third", {}, [called])
    doing = give_way(group.fold(), "third", "atlas")
    group.act("jordan", doing.verb, "third", doing.body, doing.on)
    assert group.refused() == []
    assert group.fold().thing("session", "third").value.chair == "atlas"


def test_nobody_gives_way_where_only_one_opened_it(group):
    called = group.act("israel", "session.call", "third", CALL)
    group.act("atlas", "session.open", "third", {}, [called])
    with pytest.raises(NotFound) as refusal:
        give_way(group.fold(), "third", "atlas")
    assert refusal.value.hint == "it was opened by: atlas"


def test_a_closing_names_the_acts_of_its_decisions_whole(group):
    called = group.act("israel", "session.call", "third", CALL)
    opened = group.act("atlas", "session.open", "third", {}, [called])
    told = [{"id": "one", "words": {"en": "Met."}, "acts": [called[:12], opened[:12]]}]
    doing = closing_of(group.fold(), "third", {"en": ["They met."]}, told)
    assert doing.body["decisions"][0]["acts"] == [called, opened]
    assert doing.on == (called, opened)


@pytest.mark.parametrize("beginning", ["", "zz"])
def test_an_act_that_is_not_there_is_not_named(group, beginning):
    called = group.act("israel", "session.call", "third", CALL)
    group.act("atlas", "session.open", "third", {}, [called])
    told = [{"id": "one", "words": {"en": "Met."}, "acts": [beginning]}]
    with pytest.raises(NotFound):
        closing_of(group.fold(), "third", {"en": ["They met."]}, told)
