"""Datastreams on the desk as those that they would be published as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from waternet.errors import NotAcceptable
from waternet.formats.identifiers import make_id
from waternet.formats.sensorthings import (
    observed_property_of,
    quantity_names,
    statistic_of,
    unit_of,
)
from waternet.node.desk_view import Carried, DeskView
from waternet.node.folder import Profile
from waternet.observation.datastream import INSTANT, Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import get_term, get_terms
from waternet.quantity import convert

__all__ = ["carry_stream", "chosen_dataset", "read_stream"]

_TERM = "urn:waternet:observed-property:"


def read_stream(
    view: DeskView,
    number: int,
    places: Mapping[int, Place],
    profile: Profile,
    has_intervals: bool,
) -> Datastream:
    """Return the datastream that a draft would be published as.

    Parameters
    ----------
    view : DeskView
    number : int
    places : mapping of Thing to Place
        Of those that drafts touch.
    profile : Profile
        Of the node: its datasets.
    has_intervals : bool
        Its observations are of intervals.

    Raises
    ------
    NotAcceptable, NotFound
        It says too little, or what no datastream can be.
    """
    held = view.entities["Datastream", number]
    body = view.body("Datastream", number) or {}
    properties = body.get("properties") or {}
    observed = _observed(view, held.observed_property or 0)
    term = _term(view, held.observed_property or 0, body, observed)
    statistic = str(properties.get("statistic") or statistic_of(body))
    interval = str(properties.get("interval") or "")
    if not has_intervals and not interval:
        statistic, interval = "instant", INSTANT
    if not statistic or not interval:
        raise NotAcceptable(
            "its observations are of intervals, and it does not say of which length or "
            "what each value is of it",
            hint="set properties.statistic (mean, total...) and properties.interval "
            "(P1D, PT1H...)",
        )
    made = Datastream(
        dataset=chosen_dataset(properties, profile),
        feature=_feature(view, held.thing or 0, places),
        observed_property=term,
        unit=_unit(body, term),
        statistic=statistic,
        interval=interval,
        procedure=_procedure(view, held.sensor or 0),
        sampling=str(properties.get("sampling") or ""),
        zone=str(properties.get("zone") or "UTC"),
    )
    made.verify()
    return made


def chosen_dataset(properties: Mapping[str, Any], profile: Profile) -> str:
    """Return the dataset that properties name, or the node's only one.

    Raises
    ------
    NotAcceptable
        They name none, or one that the node does not have.
    """
    known = [one.id for one in profile.datasets]
    given = properties.get("dataset")
    if given in known:
        return str(given)
    if given is None and len(known) == 1:
        return known[0]
    raise NotAcceptable(
        f"no dataset {given!r:.60} in node.toml" if given else "it names no dataset",
        hint=f"set properties.dataset to one of {', '.join(known)}"
        if known
        else "add a [[datasets]] with id, licence and attribution to node.toml",
    )


def carry_stream(
    view: DeskView, carried: Carried, number: int, made: Datastream
) -> None:
    """Note what of the desk a datastream is made of, and which numbers stay."""
    held = view.entities["Datastream", number]
    view.carry(carried, "Datastream", number)
    carried.promised.append(["Datastream", f"{view.party}:{made.name}", number])
    if held.observed_property:
        view.carry(carried, "ObservedProperty", held.observed_property)
        carried.promised.append(
            ["ObservedProperty", made.observed_property, held.observed_property]
        )
    if held.sensor:
        # Its description has no place in the record: it stays on the desk.
        key = f"{view.party}:{made.procedure}"
        carried.promised.append(["Sensor", key, held.sensor])


def _feature(view: DeskView, thing: int, places: Mapping[int, Place]) -> str:
    if thing in places:
        return places[thing].id
    published = view.published_id("Thing", thing)
    if published:
        return published
    raise NotAcceptable(f"its Things({thing}) cannot be published yet")


def _observed(view: DeskView, number: int) -> dict[str, Any]:
    return view.body("ObservedProperty", number) or {}


def _term(
    view: DeskView, number: int, body: Mapping[str, Any], observed: Mapping[str, Any]
) -> str:
    published = view.desk.key("ObservedProperty", number)
    if not observed and published in get_terms("observed_property"):
        return published
    definition = str(observed.get("definition", ""))
    names = quantity_names(dict(body), dict(observed))
    found = definition.removeprefix(_TERM) if definition.startswith(_TERM) else ""
    found = found or _by_name(names[:-1]) or observed_property_of(names)
    if found:
        return get_term("observed_property", found).id
    name = observed.get("name", "")
    raise NotAcceptable(
        f"no term of the vocabulary for {name!r:.60}",
        hint=f"set the definition of ObservedProperties({number}) to {_TERM}TERM; "
        "'waternet vocabulary observed_property' lists the terms",
    )


def _by_name(names: Sequence[str]) -> str:
    """Return the term whose id or label in any language is one of the names."""
    labels = {
        label.casefold(): one.id
        for one in get_terms("observed_property").values()
        for label in (one.id, *one.labels.values())
    }
    return next(
        (labels[one.casefold()] for one in names if one.casefold() in labels), ""
    )


def _unit(body: Mapping[str, Any], term: str) -> str:
    given = body.get("unitOfMeasurement") or {}
    written, ucum = unit_of(given)
    if not ucum:
        raise NotAcceptable(
            f"{written!r:.60} is no unit that is known"
            if written
            else "it states no unit",
            hint="set unitOfMeasurement.definition to its UCUM code: 'ucum:m'",
        )
    compared = get_term("observed_property", term).unit
    if compared:
        convert(np.array([1.0]), ucum, compared)
    return ucum


def _procedure(view: DeskView, sensor: int) -> str:
    published = view.published_id("Sensor", sensor)
    if published:
        return published
    body = view.body("Sensor", sensor) or {}
    given = (body.get("properties") or {}).get("procedure")
    return str(given) if given else make_id(str(body.get("name", "")))
