"""What the checks object to in an import, once each, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet.node.pending import Pending
from waternet.observation.datastream import Datastream
from waternet.observation.place import Place
from waternet.observation.vocabulary import get_terms
from waternet.portal.language.language import Language
from waternet.quality.grouping import Example, Finding
from waternet.quality.place_groups import group_misplaced, misplaced_among
from waternet.quality.wording import (
    LANGUAGES,
    Words,
    by_clock,
    grade_class,
    group_by_series,
    words_in,
)

__all__ = ["plain_objections", "plain_stream", "words_of"]


def words_of(language: Language) -> Words:
    """Return the words of reports in a reader's language, or else in English."""
    return words_in(language.code if language.code in LANGUAGES else "en")


def plain_stream(
    stream: Datastream, places: Mapping[str, Place], language: Language
) -> dict[str, Any]:
    """Return a datastream as its reader knows it."""
    place = places.get(stream.feature)
    terms = get_terms("observed_property")
    known = terms.get(stream.observed_property)
    labels = dict(known.labels) if known else {}
    return {
        "name": stream.name,
        "place": stream.feature,
        "place_names": dict(place.names) if place else {},
        "observed_property": stream.observed_property,
        "quantity": labels.get(language.code, stream.observed_property),
        "unit": stream.unit,
        "statistic": stream.statistic,
        "interval": stream.interval,
        "zone": stream.zone,
    }


def plain_objections(
    pending: Pending, places: Mapping[str, Place], language: Language
) -> dict[str, Any]:
    """Return what the checks object to: by check, then by datastream, then of places.

    Parameters
    ----------
    pending : Pending
    places : mapping of str to Place
        As they stand, and as the import describes them.
    language : Language
    """
    words = words_of(language)
    streams = {one.name: one for one in pending.datastreams}
    grouped = group_by_series(pending.judged.read_findings(), pending.datastreams)
    by_check: dict[str, list[Finding]] = {}
    for groups in grouped.values():
        for one in groups:
            by_check.setdefault(one.check, []).append(one)
    ordered = sorted(
        by_check.items(),
        key=lambda item: (-max(one.grade for one in item[1]), item[0]),
    )
    return {
        "checks": [
            {
                "check": check,
                "name": words.name(check),
                "finding": words.finding(check),
                "advice": words.advice(check),
                "grade": grade_class(max(one.grade for one in found)),
                "count": sum(one.count for one in found),
                "series": [
                    {
                        **plain_stream(streams[one.datastream], places, language),
                        **_group(one, streams[one.datastream].zone, words),
                    }
                    for one in sorted(
                        found, key=lambda one: (-one.count, one.datastream)
                    )
                ],
            }
            for check, found in ordered
        ],
        "places": _about_places(pending, places, words),
    }


def _group(one: Finding, zone: str, words: Words) -> dict[str, Any]:
    return {
        "count": one.count,
        "grade": grade_class(one.grade),
        "first": by_clock(one.first, zone),
        "last": by_clock(one.last, zone),
        "examples": [_example(each, zone, words) for each in one.examples],
    }


def _example(one: Example, zone: str, words: Words) -> dict[str, Any]:
    return {
        "local": by_clock(one.time, zone),
        "value": one.value,
        "expected": one.expected,
        "note": words.note(one.note) if one.note else "",
    }


def _about_places(
    pending: Pending, places: Mapping[str, Place], words: Words
) -> list[dict[str, Any]]:
    told = {one.id for one in pending.places}
    groups = group_misplaced(misplaced_among(places.values(), told))
    return [
        {
            "finding": group.finding,
            "name": words.place(group.finding, "name"),
            "sentence": words.place(group.finding, "finding"),
            "advice": words.place(group.finding, "advice"),
            "places": list(group.places),
            "examples": [
                {"place": one.place, "sentence": words.note(one.sentence)}
                for one in group.examples
            ],
        }
        for group in groups
    ]
