"""How an act is cited: who did it, when, and who reported it from where."""

from __future__ import annotations

from typing import Any

from waternet.workinggroup.verb import Taken

__all__ = ["cite"]


def cite(one: Taken) -> dict[str, Any]:
    """Return an act's id, member and day, and who reported it from where.

    What a member signed itself has no 'reported_by'; what is shown of an act that has
    one says so.
    """
    act = one.act
    told: dict[str, Any] = {"act": act.id, "member": act.member, "day": act.day}
    if act.of:
        told |= {"reported_by": act.party, "source": act.source}
    return told
