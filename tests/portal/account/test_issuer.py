"""Signing in at an issuer, by a browser: there, and back to where one was."""

import pytest
from issuing import AUDIENCE, providing
from portal.account.conftest import BROWSER

from waternet.node.issuers import Client, Group, Issuer
from waternet.node.trail import Trail

READER = frozenset({"reader"})
COMING_BACK = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}


@pytest.fixture(scope="module")
def provider():
    with providing() as one:
        one.clients["waternet"] = "s3cret"
        yield one


@pytest.fixture
def login(provider, access):
    """Return the address of an issuer by which people sign in here."""
    access.issuers.trust(Issuer(provider.url, AUDIENCE, "groups"))
    access.issuers.allow(Group(provider.url, "hydrology", "jordan", READER))
    access.issuers.register(Client(provider.url, "waternet", "s3cret"))
    yield provider.url
    provider.claims = {}
    access.issuers.distrust(provider.url)


def set_out(browser, login, onward="/find?lang=he"):
    """Return where a browser is sent: by a page, for forms lead to this node alone."""
    told = browser.post("/sign-in/issuer", data={"issuer": login, "next": onward})
    assert told.status_code == 200
    wait, _, address = told.headers["refresh"].partition("; url=")
    assert wait == "0"
    return address


def test_who_signs_in_there_is_signed_in_here(browser, provider, login, node):
    assert provider.url.partition("://")[2] in browser.get("/sign-in").text
    back = provider.let_in(set_out(browser, login))
    assert back.startswith(f"{str(browser.base_url).rstrip('/')}/sign-in/back?")
    told = browser.get(back, headers=COMING_BACK)
    assert told.headers["refresh"] == "0; url=/find?lang=he"
    assert 'href="/find?lang=he"' in told.text
    page = browser.get("/account?format=json").json()
    assert page["person"] == f"hana@{login.partition('://')[2]}"
    assert (page["party"], page["roles"], page["way"]) == (
        *("jordan", ["reader"]),
        "issuer",
    )
    assert page["keys"] == page["passkeys"] == []
    trail = Trail(node.audit)
    assert trail.read(most=1)[0].outcome == f"signed in by {login}"
    trail.close()
    assert browser.get(back, headers=COMING_BACK).status_code == 403


def test_what_the_browser_keeps_meanwhile_is_for_this_node_alone(browser, login):
    told = browser.post("/sign-in/issuer", data={"issuer": login})
    kept = told.headers["set-cookie"].split("; ")
    assert kept[0].startswith("waternet_setting_out=")
    # Lax: it comes back along with who is sent back (RFC 6265bis, 5.5.7.1).
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(kept)
    assert told.headers["cache-control"] == "no-store"


def test_nobody_is_signed_in_by_a_link_that_another_made(
    browser, another, provider, login
):
    """Login CSRF: the attacker's own sign-in, finished in somebody else's browser."""
    back = provider.let_in(set_out(another, login))
    told = browser.get(back, headers=COMING_BACK)
    assert told.status_code == 403
    assert browser.session is None
    assert "set-cookie" not in told.headers


def test_a_page_from_elsewhere_sends_nobody_out(browser, login):
    told = browser.post(
        "/sign-in/issuer",
        data={"issuer": login},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert told.status_code in (401, 403)


def test_who_is_in_no_known_group_is_told(browser, provider, login):
    provider.claims = {"groups": ["strangers"]}
    told = browser.get(provider.let_in(set_out(browser, login)), headers=COMING_BACK)
    assert told.status_code == 403
    assert 'role="alert"' in told.text
    assert browser.session is None


def test_what_an_issuer_says_cannot_write_into_the_page(browser, login):
    address = set_out(browser, login)
    state = address.partition("state=")[2].partition("&")[0]
    told = browser.get(
        "/sign-in/back",
        params={"state": state, "error": "<script>alert(1)</script>", "hd": "x"},
        headers=COMING_BACK,
    )
    assert told.status_code == 403
    assert "<script>alert" not in told.text


def test_roles_of_a_group_count_at_the_next_request(browser, provider, login, access):
    browser.get(provider.let_in(set_out(browser, login)), headers=COMING_BACK)
    access.issuers.allow(Group(login, "hydrology", "", READER))
    assert browser.get("/account?format=json").json()["party"] == ""
    access.issuers.allow(Group(login, "hydrology", "", frozenset()))
    assert browser.get("/account").status_code == 401


def test_an_issuer_that_is_not_configured_is_not_offered(browser, provider, login):
    assert browser.post("/sign-in/issuer", data={"issuer": "x"}).status_code == 404
    page = browser.get("/sign-in", headers=BROWSER).text
    assert page.count('action="/sign-in/issuer"') == 1
    assert provider.clients["waternet"] not in page
    assert login in page
