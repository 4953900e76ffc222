"""What every page of a group has: its heading, its tabs, the day it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from waternet.errors import NotAcceptable
from waternet.observation.zone import find_zone
from waternet.portal.group.held import Held
from waternet.portal.group.words import (
    answer_words,
    conflict_words,
    consensus_words,
    kind_words,
    level_words,
    pledge_words,
    right_words,
    role_words,
    session_words,
    stage_words,
    text_words,
    verb_words,
    verdict_words,
)
from waternet.portal.language.isolation import Isolating
from waternet.portal.page import View

__all__ = ["group_view", "said_day", "said_sum", "said_time"]


def group_view(
    held: Held,
    template: str,
    title: str,
    data: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> View:
    """Return the view of a page of a group.

    Parameters
    ----------
    held : Held
    template : str
        Below templates/group.
    title : str
        In the reader's language; the group's own name follows it.
    data, more : mapping
        As of a `View`; 'group', 'name', 'titles' and 'at' are added.
    """
    common = {
        "group": held.id,
        "name_of_group": held.handle,
        "titles": dict(held.titles),
        "at": held.at,
        "state": held.state.sha256,
    }
    said = held.visit.language.best_of(held.titles)[1] or held.handle
    return View(
        f"group/{template}",
        f"{title} · {said}",
        {**common, **data},
        {**_tools(held), "heading": title, **(more or {})},
    )


def _tools(held: Held) -> dict[str, Any]:
    language = held.visit.language
    write, charter = Isolating(language), held.state.charter
    return {
        "held": held,
        "link": held.link,
        "tabs": _tabs(held),
        "said_day": lambda text: said_day(write, text),
        "said_time": lambda text, zone="": said_time(write, text, zone),
        "said_sum": lambda amount, currency: said_sum(write, amount, currency),
        "body_names": {one.id: one.names for one in charter.bodies} if charter else {},
        "names_of": lambda words, many: [words.get(one, one) for one in many],
        "text_stages": text_words(language),
        "verdict_words": verdict_words(language),
        "at_second": datetime.fromisoformat,
        "member_names": held.names,
        "in_order": held.in_order,
        "verb_words": verb_words(language),
        "role_words": role_words(language),
        "right_words": right_words(language),
        "level_words": level_words(language),
        "consensus_words": consensus_words(language),
        "group_kinds": kind_words(language),
        "conflict_words": conflict_words(language),
        "session_words": session_words(language),
        "stage_words": stage_words(language),
        "pledge_words": pledge_words(language),
        "answer_words": answer_words(language),
    }


def _tabs(held: Held) -> list[tuple[str, str]]:
    """Return the pages of a group: path below it, and name."""
    gettext, pgettext = held.visit.language.gettext, held.visit.language.pgettext
    return [
        ("", gettext("Overview")),
        ("/charter", gettext("Charter and members")),
        ("/sessions", pgettext("tab", "Sessions")),
        ("/texts", gettext("Texts")),
        ("/projects", pgettext("tab", "Projects")),
        ("/pledges", pgettext("tab", "Pledges")),
        ("/letters", pgettext("tab", "Letters")),
        ("/activity", gettext("Activity")),
        ("/acts", pgettext("tab", "Acts")),
    ]


def said_day(write: Isolating, text: str) -> Markup:
    """Write a day as far as it is known: '1992-01-28', '1992-01' or '1992'.

    Examples
    --------
    >>> from waternet.portal.language.language import get_language
    >>> print(said_day(Isolating(get_language("en")), "1992-01"))
    <time datetime="1992-01"><bdi>January 1992</bdi></time>
    """
    parts = [int(one) for one in text.split("-")]
    if len(parts) == 1:
        return write.year(parts[0])
    if len(parts) == 2:
        return write.month(date(parts[0], parts[1], 1))
    return write.day(date(*parts))


def said_time(write: Isolating, text: str, zone: str = "") -> Markup:
    """Write a day as `said_day`, or a moment by the clock of a place.

    Of a zone that this machine does not know, the moment is told in UTC.

    Examples
    --------
    >>> from waternet.portal.language.language import get_language
    >>> write = Isolating(get_language("en"))
    >>> "11:00 UTC+03:00" in said_time(write, "2026-06-01T08:00:00Z", "Asia/Amman")
    True
    >>> "08:00 UTC" in said_time(write, "2026-06-01T08:00:00Z", "Nowhere/None")
    True
    """
    if "T" not in text:
        return said_day(write, text)
    try:
        clock = find_zone(zone or "UTC")
    except NotAcceptable:
        clock = UTC
    return write.moment(datetime.fromisoformat(text), clock)


def said_sum(write: Isolating, amount: str, currency: str) -> Markup:
    r"""Write a sum of money, all its digits, with the code of its currency.

    Examples
    --------
    >>> from waternet.portal.language.language import get_language
    >>> told = said_sum(Isolating(get_language("en")), "1000000.50", "USD")
    >>> " ".join(told.striptags().split())
    '1,000,000.50 USD'
    """
    number = write.language.written(f"{Decimal(amount):,}")
    form = '<bdi dir="ltr" class="value">%s\u00a0<span class="unit">%s</span></bdi>'
    return Markup(form) % (number, currency)
