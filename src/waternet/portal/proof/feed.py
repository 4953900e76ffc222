"""New entries as a feed.

References
----------
RFC 4287 (Atom); XML 1.0, section 2.2 (characters).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from waternet.api.answer import Answer
from waternet.portal.page import View, Visit
from waternet.portal.rendering import render

__all__ = ["feed_of"]

_ATOM = "application/atom+xml; charset=utf-8"
# Signed text may hold them, and XML not: one of them would end the feed for everybody.
_NONE = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")


def feed_of(visit: Visit, view: View) -> Answer:
    """Return the entries of a view as Atom, each with a link to its page."""
    rows = view.more["rows"]
    more: dict[str, Any] = {
        **view.more,
        "address": visit.asked.url,
        "origin": visit.asked.url.removesuffix(visit.link.base),
        "updated": max(
            (one["issued"] for one in rows), default=datetime(1970, 1, 1, tzinfo=UTC)
        ),
    }
    feed = View("proof/feed.xml", view.title, view.data, more)
    text = render(visit, feed).translate(_NONE)
    return Answer(text.encode(), _ATOM)
