"""What of a desk could be published, dataset by dataset, and why the rest could not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pyarrow as pa

from waternet.bank.standing import standing_datastreams, standing_places
from waternet.bank.store import Bank
from waternet.errors import Conflict, WaternetError
from waternet.node.desk import Desk
from waternet.node.desk_view import Carried, DeskView, Left, read_desk
from waternet.node.drafted_figures import are_held, are_intervals, read_figures
from waternet.node.drafted_places import carry_place, thing_places
from waternet.node.drafted_streams import carry_stream, chosen_dataset, read_stream
from waternet.node.folder import Node
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place

__all__ = ["Share", "share_drafts"]


@dataclass(slots=True)
class Share:
    """What drafts would publish in one dataset."""

    places: dict[str, Place] = field(default_factory=dict)
    streams: dict[str, Datastream] = field(default_factory=dict)
    tables: list[pa.Table] = field(default_factory=list)
    carried: Carried = field(default_factory=Carried)


def share_drafts(
    node: Node, bank: Bank, desk: Desk
) -> tuple[dict[str, Share], list[Left]]:
    """Return what could be published, by dataset, and what could not."""
    view = read_desk(desk, node.party)
    places, left = thing_places(view, standing_places(bank, node.party))
    shares: dict[str, Share] = defaultdict(Share)
    used = _share_streams(node, bank, view, places, shares, left)
    for number, place in places.items():
        if number in used:
            continue
        body = view.body("Thing", number) or {}
        try:
            dataset = chosen_dataset(body.get("properties") or {}, node.profile)
        except WaternetError as error:
            left.append(Left(f"Things({number})", str(error), error.hint))
            continue
        _share_place(view, shares[dataset], number, place)
    return dict(shares), [*left, *_unused(view, shares)]


def _share_streams(
    node: Node,
    bank: Bank,
    view: DeskView,
    places: dict[int, Place],
    shares: dict[str, Share],
    left: list[Left],
) -> set[int]:
    """Share out the datastreams that have drafts; return the Things they are of."""
    known = standing_datastreams(bank, node.party)
    numbers = {
        one for (one,) in view.desk.rows("SELECT DISTINCT datastream FROM observation")
    }
    numbers |= {held.number for held in view.drafts("Datastream")}
    used = set()
    for number in sorted(numbers):
        name = view.published_id("Datastream", number)
        held = view.entities.get(("Datastream", number))
        if name not in known and (held is None or held.body is None):
            if are_held(view.desk, number):
                what = f"Observations of Datastreams({number})"
                left.append(Left(what, "there is no such Datastream any more"))
            continue
        try:
            stream = known.get(name) or read_stream(
                view, number, places, node.profile, are_intervals(view.desk, number)
            )
            _verify_alone(stream, known, name)
        except WaternetError as error:
            left.append(Left(f"Datastreams({number})", str(error), error.hint))
            continue
        thing = _thing(view, number, stream)
        share = shares[stream.dataset]
        if _share_figures(bank, view, share, (number, thing), stream, name, left):
            if thing in places:
                used.add(thing)
                _share_place(view, share, thing, places[thing])
            if not name:
                carry_stream(view, share.carried, number, stream)
    return used


def _share_figures(
    bank: Bank,
    view: DeskView,
    share: Share,
    numbers: tuple[int, int],
    stream: Datastream,
    name: str,
    left: list[Left],
) -> bool:
    """Share out one datastream's figures; return whether there are any."""
    number, thing = numbers
    address = f"{view.party}:{name}" if name else ""
    features = _features(view, thing)
    figures = read_figures(view.desk, bank, number, address, stream, features)
    left += figures.left
    share.carried.observations.append(
        {
            "datastream": number,
            "through": figures.through,
            "left": list(figures.left_numbers),
        }
    )
    if not figures.observations.num_rows:
        if not name and not figures.left:
            left.append(
                Left(f"Datastreams({number})", "it has no Observations", "POST some")
            )
        return False
    share.streams[stream.name] = stream
    share.tables.append(figures.observations)
    return True


def _verify_alone(stream: Datastream, known: dict[str, Datastream], name: str) -> None:
    if not name and stream.name in known:
        raise Conflict(
            f"{stream.name} is published already",
            hint="POST the Observations to that Datastream, or name another procedure "
            "in the Sensor's properties.procedure",
        )


def _share_place(view: DeskView, share: Share, number: int, place: Place) -> None:
    if place.id not in share.places:
        share.places[place.id] = place
        carry_place(view, share.carried, number, place)


def _thing(view: DeskView, number: int, stream: Datastream) -> int:
    held = view.entities.get(("Datastream", number))
    if held is not None and held.thing is not None:
        return held.thing
    key = f"{view.party}:{stream.feature}"
    return view.desk.number("Thing", [key])[key]


def _features(view: DeskView, thing: int) -> list[int]:
    """Return the features that are where a Thing is."""
    features = {
        feature
        for location in view.joined("thing_location", here=thing)
        for feature in view.joined("generated_feature", here=location)
    }
    name = view.published_id("Thing", thing)
    if name:
        key = f"{view.party}:{name}"
        features.add(view.desk.number("FeatureOfInterest", [key])[key])
    return sorted(features)


def _unused(view: DeskView, shares: dict[str, Share]) -> list[Left]:
    """Return the drafts that lead to nothing that is published."""
    carried = _waiting(view) | {
        (kind, number)
        for share in shares.values()
        for kind, number, _ in share.carried.entities
    }
    why = {
        "Location": ("no Thing is there", ""),
        "HistoricalLocation": ("where a Thing was before is no part of the record", ""),
        "Sensor": (
            "its description has no place in the record, which names the procedure "
            "alone; it stays here",
            "",
        ),
        "ObservedProperty": ("no Datastream is of it", ""),
        "FeatureOfInterest": ("a figure is published of its Thing's place alone", ""),
    }
    return [
        Left(_many(kind, numbers), *why[kind])
        for kind in why
        if (
            numbers := [
                held.number
                for held in view.drafts(kind)
                if (kind, held.number) not in carried
            ]
        )
    ]


def _waiting(view: DeskView) -> set[tuple[str, int]]:
    """Return the drafts that go with a Thing or Datastream, whenever that does."""
    kinds = {"thing_location": "Location", "generated_feature": "FeatureOfInterest"}
    found = {
        (kinds[name], there)
        for (name, _, there), (is_held, _) in view.links.items()
        if name in kinds and is_held
    }
    for held in view.drafts("Datastream"):
        found.add(("ObservedProperty", held.observed_property or 0))
        found.add(("Sensor", held.sensor or 0))
    moves: dict[int, tuple[int, int]] = {}
    for held in view.drafts("HistoricalLocation"):
        last = moves.get(held.thing or 0, (0, 0))
        moves[held.thing or 0] = max(last, (held.time or 0, held.number))
    return found | {("HistoricalLocation", number) for _, number in moves.values()}


def _many(kind: str, numbers: list[int]) -> str:
    plural = {"ObservedProperty": "ObservedProperties"}.get(kind, f"{kind}s")
    plural = "FeaturesOfInterest" if kind == "FeatureOfInterest" else plural
    named = ", ".join(f"{plural}({one})" for one in numbers[:3])
    return named + (f" and {len(numbers) - 3} more" if len(numbers) > 3 else "")
