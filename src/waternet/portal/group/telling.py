"""Acts and things as data: what a page shows of each, and what leads to its proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from waternet.api.operation import Parameter
from waternet.errors import NotAcceptable
from waternet.portal.group.held import Held
from waternet.workinggroup.act import Act, read_act
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = [
    "PAGES",
    "THING",
    "act_data",
    "act_page",
    "asked_thing",
    "by_day",
    "cited",
    "entered_data",
    "labels_of",
    "read_quietly",
    "thing_data",
    "thing_path",
    "titles_of",
]

THING: Final = Parameter(
    "thing",
    {"type": "string", "maxLength": 200},
    "Its id; where two have one, with '~' and the beginning of its first act's id.",
    "path",
    required=True,
)
PAGES: Mapping[str, str] = {
    "charter": "/charter",
    "feasibility": "/feasibility",
    "letter": "/letters",
    "member": "/charter",
    "pledge": "/pledges",
    "project": "/projects",
    "session": "/sessions",
    "task": "/tasks",
    "text": "/texts",
}
"""Where things of a kind are listed; each is below it by its id, but charters and
members."""
_WITHOUT = ("charter", "member")


def act_data(held: Held, taken: Taken) -> dict[str, Any]:
    """Return an act that counts, with what leads to its entry."""
    return entered_data(held, taken.act, taken.index, taken.entered)


def entered_data(held: Held, act: Act, index: int, entered: str) -> dict[str, Any]:
    """Return an act with what leads to its entry.

    Returns
    -------
    dict
        'act' (its id), 'verb', 'kind', 'subject', 'path' of the thing below the
        group, 'member', 'delegate', 'party' and 'entry' where it stands, 'day',
        'signed', 'entered'; 'source' where `party` reports what `member` did, else ''.
    """
    return {
        "act": act.id,
        "verb": act.verb,
        "kind": act.kind,
        "subject": act.subject,
        "path": _path_of(held, act),
        "member": act.member,
        "delegate": act.delegate,
        "party": act.party,
        "entry": index,
        "day": act.day,
        "signed": act.issued,
        "entered": entered,
        "source": act.source,
    }


def _path_of(held: Held, act: Act) -> str:
    thing = held.thing_of(act.id)
    return thing_path(held, thing) if thing else PAGES.get(act.kind, "")


def cited(held: Held, told: Any) -> Any:
    """Return plain values in which each act that is cited leads to its entry.

    Parameters
    ----------
    held : Held
    told : plain values
        In which an object with an 'act' cites that act.
    """
    if isinstance(told, Mapping):
        inner = {name: cited(held, one) for name, one in told.items()}
        taken = held.state.taken.get(str(told.get("act", "")))
        return {**act_data(held, taken), **inner} if taken else inner
    if isinstance(told, (list, tuple)):
        return [cited(held, one) for one in told]
    return told


def asked_thing(held: Held, kind: str) -> Thing:
    """Return the thing that a page is of.

    Raises
    ------
    NotFound, Conflict
        As `State.thing`.
    """
    return held.state.thing(kind, held.visit.values["thing"])


def thing_data(held: Held, thing: Thing) -> dict[str, Any]:
    """Return what is the same of every thing: its ids, and all acts about it in turn.

    Returns
    -------
    dict
        'id', 'root', 'path', 'thing_titles', 'in_conflict', 'history'.
    """
    acts = sorted((*thing.changes, *thing.beside), key=by_day)
    return {
        "id": thing.id,
        "root": thing.root,
        "path": thing_path(held, thing),
        "thing_titles": dict(titles_of(thing)),
        "in_conflict": thing.in_conflict,
        "history": [act_data(held, one) for one in acts],
    }


def by_day(taken: Taken) -> tuple[str, str, str]:
    """Return what acts are sorted by: day, when signed, id."""
    return taken.act.last_day.isoformat(), taken.act.issued, taken.act.id


def thing_path(held: Held, thing: Thing) -> str:
    """Return the path of a thing's page below the group: '/texts/declaration'."""
    above = PAGES.get(thing.kind, "")
    if thing.kind in _WITHOUT or not above:
        return above
    namesakes = [one for one in held.state.of(thing.kind) if one.id == thing.id]
    name = thing.id if len(namesakes) == 1 else f"{thing.id}~{thing.root[:8]}"
    return f"{above}/{name}"


def titles_of(thing: Thing) -> Mapping[str, str]:
    """Return what a thing is called, by language; {} where it has no title."""
    return labels_of(thing.value, "titles")


def labels_of(value: Any, name: str) -> dict[str, str]:
    """Return texts by language of a thing's value, however it holds them."""
    held = getattr(value, name, None)
    if held is None and isinstance(value, Mapping):
        held = value.get(name)
    return dict(held or {})


def act_page(body: Mapping[str, Any]) -> str:
    """Return the path of the page of an act that stands in an entry; '' for none."""
    act = read_quietly(str(body.get("act", "")))
    return f"/group/{act.group or act.id}/acts/{act.id[:16]}" if act else ""


def read_quietly(note: str) -> Act | None:
    """Return a signed act, or None where this version cannot read it."""
    try:
        return read_act(note)
    except NotAcceptable:
        return None
