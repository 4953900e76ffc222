"""Things that acts make and change: a text, a session, a project, a pledge..."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from waternet.workinggroup.verb import Taken, Verb

__all__ = ["Thing", "add_taken", "overtaken", "without"]


@dataclass(frozen=True, slots=True)
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
    tips : tuple of str
        Ids of the changes on which nothing builds yet, sorted. More than one is a
        conflict: the delegates acted at once.
    """

    kind: str
    id: str
    root: str
    changes: tuple[Taken, ...] = ()
    beside: tuple[Taken, ...] = ()
    tips: tuple[str, ...] = ()

    @property
    def in_conflict(self) -> bool:
        """Whether delegates acted at once, and nobody has resolved it yet."""
        return len(self.tips) > 1

    @property
    def last(self) -> Taken | None:
        """The last change that stands: before a conflict, where there is one.

        None where two delegates began the thing at once.
        """
        changes = {one.act.id: one for one in self.changes}
        common = None
        for tip in self.tips:
            line = _line(changes, tip)
            common = line if common is None else [one for one in common if one in line]
        return changes[common[0]] if common else None

    @property
    def value(self) -> Any:
        """What the thing is after its `last` change; None where there is none."""
        return self.last.value if self.last else None

    def standing(self) -> tuple[Taken, ...]:
        """Return the changes that made the thing what it is, the first one first."""
        changes = {one.act.id: one for one in self.changes}
        line = _line(changes, self.last.act.id) if self.last else []
        return tuple(changes[one] for one in reversed(line))


def _line(changes: Mapping[str, Taken], tip: str) -> list[str]:
    """Return a change and those that it builds on, each on the first that it names."""
    line = [tip]
    while True:
        before = next((one for one in changes[line[-1]].act.on if one in changes), "")
        if not before:
            return line
        line.append(before)


def add_taken(thing: Thing, taken: Taken, *, changes: bool) -> Thing:
    """Return the thing after one more act."""
    if not changes:
        return replace(thing, beside=(*thing.beside, taken))
    tips: Iterable[str] = {*thing.tips, taken.act.id} - set(taken.act.on)
    return replace(thing, changes=(*thing.changes, taken), tips=tuple(sorted(tips)))


def overtaken(thing: Thing, verbs: Mapping[str, Verb]) -> tuple[Taken, ...]:
    """Return the changes that came too late, and what builds on them.

    What was adopted stays adopted: a change that is not built on the adoption, nor was
    there when it was made, cannot reopen it.
    """
    by_id = {one.act.id: one for one in thing.changes}
    late: set[str] = set()
    for seal in thing.changes:
        if not verbs[seal.act.verb].seals:
            continue
        before, seen = _past(by_id, seal.act.id), seal.act.body.get("seen", {})
        for one in thing.changes:
            name = one.act.id
            if name in before or seal.act.id in _past(by_id, name):
                continue
            came_late = one.index >= seen.get(one.act.party, 0)
            if late & set(one.act.on) or (came_late and not verbs[one.act.verb].seals):
                late.add(name)
    return tuple(by_id[one] for one in sorted(late))


def without(thing: Thing, gone: Iterable[Taken]) -> Thing:
    """Return the thing without some of its acts."""
    names = {one.act.id for one in gone}
    changes = [one for one in thing.changes if one.act.id not in names]
    beside = [one for one in thing.beside if one.act.id not in names]
    built_on = {name for one in changes for name in one.act.on}
    tips = sorted(one.act.id for one in changes if one.act.id not in built_on)
    return replace(
        thing, changes=tuple(changes), beside=tuple(beside), tips=tuple(tips)
    )


def _past(changes: Mapping[str, Taken], name: str) -> set[str]:
    """Return a change and all changes of the thing that it builds on."""
    found, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one in changes and one not in found:
            found.add(one)
            waiting += changes[one].act.on
    return found
