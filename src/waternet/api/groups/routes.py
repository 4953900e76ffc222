"""What can be asked of groups: who takes part, what stands, what was done.

Acts are in the parties' public records: whoever may ask a node may ask this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.asked import Asked
from waternet.api.groups.asking import AT, GROUP, TEXT, asked_state
from waternet.api.groups.exports import operations as exports
from waternet.api.groups.feed import write_feed
from waternet.api.groups.handing import operations as handing
from waternet.api.groups.texts import operations as texts
from waternet.api.operation import JSON, Operation, Parameter
from waternet.errors import NotFound
from waternet.node.documents import read_document
from waternet.node.group_view import (
    overview,
    plain_acts,
    plain_conflicts,
    plain_thing,
)
from waternet.node.groups import group_names

__all__ = ["operations"]

_GROUP: Final = "groups"
_OBJECT: Final = {"type": "object"}
_LIST: Final = {"type": "array", "items": _OBJECT}
_ATOM: Final = "application/atom+xml"
_BYTES: Final = "application/octet-stream"
_COST: Final = 4.0  # the state of another day is folded anew
_MOST: Final = 1_000  # acts in one answer
_KIND: Final = Parameter("kind", TEXT, "Of things: text, session, project...")
_THING: Final = (
    Parameter("kind", TEXT, "text, session, project...", "path", True),
    Parameter(
        "id",
        TEXT,
        "Its id; where two have one, with '~' and the beginning of its first act's id.",
        "path",
        True,
    ),
)
_ACT: Final = Parameter(
    "act", {"type": "string", "maxLength": 64}, "Id of the act.", "path", True
)
_PAGE: Final = (
    Parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 100},
        "At most so many.",
    ),
    Parameter(
        "offset",
        {"type": "integer", "minimum": 0, "maximum": 10_000_000},
        "So many are passed over.",
    ),
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this interface."""
    return (*_states(), *_records(), *exports(), *texts(), *handing())


def _states() -> tuple[Operation, ...]:
    return (
        Operation(
            *("GET", "/groups", "groups", _GROUP),
            "The groups that were founded.",
            _list_groups,
            answers={JSON: _OBJECT},
        ),
        _operation(
            "", "group", "Who takes part, what is contested, what counts not.", _show
        ),
        _operation(
            "/state",
            "group-state",
            "All that stands, with its hash: the same on every node.",
            lambda asked: json_answer(_whole(asked)),
        ),
        _operation(
            "/charter", "group-charter", "The charter that is in force.", _charter
        ),
        _operation(
            "/things",
            "group-things",
            "Texts, sessions, projects... with what each is.",
            _things,
            (_KIND,),
        ),
        _operation(
            "/things/{kind}/{id}",
            "group-thing",
            "One of them, with every act about it.",
            _thing,
            _THING,
        ),
    )


def _records() -> tuple[Operation, ...]:
    return (
        _operation(
            "/acts",
            "group-acts",
            "The acts that count, the last one first.",
            _acts,
            _PAGE,
        ),
        _operation("/acts/{act}", "group-act", "One act.", _act, (_ACT,)),
        _operation(
            "/acts/{act}/document",
            "group-document",
            "The document that goes with an act, as it was signed.",
            _document,
            (_ACT,),
            media_type=_BYTES,
        ),
        _operation(
            "/feed",
            "group-feed",
            "The last acts as an Atom feed.",
            lambda asked: Answer(write_feed(asked_state(asked), asked.url), _ATOM),
            media_type=_ATOM,
        ),
    )


def _operation(
    path: str,
    name: str,
    about: str,
    answer: Callable[[Asked], Answer],
    parameters: tuple[Parameter, ...] = (),
    *,
    media_type: str = JSON,
) -> Operation:
    return Operation(
        "GET",
        f"/groups/{{group}}{path}",
        name,
        _GROUP,
        about,
        answer,
        parameters=(GROUP, *parameters, AT),
        answers={media_type: _OBJECT if media_type == JSON else {}},
        cost=_COST,
    )


def _list_groups(asked: Asked) -> Answer:
    groups = group_names(asked.node, asked.bank)
    found = [
        {"group": one, "name": name, "href": f"{asked.url}/groups/{one}"}
        for one, name in groups.items()
    ]
    return json_answer({"groups": found})


def _show(asked: Asked) -> Answer:
    state = asked_state(asked)
    told = {
        **overview(state),
        "members": state.roles(),
        "refusals": [one.to_json() for one in state.refusals],
        "conflicts": plain_conflicts(state),
    }
    return json_answer(told)


def _whole(asked: Asked) -> dict[str, Any]:
    state = asked_state(asked)
    return {**state.to_json(), "sha256": state.sha256}


def _charter(asked: Asked) -> Answer:
    state = asked_state(asked)
    if state.charter is None:
        raise NotFound("no charter was proposed by then")
    told = state.charter.to_json()
    facts = {"in_force": state.charter_id, "sha256": state.charter.sha256}
    return json_answer({**facts, "charter": told})


def _things(asked: Asked) -> Answer:
    state = asked_state(asked)
    kind = asked.values.get("kind", "")
    things = sorted(state.things.values(), key=lambda one: (one.kind, one.id, one.root))
    found = [plain_thing(one) for one in things if kind in ("", one.kind)]
    return json_answer({"things": found})


def _thing(asked: Asked) -> Answer:
    state = asked_state(asked)
    thing = state.thing(asked.path["kind"], asked.path["id"])
    named = {one.act.id for one in (*thing.changes, *thing.beside)}
    acts = [one for one in plain_acts(state) if one["act"] in named]
    return json_answer({**plain_thing(thing), "acts": acts})


def _acts(asked: Asked) -> Answer:
    found = plain_acts(asked_state(asked))
    start = asked.values.get("offset", 0)
    page = found[start : start + asked.values.get("limit", 100)]
    return json_answer({"matched": len(found), "acts": page})


def _act(asked: Asked) -> Answer:
    return json_answer(_found_act(asked))


def _found_act(asked: Asked) -> dict[str, Any]:
    for one in plain_acts(asked_state(asked)):
        if one["act"] == asked.path["act"]:
            return one
    raise NotFound(
        f"no act {asked.path['act'][:64]!r} counts in this group",
        hint="its refusals tell which entries count not, and why",
    )


def _document(asked: Asked) -> Answer:
    act = _found_act(asked)
    content = read_document(asked.node, asked.bank, act["party"], act["entry"])
    # Whatever a party signed: no browser shows it as a page of this node.
    headers = {"content-disposition": 'attachment; filename="document"'}
    return Answer(content, _BYTES, headers=headers)
