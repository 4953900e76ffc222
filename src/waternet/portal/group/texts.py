"""Texts: all languages side by side, and what each member says of each paragraph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.telling import (
    act_data,
    asked_thing,
    cited,
    thing_data,
    thing_path,
)
from waternet.portal.page import View, Visit
from waternet.workinggroup.text_standing import (
    ParagraphStanding,
    TextStanding,
    text_standing,
)
from waternet.workinggroup.thing import Thing

__all__ = ["brief_text", "brief_texts", "show_text", "show_texts", "standing_of"]


def standing_of(held: Held, thing: Thing) -> TextStanding:
    """Return where a text stands on the day that is looked at."""
    return text_standing(held.state, thing, held.today.isoformat())


def brief_texts(held: Held) -> list[dict[str, Any]]:
    """Return every text in short, by id."""
    return [brief_text(held, one) for one in held.state.of("text") if one.value]


def brief_text(held: Held, thing: Thing) -> dict[str, Any]:
    """Return a text in short: its stage, how many consents lack, what is open."""
    standing = standing_of(held, thing)
    text = standing.text
    waits = text.stage in ("draft", "submitted")
    members = sorted({one for each in standing.paragraphs for one in each.missing})
    return {
        "id": thing.id,
        "path": thing_path(held, thing),
        "titles": dict(text.titles),
        "stage": text.stage,
        "body": text.body,
        "by": text.by,
        "deadline": text.deadline,
        "reason": text.reason,
        "paragraphs": len(standing.paragraphs),
        "agreed": sum(not one.missing for one in standing.paragraphs),
        "missing": held.in_order(members) if waits else [],
        "open_objections": sum(one.status != "lifted" for one in standing.objections),
        "in_conflict": thing.in_conflict,
        "last": act_data(held, thing.last) if thing.last else None,
    }


def show_texts(visit: Visit) -> View:
    """Show all texts: those that are open first."""
    held = open_group(visit)
    order = {"submitted": 0, "draft": 1, "shelved": 2, "adopted": 3, "withdrawn": 4}
    texts = sorted(brief_texts(held), key=lambda one: (order[one["stage"]], one["id"]))
    title = visit.language.gettext("Texts")
    return group_view(held, "texts.html", title, {"texts": texts})


def show_text(visit: Visit) -> View:
    """Show a text in every language side by side, with the matrix of consent."""
    held = open_group(visit)
    thing = asked_thing(held, "text")
    data: dict[str, Any] = {**thing_data(held, thing), "text": None}
    if thing.value is not None:
        standing = standing_of(held, thing)
        told = cited(held, standing.to_json())
        data["text"] = {
            **told,
            "members": held.in_order(standing.members),
            "languages": _languages(standing),
            "objections": [_objection(held, one) for one in told["objections"]],
            "paragraphs": [
                _paragraph(held, standing, one, each)
                for one, each in zip(
                    standing.paragraphs, told["paragraphs"], strict=True
                )
            ],
        }
    gettext = visit.language.gettext
    more = {
        "condition_words": {
            "feasibility": gettext("a feasibility check"),
            "project": gettext("a project"),
            "release": gettext("a release of data"),
        }
    }
    return group_view(held, "text.html", gettext("A text"), data, more)


def _languages(standing: TextStanding) -> list[str]:
    """Return the languages in which the text is written, by code."""
    words = [one.paragraph.words for one in standing.paragraphs]
    return sorted({*standing.text.titles, *(code for one in words for code in one)})


def _paragraph(
    held: Held, standing: TextStanding, one: ParagraphStanding, told: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a paragraph with its positions by member, and the acts that wrote it."""
    stands = {each.member: each.stand for each in one.positions}
    return {
        **told,
        "positions": {each["member"]: each for each in told["positions"]},
        "stands": stands,
        "missing": held.in_order(one.missing),
        "written_by": [
            act_data(held, each)
            for each in standing.thing.standing()
            if one.paragraph.id in _written(each.act.body)
        ],
    }


def _written(body: Mapping[str, Any]) -> list[str]:
    """Return the paragraphs that a change of a text writes or strikes."""
    return [*(one["id"] for one in body.get("paragraphs", ())), *body.get("remove", ())]


def _objection(held: Held, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return an objection with its end: what met its condition, and what lifted it."""
    taken = held.state.taken
    met = [act_data(held, taken[one]) for one in told["met_by"] if one in taken]
    lifted = taken.get(told["lifted_by"])
    condition = dict(told["condition"])
    if condition:
        condition["path"] = _condition_path(held, condition)
    return {
        **told,
        "condition": condition,
        "met_by": met,
        "lifted_by": act_data(held, lifted) if lifted else None,
        "lifted_because": str(lifted.act.body.get("reason", "")) if lifted else "",
    }


def _condition_path(held: Held, condition: Mapping[str, Any]) -> str:
    """Return where that stands which would lift an objection; '' where it is not."""
    for thing in held.state.of(str(condition["kind"])):
        if thing.id == condition["name"]:
            return thing_path(held, thing)
    return ""
