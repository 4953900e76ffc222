"""From the desk to pending imports, and cleared from it once they are published.

An import that carries drafts says which in its own file desk.json. Its drafts stay on
the desk until they stand in the bank: a process stopped at any moment leaves them
there, or published, never neither; whoever publishes next makes the imports anew, and
what stands already is not published twice.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa

from waternet.bank.standing import standing_datastreams, standing_places
from waternet.bank.store import Bank
from waternet.errors import Conflict, WaternetError
from waternet.failpoint import failpoint
from waternet.formats.reading import Reading
from waternet.node.desk import Desk
from waternet.node.desk_view import Carried, DeskView, Left, read_desk
from waternet.node.drafted_figures import are_held, are_intervals, read_figures
from waternet.node.drafted_places import carry_place, thing_places
from waternet.node.drafted_streams import carry_stream, chosen_dataset, read_stream
from waternet.node.edit_file import read_edits
from waternet.node.folder import Node
from waternet.node.judging import judge_reading
from waternet.node.pending import Origin, drop_pending, keep_pending
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import SCHEMA, in_order

__all__ = ["clear_drafts", "keep_drafts", "left_on_desk"]

_CARRIES = "desk.json"
# Drafts are read by rules of this version instead of a recipe's: docs/reference/
# sensorthings.md has them. A release names them by the hash of these bytes.
_RECIPE = b"waternet desk/1\n"


@dataclass(slots=True)
class _Share:
    """What drafts would publish in one dataset."""

    places: dict[str, Place] = field(default_factory=dict)
    streams: dict[str, Datastream] = field(default_factory=dict)
    tables: list[pa.Table] = field(default_factory=list)
    carried: Carried = field(default_factory=Carried)


def keep_drafts(node: Node, bank: Bank) -> list[Left]:
    """Make pending imports of what lies on the desk, one for each dataset.

    Parameters
    ----------
    node : Node
        Held for writing.
    bank : Bank
        Up to date.

    Returns
    -------
    list of Left
        What stays on the desk.
    """
    if not Desk.is_there(node.folder):
        return []
    with Desk.open(node.folder) as desk:
        reviewed = _drop_earlier(node)
        with desk.writing():
            desk.sweep()
        shares, left = _shares(node, bank, desk)
        for dataset, share in sorted(shares.items()):
            if dataset in reviewed:
                continue
            if share.tables or share.places:
                _keep(node, desk, dataset, share)
            else:
                # Taken away before anything of it was published.
                with desk.writing():
                    desk.clear(**asdict(share.carried))
        return left


def left_on_desk(node: Node, bank: Bank) -> tuple[int, list[Left]]:
    """Return how many drafts there are, and which could not be published now."""
    if not Desk.is_there(node.folder):
        return 0, []
    with Desk.open(node.folder) as desk:
        count = desk.count()
        return count, _shares(node, bank, desk)[1] if count else []


def clear_drafts(node: Node, folder: Path) -> None:
    """Take away from the desk what an import carried, now that it is in the bank.

    What was changed since stays. Done twice, it changes nothing.
    """
    if not (folder / _CARRIES).exists():
        return
    carried = Carried(**json.loads((folder / _CARRIES).read_text(encoding="utf-8")))
    failpoint("desk.before-clear")
    with Desk.open(node.folder) as desk, desk.writing():
        desk.clear(**asdict(carried))
    failpoint("desk.cleared")


def _drop_earlier(node: Node) -> set[str]:
    """Drop imports made of an earlier desk; return the datasets of those with edits."""
    kept = set()
    for folder in sorted(node.pending.glob("[0-9]*")):
        if not (folder / _CARRIES).exists():
            continue
        if read_edits(folder):
            kept.add(folder.name.partition("-")[2])
        else:
            drop_pending(folder)
    return kept


def _shares(node: Node, bank: Bank, desk: Desk) -> tuple[dict[str, _Share], list[Left]]:
    """Return what could be published, by dataset, and what could not."""
    view = read_desk(desk, node.party)
    places, left = thing_places(view, standing_places(bank, node.party))
    shares: dict[str, _Share] = defaultdict(_Share)
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
    shares: dict[str, _Share],
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
    share: _Share,
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


def _share_place(view: DeskView, share: _Share, number: int, place: Place) -> None:
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


def _unused(view: DeskView, shares: dict[str, _Share]) -> list[Left]:
    """Return the drafts that lead to nothing that is published."""
    carried = {
        (kind, number)
        for share in shares.values()
        for kind, number, _ in share.carried.entities
    }
    why = {
        "Location": ("no Thing that can be published is there", ""),
        "HistoricalLocation": ("where a Thing was before is no part of the record", ""),
        "Sensor": (
            "its description has no place in the record, which names the procedure "
            "alone; it stays here",
            "",
        ),
        "ObservedProperty": ("no Datastream that can be published is of it", ""),
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


def _many(kind: str, numbers: list[int]) -> str:
    plural = {"ObservedProperty": "ObservedProperties"}.get(kind, f"{kind}s")
    plural = "FeaturesOfInterest" if kind == "FeatureOfInterest" else plural
    named = ", ".join(f"{plural}({one})" for one in numbers[:3])
    return named + (f" and {len(numbers) - 3} more" if len(numbers) > 3 else "")


def _keep(node: Node, desk: Desk, dataset: str, share: _Share) -> None:
    """Keep one share as a pending import, which says what of the desk it carries."""
    table = SCHEMA.empty_table()
    if share.tables:
        table = in_order(pa.concat_tables(share.tables).unify_dictionaries())
    streams = tuple(share.streams[name] for name in sorted(share.streams))
    places = tuple(share.places[name] for name in sorted(share.places))
    counts = dict.fromkeys(("censored", "missing", "rejected"), 0)
    counts |= {"observations": table.num_rows, "stations": len(places)}
    counts |= {"datastreams": len(streams)}
    reading, judgement = judge_reading(
        node, Reading(places, streams, table, (), counts)
    )
    said = json.dumps(
        {
            "places": [one.to_json() for one in places],
            "datastreams": [one.to_json() for one in streams],
            "carried": asdict(share.carried),
        }
    )
    origin = Origin(
        dataset=dataset,
        title="written by SensorThings",
        source="",
        input_name="desk",
        input_sha256=hashlib.sha256(said.encode()).hexdigest(),
        recipe_sha256=hashlib.sha256(_RECIPE).hexdigest(),
        rejected=0,
    )
    with desk.writing():
        desk.promise(share.carried.promised)
    carries = json.dumps(asdict(share.carried)).encode()
    keep_pending(node, origin, reading, judgement, {_CARRIES: carries})
    failpoint("desk.kept")
