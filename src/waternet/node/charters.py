"""What a delegate does about charters: which one is meant, which consents count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from waternet.errors import Conflict, NotFound
from waternet.node.acting import Doing
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.state import State
from waternet.workinggroup.verb import Taken

__all__ = [
    "adoption_of",
    "consent_to",
    "dissent_from",
    "find_proposal",
    "proposals",
    "standing_consents",
]

_PROPOSES = ("charter.found", "charter.propose")


def proposals(state: State) -> list[Taken]:
    """Return the charters proposed under the one in force and not adopted yet."""
    adopted = {
        name
        for one in state.taken.values()
        if one.act.verb == "charter.adopt"
        for name in one.act.on
    }
    return [
        one
        for one in state.taken.values()
        if one.act.verb in _PROPOSES
        and one.act.charter == state.charter_id
        and one.act.id not in adopted
    ]


def find_proposal(state: State, beginning: str) -> Taken:
    """Return the proposal that is meant.

    Parameters
    ----------
    state : State
    beginning : str
        Of its id; '' where only one is open.

    Raises
    ------
    NotFound
        There is none, or none that begins so.
    Conflict
        Several are meant.
    """
    found = [one for one in proposals(state) if one.act.id.startswith(beginning)]
    if not found:
        told = f"no charter {beginning!r} is" if beginning else "no charter is"
        raise NotFound(f"{told} proposed and not adopted yet", hint="pull first")
    if len(found) > 1:
        named = ", ".join(one.act.id[:16] for one in found)
        raise Conflict(f"{len(found)} charters are proposed", hint=f"name one: {named}")
    return found[0]


def consent_to(state: State, proposal: str, days: int) -> Doing:
    """Return the consent to a proposal, for so many days."""
    found = find_proposal(state, proposal)
    last = datetime.now(UTC) + timedelta(days=days)
    body = {"to": _sha256(found), "expires": f"{last:%Y-%m-%d}"}
    return Doing("charter.consent", "charter", body, (found.act.id,))


def dissent_from(state: State, proposal: str, member: str, reason: str) -> Doing:
    """Return the act that takes a member's consent back.

    Raises
    ------
    NotFound
        That member has given none that stands.
    """
    found = find_proposal(state, proposal)
    given = [
        one
        for one in standing_consents(state, found, _today())
        if one.act.member == member
    ]
    if not given:
        raise NotFound(f"{member!r} has not consented to {found.act.id[:16]}")
    named = (found.act.id, given[-1].act.id)
    return Doing("charter.dissent", "charter", {"reason": reason}, named)


def adoption_of(state: State, proposal: str) -> Doing:
    """Return the adoption of a proposal, with the last consent of each member."""
    found = find_proposal(state, proposal)
    given = standing_consents(state, found, _today())
    last = {one.act.member: one.act.id for one in given}
    named = (found.act.id, *(last[member] for member in sorted(last)))
    return Doing("charter.adopt", "charter", {}, named)


def standing_consents(state: State, proposal: Taken, day: str) -> list[Taken]:
    """Return the consents to a proposal that stand, in the order in which they came.

    Parameters
    ----------
    state : State
    proposal : Taken
    day : str
        On which they stand: what ended before it, or was taken back, does not.
    """
    to = _sha256(proposal)
    taken_back = {
        (one.act.member, name)
        for one in state.taken.values()
        if one.act.verb == "charter.dissent"
        for name in one.act.on
    }
    return [
        one
        for one in state.taken.values()
        if one.act.verb == "charter.consent"
        and one.act.body["to"] == to
        and one.act.body["expires"] >= day
        and proposal.act.id in one.act.on
        and (one.act.member, one.act.id) not in taken_back
    ]


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _sha256(proposal: Taken) -> str:
    return read_charter(proposal.act.body["charter"]).sha256
