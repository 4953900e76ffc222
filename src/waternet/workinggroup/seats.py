"""Seats: who takes part, by what members said of themselves, or a keeper reported."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping
from itertools import islice

from waternet.workinggroup.charter import Charter, Member
from waternet.workinggroup.verb import Taken

__all__ = ["Seats"]


class Seats:
    """Which members joined and left.

    A member's own word goes before a report. Once it keeps a record of its own, no
    report of a later day speaks for it.

    Parameters
    ----------
    records : mapping of party to str
        The day on which each party's own record in the group begins.
    """

    def __init__(self, records: Mapping[str, str]) -> None:
        self.records = records
        self._by_log: dict[tuple[str, str], list[Taken]] = {}

    def add(self, taken: Taken) -> None:
        """Count a 'member.join' or 'member.leave'."""
        said = self._by_log.setdefault((taken.act.member, taken.act.party), [])
        insort(said, taken, key=_time)

    def remove(self, taken: Taken) -> None:
        """Count it no more, if it was."""
        said = self._by_log.get((taken.act.member, taken.act.party), [])
        said[:] = [one for one in said if one is not taken]

    def keeps_record(self, member: str, day: str) -> bool:
        """Return whether a member kept a record of its own by a day."""
        begins = self.records.get(member, "")
        return bool(begins) and begins <= day

    def role_at(self, member: Member, party: str, index: int, day: str) -> str:
        """Return the role of a member for an act in a party's log.

        Parameters
        ----------
        member : Member
        party : str
            In whose log the act stands: the member's own, or the keeper's.
        index : int
            Of its entry.
        day : str
            The last one on which it may have been done.
        """
        said = self._by_log.get((member.id, party), [])
        until = bisect_right(said, day, key=lambda one: one.act.last_day.isoformat())
        last = next(
            (
                one
                for one in islice(reversed(said), len(said) - until, None)
                if one.index < index
            ),
            None,
        )
        return _role(member, last)

    def roles(
        self, charter: Charter, said: Iterable[Taken], day: str
    ) -> dict[str, str]:
        """Return the role of each member by these acts, 'absent' where it has no seat.

        Parameters
        ----------
        charter : Charter
        said : iterable of Taken
            Of `all`, those that are to be counted.
        day : str
            The day for which it is asked; '' for now.
        """
        own: dict[str, list[Taken]] = {}
        told: dict[str, list[Taken]] = {}
        for one in sorted(said, key=_time):
            (told if one.act.of else own).setdefault(one.act.member, []).append(one)
        found = {}
        for member in charter.members:
            known = own.get(member.id, [])
            if not known and not self.keeps_record(member.id, day or "9999"):
                known = told.get(member.id, [])
            found[member.id] = _role(member, known[-1] if known else None)
        return found

    def all(self) -> list[Taken]:
        """Return every act that counts here."""
        return [one for said in self._by_log.values() for one in said]


def _time(one: Taken) -> tuple[str, int]:
    return one.act.last_day.isoformat(), one.index


def _role(member: Member, last: Taken | None) -> str:
    """Return a member's role after what was said of its seat last."""
    if last is None:
        return member.role
    if last.act.verb == "member.leave":
        return "absent"
    return member.seat or member.role
