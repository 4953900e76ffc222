"""A node with two parties' records, asked for files over HTTP."""

import httpx
import pytest
from parties import LEVELS, make_party, quiet
from web_servers import serving

from waternet.api.app import make_app
from waternet.node.follow import follow_party, pull_folder

REVISED = LEVELS.replace("-214.87", "-214.90")


@pytest.fixture(scope="package")
def node(tmp_path_factory):
    """Return a node with a record of its own, once revised, and one that it pulled."""
    folder = tmp_path_factory.mktemp("parties")
    jordan, israel = make_party(folder, "jordan"), make_party(folder, "israel")
    for party in (jordan, israel):
        party.read()
        party.publish()
    jordan.read(REVISED)
    jordan.publish("misread")
    follow_party(jordan.node, israel.node.public / "card.json")
    pull_folder(jordan.node, israel.node.public, quiet)
    return jordan.node


@pytest.fixture(scope="package")
def address(node):
    """Return where that node is asked."""
    with serving(make_app(node)) as address:
        yield address


@pytest.fixture
def web(address):
    """Return a client."""
    with httpx.Client(base_url=f"{address}/data", trust_env=False) as client:
        yield client
