"""The same question, put to the interfaces for files and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np

from waternet.bank.finding.found import Found
from waternet.portal.find.question import Question

__all__ = ["Elsewhere", "elsewhere"]

_MOST_NAMED = 100  # datastreams in one address
_FILES = ("csv", "xlsx", "parquet")
# Facets that the filters of /data say in the same words.
_SAME = ("within", "observed_property", "kind", "party")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Paths with queries below the node's address.

    Attributes
    ----------
    files : mapping of form to path
        All figures of what is found; empty where no single address says so.
    programs : mapping of interface to path
        'data', 'datastreams' (what is measured, without figures), 'sensorthings' and
        'features', where one address says the same.
    """

    files: Mapping[str, str]
    programs: Mapping[str, str]


def elsewhere(question: Question, found: Found) -> Elsewhere:
    """Return where the same is given as files and to programs.

    Where the interfaces have no words for what was asked (words in any script, grades,
    access), up to a hundred datastreams are named one by one.
    """
    if not len(found.rows):
        return Elsewhere({}, {})
    said = _filters(question)
    names: list[str] = []
    if len(found.rows) <= _MOST_NAMED:
        names = sorted(found.inventory.address(int(row)) for row in found.rows)
    if said is None:
        if not names:
            return Elsewhere({}, {})
        said = {"datastream": ",".join(names)}
    period = _period(question, found)
    figures = said | period
    files = {
        form: _path("/data/observations", figures | {"format": form}) for form in _FILES
    }
    programs = {
        "data": _path("/data/observations", figures),
        "datastreams": _path("/data/datastreams", said),
    }
    if told := _features(question, names):
        programs["features"] = told
    if told := _sensorthings(question, names):
        programs["sensorthings"] = told
    return Elsewhere(files, programs)


def _path(path: str, query: Mapping[str, str]) -> str:
    told = urlencode(query, safe=":,/")
    return f"{path}?{told}" if told else path


def _filters(question: Question) -> dict[str, str] | None:
    """Return the question in the words of /data; None where it has none for it."""
    wanted = question.wanted
    if wanted.text or set(wanted.chosen) - set(_SAME):
        return None
    said = {facet: ",".join(values) for facet, values in wanted.chosen.items()}
    if wanted.bbox is not None:
        said["bbox"] = ",".join(f"{one:.10g}" for one in wanted.bbox)
    return said


def _period(question: Question, found: Found) -> dict[str, str]:
    """Return the years, by the owners' clock where all have the same."""
    wanted = question.wanted
    told = {}
    if wanted.first_year is not None:
        told["start"] = f"{wanted.first_year:04d}"
    if wanted.last_year is not None:
        told["end"] = f"{wanted.last_year + 1:04d}"
    if told:
        zone = found.inventory.zone
        held = np.flatnonzero(np.bincount(zone.codes[found.rows]))
        if len(held) == 1:
            told["zone"] = zone.values[int(held[0])]
    return told


def _features(question: Question, names: list[str]) -> str:
    path = "/ogc/collections/datastreams/items"
    wanted = question.wanted
    if names and (wanted.text or wanted.has_period or set(wanted.chosen) - {"party"}):
        return _path(path, {"id": ",".join(names)})
    if wanted.text or wanted.has_period:
        return ""
    if set(wanted.chosen) - {"party", "kind", "observed_property"}:
        return ""
    parts = [
        f"{facet} IN ({', '.join(_quoted(one) for one in values)})"
        for facet, values in wanted.chosen.items()
    ]
    query = {"filter": " AND ".join(parts)} if parts else {}
    if wanted.bbox is not None:
        query["bbox"] = ",".join(f"{one:.10g}" for one in wanted.bbox)
    return _path(path, query)


def _sensorthings(question: Question, names: list[str]) -> str:
    path = "/sta/v1.1/Datastreams"
    wanted = question.wanted
    parties = wanted.chosen.get("party", ())
    is_said = not (wanted.text or wanted.has_period or wanted.bbox)
    if is_said and set(wanted.chosen) <= {"party"}:
        told = [f"properties/party eq {_quoted(one)}" for one in parties]
    elif names and len(names) <= 20:
        told = [f"properties/address eq {_quoted(one)}" for one in names]
    else:
        return ""
    return _path(path, {"$filter": " or ".join(told)} if told else {})


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
