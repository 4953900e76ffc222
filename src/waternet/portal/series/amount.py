"""How many figures one chart is made of: at most so many, or a part of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from waternet.bank.amount import count_beyond
from waternet.bank.catalogue import Series
from waternet.bank.question import Question
from waternet.bank.store import Bank
from waternet.bank.when import read_past
from waternet.errors import NotAcceptable
from waternet.portal.series.asking import Asking

__all__ = ["MOST_FIGURES", "shortened", "verify_amount"]

# Read for one page, each some 150 bytes while it is drawn: 300 MB.
MOST_FIGURES: Final = 2_000_000
_SAYS_HOW_MUCH: Final = ("span", "start", "end", "aggregate")


def shortened(
    bank: Bank, series: Sequence[Series], values: Mapping[str, Any], most: int
) -> Mapping[str, Any]:
    """Return what is asked; of a record that is too long, its last year.

    Only who says nothing of how much is shown is shown less.
    """
    if any(name in values for name in _SAYS_HOW_MUCH):
        return values
    past = values.get("as_of", "")
    whole = Question(as_of=read_past(past) if past else None)
    if count_beyond(bank, series, whole, most):
        return {**values, "span": "year"}
    return values


def verify_amount(
    bank: Bank, series: Sequence[Series], asking: Asking, most: int
) -> None:
    """Verify that a page is made of no more figures than it should read.

    What the engine gathers by periods is not counted: it comes as few.

    Raises
    ------
    NotAcceptable
        It is more than `most`; the hint says how to ask for less.
    """
    question = asking.question
    if question.aggregate:
        return
    questions = [question]
    if asking.against is not None:
        questions.append(replace(question, as_of=asking.against))
    if asking.has("usual"):
        questions.append(replace(question, start=None, end=None))
    for one in questions:
        found = count_beyond(bank, series, one, most)
        if found:
            raise NotAcceptable(
                f"{found:,} figures are more than one chart is made of: {most:,}",
                hint="ask for a part of them, span=year or start and end; or for "
                "aggregate=day; /data/observations has all of them, page by page",
            )
