"""A group whose entries a node holds, served to readers."""

from dataclasses import dataclass

import httpx
import pytest
from acting import Group
from acting_nodes import make_nodes
from serving import served

from waternet.portal.app import make_app

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"


@dataclass
class Reader:
    """Who looks at the pages of one group."""

    client: httpx.Client
    group: Group

    @property
    def home(self) -> str:
        """The path of the group's pages."""
        return f"/group/basin~{self.group.id[:8]}"

    def data(self, path: str = "", **params: str):
        """Return a page as data."""
        told = self.client.get(f"{self.home}{path}", params=params)
        assert told.status_code == 200, told.text
        return told.json()

    def page(self, path: str = "", **params: str) -> str:
        """Return a page as a browser gets it."""
        asked = {"lang": "en", **params}
        told = self.client.get(
            f"{self.home}{path}", params=asked, headers={"accept": HTML}
        )
        assert told.status_code == 200, told.text
        return told.text


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    """Return what serves a group's entries at jordan's node."""
    from contextlib import ExitStack

    with ExitStack() as held:

        def read(group: Group) -> Reader:
            nodes = make_nodes(group, tmp_path_factory.mktemp("group"), "jordan")
            address = held.enter_context(served(make_app(nodes["jordan"], rate=0)))
            client = held.enter_context(
                httpx.Client(base_url=address, trust_env=False, timeout=30)
            )
            return Reader(client, group)

        yield read
