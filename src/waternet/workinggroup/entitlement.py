"""Whether a member, and a delegate for it, may act as an act does."""

from __future__ import annotations

from waternet.workinggroup.act import Act
from waternet.workinggroup.charter import LEVELS, Body, Charter
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.gathering import Candidate
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.seats import Seats
from waternet.workinggroup.verb import Verb

__all__ = ["verify_entitled", "verify_member"]


def verify_member(one: Candidate, charter: Charter, seats: Seats) -> str:
    """Return the role of the member whose act it is.

    Raises
    ------
    Refused
        'not-a-member', 'not-entitled' to report, 'excluded-office',
        'credential-ended'.
    """
    act, credential = one.act, one.credential
    member = charter.member(act.member)
    if member is None:
        raise Refused("not-a-member", f"{act.member!r} is no member")
    if act.of:
        _verify_report(act, charter, seats)
    elif act.source:
        raise Refused("unreadable-act", "'source' belongs to a report of another's act")
    held = sorted(set(credential.offices) & set(charter.excluded))
    if held:
        told = f"{act.delegate!r} of {act.party!r} holds {held[0]!r}"
        raise Refused("excluded-office", f"{told}, which the parties excluded")
    if credential.until and act.issued[:10] > credential.until:
        told = f"{act.delegate!r}'s ended on {credential.until}"
        raise Refused("credential-ended", told)
    day = act.last_day.isoformat()
    return seats.role_at(member, act.party, one.index, day)


def _verify_report(act: Act, charter: Charter, seats: Seats) -> None:
    """Refuse a report by another than the keeper, or of one that speaks for itself."""
    if act.party != charter.keeper:
        told = f"{charter.keeper!r} alone" if charter.keeper else "nobody"
        raise Refused("not-entitled", f"by the charter {told} reports others' acts")
    if seats.keeps_record(act.of, act.last_day.isoformat()):
        told = f"{act.of!r} keeps a record of its own since {seats.records[act.of]}"
        raise Refused("not-entitled", f"{told}: nobody reports its acts of that time")


def verify_entitled(floor: Floor, verb: Verb) -> None:
    """Refuse an act that the member's role, or the delegate's rank, does not allow.

    Raises
    ------
    Refused
        'not-entitled', 'below-level'.
    """
    name = verb.body(floor, floor.act)
    bodies = (floor.body(name),) if name else floor.charter.bodies
    if verb.right != "attend" and not _has_right(floor, verb, bodies):
        where = f" in {name!r}" if name else ""
        raise Refused(
            "not-entitled",
            f"{floor.act.member!r} is {floor.role!r}, which gives no right to "
            f"{verb.right}{where}",
        )
    if name and not floor.act.of:
        _verify_rank(floor, bodies[0], verb)


def _has_right(floor: Floor, verb: Verb, bodies: tuple[Body, ...]) -> bool:
    return any(floor.role in one.rights[verb.right] for one in bodies)


def _verify_rank(floor: Floor, body: Body, verb: Verb) -> None:
    credential = floor.credential
    if credential.bodies and body.id not in credential.bodies:
        told = f"{credential.delegate!r}'s credential is for other bodies"
        raise Refused("not-entitled", f"{told}: {', '.join(credential.bodies)}")
    if verb.right != "attend" and LEVELS.index(credential.level) < LEVELS.index(
        body.level
    ):
        told = f"{body.id!r} is a body of {body.level}, {credential.delegate!r} is of"
        raise Refused("below-level", f"{told} {credential.level}")
