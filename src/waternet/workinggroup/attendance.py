"""Who is at a session: members whose delegates attend, and those joined with them."""

from __future__ import annotations

from collections.abc import Iterable

from waternet.workinggroup.charter import Charter

__all__ = ["present_members"]


def present_members(charter: Charter, attended: Iterable[str]) -> tuple[str, ...]:
    """Return the members that are present, in order of their ids.

    Parameters
    ----------
    charter : Charter
    attended : iterable of str
        Members whose delegates attend. Where one of a joint delegation does, all its
        members are present; each still consents for itself.
    """
    there = set(attended)
    joined = {one for joint in charter.joint if there & {*joint} for one in joint}
    return tuple(sorted(there | joined))
