"""A column before anybody said what it is: its heading, and what stands below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from waternet.formats.cells import clean_text
from waternet.formats.suggest.dates import DateForm, find_date_form
from waternet.formats.suggest.kinds import Kind, kind_of
from waternet.formats.suggest.numerals import Signs, Written, read_numbers
from waternet.formats.suggest.structure import Shape
from waternet.formats.suggest.unit_text import Headed, split_heading
from waternet.formats.suggest.words import Match, find_words

__all__ = ["Column", "make_columns"]

_FEW = 0.35  # share of a heading that a word must cover to say what it is


@dataclass
class Column:
    """One column.

    Attributes
    ----------
    place : int
        From 0.
    heading : str
        As the reader will name it.
    headed : Headed
        The heading taken apart: its name and unit.
    cells : list of str
        Of the body's rows, cleaned.
    signs : Signs
        How this sheet writes numbers.
    """

    place: int
    heading: str
    headed: Headed
    cells: list[str]
    signs: Signs
    use: str = field(default="")

    @cached_property
    def texts(self) -> list[str]:
        """Cells that hold something."""
        return [cell for cell in self.cells if cell]

    @cached_property
    def distinct(self) -> Counter[str]:
        """Each text, and how often it stands here."""
        return Counter(self.texts)

    @cached_property
    def kinds(self) -> Counter[Kind]:
        """How many cells look like what."""
        counted: Counter[Kind] = Counter()
        for text, count in self.distinct.items():
            counted[kind_of(text)] += count
        return counted

    @cached_property
    def written(self) -> Written:
        """The column read as figures."""
        return read_numbers(self.cells, self.signs)

    @cached_property
    def dates(self) -> DateForm:
        """The column read as dates."""
        return find_date_form(self.cells)

    @cached_property
    def roles(self) -> dict[str, float]:
        """What the heading may mean, with the share of it that says so."""
        whole = {m.term: m.share for m in find_words("role", self.heading)}
        named = {m.term: m.share for m in find_words("role", self.headed.name)}
        pieces = self.heading.split(" / ")
        last = {m.term: m.share for m in find_words("role", pieces[-1])}
        if len(pieces) == 1:
            last = {}
        merged = {}
        for term in {*whole, *named, *last}:
            share = max(whole.get(term, 0), named.get(term, 0), last.get(term, 0))
            if share >= _FEW:
                merged[term] = share
        return merged

    @cached_property
    def properties(self) -> list[Match]:
        """Observed properties that the heading may name, the best first.

        Of a heading in two rows, the lower one may say it alone.
        """
        found = {m.term: m for m in find_words("property", self.headed.name)}
        if " / " in self.headed.name:
            for piece in self.headed.name.split(" / ")[::-1]:
                for match in find_words("property", piece):
                    known = found.get(match.term)
                    if known is None or match.share > known.share:
                        found[match.term] = match
        return sorted(found.values(), key=lambda match: -match.share)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands below the heading."""
        return not self.texts

    def share(self, *kinds: Kind) -> float:
        """Return the share of the cells that look like one of some kinds.

        Signs for "not reported" count as neither.
        """
        counted = sum(self.kinds.values()) - self.kinds[Kind.GAP]
        return sum(self.kinds[kind] for kind in kinds) / counted if counted else 0.0

    @cached_property
    def number_share(self) -> float:
        """Share of the cells that can be read as figures or gaps."""
        if not self.texts:
            return 0.0
        odd = sum(self.written.odd.values())
        return (len(self.texts) - odd) / len(self.texts) if self.numbers else 0.0

    @cached_property
    def numbers(self) -> list[float]:
        """The figures."""
        return [number for _, number in self.written.numbers]

    @cached_property
    def is_whole(self) -> bool:
        """Whether all figures are whole numbers."""
        return bool(self.numbers) and all(x.is_integer() for x in self.numbers[:5000])

    def within(self, low: float, high: float) -> bool:
        """Return whether nearly all figures lie between two."""
        inside = sum(low <= number <= high for number in self.numbers)
        return bool(self.numbers) and inside >= 0.95 * len(self.numbers)

    def goes_with(self, other: Sequence[str]) -> bool:
        """Return whether the column says one thing only of each text of another."""
        said: dict[str, str] = {}
        return all(
            said.setdefault(key, cell) == cell
            for key, cell in zip(other, self.cells, strict=True)
            if key and cell
        )


def make_columns(shape: Shape, signs: Signs) -> list[Column]:
    """Return the columns of a sheet."""
    bodies: list[list[str]] = [[] for _ in shape.headings]
    for _, cells in shape.body:
        for place, body in enumerate(bodies):
            body.append(clean_text(cells[place]) if place < len(cells) else "")
    return [
        Column(place, heading, split_heading(heading), body, signs)
        for place, (heading, body) in enumerate(
            zip(shape.headings, bodies, strict=True)
        )
    ]
