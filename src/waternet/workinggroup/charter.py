"""The charter: who takes part, where, with which rights, and what consensus is.

A charter is data that the members adopt; a new one follows the rules of the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from waternet.errors import NotFound
from waternet.record.canonical import write_canonical
from waternet.record.group_kinds import RANKS

__all__ = [
    "CONSENSUS",
    "LEVELS",
    "RIGHTS",
    "ROLES",
    "Body",
    "Charter",
    "Consensus",
    "Linkage",
    "Member",
]

ROLES = (
    "core",
    "regional",
    "co-sponsor",
    "organiser",
    "donor",
    "observer",
    "absent",
)
"""What a member may be; 'absent' is one with a standing invitation."""

LEVELS = RANKS
"""The ranks of delegates, the lowest first."""

RIGHTS = ("propose", "consent", "call", "chair", "pledge", "attend")
"""What a charter gives roles in a body. Who may attend sees and hears everything."""

CONSENSUS = ("all", "present", "silence")
"""What an adoption takes: consent of all who count, of those present, or no objection
within so many days."""


@dataclass(frozen=True, slots=True)
class Member:
    """One who takes part.

    Attributes
    ----------
    id : str
        The party's id, where it keeps a record of its own.
    names : mapping of language to str
    role : str
        One of `ROLES`.
    seat : str
        For a member that is absent: the role that waits for it; '' else.
    """

    id: str
    names: Mapping[str, str]
    role: str
    seat: str = ""


@dataclass(frozen=True, slots=True)
class Consensus:
    """When something counts as adopted in a body.

    Attributes
    ----------
    how : str
        One of `CONSENSUS`.
    of : tuple of str
        Roles whose consent is counted.
    quorum : int
        So many of those must be there; 0 for any number.
    days : int
        Time for objections, for 'silence'.
    may_disagree : bool
        Paragraphs with an objection may be set aside as "agreed to disagree", recorded
        with the reasons, while the rest is adopted.
    """

    how: str
    of: tuple[str, ...]
    quorum: int = 0
    days: int = 0
    may_disagree: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A committee, a working group, an expert group between sessions.

    Attributes
    ----------
    id : str
    names : mapping of language to str
    under : str
        The body that it reports to; '' for the highest.
    level : str
        One of `LEVELS`: the least rank of those who speak in it.
    gavel : tuple of str
        Members that may chair it.
    rights : mapping of right to tuple of roles
        Each of `RIGHTS`.
    consensus : Consensus
    """

    id: str
    names: Mapping[str, str]
    level: str
    gavel: tuple[str, ...]
    rights: Mapping[str, tuple[str, ...]]
    consensus: Consensus
    under: str = ""


@dataclass(frozen=True, slots=True)
class Linkage:
    """What another track may block, and at which stages only.

    Attributes
    ----------
    track : str
        Id of the other track: 'bilateral'.
    stages : tuple of str
        Stages of a project that may be blocked; no other.
    by : tuple of str
        Roles that may say so, of a project in which the member takes part.
    """

    track: str
    stages: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True)
class Charter:
    """The rules of one group.

    Attributes
    ----------
    name : str
        Id of the group in words: 'basin'.
    titles : mapping of language to str
    languages : tuple of str
        Of its texts, each as good as the others; by code.
    members : tuple of Member
        By id.
    bodies : tuple of Body
        By id.
    change : Consensus
        What it takes to adopt another charter; 'silence' and 'present' are for
        sessions and cannot change a charter.
    linkages : tuple of Linkage
    joint : tuple of tuple of str
        Members that agreed to form one delegation.
    excluded : tuple of str
        Offices that no delegate may hold, as the parties agreed.
    keeper : str
        The member that may report acts of members without a record of their own, with
        the source; '' where nobody may. What is reported is always shown as reported.
    """

    name: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]
    members: tuple[Member, ...]
    bodies: tuple[Body, ...]
    change: Consensus
    linkages: tuple[Linkage, ...] = ()
    joint: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    keeper: str = ""

    def member(self, party: str) -> Member | None:
        """Return a member, or None."""
        return next((one for one in self.members if one.id == party), None)

    def body(self, name: str) -> Body:
        """Return a body.

        Raises
        ------
        NotFound
            There is none of that id.
        """
        for one in self.bodies:
            if one.id == name:
                return one
        raise NotFound(
            f"the charter has no body {name!r}",
            hint=f"bodies: {', '.join(one.id for one in self.bodies)}",
        )

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of its canonical JSON: what members consent to."""
        return sha256(write_canonical(self.to_json())).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, as an act holds it."""
        written: dict[str, Any] = {
            "name": self.name,
            "titles": dict(self.titles),
            "languages": list(self.languages),
            "members": [_written_member(one) for one in self.members],
            "bodies": [_written_body(one) for one in self.bodies],
            "change": _written_consensus(self.change),
            "linkages": [
                {"track": one.track, "stages": list(one.stages), "by": list(one.by)}
                for one in self.linkages
            ],
            "joint": [list(one) for one in self.joint],
            "excluded": list(self.excluded),
            "keeper": self.keeper,
        }
        return {name: held for name, held in written.items() if held}


def _written_member(member: Member) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": member.id,
        "names": dict(member.names),
        "role": member.role,
    }
    return {**written, "seat": member.seat} if member.seat else written


def _written_consensus(consensus: Consensus) -> dict[str, Any]:
    written: dict[str, Any] = {
        "how": consensus.how,
        "of": list(consensus.of),
        "quorum": consensus.quorum,
        "days": consensus.days,
        "may_disagree": consensus.may_disagree,
    }
    return {name: held for name, held in written.items() if held}


def _written_body(body: Body) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": body.id,
        "names": dict(body.names),
        "under": body.under,
        "level": body.level,
        "gavel": list(body.gavel),
        "rights": {name: list(body.rights[name]) for name in RIGHTS},
        "consensus": _written_consensus(body.consensus),
    }
    return {name: held for name, held in written.items() if held}
