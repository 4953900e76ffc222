"""A session opens what its person may read, and writes by no interface for programs."""

import base64

import httpx
import pytest
from api.security.planted import PLANTED

from waternet.api.session_cookie import (
    cookie_of,
    ended_cookie,
    is_own_reading,
    session_cookie,
    verify_form_token,
    verify_own_page,
)
from waternet.api.viewer import Viewer
from waternet.errors import NotAllowed
from waternet.node.access import Access
from waternet.node.api_key import prefix_of
from waternet.node.sessions import Beginning
from waternet.node.trail import Trail

BERYL = PLANTED[1]
FIGURES = "/data/observations"
RESTRICTED = {"datastream": BERYL.datastreams[0]}
HERE = "https://water.example"


@pytest.fixture(scope="module")
def web(address):
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def access(region):
    held = Access(region.node.access)
    yield held
    held.close()


def cookie(access, region, name):
    """Return the header by which a browser shows a session of somebody."""
    by = Beginning(name, "key", prefix_of(region.keys[name]))
    return {"cookie": f"waternet_session={access.sessions.begin(by)}"}


def is_seen(answer):
    return answer.status_code == 200 and repr(BERYL.value) in answer.text


def test_a_session_reads_what_its_person_may(web, access, region):
    for name, party in region.parties.items():
        answer = web.get(
            FIGURES, params=RESTRICTED, headers=cookie(access, region, name)
        )
        assert is_seen(answer) == BERYL.is_for(party), name


def test_a_session_that_is_over_is_anybodys(web, access, region):
    headers = cookie(access, region, "israel-reader")
    access.sessions.end(headers["cookie"].partition("=")[2])
    for told in (headers, {"cookie": "waternet_session=x"}, {"cookie": ";=;"}):
        assert not is_seen(web.get(FIGURES, params=RESTRICTED, headers=told))
        public = web.get(FIGURES, params={"party": "jordan"}, headers=told)
        assert public.status_code == 200


def test_what_is_read_by_a_session_is_noted(web, access, region):
    web.get(FIGURES, params=RESTRICTED, headers=cookie(access, region, "israel-reader"))
    trail = Trail(region.node.audit)
    (event,) = trail.read(most=1)
    trail.close()
    assert (event.kind, event.who, event.party) == ("read", "israel-reader", "israel")


WRITES = [
    ("POST", "/sta/v1.1/Things", "application/json", b'{"name":"x","description":"x"}'),
    ("POST", "/sta/v1.1/Things", "text/plain", b"x"),
    ("PATCH", "/sta/v1.1/Things(1)", "application/json", b"{}"),
    ("PUT", "/sta/v1.1/Things(1)", "application/json", b"{}"),
    ("DELETE", "/sta/v1.1/Things(1)", "", b""),
    ("POST", "/upload", "multipart/form-data; boundary=x", b"--x--"),
]


@pytest.mark.parametrize(("method", "path", "kind", "content"), WRITES)
@pytest.mark.parametrize("site", ["same-origin", "cross-site", None])
def test_a_session_writes_by_no_interface_for_programs(
    web, access, region, method, path, kind, content, site
):
    headers = cookie(access, region, "jordan-steward") | {"content-type": kind}
    if site:
        headers["sec-fetch-site"] = site
    answer = web.request(method, path, content=content, headers=headers)
    assert answer.status_code in (401, 405)  # as of anybody, or no such way at all
    key = {"x-api-key": region.keys["jordan-steward"], "content-type": kind}
    assert web.request(method, path, content=content, headers=key).status_code != 401


def test_a_page_from_elsewhere_reads_nothing_by_a_session(web, access, region):
    headers = cookie(access, region, "israel-reader")
    for site, dest, is_own in (
        ("same-origin", "empty", True),
        ("none", "document", True),
        ("cross-site", "document", True),  # a link that somebody followed
        ("cross-site", "iframe", False),
        ("cross-site", "script", False),
        ("same-site", "empty", False),
        ("same-site", "image", False),
    ):
        told = {"sec-fetch-site": site, "sec-fetch-dest": dest, **headers}
        answer = web.get(FIGURES, params=RESTRICTED, headers=told)
        assert is_seen(answer) == is_own, (site, dest)


def test_answers_by_a_session_are_kept_by_no_shared_cache(web, access, region):
    headers = cookie(access, region, "israel-reader")
    asked = {"params": {"party": "jordan"}}
    mine, anybodys = (
        web.get(FIGURES, headers=headers, **asked),
        web.get(FIGURES, **asked),
    )
    assert "private" in mine.headers["cache-control"]
    assert mine.headers["etag"] != anybodys.headers["etag"]
    for answer in (mine, anybodys):
        assert "Cookie" in answer.headers["vary"].split(", ")
        # No page from elsewhere reads what came by a cookie (Fetch, 3.3.5).
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
    another = cookie(access, region, "israel-reader")
    another["if-none-match"] = mine.headers["etag"]
    # Its forms carry another token.
    assert web.get(FIGURES, headers=another, **asked).status_code == 200
    again = {**headers, "if-none-match": mine.headers["etag"]}
    assert web.get(FIGURES, headers=again, **asked).status_code == 304


def test_a_key_goes_before_a_session(web, access, region):
    headers = cookie(access, region, "israel-reader")
    headers["x-api-key"] = region.keys["palestine-reader"]
    assert not is_seen(web.get(FIGURES, params=RESTRICTED, headers=headers))
    headers["x-api-key"] += "x"
    answer = web.get(FIGURES, params=RESTRICTED, headers=headers)
    assert answer.status_code == 401


def test_what_browsers_send_along_by_basic_writes_for_no_page_from_elsewhere(
    web, region
):
    pair = f"jordan-steward:{region.keys['jordan-steward']}".encode()
    headers = {
        "authorization": "Basic " + base64.b64encode(pair).decode(),
        "content-type": "multipart/form-data; boundary=x",
    }
    for told in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = web.post("/upload", content=b"--x--", headers={**headers, **told})
        assert answer.status_code in (401, 403)
        assert "elsewhere" in answer.json()["detail"]
    answer = web.post("/upload", content=b"--x--", headers=headers)
    assert answer.status_code not in (401, 403)


def test_by_https_only_a_cookie_of_this_host_alone_counts():
    # RFC 6265bis, 4.1.3.2: such a cookie is set by its own host, by https, for '/'.
    told = session_cookie("xyz", HERE)
    assert told.startswith("__Host-waternet_session=xyz; Path=/;")
    assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(told.split("; "))
    assert "Domain" not in told
    assert cookie_of({"cookie": "__Host-waternet_session=xyz"}, HERE) == "xyz"
    assert cookie_of({"cookie": "waternet_session=xyz"}, HERE) == ""
    gone = ended_cookie(HERE)
    assert gone.startswith("__Host-waternet_session=;")
    assert "Max-Age=0" in gone


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"origin": HERE}, True),
        ({"origin": "HTTPS://WATER.EXAMPLE"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": HERE}, False),
        ({"sec-fetch-site": "x"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://water.example.evil.example"}, False),
        ({"origin": "https://water.example:8443"}, False),
        ({"origin": "https://x.water.example"}, False),
    ],
)
def test_forms_are_sent_by_pages_of_this_node(headers, is_own):
    if is_own:
        verify_own_page(headers, f"{HERE}/node")
        return
    with pytest.raises(NotAllowed):
        verify_own_page(headers, f"{HERE}/node")


def test_a_form_of_another_session_is_refused(access, region):
    sessions = [
        access.sessions.find(one["cookie"].partition("=")[2])
        for one in (cookie(access, region, "jordan-steward") for _ in range(2))
    ]
    viewer = Viewer("jordan-steward", session=sessions[0])
    verify_form_token(viewer, sessions[0].form_token)
    for token in ("", sessions[1].form_token, sessions[0].form_token + "é", "é"):
        with pytest.raises(NotAllowed):
            verify_form_token(viewer, token)
    verify_form_token(Viewer(), "")


def test_reading_is_told_by_the_browser_or_not_at_all():
    assert is_own_reading({})
    assert not is_own_reading({"sec-fetch-site": "cross-site"})
