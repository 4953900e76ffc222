"""A node with a made region in its bank, served on the loopback."""

import httpx
import pytest
import regions
from parties import make_party
from web_servers import serving

from waternet.api.app import make_app


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    node = make_party(tmp_path_factory.mktemp("node"), "amber").node
    regions.fill(node)
    with serving(make_app(node, rate=0)) as address:
        yield address


@pytest.fixture
def web(address):
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client
