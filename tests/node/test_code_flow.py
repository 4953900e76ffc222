"""Signing in at an issuer: what must come back, from whom, in which browser.

The attacks are those of RFC 9700 (best current practice of OAuth 2.0), section 4.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
from issuing import AUDIENCE, new_key, providing

from waternet.errors import NotAcceptable, NotAllowed, NotFound, NotReached
from waternet.node.access import Access
from waternet.node.code_flow import Back, CodeFlow
from waternet.node.issuer_keys import Discovery
from waternet.node.issuers import Client, Group, Issuer

BACK = "http://localhost:8080/sign-in/back"
CLIENT, SECRET = "waternet:node", "s%cr/t é"
READER = frozenset({"reader"})


@pytest.fixture(scope="module")
def served():
    with providing() as one:
        one.clients[CLIENT] = SECRET
        yield one


@pytest.fixture
def provider(served):
    kept = served.key
    yield served
    served.key, served.claims, served.names_itself = kept, {}, False


@pytest.fixture
def access(provider, tmp_path):
    held = Access(tmp_path / "access.sqlite")
    held.issuers.trust(Issuer(provider.url, AUDIENCE, "groups"))
    held.issuers.allow(Group(provider.url, "hydrology", "lower", READER))
    held.issuers.register(Client(provider.url, CLIENT, SECRET))
    yield held
    held.close()


@pytest.fixture
def flow(access):
    return CodeFlow(access.issuers, access.attempts, BACK)


def returned(provider, sent, **told):
    """Sign in at the provider; return with what somebody comes back."""
    address = provider.let_in(sent.address)
    fields = {name: one[-1] for name, one in parse_qs(urlsplit(address).query).items()}
    back = {
        "state": fields["state"],
        "code": fields["code"],
        "issuer": fields.get("iss", ""),
        "keepsake": sent.keepsake,
    }
    return Back(**{**back, **told})


def test_whoever_signs_in_there_is_signed_in_here(provider, access, flow):
    sent = flow.send(provider.url, "/desk")
    by, onward = flow.receive(returned(provider, sent))
    assert onward == "/desk"
    assert by.name == f"hana@{provider.url.removeprefix('http://')}"
    assert (by.way, by.issuer, by.groups) == ("issuer", provider.url, ("hydrology",))
    person, _ = access.signed_in(access.sessions.begin(by))
    assert (person.party, person.roles) == ("lower", READER)


def test_an_issuer_that_names_itself_is_the_one_that_was_asked(provider, flow):
    provider.names_itself = True
    flow.receive(returned(provider, flow.send(provider.url, "/")))
    mixed = returned(
        provider, flow.send(provider.url, "/"), issuer="https://evil.example"
    )
    with pytest.raises(NotAllowed, match="another issuer"):
        flow.receive(mixed)


def test_each_question_has_a_state_a_nonce_and_a_challenge_of_its_own(provider, flow):
    asked = [
        parse_qs(urlsplit(flow.send(provider.url, "/").address).query) for _ in range(2)
    ]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43
    assert asked[0]["tenant"] == ["1"]
    assert asked[0]["redirect_uri"] == [BACK]
    assert asked[0]["scope"] == ["openid groups"]


def test_who_did_not_set_out_in_this_browser_does_not_get_in(provider, flow):
    sent = flow.send(provider.url, "/")
    with pytest.raises(NotAllowed, match="another browser"):
        flow.receive(returned(provider, sent, keepsake="x"))
    for state in ("", "x", sent.keepsake):
        with pytest.raises(NotAllowed):
            flow.receive(returned(provider, flow.send(provider.url, "/"), state=state))


def test_one_comes_back_once(provider, flow):
    back = returned(provider, flow.send(provider.url, "/"))
    flow.receive(back)
    with pytest.raises(NotAllowed, match="done already"):
        flow.receive(back)


def test_a_code_of_somebody_else_is_good_for_nothing(provider, flow):
    """Put a stolen code into one's own sign-in: the verifier does not fit."""
    stolen = returned(provider, flow.send(provider.url, "/"))
    own = flow.send(provider.url, "/")
    with pytest.raises(NotAllowed, match="no token"):
        flow.receive(returned(provider, own, code=stolen.code))


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "x"},
        {"nonce": None},
        {"aud": AUDIENCE},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"iss": "https://login.example"},
        {"exp": 1},
        {"groups": ["strangers"]},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_is_not_meant_so_lets_nobody_in(provider, flow, claims):
    provider.claims = claims
    with pytest.raises(NotAllowed):
        flow.receive(returned(provider, flow.send(provider.url, "/")))


def test_a_token_by_another_key_lets_nobody_in(provider, flow):
    provider.key = new_key("first")
    with pytest.raises(NotAllowed):
        flow.receive(returned(provider, flow.send(provider.url, "/")))


def test_an_issuer_that_refuses_is_told(provider, flow):
    refused = returned(
        provider, flow.send(provider.url, "/"), code="", error="access_denied"
    )
    with pytest.raises(NotAllowed, match="access_denied"):
        flow.receive(refused)


def test_a_wrong_secret_is_told(provider, access, flow):
    access.issuers.register(Client(provider.url, CLIENT, "x"))
    with pytest.raises(NotAllowed, match="HTTP 400"):
        flow.receive(returned(provider, flow.send(provider.url, "/")))


def test_nobody_is_sent_to_an_issuer_without_a_client(provider, access, flow):
    access.issuers.register(Client(provider.url, ""))
    assert access.issuers.clients() == []
    with pytest.raises(NotFound):
        flow.send(provider.url, "/")
    with pytest.raises(NotFound):
        access.issuers.register(Client("https://login.example", CLIENT))
    access.issuers.register(Client(provider.url, CLIENT))
    access.issuers.distrust(provider.url)
    assert access.issuers.clients() == []


@pytest.mark.parametrize(
    "where", ["javascript:alert(1)", "http://elsewhere.example/login", "", "/x"]
)
def test_addresses_that_are_not_safe_are_not_gone_to(
    provider, flow, monkeypatch, where
):
    told = {**provider.answer("/.well-known/openid-configuration")}
    told["authorization_endpoint"] = where
    monkeypatch.setattr(provider, "answer", lambda _path: told)
    with pytest.raises(NotReached, match="authorization_endpoint"):
        flow.send(provider.url, "/")


def test_whoever_sets_out_again_and_again_has_the_issuer_asked_once_an_hour(
    provider, monkeypatch
):
    now, asked = [0.0], []

    def answer(path):
        asked.append(path)
        return {"issuer": provider.url}

    monkeypatch.setattr(provider, "answer", answer)
    discovery = Discovery(lambda: now[0])
    for now[0], times in ((1, 1), (2, 1), (3_600, 1), (3_602, 2)):
        assert discovery.find(provider.url) == {"issuer": provider.url}
        assert len(asked) == times


def test_an_issuer_that_does_not_answer_is_asked_once_a_minute(provider, monkeypatch):
    now, asked = [0.0], []

    def answer(path):
        asked.append(path)
        return {"issuer": "https://another.example"}

    monkeypatch.setattr(provider, "answer", answer)
    discovery = Discovery(lambda: now[0])
    for now[0], times in ((1, 1), (2, 1), (60, 1), (62, 2)):
        with pytest.raises(NotReached):
            discovery.find(provider.url)
        assert len(asked) == times


def test_an_issuer_that_does_not_answer_is_told(access, flow):
    gone = "http://127.0.0.1:9"
    access.issuers.trust(Issuer(gone, AUDIENCE, "groups"))
    access.issuers.register(Client(gone, CLIENT))
    with pytest.raises(NotReached):
        flow.send(gone, "/")


def test_a_secret_is_not_shown(access):
    (client,) = access.issuers.clients()
    assert SECRET not in repr(client)


def test_an_issuer_of_no_kind_is_not_trusted(access):
    with pytest.raises(NotAcceptable):
        access.issuers.trust(Issuer("http://login.example", AUDIENCE, "groups"))
