"""New entities on the desk: deep inserts, what follows of itself, links between them.

References
----------
OGC 18-088, sections 8.2.3 (historical locations), 8.2.8 (features of interest), 10.2
(create entities, deep insert).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from waternet.api.sensorthings.desk_session import DeskSession
from waternet.api.sensorthings.entity_body import EntityBody, read_body
from waternet.api.sensorthings.model import KINDS, EntityKind, Navigation
from waternet.api.sensorthings.moving import (
    feature_for,
    follow_newest,
    set_locations,
)
from waternet.errors import NotAcceptable
from waternet.node.desk import DraftEntity, DraftObservation
from waternet.node.observation_number import MOST_COUNTED, number_observation

__all__ = [
    "create_entity",
    "draft_of",
    "link_entities",
    "linked_number",
    "set_one",
]

_THING, _LOCATION = KINDS["Thing"], KINDS["Location"]
_FEATURE, _HISTORICAL = KINDS["FeatureOfInterest"], KINDS["HistoricalLocation"]
_DATASTREAM, _OBSERVATION = KINDS["Datastream"], KINDS["Observation"]
Given = Mapping[str, Sequence[int]]


def create_entity(
    session: DeskSession,
    kind: EntityKind,
    body: Any,
    given: Given | None = None,
    where: str = "",
) -> int:
    """Put a new entity on the desk, with all that its body holds.

    Parameters
    ----------
    session : DeskSession
    kind : EntityKind
    body : Any
        Parsed JSON.
    given : mapping of navigation to numbers
        What the path or the entity around it says already.
    where : str
        Its place in the request.

    Returns
    -------
    int
        Its number.

    Raises
    ------
    NotAcceptable
        It is not whole, or links to what is not there.
    NotAllowed
        It would belong to what is another party's.
    """
    at = where or kind.name
    read = read_body(kind, body, at)
    given = given or {}
    ones = _ones(session, kind, read, given, at)
    if kind is _OBSERVATION:
        return _create_observation(session, read, ones)
    number = session.desk.number_draft(kind.name)
    values = dict(read.values)
    time = values.pop("time", None)
    session.desk.put(
        [
            DraftEntity(
                kind.name,
                number,
                json.dumps({k: v for k, v in values.items() if v is not None}),
                session.language,
                thing=ones.get("Thing"),
                sensor=ones.get("Sensor"),
                observed_property=ones.get("ObservedProperty"),
                time=time,
            )
        ]
    )
    for name, navigation in kind.navigations.items():
        if navigation.is_many:
            items = read.links.get(name, [])
            _create_many(session, (kind, number), navigation, items, given, at)
    return number


def linked_number(session: DeskSession, kind: EntityKind, item: Any, where: str) -> int:
    """Return the number of an entity that is linked to, which must be there.

    Raises
    ------
    NotAcceptable
        It is no link, or leads nowhere.
    """
    told = item.get("@iot.id")
    if isinstance(told, str) and told.removeprefix("$") in session.made:
        made, number = session.made[told.removeprefix("$")]
        if made is kind:
            return number
    if isinstance(told, bool) or not isinstance(told, (int, str)):
        raise NotAcceptable(
            f"{where}: expected a {kind.name} or a link to one, got {item!r:.60}",
            hint='a link is {"@iot.id": 1}',
        )
    number = int(told) if str(told).isdecimal() and len(str(told)) < 20 else -1
    if number < 0 or not session.is_there(kind, number):
        raise NotAcceptable(f"{where}: there is no {kind.plural}({told!s:.30})")
    return number


def set_one(
    session: DeskSession, kind: EntityKind, number: int, name: str, to: int
) -> None:
    """Let an entity lead to another one by a navigation that leads to one."""
    navigation = kind.navigations[name]
    session.verify_own(KINDS[navigation.to], to)
    if kind is _OBSERVATION:
        held = session.draft_observation(number)
        changed = DraftObservation(**{**draft_of(held), navigation.here: to})
        session.waiting.append(changed)
        return
    entity = session.draft(kind, number)
    session.desk.put([DraftEntity(**{**draft_of(entity), navigation.here: to})])


def draft_of(draft: DraftEntity | DraftObservation) -> dict[str, Any]:
    """Return a draft's fields by name."""
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def link_entities(
    session: DeskSession,
    kind: EntityKind,
    number: int,
    navigation: Navigation,
    others: Sequence[int],
) -> None:
    """Let an entity lead to others by a navigation that leads to many."""
    there = KINDS[navigation.to]
    for other in others:
        session.verify_own(there, other)
    if navigation.link is None:
        for other in others:
            set_one(session, there, other, navigation.inverse, number)
    elif kind is _HISTORICAL:
        for other in others:
            session.desk.link("historical_location", number, other)
        follow_newest(session, number, others)
    elif there is _HISTORICAL:
        for other in others:
            session.desk.link("historical_location", other, number)
    else:
        _move(session, (kind, number), others)


def _move(
    session: DeskSession, own: tuple[EntityKind, int], others: Sequence[int]
) -> None:
    """Let a Thing be at Locations, or Things at a Location."""
    kind, number = own
    if kind is _THING and others:
        set_locations(session, number, others)
    elif kind is _LOCATION:
        for thing in others:
            set_locations(session, thing, [number])


def _ones(
    session: DeskSession, kind: EntityKind, read: EntityBody, given: Given, where: str
) -> dict[str, int]:
    """Return the number of each entity that it leads to alone; new ones are made."""
    found = dict[str, int]()
    for name, navigation in kind.navigations.items():
        if navigation.is_many:
            _verify_many(read, given, navigation, where)
            continue
        there, at = KINDS[navigation.to], f"{where}/{name}"
        items = read.links.get(name, [])
        numbers = list(given.get(name, ()))
        for item in items:
            if _is_link(item):
                numbers.append(linked_number(session, there, item, at))
            elif numbers:
                raise NotAcceptable(f"{at}: the path says already which one it is")
            else:
                numbers.append(create_entity(session, there, item, None, at))
        if len(set(numbers)) > 1:
            raise NotAcceptable(
                f"{at}: the path leads from {there.plural}({numbers[0]}), the body "
                f"links to {there.plural}({numbers[1]})",
                hint="leave one of the two out",
            )
        if numbers:
            session.verify_own(there, numbers[0])
            found[name] = numbers[0]
        elif navigation.is_required:
            raise NotAcceptable(
                f"{where}: no {name}",
                hint=f'every {kind.name} has one: "{name}": {{"@iot.id": 1}}',
            )
    return found


def _verify_many(
    read: EntityBody, given: Given, navigation: Navigation, where: str
) -> None:
    if navigation.is_required and not (
        read.links.get(navigation.name) or given.get(navigation.name)
    ):
        raise NotAcceptable(
            f"{where}: no {navigation.name}",
            hint=f'"{navigation.name}": [{{"@iot.id": 1}}] links to what is there',
        )


def _is_link(item: Mapping[str, Any]) -> bool:
    # FROST's client repeats all of the entity beside its id: it means the link alone.
    return item.get("@iot.id") is not None


def _create_many(
    session: DeskSession,
    own: tuple[EntityKind, int],
    navigation: Navigation,
    items: Sequence[dict[str, Any]],
    given: Given,
    where: str,
) -> None:
    kind, number = own
    there = KINDS[navigation.to]
    linked = list(given.get(navigation.name, ()))
    for place, item in enumerate(items):
        at = f"{where}/{navigation.name}[{place}]"
        if _is_link(item):
            linked.append(linked_number(session, there, item, at))
        elif navigation.link is None:
            create_entity(session, there, item, {navigation.inverse: [number]}, at)
        else:
            linked.append(create_entity(session, there, item, _around(own, there), at))
    if linked:
        link_entities(session, kind, number, navigation, linked)


def _around(own: tuple[EntityKind, int], there: EntityKind) -> Given | None:
    """Return what a new entity is told of the one around it, beside the link."""
    if there is _HISTORICAL and own[0] is _LOCATION:
        return {"Locations": [own[1]]}
    return None


def _create_observation(
    session: DeskSession, read: EntityBody, ones: Mapping[str, int]
) -> int:
    datastream = ones["Datastream"]
    feature = ones.get("FeatureOfInterest")
    if feature is None:
        feature = feature_for(session, datastream)
    values = read.values
    starts, ends = values.get("phenomenonTime") or (session.now, None)
    number = _number(session, datastream, starts)
    result = values["result"]
    is_number = isinstance(result, (int, float)) and not isinstance(result, bool)
    valid = values.get("validTime") or (None, None)
    session.waiting.append(
        DraftObservation(
            number,
            datastream,
            starts,
            feature=feature,
            ends=ends,
            result_time=values.get("resultTime"),
            result=float(result) if is_number else None,
            result_json=None if is_number else json.dumps(result),
            quality=_json(values.get("resultQuality")),
            valid_from=valid[0],
            valid_to=valid[1],
            parameters=_json(values.get("parameters")),
        )
    )
    return number


def _number(session: DeskSession, datastream: int, starts: int) -> int:
    """Return the number that tells datastream and time, or another if it is taken."""
    number = number_observation(datastream, starts)
    if not _is_taken(session, datastream, number):
        return number
    counted = session.desk.number_draft(_OBSERVATION.name)
    if counted > MOST_COUNTED:
        raise NotAcceptable("this desk has counted all the observations it can")
    return counted


def _is_taken(session: DeskSession, datastream: int, number: int) -> bool:
    session.flush()
    if not session.is_published(_DATASTREAM, datastream):
        # Nothing but the desk can hold one.
        sql = "SELECT 1 FROM observation WHERE number = ? AND is_held"
        return bool(session.desk.rows(sql, (number,)))
    return session.find(_OBSERVATION, number) is not None


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
