"""The record of acts: all that was done, the newest first, and what does not count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from waternet.api.operation import Parameter
from waternet.errors import NotFound
from waternet.portal.group.frame import group_view
from waternet.portal.group.held import Held, open_group
from waternet.portal.group.refusal_words import refusal_words
from waternet.portal.group.telling import act_data, entered_data, read_quietly
from waternet.portal.page import View, Visit

__all__ = ["ACT", "CHOICE", "show_act", "show_acts"]

_SHOWN: Final = 50
_WORD: Final = {"type": "string", "maxLength": 100}
CHOICE: Final = (
    Parameter("member", _WORD, "Only acts of this member."),
    Parameter("kind", _WORD, "Only about things of this kind: text, session, project."),
    Parameter(
        "which", {"type": "string", "enum": ["counted", "refused"]}, "Only these."
    ),
    Parameter(
        "skip",
        {"type": "integer", "minimum": 0, "maximum": 10_000_000},
        "So many of the newest are passed over.",
    ),
)
ACT: Final = Parameter(
    "act",
    {"type": "string", "pattern": "^[0-9a-f]{8,64}$"},
    "Id of the act, or its beginning.",
    "path",
    required=True,
)


def show_acts(visit: Visit) -> View:
    """Show the acts that a reader chose, the newest first, with what is refused."""
    held = open_group(visit)
    values = visit.values
    every = [*_counted(held), *_refused(held)]
    chosen = [one for one in every if _is_chosen(one, values)]
    chosen.sort(key=lambda one: (one["day"], one["signed"], one["act"]), reverse=True)
    skip = values.get("skip", 0)
    data: dict[str, Any] = {
        "total": len(chosen),
        "skip": skip,
        "acts": chosen[skip : skip + _SHOWN],
        "counted": sum(not one["refusal"] for one in every),
        "refused": sum(bool(one["refusal"]) for one in every),
    }
    more = {
        "asked": {one.name: values.get(one.name, "") for one in CHOICE},
        "members": held.in_order({str(one["member"]) for one in every}),
        "kinds": sorted({str(one["kind"]) for one in every if one["kind"]}),
        "refusal_words": refusal_words(visit.language),
        "shown": _SHOWN,
    }
    title = visit.language.gettext("Record of acts")
    return group_view(held, "acts.html", title, data, more)


def show_act(visit: Visit) -> View:
    """Show one act: what it says, who signed it, whether it counts, what builds on it.

    Raises
    ------
    NotFound
        No act of the group begins so.
    """
    held = open_group(visit)
    asked = visit.values["act"]
    every = [*_counted(held), *_refused(held)]
    told = next((one for one in every if one["act"].startswith(asked)), None)
    if told is None:
        raise NotFound(
            f"no act {asked!r} in this group", hint="the list of acts names each"
        )
    note = held.note_of(told["party"], told["entry"])
    act = read_quietly(note)
    taken = held.state.taken
    data: dict[str, Any] = {
        **told,
        "body": dict(act.body) if act else {},
        "on": [act_data(held, taken[one]) for one in act.on if one in taken]
        if act
        else [],
        "followed_by": [
            act_data(held, one)
            for one in taken.values()
            if told["act"] in (*one.act.on, one.act.charter)
            and one.act.verb != "charter.found"
        ][:_SHOWN],
        "note": note,
        "credential": _credential(held, told),
    }
    more = {
        "refusal_words": refusal_words(visit.language),
        "written": json.dumps(data["body"], ensure_ascii=False, indent=2),
    }
    return group_view(held, "act.html", visit.language.gettext("An act"), data, more)


def _credential(held: Held, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the entry by which the delegate's key speaks for the party."""
    found = None
    for one in held.state.credentials.all():
        is_of = (one.party, one.delegate) == (told["party"], told["delegate"])
        if is_of and one.index < told["entry"]:
            found = one
    if found is None:
        return None
    return {
        "party": found.party,
        "entry": found.index,
        "names": dict(found.names),
        "office": found.office,
        "level": found.level,
        "key": found.vkey,
    }


def _counted(held: Held) -> list[dict[str, Any]]:
    return [
        {**act_data(held, one), "refusal": "", "why": ""}
        for one in held.state.taken.values()
    ]


def _refused(held: Held) -> list[dict[str, Any]]:
    """Return what does not count, as far as it can be read."""
    found = []
    for one in held.state.refusals:
        said = held.said_at(one.party, one.index)
        act = read_quietly(said.body["act"])
        if act is not None:
            told = entered_data(held, act, one.index, said.issued)
        else:
            told = _unreadable(one.party, one.index, said.issued)
        found.append({**told, "refusal": one.name, "why": one.message})
    return found


def _unreadable(party: str, index: int, entered: str) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("act", "verb", "kind", "subject", "path", "delegate", "signed", "source"), ""
    )
    placed = {"member": party, "party": party, "entry": index}
    return {**nothing, **placed, "day": entered[:10], "entered": entered}


def _is_chosen(one: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    for name in ("member", "kind"):
        if values.get(name) and values[name] != one[name]:
            return False
    which = values.get("which", "")
    return not which or (which == "refused") == bool(one["refusal"])
