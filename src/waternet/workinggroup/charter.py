"""The charter: who takes part, where, with which rights, and what consensus is.

A charter is data that the members adopt; a new one follows the rules of the one before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from waternet.errors import NotAcceptable, NotFound
from waternet.record.canonical import write_canonical
from waternet.record.fields import (
    Check,
    verify_choice,
    verify_fields,
    verify_integer,
    verify_labels,
    verify_name,
    verify_text,
    verify_texts,
)
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
    "from_toml",
    "read_charter",
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

_MOST = 100  # members, bodies, rules of a charter


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


@dataclass(frozen=True, slots=True)
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
    sha256: str = field(default="", compare=False)

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


def read_charter(written: Mapping[str, Any], at: str = "a charter") -> Charter:
    """Read a charter from plain values: of an act, or of a TOML file.

    Parameters
    ----------
    written : mapping
    at : str
        Where it is, for the message.

    Raises
    ------
    NotAcceptable
        A field is missing, unknown or breaks a rule; the message names it.
    """
    verify_fields(written, _CHARTER, at, _CHARTER_OPTIONAL)
    members = [_read_member(one, at) for one in written["members"]]
    charter = Charter(
        name=written["name"],
        titles=dict(written["titles"]),
        languages=tuple(sorted(set(written["languages"]))),
        members=tuple(sorted(members, key=lambda one: one.id)),
        bodies=tuple(
            sorted(
                (_read_body(one, at) for one in written["bodies"]),
                key=lambda one: one.id,
            )
        ),
        change=_read_consensus(written["change"]),
        linkages=tuple(
            Linkage(one["track"], tuple(one["stages"]), tuple(sorted(one["by"])))
            for one in written.get("linkages", ())
        ),
        joint=tuple(sorted(tuple(sorted(one)) for one in written.get("joint", ()))),
        excluded=tuple(sorted(written.get("excluded", ()))),
        keeper=written.get("keeper", ""),
    )
    _verify_whole(charter, at)
    digest = sha256(write_canonical(charter.to_json())).hexdigest()
    object.__setattr__(charter, "sha256", digest)
    return charter


def from_toml(text: str, source: str) -> Charter:
    """Read a charter's file.

    Raises
    ------
    NotAcceptable
        It is not TOML, or no charter.
    """
    try:
        written = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NotAcceptable(f"{source} is not TOML: {error}") from error
    return read_charter(written, source)


def _verify_listed(value: Any, at: str, each: Check, least: int = 1) -> None:
    if not isinstance(value, list) or not least <= len(value) <= _MOST:
        raise NotAcceptable(f"{at}: expected {least} to {_MOST} of them")
    for one in value:
        each(one, at)


def _verify_names(value: Any, at: str) -> None:
    verify_labels(value, at)
    if not value:
        raise NotAcceptable(f"{at}: expected a name in one language at least")


def _verify_rights(value: Any, at: str) -> None:
    verify_fields(value, dict.fromkeys(RIGHTS, _ROLE_LIST), at)


def _verify_flag(value: Any, at: str) -> None:
    if not isinstance(value, bool):
        raise NotAcceptable(f"{at}: expected true or false, got {value!r:.80}")


_ROLE_LIST = partial(
    _verify_listed, each=partial(verify_choice, choices=ROLES[:-1]), least=0
)
_NAME_LIST = partial(_verify_listed, each=verify_name)
_CONSENSUS_FIELDS: Mapping[str, Check] = {
    "how": partial(verify_choice, choices=CONSENSUS),
    "of": partial(_verify_listed, each=partial(verify_choice, choices=ROLES[:-1])),
}
_CONSENSUS_OPTIONAL: Mapping[str, Check] = {
    "quorum": verify_integer,
    "days": verify_integer,
    "may_disagree": _verify_flag,
}


def _verify_consensus(value: Any, at: str) -> None:
    verify_fields(value, _CONSENSUS_FIELDS, at, _CONSENSUS_OPTIONAL)
    if (value["how"] == "silence") != (value.get("days", 0) > 0):
        raise NotAcceptable(f"{at}: 'days' is for 'silence', and needed there")


_LINKAGE: Mapping[str, Check] = {
    "track": verify_name,
    "stages": partial(_verify_listed, each=verify_text),
    "by": partial(_verify_listed, each=partial(verify_choice, choices=ROLES[:-1])),
}
_CHARTER: Mapping[str, Check] = {
    "name": verify_name,
    "titles": _verify_names,
    "languages": partial(_verify_listed, each=verify_name),
    "members": partial(_verify_listed, each=lambda _value, _at: None),
    "bodies": partial(_verify_listed, each=lambda _value, _at: None),
    "change": _verify_consensus,
}
_CHARTER_OPTIONAL: Mapping[str, Check] = {
    "linkages": partial(
        _verify_listed, each=lambda value, at: verify_fields(value, _LINKAGE, at)
    ),
    "joint": partial(_verify_listed, each=_NAME_LIST),
    "excluded": verify_texts,
    "keeper": verify_name,
}
_MEMBER: Mapping[str, Check] = {
    "id": verify_name,
    "names": _verify_names,
    "role": partial(verify_choice, choices=ROLES),
}
_MEMBER_OPTIONAL: Mapping[str, Check] = {
    "seat": partial(verify_choice, choices=ROLES[:-1]),
}
_BODY: Mapping[str, Check] = {
    "id": verify_name,
    "names": _verify_names,
    "level": partial(verify_choice, choices=LEVELS),
    "gavel": _NAME_LIST,
    "rights": _verify_rights,
    "consensus": _verify_consensus,
}


def _read_member(written: Any, at: str) -> Member:
    verify_fields(written, _MEMBER, f"{at}: a member", _MEMBER_OPTIONAL)
    if (written["role"] == "absent") != ("seat" in written):
        raise NotAcceptable(
            f"{at}: member {written['id']!r}: 'seat' is the role that waits for a "
            "member that is 'absent', and needed there"
        )
    names = dict(written["names"])
    return Member(written["id"], names, written["role"], written.get("seat", ""))


def _read_body(written: Any, at: str) -> Body:
    verify_fields(written, _BODY, f"{at}: a body", {"under": verify_name})
    rights = {name: tuple(sorted(written["rights"][name])) for name in RIGHTS}
    return Body(
        id=written["id"],
        names=dict(written["names"]),
        level=written["level"],
        gavel=tuple(sorted(written["gavel"])),
        rights=rights,
        consensus=_read_consensus(written["consensus"]),
        under=written.get("under", ""),
    )


def _read_consensus(written: Mapping[str, Any]) -> Consensus:
    return Consensus(
        how=written["how"],
        of=tuple(sorted(written["of"])),
        quorum=written.get("quorum", 0),
        days=written.get("days", 0),
        may_disagree=written.get("may_disagree", False),
    )


def _verify_whole(charter: Charter, at: str) -> None:
    """Raise unless what a charter names is in it, once."""
    members = [one.id for one in charter.members]
    bodies = [one.id for one in charter.bodies]
    for what, ids in (("member", members), ("body", bodies)):
        if len(set(ids)) != len(ids):
            raise NotAcceptable(f"{at}: names one {what} twice")
    named = {one for group in charter.joint for one in group}
    named |= {one for body in charter.bodies for one in body.gavel}
    named |= {charter.keeper} - {""}
    if unknown := sorted(named - set(members)):
        raise NotAcceptable(f"{at}: {unknown[0]!r} is no member")
    if unknown := sorted({one.under for one in charter.bodies} - {"", *bodies}):
        raise NotAcceptable(f"{at}: there is no body {unknown[0]!r}")
    if charter.change.how != "all" or charter.change.may_disagree:
        raise NotAcceptable(f"{at}: a charter changes by consent of 'all' who count")
    if not _counted(charter.members, charter.change.of):
        raise NotAcceptable(f"{at}: nobody's consent would be needed to change it")


def _counted(members: Iterable[Member], roles: Iterable[str]) -> list[str]:
    return [one.id for one in members if one.role in set(roles)]


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
