"""One node with every kind of terms, served; whoever asks has a client of their own."""

import httpx
import pytest
from api.security.planted import make_region
from serving import served

from waternet.portal.app import make_app


@pytest.fixture(scope="package")
def region(tmp_path_factory):
    return make_region(tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="package")
def address(region):
    app = make_app(region.node, rate=0)
    with served(app) as address:
        yield address


@pytest.fixture(scope="package")
def asking(region, address):
    """Return the clients of everybody, by name; '' is anybody."""
    clients = {
        name: httpx.Client(
            base_url=address,
            trust_env=False,
            timeout=60,
            headers={"authorization": f"Bearer {key}"} if key else {},
        )
        for name, key in {"": "", **region.keys}.items()
    }
    yield clients
    for client in clients.values():
        client.close()
