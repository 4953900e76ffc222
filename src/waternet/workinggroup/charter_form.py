"""The form of a charter: read from an act or from a file, and held to its rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_choice,
    verify_fields,
    verify_integer,
    verify_labels,
    verify_name,
    verify_texts,
)
from waternet.workinggroup.charter import (
    CONSENSUS,
    LEVELS,
    RIGHTS,
    ROLES,
    Body,
    Charter,
    Consensus,
    Linkage,
    Member,
)
from waternet.workinggroup.stages import STEPS

__all__ = ["from_toml", "read_charter"]

_MOST = 100  # members, bodies, rules of a charter
_MOST_DAYS = 3_650  # of silence
_LIKE_AN_ID = re.compile(r"[0-9a-fA-F]{8,}")


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


def _verify_different(value: Any, at: str, each: Check, least: int = 1) -> None:
    _verify_listed(value, at, each, least)
    if len(set(value)) != len(value):
        raise NotAcceptable(f"{at}: names one twice")


def _verify_names(value: Any, at: str) -> None:
    verify_labels(value, at)
    if not value:
        raise NotAcceptable(f"{at}: expected a name in one language at least")


def _verify_own_name(value: Any, at: str) -> None:
    """Raise unless it is a name that nobody can take for a group's id."""
    verify_name(value, at)
    if _LIKE_AN_ID.fullmatch(value):
        told = f"{value!r:.80} could be the id of a group"
        raise NotAcceptable(f"{at}: {told}", hint="give it a letter past f")


def _verify_rights(value: Any, at: str) -> None:
    verify_fields(value, dict.fromkeys(RIGHTS, _ROLE_LIST), at)


def _verify_flag(value: Any, at: str) -> None:
    if not isinstance(value, bool):
        raise NotAcceptable(f"{at}: expected true or false, got {value!r:.80}")


_ROLE_LIST = partial(
    _verify_different, each=partial(verify_choice, choices=ROLES[:-1]), least=0
)
_NAME_LIST = partial(_verify_different, each=verify_name)
_CONSENSUS_FIELDS: Mapping[str, Check] = {
    "how": partial(verify_choice, choices=CONSENSUS),
    "of": partial(_verify_different, each=partial(verify_choice, choices=ROLES[:-1])),
}
_CONSENSUS_OPTIONAL: Mapping[str, Check] = {
    "quorum": verify_integer,
    "days": verify_integer,
    "may_disagree": _verify_flag,
}


def _verify_consensus(value: Any, at: str) -> None:
    verify_fields(value, _CONSENSUS_FIELDS, at, _CONSENSUS_OPTIONAL)
    days = value.get("days", 0)
    if (value["how"] == "silence") != (days > 0):
        raise NotAcceptable(f"{at}: 'days' is for 'silence', and needed there")
    if days > _MOST_DAYS:
        raise NotAcceptable(f"{at}: expected {_MOST_DAYS:,} days at most, got {days}")


_LINKAGE: Mapping[str, Check] = {
    "track": verify_name,
    "stages": partial(
        _verify_different, each=partial(verify_choice, choices=STEPS[1:])
    ),
    "by": partial(_verify_different, each=partial(verify_choice, choices=ROLES[:-1])),
}
_CHARTER: Mapping[str, Check] = {
    "name": _verify_own_name,
    "titles": _verify_names,
    "languages": _NAME_LIST,
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
    counted = [one for one in charter.members if one.role in charter.change.of]
    if not counted:
        raise NotAcceptable(f"{at}: nobody's consent would be needed to change it")
    if charter.change.quorum > len(counted):
        raise NotAcceptable(f"{at}: its quorum is more than all whose consent counts")
    joint = [one for group in charter.joint for one in group]
    if len(set(joint)) != len(joint):
        raise NotAcceptable(f"{at}: a member is in two joint delegations")
    for body in charter.bodies:
        _verify_body(charter, body, f"{at}: body {body.id!r}")


def _verify_body(charter: Charter, body: Body, at: str) -> None:
    """Raise unless a body can decide, be chaired, and reports to another."""
    above, passed = body.under, {body.id}
    while above:
        if above in passed:
            raise NotAcceptable(f"{at}: it is under itself")
        passed.add(above)
        above = charter.body(above).under
    for one in map(charter.member, body.gavel):
        role = (one.seat or one.role) if one else ""
        if one and role not in body.rights["chair"]:
            told = f"{one.id!r} holds the gavel, but {role!r} gives no right to chair"
            raise NotAcceptable(f"{at}: {told}")
    if silent := sorted(set(body.consensus.of) - set(body.rights["consent"])):
        told = f"{silent[0]!r} counts, but gives no right to consent"
        raise NotAcceptable(f"{at}: {told}")
    counted = [
        one
        for one in charter.members
        if (one.seat or one.role) in body.consensus.of  # who is absent may yet come
    ]
    if len(counted) < max(body.consensus.quorum, 1):
        told = f"{len(counted)} whose consent counts cannot make a quorum"
        raise NotAcceptable(f"{at}: {told}")
