"""What stands for "not reported" in columns of figures, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.draft import Draft
from waternet.formats.suggest.numerals import find_gap_numbers

__all__ = ["GAP", "describe_gaps"]

GAP = "missing"  # the answer to 'missing.TEXT' that says so; any other denies it
_KEY = "missing."


@dataclass
class _Sign:
    """A text that may stand for a gap."""

    why: str
    confidence: float
    count: int = 0
    headings: list[str] = field(default_factory=list)

    def add(self, heading: str, count: int) -> None:
        self.count += count
        self.headings.append(heading)

    @property
    def reason(self) -> str:
        where = repr(self.headings[0])
        others = len(self.headings) - 1
        if others:
            where += f" and {others} other column{'s' * (others > 1)}"
        times = f"{self.count} time{'s' * (self.count > 1)}"
        return f"it stands {times} in {where}: {self.why}"


def describe_gaps(draft: Draft, table: dict[str, Any], figures: list[Column]) -> None:
    """Fill in `missing`; each text of it is a guess of its own, 'missing.TEXT'."""
    found: dict[str, _Sign] = {}
    for column in figures:
        for text, why, confidence in _signs(column):
            sign = found.setdefault(text, _Sign(why, confidence))
            sign.add(column.heading, _count(column, text))
        if _is_gap_zero(draft, column):
            sign = found.setdefault("0", _Sign("you said so", 1.0))
            sign.add(column.heading, column.numbers.count(0.0))
    kept = []
    for text, sign in found.items():
        answer = draft.answer(f"{_KEY}{text}")
        if answer is None or answer in (GAP, text):
            kept.append(text)
            draft.say(f"{_KEY}{text}", text, sign.reason, sign.confidence)
    for text, reason in _said(draft):
        if text not in kept:
            kept.append(text)
            draft.say(f"{_KEY}{text}", text, reason, 1.0)
    if kept:
        table["missing"] = sorted(kept)


def _signs(column: Column) -> list[tuple[str, str, float]]:
    words = [(text, "a sign for 'not reported'", 0.9) for text in column.written.gaps]
    far = "far from all other figures there"
    numbers = find_gap_numbers(column.cells, column.signs)
    return [*words, *((text, far, 0.9) for text in numbers)]


def _count(column: Column, text: str) -> int:
    """Return how often a sign stands in a column; -999 is also written -999.0."""
    if text in column.written.gaps:
        return column.written.gaps[text]
    plain = {text, *(f"{text}{column.signs.decimal}{'0' * n}" for n in range(1, 7))}
    return max(1, sum(column.distinct[each] for each in plain))


def _said(draft: Draft) -> list[tuple[str, str]]:
    """Return further texts that the owner calls gaps, or that a second try found."""
    listed = []
    for key in (*draft.answers, *draft.tries):
        text = key.removeprefix(_KEY).removesuffix(f"@{draft.scope}")
        if key.startswith(_KEY) and draft.answer(f"{_KEY}{text}") in (GAP, text):
            listed.append((text, "you said so"))
    return listed


def _is_gap_zero(draft: Draft, column: Column) -> bool:
    """Ask whether a 0 far from all other figures stands for "not reported"."""
    zeros = column.numbers.count(0.0)
    others = [number for number in column.numbers if number]
    if not zeros or len(others) < 8 or zeros > len(others) // 2:
        return False
    low, high = min(others), max(others)
    near, reach = min(abs(low), abs(high)), high - low
    if low < 0 < high or near < 5 * max(reach, 1e-9) or near < 1:
        return False
    answer = draft.ask(
        f"zero.{column.heading}",
        f"{column.heading!r} has {zeros} zeros; all others lie from {low:g} to "
        f"{high:g}. "
        "Is 0 a figure, or does it stand for 'not reported'?",
        ("figure", GAP),
        "figure",
        "a zero that looks like a gap is never taken for one in silence",
    )
    return answer == GAP
