"""Attacks on whoever is signed in by a browser, and on the signing in itself."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from faults.threat import TAKEN
from issuing import AUDIENCE, providing
from parties import make_party
from passkey_device import Device
from serving import served

from waternet.api.session_cookie import cookie_of
from waternet.errors import NotAllowed
from waternet.node.access import Access
from waternet.node.code_flow import Back, CodeFlow
from waternet.node.issuers import Client, Group, Issuer
from waternet.node.passkeys import site_of
from waternet.node.people import Person
from waternet.node.sessions import Beginning
from waternet.portal.app import make_app

SITE = site_of("https://water.example")


def _access(folder: Path) -> tuple[Access, str]:
    """Let Hana in; return her key's prefix, too."""
    access = Access(folder / "access.sqlite")
    access.people.add(Person("hana", "jordan", frozenset({"steward"})))
    return access, access.people.give_key("hana", 1).prefix


def _shown(access: Access, secret: str) -> str:
    try:
        return TAKEN if access.signed_in(secret) else "anybody's"
    finally:
        access.close()


def ended_session(folder: Path) -> str:
    """Show the session of somebody whose key was revoked."""
    access, key = _access(folder)
    secret = access.sessions.begin(Beginning("hana", "key", key))
    access.people.revoke("hana")
    return _shown(access, secret)


def idle_session(folder: Path) -> str:
    """Show a session of a browser that was left open for a day."""
    access = Access(folder / "access.sqlite")
    access.people.add(Person("hana", "jordan", frozenset({"steward"})))
    key = access.people.give_key("hana", 30).prefix
    secret = access.sessions.begin(Beginning("hana", "key", key))
    with access.people.file.transaction() as db:
        db.execute("UPDATE session SET seen = ?", (int(time.time()) - 86_000,))
    return _shown(access, secret)


def stolen_sessions(folder: Path) -> str:
    """Show, as a session, what lies of one in a stolen copy of access.sqlite."""
    access, key = _access(folder)
    secret = access.sessions.begin(Beginning("hana", "key", key))
    with access.people.file.transaction() as db:
        (kept,) = db.execute("SELECT digest FROM session").fetchone()
    return _shown(access, secret if kept == secret.encode() else kept.hex())


def replayed_passkey(folder: Path) -> str:
    """Show once more what a device signed; it counts no signatures, as many do not."""
    access, key = _access(folder)
    device = Device(SITE.origin)
    made = device.make(access.passkeys.offer("hana", key, SITE))
    access.passkeys.add(made, "phone", "hana", SITE)
    device.counter = -1
    answer = device.sign(access.passkeys.ask(SITE))
    access.passkeys.identify(answer, SITE)
    try:
        access.passkeys.identify(answer, SITE)
    except NotAllowed:
        return "refused"
    finally:
        access.close()
    return TAKEN


def anothers_sign_in(folder: Path) -> str:
    """Have somebody finish, by a link, a sign-in that was begun in another browser."""
    access, _ = _access(folder)
    with providing() as provider:
        provider.clients["waternet"] = "x"
        access.issuers.trust(Issuer(provider.url, AUDIENCE, "groups"))
        reader = frozenset({"reader"})
        access.issuers.allow(Group(provider.url, "hydrology", "jordan", reader))
        access.issuers.register(Client(provider.url, "waternet", "x"))
        flow = CodeFlow(access.issuers, access.attempts, f"{SITE.origin}/sign-in/back")
        link = provider.let_in(flow.send(provider.url, "/").address)
        told = httpx.URL(link).params
        try:
            flow.receive(Back(told["state"], told["code"], keepsake="of the victim"))
        except NotAllowed:
            return "refused"
        finally:
            access.close()
    return TAKEN


@contextmanager
def _steward(folder: Path) -> Iterator[tuple[httpx.Client, Access]]:
    """Serve a node; yield the browser of a steward who is signed in."""
    party = make_party(folder)
    access = Access(party.node.access)
    access.people.add(Person("hana", party.node.party, frozenset({"steward"})))
    key = access.people.give_key("hana", 1).prefix
    secret = access.sessions.begin(Beginning("hana", "key", key))
    with (
        served(make_app(party.node)) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as browser,
    ):
        browser.cookies.set("waternet_session", secret)
        yield browser, access
    access.close()


def foreign_form(folder: Path) -> str:
    """Have a steward's browser send a form of a page from elsewhere."""
    with _steward(folder) as (browser, access):
        access.sessions.begin(Beginning("hana", "key", access.people.keys()[0].prefix))
        headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        told = browser.post("/account/sessions/end", headers=headers)
        left = len(access.sessions.of("hana"))
    if left == 1:
        return TAKEN
    return "another session" if "another session" in told.text else "from elsewhere"


def cookie_at_an_interface(folder: Path) -> str:
    """Have a steward's browser write by SensorThings, as a page on its host can."""
    with _steward(folder) as (browser, _):
        told = browser.post(
            "/sta/v1.1/Things",
            json={"name": "x", "description": "x"},
            headers={"sec-fetch-site": "same-site"},
        )
    return TAKEN if told.status_code == 201 else str(told.status_code)


def led_elsewhere(folder: Path) -> str:
    """Send somebody a link that leads on to another host once they have chosen."""
    with _steward(folder) as (browser, access):
        token = access.sessions.find(browser.cookies["waternet_session"]).form_token
        fields = {"theme": "dark", "next": "//evil.example", "token": token}
        told = browser.post("/preferences", data=fields)
    is_elsewhere = "evil" in told.headers["location"]
    return TAKEN if is_elsewhere else "a page of the node"


def any_cookie(_answering: object, request) -> str:
    """Take a session wherever one comes."""
    return cookie_of(request.headers, request.url)


def as_it_is(secret: str) -> bytes:
    """Keep a secret as it is."""
    return secret.encode()


class Forgetful:
    """Attempts that are never over."""

    def __init__(self, _file: object) -> None:
        self._told: dict[str, dict] = {}

    def begin(self, _kind: str, told) -> str:
        self._told["x" * 43] = dict(told)
        return "x" * 42 + "w"

    def take(self, _kind: str, _text: str) -> dict:
        return self._told["x" * 43]
