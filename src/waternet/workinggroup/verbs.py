"""Every verb by its name."""

from __future__ import annotations

from collections.abc import Mapping

from waternet.errors import NotAcceptable
from waternet.record.fields import verify_fields
from waternet.workinggroup import (
    adopting,
    charters,
    feasibility,
    letters,
    members,
    pledges,
    positions,
    projects,
    sessions,
    tasks,
    texts,
)
from waternet.workinggroup.act import Act
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Verb

__all__ = ["VERBS", "verify_form"]

VERBS: Mapping[str, Verb] = {
    one.name: one
    for room in (
        adopting,
        charters,
        feasibility,
        letters,
        members,
        pledges,
        positions,
        projects,
        sessions,
        tasks,
        texts,
    )
    for one in room.VERBS
}


def verify_form(act: Act) -> Verb:
    """Return the verb of an act whose body has its form.

    Raises
    ------
    Refused
        'unreadable-act': no such verb, or a field is not as it must be.
    """
    verb = VERBS.get(act.verb)
    if verb is None:
        raise Refused("unreadable-act", f"no act {act.verb!r} is known")
    try:
        verify_fields(act.body, verb.fields, f"an act {act.verb!r}", verb.optional)
    except NotAcceptable as error:
        raise Refused("unreadable-act", str(error)) from error
    return verb
