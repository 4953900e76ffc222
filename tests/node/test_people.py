"""Keys are random, shown once, kept as digests; they end and are revoked."""

import sqlite3
import stat
from contextlib import closing

import pytest

from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound
from waternet.node import people as module
from waternet.node.people import People, Person, read_roles

HANA = Person("hana", "upper", frozenset({"steward"}), "Hana of the agency")


@pytest.fixture
def people(tmp_path):
    held = People(tmp_path / "access.sqlite")
    held.add(HANA)
    yield held
    held.close()


def test_a_key_says_whose_it_is(people):
    key = people.give_key("hana", 30)
    assert people.identify(key.text) == people.identify(key.text, "hana") == HANA


def test_no_key_is_kept(people, tmp_path):
    key = people.give_key("hana", 30)
    people.identify(key.text)
    people.close()
    secret = key.text[13:].encode()
    for path in tmp_path.iterdir():
        assert secret not in path.read_bytes()


def test_only_the_nodes_own_user_may_read_the_file(people, tmp_path):
    people.give_key("hana", 30)
    for path in tmp_path.glob("access.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_whoever_shows_another_text_is_nobody(people):
    key = people.give_key("hana", 30).text
    other = people.give_key("hana", 30).text
    wrong = [
        "",
        "wn1_",
        key[:-1],
        key + "A",
        key.upper(),
        key[:13] + other[13:],
        key.replace("_", "-", 1),
        "x" * 10_000,
        "\0" + key,
    ]
    for text in wrong:
        with pytest.raises(NotAllowed, match="no key of this node"):
            people.identify(text)
    with pytest.raises(NotAllowed, match="of that user"):
        people.identify(key, "omar")


def test_where_nobody_has_a_key_every_key_is_wrong(tmp_path):
    with pytest.raises(NotAllowed):
        People(tmp_path / "access.sqlite").identify("wn1_aaaaaaaa_" + "A" * 43)
    assert list(tmp_path.iterdir()) == []


def test_a_key_ends(people, monkeypatch):
    key = people.give_key("hana", 1)
    later = module.time.time() + 86_400
    monkeypatch.setattr(module.time, "time", lambda: later)
    with pytest.raises(NotAllowed, match="ended"):
        people.identify(key.text)


def test_a_revoked_key_opens_nothing_and_the_others_go_on(people):
    first, second = people.give_key("hana", 30), people.give_key("hana", 30)
    assert people.revoke(first.prefix) == [first.prefix]
    with pytest.raises(NotAllowed, match="revoked"):
        people.identify(first.text)
    assert people.identify(second.text) == HANA
    assert people.revoke("hana") == [second.prefix]
    with pytest.raises(NotAllowed):
        people.identify(second.text)
    with pytest.raises(NotFound):
        people.revoke("omar")


def test_another_process_revokes_too(people, tmp_path):
    key = people.give_key("hana", 30)
    people.identify(key.text)
    other = People(tmp_path / "access.sqlite")
    other.revoke("hana")
    other.close()
    with pytest.raises(NotAllowed):
        people.identify(key.text)


def test_names_are_taken_once_and_are_plain(people):
    with pytest.raises(Conflict):
        people.add(HANA)
    for name in ("", "a b", "../x", "hana@host", "'; DROP TABLE person; --"):
        with pytest.raises(NotAcceptable):
            people.add(Person(name, "", frozenset()))


def test_only_the_nodes_own_people_write_for_it():
    assert read_roles(["steward"], "upper", "upper") == {"steward"}
    assert read_roles([], "lower", "upper") == {"reader"}
    for party in ("lower", ""):
        with pytest.raises(NotAllowed):
            read_roles(["reviewer"], party, "upper")
    with pytest.raises(NotAcceptable):
        read_roles(["root"], "upper", "upper")


def test_a_damaged_file_is_told_and_nobody_gets_in(people, tmp_path):
    key = people.give_key("hana", 30)
    with closing(sqlite3.connect(tmp_path / "access.sqlite")) as db, db:
        db.execute("UPDATE key SET digest = ?", (bytes(32),))
    with pytest.raises(NotAllowed):
        people.identify(key.text)


def test_nobody_is_called_as_everybody_is_at_an_unguarded_node(people):
    with pytest.raises(NotAcceptable, match="everybody"):
        people.add(Person("unguarded", "upper", frozenset({"steward"})))
