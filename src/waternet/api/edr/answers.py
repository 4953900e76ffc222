"""Answers to queries for data: what is meant, how much it is, and in which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.downloads.amounts import amount_of
from waternet.api.edr.choosing import Chosen, choose, choose_quantities
from waternet.api.edr.collections import Collection, find_collection
from waternet.api.edr.coverages import Drawn, to_coverages
from waternet.api.edr.description import FORMATS, JSON, licence_link, link
from waternet.api.edr.features import to_csv, to_features
from waternet.api.edr.instances import find_instance
from waternet.api.edr.intervals import with_ends
from waternet.api.edr.systems import CRS84, read_system
from waternet.api.edr.times import Times, read_times
from waternet.api.figures import asked_plainly, question_of
from waternet.api.problem import Problem
from waternet.bank.as_of import AsOf
from waternet.bank.asking import ask_figures
from waternet.bank.citation import DISCLAIMER, cite, in_one_line
from waternet.bank.question import Question
from waternet.bank.selection import choose_series
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.observation.zone import find_zone

__all__ = ["MOST_FIGURES", "Here", "answer_query", "here", "read_format"]

# In one answer; a GeoJSON feature takes ten times the room of a value.
MOST_FIGURES: Final[Mapping[str, int]] = {
    "CoverageJSON": 1_000_000,
    "GeoJSON": 100_000,
    "CSV": 1_000_000,
}
_LONGEST_HEADER = 4_000  # characters
_SHORT = {name.lower(): name for name in FORMATS} | {
    "covjson": "CoverageJSON",
    "json": "CoverageJSON",
}
_ACCEPTED = {
    **{media_type: name for name, media_type in FORMATS.items()},
    "application/prs.coverage+json": "CoverageJSON",
}


@dataclass(frozen=True, slots=True)
class Here:
    """Which collection, or instance of one, a path leads to.

    Attributes
    ----------
    address : str
        Its own: 'https://water.example/edr/collections/joint'.
    as_of : AsOf or None
        The past in which it is seen.
    """

    collection: Collection
    address: str
    as_of: AsOf | None = None


def here(asked: Asked) -> Here:
    """Return the collection that the path names, as of its instance or ``as_of``.

    Raises
    ------
    NotFound
        No such collection or instance.
    NotAcceptable
        Both an instance and ``as_of`` are given, or one is no past.
    """
    bank, name = asked.bank, asked.path["collection"]
    past, as_of = asked.path.get("instance", ""), question_of(asked).as_of
    address = f"{asked.url}/edr/collections/{quote(name, safe=':')}"
    if past and as_of:
        raise NotAcceptable(
            f"as of {asked.values['as_of'][:80]!r}, in the instance {past[:80]!r}",
            hint="an instance is a past: leave as_of out",
        )
    if past:
        _, as_of = find_instance(bank, find_collection(bank, name), past)
        address += f"/instances/{quote(past, safe=':')}"
    return Here(find_collection(bank, name, as_of), address, as_of)


def answer_query(query: str, asked: Asked) -> Answer:
    """Answer a query for data.

    Parameters
    ----------
    query : str
        'locations', 'position', 'radius', 'area', 'cube' or 'corridor'.

    Returns
    -------
    Answer
        204 where there is no such data.

    Raises
    ------
    NotAcceptable, NotFound
        Parameters are not what they should be, or name what is not here.
    Problem
        It is more than one answer holds (413).
    """
    values, place = asked.values, here(asked)
    form = read_format(asked)
    crs = read_system(values.get("crs", CRS84), place.collection.systems)
    holdings, wanted = choose_quantities(
        place.collection,
        [*values.get("parameter-name", ()), *values.get("parameter_names", ())],
    )
    named = {**values, **asked.path}
    chosen = {
        one.held.address: one
        for one in choose(query, place.collection, holdings, named, crs)
    }
    question, times = _question(asked, place)
    figures = _figures(asked.bank, chosen, question, times, form)
    if _is_nothing(figures, wanted):
        return Answer(b"", "", 204)
    drawn = Drawn(figures, chosen, wanted, crs)
    if question.aggregate:
        drawn = replace(
            drawn,
            aggregate=question.aggregate,
            statistic=question.statistic,
            zone=question.zone,
        )
    return _answer(asked, place, drawn, form)


def read_format(asked: Asked) -> str:
    """Return in which form an answer is asked for, by ``f`` or the header Accept."""
    if written := asked.values.get("f"):
        return _SHORT[written.lower()]
    for part in asked.headers.get("accept", "").split(","):
        if form := _ACCEPTED.get(part.partition(";")[0].strip().lower()):
            return form
    return "CoverageJSON"


def _question(asked: Asked, place: Here) -> tuple[Question, Times]:
    times = Times()
    if written := asked.values.get("datetime"):
        times = read_times(written, find_zone(asked.values.get("zone") or "UTC"))
    question = question_of(asked, times.start, times.end)
    return replace(question, as_of=place.as_of), times


def _figures(
    bank: Bank,
    chosen: Mapping[str, Chosen],
    question: Question,
    times: Times,
    form: str,
) -> pa.Table:
    _verify_bounded(bank, chosen, question, form)
    figures = ask_figures(bank, list(chosen), question).combine_chunks()
    if len(times.spans) > 1:
        t = figures["time"].cast(pa.int64()).to_numpy()
        figures = figures.filter(pa.array(times.hold(t))).combine_chunks()
    if pc.any(pc.is_inf(figures["value"])).as_py():
        raise NotAcceptable(
            f"a value is too large for a number of 64 bits in {question.unit!r}",
            hint="ask for it in a larger unit",
        )
    return figures if question.aggregate else with_ends(figures, chosen)


def _is_nothing(figures: pa.Table, wanted: tuple[str, ...]) -> bool:
    """Return whether no value is left of what was asked for by name."""
    said = [figures[name] for name in wanted if name in figures.column_names]
    is_bare = bool(wanted) and len(said) == len(wanted)
    return not figures.num_rows or (
        is_bare and all(one.null_count == figures.num_rows for one in said)
    )


def _verify_bounded(
    bank: Bank, chosen: Mapping[str, Chosen], question: Question, form: str
) -> None:
    """Raise where there is more than one answer holds."""
    most = MOST_FIGURES[form]
    if sum(one.held.figures for one in chosen.values()) <= most:
        return
    there = amount_of(bank, choose_series(bank, list(chosen)), question).rows
    if there > most:
        raise Problem(
            "TooLarge",
            f"{there:,} figures are asked for, and one answer in {form} holds "
            f"{most:,}: at least {-(-there // most):,} answers",
            hint="split datetime into that many intervals, name fewer locations or "
            "parameters, gather with aggregate=month, or take /data/observations",
        )


def _answer(asked: Asked, place: Here, drawn: Drawn, form: str) -> Answer:
    sources = cite(asked.bank, drawn.figures)
    about = _about(asked, sources)
    if form == "CoverageJSON":
        content = to_coverages(drawn, about)
    elif form == "GeoJSON":
        collection = place.collection
        occurring = {one.held.quantity.name for one in drawn.chosen.values()}
        objects = {
            name: one.to_object(collection.unit_of(name))
            for name, one in collection.quantities.items()
            if name in occurring
        }
        about["links"] = _links(asked, place, sources)
        content = to_features(drawn, place.address, asked.language, objects, about)
    else:
        licences = {_number_of(one): one["licence"] for one in sources}
        content = to_csv(drawn, asked.language, licences)
    return Answer(content, FORMATS[form], headers=_headers(place, sources))


def _about(asked: Asked, sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what an answer says of itself: where its figures come from."""
    return {
        "dct:license": sorted({one["licence"] for one in sources if one["licence"]}),
        "dct:bibliographicCitation": [in_one_line(one) for one in sources],
        "waternet:disclaimer": DISCLAIMER,
        "waternet:question": {**asked_plainly(asked), **asked.path},
        "waternet:releases": sources,
    }


def _links(
    asked: Asked, place: Here, sources: list[dict[str, Any]]
) -> list[dict[str, str]]:
    query = f"?{asked.query}" if asked.query else ""
    named = {name: quote(text, safe=":,") for name, text in asked.path.items()}
    path = asked.operation.path.format(**named)
    return [
        link(f"{asked.url}{path}{query}", "self", FORMATS["GeoJSON"]),
        link(place.address, "collection", JSON),
        *_licences(sources),
    ]


def _licences(sources: list[dict[str, Any]]) -> list[dict[str, str]]:
    named = sorted({one["licence"] for one in sources})
    return [found for found in map(licence_link, named) if found]


def _headers(place: Here, sources: list[dict[str, Any]]) -> dict[str, str]:
    """Return the headers that carry licence and releases, also of CSV."""
    links = [
        f'<{one["href"]}>; rel="license"; title="{one["title"]}"'
        for one in _licences(sources)
    ]
    links.append(f'<{place.address}>; rel="collection"')
    releases = ", ".join(map(_number_of, sources))
    if len(releases) > _LONGEST_HEADER:
        releases = releases[:_LONGEST_HEADER].rpartition(",")[0] + ", ..."
    return {"link": ", ".join(links), "waternet-releases": releases}


def _number_of(source: Mapping[str, Any]) -> str:
    return f"{source['party']}:{source['release']}"
