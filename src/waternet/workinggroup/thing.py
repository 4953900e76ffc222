"""Things that acts make and change: a text, a session, a project, a pledge..."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from waternet.workinggroup.verb import Taken

__all__ = ["Thing", "add_taken", "overtaken", "without"]


@dataclass(frozen=True)
class Thing:
    """All that was done to one thing.

    Attributes
    ----------
    kind, id : str
        Two things that were begun apart may have one id: see `root`.
    root : str
        Id of the act that began it.
    changes : tuple of Taken
        What changed it, each after what it builds on.
    beside : tuple of Taken
        What stands beside it: consents, attendances, receipts...
    """

    kind: str
    id: str
    root: str
    changes: tuple[Taken, ...] = ()
    beside: tuple[Taken, ...] = ()

    @cached_property
    def tips(self) -> tuple[str, ...]:
        """Ids of the changes on which nothing builds yet, sorted.

        More than one is a conflict: the delegates acted at once.
        """
        built_on = {name for one in self.changes for name in self.before(one)}
        return tuple(sorted(self.by_id.keys() - built_on - self.same.keys()))

    @property
    def in_conflict(self) -> bool:
        """Whether delegates acted at once, and nobody has resolved it yet."""
        return len(self.tips) > 1

    @cached_property
    def by_id(self) -> Mapping[str, Taken]:
        """The changes by their ids."""
        return {one.act.id: one for one in self.changes}

    @cached_property
    def same(self) -> Mapping[str, str]:
        """For each adoption that repeats an earlier one: the id of that."""
        first: dict[str, str] = {}
        return {
            one.act.id: first[one.seal]
            for one in self.changes
            if one.seal and first.setdefault(one.seal, one.act.id) != one.act.id
        }

    @cached_property
    def last(self) -> Taken | None:
        """The last change that stands: before a conflict, where there is one.

        Who comes late, and builds on what others have long left behind, puts nothing
        back: of the changes in conflict those are passed over in which no other party
        has taken part, where others have in one of the rest. None where two delegates
        began the thing at once.
        """
        lines = [self._line(tip) for tip in self._carried_tips()]
        if not lines:
            return None
        common = set(lines[0]).intersection(*lines[1:])
        return next((self.by_id[one] for one in lines[0] if one in common), None)

    @property
    def value(self) -> Any:
        """What the thing is after its `last` change; None where there is none."""
        return self.last.value if self.last else None

    def standing(self) -> tuple[Taken, ...]:
        """Return the changes that made the thing what it is, the first one first."""
        line = self._line(self.last.act.id) if self.last else []
        return tuple(self.by_id[one] for one in reversed(line))

    def past(self, name: str) -> set[str]:
        """Return a change and all changes that it builds on, of repeated ones one."""
        first = self.same.get(name, name)
        found, waiting = {first}, [first]
        while waiting:
            for one in self.before(self.by_id[waiting.pop()]):
                if one not in found:
                    found.add(one)
                    waiting.append(one)
        return found

    def before(self, one: Taken) -> list[str]:
        """Return the changes that an act names, of repeated ones the first."""
        return [self.same.get(name, name) for name in one.after]

    def _line(self, tip: str) -> list[str]:
        """Return a change and those before it, each what the next one builds on."""
        line = [self.same.get(tip, tip)]
        while before := self.before(self.by_id[line[-1]]):
            line.append(before[0])
        return line

    def _carried_tips(self) -> Collection[str]:
        """Return the tips but those that another one is ahead of.

        A tip falls where another one has in its past all that other parties than the
        authors acted on in the past of this one, and more.
        """
        if len(self.tips) < 2:
            return self.tips
        acted_on = {
            name
            for one in (*self.changes, *self.beside)
            for name in self.before(one)
            if self.by_id[name].act.party != one.act.party
        }
        pasts = {tip: frozenset(self.past(tip) & acted_on) for tip in self.tips}
        different = set(pasts.values())
        most = {a for a in different if not any(a < other for other in different)}
        return [tip for tip, past in pasts.items() if past in most]


def add_taken(thing: Thing, taken: Taken, *, changes: bool) -> Thing:
    """Return the thing after one more act."""
    if not changes:
        return replace(thing, beside=(*thing.beside, taken))
    return replace(thing, changes=(*thing.changes, taken))


def overtaken(thing: Thing) -> tuple[Taken, ...]:
    """Return the changes that came too late, and what builds on them.

    What was adopted stays adopted: a change that is not built on an adoption, nor was
    there when it was made, cannot reopen it; nor can an adoption whose author had seen
    the one before.
    """
    seals = [one for one in thing.changes if one.seal and one.act.id not in thing.same]
    built: dict[str, set[str]] = {one.act.id: _built_on(thing, one) for one in seals}
    on_any = set().union(*built.values())
    late: set[str] = set()
    for seal in seals:
        passed = thing.past(seal.act.id) | built[seal.act.id]
        late |= {
            one.act.id
            for one in thing.changes
            if one.act.id not in passed
            and _came_late(one, seal, built=one.act.id in on_any)
        }
    for one in thing.changes:
        if late.intersection(thing.before(one)):
            late.add(one.act.id)
    return tuple(one for one in thing.changes if one.act.id in late)


def _built_on(thing: Thing, seal: Taken) -> set[str]:
    """Return an adoption, what repeats it, and the changes that build on it."""
    name = seal.act.id
    found = {name, *(one for one, first in thing.same.items() if first == name)}
    for one in thing.changes:
        if found.intersection(thing.before(one)):
            found.add(one.act.id)
    return found


def _came_late(one: Taken, seal: Taken, *, built: bool) -> bool:
    """Return whether a change came too late for an adoption that it is not built on.

    Parameters
    ----------
    one, seal : Taken
    built : bool
        Whether it is one, or is built on one, itself.
    """
    return one.sight.covers(seal) if built else not seal.sight.covers(one)


def without(thing: Thing, gone: Collection[str]) -> Thing:
    """Return the thing without some of its acts."""
    return replace(
        thing,
        changes=tuple(one for one in thing.changes if one.act.id not in gone),
        beside=tuple(one for one in thing.beside if one.act.id not in gone),
    )
