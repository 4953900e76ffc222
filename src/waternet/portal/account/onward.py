"""Where somebody goes on to from a page that only led them aside."""

from __future__ import annotations

import re

__all__ = ["ONWARD", "onward_of"]

ONWARD = {
    "type": "string",
    "maxLength": 2_000,
}
"""The schema of the parameter 'next'."""

# A path of this host, of printable ASCII: no other host ('//', '/\\'), no other scheme,
# nothing that browsers leave out while they read an address (tabs, line ends).
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_ASIDE = ("/sign-in", "/sign-out")


def onward_of(text: str, base: str, otherwise: str) -> str:
    """Return the address of a page of this node.

    Parameters
    ----------
    text : str
        What the request says.
    base : str
        The path below which the node is found; '' at the root of its host.
    otherwise : str
        Where to go if that is not on this node, or leads aside again.

    Examples
    --------
    >>> onward_of("/find?q=well&lang=he", "", "/account")
    '/find?q=well&lang=he'
    >>> onward_of("//elsewhere.example", "", "/account")
    '/account'
    """
    if not _PATH.fullmatch(text) or not text.startswith(f"{base}/"):
        return otherwise
    below = text[len(base) :]
    if below.startswith(("//", *_ASIDE)) or "/../" in f"{below.partition('?')[0]}/":
        return otherwise
    return text
