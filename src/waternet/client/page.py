"""An answer as a notebook shows it: drawing, figures, and the line of its proof."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from waternet.client.chart import COLOURS, MOST_SERIES, Course, draw
from waternet.client.frames import series_of
from waternet.client.metadata import Metadata
from waternet.client.words import COMMAS, RIGHT_TO_LEFT, say
from waternet.observation.vocabulary import get_terms

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["block", "show_answer", "show_metadata"]

_ROWS = 8
_FIGURES = ("observations", "latest")
_COLUMNS = {
    "observations": (
        "datastream",
        "time",
        "value",
        "unit",
        "grade",
        "status",
        "release",
    ),
    "compare": ("feature", "time", "party", "value", "unit", "spread", "release"),
    "stations": ("party", "id", "kind", "names", "longitude", "latitude"),
    "datastreams": ("address", "unit", "figures", "first", "last"),
    "releases": ("party", "release", "issued", "kind", "dataset", "title", "rows"),
}
_STYLE = (
    "font:13px/1.45 system-ui,'Noto Sans','Noto Sans Arabic','Noto Sans Hebrew',"
    "sans-serif;max-width:60em"
)
_TABLE = "border-collapse:collapse;margin:.4em 0;font:inherit;line-height:1.5"
_CELL = "padding:1px 10px;white-space:nowrap;text-align:"


def show_answer(frame: DataFrame, metadata: Metadata) -> str:
    """Return an answer as HTML."""
    parts = []
    if metadata.what in _FIGURES:
        parts += _drawing(frame, metadata)
    parts += [_table(frame, metadata), _count(frame, metadata), _proof(metadata)]
    return block(metadata.language, parts)


def show_metadata(metadata: Metadata) -> str:
    """Return where an answer comes from as HTML."""
    return block(metadata.language, [_proof(metadata)])


def block(language: str, parts: Sequence[str]) -> str:
    """Return parts as one piece of a page, in the way that its language runs."""
    way = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    return (
        f'<div class="waternet" lang="{language}" dir="{way}" style="{_STYLE}">'
        f"{''.join(parts)}</div>"
    )


def _drawing(frame: DataFrame, metadata: Metadata) -> list[str]:
    """Return the course of the first few series of one quantity, and their names."""
    if not len(frame):
        return []
    unit = str(frame["unit"].iloc[0])
    alike = frame[frame["unit"] == unit]
    codes, named = series_of(alike)
    quantity = named[0][1].split("/")[1]
    # Levels of a lake and of a well, on one scale, would both be straight lines.
    keys = [key for key in named if key[1].split("/")[1] == quantity][:MOST_SERIES]
    courses = [_course(alike[codes == named.index(key)]) for key in keys]
    if max(len(one.time) for one in courses) < 2:
        return []
    legend = "".join(
        f'<span style="display:inline-block;margin-inline-end:1.4em">'
        f'<svg width="14" height="8" aria-hidden="true"><path d="M0 4H14" '
        f'stroke="{colour}" stroke-width="3"/></svg> {_named(metadata, *key)}</span>'
        for key, colour in zip(keys, COLOURS, strict=False)
    )
    rest = len(series_of(frame)[1]) - len(keys)
    more = say("not drawn", metadata.language, _apart(rest)) if rest else ""
    return [f"<div>{legend} {_apart(f'[{unit}]')} {more}</div>", draw(courses)]


def _course(own: DataFrame) -> Course:
    return Course(
        own["time"].astype("int64").to_numpy(),
        own["value"].to_numpy(np.float64),
        own["censor"].isin(("<", ">")).to_numpy(),
    )


def _named(metadata: Metadata, party: str, name: str) -> str:
    """Name a series: its party, station and quantity in the language of the answer."""
    feature, observed_property, statistic = name.split("/")[:3]
    names = _names(metadata, party, feature)
    told = names.get(metadata.language) or next(iter(names.values()), feature)
    labels = [_label("observed_property", observed_property, metadata.language)]
    if metadata.is_gathered:
        statistic = metadata.question.get("statistic", "mean")
    if statistic != "instant":
        labels.append(_label("statistic", statistic, metadata.language))
    comma = COMMAS[metadata.language]
    said = f"{_apart(party)}: {_apart(told, is_name=True)}"
    return f"{said}{comma} {escape(f'{comma} '.join(labels))}"


def _names(metadata: Metadata, party: str, feature: str) -> dict[str, str]:
    for one in metadata.stations:
        if (one["party"], one["id"]) == (party, feature):
            return dict(one["names"])
    return {}


def _label(vocabulary: str, term: str, language: str) -> str:
    known = get_terms(vocabulary).get(term)
    return known.labels[language] if known else term


def _table(frame: DataFrame, metadata: Metadata) -> str:
    wanted = _COLUMNS.get(metadata.what, _COLUMNS["observations"])
    if metadata.what in _FIGURES and metadata.is_gathered:
        wanted = ("datastream", "period", "value", "unit", "n", "coverage", "release")
    columns = [name for name in wanted if name in frame.columns]
    if not len(frame):
        return f"<p>{escape(say('nothing', metadata.language))}</p>"
    shown = frame.iloc[:_ROWS]
    head = "".join(_cell("th", name, "start") for name in columns)
    rows = "".join(
        f"<tr>{''.join(_shown(row, name, metadata) for name in columns)}</tr>"
        for row in shown.to_dict("records")
    )
    return (
        f'<div dir="ltr" style="overflow-x:auto"><table style="{_TABLE}">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _shown(row: dict[Any, Any], name: str, metadata: Metadata) -> str:
    value = row[name]
    if isinstance(value, dict):
        told = value.get(metadata.language) or next(iter(value.values()), "")
        return _cell("td", told, "start")
    if value is None or value != value or str(value) in ("<NA>", "NaT"):
        return _cell("td", "", "start")
    if name == "datastream":
        short = "/".join(str(value).split("/")[:2])
        return _cell("td", f"{row['party']}:{short}", "start")
    if name == "value":
        return _cell("td", f"{row['censor'] or ''}{value:.10g}", "right")
    if isinstance(value, float):
        return _cell("td", f"{value:.6g}", "right")
    if hasattr(value, "isoformat"):
        return _cell("td", value.strftime("%Y-%m-%d %H:%M"), "start")
    is_number = isinstance(value, int)
    return _cell("td", value, "right" if is_number else "start")


def _cell(tag: str, text: object, side: str) -> str:
    return f'<{tag} style="{_CELL}{side}"><bdi>{escape(str(text))}</bdi></{tag}>'


def _count(frame: DataFrame, metadata: Metadata) -> str:
    language, more = metadata.language, len(frame) - _ROWS
    told = [say("more", language, _apart(f"{more:,}"))] if more > 0 else []
    if "censor" in frame.columns:
        limits = int(frame["censor"].isin(("<", ">")).sum())
        told += [say("limits", language, _apart(f"{limits:,}"))] * bool(limits)
    if "grade" in frame.columns:
        doubted = int(frame["grade"].isin(("suspect", "bad")).sum())
        told += [say("suspect", language, _apart(f"{doubted:,}"))] * bool(doubted)
    return f'<p style="margin:.2em 0">{" · ".join(told)}</p>' if told else ""


def _proof(metadata: Metadata) -> str:
    """Return whose figures they are, and how to check that."""
    language, comma = metadata.language, COMMAS[metadata.language]
    told = []
    for one in metadata.citation:
        size = metadata.positions.get(one["party"], 0)
        place = say(
            "entries",
            language,
            _apart(one["release"]),
            _apart(size),
            _apart(one["party"]),
        )
        licence = one["licence"] or say("no licence", language)
        told.append(
            f"<li>{_apart(one['title'], is_name=True)}: {place}{comma} "
            f"{_apart(one['issued'][:10])}{comma} {_apart(licence)}{comma} "
            f"<code>{_apart(one['sha256'][:12])}</code></li>"
        )
    if not told:
        return f'<p style="margin:.2em 0;opacity:.75">{_origin(metadata)}</p>'
    gathered = f"{say('gathered', language)}; " * metadata.is_gathered
    remark = f"{escape(gathered)}{escape(say('not verified', language))}"
    shown = "".join(told[:_ROWS]) + "<li>…</li>" * (len(told) > _ROWS)
    return (
        f'<details style="opacity:.85"><summary>{_signers(metadata)} · '
        f"{_origin(metadata)} · {remark}</summary><ul>{shown}</ul></details>"
    )


def _signers(metadata: Metadata) -> str:
    numbers: dict[str, list[str]] = {}
    for one in metadata.citation:
        numbers.setdefault(one["party"], []).append(str(one["release"]))
    named = [
        _apart(f"{party}:{','.join(found[:4])}{'…' * (len(found) > 4)}")
        for party, found in sorted(numbers.items())
    ]
    comma = COMMAS[metadata.language]
    return f"{say('signed by', metadata.language)} {f'{comma} '.join(named)}"


def _origin(metadata: Metadata) -> str:
    language = metadata.language
    day = _apart(metadata.retrieved.strftime("%Y-%m-%d %H:%M UTC"))
    told = f"{say('retrieved', language)} {day}"
    past = metadata.question.get("as_of")
    if past:
        told += f"{COMMAS[language]} {say('as of', language)} {_apart(past)}"
    return told


def _apart(text: object, *, is_name: bool = False) -> str:
    """Set a text apart: figures from left to right, names as their letters run."""
    way = "" if is_name else ' dir="ltr"'
    return f"<bdi{way}>{escape(str(text))}</bdi>"
