"""Several readings as one: the sheets of a workbook, the series of a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.errors import NotAcceptable
from waternet.formats.reading import Reading, Reject
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.table import in_order

__all__ = ["join_readings"]


def join_readings(readings: Sequence[Reading]) -> Reading:
    """Put what several parts of one file hold together.

    Parameters
    ----------
    readings : sequence of Reading
        In the file's order; at least one.

    Returns
    -------
    Reading
        Of two parts that speak of one place, the first counts; what a later one adds
        (a position, attributes) is taken, and where it differs a notice says so. A
        figure that an earlier part has at the same time is left out and reported.

    Raises
    ------
    NotAcceptable
        Two parts make one datastream in different units.
    """
    if len(readings) == 1:
        return readings[0]
    notices = [notice for reading in readings for notice in reading.notices]
    rejects = [reject for reading in readings for reject in reading.rejects]
    places = _join_places(readings, notices)
    datastreams = _join_datastreams(readings)
    table = pa.concat_tables([each.observations for each in readings])
    file = next((one.file for one in (*rejects, *notices)), "")
    repeated, lost = 0, 0
    try:
        observations = in_order(table.unify_dictionaries())
    except NotAcceptable:
        kept, repeated, lost = _distinct(table)
        observations = in_order(table.filter(kept).unify_dictionaries())
        reason = (
            f"{repeated} figures stand in an earlier part too, and "
            f"{lost - repeated} differ from the one there; the earlier were kept"
        )
        rejects.append(Reject(file, "", 0, "", "", reason, lost=lost))
    counts: Counter[str] = Counter()
    for reading in readings:
        counts.update(reading.counts)
    counts["repeated"] += repeated
    counts["observations"] = observations.num_rows
    counts["rejected"] = len(rejects)
    counts["stations"], counts["datastreams"] = len(places), len(datastreams)
    return Reading(
        places, datastreams, observations, tuple(rejects), counts, tuple(notices)
    )


def _join_places(
    readings: Sequence[Reading], notices: list[Reject]
) -> tuple[Place, ...]:
    found: dict[str, Place] = {}
    for reading in readings:
        for place in reading.places:
            first = found.setdefault(place.id, place)
            if first != place:
                found[place.id] = _complete(first, place, notices)
    return tuple(found[name] for name in sorted(found))


def _complete(first: Place, second: Place, notices: list[Reject]) -> Place:
    """Add to what one part says of a place what only another says."""
    # 'und' alone is an id that stands in for a name.
    bare = first.names == {"und": first.id}
    names = second.names if bare else {**second.names, **first.names}
    if len(names) > 1 and names.get("und") == first.id:
        names = {language: name for language, name in names.items() if name != first.id}
    joined = replace(
        first,
        names=names,
        position=first.position or second.position,
        attributes={**second.attributes, **first.attributes},
    )
    differs = [
        what
        for what in ("kind", "position")
        if getattr(first, what)
        and getattr(second, what)
        and getattr(first, what) != getattr(second, what)
    ]
    for what in differs:
        reason = f"a later part says another {what} of {first.id!r}; the first counts"
        notices.append(Reject("", "", 0, "", "", reason, lost=0))
    return joined


def _join_datastreams(readings: Sequence[Reading]) -> tuple[Datastream, ...]:
    found: dict[str, Datastream] = {}
    for reading in readings:
        for each in reading.datastreams:
            if found.setdefault(each.name, each) != each:
                raise NotAcceptable(
                    f"two parts both make {each.name!r}, and differ in its unit or "
                    "dataset",
                    hint="tell them apart by procedure or observed_property",
                )
    return tuple(found[name] for name in sorted(found))


def _distinct(table: pa.Table) -> tuple[pa.Array, int, int]:
    """Return which rows to keep, how many others are equal, how many there are."""
    names = pc.dictionary_encode(table["datastream"].cast(pa.string()))
    codes = names.combine_chunks().indices.to_numpy()
    time = table["time"].cast(pa.int64()).to_numpy()
    order = np.lexsort((time, codes))
    same = (np.diff(codes[order]) == 0) & (np.diff(time[order]) == 0)
    keep = np.ones(len(order), bool)
    again = np.flatnonzero(same) + 1
    keep[order[again]] = False
    value = table["value"].to_numpy()
    censor = table["censor"].to_numpy()
    starts = np.where(np.append(True, ~same), np.arange(len(order)), 0)
    first = order[np.maximum.accumulate(starts)[again]]
    equal = (value[first] == value[order[again]]) & (
        censor[first] == censor[order[again]]
    )
    return pa.array(keep), int(equal.sum()), len(again)
