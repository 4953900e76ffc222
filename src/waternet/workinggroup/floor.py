"""The floor: what may be asked while it is decided whether an act counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from waternet.workinggroup.act import Act
from waternet.workinggroup.charter import Body, Charter, Consensus, Member
from waternet.workinggroup.credential import Credential
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.seats import Seats
from waternet.workinggroup.sight import Sight
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = ["Floor"]


@dataclass(frozen=True, slots=True)
class Floor:
    """What one act is judged by.

    Attributes
    ----------
    act : Act
    index : int
        Of its entry.
    charter : Charter
        The one that the act names.
    role : str
        Of the member whose act it is, by now.
    credential : Credential
        Under which it was signed.
    base : object
        What the thing is after the first act that it builds on; None where the act
        begins a thing.
    taken : mapping of id to Taken
        Every act that counts so far.
    thing : Thing or None
        The one that the act is about, so far; None where the act begins one.
    seats : Seats
        Who joined and left.
    sight : Sight
        What was there when the act was signed.
    things : mapping of id to Thing
        All things of the group so far, by the act that began each.
    """

    act: Act
    index: int
    charter: Charter
    role: str
    credential: Credential
    base: Any
    taken: Mapping[str, Taken]
    thing: Thing | None
    seats: Seats
    sight: Sight
    things: Mapping[str, Thing]

    def named(self, *verbs: str) -> Iterator[Taken]:
        """Yield the acts that this one names in `on`, of the given verbs, in order."""
        for one in self.act.on:
            found = self.taken[one]
            if found.act.verb in verbs:
                yield found

    def beside(self, *verbs: str) -> Iterator[Taken]:
        """Yield what stands beside this thing so far, of the given verbs."""
        for one in self.thing.beside if self.thing else ():
            if one.act.verb in verbs:
                yield one

    def repeated(self, name: str) -> list[str]:
        """Return the ids of the other acts by which the same adoption was said."""
        same = self.thing.same if self.thing else {}
        first = same.get(name, name)
        found = [first, *(one for one, other in same.items() if other == first)]
        return [one for one in found if one != name]

    def was_there(self, one: Taken) -> bool:
        """Return whether an act was there in time: when this one was signed.

        By the act's 'seen', or because it builds on what came later in the same log.
        """
        return self.sight.covers(one)

    def roles(self) -> dict[str, str]:
        """Return the role of each member, 'absent' where it has no seat.

        Of those that joined or left in time, by what was there.
        """
        said = [one for one in self.seats.all() if self.was_there(one)]
        return self.seats.roles(self.charter, said, self.day())

    def members(self) -> dict[str, Member]:
        """Return the members that have a seat, with their roles: see `roles`."""
        roles = self.roles()
        return {
            one.id: replace(one, role=role)
            for one in self.charter.members
            if (role := roles[one.id]) != "absent"
        }

    def counted(self, consensus: Consensus) -> tuple[str, ...]:
        """Return the members whose consent counts, in order of their ids."""
        return tuple(one for one, role in self.roles().items() if role in consensus.of)

    def body(self, name: str) -> Body:
        """Return a body of the charter; refuse the act where there is none."""
        for one in self.charter.bodies:
            if one.id == name:
                return one
        there = ", ".join(one.id for one in self.charter.bodies)
        told = f"the charter has no body {name!r}: there is {there}"
        raise Refused("unreadable-act", told)

    def verify_gavel(self, body: str) -> None:
        """Refuse the act unless its member may chair that body."""
        holders = self.body(body).gavel
        if self.act.member not in holders:
            raise Refused(
                "not-entitled",
                f"{self.act.member!r} does not hold the gavel of {body!r}: "
                f"{', '.join(holders)} may",
            )

    def day(self) -> str:
        """Return the day on which the act was done, the last possible one."""
        return self.act.last_day.isoformat()
