"""What a request writes: a path, a method and a body, carried out in one session.

References
----------
OGC 18-088, section 10 (create, update, delete); OData 4.01 Part 1, section 11.4
(references: $ref).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from waternet.api.sensorthings.changing import (
    change_entity,
    remove_entity,
    verify_changeable,
)
from waternet.api.sensorthings.creating import (
    create_entity,
    link_entities,
    linked_number,
    set_one,
)
from waternet.api.sensorthings.desk_session import DeskSession
from waternet.api.sensorthings.json_patch import apply_patch
from waternet.api.sensorthings.model import KINDS, EntityKind, Navigation
from waternet.api.sensorthings.resource import Resource, Step, read_resource
from waternet.errors import Conflict, NotAcceptable, NotFound

__all__ = ["JSON_PATCH", "Written", "carry_out"]

JSON_PATCH = "application/json-patch+json"


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one write: the entity, and whether it is a new one."""

    kind: EntityKind
    number: int
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class _Target:
    """What a path leads to: an entity, or all that another leads to.

    Attributes
    ----------
    number : int or None
        None of a set.
    owner : (EntityKind, int) or None
        The entity that the last step leads from.
    """

    kind: EntityKind
    number: int | None
    owner: tuple[EntityKind, int] | None = None
    navigation: Navigation | None = None


def carry_out(
    session: DeskSession, method: str, path: str, body: Any, media_type: str = ""
) -> Written:
    """Carry out one write.

    Parameters
    ----------
    session : DeskSession
    method : str
        'POST', 'PATCH', 'PUT' or 'DELETE'.
    path : str
        Below the service, decoded: 'Datastreams(1)/Observations'.
    body : Any
        Parsed JSON.
    media_type : str
        Of the body.

    Raises
    ------
    NotFound
        The path leads nowhere.
    NotAcceptable
        The body, or what is asked of this path, makes no sense.
    """
    resource = read_resource(path)
    if not resource.steps or resource.path or resource.ending in ("$value", "$count"):
        raise NotAcceptable(
            f"{method} of {path!r:.80}: only entities, sets and $ref are written to",
            hint="PATCH the entity with the property in the body",
        )
    target = _resolve(session, resource)
    if resource.ending == "$ref":
        return _write_reference(session, method, target, body)
    if method == "POST":
        return _post(session, target, body, path)
    if target.number is None:
        raise NotAcceptable(
            f"{method} of the set {path!r:.80}", hint=f"name one: {path}(1)"
        )
    if method == "DELETE":
        remove_entity(session, target.kind, target.number)
    elif method == "PATCH" and media_type == JSON_PATCH:
        _patch(session, target.kind, target.number, body)
    else:
        change_entity(
            session, target.kind, target.number, body, is_whole=method == "PUT"
        )
    return Written(target.kind, target.number)


def _post(session: DeskSession, target: _Target, body: Any, path: str) -> Written:
    if target.number is not None:
        raise NotAcceptable(
            f"POST of the entity {path!r:.80}", hint="POST to a set, or PATCH this one"
        )
    given = {}
    if target.owner is not None and target.navigation is not None:
        given[target.navigation.inverse] = [target.owner[1]]
    number = create_entity(session, target.kind, body, given)
    return Written(target.kind, number, is_new=True)


def _resolve(session: DeskSession, resource: Resource) -> _Target:
    """Follow a path; every entity on it must be there, and lead to the next.

    Raises
    ------
    NotFound
        One is not, or does not.
    """
    first, *rest = resource.steps
    if first.id is not None:
        session.verify_there(first.kind, first.id)
    target = _Target(first.kind, first.id)
    for step in rest:
        target = _follow(session, target, step)
    return target


def _follow(session: DeskSession, target: _Target, step: Step) -> _Target:
    navigation, there = step.navigation, step.kind
    if navigation is None or target.number is None:
        raise NotFound(f"no way from {target.kind.plural} to {there.plural}")
    owner = (target.kind, target.number)
    number = step.id
    if not navigation.is_many:
        row = session.get(*owner)
        number = row[navigation.here]
        if number is None:
            raise NotFound(f"{owner[0].plural}({owner[1]}) has no {navigation.name}")
    elif number is not None:
        _verify_led_to(session, owner, navigation, number)
    return _Target(there, number, owner, navigation)


def _verify_led_to(
    session: DeskSession,
    owner: tuple[EntityKind, int],
    navigation: Navigation,
    number: int,
) -> None:
    there, link = KINDS[navigation.to], navigation.link
    row = session.get(there, number)
    if link is None:
        is_there = row[navigation.there] == owner[1]
    else:
        is_there = number in session.numbers(
            f"SELECT {link.there} FROM TABLE.{link.table} WHERE {link.here} = $owner",
            owner=owner[1],
        )
    if not is_there:
        raise NotFound(
            f"{owner[0].plural}({owner[1]}) does not lead to {there.plural}({number})"
        )


def _patch(session: DeskSession, kind: EntityKind, number: int, body: Any) -> None:
    """Carry out a JSON Patch, as a change of what it changes."""
    verify_changeable(session, kind, number)
    before = _plain(session, kind, number)
    after = apply_patch(before, body)
    if not isinstance(after, dict):
        raise NotAcceptable(f"the patch leaves {after!r:.60}, not an entity")
    changed = {
        name: value for name, value in after.items() if before.get(name) != value
    }
    changed |= {name: None for name in before if name not in after}
    change_entity(session, kind, number, changed)


def _plain(session: DeskSession, kind: EntityKind, number: int) -> dict[str, Any]:
    if kind.name == "Observation":
        row = session.get(kind, number)
        told = row["result"] if row["result"] is not None else None
        result = json.loads(row["result_json"]) if row["result_json"] else told
        named = {"resultQuality": row["resultQuality"], "parameters": row["parameters"]}
        held = {name: json.loads(text) for name, text in named.items() if text}
        return {"result": result, **held}
    body: dict[str, Any] = json.loads(session.draft(kind, number).body or "{}")
    return body


def _write_reference(
    session: DeskSession, method: str, target: _Target, body: Any
) -> Written:
    owner, navigation = target.owner, target.navigation
    if owner is None or navigation is None:
        raise NotAcceptable("$ref is written to where one entity leads to others")
    kind, number = owner
    if method == "DELETE":
        _unlink(session, target)
        return Written(kind, number)
    there = KINDS[navigation.to]
    verify_changeable(session, kind, number)
    told = _referred(there, body)
    other = linked_number(session, there, {"@iot.id": told}, f"{kind.plural}({number})")
    if navigation.is_many:
        link_entities(session, kind, number, navigation, [other])
    else:
        set_one(session, kind, number, navigation.name, other)
    return Written(kind, number)


def _referred(kind: EntityKind, body: Any) -> Any:
    """Return the id in a reference: {"@iot.id": 1}, or a link to the entity."""
    given = body if isinstance(body, dict) else {}
    told = given.get("@iot.id", given.get("@odata.id", given.get("@iot.selfLink")))
    if isinstance(told, str) and told.endswith(")"):
        link = read_resource(f"{kind.plural}({told.rpartition('(')[2]}")
        return link.steps[-1].id
    return told


def _unlink(session: DeskSession, target: _Target) -> None:
    owner, navigation = target.owner, target.navigation
    if owner is None or navigation is None or target.number is None:
        raise NotAcceptable(
            "DELETE of a whole set of references", hint="name one: Locations(2)/$ref"
        )
    link = navigation.link
    if link is None:
        raise Conflict(
            f"{target.kind.plural}({target.number}) cannot be without its "
            f"{owner[0].name}",
            hint="PUT another one in its place, or DELETE the entity",
        )
    for kind, number in (owner, (target.kind, target.number)):
        verify_changeable(session, kind, number)
    here, there = owner[1], target.number
    if link.here in ("location",):
        here, there = there, here
    session.desk.link(link.table, here, there, is_held=False)
