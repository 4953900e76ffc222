"""Whoever shows a key or token is known by it; a key in an address is refused."""

import base64

import httpx
import pytest
from api.security.planted import PLANTED
from issuing import AUDIENCE, providing

from waternet.api.access_log import AccessLog
from waternet.node.issuers import Group, Issuer, Issuers
from waternet.node.people import People
from waternet.node.trail import Trail

BERYL = PLANTED[1]
FIGURES = "/data/observations"
RESTRICTED = {"datastream": BERYL.datastreams[0]}


@pytest.fixture(scope="module")
def web(address):
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def is_seen(answer):
    return answer.status_code == 200 and repr(BERYL.value) in answer.text


def test_a_key_comes_in_any_of_three_headers(web, region):
    key = region.keys["israel-reader"]
    for headers in (
        {"authorization": f"Bearer {key}"},
        {"authorization": f"bearer  {key}"},
        {"x-api-key": key},
        {"authorization": basic("israel-reader", key)},
        {"authorization": basic("", key)},
    ):
        assert is_seen(web.get(FIGURES, params=RESTRICTED, headers=headers))
    assert not is_seen(web.get(FIGURES, params=RESTRICTED))


def test_what_is_no_key_is_refused_and_opens_nothing(web, region):
    key = region.keys["israel-reader"]
    other = region.keys["palestine-reader"]
    for headers in (
        {"authorization": f"Bearer {key}x"},
        {"authorization": f"Bearer {key[:-1]}"},
        {"authorization": f"Digest {key}"},
        {"authorization": key},
        {"authorization": "Bearer."},
        {"authorization": "Bearer " + "x" * 15_000},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic " + base64.b64encode(key.encode()).decode()},
        {"authorization": basic("palestine-reader", key)},
        {"authorization": f"Bearer {key}", "x-api-key": other},
        {"x-api-key": f"{key},{other}"},
        {"x-api-key": "wn1_aaaaaaaa_" + "A" * 43},
        {"authorization": "Bearer e30.e30.e30"},
    ):
        answer = web.get(FIGURES, params=RESTRICTED, headers=headers)
        assert answer.status_code == 401, headers
        assert answer.json()["kind"] == "NotSignedIn"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert key not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "api_key={}",
        "API_KEY={}",
        "apikey={}",
        "key={}",
        "token={}",
        "access_token={}",
        "password=x",
        "text={}",
        "party=jordan&as_of={}",
        "text=%20{}%20",
        "x={}",
        "access_token=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJoIn0.AAAA",
        "text=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJoIn0.AAAA",
    ],
)
def test_a_key_in_an_address_is_refused_and_not_repeated(web, region, query):
    key = region.keys["israel-reader"]
    for path in (FIGURES, "/sta/v1.1/Things", "/health"):
        answer = web.get(f"{path}?{query.format(key)}")
        assert answer.status_code == 400, path
        assert "X-API-Key" in answer.json()["hint"]
        assert key[13:] not in answer.text


def test_a_key_in_a_path_is_not_logged(tmp_path, region):
    key = region.keys["israel-reader"]
    AccessLog(str(tmp_path / "log")).write({"path": f"/data/{key}"})
    assert key[13:] not in (tmp_path / "log").read_text()


def test_a_key_that_is_revoked_opens_nothing_at_the_next_request(web, region):
    people = People(region.node.access)
    key = people.give_key("israel-reader", 1)
    headers = {"x-api-key": key.text}
    assert is_seen(web.get(FIGURES, params=RESTRICTED, headers=headers))
    people.revoke(key.prefix)
    people.close()
    answer = web.get(FIGURES, params=RESTRICTED, headers=headers)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]


def test_a_token_of_a_believed_issuer_opens_what_its_group_may(web, region):
    with providing() as provider:
        people = People(region.node.access)
        issuers = Issuers(people.file)
        issuers.trust(Issuer(provider.url, AUDIENCE, "groups"))
        issuers.allow(Group(provider.url, "hydrology", "israel", frozenset({"reader"})))
        people.close()
        told = {"authorization": f"Bearer {provider.token()}"}
        assert is_seen(web.get(FIGURES, params=RESTRICTED, headers=told))
        other = {"authorization": f"Bearer {provider.token(groups=['x'])}"}
        answer = web.get(FIGURES, params=RESTRICTED, headers=other)
        assert answer.status_code == 401


def test_answers_to_who_signed_in_are_kept_by_no_shared_cache(web, region):
    headers = {"x-api-key": region.keys["israel-reader"]}
    mine = web.get(FIGURES, params={"party": "jordan"}, headers=headers)
    anybodys = web.get(FIGURES, params={"party": "jordan"})
    stewards = {"x-api-key": region.keys["jordan-steward"]}
    waiting = web.get("/upload", headers=stewards)
    assert waiting.status_code == 200
    assert "private" in waiting.headers["cache-control"]
    assert "private" in mine.headers["cache-control"]
    assert mine.headers["etag"] != anybodys.headers["etag"]
    for answer in (mine, anybodys):
        assert {"Authorization", "X-API-Key"} <= set(answer.headers["vary"].split(", "))
    again = {"if-none-match": mine.headers["etag"]}
    assert (
        web.get(FIGURES, params={"party": "jordan"}, headers=again).status_code == 200
    )


def test_reads_of_restricted_figures_and_wrong_keys_are_noted(web, region):
    key = region.keys["palestine-reader"]
    headers = {"x-api-key": key}
    citrine, agate = PLANTED[2], PLANTED[0]
    trail = Trail(region.node.audit)
    before = trail.read(most=1)

    def noted():
        latest = trail.read(most=1)
        return None if latest == before else latest[0]

    web.get(FIGURES, params={"datastream": agate.datastreams[0]}, headers=headers)
    assert noted() is None
    web.get(FIGURES, params={"datastream": citrine.datastreams[0]}, headers=headers)
    read = noted()
    assert (read.kind, read.who, read.party) == (
        "read",
        "palestine-reader",
        "palestine",
    )
    assert read.operation == "data-observations"
    assert len(read.releases) == 1
    assert read.releases[0].startswith("jordan:")
    web.get(FIGURES, headers={"x-api-key": key[:-1] + "-"})
    refused = noted()
    assert (refused.kind, refused.who) == ("refused", "")
    assert refused.caller == "127.0.0.1"
    trail.close()
    for path in region.node.folder.glob("audit.sqlite*"):
        assert key[13:].encode() not in path.read_bytes()


LATEST = "$expand=Observations($top=1;$orderby=phenomenonTime desc)"
WAYS = [
    "/data/observations?feature=citrine",
    "/data/latest?feature=citrine&format=csv",
    "/data/aggregates?feature=citrine&aggregate=month",
    "/data/compare?observed_property=lake-level",
    "/edr/collections/joint/locations/jordan:citrine",
    "/edr/collections/joint/cube?bbox=34,30,37,33&aggregate=month",
    "/ogc/collections/datastreams/items",
    "/ogcapi/v1/collections/latest-continuous/items",
    "/ogcapi/v1/collections/daily/items?monitoring_location_id=jordan-citrine",
    "/waterml/1.1/GetValues?location=jordan:citrine",
    "/sta/v1.1/Observations?$top=1000",
    "/sta/v1.1/Observations?$filter=result gt 4000&$top=1000",
    "/sta/v1.1/Observations?$top=1000&$resultFormat=dataArray",
    f"/sta/v1.1/Datastreams?{LATEST}",
    f"/sta/v1.1/Things?$expand=Datastreams({LATEST})",
]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_restricted_figures_is_noted_each_time(asking, region, way):
    citrine, reader = PLANTED[2], asking["palestine-reader"]
    trail = Trail(region.node.audit)
    for _ in range(2):
        before = trail.read(most=1)
        answer = reader.get(way)
        assert repr(citrine.value) in answer.text, answer.text[:300]
        (event,) = trail.read(most=1)
        assert [event] != before
        assert (event.kind, event.who) == ("read", "palestine-reader")
    trail.close()


def test_writes_and_missing_roles_are_noted(asking, region):
    trail = Trail(region.node.audit)
    thing = {"name": "x", "description": "x"}
    answer = asking["jordan-steward"].post("/sta/v1.1/Things", json=thing)
    assert answer.status_code == 201
    done = trail.read(most=1)[0]
    assert (done.kind, done.who, done.outcome) == ("write", "jordan-steward", "done")
    asking["jordan-steward"].post("/sta/v1.1/Things", json={})
    failed = trail.read(most=1)[0]
    assert failed.outcome.startswith("NotAcceptable")
    asking["israel-delegate"].post("/sta/v1.1/Things", json=thing)
    refused = trail.read(most=1)[0]
    assert (refused.kind, refused.who) == ("refused", "israel-delegate")
    trail.close()
