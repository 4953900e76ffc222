"""A person signs in by key and by a device, in Chromium; the device is a virtual one.

W3C Web Authentication Level 3, section 12: virtual authenticators, which Chromium has
in its DevTools protocol, too.
"""

import pytest
from browser.looking import Watched, barriers, out_of_order, sideways, tab, walk
from browser.screens import LANGUAGES, RIGHT_TO_LEFT
from parties import make_party
from web_servers import serving

from waternet.node.access import Access
from waternet.node.people import Person
from waternet.portal.app import make_app

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    return make_party(tmp_path_factory.mktemp("node")).node


@pytest.fixture(scope="module")
def address(node):
    with serving(make_app(node, rate=0)) as served:
        yield served.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def key(node):
    access = Access(node.access)
    access.people.add(Person("hana", node.party, frozenset({"steward", "reviewer"})))
    given = access.people.give_key("hana", 30).text
    access.close()
    return given


@pytest.fixture
def sit_down(browser, address):
    """Return what gives somebody a browser of their own."""
    opened = []

    def as_reader(language="en", **told) -> Watched:
        context = browser.new_context(locale=LANGUAGES[language], **told)
        context.set_default_timeout(10_000)
        one = tab(context, address)
        opened.append((context, one))
        return one.__enter__()

    yield as_reader
    for context, one in opened:
        one.__exit__(None, None, None)
        context.close()


def sign_in(watched, key, language="en"):
    watched.visit(f"/sign-in?lang={language}")
    page = watched.page
    page.locator("#name").fill("hana")
    page.locator("#key").fill(key)
    page.locator(
        'form[action^="/sign-in?"] button, form[action="/sign-in"] button'
    ).click()
    page.wait_for_url("**/account?**")


def authenticator(watched, **told):
    """Give a browser a device; return its protocol and number."""
    cdp = watched.page.context.new_cdp_session(watched.page)
    cdp.send("WebAuthn.enable")
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | told})
    return cdp, made["authenticatorId"]


def session_of(page):
    """Return the cookie of a session; None where there is none."""
    held = {one["name"]: one for one in page.context.cookies()}
    return held.get("waternet_session")


def register(watched, name):
    page = watched.page
    page.locator("#passkey-name").fill(name)
    page.locator('form[data-passkey="make"] button').click()
    page.locator("tbody th", has_text=name).wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "noscript"])
def test_an_account_is_whole_for_every_reader(
    sit_down, key, language, scripts, pictures
):
    watched = sit_down(language, java_script_enabled=scripts)
    sign_in(watched, key, language)
    watched.settle()
    page = watched.page
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    assert page.locator("html").get_attribute("dir") == direction
    name = f"account-{language}{'' if scripts else '-noscript'}.png"
    (pictures / name).write_bytes(watched.picture(full=True))
    assert page.locator('form[data-passkey="make"]').is_visible() == scripts
    if scripts:
        assert barriers(page) == []
        assert walk(page) == []
    assert out_of_order(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) == 0
    page.locator('form[action^="/sign-out"] button').click()
    page.wait_for_url("**/sign-in?**")
    watched.verify()


def test_a_device_signs_in_by_one_click(sit_down, key):
    watched = sit_down()
    authenticator(watched)
    sign_in(watched, key)
    register(watched, "laptop")
    page = watched.page
    page.locator('form[action^="/sign-out"] button').click()
    page.wait_for_url("**/sign-in?**")
    page.locator('form[data-passkey="sign"] button').click()
    page.wait_for_url("**/account**")
    assert "by passkey" in page.locator("dl.facts").inner_text()
    page.get_by_role("button", name="Remove laptop").click()
    # The session that began with it is over with it.
    page.locator('main a[href^="/sign-in"]').wait_for()
    watched.expected = 401
    assert page.goto(f"{watched.address}/account").status == 401


def test_a_device_that_does_not_know_its_user_signs_nobody_in(sit_down, key):
    watched = sit_down()
    cdp, number = authenticator(watched)
    sign_in(watched, key)
    register(watched, "tablet")
    page = watched.page
    page.locator('form[action^="/sign-out"] button').click()
    page.wait_for_url("**/sign-in?**")
    told = {"authenticatorId": number, "isUserVerified": False}
    cdp.send("WebAuthn.setUserVerified", told)
    page.locator('form[data-passkey="sign"] button').click()
    page.locator("[data-passkey-failed]").wait_for()
    assert session_of(page) is None


def test_the_cookie_is_out_of_reach_of_scripts(sit_down, key):
    watched = sit_down()
    sign_in(watched, key)
    held = session_of(watched.page)
    assert (held["httpOnly"], held["sameSite"]) == (True, "Lax")
    assert held["expires"] == -1  # until the browser is closed
    assert "waternet_session" not in watched.page.evaluate("document.cookie")
    watched.verify()
