"""Whoever is led aside comes back to this node, and never elsewhere."""

import pytest

from waternet.portal.account.onward import onward_of

# Among them those of OWASP's cheat sheet on unvalidated redirects.
ELSEWHERE = [
    "",
    "find",
    "https://evil.example",
    "HTTPS://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " /find",
    "/find\r\nset-cookie: a=b",
    "javascript:alert(1)",
    "data:text/html,x",
    "/find?q=\u2028",
    "/ﬁnd",
    "/find\\..",
    "/../x",
    "/x/../../y",
    "/sign-in",
    "/sign-in?next=/sign-in",
    "/sign-out",
    "@evil.example",
    "?x",
    "#x",
]


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_leads_elsewhere_leads_to_the_account(text):
    assert onward_of(text, "", "/account") == "/account"


@pytest.mark.parametrize(
    "text",
    [
        "/",
        "/find?q=%D8%B9%D9%8A%D9%86&lang=ar",
        "/station/jordan:AL1040?from=2020-01-01#table",
        "/find?q=//evil.example",
    ],
)
def test_pages_of_this_node_are_gone_back_to(text):
    assert onward_of(text, "", "/account") == text
    assert onward_of(f"/node{text}", "/node", "/node/account") == f"/node{text}"


def test_a_node_below_a_path_leads_to_no_neighbour():
    for text in ("/other", "/nodes", "/node/../other", "/node//evil.example"):
        assert onward_of(text, "/node", "/node/account") == "/node/account"
