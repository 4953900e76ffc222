"""How active a group is: year by year as chart and table, by member, and what rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from markupsafe import Markup

from waternet.node.meeting import list_balances
from waternet.portal.chart.bars import SHAPES, draw_counts
from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.telling import thing_path
from waternet.portal.language.language import Language
from waternet.portal.page import View, Visit
from waternet.workinggroup.activity import Activity, Dormancy, activity

__all__ = ["activity_data", "dormant_data", "figure_words", "show_activity"]

_DRAWN: Final = ("sessions_held", "decisions", "projects_moved")
_EXCHANGED: Final = ("releases", "figures", "got_releases", "got_figures")
_WIDE: Final = (860, 280)  # px
_NARROW: Final = (380, 260)


def figure_words(language: Language) -> dict[str, str]:
    """Return what each figure of a year counts."""
    gettext, pgettext = language.gettext, language.pgettext
    return {
        "acts": gettext("Acts in all"),
        "sessions_held": gettext("Sessions held"),
        "sessions_called": gettext("Sessions called"),
        "sessions_cancelled": gettext("Sessions cancelled"),
        "attendances": gettext("Attendances"),
        "decisions": gettext("Decisions"),
        "texts_drafted": gettext("Texts drafted"),
        "texts_adopted": gettext("Texts adopted"),
        "consents": gettext("Consents given"),
        "objections": pgettext("of a text", "Objections"),
        "objections_lifted": gettext("Objections lifted"),
        "letters": gettext("Letters and replies"),
        "projects_begun": gettext("Projects begun"),
        "projects_moved": gettext("Steps of projects"),
        "pledges_made": gettext("Pledges made"),
        "receipts": gettext("Receipts"),
        "tasks_set": gettext("Tasks set"),
        "tasks_done": gettext("Tasks done"),
    }


def activity_data(held: Held) -> dict[str, Any]:
    """Return how active the group was up to the day that is looked at."""
    told = activity(held.state, held.today.isoformat())
    by_member = {one.member: asdict(one) for one in told.parts}
    return {
        "day": told.day,
        "years": [one.to_json() for one in told.years],
        "members": [by_member[one] for one in held.in_order(by_member)],
        "last_session": told.last_session,
        "days_since": told.days_since,
        "dormant": dormant_data(held, told),
        "exchanged": _exchanged(held),
    }


def dormant_data(held: Held, told: Activity) -> list[dict[str, Any]]:
    """Return what has rested for long, with its titles and the path of its page."""
    return [_dormancy(held, one) for one in told.dormant]


def _exchanged(held: Held) -> list[dict[str, Any]]:
    """Return what members gave and got of figures; () for an earlier day.

    Of those whose records this node follows, and what whoever reads this may know.
    """
    if held.at:
        return []
    node, bank = held.visit.node, held.visit.bank
    told = {
        one.party: {name: getattr(one, name) for name in _EXCHANGED}
        for one in list_balances(node, bank, held.visit.asked.now())
        if one.party in held.state.roles()
    }
    return [{"member": one, **told[one]} for one in held.in_order(told)]


def _dormancy(held: Held, one: Dormancy) -> dict[str, Any]:
    thing = next((each for each in held.state.of(one.kind) if each.id == one.id), None)
    return {
        **asdict(one),
        "path": thing_path(held, thing) if thing else "",
        "titles": dict(getattr(thing.value, "titles", {})) if thing else {},
    }


def show_activity(visit: Visit) -> View:
    """Show the activity as chart and table."""
    held = open_group(visit)
    data = activity_data(held)
    words = figure_words(visit.language)
    shown = [name for name in words if any(one[name] for one in data["years"])]
    more = {
        "figure_words": words,
        "shown": shown,
        "drawn": [
            (name, Markup(shape)) for name, shape in zip(_DRAWN, SHAPES, strict=True)
        ],
        "wide": _draw(data["years"], words, visit.language, _WIDE),
        "narrow": _draw(data["years"], words, visit.language, _NARROW),
    }
    title = visit.language.gettext("Activity")
    return group_view(held, "activity.html", title, data, more)


def _draw(
    years: Sequence[Mapping[str, int]],
    words: Mapping[str, str],
    language: Language,
    size: tuple[int, int],
) -> Markup:
    """Return the figures of years as columns; '' where there is no year."""
    if not years:
        return Markup("")
    series = [{one["year"]: one[name] for one in years} for name in _DRAWN]
    about = ", ".join(
        f"{words[name]}: {language.number(sum(counts.values()), 0)}"
        for name, counts in zip(_DRAWN, series, strict=True)
    )
    return Markup(draw_counts(series, size, language, about))
