"""Signing in by key and passkey, by a browser: what it holds, and what it opens."""

import httpx
import pytest
from passkey_device import Device, from_base64
from portal.account.conftest import BROWSER, Browser
from serving import served

from waternet.api.limits import DEFAULT_RATE
from waternet.node.attempts import WITHIN
from waternet.node.trail import Trail
from waternet.portal.app import make_app, pages

LANGUAGES = ("ar", "en", "he")


def latest(node, number=1):
    trail = Trail(node.audit)
    found = trail.read(most=number)
    trail.close()
    return found if number > 1 else found[0]


def test_by_name_and_key_somebody_is_signed_in(browser, key, node):
    done = browser.sign_in("hana", key)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    told = done.headers["set-cookie"]
    assert told.startswith("waternet_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(told.split("; "))
    assert "Domain" not in told
    page = browser.get("/account?format=json").json()
    assert (page["person"], page["party"]) == ("hana", "jordan")
    assert page["roles"] == ["steward"]
    event = latest(node)
    assert (event.kind, event.who, event.party) == ("sign-in", "hana", "jordan")
    assert event.outcome == f"signed in by key {key[4:12]}"
    assert event.caller == "127.0.0.1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_signs_in_goes_on_where_they_were_in_their_language(browser, key, language):
    done = browser.sign_in("hana", key, next=f"/find?q=well&lang={language}")
    assert done.headers["location"] == f"/find?q=well&lang={language}"
    without = browser.post(
        f"/sign-in?lang={language}", data={"name": "hana", "key": key, "token": ""}
    )
    assert without.status_code == 403  # of the session that there is, no token came
    browser.cookies.clear()
    done = browser.post(f"/sign-in?lang={language}", data={"name": "hana", "key": key})
    assert done.headers["location"] == f"/account?lang={language}"


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-in"]
)
def test_nobody_is_led_elsewhere(browser, key, onward):
    page = browser.get("/sign-in", params={"next": onward})
    assert "evil.example" not in page.text.partition("<main")[2].partition("</main")[0]
    done = browser.sign_in("hana", key, next=onward)
    assert done.headers["location"] == "/account"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_key_opens_nothing_and_is_noted(browser, key, node, language):
    for name, text in (
        ("hana", key[:-1] + ("A" if key[-1] != "A" else "B")),
        ("omar", key),
        ("hana", "password"),
        ("hana", ""),
        ("nobody", key),
    ):
        told = {"name": name, "key": text}
        answer = browser.post(f"/sign-in?lang={language}", data=told)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert 'role="alert"' in answer.text
        assert key not in answer.text
        event = latest(node)
        assert (event.kind, event.who) == ("refused", "")
        assert event.outcome.startswith("sign-in: ")
    assert browser.session is None


def test_a_revoked_key_signs_nobody_in(browser, access, key):
    access.people.revoke(key[4:12])
    assert browser.sign_in("hana", key).status_code == 403


def test_guessing_keys_soon_ends(node):
    # Of 20 requests that may come at once, a wrong key costs 50: the next one waits.
    with (
        served(make_app(node, rate=1)) as address,
        Browser(base_url=address, trust_env=False, headers=BROWSER) as browser,
    ):
        wrong = f"wn1_aaaaaaaa_{'A' * 43}"
        statuses = [browser.sign_in("hana", wrong).status_code for _ in range(2)]
    assert statuses == [403, 429]


def test_nobody_begins_so_many_sign_ins_that_others_are_forgotten(node):
    """Of 10,000 that are under way for ten minutes, one caller begins four a second."""
    with (
        served(make_app(node, rate=1)) as address,
        Browser(
            base_url=address.replace("127.0.0.1", "localhost"),
            trust_env=False,
            headers=BROWSER,
        ) as browser,
    ):
        asked = [browser.post("/sign-in/passkey/ask").status_code for _ in range(2)]
    assert asked == [200, 429]
    orders = {one.name: one.cost for one in pages()}
    for name in ("sign-in-passkey-ask", "sign-in-issuer"):
        assert DEFAULT_RATE / orders[name] * WITHIN < 10_000


def test_a_session_that_was_set_beforehand_is_not_taken_up(browser, key, access):
    """Session fixation: whoever set the cookie knows its secret."""
    fixed = "A" * 43
    browser.cookies.set("waternet_session", fixed)
    browser.sign_in("hana", key)
    assert access.signed_in(fixed) is None
    held = [one.value for one in browser.cookies.jar if one.name == "waternet_session"]
    assert any(access.signed_in(one) for one in held)


def test_each_sign_in_makes_a_new_session_and_ends_the_one_before(hana, key, access):
    first = hana.session
    done = hana.send_form("/sign-in", name="hana", key=key)
    assert done.status_code == 303
    assert hana.session != first
    assert access.signed_in(first) is None
    assert access.signed_in(hana.session)


def test_a_stolen_cookie_opens_nothing_after_signing_out(hana, another):
    stolen = hana.session
    another.cookies.set("waternet_session", stolen)
    assert another.get("/account").status_code == 200
    done = hana.send_form("/sign-out")
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in done.headers["set-cookie"]
    assert another.get("/account").status_code == 401
    assert hana.get("/account").status_code == 401


def test_another_process_and_the_next_start_know_the_session(hana, node):
    with (
        served(make_app(node)) as address,
        Browser(base_url=address, trust_env=False, headers=BROWSER) as other,
    ):
        other.cookies.set("waternet_session", hana.session)
        assert other.get("/account?format=json").json()["person"] == "hana"
        other.send_form("/sign-out")
    assert hana.get("/account").status_code == 401


def test_nobody_is_signed_out_by_a_link(hana):
    assert hana.get("/sign-out").status_code == 405
    assert hana.get("/account").status_code == 200


FORMS = {
    "/sign-out": {},
    "/sign-in": {"name": "omar", "key": "x"},
    "/account/sessions/end": {},
    "/account/passkeys/offer": {},
    "/account/passkeys": {"name": "x", "credential": "{}"},
    "/account/passkeys/remove": {"passkey": "x"},
    "/account/keys/revoke": {"key": "x"},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_a_page_from_elsewhere_does_nothing(hana, access, path):
    token = hana.token()
    for site in ("cross-site", "same-site"):
        answer = hana.send_form(path, site=site, token=token, **FORMS[path])
        assert answer.status_code in (401, 403), (path, site)
    for origin in ("https://evil.example", "null"):
        headers = {"origin": origin}
        del hana.headers["sec-fetch-site"]
        answer = hana.post(path, data={"token": token, **FORMS[path]}, headers=headers)
        hana.headers["sec-fetch-site"] = "same-origin"
        assert answer.status_code in (401, 403), (path, origin)
    assert access.signed_in(hana.session)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_the_token_of_its_session_does_nothing(
    hana, another, access, path
):
    omars = access.people.give_key("omar", 1).text
    another.sign_in("omar", omars)
    for token in ("", "x", another.token(), hana.session):
        answer = hana.send_form(path, token=token, **FORMS[path])
        assert answer.status_code == 403, (path, token)
    assert access.signed_in(hana.session)


def test_every_form_of_a_page_carries_the_token_once(hana, another):
    page = hana.get("/account").text
    forms = page.count('method="post"')
    assert forms >= 3
    assert page.count('name="token"') == forms
    assert 'name="token"' not in another.get("/sign-in").text


def test_a_session_that_ended_is_told_on_the_page(hana, access, key):
    access.people.revoke(key[4:12])
    answer = hana.get("/account")
    assert answer.status_code == 401
    assert "/sign-in" in answer.text
    assert hana.get("/about").status_code == 200


def test_pages_of_who_signed_in_are_kept_by_nobody(hana):
    for path in ("/account", "/sign-in"):
        assert hana.get(path).headers["cache-control"] == "no-store"
    about = hana.get("/about")
    assert "private" in about.headers["cache-control"]
    assert "Cookie" in about.headers["vary"]


def test_by_https_the_cookie_is_of_this_host_alone(node, access):
    key = access.people.give_key("hana", 1).text
    with (
        served(make_app(node, url="https://water.example", rate=0)) as address,
        Browser(base_url=address, trust_env=False, headers=BROWSER) as browser,
    ):
        told = browser.sign_in("hana", key).headers["set-cookie"]
        assert told.startswith("__Host-waternet_session=")
        assert {"Secure", "Path=/", "HttpOnly"} <= set(told.split("; "))
        secret = told.partition("=")[2].partition(";")[0]
        plain = {"cookie": f"waternet_session={secret}"}
        assert browser.get("/account", headers=plain).status_code == 401
        own = {"cookie": f"__Host-waternet_session={secret}"}
        assert browser.get("/account", headers=own).status_code == 200


def test_an_unguarded_node_has_nobody_signed_in(node):
    with (
        served(make_app(node, is_unguarded=True)) as address,
        Browser(base_url=address, trust_env=False, headers=BROWSER) as browser,
    ):
        page = browser.get("/sign-in")
        assert page.status_code == 200
        assert "<form" not in page.text.partition("<main")[2]
        assert browser.get("/account?format=json").json()["is_unguarded"]
        assert browser.sign_in("hana", "x").status_code == 403
        foreign = {"sec-fetch-site": "cross-site"}
        kept = browser.post("/preferences", data={"theme": "dark"}, headers=foreign)
        assert kept.status_code in (401, 403)


def origin(browser):
    return str(browser.base_url).rstrip("/")


def registered(browser, name="phone"):
    """Register a device for whoever is signed in."""
    device = Device(origin(browser))
    options = browser.send_form("/account/passkeys/offer").json()
    made = device.make(options)
    done = browser.send_form("/account/passkeys", name=name, credential=made)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    return device


def test_a_registered_device_signs_in_without_a_name_or_key(hana, another, node):
    device = registered(hana, "هاتف")
    assert "registered" in latest(node).outcome
    options = another.post("/sign-in/passkey/ask").json()
    assert options["rpId"] == "localhost"
    assert options.get("allowCredentials", []) == []
    told = {"credential": device.sign(options), "next": "/find"}
    done = another.post("/sign-in/passkey", data=told)
    assert (done.status_code, done.headers["location"]) == (303, "/find")
    page = another.get("/account?format=json").json()
    assert (page["person"], page["way"]) == ("hana", "passkey")
    assert "هاتف" in {one["name"] for one in page["passkeys"]}
    assert latest(node).outcome.startswith("signed in by passkey")
    again = another.send_form("/sign-in/passkey", **told)
    assert again.status_code == 403  # an answer counts once
    assert latest(node).kind == "refused"


def test_a_removed_device_signs_nobody_in(hana, another, node):
    device = registered(hana, "tablet")
    (mine,) = [
        one
        for one in hana.get("/account?format=json").json()["passkeys"]
        if one["name"] == "tablet"
    ]
    assert from_base64(mine["id"]) == device.id
    done = hana.send_form("/account/passkeys/remove", passkey=mine["id"])
    assert done.status_code == 303
    assert latest(node).outcome == "passkey 'tablet' removed"
    options = another.post("/sign-in/passkey/ask").json()
    answer = another.post("/sign-in/passkey", data={"credential": device.sign(options)})
    assert answer.status_code == 403
    assert another.session is None


def test_a_device_is_registered_soon_after_signing_in_or_not_at_all(hana, access):
    with access.people.file.transaction() as db:
        db.execute("UPDATE session SET created = created - 3700")
    for path in ("/account/passkeys/offer", "/account/passkeys"):
        answer = hana.send_form(path, name="x", credential="{}")
        assert answer.status_code == 403
    assert "data-passkey" not in hana.get("/account").text


def test_nobody_registers_a_device_by_an_api_key_alone(browser, key):
    told = {"x-api-key": key}
    answer = browser.post("/account/passkeys/offer", headers=told)
    assert answer.status_code == 403


def test_there_are_no_passkeys_at_a_bare_address(address):
    bare = address.replace("localhost", "127.0.0.1")
    with httpx.Client(base_url=bare, trust_env=False, headers=BROWSER) as web:
        assert "data-passkey" not in web.get("/sign-in").text
        assert web.post("/sign-in/passkey/ask").status_code == 400
