"""Sessions: random, kept as digests, ended by time, by hand and with their key."""

import pytest

from waternet.node import sessions as module
from waternet.node.access import Access
from waternet.node.issuers import Group, Issuer
from waternet.node.people import Person
from waternet.node.sessions import Beginning

HANA = Person("hana", "upper", frozenset({"steward"}))
LOGIN = "https://login.example"
HOUR = 3_600


class Clock:
    """Stands for the module `time`: it goes on when it is told to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        return self.now


@pytest.fixture
def access(tmp_path):
    held = Access(tmp_path / "access.sqlite")
    held.people.add(HANA)
    yield held
    held.close()


@pytest.fixture
def key(access):
    return access.people.give_key("hana", 1).prefix


@pytest.fixture
def clock(monkeypatch):
    made = Clock(module.time.time())
    monkeypatch.setattr(module, "time", made)
    return made


def begin(access, key, **told):
    return access.sessions.begin(Beginning("hana", "key", key), **told)


def test_a_session_says_whose_it_is(access, key):
    secret = begin(access, key, caller="192.0.2.1", agent="Firefox")
    person, session = access.signed_in(secret)
    assert person == HANA
    assert (session.name, session.way, session.key) == ("hana", "key", key)
    assert (session.caller, session.agent) == ("192.0.2.1", "Firefox")


def test_no_secret_and_no_form_token_is_kept(access, key, tmp_path):
    secret = begin(access, key)
    session = access.sessions.find(secret)
    access.close()
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert secret.encode() not in content
        assert session.form_token.encode() not in content
    assert secret not in session.form_token


def test_each_session_has_a_secret_and_a_form_token_of_its_own(access, key):
    secrets = [begin(access, key) for _ in range(5)]
    tokens = {access.sessions.find(one).form_token for one in secrets}
    assert len(set(secrets)) == len(tokens) == 5


def test_what_is_no_session_opens_nothing(access, key):
    secret = begin(access, key)
    number = access.sessions.of("hana")[0].number
    for text in ("", secret[:-1], secret + "A", number, "x" * 10_000, "\0" * 43):
        assert access.signed_in(text) is None
    other = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    assert access.signed_in(other) is None


def test_a_session_that_nobody_uses_ends_after_eight_hours(access, key, clock):
    secret = begin(access, key)
    clock.now += 8 * HOUR - 60
    assert access.signed_in(secret)
    clock.now += 8 * HOUR - 60
    assert access.signed_in(secret)
    clock.now += 8 * HOUR + 60
    assert access.signed_in(secret) is None
    assert access.sessions.of("hana") == []


def test_a_session_ends_after_seven_days_however_much_it_is_used(access, clock):
    key = access.people.give_key("hana", 30).prefix
    secret = begin(access, key)
    for _ in range(7 * 24 - 1):
        clock.now += HOUR
        assert access.signed_in(secret)
    clock.now += HOUR
    assert access.signed_in(secret) is None


def test_a_session_ends_with_its_key(access, clock):
    key = access.people.give_key("hana", 1).prefix
    secret = begin(access, key)
    for _ in range(23):
        clock.now += HOUR
        assert access.signed_in(secret)
    clock.now += HOUR + 1
    assert access.signed_in(secret) is None


@pytest.mark.parametrize("named", ["hana", "its key"])
def test_a_session_ends_at_once_when_its_key_is_revoked(access, key, named):
    secret = begin(access, key)
    access.people.revoke(key if named == "its key" else named)
    assert access.signed_in(secret) is None


def test_a_session_outlives_another_key(access, key):
    secret = begin(access, key)
    access.people.revoke(access.people.give_key("hana", 1).prefix)
    assert access.signed_in(secret)


def test_new_roles_count_at_the_next_request(access, key):
    secret = begin(access, key)
    changed = Person("hana", "lower", frozenset({"reader"}))
    access.people.change(changed)
    assert access.signed_in(secret)[0] == changed


def test_a_session_is_ended_by_its_browser_and_from_a_list(access, key):
    first, second, third = (begin(access, key) for _ in range(3))
    access.sessions.end(first)
    assert access.signed_in(first) is None
    mine = access.sessions.find(second)
    assert {one.form_token for one in access.sessions.of("hana")} == {""}
    assert not access.sessions.end_numbered("omar", mine.number)
    assert access.sessions.end_others("hana", mine.number) == 1
    assert access.signed_in(third) is None
    assert access.sessions.end_numbered("hana", mine.number)
    assert access.signed_in(second) is None


def test_the_fifty_first_session_ends_the_one_that_was_used_longest_ago(
    access, key, clock
):
    first = begin(access, key)
    clock.now += 1
    rest = [begin(access, key) for _ in range(50)]
    assert access.signed_in(first) is None
    assert all(access.signed_in(one) for one in rest)


def test_a_session_of_an_issuer_may_what_its_groups_may_now(access):
    reader, steward = frozenset({"reader"}), frozenset({"steward"})
    access.issuers.trust(Issuer(LOGIN, "upper", "groups"))
    access.issuers.allow(Group(LOGIN, "hydrology", "upper", reader))
    by = Beginning("u1@login.example", "issuer", issuer=LOGIN, groups=("hydrology",))
    secret = access.sessions.begin(by)
    assert access.signed_in(secret)[0] == Person("u1@login.example", "upper", reader)
    access.issuers.allow(Group(LOGIN, "hydrology", "upper", steward))
    assert access.signed_in(secret)[0].roles == steward
    access.issuers.allow(Group(LOGIN, "hydrology", "upper", frozenset()))
    assert access.signed_in(secret) is None
    access.issuers.allow(Group(LOGIN, "hydrology", "upper", reader))
    access.issuers.distrust(LOGIN)
    assert access.signed_in(secret) is None
    access.issuers.trust(Issuer(LOGIN, "upper", "groups"))
    assert access.signed_in(secret) is None  # nothing is allowed to its groups anew


def test_sessions_are_seen_by_another_process_and_after_a_restart(
    access, key, tmp_path
):
    secret = begin(access, key)
    again = Access(tmp_path / "access.sqlite")
    assert again.signed_in(secret)
    again.sessions.end(secret)
    again.close()
    assert access.signed_in(secret) is None
