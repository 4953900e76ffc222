"""The forms of what is said about a session: called, attended, papers, closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_choice,
    verify_fields,
    verify_integer,
    verify_name,
    verify_sha256,
    verify_text,
    verify_time,
)
from waternet.workinggroup.charters import SEEN
from waternet.workinggroup.forms import (
    verify_different,
    verify_listed,
    verify_paragraphs,
    verify_titles,
)
from waternet.workinggroup.when import day_span

__all__ = [
    "ATTEND",
    "CLOSE",
    "MAY_BE_TOLD",
    "MINUTES",
    "PAPER",
    "PAPER_OPTIONAL",
    "SORTS",
    "TOLD",
]

SORTS = ("session", "seminar", "training", "consultation")
"""What a session may be."""

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,99}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,2}")
_FIRST_YEAR, _LAST_YEAR = "1000", "9998"
_MOMENT = len("2026-11-28T08:00:00Z")


def _verify_when(value: Any, at: str) -> None:
    """Raise unless it is a day as far as known, or a moment in whole seconds.

    By every clock, and a day after, it is a day that calendars can write.
    """
    verify_text(value, at)
    if "T" not in value:
        day_span(value)
    elif len(value) == _MOMENT:
        verify_time(value, at)
    else:
        raise NotAcceptable(f"{at}: expected a moment in whole seconds of UTC")
    if not _FIRST_YEAR <= value[:4] <= _LAST_YEAR:
        told = f"expected a year from {_FIRST_YEAR} to {_LAST_YEAR}, got {value!r}"
        raise NotAcceptable(f"{at}: {told}")


def _verify_like(value: Any, at: str, form: re.Pattern[str], expected: str) -> None:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise NotAcceptable(f"{at}: expected {expected}, got {value!r:.80}")


def _verify_file_name(value: Any, at: str) -> None:
    verify_text(value, at)
    if len(value) > 200 or value.startswith(".") or set(value) & {*'/\\:*?"<>|'}:
        raise NotAcceptable(f"{at}: expected a file's name, got {value!r:.80}")


def _verify_each(
    value: Any,
    at: str,
    fields: Mapping[str, Check],
    optional: Mapping[str, Check],
    least: int,
) -> None:
    """Raise unless it is a list of such objects, of which no two have one id."""
    verify_listed(
        value, at, lambda one, where: verify_fields(one, fields, where, optional), least
    )
    ids = [one["id"] for one in value if "id" in one]
    if len(set(ids)) != len(ids):
        raise NotAcceptable(f"{at}: two have one id")


_ITEM: Mapping[str, Check] = {"id": verify_name, "titles": verify_titles}
_DECISION: Mapping[str, Check] = {"id": verify_name, "words": verify_titles}
_DECIDED: Mapping[str, Check] = {"acts": partial(verify_different, each=verify_sha256)}
_DELEGATE: Mapping[str, Check] = {"names": verify_titles}
_OFFICES: Mapping[str, Check] = {
    "office": verify_text,
    "offices": partial(verify_different, each=verify_name),
}
TOLD: Mapping[str, Check] = {
    "titles": verify_titles,
    "sort": partial(verify_choice, choices=SORTS),
    "from": _verify_when,
    "to": _verify_when,
    "agenda": partial(_verify_each, fields=_ITEM, optional={}, least=0),
}
MAY_BE_TOLD: Mapping[str, Check] = {
    "host": verify_name,
    "place": verify_titles,
    "zone": partial(_verify_like, form=_ZONE, expected="a zone as 'Asia/Amman'"),
}
ATTEND: Mapping[str, Check] = {
    "delegates": partial(_verify_each, fields=_DELEGATE, optional=_OFFICES, least=0),
}
PAPER: Mapping[str, Check] = {
    "titles": verify_titles,
    "name": _verify_file_name,
    "media_type": partial(_verify_like, form=_MEDIA_TYPE, expected="'text/plain'"),
    "sha256": verify_sha256,
    "bytes": partial(verify_integer, least=1),
}
PAPER_OPTIONAL: Mapping[str, Check] = {
    "language": partial(_verify_like, form=_LANGUAGE, expected="a language's code"),
}
CLOSE: Mapping[str, Check] = {
    "decisions": partial(_verify_each, fields=_DECISION, optional=_DECIDED, least=0),
    **SEEN,
}
MINUTES: Mapping[str, Check] = {"minutes": verify_paragraphs}
