"""Acts of members about themselves: an absent one takes its seat."""

from __future__ import annotations

from waternet.record.fields import verify_text
from waternet.workinggroup.act import Act
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Verb

__all__ = ["VERBS"]


def _join(floor: Floor, act: Act) -> None:
    member = floor.charter.member(act.member)
    if member is None or not member.seat:
        raise Refused("not-open", f"{act.member!r} takes part already")
    if act.subject != act.member:
        raise Refused("not-entitled", f"{act.member!r} cannot take another's seat")


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
)
