"""The fold: from a set of entries to the state of a group, the same on every node.

First the charters are taken, with who joined, and then all else: so what a charter
allows never hangs on the order in which entries arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from waternet.workinggroup.act import Act
from waternet.workinggroup.charter import Charter
from waternet.workinggroup.charters import Adoption, proposed_charter
from waternet.workinggroup.entitlement import verify_entitled, verify_member
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.gathering import Candidate, Said, gather
from waternet.workinggroup.order import in_order
from waternet.workinggroup.punctual import verify_days
from waternet.workinggroup.refusal import Refusal, Refused
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing, add_taken, overtaken, without
from waternet.workinggroup.verb import Taken, Verb
from waternet.workinggroup.verbs import VERBS, verify_form
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
    if until:
        last = day_span(until)[1]
        candidates = [one for one in candidates if one.act.last_day <= last]
    folding = _Folding()
    first = [one for one in candidates if one.act.kind in _FIRST]
    rest = [one for one in candidates if one.act.kind not in _FIRST]
    folding.take_all(first)
    folding.refuse_superseded()
    folding.take_all(rest)
    folding.refuse_missing(candidates)
    folding.refuse_overtaken()
    refusals = [*gathered.refusals, *folding.refused.values()]
    charter_id, charter = folding.standing_charter()
    return State(
        group=group,
        charter_id=charter_id,
        charter=charter,
        charters={one: made.charter for one, made in folding.charters.items()},
        things=folding.things,
        taken=folding.taken,
        joins=folding.joins,
        credentials=gathered.credentials,
        refusals=tuple(sorted(refusals, key=lambda one: (one.party, one.index))),
        until=until,
    )


def _rank(one: Candidate) -> int:
    """Return 1 for what changes a thing: what stands beside it is taken before."""
    verb = VERBS.get(one.act.verb)
    return 1 if verb and verb.changes else 0


@dataclass
class _Folding:
    """What was taken and refused so far.

    `things` are by the id of the act that began each; `root` has that id for every act
    that was taken.
    """

    taken: dict[str, Taken] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    root: dict[str, str] = field(default_factory=dict)
    joins: dict[str, Taken] = field(default_factory=dict)
    charters: dict[str, Adoption] = field(default_factory=dict)
    founding: Charter | None = None

    def take_all(self, candidates: list[Candidate]) -> None:
        known = {*self.taken, *self.refused}
        for one in in_order(candidates, _rank, known):
            try:
                self._take(one)
            except Refused as error:
                self._refuse(one, error)

    def refuse_superseded(self) -> None:
        """Refuse what was taken before it was known that another charter stood.

        What an adoption counted has had its effect, and stays.
        """
        counted = {name for one in self.charters for name in self.taken[one].act.on}
        for taken in [*self.taken.values()]:
            if taken.act.id in counted or not taken.act.charter:
                continue
            try:
                self._verify_not_superseded(taken.act, taken.index)
            except Refused as error:
                self._forget(taken, error)

    def refuse_missing(self, candidates: list[Candidate]) -> None:
        """Refuse what builds on an act that is not here, and what builds on that."""
        for one in candidates:
            if one.act.id not in self.taken and one.act.id not in self.refused:
                told = "it builds on an act that is not here"
                self._refuse(one, Refused("unknown-act", told))

    def refuse_overtaken(self) -> None:
        """Refuse changes that were entered after the thing was adopted, beside that."""
        for thing in [*self.things.values()]:
            for one in overtaken(thing, VERBS):
                told = f"{thing.kind} {thing.id!r} was adopted before it was entered"
                self._forget(one, Refused("not-open", told))

    def standing_charter(self) -> tuple[str, Charter | None]:
        """Return the charter in force; the one before, where two were adopted."""
        found = [one for one in self.things.values() if one.kind == "charter"]
        last = found[0].last if found else None
        if last is None:
            return "", None
        adoption: Adoption = last.value
        return (last.act.id if adoption.in_force else "", adoption.charter)

    def _refuse(self, one: Candidate | Taken, error: Refused) -> None:
        act = one.act
        self.refused[act.id] = Refusal(
            error.name, error.message, act.party, one.index, act.id
        )

    def _forget(self, taken: Taken, error: Refused) -> None:
        """Refuse what was taken already."""
        self._refuse(taken, error)
        act = taken.act
        root = self.root.pop(act.id)
        del self.taken[act.id]
        left = without(self.things[root], [taken])
        if left.changes or left.beside:
            self.things[root] = left
        else:
            del self.things[root]
        if self.joins.get(act.member) == taken:
            del self.joins[act.member]

    def _take(self, one: Candidate) -> None:
        act = one.act
        verb = verify_form(act)
        for named in (*act.on, *filter(None, [act.charter])):
            if named not in self.taken:
                raise Refused("builds-on-refused", f"act {named[:16]} does not count")
        charter = self._charter(one)
        role = verify_member(one, charter, self.joins)
        verify_days(one, [self.taken[named] for named in act.on])
        floor = Floor(
            act=act,
            index=one.index,
            charter=charter,
            role=role,
            credential=one.credential,
            base=self._base(one, verb),
            taken=self.taken,
            thing=None if verb.begins else self.things[self.root[act.on[0]]],
            joins=self.joins,
            things=self.things,
        )
        verify_entitled(floor, verb)
        value = verb.take(floor, act)
        self._keep(Taken(act, one.index, one.entered, value), verb)

    def _charter(self, one: Candidate) -> Charter:
        """Return the charter by which an act is judged."""
        act = one.act
        if not act.charter:
            if act.kind != "charter" or (act.verb == "charter.found" and act.group):
                raise Refused("unknown-charter", "it names no charter")
            if act.verb == "charter.found":
                return proposed_charter(act)
            if self.founding is None or self.charters:
                raise Refused("superseded-charter", "a charter stands: name it")
            return self.founding
        adoption = self.charters.get(act.charter)
        if adoption is None:
            told = f"act {act.charter[:16]} adopted no charter"
            raise Refused("unknown-charter", told)
        self._verify_not_superseded(one.act, one.index)
        return adoption.charter

    def _verify_not_superseded(self, act: Act, index: int) -> None:
        """Refuse an act under a charter that had been replaced when it was entered.

        Two adoptions on one charter are a conflict, and neither refuses the other.
        """
        if act.verb == "charter.adopt":
            return
        for name, later in self.charters.items():
            seen = later.seen.get(act.party, 0)
            if later.before == act.charter and index >= seen:
                told = f"the charter {name[:16]} stood by entry {seen} of this log"
                raise Refused("superseded-charter", told)

    def _base(self, one: Candidate, verb: Verb) -> Any:
        """Return what the thing is after the change that the act builds on."""
        act = one.act
        if verb.begins:
            return None
        before = self.taken[act.on[0]] if act.on else None
        if (
            before is None
            or (before.act.kind, before.act.subject) != (act.kind, act.subject)
            or not VERBS[before.act.verb].changes
        ):
            told = f"it names no change of {act.kind} {act.subject!r} first"
            raise Refused("unmet-condition", told)
        return before.value

    def _keep(self, taken: Taken, verb: Verb) -> None:
        act = taken.act
        root = act.id if verb.begins else self.root[act.on[0]]
        thing = self.things.get(root, Thing(act.kind, act.subject, root))
        self.things[root] = add_taken(thing, taken, changes=verb.changes)
        self.root[act.id] = root
        self.taken[act.id] = taken
        if isinstance(taken.value, Adoption):
            if taken.value.in_force:
                self.charters[act.id] = taken.value
            else:
                self.founding = taken.value.charter
        if act.verb == "member.join":
            self.joins.setdefault(act.member, taken)
