"""The acts of a group as a feed.

References
----------
RFC 4287 (Atom); RFC 4151 (tag URIs); XML 1.0, section 2.2 (characters).
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from waternet.node.group_view import plain_acts
from waternet.workinggroup.state import State

__all__ = ["MOST_FED", "write_feed"]

MOST_FED = 100
"""Acts in a feed: the last ones that were entered."""

_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"
# Signed text may hold them, and XML not: one of them would end the feed for everybody.
_NONE = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")


def write_feed(state: State, url: str) -> bytes:
    """Return the last acts that count as Atom, the newest first.

    Parameters
    ----------
    state : State
    url : str
        Of this node: 'https://water.example'.
    """
    entered = sorted(
        plain_acts(state), key=lambda one: (one["entered"], one["act"]), reverse=True
    )[:MOST_FED]
    own = f"{url}/groups/{state.group}"
    feed = Element("feed", {"xmlns": _ATOM})
    _add(feed, "id", f"urn:sha256:{state.group}")
    _add(feed, "title", state.charter.name if state.charter else state.group)
    _add(feed, "updated", entered[0]["entered"] if entered else _NEVER)
    SubElement(feed, "link", {"rel": "self", "href": f"{own}/feed"})
    SubElement(feed, "link", {"rel": "alternate", "href": f"{own}/acts"})
    for one in entered:
        _add_act(feed, one, own)
    text = tostring(feed, encoding="unicode").translate(_NONE)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add_act(feed: Element, act: dict[str, Any], own: str) -> None:
    entry = SubElement(feed, "entry")
    _add(entry, "id", f"urn:sha256:{act['act']}")
    reported = act["reported_by"]
    told = f"{act['member']}: {act['verb']} {act['subject']}"
    if reported:
        told += f" (reported by {reported} from {act['source']})"
    _add(entry, "title", told)
    _add(entry, "updated", act["entered"])
    _add(SubElement(entry, "author"), "name", reported or act["member"])
    _add(entry, "summary", f"{act['day']}: {told}")
    SubElement(entry, "link", {"href": f"{own}/acts/{act['act']}"})


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
