"""Where Things are, were, and what is observed there.

References
----------
OGC 18-088, sections 8.2.3 (historical locations) and 8.2.8 (features of interest).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from waternet.api.sensorthings.desk_session import DeskSession
from waternet.api.sensorthings.model import KINDS
from waternet.errors import NotAcceptable
from waternet.node.desk import DraftEntity

__all__ = ["feature_for", "follow_newest", "set_locations"]

_THING, _LOCATION = KINDS["Thing"], KINDS["Location"]
_FEATURE, _HISTORICAL = KINDS["FeatureOfInterest"], KINDS["HistoricalLocation"]
_DATASTREAM = KINDS["Datastream"]
# Whatever the encoding is called: istSOS's client says 'application/json'.
_SHAPES = (
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
    "Feature",
)
# Where a Thing that is a draft is, if an observation was made there before.
_FEATURE_OF_DRAFTS = (
    "SELECT g.there FROM entity d JOIN identifier i ON i.kind = 'Thing' "
    "AND i.number = d.thing AND i.key LIKE 'draft/%' "
    "JOIN link t ON t.name = 'thing_location' AND t.here = d.thing AND t.is_held "
    "JOIN link g ON g.name = 'generated_feature' AND g.here = t.there AND g.is_held "
    "JOIN entity f ON f.kind = 'FeatureOfInterest' AND f.number = g.there "
    "AND f.body IS NOT NULL WHERE d.kind = 'Datastream' AND d.number = ? "
    "AND d.body IS NOT NULL ORDER BY t.there LIMIT 1"
)


def set_locations(session: DeskSession, thing: int, locations: Sequence[int]) -> None:
    """Let a Thing be at these Locations from now on, and remember since when."""
    place_thing(session, thing, locations)
    number = session.desk.number_draft(_HISTORICAL.name)
    session.desk.put(
        [DraftEntity(_HISTORICAL.name, number, "{}", thing=thing, time=session.now)]
    )
    for location in locations:
        session.desk.link("historical_location", number, location)


def feature_for(session: DeskSession, datastream: int) -> int:
    """Return the FeatureOfInterest of a Datastream's Thing: where that is now.

    Raises
    ------
    NotAcceptable
        The Thing has no Location in GeoJSON.
    """
    if datastream in session.features:
        return session.features[datastream]
    session.features[datastream] = _feature_for(session, datastream)
    return session.features[datastream]


def _feature_for(session: DeskSession, datastream: int) -> int:
    known = session.desk.rows(_FEATURE_OF_DRAFTS, (datastream,))
    if known:
        return int(known[0][0])
    for location in session.numbers(
        "SELECT l.id FROM TABLE.datastreams d JOIN TABLE.thing_location t "
        "ON t.thing = d.thing JOIN TABLE.locations l ON l.id = t.location "
        "WHERE d.id = $datastream AND (l.location ->> 'type') IN "
        "(SELECT unnest($shapes)) ORDER BY l.id",
        datastream=datastream,
        shapes=list(_SHAPES),
    ):
        return _feature_at(session, location)
    thing = session.get(_DATASTREAM, datastream)["thing"]
    if session.is_published(_THING, thing):
        # A place whose position is not given has a feature that lies nowhere.
        key = session.desk.key(_THING.name, thing)
        feature = session.desk.number(_FEATURE.name, [key])[key]
        if session.find(_FEATURE, feature) is not None:
            return feature
    raise NotAcceptable(
        f"Datastreams({datastream}): its Thing has no Location in GeoJSON, so the "
        "Observation needs a FeatureOfInterest",
        hint="give the Thing a Location, or the Observation a FeatureOfInterest",
    )


def place_thing(session: DeskSession, thing: int, locations: Sequence[int]) -> None:
    """Let a Thing be at these Locations and no others."""
    session.features.clear()
    before = session.numbers(
        "SELECT location FROM TABLE.thing_location WHERE thing = $thing", thing=thing
    )
    for location in before:
        if location not in locations:
            session.desk.link("thing_location", thing, location, is_held=False)
    for location in locations:
        if location not in before:
            session.desk.link("thing_location", thing, location)


def follow_newest(session: DeskSession, number: int, locations: Sequence[int]) -> None:
    """Let a Thing be where the newest of its historical locations says that it is."""
    row = session.get(_HISTORICAL, number)
    newest = session.numbers(
        "SELECT id FROM TABLE.historical_locations WHERE thing = $thing "
        "ORDER BY time DESC, id DESC LIMIT 1",
        thing=row["thing"],
    )
    if newest == [number]:
        place_thing(session, row["thing"], locations)


def _feature_at(session: DeskSession, location: int) -> int:
    """Return the feature that was made of a Location, or make it."""
    known = session.desk.rows(
        "SELECT there FROM link WHERE name = 'generated_feature' AND here = ? "
        "AND is_held",
        (location,),
    )
    key = session.desk.key(_LOCATION.name, location)
    number = known[0][0] if known else 0
    if not known and not key.startswith("draft/"):
        number = session.desk.number(_FEATURE.name, [key])[key]
    if number and session.find(_FEATURE, number) is not None:
        return int(number)
    if not number or known:
        number = session.desk.number_draft(_FEATURE.name)
        session.desk.unlink("generated_feature", here=location)
        session.desk.link("generated_feature", location, number)
    body = json.loads(session.draft(_LOCATION, location).body or "{}")
    body["feature"] = body.pop("location")
    session.desk.put(
        [DraftEntity(_FEATURE.name, number, json.dumps(body), session.language)]
    )
    return int(number)
