"""Acts of members about themselves: one takes its seat, leaves it, comes back."""

from __future__ import annotations

from waternet.record.fields import verify_text
from waternet.workinggroup.act import Act
from waternet.workinggroup.consenting import REASON
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Verb

__all__ = ["VERBS"]


def _join(floor: Floor, act: Act) -> None:
    _verify_own_seat(act)
    if floor.role != "absent":
        raise Refused("not-open", f"{act.member!r} takes part already")


def _leave(floor: Floor, act: Act) -> None:
    """Leave a seat: it waits, as every seat of one who is absent."""
    _verify_own_seat(act)
    if floor.role == "absent":
        raise Refused("not-open", f"{act.member!r} does not take part")


def _verify_own_seat(act: Act) -> None:
    if act.subject != act.member:
        told = f"{act.member!r} cannot speak for the seat of {act.subject!r}"
        raise Refused("not-entitled", told)


def _anywhere(_floor: Floor, _act: Act) -> str:
    return ""


VERBS = (
    Verb(
        "member.join",
        {},
        "attend",
        False,
        _join,
        _anywhere,
        {"words": verify_text},
        begins=True,
    ),
    Verb("member.leave", REASON, "attend", False, _leave, _anywhere, {}, begins=True),
)
