"""Links that lead on from an answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

__all__ = ["SERVICE", "link_query", "next_link"]

SERVICE = "/sta/v1.1"
_AS_THEY_ARE = "$(),'/:;=@*"
_OF_THIS_PAGE = ("$skip", "$skiptoken")


def next_link(
    address: str, texts: Mapping[str, str], own: Mapping[str, str], token: str
) -> str:
    """Return where the next page of a set is.

    Parameters
    ----------
    address : str
        Of the set, without a query.
    texts : mapping of option to str
        What the set was asked with.
    own : mapping
        Options of the whole request that hold for what is within it.
    token : str
    """
    return f"{address}?{link_query(texts, own)}{token}"


def link_query(texts: Mapping[str, str], own: Mapping[str, str]) -> str:
    """Return the query of a link to a next page, up to where the token follows."""
    options = {name: text for name, text in texts.items() if name not in _OF_THIS_PAGE}
    query = "".join(
        f"{quote(name, safe='$')}={quote(text, safe=_AS_THEY_ARE)}&"
        for name, text in {**own, **options}.items()
    )
    return f"{query}$skiptoken="
