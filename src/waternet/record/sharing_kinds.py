"""What entries say of restricted figures: terms, requests, answers, grants, openings.

docs/reference/record.md gives every field in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.observation.place import verify_id
from waternet.record.fields import (
    Check,
    blob_check,
    verify_choice,
    verify_integer,
    verify_labels,
    verify_name,
    verify_nested,
    verify_sha256,
    verify_text,
    verify_time,
)
from waternet.record.sealing import read_identities

__all__ = [
    "ACCESS",
    "ANSWERS",
    "SEALED",
    "SHARING_KINDS",
    "SHARING_OPTIONAL",
    "SHARING_WHOLE",
]

ACCESS = ("public", "parties", "embargo", "aggregated", "closed")
ANSWERS = ("grant", "refuse", "condition")
_INTERVALS = ("P1D", "P1M", "P1Y")
_NONCE = re.compile(r"[0-9a-f]{32}")
_NEEDED: Mapping[str, frozenset[str]] = {
    "public": frozenset(),
    "parties": frozenset({"parties"}),
    "embargo": frozenset({"parties", "opens"}),
    "aggregated": frozenset({"interval"}),
    "closed": frozenset(),
}
_ONLY_AGGREGATED = frozenset({"area", "least"})


def _verify_party(value: Any, at: str) -> None:
    verify_text(value, at)
    verify_id(value, "a party")


def _verify_parties(value: Any, at: str, least: int = 0) -> None:
    if not isinstance(value, list) or len(value) < least:
        raise NotAcceptable(f"{at}: expected a list of parties, got {value!r:.80}")
    for party in value:
        _verify_party(party, at)
    if value != sorted(set(value)):
        raise NotAcceptable(f"{at}: parties are in order, each once: {value!r:.80}")


def _verify_nonce(value: Any, at: str) -> None:
    if not isinstance(value, str) or not _NONCE.fullmatch(value):
        raise NotAcceptable(f"{at}: expected 32 hexadecimal digits, got {value!r:.80}")


def _verify_release_key(value: Any, at: str) -> None:
    verify_text(value, at)
    if read_identities(value) != [value]:
        raise NotAcceptable(f"{at}: expected one secret key of age")


def _verify_opened(value: Any, at: str) -> None:
    if not isinstance(value, list) or not value:
        raise NotAcceptable(f"{at}: expected a list of releases with their keys")
    fields = {"release": verify_integer, "key": _verify_release_key}
    for one in value:
        verify_nested(one, at, fields)
    indices = [one["release"] for one in value]
    if indices != sorted(set(indices)):
        raise NotAcceptable(f"{at}: releases are in order, each once")


SEALED: Check = partial(
    verify_nested,
    fields={"keys": blob_check("count"), "to": partial(_verify_parties, least=1)},
)
"""Who reads a restricted entry, and the blob that holds its key for them."""

_REQUEST: Check = partial(
    verify_nested,
    fields={"party": _verify_party, "entry": verify_integer, "sha256": verify_sha256},
)

SHARING_KINDS: Mapping[str, Mapping[str, Check]] = {
    "terms": {
        "dataset": verify_name,
        "access": partial(verify_choice, choices=ACCESS),
        "licence": verify_text,
        "attribution": verify_text,
        "names": verify_labels,
    },
    "request": {
        "owner": _verify_party,
        "dataset": verify_name,
        "purpose": verify_text,
        "nonce": _verify_nonce,
    },
    "answer": {
        "request": _REQUEST,
        "dataset": verify_name,
        "answer": partial(verify_choice, choices=ANSWERS),
    },
    "grant": {
        "dataset": verify_name,
        "release": verify_integer,
        "to": _verify_party,
        "keys": blob_check("count"),
        "nonce": _verify_nonce,
    },
    "open": {"dataset": verify_name, "releases": _verify_opened},
    "undertaking": {
        "owner": _verify_party,
        "dataset": verify_name,
        "terms": verify_integer,
        "sha256": verify_sha256,
        "who": verify_text,
        "office": verify_text,
    },
}

SHARING_OPTIONAL: Mapping[str, Mapping[str, Check]] = {
    "terms": {
        "about": verify_text,
        "parties": _verify_parties,
        "opens": verify_time,
        "interval": partial(verify_choice, choices=_INTERVALS),
        "area": verify_name,
        "least": partial(verify_integer, least=1),
        "undertaking": verify_text,
    },
    "request": {"from": verify_time, "to": verify_time},
    "answer": {"reason": verify_text},
    "grant": {"until": verify_time, "request": _REQUEST},
}


def _verify_terms(written: Mapping[str, Any], at: str) -> None:
    """Raise unless a 'terms' entry has the fields of its access, and no others'.

    Raises
    ------
    NotAcceptable
        One is missing, or belongs to another access; the message names it.
    """
    access = written["access"]
    needed = _NEEDED[access]
    if missing := needed - written.keys():
        raise NotAcceptable(f"{at}: access {access!r} needs {min(missing)!r}")
    others = frozenset().union(*_NEEDED.values(), _ONLY_AGGREGATED) - needed
    if access == "aggregated":
        others -= _ONLY_AGGREGATED
    if surplus := others & written.keys():
        raise NotAcceptable(f"{at}: access {access!r} has no {min(surplus)!r}")
    if ("area" in written) != ("least" in written):
        raise NotAcceptable(f"{at}: 'area' and 'least' go together")


def _verify_answer(written: Mapping[str, Any], at: str) -> None:
    """Raise unless a refusal or a condition says why."""
    if written["answer"] != "grant" and "reason" not in written:
        raise NotAcceptable(f"{at}: {written['answer']!r} needs a 'reason'")


SHARING_WHOLE: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    "terms": _verify_terms,
    "answer": _verify_answer,
}
"""What holds between the fields of a kind."""
