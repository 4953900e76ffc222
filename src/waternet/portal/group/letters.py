"""Correspondence: letters, proposals and invitations, with what was answered."""

from __future__ import annotations

from typing import Any

from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.telling import (
    act_data,
    asked_thing,
    thing_data,
    thing_path,
)
from waternet.portal.page import View, Visit
from waternet.workinggroup.letters import list_replies
from waternet.workinggroup.thing import Thing

__all__ = ["brief_letters", "show_letter", "show_letters"]


def _letter(held: Held, thing: Thing) -> dict[str, Any]:
    letter = thing.value
    replies = list_replies(thing)
    answered = {one.member for one in replies}
    return {
        "id": thing.id,
        "path": thing_path(held, thing),
        "titles": dict(letter.titles),
        "sort": letter.sort,
        "sender": letter.sender,
        "to": held.in_order(letter.to),
        "day": letter.day,
        "words": {code: list(many) for code, many in letter.words.items()},
        "sent": act_data(held, thing.changes[0]),
        "unanswered": held.in_order(set(letter.to) - answered),
        "replies": [
            {
                "answer": one.answer,
                "titles": dict(one.titles),
                "words": {code: list(many) for code, many in one.words.items()},
                "understandings": [dict(each) for each in one.understandings],
                **act_data(held, one.taken),
            }
            for one in replies
        ],
    }


def brief_letters(held: Held) -> list[dict[str, Any]]:
    """Return every letter with its replies, the newest first."""
    found = [_letter(held, one) for one in held.state.of("letter") if one.value]
    return sorted(found, key=lambda one: (one["day"], one["id"]), reverse=True)


def show_letters(visit: Visit) -> View:
    """Show the correspondence, the newest letter first."""
    held = open_group(visit)
    title = visit.language.gettext("Letters and replies")
    return group_view(held, "letters.html", title, {"letters": brief_letters(held)})


def show_letter(visit: Visit) -> View:
    """Show a letter with its replies, and what was understood by them."""
    held = open_group(visit)
    thing = asked_thing(held, "letter")
    data: dict[str, Any] = {
        **thing_data(held, thing),
        "letter": _letter(held, thing) if thing.value else None,
    }
    return group_view(held, "letter.html", visit.language.gettext("A letter"), data)
