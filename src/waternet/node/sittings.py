"""What a delegate does about sessions: who gives way to whom, what a closing names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from waternet.errors import NotFound
from waternet.node.acting import Doing
from waternet.workinggroup.state import State

__all__ = ["closing_of", "give_way"]


def give_way(state: State, name: str, chair: str) -> Doing:
    """Return the opening by which one of several that opened at once gives way.

    Parameters
    ----------
    state : State
    name : str
        Of the session.
    chair : str
        The member that shall chair it.

    Raises
    ------
    NotFound
        That member did not open it at the same time as another.
    """
    thing = state.thing("session", name)
    chairs = {one: state.taken[one].value.chair for one in thing.tips}
    stays = [one for one in thing.tips if chairs[one] == chair]
    others = [one for one in thing.tips if chairs[one] not in ("", chair)]
    if not (stays and others):
        there = sorted({*chairs.values()} - {""})
        raise NotFound(
            f"{chair!r} did not open {name!r} at the same time as another",
            hint=f"it was opened by: {', '.join(there) or 'nobody'}",
        )
    return Doing("session.open", name, on=(*stays, *others))


def closing_of(
    state: State,
    name: str,
    minutes: Mapping[str, list[str]],
    decisions: Iterable[Mapping[str, Any]],
) -> Doing:
    """Return the closing of a session, which names the acts of its decisions.

    Parameters
    ----------
    state : State
    name : str
        Of the session.
    minutes : mapping of language to list of str
        Paragraphs; empty in a report that has none.
    decisions : iterable of mapping
        'id', 'words' and, where there are, 'acts': ids, or their beginnings.

    Raises
    ------
    NotFound
        No act that counts, or more than one, begins so.
    """
    written, named = [], []
    for one in decisions:
        told = dict(one)
        if "acts" in one:
            told["acts"] = [_whole(state, str(act)) for act in one["acts"]]
            named += told["acts"]
        written.append(told)
    body: dict[str, Any] = {"decisions": written}
    if minutes:
        body["minutes"] = dict(minutes)
    return Doing("session.close", name, body, tuple(dict.fromkeys(named)))


def _whole(state: State, beginning: str) -> str:
    found = [one for one in state.taken if one.startswith(beginning)]
    if len(found) != 1 or not beginning:
        raise NotFound(f"{len(found)} acts that count begin with {beginning!r}")
    return found[0]
