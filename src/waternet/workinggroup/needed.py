"""Whose consent a body needs, as a group stands."""

from __future__ import annotations

from waternet.workinggroup.attendance import present_members
from waternet.workinggroup.charter import Consensus
from waternet.workinggroup.state import State

__all__ = ["consensus_of", "counted_members", "needed_members"]


def consensus_of(state: State, body: str) -> Consensus | None:
    """Return a body's consensus by the charter in force; None where it has none."""
    bodies = state.charter.bodies if state.charter else ()
    return next((one.consensus for one in bodies if one.id == body), None)


def counted_members(state: State, body: str) -> tuple[str, ...]:
    """Return the members whose role counts in a body, by id."""
    consensus = consensus_of(state, body)
    roles = consensus.of if consensus else ()
    return tuple(one for one, role in sorted(state.roles().items()) if role in roles)


def needed_members(state: State, body: str, session: str = "") -> tuple[str, ...]:
    """Return the members without whose consent nothing is adopted, by id.

    By silence these are none; where those present decide, those who attend.

    Parameters
    ----------
    state : State
    body : str
        Of the charter.
    session : str
        The session that adopted it, by the act that began it; '' for those of the body
        that are open.
    """
    consensus = consensus_of(state, body)
    if consensus is None or consensus.how == "silence":
        return ()
    counted = counted_members(state, body)
    if consensus.how != "present" or state.charter is None:
        return counted
    attended = [
        one.act.member
        for thing in state.of("session")
        if thing.value and thing.value.body == body
        if thing.root == session or (not session and thing.value.standing == "open")
        for one in thing.beside
        if one.act.verb == "session.attend"
    ]
    there = present_members(state.charter, attended)
    return tuple(one for one in counted if one in there)
