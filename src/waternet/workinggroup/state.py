"""The state of a group: what stands, what is in conflict, what does not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import Any

from waternet.errors import Conflict as Contested
from waternet.errors import NotFound
from waternet.record.canonical import write_canonical
from waternet.workinggroup.charter import Charter
from waternet.workinggroup.credential import Credential, Credentials
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.refusal import Refusal
from waternet.workinggroup.seats import Seats
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span

__all__ = ["Conflict", "State"]


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
    seats : Seats
        Who joined and left.
    credentials : Credentials
        Of all parties, up to now.
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
    seats: Seats
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
        if self.charter is None:
            return {}
        return self.seats.roles(self.charter, self.seats.all(), "")

    @property
    def joins(self) -> dict[str, Taken]:
        """The act by which each member that had stayed away took its seat last."""
        joined = [one for one in self.seats.all() if one.act.verb == "member.join"]
        joined.sort(key=lambda one: (one.act.last_day, one.index))
        return {one.act.member: one for one in joined}

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
            roots = tuple(one.root for one in group if one.changes)
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
                [one.party, one.index, one.delegate] for one in self._own_credentials()
            ],
        }

    def _own_credentials(self) -> Iterator[Credential]:
        """Yield those that members of its charters had entered by the day.

        What a stranger enters, or a member later on, is no part of the state.
        """
        charters = [*self.charters.values(), *([self.charter] if self.charter else ())]
        members = {one.id for charter in charters for one in charter.members}
        last = day_span(self.until)[1].isoformat() if self.until else ""
        for one in self.credentials.all():
            in_time = not last or one.entered[: len(last)] <= last
            if one.party in members and in_time:
                yield one

    @cached_property
    def sha256(self) -> str:
        """The state's hash: two nodes that hold the same entries have the same one.

        It covers all of `to_json`, of a refusal its name, entry and act: how it is
        told may differ from one version to the next.
        """
        refused = [[one.name, one.party, one.index, one.act] for one in self.refusals]
        told = {**self.to_json(), "refusals": refused}
        return sha256(write_canonical(told)).hexdigest()
