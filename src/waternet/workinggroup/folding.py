"""Taking acts one by one: each is judged by what it names and by what was there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from waternet.record.canonical import write_canonical
from waternet.workinggroup.act import Act
from waternet.workinggroup.charter import Charter
from waternet.workinggroup.charters import Adoption, proposed_charter
from waternet.workinggroup.entitlement import verify_entitled, verify_member
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.gathering import Candidate
from waternet.workinggroup.order import Order
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.punctual import verify_days
from waternet.workinggroup.refusal import Refusal, Refused
from waternet.workinggroup.seats import Seats
from waternet.workinggroup.sight import Entered, Sight
from waternet.workinggroup.succession import Succession
from waternet.workinggroup.thing import Thing, add_taken, without
from waternet.workinggroup.verb import Taken, Verb
from waternet.workinggroup.verbs import VERBS, verify_form

__all__ = ["Folding"]


@dataclass
class Folding:
    """What was taken and refused so far.

    Attributes
    ----------
    seats : Seats
    taken : mapping of id to Taken
    refused : mapping of id to Refusal
    things : mapping of id to Thing
        By the id of the act that began each.
    root : mapping of id to str
        That id, for every act that was taken.
    charters : mapping of id to Adoption
        Those that were adopted.
    """

    seats: Seats
    taken: dict[str, Taken] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    root: dict[str, str] = field(default_factory=dict)
    charters: dict[str, Adoption] = field(default_factory=dict)
    _known: dict[str, tuple[Candidate, Sight]] = field(default_factory=dict)
    _succession: Succession | None = None

    @property
    def charter_thing(self) -> Thing | None:
        """The group's charters, from the first proposal on."""
        return next((t for t in self.things.values() if t.kind == "charter"), None)

    def take_all(self, candidates: list[Candidate]) -> None:
        """Take what counts of these acts, refuse the rest by name."""
        order = Order(candidates, _rank, self._known)
        for one, sight in order:
            try:
                self._take(one, sight)
            except Refused as error:
                self._refuse(one, error)
        for one in candidates:
            if one.act.id not in self._known:
                told = "it builds on an act that is not here"
                self._refuse(one, Refused("unknown-act", told))
        self._read_again(candidates, whole=order.is_broken)

    def refuse_superseded(self) -> None:
        """Refuse what came after its charter was replaced, from here on at once.

        What an adoption counted has had its effect, and stays.
        """
        self._succession = Succession(self.charter_thing, self.taken)
        counted: set[str] = set()
        waiting = [*self.charters]
        while waiting:
            name = waiting.pop()
            if name not in counted:
                counted.add(name)
                waiting += self.taken[name].act.on
        late = []
        for taken in self.taken.values():
            try:
                if taken.act.id not in counted:
                    self._succession.verify_not_superseded(taken)
            except Refused as error:
                late.append((taken, error))
        self.forget(late)

    def forget(self, gone: Iterable[tuple[Taken, Refused]]) -> None:
        """Refuse what was taken already, with all that builds on it."""
        errors = {taken.act.id: error for taken, error in gone}
        if not errors:
            return
        for taken in [*self.taken.values()]:
            act = taken.act
            if act.id in errors:
                continue
            if below := [one for one in (*act.on, act.charter) if one in errors]:
                told = f"act {below[0][:16]} does not count"
                errors[act.id] = Refused("builds-on-refused", told)
        roots = {self.root[name] for name in errors}
        for name, error in errors.items():
            taken = self.taken.pop(name)
            self._refuse(taken, error)
            self.seats.remove(taken)
            self.charters.pop(name, None)
            del self.root[name]
        for root in roots:
            left = without(self.things[root], errors)
            if left.changes or left.beside:
                self.things[root] = left
            else:
                del self.things[root]

    def _refuse(self, one: Entered, error: Refused) -> None:
        act = one.act
        self.refused[act.id] = Refusal(
            error.name, error.message, act.party, one.index, act.id
        )

    def _read_again(self, candidates: list[Candidate], *, whole: bool) -> None:
        """Judge those who claim what they saw anew, by all that was taken.

        What came in its turn after such an act is not passed over for that: an
        objection in time that its author did not see, or any act, where acts claim to
        have seen each other (`whole`).
        """
        turns = {name: turn for turn, name in enumerate(self.taken)}
        for one in candidates:
            taken = self.taken.get(one.act.id)
            if taken is None or "seen" not in one.act.body:
                continue
            beside = self.things[self.root[one.act.id]].beside
            if not whole and not (
                beside and turns[beside[-1].act.id] > turns[one.act.id]
            ):
                continue
            try:
                self._judge(one, taken.sight)
            except Refused as error:
                self.forget([(taken, error)])

    def _take(self, one: Candidate, sight: Sight) -> None:
        verb = verify_form(one.act)
        for named in (*one.act.on, *filter(None, [one.act.charter])):
            if named not in self.taken:
                raise Refused("builds-on-refused", f"act {named[:16]} does not count")
        self._keep(self._judge(one, sight), verb)

    def _judge(self, one: Candidate, sight: Sight) -> Taken:
        """Return the act with its effect; refuse it where it cannot count."""
        act = one.act
        verb = VERBS[act.verb]
        charter = self._charter(one)
        role = verify_member(one, charter, self.seats)
        verify_days(one, [self.taken[named] for named in act.on])
        before = None if verb.begins else self._base(one)
        thing = self.things[self.root[act.on[0]]] if before else None
        floor = Floor(
            act=act,
            index=one.index,
            charter=charter,
            role=role,
            credential=one.credential,
            base=before.value if before else None,
            taken=self.taken,
            thing=thing,
            seats=self.seats,
            sight=sight,
            things=self.things,
        )
        verify_entitled(floor, verb)
        value = verb.take(floor, act)
        made = Taken(act, one.index, one.entered, sight, value, self._after(act, verb))
        return replace(made, seal=_seal(made)) if verb.seals else made

    def _charter(self, one: Candidate) -> Charter:
        """Return the charter by which an act is judged."""
        act = one.act
        if act.verb == "charter.found":
            if act.group or act.charter:
                raise Refused("not-open", "the group is founded already")
            return proposed_charter(act)
        if not act.charter:
            founded = self.charter_thing
            if act.kind != "charter" or founded is None:
                raise Refused("unknown-charter", "it names no charter")
            adoption: Adoption | None = founded.by_id[founded.root].value
        else:
            adoption = self.charters.get(act.charter)
        if adoption is None:
            told = f"act {act.charter[:16]} adopted no charter"
            raise Refused("unknown-charter", told)
        if self._succession:
            self._succession.verify_not_superseded(one)
        return adoption.charter

    def _base(self, one: Candidate) -> Taken:
        """Return the change that the act builds on."""
        act = one.act
        before = self.taken[act.on[0]] if act.on else None
        if (
            before is None
            or (before.act.kind, before.act.subject) != (act.kind, act.subject)
            or not VERBS[before.act.verb].changes
        ):
            told = f"it names no change of {act.kind} {act.subject!r} first"
            raise Refused("unmet-condition", told)
        return before

    def _after(self, act: Act, verb: Verb) -> tuple[str, ...]:
        """Return the changes of its own thing that an act names."""
        if verb.begins:
            return ()
        root = self.root[act.on[0]]
        return tuple(
            name
            for name in act.on
            if self.root[name] == root and VERBS[self.taken[name].act.verb].changes
        )

    def _keep(self, taken: Taken, verb: Verb) -> None:
        act = taken.act
        root = act.id if verb.begins else self.root[act.on[0]]
        thing = self.things.get(root, Thing(act.kind, act.subject, root))
        self.things[root] = add_taken(thing, taken, changes=verb.changes)
        self.root[act.id] = root
        self.taken[act.id] = taken
        if isinstance(taken.value, Adoption) and taken.value.in_force:
            self.charters[act.id] = taken.value
        if act.kind == "member":
            self.seats.add(taken)


def _rank(one: Candidate) -> int:
    """Return the least for what stands beside a thing, the most for an adoption."""
    verb = VERBS.get(one.act.verb)
    if verb is None or not verb.changes:
        return 0
    return 2 if verb.seals else 1


def _seal(taken: Taken) -> str:
    """Return the hash of what is adopted, and of what that builds on."""
    adopted = getattr(taken.value, "sealed", taken.value)
    told = {"on": taken.after[0], "value": to_plain(adopted)}
    return sha256(write_canonical(told)).hexdigest()
