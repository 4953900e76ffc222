"""Members, bodies, delegates and posts of a group as Popolo JSON (version 1.0.1).

What Popolo has a term for is told by it; the rules of the charter, for which it has
none, stand in terms of our own, which begin with '+'. A file written here is read back
as the same charter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from waternet.workinggroup.charter import Body, Charter, Member
from waternet.workinggroup.credential import Credential
from waternet.workinggroup.interchange.calendar import in_language
from waternet.workinggroup.session_record import SessionRecord, list_sessions
from waternet.workinggroup.state import State

__all__ = ["GAVEL", "GROUP", "OWN_RULES", "write_popolo"]

GROUP = "group"
"""Id of the organization that is the group itself."""

GAVEL = "gavel-holder"
"""Role of the post whose holders may chair a body."""

OWN_RULES = ("change", "linkages", "joint", "excluded", "keeper", "languages")
"""Rules of a charter that have a term of our own, by the names of the charter."""


def write_popolo(state: State, language: str) -> bytes:
    """Return who takes part in a group, and where.

    Parameters
    ----------
    state : State
    language : str
        Of names, where they are there in it; else the first of their languages. All
        others stand in 'other_names', with the language as the note.

    Returns
    -------
    bytes
        JSON; nothing in it is of the moment of writing.
    """
    charter = state.charter
    written: dict[str, Any] = {}
    if charter:
        writer = _Writer(state, charter, language)
        written = {
            "persons": [*writer.persons()],
            "organizations": [*writer.organizations()],
            "posts": [*writer.posts()],
            "memberships": [*writer.memberships()],
            "events": [*writer.events()],
        }
    text = json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


class _Writer:
    """What writes each list of the file."""

    def __init__(self, state: State, charter: Charter, language: str) -> None:
        self._state = state
        self._charter = charter
        self._language = language
        self._roles = state.roles()
        last = {(one.party, one.delegate): one for one in state.credentials.all()}
        known = {one.id for one in charter.members}
        self._delegates = [
            one for one in last.values() if one.vkey and one.party in known
        ]

    def persons(self) -> Iterator[dict[str, Any]]:
        """Yield the delegates whose credentials were not taken back."""
        for one in self._delegates:
            yield {"id": _person(one), **self._names(one.names)}

    def organizations(self) -> Iterator[dict[str, Any]]:
        """Yield the group, its bodies and its members."""
        told = self._charter.to_json()
        rules = {f"+{name}": told[name] for name in OWN_RULES if name in told}
        group = {"id": GROUP, "classification": "working group", **rules}
        scheme = {"scheme": "waternet group", "identifier": self._state.group}
        name = {"+name": self._charter.name, "identifiers": [scheme]}
        yield {**group, **name, **self._names(self._charter.titles)}
        bodies = {one["id"]: one for one in told["bodies"]}
        for body in self._charter.bodies:
            yield {
                "id": _body(body),
                "classification": "body",
                "parent_id": f"body:{body.under}" if body.under else GROUP,
                "identifiers": [_named(body.id)],
                "+level": body.level,
                "+rights": bodies[body.id]["rights"],
                "+consensus": bodies[body.id]["consensus"],
                **self._names(body.names),
            }
        for member in self._charter.members:
            yield {
                "id": _member(member.id),
                "classification": "party",
                "identifiers": [_named(member.id)],
                **self._names(member.names),
            }

    def posts(self) -> Iterator[dict[str, Any]]:
        """Yield the post of each body's gavel-holders."""
        for body in self._charter.bodies:
            yield {
                "id": f"gavel:{body.id}",
                "role": GAVEL,
                "organization_id": _body(body),
            }

    def memberships(self) -> Iterator[dict[str, Any]]:
        """Yield members in the group, gavel-holders in bodies, delegates in both."""
        for member in self._charter.members:
            yield {
                "id": f"{_member(member.id)} in {GROUP}",
                "member": self._as_member(member),
                "organization_id": GROUP,
                "role": member.role,
                **({"+seat": member.seat} if member.seat else {}),
                "+role_now": self._roles[member.id],
            }
        for body in self._charter.bodies:
            for name in body.gavel:
                holder = self._charter.member(name)
                yield {
                    "id": f"{_member(name)} in {_body(body)}",
                    "member": self._as_member(holder) if holder else {},
                    "organization_id": _body(body),
                    "post_id": f"gavel:{body.id}",
                    "role": GAVEL,
                }
        for one in self._delegates:
            yield from self._delegations(one)

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield sessions."""
        for record in list_sessions(self._state):
            yield self._event(record)

    def _delegations(self, one: Credential) -> Iterator[dict[str, Any]]:
        """Yield where a delegate speaks, and for whom."""
        known = [body.id for body in self._charter.bodies]
        spoken = [f"body:{name}" for name in one.bodies if name in known]
        for place in spoken or [GROUP]:
            told: dict[str, Any] = {
                "id": f"{_person(one)} in {place}",
                "person_id": _person(one),
                "organization_id": place,
                "on_behalf_of_id": _member(one.party),
                "role": "delegate",
                "+level": one.level,
            }
            if one.office:
                told["label"] = one.office
            if one.offices:
                told["+offices"] = list(one.offices)
            if one.until:
                told["end_date"] = one.until
            yield told

    def _event(self, record: SessionRecord) -> dict[str, Any]:
        session = record.session
        first = record.thing.changes[0].act
        told: dict[str, Any] = {
            "id": record.thing.root,
            "name": in_language(session.titles, self._language),
            "classification": session.sort,
            "organization_id": f"body:{session.body}",
            "start_date": session.begins,
            "end_date": session.ends,
            "status": session.standing,
            "+id": record.thing.id,
            "+titles": dict(session.titles),
            "+invited": [_member(one) for one in record.invited],
            "+present": [_member(one) for one in record.present],
        }
        if session.place:
            told["location"] = in_language(session.place, self._language)
        if first.of:
            told["+reported_by"], told["+source"] = _member(first.party), first.source
        known = {body.id for body in self._charter.bodies}
        if session.body not in known:  # of a charter before this one
            told["organization_id"], told["+body"] = GROUP, session.body
        return told

    def _as_member(self, member: Member) -> dict[str, str]:
        name = in_language(member.names, self._language)
        return {"id": _member(member.id), "name": name}

    def _names(self, names: Mapping[str, str]) -> dict[str, Any]:
        """Return a name, and it in every language."""
        other = [{"name": names[one], "note": one} for one in sorted(names)]
        return {"name": in_language(names, self._language), "other_names": other}


def _named(name: str) -> dict[str, str]:
    return {"scheme": "waternet", "identifier": name}


def _member(name: str) -> str:
    return f"member:{name}"


def _body(body: Body) -> str:
    return f"body:{body.id}"


def _person(one: Credential) -> str:
    return f"delegate:{one.party}:{one.delegate}"
