"""The floor: what may be asked while it is decided whether an act counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from waternet.workinggroup.act import Act
from waternet.workinggroup.charter import Body, Charter, Consensus, Member
from waternet.workinggroup.credential import Credential
from waternet.workinggroup.refusal import Refused
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
    joins : mapping of member to Taken
        When each member that was absent took its seat.
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
    joins: Mapping[str, Taken]
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

    def was_there(self, one: Taken) -> bool:
        """Return whether the act's 'seen' covers an entry: it was there in time."""
        seen: Mapping[str, int] = self.act.body.get("seen", {})
        return one.index < seen.get(one.act.party, 0)

    def members(self) -> dict[str, Member]:
        """Return the members who take part by the act's 'seen', with their roles.

        A member with a standing invitation takes part once its 'member.join' was there.
        """
        found = {}
        for one in self.charter.members:
            joined = self.joins.get(one.id)
            if one.role != "absent":
                found[one.id] = one
            elif joined and self.was_there(joined):
                found[one.id] = Member(one.id, one.names, one.seat)
        return found

    def counted(self, consensus: Consensus) -> tuple[str, ...]:
        """Return the members whose consent counts, in order of their ids."""
        return tuple(
            one.id for one in self.members().values() if one.role in consensus.of
        )

    def body(self, name: str) -> Body:
        """Return a body of the charter; refuse the act where there is none."""
        for one in self.charter.bodies:
            if one.id == name:
                return one
        raise Refused("not-entitled", f"the charter has no body {name!r}")

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
