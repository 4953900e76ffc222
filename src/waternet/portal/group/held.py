"""A group as a page shows it: which one, as it stood on which day, in whose words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from waternet.api.operation import Parameter
from waternet.node.groups import find_group, group_names, group_state, read_said
from waternet.portal.page import Visit
from waternet.portal.parties import party_names
from waternet.workinggroup.gathering import Said
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.when import day_span

__all__ = ["AT", "GROUP", "Held", "handle_of", "open_group"]

GROUP: Final = Parameter(
    "group",
    {"type": "string", "maxLength": 200},
    "Of the group: its id, or its name and, after '~', the beginning of its id.",
    "path",
    required=True,
)
AT: Final = Parameter(
    "at",
    {"type": "string", "maxLength": 10},
    "As it stood at the end of that day: 1999-01-01, 1999-01, 1999. Unless stated, "
    "all that the record holds.",
)
_SHORT: Final = 8  # hex digits of an id that a link carries


@dataclass(frozen=True)
class Held:
    """A group, for one visit.

    Attributes
    ----------
    visit : Visit
    id : str
    handle : str
        What links call it: 'basin~3f8a91c0'.
    state : State
    at : str
        The day on which it is looked at; '' for all that the record holds.
    names : mapping of member to names by language
        As the charter has them, else as the party's card.
    said : tuple of Said
        The entries that it was made of.
    """

    visit: Visit
    id: str
    handle: str
    state: State
    at: str
    names: Mapping[str, Mapping[str, str]]
    said: tuple[Said, ...]

    @property
    def titles(self) -> Mapping[str, str]:
        """What the group is called, by language."""
        return self.state.charter.titles if self.state.charter else {}

    @property
    def today(self) -> date:
        """The day by which is told what is over, due or late."""
        if self.at:
            return day_span(self.at)[1]
        return self.visit.asked.now().date()

    def link(self, path: str = "", **query: object) -> str:
        """Return the address of a page of this group, as of the same day."""
        query.setdefault("at", self.at or None)
        return self.visit.link.to(f"/group/{self.handle}{path}", **query)

    def name_of(self, member: str) -> str:
        """Return a member's name in the words of the reader."""
        return self.visit.language.best_of(self.names.get(member, {}))[1] or member

    def thing_of(self, act: str) -> Thing | None:
        """Return the thing that an act is about; None where it does not count."""
        return self._things.get(act)

    @cached_property
    def _things(self) -> Mapping[str, Thing]:
        return {
            taken.act.id: thing
            for thing in self.state.things.values()
            for taken in (*thing.changes, *thing.beside)
        }

    def said_at(self, party: str, index: int) -> Said:
        """Return an entry by its place."""
        return self._by_place[party, index]

    def note_of(self, party: str, index: int) -> str:
        """Return the signed act that stands in an entry."""
        return str(self.said_at(party, index).body["act"])

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, int], Said]:
        return {(one.party, one.index): one for one in self.said}

    def in_order(self, members: Iterable[str]) -> list[str]:
        """Return members in the alphabetical order of the reader's language."""
        return sorted(members, key=lambda one: (self.name_of(one).casefold(), one))


def handle_of(group: str, name: str) -> str:
    """Return what links call a group.

    Examples
    --------
    >>> handle_of("3f8a91c0" + 56 * "0", "basin")
    'basin~3f8a91c0'
    """
    return f"{name}~{group[:_SHORT]}"


def open_group(visit: Visit) -> Held:
    """Return the group that a page is of.

    Raises
    ------
    NotFound
        There is none of that name.
    Conflict
        There are several.
    NotAcceptable
        `at` is no day.
    """
    node, bank = visit.node, visit.bank
    groups = group_names(node, bank)
    group = find_group(groups, visit.values["group"].rpartition("~")[2])
    at = str(visit.values.get("at", "")).strip()
    state = group_state(node, bank, group, at)
    charter = state.charter
    named = {one.id: one.names for one in charter.members} if charter else {}
    names = {**party_names(node), **named}
    handle = handle_of(group, groups[group])
    return Held(visit, group, handle, state, at, names, read_said(node, bank))
