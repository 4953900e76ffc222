"""The fold: from a set of entries to the state of a group, the same on every node.

First the charters are taken, with who joined and left, and then all else: so what a
charter allows never hangs on the order in which entries arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from waternet.workinggroup.charter import Charter
from waternet.workinggroup.charters import Adoption
from waternet.workinggroup.folding import Folding
from waternet.workinggroup.gathering import Candidate, Said, gather
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.seats import Seats
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing, overtaken
from waternet.workinggroup.when import day_span

__all__ = ["fold"]

_FIRST = ("charter", "member")


def fold(said: Iterable[Said], group: str, until: str = "") -> State:
    """Return what stands in a group.

    Parameters
    ----------
    said : iterable of Said
        Entries of any parties, in any order; what is of other groups is passed over.
    group : str
        Id of the act that founded it.
    until : str
        Only what was done by the end of that day counts: '1999-01-01'; '' for all. An
        act whose day is known as '1999' alone counts from the end of that year on.

    Returns
    -------
    State
        A function of the set of entries: nothing else goes into it.
    """
    gathered = gather(said, group)
    candidates = list(gathered.candidates)
    unread = [one for one, _ in gathered.refusals]
    if until:
        last = day_span(until)[1]
        candidates = _done_by(candidates, last)
        day = last.isoformat()
        unread = [one for one, at in gathered.refusals if at[: len(day)] <= day]
    folding = Folding(Seats(gathered.records))
    folding.take_all([one for one in candidates if one.act.kind in _FIRST])
    folding.refuse_superseded()
    folding.take_all([one for one in candidates if one.act.kind not in _FIRST])
    _refuse_overtaken(folding)
    refusals = [*unread, *folding.refused.values()]
    charter_id, charter = _standing_charter(folding.charter_thing)
    return State(
        group=group,
        charter_id=charter_id,
        charter=charter,
        charters={one: made.charter for one, made in folding.charters.items()},
        things=folding.things,
        taken=folding.taken,
        seats=folding.seats,
        credentials=gathered.credentials,
        refusals=tuple(sorted(refusals, key=lambda one: (one.party, one.index))),
        until=until,
    )


def _done_by(candidates: list[Candidate], last: date) -> list[Candidate]:
    """Return what was done by a day, without what builds on anything later."""
    later = {one.act.id for one in candidates if one.act.last_day > last}
    builds: dict[str, list[str]] = {}
    for one in candidates:
        for name in (*one.act.on, one.act.charter):
            builds.setdefault(name, []).append(one.act.id)
    waiting = [*later]
    while waiting:
        for name in builds.get(waiting.pop(), ()):
            if name not in later:
                later.add(name)
                waiting.append(name)
    return [one for one in candidates if one.act.id not in later]


def _refuse_overtaken(folding: Folding) -> None:
    """Refuse changes that were entered after the thing was adopted, beside that."""
    for root in [*folding.things]:
        thing = folding.things.get(root)
        late = overtaken(thing) if thing else ()
        told = f"{thing.kind} {thing.id!r} was adopted" if thing else ""
        folding.forget((one, Refused("not-open", f"{told} before it")) for one in late)


def _standing_charter(charters: Thing | None) -> tuple[str, Charter | None]:
    """Return the charter in force; the one before, where two were adopted."""
    if charters is None or charters.last is None:
        return "", None
    adoption: Adoption = charters.last.value
    name = charters.last.act.id if adoption.in_force else ""
    return name, adoption.charter
