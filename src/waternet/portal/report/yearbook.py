"""A yearbook in one, two or three languages: title, map, chapters, sources, proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

from waternet.bank.store import Bank
from waternet.errors import NotAcceptable
from waternet.node.folder import Node
from waternet.portal.language.language import Language
from waternet.portal.map.drawing import Point, Shape, lay_paper
from waternet.portal.map.extent import Extent
from waternet.portal.map.figure import disclaimer, make_figure
from waternet.portal.map.layers import choose_layers
from waternet.portal.map.marks import MARKS, mark_of_kind
from waternet.portal.report.contents import Chapter, Period, read_chapters
from waternet.portal.report.direction import left_to_right, name
from waternet.portal.report.proof import tell_proof, tell_sources
from waternet.portal.report.provenance import Source, read_sources
from waternet.portal.report.scope import Scope
from waternet.portal.report.telling import tell_chapter
from waternet.portal.report.typesetting import set_report

__all__ = ["MOST_CELLS", "make_yearbook", "newest_entry"]

MOST_CELLS: Final = 150_000  # of tables: half a minute, and not 1 GB
_LEAST_HEIGHT: Final = 1.5  # deg, of the map: coasts and lakes tell where it is
_FAMILY: Final = "'Noto Sans', 'Vazirmatn', 'Noto Sans Hebrew', sans-serif"


def make_yearbook(
    node: Node,
    bank: Bank,
    scope: Scope,
    languages: Sequence[Language],
    period: Period,
    *,
    layers: str | None = None,
    day: date | None = None,
) -> bytes:
    """Return a yearbook as PDF.

    Parameters
    ----------
    node : Node
        Whose records are checked for the proof.
    bank : Bank
        As its reader may see it.
    scope : Scope
    languages : one to three Languages
        Each has a part of its own, in this order.
    period : Period
    layers : str or None
        Of the map: 'PARTY:ID' with commas, or 'none'; None is basins and waters.
    day : date or None
        That it bears; None is the day of the bank's newest entry, so that one bank
        gives one file.

    Raises
    ------
    NotFound, NotAcceptable
        There is nothing to tell, or too much: see `read_chapters`, `set_report`.
    """
    chapters = read_chapters(bank, scope, period)
    sources, left_out = read_sources(node, bank, chapters)
    when = newest_entry(bank) if day is None else datetime.combine(day, time(), UTC)
    parties = {party: card.names for party, card in node.cards().items()}
    drawings: dict[str, str] = {}
    parts = []
    for language in languages:
        book = _Book(node, bank, scope, chapters, sources, language, parties, when)
        part, drawn = book.told(period, layers, left_out)
        parts.append(part)
        drawings |= drawn
    _verify_length(parts)
    title = " · ".join(one["foot"] for one in parts)
    return set_report({"title": _plain(title), "parts": parts}, drawings, when)


def _verify_length(parts: Sequence[Mapping[str, Any]]) -> None:
    """Raise where the tables of all parts are more than a machine should set."""
    cells = sum(
        len(table["rows"]) * len(table["head"])
        for part in parts
        for chapter in part["chapters"]
        for table in chapter["tables"]
    )
    if cells > MOST_CELLS:
        raise NotAcceptable(
            f"tables of {cells:,} cells; a yearbook holds {MOST_CELLS:,}",
            hint="give --from and --to, a smaller area, or one language at a time",
        )


def newest_entry(bank: Bank) -> datetime:
    """Return when the newest entry of all parties was issued; 1970 where none was."""
    ((newest,),) = bank.catalogue.rows("SELECT max(issued) FROM entry")
    return datetime.fromtimestamp((newest or 0) // 1_000_000, UTC)


class _Book:
    """One language's part of a yearbook."""

    def __init__(
        self,
        node: Node,
        bank: Bank,
        scope: Scope,
        chapters: Sequence[Chapter],
        sources: Sequence[Source],
        language: Language,
        parties: Mapping[str, Mapping[str, str]],
        when: datetime,
    ) -> None:
        self.node, self.bank, self.scope = node, bank, scope
        self.chapters, self.sources = chapters, sources
        self.language, self.parties, self.when = language, parties, when

    def told(
        self, period: Period, layers: str | None, left_out: int
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the part's words, and its drawings by file name."""
        language = self.language
        pgettext = language.pgettext
        drawings: dict[str, str] = {}
        chapters = []
        for number, chapter in enumerate(self.chapters, 1):
            told = tell_chapter(
                chapter, number, language, period.first_month, self.parties
            )
            chapters.append(told.words)
            drawings |= told.drawings
        shown = self._map(layers, drawings)
        part = {
            "lang": language.code,
            "dir": language.direction,
            "title": self._title(),
            "subtitle": pgettext("report", "Water yearbook"),
            "foot": f"{self._title()} · {pgettext('report', 'Water yearbook')}",
            "facts": self._facts(),
            "opening": [
                disclaimer(language),
                pgettext(
                    "report",
                    "Every figure here was signed by the party that published it; the "
                    "last pages say in which release, and how to check it without us.",
                ),
            ],
            "contents": pgettext("report", "Contents"),
            "map": shown,
            "chapters": chapters,
            "sections": [
                tell_sources(self.sources, left_out, language, self.parties),
                tell_proof(self.sources, self.chapters, language),
            ],
        }
        return part, {file: _with_fonts(svg) for file, svg in drawings.items()}

    def _title(self) -> str:
        language, scope = self.language, self.scope
        if scope.kind == "release":
            return name(scope.title, language) or left_to_right(scope.address)
        told = language.best_of(scope.names)[1]
        return name(told, language) if told else left_to_right(scope.address)

    def _facts(self) -> list[list[Any]]:
        pgettext, language = self.language.pgettext, self.language
        kinds = {
            "area": pgettext("report", "Area"),
            "station": pgettext("report", "Station"),
            "release": pgettext("report", "Release"),
        }
        earliest = min(self.chapters, key=lambda one: int(one.line.time[0]))
        latest = max(self.chapters, key=lambda one: int(one.line.time[-1]))
        named = sorted({one.about.party for one in self.chapters})
        owners = [
            name(language.best_of(self.parties.get(one, {}))[1] or one, language)
            for one in named
        ]
        days = [
            language.day(datetime.fromtimestamp(one.line.time[at] / 1000, one.zone))
            for one, at in ((earliest, 0), (latest, -1))
        ]
        figures = sum(one.figures for one in self.chapters)
        return [
            [kinds[self.scope.kind], left_to_right(self.scope.address)],
            [pgettext("report", "Published by"), " · ".join(owners)],
            [pgettext("report", "First figure of"), days[0]],
            [pgettext("report", "Last figure of"), days[1]],
            [
                pgettext("report", "Datastreams"),
                left_to_right(language.number(len(self.chapters), 0)),
            ],
            [
                pgettext("report", "Figures"),
                left_to_right(language.number(figures, 0)),
            ],
            [pgettext("report", "As of"), language.day(self.when)],
        ]

    def _map(
        self, layers: str | None, drawings: dict[str, str]
    ) -> dict[str, Any] | None:
        """Return the map of the stations; None where no position is known."""
        language = self.language
        pgettext = language.pgettext
        points = {
            one.about.place_address: _point(one, language)
            for one in self.chapters
            if one.about.place.get("position")
        }
        if not points:
            return None
        shapes: tuple[Shape, ...]
        shapes, _ = choose_layers(self.node, self.bank, layers, language, self.parties)
        label = pgettext("report", "Map of the stations")
        extent = _wide_enough(list(points.values()))
        figure = make_figure(
            list(points.values()),
            language=language,
            label=label,
            extent=extent,
            layers=shapes,
        )
        file = f"map-{language.code}.svg"
        drawings[file] = str(figure.svg)
        legend = []
        for mark, path, text in figure.legend:
            named = f"mark-{mark}.svg"
            drawings[named] = _mark(path, MARKS[mark].colour)
            legend.append({"file": named, "text": text})
        return {
            "title": label,
            "file": file,
            "alt": f"{label}: {', '.join(one.label for one in points.values())}",
            "caption": pgettext("report", "Land, water and stations, and no borders."),
            "legend": legend,
            "notes": [
                *(name(text, language) for _, text in figure.layers),
                disclaimer(language),
            ],
        }


def _wide_enough(points: Sequence[Point]) -> Extent:
    """Return an extent with all points in it, and enough around a lone one."""
    extent = lay_paper(points).extent
    height = extent.north - extent.south
    return extent.scaled(max(1.0, _LEAST_HEIGHT / height))


def _point(chapter: Chapter, language: Language) -> Point:
    about = chapter.about
    position = about.place["position"]
    return Point(
        position["longitude"],
        position["latitude"],
        about.place_name(language),
        "",
        mark_of_kind(about.place["kind"]),
    )


def _mark(path: str, colour: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 16 16" width="16" '
        f'height="16"><path d="{path}" fill="{colour}" fill-rule="evenodd"/></svg>'
    )


def _with_fonts(svg: str) -> str:
    """Let a drawing's letters be those of the report's fonts."""
    svg = svg.replace(
        "'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Hebrew', sans-serif", _FAMILY
    )
    if "font-family" not in svg:
        svg = svg.replace("<svg ", f'<svg font-family="{_FAMILY}" ', 1)
    return svg


def _plain(text: str) -> str:
    return text.translate(dict.fromkeys(range(0x2066, 0x206A)))
