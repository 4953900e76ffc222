"""Nodes that other people's programs read, each served once for all of them."""

import pytest
from edr_region import make_region
from web_servers import serving

from waternet.api.app import make_app


@pytest.fixture(scope="session")
def edr(tmp_path_factory):
    """Return where EDR is found on a node of two parties."""
    region = make_region(tmp_path_factory.mktemp("edr"))
    with serving(make_app(region.node)) as address:
        yield f"{address}/edr"
