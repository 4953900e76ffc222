"""The state of a group: what stands, what is in conflict, what does not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import Any

from waternet.errors import Conflict as Contested
from waternet.errors import NotFound
from waternet.record.canonical import write_canonical
from waternet.workinggroup.charter import Charter
from waternet.workinggroup.credential import Credentials
from waternet.workinggroup.refusal import Refusal
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = ["Conflict", "State", "to_plain"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Delegates acted at once: nothing is lost, and nothing is decided for them.

    Attributes
    ----------
    name : str
        'two-chairs' of a session, 'two-charters', 'two-of-one-name' where things were
        begun apart under one id, else 'acted-at-once'.
    kind, id : str
        Of the thing, which stays as it was before.
    acts : tuple of str
        Ids of the changes that nobody has joined yet. An act that builds on all of
        them resolves it: it goes on from the first that it names.
    """

    name: str
    kind: str
    id: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """A group's whole business, recomputed from its acts.

    Attributes
    ----------
    group : str
    charter_id : str
        The act that adopted the charter in force; '' before the first one.
    charter : Charter or None
        In force; before the first adoption the one that is proposed.
    charters : mapping of id to Charter
        Every one that was adopted.
    things : mapping of id to Thing
        By the id of the act that began each.
    taken : mapping of id to Taken
        The acts that count, in the order in which they were taken.
    joins : mapping of member to Taken
        When each member with a standing invitation took its seat.
    credentials : Credentials
    refusals : tuple of Refusal
        By party and entry.
    until : str
        The day up to which acts were taken; '' for all.
    """

    group: str
    charter_id: str
    charter: Charter | None
    charters: Mapping[str, Charter]
    things: Mapping[str, Thing]
    taken: Mapping[str, Taken]
    joins: Mapping[str, Taken]
    credentials: Credentials
    refusals: tuple[Refusal, ...]
    until: str = ""

    def of(self, kind: str) -> Iterator[Thing]:
        """Yield the things of a kind, in order of their ids."""
        for thing in self._sorted:
            if thing.kind == kind:
                yield thing

    def thing(self, kind: str, name: str) -> Thing:
        """Return one thing.

        Parameters
        ----------
        kind : str
        name : str
            Its id; where two were begun under one id, with '~' and the beginning of
            the id of the act that began the one that is meant: 'declaration~3f8a91c0'.

        Raises
        ------
        NotFound
            There is none of that id.
        Contested
            There are several.
        """
        plain, _, root = name.partition("~")
        found = [
            one
            for one in self.of(kind)
            if one.id == plain and one.root.startswith(root)
        ]
        if not found:
            ids = ", ".join(one.id for one in self.of(kind)) or "none"
            raise NotFound(f"no {kind} {name!r}", hint=f"there is: {ids}")
        if len(found) > 1:
            names = ", ".join(f"{plain}~{one.root[:8]}" for one in found)
            raise Contested(
                f"{len(found)} of kind {kind} were begun as {plain!r}",
                hint=f"say which: {names}",
            )
        return found[0]

    @cached_property
    def _sorted(self) -> tuple[Thing, ...]:
        things = self.things.values()
        return tuple(sorted(things, key=lambda one: (one.kind, one.id, one.root)))

    def roles(self) -> dict[str, str]:
        """Return the role of each member by now; 'absent' until it takes its seat."""
        members = self.charter.members if self.charter else ()
        return {
            one.id: one.seat if one.id in self.joins and one.seat else one.role
            for one in members
        }

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What delegates did at once, and nobody has resolved yet."""
        found = [
            Conflict(self._conflict_name(thing), thing.kind, thing.id, thing.tips)
            for thing in self._sorted
            if thing.in_conflict
        ]
        for (kind, name), group in groupby(
            self._sorted, key=lambda one: (one.kind, one.id)
        ):
            roots = tuple(one.root for one in group)
            if len(roots) > 1:
                found.append(Conflict("two-of-one-name", kind, name, roots))
        return tuple(found)

    def _conflict_name(self, thing: Thing) -> str:
        if thing.kind == "charter":
            return "two-charters"
        values = [self.taken[one].value for one in thing.tips]
        chairs = {one.chair for one in values if thing.kind == "session"} - {""}
        return "two-chairs" if len(chairs) > 1 else "acted-at-once"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values: equal states are equal here, on every node."""
        return {
            "group": self.group,
            "charter": self.charter_id,
            "roles": self.roles(),
            "things": [
                {
                    "kind": thing.kind,
                    "id": thing.id,
                    "root": thing.root,
                    "changes": [one.act.id for one in thing.changes],
                    "beside": sorted(one.act.id for one in thing.beside),
                    "tips": list(thing.tips),
                    "value": to_plain(thing.value),
                }
                for thing in self._sorted
            ],
            "refusals": [one.to_json() for one in self.refusals],
            "credentials": [
                [one.party, one.index, one.delegate] for one in self.credentials.all()
            ],
        }

    @cached_property
    def sha256(self) -> str:
        """The state's hash: two nodes that hold the same entries have the same one."""
        return sha256(write_canonical(self.to_json())).hexdigest()


def to_plain(value: Any) -> Any:
    """Return a value of a thing as JSON has it; what is empty is left out."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value):
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        return {
            name: to_plain(one)
            for name, one in held.items()
            if one not in ("", (), {}, None)
        }
    if isinstance(value, Mapping):
        return {str(name): to_plain(one) for name, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(one) for one in value]
    return value
