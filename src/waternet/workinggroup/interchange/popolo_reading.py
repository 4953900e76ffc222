"""The draft of a charter, read from the members and bodies of a Popolo file.

What the file does not tell, the draft assumes, and says so: members look at it, change
it, and found a group with it or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from waternet.errors import NotAcceptable
from waternet.observation.place import verify_id
from waternet.workinggroup.charter import LEVELS, RIGHTS, ROLES, Charter
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.interchange.popolo import GAVEL, OWN_RULES

__all__ = ["MOST_POPOLO", "CharterDraft", "read_popolo"]

MOST_POPOLO = 1 << 20  # bytes
_REFERENCES = ("parent_id", "organization_id", "post_id", "on_behalf_of_id")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class CharterDraft:
    """A charter to begin from.

    Attributes
    ----------
    charter : Charter
    assumed : tuple of str
        What the file did not tell, in plain words.
    """

    charter: Charter
    assumed: tuple[str, ...]


def read_popolo(content: bytes, language: str = "") -> CharterDraft:
    """Read members, bodies and gavel-holders as the draft of a charter.

    Parameters
    ----------
    content : bytes
        JSON with the lists 'organizations', 'memberships' and, where there are,
        'posts'; of what else is in it nothing is read.
    language : str
        Of names of which the file does not tell it; '' where it must.

    Raises
    ------
    NotAcceptable
        It is too long, no such file, has no one organization in which others are
        members; or what it tells makes no charter.
    """
    graph = _parsed(content)
    reader = _Reader(graph, language)
    charter = read_charter(reader.charter(), "the draft of a charter")
    return CharterDraft(charter, tuple(dict.fromkeys(reader.assumed)))


def _parsed(content: bytes) -> Mapping[str, Any]:
    if len(content) > MOST_POPOLO:
        raise NotAcceptable(
            f"at most {MOST_POPOLO:,} bytes are read, the file has {len(content):,}"
        )
    try:
        graph = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"this is no JSON: {error!s:.200}") from error
    if not isinstance(graph, dict):
        raise NotAcceptable("expected lists of persons, organizations, memberships")
    return graph


@dataclass
class _Reader:
    """What a file tells, and what had to be assumed."""

    graph: Mapping[str, Any]
    language: str
    assumed: list[str] = field(default_factory=list)

    def charter(self) -> dict[str, Any]:
        """Return the charter as plain values."""
        organizations = {_id(one): one for one in self._list("organizations")}
        group = self._group(organizations)
        members = self._members(organizations, _id(group))
        roles = sorted({one.get("seat", one["role"]) for one in members})
        bodies = [*self._bodies(organizations, group, roles)]
        if not bodies:
            raise NotAcceptable("the group has no organization below it: no body")
        written = {
            "name": self._short_name(group),
            "titles": self._names(group),
            "members": members,
            "bodies": bodies,
        }
        told = {name: group[f"+{name}"] for name in OWN_RULES if f"+{name}" in group}
        if "languages" not in told:
            told["languages"] = self._languages(written)
        if "change" not in told:
            told["change"] = self._all_agree("the charter changes", roles)
        return written | told

    def _list(self, name: str) -> list[Mapping[str, Any]]:
        found = self.graph.get(name, [])
        if not isinstance(found, list):
            raise NotAcceptable(f"{name!r}: expected a list")
        for one in found:
            if not isinstance(one, dict) or not isinstance(one.get("id"), str):
                raise NotAcceptable(f"{name!r}: expected objects, each with an 'id'")
            for term in _REFERENCES:
                if not isinstance(one.get(term, ""), str | None):
                    raise NotAcceptable(f"{name!r}: {term!r}: expected an id")
        if len({one["id"] for one in found}) != len(found):
            raise NotAcceptable(f"{name!r}: two have one id")
        return found

    def _group(
        self, organizations: Mapping[str, Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Return the one organization without a parent in which others are members."""
        joined = {one.get("organization_id") for one, _ in self._joined()}
        found = [
            one
            for name, one in organizations.items()
            if name in joined and not one.get("parent_id")
        ]
        if len(found) != 1:
            ids = ", ".join(_id(one) for one in found) or "none"
            raise NotAcceptable(
                "expected one organization without a parent that has organizations "
                f"as members, found: {ids:.200}"
            )
        return found[0]

    def _joined(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield each membership of an organization in another, with the member's id."""
        for one in self._list("memberships"):
            member = one.get("member")
            named = member.get("id") if isinstance(member, dict) else None
            if not named and one.get("person_id"):
                named = one.get("on_behalf_of_id")
            if isinstance(named, str):
                yield one, named

    def _members(
        self, organizations: Mapping[str, Mapping[str, Any]], group: str
    ) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        delegates = []
        for one, named in self._joined():
            if one.get("organization_id") != group:
                continue
            if named not in organizations:
                raise NotAcceptable(f"there is no organization {named!r:.80}")
            if "member" not in one:
                delegates.append(named)
                continue
            told = self._role(one, named)
            names = self._names(organizations[named])
            found[named] = {"id": _short(organizations[named]), "names": names, **told}
        for named in delegates:
            if named not in found:
                self.assumed.append(
                    f"{named} is a core member: its delegates are named"
                )
                names = self._names(organizations[named])
                short = _short(organizations[named])
                found[named] = {"id": short, "names": names, "role": "core"}
        return [*found.values()]

    def _role(self, membership: Mapping[str, Any], named: str) -> dict[str, str]:
        role = membership.get("role", "")
        if role not in ROLES:
            self.assumed.append(f"{named} is a core member: no role of ours is told")
            return {"role": "core"}
        if role != "absent":
            return {"role": role}
        seat = membership.get("+seat")
        if not isinstance(seat, str):
            self.assumed.append(f"the seat of {named} is that of a regional party")
            seat = "regional"
        return {"role": role, "seat": seat}

    def _bodies(
        self,
        organizations: Mapping[str, Mapping[str, Any]],
        group: Mapping[str, Any],
        roles: list[str],
    ) -> Iterator[dict[str, Any]]:
        posts = {_id(one): one for one in self._list("posts")}
        below = {_id(group)}
        while more := {
            name
            for name, one in organizations.items()
            if one.get("parent_id") in below and name not in below
        }:
            below |= more
        for name in sorted(below - {_id(group)}):
            one = organizations[name]
            held = {
                _short(organizations[member])
                for membership, member in self._joined()
                if membership.get("organization_id") == name
                and member in organizations
                and _is_gavel(membership, posts)
            }
            parent = str(one["parent_id"])
            under = "" if parent == _id(group) else _short(organizations[parent])
            yield self._body(one, under, sorted(held), roles)

    def _body(
        self, one: Mapping[str, Any], under: str, gavel: list[str], roles: list[str]
    ) -> dict[str, Any]:
        short = _short(one)
        if not gavel:
            raise NotAcceptable(
                f"nobody holds the gavel of {short!r}",
                hint=f"a membership with the role {GAVEL!r} in it says who may chair",
            )
        level, rights = one.get("+level", ""), one.get("+rights")
        if not level:
            self.assumed.append(f"{short} is a body of {LEVELS[0]}")
        if rights is None:
            self.assumed.append(f"in {short} every role has every right")
        written = {
            "id": short,
            "names": self._names(one),
            "level": level or LEVELS[0],
            "gavel": gavel,
            "rights": dict.fromkeys(RIGHTS, roles) if rights is None else rights,
            "consensus": one.get("+consensus")
            or self._all_agree(f"{short} decides", roles),
        }
        return {**written, "under": under} if under else written

    def _all_agree(self, what: str, roles: list[str]) -> dict[str, Any]:
        counted = ["core"] if "core" in roles else roles
        self.assumed.append(f"{what} by consent of all: {', '.join(counted)}")
        return {"how": "all", "of": counted}

    def _names(self, one: Mapping[str, Any]) -> dict[str, str]:
        """Return the names of an organization by language."""
        found = {
            str(other["note"]): str(other["name"])
            for other in _objects(one, "other_names")
            if "name" in other and _LANGUAGE.fullmatch(str(other.get("note")))
        }
        name = one.get("name")
        if not found and isinstance(name, str) and name:
            if not self.language:
                raise NotAcceptable(
                    f"the name of {_id(one)!r:.80} does not tell its language",
                    hint="say which it is",
                )
            found = {self.language: name}
        return found

    def _languages(self, written: Mapping[str, Any]) -> list[str]:
        """Return the languages in which every title and name is there."""
        texts = [written["titles"]]
        texts += [
            one["names"] for part in ("members", "bodies") for one in written[part]
        ]
        shared = sorted(set.intersection(*(set(one) for one in texts)))
        if not shared:
            raise NotAcceptable("no language is told in which all names are there")
        self.assumed.append(f"texts are in {', '.join(shared)}")
        return shared

    def _short_name(self, group: Mapping[str, Any]) -> str:
        name = group.get("+name")
        return name if isinstance(name, str) else _short(group)


def _id(one: Mapping[str, Any]) -> str:
    return str(one["id"])


def _short(one: Mapping[str, Any]) -> str:
    """Return the id by which a charter names an organization.

    It is the one that the file gives under the scheme 'waternet', else the last part of
    its id.
    """
    for other in _objects(one, "identifiers"):
        if other.get("scheme") == "waternet":
            found = str(other.get("identifier"))
            break
    else:
        found = _id(one).replace(":", "/").rsplit("/", 1)[-1]
    verify_id(found, f"the organization {_id(one)!r:.80}")
    return found


def _objects(one: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = one.get(name)
    if not isinstance(found, list):
        return []
    return [other for other in found if isinstance(other, dict)]


def _is_gavel(
    membership: Mapping[str, Any], posts: Mapping[str, Mapping[str, Any]]
) -> bool:
    post = posts.get(str(membership.get("post_id")), {})
    return GAVEL in (membership.get("role"), post.get("role"))
