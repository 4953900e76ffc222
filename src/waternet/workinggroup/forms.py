"""What fields of acts of several rooms may hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_fields,
    verify_labels,
    verify_name,
    verify_text,
)
from waternet.workinggroup.when import day_span

__all__ = [
    "MOST_LISTED",
    "verify_date",
    "verify_different",
    "verify_listed",
    "verify_nested_list",
    "verify_paragraphs",
    "verify_parties",
    "verify_titles",
]

MOST_LISTED = 200
"""Items of a list in an act."""


def verify_date(value: Any, at: str) -> None:
    """Raise unless it is a day, or its month or year where no more is known."""
    verify_text(value, at)
    day_span(value)


def verify_titles(value: Any, at: str) -> None:
    """Raise unless it is text by language, in one language at least."""
    verify_labels(value, at)
    if not value:
        raise NotAcceptable(f"{at}: expected text in one language at least")


def verify_listed(value: Any, at: str, each: Check, least: int = 1) -> None:
    """Raise unless it is a list of at least so many, each as it must be."""
    if not isinstance(value, list) or not least <= len(value) <= MOST_LISTED:
        raise NotAcceptable(f"{at}: expected a list of {least} to {MOST_LISTED}")
    for one in value:
        each(one, at)


def verify_different(value: Any, at: str, each: Check, least: int = 1) -> None:
    """Raise unless it is such a list of ids, hashes or numbers, none of them twice."""
    verify_listed(value, at, each, least)
    if len(set(value)) != len(value):
        raise NotAcceptable(f"{at}: names one twice")


def verify_nested_list(
    value: Any, at: str, fields: Mapping[str, Check], optional: Mapping[str, Check]
) -> None:
    """Raise unless it is a list of objects with these fields; it may be empty."""

    def each(one: Any, where: str) -> None:
        verify_fields(one, fields, where, optional)

    verify_listed(value, at, each, 0)


def verify_parties(value: Any, at: str) -> None:
    """Raise unless it is a list of different ids; it may be empty."""
    verify_different(value, at, verify_name, 0)


def verify_paragraphs(value: Any, at: str) -> None:
    """Raise unless it is a list of paragraphs by language, in one at least."""
    each = partial(verify_listed, each=verify_text)
    if not isinstance(value, Mapping) or not value:
        raise NotAcceptable(f"{at}: expected paragraphs by language")
    verify_labels(dict.fromkeys(value, "-"), at)
    for language, written in value.items():
        each(written, f"{at} in {language!r}")
