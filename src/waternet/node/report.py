"""What the reports of a node's commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from waternet.errors import NotVerified, WaternetError

__all__ = ["Advance", "counted", "raise_findings"]

Advance: TypeAlias = Callable[[int, int], object]
"""Told how much is done, of how much."""


def counted(number: int, noun: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> counted(1, "figure"), counted(1200, "new entry")
    ('1 figure', '1,200 new entries')
    """
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun}"


def raise_findings(findings: Sequence[WaternetError]) -> None:
    """Raise if there is a finding, once all of them were told.

    Raises
    ------
    NotVerified
        Says how many there are; the hint is the first one's next step.
    """
    if findings:
        raise NotVerified(
            f"{counted(len(findings), 'finding')}, named above", hint=findings[0].hint
        )
