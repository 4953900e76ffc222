"""A party's Desk over HTTP: its stewards and a reviewer, each with a key."""

from dataclasses import dataclass

import httpx
import pytest
from parties import Party, make_party
from web_servers import serving

from waternet.node.people import People, Person
from waternet.portal.app import make_app

PEOPLE = {
    "rana": ("jordan", {"steward"}),
    "yusuf": ("jordan", {"steward"}),
    "lena": ("jordan", {"reviewer"}),
    "noa": ("jordan", {"steward", "reviewer"}),
    "dan": ("jordan", {"reader"}),
    "omri": ("israel", {"reader"}),
}
HTML = "text/html,application/xhtml+xml"


@dataclass
class Desk:
    """A served node, and a client for each of its people."""

    party: Party
    address: str
    clients: dict[str, httpx.Client]

    def get(self, who, path, **params):
        """Return a page as data."""
        return self.clients[who].get(path, params={"format": "json", **params})

    def see(self, who, path, **params):
        """Return a page as a browser gets it."""
        return self.clients[who].get(path, params=params, headers={"accept": HTML})

    def post(self, who, path, **fields):
        """Send a form."""
        return self.clients[who].post(path, data=fields)

    def follow(self, who, answer):
        """Return the page that an order led to, as data."""
        address = httpx.URL(answer.headers["location"])
        return self.get(who, address.path, **dict(address.params)).json()

    def send(self, who, content, name="levels.csv", **fields):
        """Send a file; return its number."""
        files = {"file": (name, content)}
        answer = self.clients[who].post("/desk/files", files=files, data=fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]


def make_desk(folder, **terms):
    """Make a party whose people have keys; yields once it is served."""
    party = make_party(folder, **terms)
    people = People(party.node.access)
    keys = {}
    for name, (whose, roles) in PEOPLE.items():
        people.add(Person(name, whose, frozenset(roles)))
        keys[name] = people.give_key(name, 30).text
    people.close()
    return party, keys


@pytest.fixture
def opened(tmp_path):
    """Return what serves a party's Desk, with its terms, for as long as a test runs."""
    from contextlib import ExitStack

    with ExitStack() as held:

        def open_desk(**terms):
            party, keys = make_desk(tmp_path, **terms)
            address = held.enter_context(serving(make_app(party.node, rate=0)))
            clients = {
                name: held.enter_context(
                    httpx.Client(
                        base_url=address,
                        trust_env=False,
                        headers={"x-api-key": key},
                        timeout=60,
                    )
                )
                for name, key in keys.items()
            }
            nobody = httpx.Client(base_url=address, trust_env=False)
            clients["nobody"] = held.enter_context(nobody)
            return Desk(party, address, clients)

        yield open_desk


@pytest.fixture
def desk(opened):
    """Return the Desk of a party whose figures a second person must review."""
    return opened(review=True)
