"""The cookie by which a browser shows a session, and what keeps other pages from it.

A browser sends a cookie along whatever page asks. So it is looked at where somebody of
this node's pages asks, or follows a link: to read. Nothing is written by it but forms
of this node's own pages, which carry a token that no other page can know.

References
----------
RFC 6265bis (SameSite, __Host-); Fetch Metadata (Sec-Fetch-Site); RFC 6454 (Origin).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from waternet.api.viewer import Viewer
from waternet.errors import NotAllowed

__all__ = [
    "COOKIE",
    "cookie_of",
    "ended_cookie",
    "form_token",
    "is_own_reading",
    "session_cookie",
    "verify_form_token",
    "verify_own_page",
]

COOKIE: Final = "waternet_session"
_OWN = ("same-origin", "none")
_HINT = "open the page here, and send it from there"


def cookie_of(headers: Mapping[str, str], url: str, name: str = COOKIE) -> str:
    """Return the text of a cookie of this node; '' for none.

    Parameters
    ----------
    url : str
        Where the reader finds this node. By https, only the cookie counts that no
        other host, and nobody on the line, can have set.

    Examples
    --------
    >>> cookie_of({"cookie": "a=b; waternet_session=xyz"}, "http://localhost")
    'xyz'
    >>> cookie_of({"cookie": "waternet_session=xyz"}, "https://water.example")
    ''
    """
    wanted = _name(url, name)
    for part in headers.get("cookie", "").split(";"):
        found, _, text = part.strip().partition("=")
        if found == wanted:
            return text
    return ""


def session_cookie(text: str, url: str, name: str = COOKIE, lasts: int = 0) -> str:
    """Return the header Set-Cookie by which a browser keeps a secret.

    Parameters
    ----------
    lasts : int [s]
        0 until the browser is closed.

    Examples
    --------
    >>> session_cookie("xyz", "https://water.example/node")
    '__Host-waternet_session=xyz; Path=/; HttpOnly; SameSite=Lax; Secure'
    """
    # Lax: whoever follows a link from a letter to a page here is still signed in.
    told = f"{_name(url, name)}={text}; Path=/; HttpOnly; SameSite=Lax"
    told += f"; Max-Age={lasts}" if lasts else ""
    return told + ("; Secure" if _is_secure(url) else "")


def ended_cookie(url: str) -> str:
    """Return the header Set-Cookie by which a browser forgets its session."""
    gone = f"{_name(url, COOKIE)}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    return gone + ("; Secure" if _is_secure(url) else "")


def is_own_reading(headers: Mapping[str, str]) -> bool:
    """Return whether a page of this node reads, or somebody follows a link to it.

    A page from elsewhere that has something of this node in it reads what is public.

    Examples
    --------
    >>> is_own_reading({"sec-fetch-site": "same-origin"}), is_own_reading({})
    (True, True)
    >>> is_own_reading({"sec-fetch-site": "same-site", "sec-fetch-dest": "image"})
    False
    """
    site = headers.get("sec-fetch-site", "none")
    return site in _OWN or headers.get("sec-fetch-dest") == "document"


def verify_own_page(headers: Mapping[str, str], url: str) -> None:
    """Raise where a page from elsewhere has a browser send something here.

    Programs that say neither have no reader whose rights they could borrow.

    Raises
    ------
    NotAllowed
    """
    site = headers.get("sec-fetch-site", "")
    origin = headers.get("origin", "")
    here = {_host(url), headers.get("host", _host(url)).lower()}
    # By the first of them where there are both: a browser that says so is sure.
    is_own = (
        site in _OWN if site else not origin or urlsplit(origin).netloc.lower() in here
    )
    if not is_own:
        raise NotAllowed("this form was sent by a page from elsewhere", hint=_HINT)


def form_token(viewer: Viewer) -> str:
    """Return what a form of a page carries; '' for whoever has no session."""
    return viewer.session.form_token if viewer.session else ""


def verify_form_token(viewer: Viewer, shown: str) -> None:
    """Raise unless a form was made for the session by which it is sent.

    Raises
    ------
    NotAllowed
    """
    wanted = form_token(viewer)
    if wanted and not hmac.compare_digest(wanted.encode(), shown.encode()):
        raise NotAllowed("this form was made for another session", hint=_HINT)


def _name(url: str, name: str) -> str:
    return f"__Host-{name}" if _is_secure(url) else name


def _is_secure(url: str) -> bool:
    return url.startswith("https://")


def _host(url: str) -> str:
    return re.sub(r"^[a-z]+://", "", url).partition("/")[0].lower()
