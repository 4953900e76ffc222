"""A node whose record is given out by a real server on the loopback."""

import httpx
import pytest
from parties import make_party, quiet
from web_servers import serving

from waternet.api.app import make_app
from waternet.node.follow import follow_party, pull_folder


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Return a node with a record of its own and a mirror of another's."""
    folder = tmp_path_factory.mktemp("parties")
    jordan, israel = make_party(folder, "jordan"), make_party(folder, "israel")
    for party in (jordan, israel):
        party.read()
        party.publish()
    follow_party(jordan.node, israel.node.public / "card.json")
    pull_folder(jordan.node, israel.node.public, quiet)
    return jordan.node


@pytest.fixture(scope="module")
def address(node):
    """Return where that node's record is given out."""
    with serving(make_app(node)) as address:
        yield address


@pytest.fixture
def web(address):
    """Return a client that asks for nothing but what a test says."""
    with httpx.Client(base_url=address, trust_env=False, headers={}) as client:
        client.headers["accept-encoding"] = "identity"
        yield client
