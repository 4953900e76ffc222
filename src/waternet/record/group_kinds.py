"""The kinds of entries of a working group: credentials of delegates, and their acts.

An act is signed by the delegate's own key; the entry around it is the steward's word
that it belongs into the party's log. Whether it counts is for `waternet.workinggroup`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.observation.legible import verify_legible
from waternet.record.fields import (
    Check,
    blob_check,
    verify_choice,
    verify_key,
    verify_labels,
    verify_name,
    verify_sha256,
    verify_text,
)

__all__ = ["GROUP_KINDS", "GROUP_OPTIONAL", "GROUP_WHOLE", "RANKS"]

RANKS = ("experts", "senior officials", "ministers")
"""The ranks of delegates, the lowest first."""


def _verify_note(value: Any, at: str) -> None:
    """Raise unless it is the text of a signed note: lines of text, nothing hidden."""
    if not isinstance(value, str) or not value.endswith("\n"):
        raise NotAcceptable(f"{at}: expected a signed note, got {value!r:.80}")
    for line in value[:-1].split("\n"):
        verify_legible(line, at)


def _verify_names(value: Any, at: str) -> None:
    if not isinstance(value, list) or not value:
        raise NotAcceptable(f"{at}: expected a list of ids, got {value!r:.80}")
    for one in value:
        verify_name(one, at)


def _verify_day(value: Any, at: str) -> None:
    verify_text(value, at)
    try:
        if len(value) == len("2026-11-28"):
            date.fromisoformat(value)
            return
    except ValueError:
        pass  # the 30th of February, or another form
    raise NotAcceptable(f"{at}: expected a day as 2026-11-28, got {value!r:.80}")


_GIVEN: Mapping[str, Check] = {
    "vkey": verify_key,
    "names": verify_labels,
    "level": partial(verify_choice, choices=RANKS),
}

GROUP_KINDS: Mapping[str, Mapping[str, Check]] = {
    "credential": {"delegate": verify_name, "title": verify_text},
    "act": {"act": _verify_note, "title": verify_text},
}

GROUP_OPTIONAL: Mapping[str, Mapping[str, Check]] = {
    "credential": {
        **_GIVEN,
        "office": verify_text,
        "offices": _verify_names,
        "bodies": _verify_names,
        "until": _verify_day,
        "reason": verify_text,
    },
    "act": {"group": verify_sha256, "document": blob_check("count")},
}


def _verify_credential(written: Mapping[str, Any], at: str) -> None:
    """Raise unless it gives a credential with all that belongs to one, or ends it."""
    given = (GROUP_OPTIONAL["credential"].keys() - {"reason"}) & written.keys()
    if given and (missing := _GIVEN.keys() - given):
        raise NotAcceptable(f"{at}: field {min(missing)!r} is missing")
    if given and not written["names"]:
        raise NotAcceptable(f"{at}: 'names': expected a name in one language at least")
    if not given and "reason" not in written:
        raise NotAcceptable(f"{at}: one without a key needs a 'reason'")


GROUP_WHOLE: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    "credential": _verify_credential,
}
"""What holds between the fields of a kind."""
