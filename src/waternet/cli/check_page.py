"""The report of a check as one HTML file: no script, nothing from elsewhere.

Names of places may be Arabic, Hebrew or Latin in any of them: each follows its own
direction, and numbers are set apart so that nothing turns them. All that came from
files is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from waternet.cli.check_chart import draw_series
from waternet.observation.datastream import Datastream
from waternet.observation.vocabulary import get_term
from waternet.quality.place_groups import group_misplaced
from waternet.quality.wording import (
    Words,
    by_clock,
    grade_class,
    group_by_series,
)

if TYPE_CHECKING:
    from waternet.node.checking import CheckedFigures
    from waternet.quality.grouping import Example, Finding

__all__ = ["MOST_DRAWN", "write_page"]

MOST_DRAWN = 200  # series with findings that are drawn
_GRADES = ("good", "suspect", "bad", "unchecked")
_STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 system-ui,"Noto Sans","Noto Sans Arabic","Noto Sans Hebrew",
sans-serif;color:#1b2733;background:#fff;margin:0 auto;padding:1.5rem;max-width:60rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1.75rem 0 .25rem}
p{margin:.25rem 0}.small{color:#52606d;font-size:.85rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:start;padding:.35rem .6rem;border-bottom:1px solid #d9e2ec;
vertical-align:top}th{font-weight:600;background:#f0f4f8}
td.n{white-space:nowrap}
svg{width:100%;height:auto;display:block;margin:.25rem 0}
svg text{font:11px system-ui,sans-serif;fill:#52606d}svg .time{text-anchor:middle}
.grid{stroke:#e4e9ee;fill:none}.course{stroke:#2b6cb0;stroke-width:1.2;fill:none;
stroke-linejoin:round;stroke-linecap:round}
svg .suspect{stroke:#b7791f;stroke-width:1.8;fill:none}
svg .bad{stroke:#c53030;stroke-width:2;fill:none}
.grade{border-radius:.6rem;padding:.05rem .5rem;white-space:nowrap}
.grade.suspect{background:#fefcbf;color:#744210}.grade.bad{background:#fed7d7;color:#822727}
.grade.good{background:#c6f6d5;color:#22543d}
.grade.unchecked,.grade.note{background:#e2e8f0}
section{break-inside:avoid}
"""


def write_page(checked: Sequence[CheckedFigures], words: Words) -> str:
    """Return the report as an HTML page in one language."""
    direction = "rtl" if words.language in ("ar", "he") else "ltr"
    said, made = words.headings, datetime.now(UTC).strftime("%Y-%m-%d %H:%MZ")
    parts = [
        f'<!DOCTYPE html><html lang="{words.language}" dir="{direction}"><head>',
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(said['report'])}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(said['report'])}</h1>",
        f'<p class="small">{escape(said["made"])} {_number(made)}</p>',
    ]
    for one in checked:
        parts += _part(one, words)
    return "".join([*parts, "</body></html>\n"])


def _part(one: CheckedFigures, words: Words) -> Iterator[str]:
    said, grouped = words.headings, group_by_series(one.findings, one.datastreams)
    yield f"<h2>{_name(one.name)}</h2>"
    counts = (
        f'<span class="grade {grade}">{escape(said[grade])} '
        f"{_number(f'{one.grades[grade]:,}')}</span>"
        for grade in _GRADES
        if one.grades[grade]
    )
    sizes = {
        "figures": one.observations.num_rows,
        "datastreams": len(one.datastreams),
        "places": len(one.places),
    }
    told = (
        f"{escape(said[what])} {_number(f'{size:,}')}"
        for what, size in sizes.items()
        if size
    )
    yield f"<p>{' · '.join(told)}</p><p>{' '.join(counts)}</p>"
    if one.edits:
        edited = escape(said["edited"]).format(count=_number(f"{one.edits:,}"))
        yield f'<p class="small">{edited}</p>'
    if one.rules:
        yield f'<p class="small">{escape(said["rules"])} {_number(one.rules)}</p>'
    yield from _about_places(one, words)
    if not grouped:
        if not one.misplaced:
            yield f"<p>{escape(said['nothing'])}</p>"
        return
    yield from _summary(grouped, words)
    rows = _rows_by_series(one.observations)
    streams = {stream.name: stream for stream in one.datastreams}
    drawn = sorted(grouped, key=lambda name: _weight(grouped[name]))[:MOST_DRAWN]
    for name in drawn:
        yield from _series(one, streams.get(name), name, grouped[name], rows, words)
    if len(grouped) > len(drawn):
        more = len(grouped) - len(drawn)
        yield f"<p>{escape(said['unplotted'])}: {_number(f'{more:,}')}</p>"
    plain = len(streams) - len(grouped.keys() & streams.keys())
    if plain:
        yield f"<p>{escape(said['plain'])}: {_number(f'{plain:,}')}</p>"


def _about_places(one: CheckedFigures, words: Words) -> Iterator[str]:
    """Name each finding about places once, with some of them and what to do."""
    groups, said = group_misplaced(one.misplaced), words.headings
    if not groups:
        return
    yield f"<h3>{escape(said['placed'])}</h3><table><thead><tr>"
    for heading in ("check", "places", "examples", "advice"):
        yield f'<th scope="col">{escape(said[heading])}</th>'
    yield "</tr></thead><tbody>"
    for group in groups:
        examples = "<br>".join(
            f"{_called(one, example.place, words)}: "
            f"{words.note(example.sentence, _name, _number)}"
            for example in group.examples
        )
        yield (
            f"<tr><td><b>{_name(words.place(group.finding, 'name'))}</b><br>"
            f"{_name(words.place(group.finding, 'finding'))}</td>"
            f'<td class="n">{_number(f"{len(group.places):,}")}</td>'
            f"<td>{examples}</td>"
            f"<td>{_name(words.place(group.finding, 'advice'))}</td></tr>"
        )
    yield "</tbody></table>"


def _called(one: CheckedFigures, name: str, words: Words) -> str:
    """Name a place by its id, and in the reader's language where it has a name."""
    place = one.places.get(name)
    names = dict(place.names) if place else {}
    called = names.get(words.language) or next(iter(names.values()), "")
    called = "" if called == name else called
    return _number(name) + (f" ({_name(called)})" if called else "")


def _summary(grouped: dict[str, list[Finding]], words: Words) -> Iterator[str]:
    """Name each check once, with how much it objects to and what to do."""
    said, figures, series = words.headings, Counter[str](), Counter[str]()
    for groups in grouped.values():
        for group in groups:
            figures[group.check] += group.count
        series.update({group.check for group in groups})
    yield f"<h3>{escape(said['summary'])}</h3><table><thead><tr>"
    for heading in ("check", "count", "datastreams", "advice"):
        yield f'<th scope="col">{escape(said[heading])}</th>'
    yield "</tr></thead><tbody>"
    for check, count in figures.most_common():
        yield (
            f"<tr><td><b>{_name(words.name(check))}</b><br>"
            f"{_name(words.finding(check))}</td>"
            f'<td class="n">{_number(f"{count:,}")}</td>'
            f'<td class="n">{_number(f"{series[check]:,}")}</td>'
            f"<td>{_name(words.advice(check))}</td></tr>"
        )
    yield "</tbody></table>"


def _series(
    one: CheckedFigures,
    stream: Datastream | None,
    name: str,
    groups: Sequence[Finding],
    rows: dict[str, slice],
    words: Words,
) -> Iterator[str]:
    said, unit = words.headings, stream.unit if stream else ""
    zone = stream.zone if stream else "UTC"
    yield f"<section><h3>{_heading(one, stream, name, words)}</h3>"
    yield f'<p class="small">{_number(name)} {_number(f"[{unit}]")}</p>'
    if name in rows:
        table = one.observations.slice(
            rows[name].start, rows[name].stop - rows[name].start
        )
        time = table["time"].cast(pa.int64()).to_numpy()
        yield draw_series(time, table["value"].to_numpy(), table["grade"].to_numpy())
    yield "<table><thead><tr>"
    for heading in ("check", "count", "when", "examples"):
        yield f'<th scope="col">{escape(said[heading])}</th>'
    yield "</tr></thead><tbody>"
    for group in groups:
        grade = grade_class(group.grade)
        when = by_clock(group.first, zone)[:10]
        if group.last != group.first:
            when += f" – {by_clock(group.last, zone)[:10]}"
        examples = "<br>".join(_example(one, zone, words) for one in group.examples)
        yield (
            f'<tr><td>{_name(words.name(group.check))} <span class="grade {grade}">'
            f"{escape(words.grade(group.grade))}</span><br>{_name(words.finding(group.check))}</td>"
            f'<td class="n">{_number(f"{group.count:,}")}</td>'
            f'<td class="n">{_number(when)}</td><td>{examples}</td></tr>'
        )
    yield "</tbody></table></section>"


def _heading(
    one: CheckedFigures, stream: Datastream | None, name: str, words: Words
) -> str:
    """Name the place and the quantity in the reader's language where both have it."""
    if stream is None:
        return _number(name)
    place = one.places.get(stream.feature)
    names = dict(place.names) if place else {}
    called = names.get(words.language) or next(iter(names.values()), stream.feature)
    quantity = get_term("observed_property", stream.observed_property)
    return f"{_name(called)} · {_name(quantity.labels[words.language])}"


def _example(example: Example, zone: str, words: Words) -> str:
    value = "–" if example.value is None else f"{example.value:.10g}"
    told = f"{by_clock(example.time, zone)}&nbsp;&nbsp;<b>{value}</b>"
    told = f'<bdi dir="ltr">{told}</bdi>'
    if example.expected is not None:
        expected = _number(f"{example.expected:.10g}")
        told += f" ({escape(words.headings['expected'])} {expected})"
    if example.note:
        told += f" {words.note(example.note, _name, _number)}"
    return told


def _weight(groups: Sequence[Finding]) -> tuple[int, int]:
    """Return what sorts series: the worst first, then those of most findings."""
    return -max(one.grade for one in groups), -sum(one.count for one in groups)


def _rows_by_series(observations: pa.Table) -> dict[str, slice]:
    column = observations["datastream"].unify_dictionaries().combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0)
    codes, names = column.indices.to_numpy(), column.dictionary.to_pylist()
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = [*starts[1:].tolist(), len(codes)]
    return {
        names[codes[start]]: slice(int(start), end)
        for start, end in zip(starts, ends, strict=True)
    }


def _name(text: str) -> str:
    """Set a name apart, in its own direction."""
    return f'<bdi dir="auto">{escape(text)}</bdi>'


def _number(text: str) -> str:
    """Set a number, a date or an id apart, from left to right."""
    return f'<bdi dir="ltr">{escape(text)}</bdi>'
