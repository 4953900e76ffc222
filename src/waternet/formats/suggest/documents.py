"""Suggested recipes for documents that say themselves what their series are."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from waternet.formats.recipe import TableLayout
from waternet.formats.series import SourceSeries
from waternet.formats.suggest.clocks_near import zones_near
from waternet.formats.suggest.draft import Draft, Part
from waternet.formats.suggest.placing import Context, ask_kind, guess_kind
from waternet.formats.suggest.quantities import LEAVE_OUT, Quantity, refine
from waternet.formats.suggest.roles import Roles, is_id
from waternet.formats.suggest.timing import ask_zone
from waternet.formats.suggest.unit_text import read_unit
from waternet.formats.suggest.words import find_words
from waternet.observation.datastream import INSTANT
from waternet.observation.vocabulary import find_by_code, get_terms

__all__ = ["describe_document"]

_OFFSET = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$")
_STANDARDS = ("usgs", "wqp", "cuahsi", "odm2", "wmo")
# What these call a level or depth is the water above a sensor, or set by its owner.
_LOGGERS = ("diver", "hobo", "insitu", "solinst", "toa5")
_ABOVE_A_DATUM = (
    *("water-level", "lake-level", "groundwater-level", "stage"),
    "depth-to-groundwater",
)


def describe_document(path: Path, name: str, draft: Draft, context: Context) -> Part:
    """Return what a series document holds."""
    module = import_module(f"waternet.formats.{name}")
    document = module.list_series(path, TableLayout())
    part = Part()
    found: list[tuple[SourceSeries, Quantity]] = []
    is_logger = name in _LOGGERS
    terms_of = [_term(each, is_logger=is_logger) for each in document.series]
    # Where nothing at all is understood, leaving out is no sensible default.
    default = LEAVE_OUT if any(term for term, _ in terms_of) else None
    seen: set[tuple[str, ...]] = set()
    for series, told in zip(document.series, terms_of, strict=True):
        key = _key(series)
        if not series.points.time or key in seen:
            continue
        seen.add(key)
        quantity = _quantity(draft, series, told, default)
        if quantity is not None:
            found.append((series, quantity))
    kinds = {series.kind for series in document.series}
    if kinds == {""} or not kinds:
        terms = [quantity.term for _, quantity in found]
        known = [term for term in terms if term in get_terms("observed_property")]
        kind = ask_kind(draft, guess_kind(Roles(), known, context))
    else:
        kind = kinds.pop() if len(kinds) == 1 else ""
        draft.say("station.kind", kind or "each its own", "the document says it", 0.97)
    refine([quantity for _, quantity in found], kind)
    if kind:
        part.station["kind"] = kind
    _ids(draft, part, document.series)
    _values(draft, part, found)
    if part.value:
        _zone(draft, part, [series for series in document.series if series.points.time])
    return part


def _key(series: SourceSeries) -> tuple[str, ...]:
    return (
        series.quantities[0] if series.quantities else "",
        series.unit,
        series.statistic,
        series.interval,
    )


def _quantity(
    draft: Draft, series: SourceSeries, told: tuple[str, str], default: str | None
) -> Quantity | None:
    """Return what a series is of; asks where neither code nor name tells it."""
    name = series.quantities[0] if series.quantities else series.feature
    key = f"quantity.{name}"
    given = draft.answer(key)
    if given == LEAVE_OUT:
        return None
    if given:
        parts = [*given.split(), "", "", ""]
        draft.say(key, given, "you said so", 1.0)
        return Quantity(
            parts[0], None, {}, parts[1], parts[2], parts[3], 1.0, "you said so"
        )
    term, reason = told
    if term:
        return Quantity(
            term, None, share=1.0 if series.observed_property else 0.8, reason=reason
        )
    choices = [
        match.term
        for text in series.quantities
        for match in find_words("property", text)
    ]
    answer = draft.ask(
        key,
        f"What is {' / '.join(series.quantities[:3])!r} ({series.unit or 'no unit'})? "
        "TERM UNIT, or leave out",
        [*dict.fromkeys(choices[:3]), LEAVE_OUT],
        default,
        "no code or name tells which observed property it is",
    )
    return None if answer in (None, LEAVE_OUT) else Quantity(answer or "", None)


def _term(series: SourceSeries, *, is_logger: bool) -> tuple[str, str]:
    if series.observed_property:
        return series.observed_property, "the document's code for it says so"
    for text in series.quantities:
        for standard in _STANDARDS:
            found = find_by_code("observed_property", standard, text)
            if found:
                return found.id, f"{text!r} is its name in {standard}"
    for text in series.quantities:
        matches = find_words("property", text)
        if is_logger and matches and matches[0].term in _ABOVE_A_DATUM:
            continue
        if matches and matches[0].share >= 0.45:
            return matches[0].term, f"{text!r} says {matches[0].word!r}"
    return "", ""


def _ids(draft: Draft, part: Part, series: tuple[SourceSeries, ...]) -> None:
    bad = sorted({each.feature for each in series if not is_id(each.feature)})
    if bad:
        part.station["make_ids"] = True
        reason = f"{bad[0]!r} cannot be an id: ids are made from what the document says"
        draft.say("station.make_ids", True, reason, 0.9)


def _values(
    draft: Draft, part: Part, found: list[tuple[SourceSeries, Quantity]]
) -> None:
    names = Counter(series.quantities[0] for series, _ in found if series.quantities)
    for series, quantity in found:
        unit = quantity.unit or series.ucum or read_unit(series.unit)
        column = series.quantities[0] if series.quantities else ""
        if not unit:
            usual = get_terms("observed_property")[quantity.term].unit
            unit = (
                draft.ask(
                    f"unit.{column}",
                    f"In which unit (UCUM) are the figures of {column!r}? The document "
                    "says "
                    f"{series.unit or 'nothing'!r}",
                    (usual,),
                    usual if not series.unit and usual in ("1", "%") else None,
                    "its text is no unit that is known here",
                )
                or ""
            )
            if not unit:
                unit = usual
                draft.assume(f"{quantity.term} in {unit}")
        value: dict[str, Any] = {
            "column": column,
            "observed_property": quantity.term,
            "unit": unit,
        }
        if series.unit:
            value["written_unit"] = series.unit
        _over(draft, value, series, quantity)
        if names[column] > 1:
            told = {"statistic": series.statistic, "interval": series.interval}
            when = {key: said for key, said in told.items() if said}
            if when:
                value["when"] = when
        part.value.append(value)
        term = f"{quantity.term}, {unit}, {value.get('statistic', 'instant')}"
        draft.say(
            f"quantity.{column}", term, quantity.reason, 0.6 + 0.37 * quantity.share
        )
    _tell_apart(part)


def _over(
    draft: Draft, value: dict[str, Any], series: SourceSeries, quantity: Quantity
) -> None:
    statistic = quantity.statistic or series.statistic
    interval = quantity.interval or series.interval
    if not statistic and interval and interval != INSTANT:
        statistic = (
            draft.ask(
                f"statistic.{quantity.term}",
                f"Figures of {series.quantities[0]!r} are over {interval}: "
                "mean or total?",
                ("mean", "total", "maximum", "minimum", "instant"),
                "total" if quantity.term == "precipitation" else "mean",
                "the document does not say it",
            )
            or "mean"
        )
    if statistic and statistic != "instant":
        value |= {"statistic": statistic, "interval": interval or "P1D"}


def _tell_apart(part: Part) -> None:
    """Give parts that would make one datastream in two units a procedure each."""
    seen: dict[tuple[str, ...], dict[str, Any]] = {}
    for value in part.value:
        key = (
            value["observed_property"],
            value.get("statistic", ""),
            value.get("interval", ""),
            value.get("procedure", ""),
        )
        if key in seen and seen[key]["unit"] != value["unit"]:
            value["procedure"] = re.sub(r"[^A-Za-z0-9._-]+", "-", value["column"])[
                :40
            ].strip("-")
        seen.setdefault(key, value)


def _zone(draft: Draft, part: Part, series: list[SourceSeries]) -> None:
    zones = {each.zone for each in series}
    texts = [text for each in series for text in each.points.time[:50] if text]
    stated = bool(texts) and all(_OFFSET.search(text) for text in texts)
    if zones and "" not in zones:
        draft.say("time.zone", sorted(zones), "the document says it", 0.97)
        return
    over = any(value.get("statistic") for value in part.value)
    points = []
    for each in series:
        try:
            points.append((float(each.x), float(each.y)))
        except ValueError:
            continue
    near = zones_near([p for p in points if abs(p[0]) <= 180 and abs(p[1]) <= 90])
    ask_zone(draft, part, near, stated=stated and not over)
