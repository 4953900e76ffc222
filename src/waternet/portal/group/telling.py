"""Acts and things as data: what a page shows of each, and what leads to its proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet.errors import NotAcceptable
from waternet.portal.group.held import Held
from waternet.workinggroup.act import Act, read_act
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = [
    "PAGES",
    "act_data",
    "act_page",
    "entered_data",
    "labels_of",
    "plain_value",
    "read_quietly",
    "thing_path",
    "titles_of",
]

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


def plain_value(value: Any) -> Any:
    """Return a thing's value as JSON can say it."""
    return to_plain(value) if value is not None else None


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
