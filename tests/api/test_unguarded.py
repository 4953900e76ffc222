"""A node where everybody is a steward is not for pages that a browser shows."""

import pytest
from parties import make_party

from waternet.api.viewer import Viewers
from waternet.errors import NotAllowed


@pytest.fixture
def viewers(tmp_path):
    viewers = Viewers(make_party(tmp_path).node, is_unguarded=True)
    yield viewers
    viewers.close()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost:8080"},
        {"host": "127.0.0.1:8080", "origin": "http://localhost:3000"},
        {"host": "[::1]:8080"},
        {"host": "waternet:8080"},
    ],
)
def test_programs_on_this_machine_are_stewards(viewers, headers):
    assert viewers.of(headers).may("steward")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1", "origin": "https://evil.example"},
        {"host": "127.0.0.1", "origin": "null"},
        # DNS rebinding: the page's own name leads to this machine.
        {"host": "evil.example:8080", "origin": "http://evil.example:8080"},
        {"host": "evil.example"},
    ],
)
def test_pages_from_elsewhere_are_refused(viewers, headers):
    with pytest.raises(NotAllowed, match="pages from elsewhere"):
        viewers.of(headers)
