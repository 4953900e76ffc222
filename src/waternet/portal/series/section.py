"""What the pages of a station, of a chart and of an embedded chart have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
from markupsafe import Markup

from waternet.bank.calendar import PERIODS
from waternet.bank.catalogue import Series
from waternet.bank.citation import cite, in_one_line
from waternet.bank.query import get_latest
from waternet.bank.question import STATISTICS
from waternet.bank.when import read_past
from waternet.bank.words import WORDS
from waternet.observation.datastream import calendar_interval
from waternet.observation.zone import find_zone
from waternet.portal.chart.strokes import dashes_of
from waternet.portal.language.isolation import Isolating
from waternet.portal.language.units import unit_text
from waternet.portal.page import Visit
from waternet.portal.rendering import to_script_data
from waternet.portal.series.amount import MOST_FIGURES, shortened, verify_amount
from waternet.portal.series.asking import SPANS, Asking, asking_of, needs_last
from waternet.portal.series.described import Described, describe
from waternet.portal.series.drawing import Drawn, draw, figures_of, zone_name
from waternet.portal.series.listing import in_iso, list_figures
from waternet.portal.series.programs import (
    FORMS,
    data_query,
    programs_of,
    shown_query,
)
from waternet.portal.series.remembered import REMEMBERED, key_of
from waternet.portal.series.revisions import (
    MOST_LISTED,
    changes_between,
    entries_about,
)
from waternet.portal.series.words import (
    month_words,
    period_words,
    statistic_words,
    status_words,
)

__all__ = ["Section", "section_of"]

# Units that readers of one ask for; any other UCUM code is taken, too.
_UNITS: Final = (
    ("m", "cm", "[ft_i]"),
    ("mm", "cm", "[in_i]"),
    ("m3/s", "L/s", "m3/h", "hm3/a", "[cft_i]/s"),
    ("hm3/a", "m3/a", "m3/s", "km3/a"),
    ("hm3", "m3", "km3", "[acr_us].[ft_us]"),
    ("mg/L", "ug/L"),
    ("Cel", "K", "[degF]"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A hydrograph with its table, citation and ways out.

    Attributes
    ----------
    data : mapping
        As JSON says it.
    more : mapping
        What the template needs besides.
    """

    data: Mapping[str, Any]
    more: Mapping[str, Any]


def section_of(visit: Visit, series: Sequence[Series]) -> Section:
    """Return what a page shows of some datastreams.

    Raises
    ------
    NotAcceptable
        What is asked cannot be: a unit of another dimension, a period shorter than
        the datastream's interval...
    """
    found: Section = REMEMBERED.find(key_of(visit), lambda: _section(visit, series))
    return found


def _section(visit: Visit, series: Sequence[Series]) -> Section:
    described = describe(visit.bank, series)
    zone = _zone(visit, described)
    values = shortened(visit.bank, series, visit.values, MOST_FIGURES)
    last = _last(visit, described) if needs_last(values) else None
    times = [one["time"] for one in last or ()]
    latest = max(times).replace(tzinfo=UTC) if times else None
    asking = asking_of(visit, values, latest, zone)
    verify_amount(visit.bank, series, asking, MOST_FIGURES)
    figures = figures_of(visit.bank, described, asking.question)
    if last is None:
        last = [_at_end(table) for table in figures if table.num_rows]
    then = _then(visit, described, asking)
    drawn = draw(visit.bank, described, figures, asking, visit.language, zone, then)
    changes, changes_count = _changes(described, then, figures)
    asked = {name: one for name, one in asking.values.items() if name != "format"}
    data = {
        "question": asked,
        "zone": zone_name(zone),
        "datastreams": [one.to_json() for one in described],
        "latest": [_latest(one) for one in last],
        "table": _table(asking, described, figures),
        "changes": changes,
        "changes_count": changes_count,
        "citation": _citation(visit, figures),
        "told": drawn.told.striptags(),
        "chart": _payload(visit, described, asking, drawn),
    }
    more = {
        **_more(visit, described, asking, drawn, zone),
        **_words(visit),
        **_links(visit, described, asking),
        "tabled": data["table"],
        "chart_json": to_script_data(data["chart"]) if data["chart"] else "",
    }
    return Section(data, more)


def _at_end(figures: pa.Table) -> dict[str, Any]:
    told: dict[str, Any] = figures.slice(figures.num_rows - 1).to_pylist()[0]
    return told


def _last(visit: Visit, described: Sequence[Described]) -> list[dict[str, Any]]:
    past = visit.values.get("as_of", "")
    addresses = [one.address for one in described]
    as_of = read_past(past) if past else None
    found: list[dict[str, Any]] = get_latest(
        visit.bank, addresses, as_of=as_of
    ).to_pylist()
    return found


def _payload(
    visit: Visit, described: Sequence[Described], asking: Asking, drawn: Drawn
) -> orjson.Fragment | None:
    """Return what `chart.js` draws, as JSON; None where no script does.

    A page that is remembered keeps its text: as lists it would take thirty times more.
    """
    if not _is_for_script(visit, asking):
        return None
    proof = visit.link.to("/proof")
    told = {
        **drawn.payload,
        "addresses": [one.address for one in described],
        "proof": f"{proof}{'&' if '?' in proof else '?'}datastream=",
    }
    return orjson.Fragment(orjson.dumps(told))


def _is_for_script(visit: Visit, asking: Asking) -> bool:
    return asking.tab == "chart" or visit.values.get("format") == "json"


def _zone(visit: Visit, described: Sequence[Described]) -> tzinfo:
    """Return by whose clock the page tells times: as asked, or the first owner's."""
    named = visit.values.get("zone") or (described[0].zone if described else "UTC")
    return find_zone(named)


def _then(
    visit: Visit, described: Sequence[Described], asking: Asking
) -> list[pa.Table]:
    if asking.against is None:
        return []
    question = replace(asking.question, as_of=asking.against)
    return figures_of(visit.bank, described, question)


def _changes(
    described: Sequence[Described], then: Sequence[pa.Table], now: Sequence[pa.Table]
) -> tuple[list[dict[str, Any]], int]:
    """Return the figures that differ, with both of their sides in words; how many."""
    told, count = list[dict[str, Any]](), 0
    for one, old, new in zip(described, then, now, strict=False):
        changes, number = changes_between(old, new, MOST_LISTED - len(told))
        count += number
        told += [
            {
                "datastream": one.address,
                "time": in_iso(change.time),
                "then": _side(change.then),
                "now": _side(change.now),
            }
            for change in changes
        ]
    return told, count


def _side(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    words = {
        name: None if told[name] is None else WORDS[name][told[name]]
        for name in ("censor", "grade", "status")
    }
    return {**told, **words}


def _latest(figure: Mapping[str, Any]) -> dict[str, Any]:
    told = _side(figure) or {}
    return {
        **told,
        "datastream": f"{figure['party']}:{figure['datastream']}",
        "time": in_iso(figure["time"]),
        "end": in_iso(figure["end"]),
    }


def _table(
    asking: Asking, described: Sequence[Described], figures: Sequence[pa.Table]
) -> dict[str, Any]:
    listed = list_figures(
        described,
        figures,
        asking.values.get("page", 1),
        is_newest_first=asking.values.get("order", "newest") == "newest",
    )
    return {
        "rows": listed.rows,
        "page": listed.page,
        "pages": listed.pages,
        "count": listed.count,
    }


def _citation(visit: Visit, figures: Sequence[pa.Table]) -> list[dict[str, Any]]:
    parties, releases = list[str](), list[int]()
    for table in figures:
        if not table.num_rows:
            continue
        found = np.unique(table["release"].to_numpy()).tolist()
        parties += [table["party"][0].as_py()] * len(found)
        releases += found
    known = pa.table(
        [pa.array(parties, pa.string()), pa.array(releases, pa.int64())],
        names=["party", "release"],
    )
    return [{**one, "text": in_one_line(one)} for one in cite(visit.bank, known)]


def _more(
    visit: Visit,
    described: Sequence[Described],
    asking: Asking,
    drawn: Drawn,
    zone: tzinfo,
) -> dict[str, Any]:
    addresses = [one.address for one in described]
    entries = (
        entries_about(visit.bank, described[0].party, described[0].about["dataset"])
        if described
        else []
    )
    query = data_query(addresses, asking)
    return {
        "drawn": replace(drawn, payload={}),
        "asking": asking,
        "when": _teller(visit, described, zone),
        "spans": SPANS,
        "periods": list(PERIODS),
        "statistics": (*STATISTICS, "p10", "p50", "p90"),
        "units": _units(described),
        "entries": entries,
        "forms": FORMS,
        "downloads": {one: {**query, "format": one} for one in FORMS},
        "programs": programs_of(visit.asked.url, addresses, asking),
        "described": described,
        "against_known": {f"{described[0].party}:{one['release']}" for one in entries}
        if described
        else set(),
        "reasons": {one["release"]: one["reason"] for one in entries},
        "titles": {one.address: one.title(visit.language) for one in described},
    }


def _teller(
    visit: Visit, described: Sequence[Described], zone: tzinfo
) -> Callable[[Mapping[str, Any]], Markup]:
    """Return what writes a row's time: a day, month or year by its owner's calendar."""
    write = Isolating(visit.language)
    units = {
        one.address: (calendar_interval(one.about["interval"])[1], find_zone(one.zone))
        for one in described
    }

    def tell(row: Mapping[str, Any]) -> Markup:
        when = datetime.fromisoformat(row["time"])
        unit, owner = units[row["datastream"]]
        if unit == "year":
            return write.year(when.astimezone(owner).year)
        if unit == "month":
            return write.month(when, owner)
        if unit == "day":
            return write.day(when, owner)
        return write.moment(when, zone)

    return tell


def _units(described: Sequence[Described]) -> list[str]:
    own = {one.about["unit"] for one in described}
    others = [one for group in _UNITS if own & set(group) for one in group]
    return list(dict.fromkeys([*sorted(own), *others]))


def _words(visit: Visit) -> dict[str, Any]:
    language = visit.language
    return {
        "period_words": period_words(language),
        "statistic_words": statistic_words(language),
        "status_labels": status_words(language),
        "month_words": month_words(language),
        "unit_words": lambda code: unit_text(code) or code,
        "dashes": dashes_of,
    }


def _links(
    visit: Visit, described: Sequence[Described], asking: Asking
) -> dict[str, Any]:
    """Return what a form sends along unseen, and where the drawing stands alone."""
    names = ("datastream", "lang", "tab", "axes")
    kept = [(name, text) for name, text in visit.link.pairs if name in names and text]
    addresses = ",".join(one.address for one in described)
    shown = shown_query([addresses], asking.values)
    languages = [text for name, text in visit.link.pairs if name == "lang"]
    return {
        "kept": kept,
        "addresses": addresses,
        "language_kept": languages[0] if languages else "",
        "embed_link": visit.link.to("/embed", **shown),
        "whole_link": visit.link.to("/chart", **shown),
    }
