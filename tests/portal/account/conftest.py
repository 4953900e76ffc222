"""A node with its pages, served; people with keys, and browsers that hold cookies."""

import httpx
import pytest
from parties import make_party
from serving import served

from waternet.node.access import Access
from waternet.node.people import Person
from waternet.portal.app import make_app

BROWSER = {
    "accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "sec-fetch-site": "same-origin",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0",
}


class Browser(httpx.Client):
    """Keeps cookies; says which page sends a form, as browsers do."""

    def send_form(self, path, site="same-origin", **fields):
        """Send a form with the token that the page gave it, unless told otherwise."""
        told = {"token": self.token(), **fields}
        return self.post(path, data=told, headers={"sec-fetch-site": site})

    def token(self):
        page = self.get("/account").text
        return page.partition('name="token" value="')[2].partition('"')[0]

    def sign_in(self, name, key, **more):
        return self.post("/sign-in", data={"name": name, "key": key, **more})

    @property
    def session(self):
        return self.cookies.get("waternet_session")


@pytest.fixture(scope="package")
def node(tmp_path_factory):
    return make_party(tmp_path_factory.mktemp("node")).node


@pytest.fixture(scope="package")
def access(node):
    held = Access(node.access)
    people = {"hana": ("jordan", "steward"), "omar": ("", "reader")}
    for name, (party, role) in people.items():
        held.people.add(Person(name, party, frozenset({role})))
    yield held
    held.close()


@pytest.fixture(scope="package")
def address(node):
    with served(make_app(node, rate=0)) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def browser(address, access):  # noqa: ARG001  people are there before they sign in
    with Browser(base_url=address, trust_env=False, headers=BROWSER) as one:
        yield one


@pytest.fixture
def another(address):
    with Browser(base_url=address, trust_env=False, headers=BROWSER) as one:
        yield one


@pytest.fixture
def key(access):
    return access.people.give_key("hana", 1).text


@pytest.fixture
def hana(browser, key):
    """Return a browser in which Hana is signed in."""
    assert browser.sign_in("hana", key).status_code == 303
    return browser
