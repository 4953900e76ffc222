"""Many observations in one request, as rows of an array.

References
----------
OGC 18-088, section 12.2 (create observations with the data array extension).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waternet.api.sensorthings.creating import linked_number
from waternet.api.sensorthings.desk_session import DeskSession
from waternet.api.sensorthings.entity_body import read_property
from waternet.api.sensorthings.model import KINDS
from waternet.api.sensorthings.moving import feature_for
from waternet.api.sensorthings.observed import observations
from waternet.bank.scan import ask
from waternet.errors import NotAcceptable, NotAllowed, WaternetError
from waternet.node.desk import DraftObservation
from waternet.node.observation_number import number_observation

__all__ = ["create_observations"]

_OBSERVATION, _DATASTREAM = KINDS["Observation"], KINDS["Datastream"]
_FEATURE = KINDS["FeatureOfInterest"]
_FEATURE_NAMES = ("FeatureOfInterest/id", "FeatureOfInterest/@iot.id")


@dataclass(slots=True)
class _Features:
    """The features that the rows of one datastream lead to.

    Attributes
    ----------
    known : dict of int or str to int
        Their numbers, by what was given.
    default : int or None
        Of rows that give none.
    """

    datastream: int
    known: dict[int | str, int]
    default: int | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as it was read."""

    starts: int
    ends: int | None
    feature: int
    values: Mapping[str, Any]


def create_observations(session: DeskSession, body: Any) -> list[int | str]:
    """Put rows of observations on the desk.

    Parameters
    ----------
    session : DeskSession
    body : Any
        Parsed JSON: a list of data arrays, each of one datastream.

    Returns
    -------
    list of int or str
        For each row its number, or 'error' and why it is none. A bad row takes down
        no other one.

    Raises
    ------
    NotAcceptable
        It is not a list of data arrays.
    """
    if not isinstance(body, list):
        raise NotAcceptable(
            f"expected a list of data arrays, got {body!r:.60}",
            hint='[{"Datastream": {"@iot.id": 1}, "components": ["phenomenonTime", '
            '"result"], "dataArray": [["2015-03-01T00:00:00Z", 8]]}]',
        )
    told: list[int | str] = []
    for place, array in enumerate(body):
        told += _create(session, array, f"[{place}]")
    return told


def _create(session: DeskSession, array: Any, where: str) -> list[int | str]:
    if not isinstance(array, dict):
        raise NotAcceptable(f"{where}: expected an object, got {array!r:.60}")
    components, rows = array.get("components"), array.get("dataArray")
    if not isinstance(rows, list) or not isinstance(components, list):
        raise NotAcceptable(f"{where}: expected components and dataArray, two lists")
    _verify_components(components, where)
    try:
        link = array.get("Datastream")
        datastream = linked_number(
            session, _DATASTREAM, link if isinstance(link, dict) else {}, where
        )
        session.verify_own(_DATASTREAM, datastream)
    except (NotAcceptable, NotAllowed) as error:
        return [_told(error)] * len(rows)
    read = _reader(session, components, _Features(datastream, {}))
    found: list[_Row | str] = []
    for place, row in enumerate(rows):
        try:
            found.append(read(row, f"{where}/dataArray[{place}]"))
        except WaternetError as error:
            found.append(_told(error))
    taken = _taken(session, datastream, [one for one in found if isinstance(one, _Row)])
    told = [
        one if isinstance(one, str) else _put(session, datastream, one, taken)
        for one in found
    ]
    session.flush()
    return told


def _told(error: WaternetError) -> str:
    return f"error: {error}" + (f" ({error.hint})" if error.hint else "")


def _verify_components(components: Sequence[Any], where: str) -> None:
    known = {*_OBSERVATION.properties, *_FEATURE_NAMES}
    unknown = [one for one in components if one not in known]
    if unknown or "result" not in components:
        raise NotAcceptable(
            f"{where}: "
            + (f"no component {unknown[0]!r:.60}" if unknown else "no result"),
            hint=f"there are {', '.join(sorted(known))}",
        )


def _reader(
    session: DeskSession, components: Sequence[str], features: _Features
) -> Callable[[Any, str], _Row]:
    """Return what reads one row."""
    width = len(components)
    properties = [
        (place, _OBSERVATION.properties[name])
        for place, name in enumerate(components)
        if name not in _FEATURE_NAMES
    ]
    feature_at = next(
        (n for n, name in enumerate(components) if name in _FEATURE_NAMES), None
    )

    def read(row: Any, where: str) -> _Row:
        if not isinstance(row, list) or len(row) != width:
            raise NotAcceptable(f"{where}: expected a list of {width}, got {row!r:.60}")
        values = {
            one.name: read_property(one, row[place], where)
            for place, one in properties
            if row[place] is not None or one.is_required
        }
        starts, ends = values.get("phenomenonTime") or (session.now, None)
        given = None if feature_at is None else row[feature_at]
        return _Row(starts, ends, _feature(session, features, given, where), values)

    return read


def _put(session: DeskSession, datastream: int, row: _Row, taken: set[int]) -> int:
    """Put one row on the desk; return its number."""
    number = number_observation(datastream, row.starts)
    if number in taken:
        number = session.desk.number_draft(_OBSERVATION.name)
    taken.add(number)
    values, result = row.values, row.values["result"]
    is_number = isinstance(result, (int, float)) and not isinstance(result, bool)
    valid = values.get("validTime") or (None, None)
    quality, parameters = values.get("resultQuality"), values.get("parameters")
    session.waiting.append(
        DraftObservation(
            number,
            datastream,
            row.starts,
            feature=row.feature,
            ends=row.ends,
            result_time=values.get("resultTime"),
            result=float(result) if is_number else None,
            result_json=None if is_number else json.dumps(result),
            quality=None if quality is None else json.dumps(quality),
            valid_from=valid[0],
            valid_to=valid[1],
            parameters=None if parameters is None else json.dumps(parameters),
        )
    )
    return number


def _feature(session: DeskSession, features: _Features, given: Any, where: str) -> int:
    if given is None:
        if features.default is None:
            features.default = feature_for(session, features.datastream)
        return features.default
    if not isinstance(given, (int, str)):
        raise NotAcceptable(f"{where}: {given!r:.60} is no id of a feature")
    if given not in features.known:
        found = linked_number(session, _FEATURE, {"@iot.id": given}, where)
        features.known[given] = found
    return features.known[given]


def _taken(session: DeskSession, datastream: int, rows: Sequence[_Row]) -> set[int]:
    """Return the numbers that are taken already, of those that rows would get."""
    if not rows:
        return set()
    times = [row.starts for row in rows]
    wanted = [number_observation(datastream, time) for time in times]
    session.flush()
    # By number: a draft that was moved to another time has the one of its first.
    held = session.desk.rows(
        "SELECT number FROM observation WHERE number BETWEEN ? AND ? AND is_held",
        (min(wanted), max(wanted)),
    )
    taken = {one for (one,) in held}
    if session.is_published(_DATASTREAM, datastream):
        bounds = (min(times), max(times) + 1)
        relation = observations(
            session.bank, session.tables(), None, [datastream], bounds
        )
        found = ask(session.bank, f"SELECT id FROM ({relation.sql})", relation.values)
        taken |= set(found.column(0).to_pylist())
    return taken
