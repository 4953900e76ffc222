"""Tokens of an identity provider: what is believed, and what is not.

The attacks are those of RFC 8725 (JSON Web Token Best Current Practices), section 2.
"""

import base64
import json
import time

import pytest
from issuing import AUDIENCE, new_curve_key, new_key, providing
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OctKey

from waternet.errors import NotAcceptable, NotAllowed, NotFound, NotReached
from waternet.node.issuer_keys import IssuerKeys
from waternet.node.issuers import Group, Issuer, Issuers
from waternet.node.people import People

READER = frozenset({"reader"})


@pytest.fixture(scope="module")
def provider():
    with providing() as one:
        yield one


@pytest.fixture
def issuers(provider, tmp_path):
    people = People(tmp_path / "access.sqlite")
    held = Issuers(people.file)
    held.trust(Issuer(provider.url, AUDIENCE, "groups"))
    held.allow(Group(provider.url, "hydrology", "lower", READER))
    provider.publish()
    yield held
    people.close()


def test_a_token_says_who_and_its_groups_what(provider, issuers):
    issuers.allow(Group(provider.url, "heads", "lower", frozenset({"delegate"})))
    person = issuers.identify(provider.token(groups=["hydrology", "heads", "other"]))
    assert person.name == f"hana@{provider.url.removeprefix('http://')}"
    assert (person.party, person.roles) == ("lower", {"reader", "delegate"})


def test_groups_may_stand_deeper_or_be_words(provider, issuers):
    issuers.trust(Issuer(provider.url, AUDIENCE, "realm_access.roles"))
    told = provider.token(realm_access={"roles": ["hydrology"]})
    assert issuers.identify(told).party == "lower"
    issuers.trust(Issuer(provider.url, AUDIENCE, "scope"))
    assert issuers.identify(provider.token(scope="openid hydrology")).party == "lower"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 3_600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": int(time.time()) + 3_600},
        {"nbf": int(time.time()) + 3_600},
        {"aud": "another-node"},
        {"aud": None},
        {"aud": [f"{AUDIENCE}-too", "x"]},
        {"iss": "https://login.example"},
        {"iss": None},
        {"iss": ["a", "b"]},
        {"sub": None},
        {"groups": ["strangers"]},
        {"groups": "hydrologyx"},
        {"groups": {"hydrology": True}},
        {"groups": None},
    ],
    # By the claim alone: workers collect at different moments.
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_is_not_meant_so_opens_nothing(provider, issuers, claims):
    with pytest.raises(NotAllowed):
        issuers.identify(provider.token(**claims))


def test_groups_of_two_parties_are_nobodys(provider, issuers):
    issuers.allow(Group(provider.url, "others", "upper", READER))
    with pytest.raises(NotAllowed, match="several parties"):
        issuers.identify(provider.token(groups=["hydrology", "others"]))


def part(written):
    content = json.dumps(written).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_an_altered_token_opens_nothing(provider, issuers):
    header, claims, signature = provider.token().split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    for altered in (
        f"{header}.{part({**said, 'sub': 'omar'})}.{signature}",
        f"{header}.{claims}.{signature[:-4]}AAAA",
        f"{header}.{claims}.",
        f"{part({'alg': 'none'})}.{claims}.",
        f"{part({'alg': 'none', 'kid': 'first'})}.{claims}.{signature}",
        f"{part({'alg': 'HS256', 'kid': 'first'})}.{claims}.{signature}",
        f"{part(['RS256'])}.{claims}.{signature}",
        f"{header}.{part('hana')}.{signature}",
        "a.b.c",
        "..",
        f"{header}.{claims}",
        f"{header}.{'[' * 12_000}.{signature}",
        "e" * 20_000 + ".e.e",
    ):
        with pytest.raises(NotAllowed):
            issuers.identify(altered)


def test_the_public_key_is_no_shared_secret(provider, issuers):
    public = provider.key.as_pem(private=False)
    secret = OctKey.import_key(public.replace(b"-----", b""), {"kid": "first"})
    claims = {"iss": provider.url, "aud": AUDIENCE, "sub": "hana"}
    claims |= {"iat": int(time.time()), "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256", "kid": "first"}, claims, secret)
    with pytest.raises(NotAllowed):
        issuers.identify(token)


def test_a_secret_or_weak_key_among_published_ones_signs_nothing(provider, issuers):
    secret = OctKey.generate_key(256, {"kid": "secret"})
    with pytest.warns(SecurityWarning):
        weak = new_key("weak", 1024)
    provider.publish(provider.key, weak)
    provider.published.append(secret.as_dict(private=True))
    for key, algorithm in ((secret, "HS256"), (weak, "RS256")):
        with pytest.raises(NotAllowed):
            issuers.identify(provider.token(key, algorithm))
    assert issuers.identify(provider.token()).party == "lower"


def test_a_strangers_key_under_the_same_name_signs_nothing(provider, issuers):
    with pytest.raises(NotAllowed):
        issuers.identify(provider.token(new_key("first")))


def test_curves_are_believed_too(provider, issuers):
    key = new_curve_key("curve")
    provider.publish(key)
    assert issuers.identify(provider.token(key, "ES256")).party == "lower"


def test_new_keys_are_looked_for_at_most_once_a_minute(provider):
    now = 1_000.0
    keys = IssuerKeys(provider.url, clock=lambda: now)
    provider.publish()
    before = provider.asked
    keys.find("first")
    newer = new_key("newer")
    provider.publish(provider.key, newer)
    for _ in range(50):
        keys.find("newer")
    assert provider.asked == before + 1
    now += 61
    assert [one.kid for one in keys.find("newer")] == ["first", "newer"]
    assert provider.asked == before + 2


def test_known_keys_count_for_a_day_where_the_issuer_is_silent():
    now = 1_000.0
    with providing() as gone:
        keys = IssuerKeys(gone.url, clock=lambda: now)
        keys.find("first")
    now += 86_000
    assert keys.find("first")
    now += 1_000
    with pytest.raises(NotReached):
        keys.find("first")


def test_an_issuer_that_names_itself_otherwise_is_not_believed(provider):
    provider.issuer = "https://login.example"
    try:
        with pytest.raises(NotReached):
            IssuerKeys(provider.url).find("first")
    finally:
        provider.issuer = ""


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example",
        "ftp://127.0.0.1",
        "https://user:secret@login.example",
        "https://login.example?x=1",
        "https://login.example#x",
        "file:///etc/passwd",
        "login.example",
        "",
    ],
)
def test_an_issuer_is_asked_by_https_alone(issuers, url):
    with pytest.raises(NotAcceptable):
        issuers.trust(Issuer(url, AUDIENCE, "groups"))


def test_who_is_believed_no_more_opens_nothing(provider, issuers):
    token = provider.token()
    issuers.distrust(provider.url)
    with pytest.raises(NotAllowed, match="no issuer"):
        issuers.identify(token)
    assert issuers.groups() == []
    with pytest.raises(NotFound):
        issuers.distrust(provider.url)


def test_people_whose_names_begin_alike_for_long_are_not_one(provider, issuers):
    names = [issuers.identify(provider.token(sub="x" * 200 + end)).name for end in "ab"]
    assert names[0] != names[1]
    assert {len(one) for one in names} == {128}
