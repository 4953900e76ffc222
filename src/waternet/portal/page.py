"""Pages: operations that answer with HTML, or with the same content as JSON.

A page's view works out what is shown, as data; a template shows it. Whoever asks for
JSON at the same address gets that data.

References
----------
RFC 9110, section 12 (content negotiation); W3C Content Security Policy 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.operation import JSON, Operation, Parameter
from waternet.api.viewer import Viewer
from waternet.bank.store import Bank
from waternet.node.folder import Node
from waternet.portal.assets import build_digest
from waternet.portal.form import Form, read_form
from waternet.portal.language.language import Language
from waternet.portal.language.preference import preferences_of, reader_language
from waternet.portal.link import Link
from waternet.portal.rendering import render

__all__ = [
    "FORM",
    "HTML",
    "SECURITY",
    "UPLOAD",
    "View",
    "Visit",
    "html_answer",
    "order",
    "page",
    "see_other",
    "visit_of",
    "wants_html",
]

HTML: Final = "text/html"
FORM: Final = "application/x-www-form-urlencoded"
UPLOAD: Final = "multipart/form-data"
_MOST_FORM = 1 << 20  # bytes
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_TEXT: dict[str, Any] = {"type": "string"}
_FORMAT = re.compile(r"(?:^|&)format=([a-z]+)(?:&|$)")
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
SECURITY: Final = MappingProxyType(
    {
        "content-security-policy": _POLICY,
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "x-frame-options": "DENY",
    }
)

Formats = Mapping[str, Callable[["Visit", "View"], Answer]]


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows.

    Attributes
    ----------
    template : str
        Below portal/templates: 'find/find.html'.
    title : str
        In the reader's language.
    data : mapping
        What JSON can say; the template has each of its names.
    more : mapping
        For the template alone: charts, markup, objects.
    status : int
    headers : mapping of str to str
        Besides, or in place of, those of every page; names in lower case.
    """

    template: str
    title: str
    data: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True)
class Visit:
    """One request to a page.

    Attributes
    ----------
    asked : Asked
    language : Language
    link : Link
        Makes addresses that keep the reader's language.
    form : Form
        What came with an order; empty for a page.
    """

    asked: Asked
    language: Language
    link: Link
    form: Form

    @property
    def bank(self) -> Bank:
        """The bank as this reader may see it."""
        return self.asked.bank

    @property
    def node(self) -> Node:
        """The node that answers."""
        return self.asked.node

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.asked.viewer

    @property
    def values(self) -> Mapping[str, Any]:
        """The parameters by name, of the types that they were declared with."""
        return self.asked.values


def page(
    path: str,
    name: str,
    about: str,
    view: Callable[[Visit], View],
    *,
    parameters: Sequence[Parameter] = (),
    role: str = "",
    reads_bank: bool = True,
    formats: Formats = _NOTHING,
) -> Operation:
    """Return the operation of a page.

    Parameters
    ----------
    path, name, about, parameters, role, reads_bank
        As of an Operation; 'lang' and 'format' are added.
    view : function of a Visit
        Raises Waternet's errors, which are shown as pages, too.
    formats : mapping of str to function of a Visit and its View
        What ``format=`` may ask for besides 'html' and 'json': 'atom'.
    """
    offered = ("html", "json", *formats)
    asked_for = Parameter(
        "format",
        {"type": "string", "enum": list(offered)},
        "What comes: the page, or what it shows as data. Unless stated, what the "
        "header Accept prefers.",
    )
    return Operation(
        "GET",
        path,
        name,
        "portal",
        about,
        partial(_show, view, formats),
        parameters=(*parameters, asked_for),
        answers={HTML: _TEXT, JSON: {"type": "object"}},
        role=role,
        reads_bank=reads_bank,
        is_listed=False,
        varies=_varies,
    )


def order(
    path: str,
    name: str,
    about: str,
    act: Callable[[Visit], Answer | View],
    *,
    parameters: Sequence[Parameter] = (),
    role: str = "",
    most_body: int = _MOST_FORM,
    reads_bank: bool = True,
    cost: float = 1.0,
) -> Operation:
    """Return the operation that takes a form of a page.

    Parameters
    ----------
    act : function of a Visit
        Does what the form says; usually it answers `see_other`.
    most_body : int [byte]
        Of the form with its files.
    cost : float
        As of an Operation.
    """
    return Operation(
        "POST",
        path,
        name,
        "portal",
        about,
        partial(_act, act),
        parameters=tuple(parameters),
        answers={HTML: _TEXT},
        body={FORM: {"type": "object"}, UPLOAD: {"type": "object"}},
        most_body=most_body,
        role=role,
        reads_bank=reads_bank,
        is_listed=False,
        is_form=True,
        cost=cost,
    )


def see_other(visit: Visit, path: str, **query: object) -> Answer:
    """Return an answer that leads to a page, after an order was carried out."""
    location = visit.link.to(path, **query)
    return Answer(b"", "", 303, {"location": location, "cache-control": "no-store"})


def wants_html(query: str, headers: Mapping[str, str]) -> bool:
    """Return whether a page is to come as HTML, as browsers ask for it.

    Examples
    --------
    >>> wants_html("", {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    True
    >>> wants_html("", {"accept": "*/*"}), wants_html("format=html", {})
    (False, True)
    """
    if named := _FORMAT.search(query):
        return named[1] == "html"
    accept = headers.get("accept", "")
    if HTML not in accept:
        return False
    return JSON not in accept or accept.index(HTML) < accept.index(JSON)


def visit_of(asked: Asked, form: Form | None = None) -> Visit:
    """Return what a page is told of a request."""
    language = reader_language(asked.query, asked.headers)
    return Visit(asked, language, Link.of(asked), form or Form())


def _show(view: Callable[[Visit], View], formats: Formats, asked: Asked) -> Answer:
    visit = visit_of(asked)
    shown = view(visit)
    named = asked.values.get("format", "")
    if named in formats:
        return formats[named](visit, shown)
    if not wants_html(asked.query, asked.headers):
        return json_answer(shown.data, status=shown.status)
    return html_answer(visit, shown)


def _act(act: Callable[[Visit], Answer | View], asked: Asked) -> Answer:
    with read_form(asked) as form:
        visit = visit_of(asked, form)
        done = act(visit)
        return done if isinstance(done, Answer) else html_answer(visit, done)


def html_answer(visit: Visit, view: View) -> Answer:
    """Return a view as HTML."""
    content = render(visit, view).encode()
    headers = {**SECURITY, "content-language": visit.language.tag, **view.headers}
    return Answer(content, f"{HTML}; charset=utf-8", view.status, headers)


def _varies(headers: Mapping[str, str]) -> str:
    """Return what a page depends on beside its address and its reader."""
    cookie = preferences_of(headers).to_cookie()
    return f"{build_digest()} {cookie} {headers.get('accept-language', '')}"
