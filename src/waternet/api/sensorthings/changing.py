"""Entities changed on the desk: merged, replaced, patched, linked anew, taken away.

References
----------
OGC 18-088, sections 10.3 (update) and 10.4 (delete; table 25: what goes with what);
RFC 6902 (JSON Patch).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from waternet.api.sensorthings.creating import (
    draft_of,
    link_entities,
    linked_number,
    set_one,
)
from waternet.api.sensorthings.desk_session import DeskSession
from waternet.api.sensorthings.entity_body import read_body
from waternet.api.sensorthings.model import KINDS, EntityKind
from waternet.api.sensorthings.tables import Tables
from waternet.errors import Conflict, NotAcceptable
from waternet.node.desk import DraftEntity, DraftObservation

__all__ = ["change_entity", "remove_entity", "verify_changeable"]

_OBSERVATION = KINDS["Observation"]
# What goes with what leads to it.
_CASCADE = {
    "Thing": ("Datastreams", "HistoricalLocations"),
    "Location": ("HistoricalLocations",),
    "Sensor": ("Datastreams",),
    "ObservedProperty": ("Datastreams",),
}
_HOLDS = {"Datastream": "datastream", "FeatureOfInterest": "feature"}
_LINKS = {
    "Thing": (("thing_location", "here"),),
    "Location": (("thing_location", "there"), ("historical_location", "there")),
    "HistoricalLocation": (("historical_location", "here"),),
}
_WHY = {
    "Datastream": (
        "what a datastream is about follows from its place, property, statistic and "
        "procedure, and its figures are signed",
        "make another Datastream, or DELETE its Observations one by one",
    ),
    "Sensor": ("it is the procedure that published figures name", ""),
    "ObservedProperty": ("it is a term of the vocabulary", ""),
    "FeatureOfInterest": (
        "it follows from the published place",
        "PATCH the Thing's Location",
    ),
    "HistoricalLocation": ("it follows from an entry that is signed", ""),
    "Thing": (
        "a place that figures are published of cannot be taken back",
        "take its figures back: DELETE its Observations, or 'waternet withdraw'",
    ),
    "Location": (
        "a place that was published with its position keeps one",
        "PATCH it to where the place is",
    ),
}
_CHANGEABLE = ("Thing", "Location", "Observation")


def change_entity(
    session: DeskSession,
    kind: EntityKind,
    number: int,
    body: Any,
    *,
    is_whole: bool = False,
) -> None:
    """Change an entity as its body says.

    Parameters
    ----------
    body : Any
        Parsed JSON. A property that it gives is replaced as a whole.
    is_whole : bool
        It is all that the entity shall be (PUT): optional properties that it does not
        give are taken away. Links stay as they are where it gives none.

    Raises
    ------
    NotFound
        There is no such entity.
    NotAcceptable
        The body is not acceptable, or holds new entities.
    Conflict
        It is published, and the record has no words for such a change.
    """
    where = f"{kind.plural}({number})"
    verify_changeable(session, kind, number)
    session.features.clear()
    read = read_body(kind, body, where, is_whole=is_whole)
    values = dict(read.values)
    if is_whole:
        for one in kind.properties.values():
            if not one.is_required and not one.is_derived:
                values.setdefault(one.name, None)
    if values and kind is _OBSERVATION:
        _change_observation(session, number, values)
    elif values:
        _change_plain(session, kind, number, values)
    for name, items in read.links.items():
        navigation, at = kind.navigations[name], f"{where}/{name}"
        there = KINDS[navigation.to]
        for item in items:
            if item.get("@iot.id") is None:
                raise NotAcceptable(
                    f"{at}: a change only links to what is there",
                    hint="POST the new entity first",
                )
        others = [linked_number(session, there, item, at) for item in items]
        if navigation.is_many:
            link_entities(session, kind, number, navigation, others)
        else:
            set_one(session, kind, number, name, others[0])


def remove_entity(session: DeskSession, kind: EntityKind, number: int) -> None:
    """Take an entity away, with all that cannot be without it.

    Raises
    ------
    NotFound
        There is no such entity.
    Conflict
        It, or what would go with it, is published and cannot be taken back so.
    """
    session.verify_own(kind, number)
    if kind is _OBSERVATION:
        held = session.draft_observation(number)
        gone = DraftObservation(**{**draft_of(held), "is_held": False})
        session.waiting.append(gone)
        return
    session.get(kind, number)
    if session.is_published(kind, number):
        raise _refused(kind, number, "taken away")
    for name in _CASCADE.get(kind.name, ()):
        navigation = kind.navigations[name]
        there = KINDS[navigation.to]
        for other in _related(session, kind, number, name):
            remove_entity(session, there, other)
    session.flush()
    if kind.name in _HOLDS:
        session.desk.take_away(_HOLDS[kind.name], number)
    for table, end in _LINKS.get(kind.name, ()):
        if end == "here":
            session.desk.unlink(table, here=number)
        else:
            session.desk.unlink(table, there=number)
    session.take_away(kind, number)


def verify_changeable(session: DeskSession, kind: EntityKind, number: int) -> None:
    """Raise unless an entity is there, and may be changed here.

    Raises
    ------
    NotFound, NotAllowed, Conflict
    """
    session.verify_own(kind, number)
    session.get(kind, number)
    if kind.name not in _CHANGEABLE and session.is_published(kind, number):
        raise _refused(kind, number, "changed")


def _refused(kind: EntityKind, number: int, what: str) -> Conflict:
    why, hint = _WHY[kind.name]
    return Conflict(
        f"{kind.plural}({number}) is published and cannot be {what}: {why}", hint=hint
    )


def _related(
    session: DeskSession, kind: EntityKind, number: int, name: str
) -> Sequence[int]:
    navigation = kind.navigations[name]
    there, link = KINDS[navigation.to], navigation.link
    if link is None:
        sql = f"SELECT id FROM TABLE.{there.table} WHERE {navigation.there} = $number"
    else:
        sql = f"SELECT {link.there} FROM TABLE.{link.table} WHERE {link.here} = $number"
    return session.numbers(f"{sql} ORDER BY 1", number=number)


def _change_plain(
    session: DeskSession, kind: EntityKind, number: int, values: Mapping[str, Any]
) -> None:
    fields = draft_of(session.draft(kind, number))
    body = json.loads(fields["body"])
    for name, value in values.items():
        if name == "time":
            fields["time"] = value
        elif value is None:
            body.pop(name, None)
        else:
            body[name] = value
    fields |= {"body": json.dumps(body), "language": session.language}
    session.desk.put([DraftEntity(**fields)])


def _change_observation(
    session: DeskSession, number: int, values: Mapping[str, Any]
) -> None:
    fields = draft_of(session.draft_observation(number))
    if values.get("phenomenonTime") is not None:
        starts, ends = values["phenomenonTime"]
        if starts != fields["starts"] and not _is_draft(session, number):
            raise Conflict(
                f"Observations({number}) is published for the time that it has",
                hint="DELETE it, and POST one for the other time",
            )
        fields |= {"starts": starts, "ends": ends}
    if "result" in values:
        result = values["result"]
        is_number = isinstance(result, (int, float)) and not isinstance(result, bool)
        fields["result"] = float(result) if is_number else None
        fields["result_json"] = None if is_number else json.dumps(result)
        fields["quality"] = _without_judgement(fields["quality"])
    if "resultTime" in values:
        fields["result_time"] = values["resultTime"]
    if "validTime" in values:
        valid = values["validTime"] or (None, None)
        fields["valid_from"], fields["valid_to"] = valid
    for name, column in (("resultQuality", "quality"), ("parameters", "parameters")):
        if name in values:
            value = values[name]
            fields[column] = None if value is None else json.dumps(value)
    session.waiting.append(DraftObservation(**fields))


def _without_judgement(quality: str | None) -> str | None:
    """Leave out of a result's quality what was said of the earlier result."""
    said = json.loads(quality) if quality else None
    if not isinstance(said, dict):
        return quality
    kept = {name: of for name, of in said.items() if name not in ("grade", "censor")}
    return json.dumps(kept) if kept else None


def _is_draft(session: DeskSession, number: int) -> bool:
    """Return whether an observation is not in the record under this number."""
    tables = session.tables()
    return session.find_in(Tables(tables.language), number) is None
