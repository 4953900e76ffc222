"""The kinds of entries by which parties compute a joint total without showing figures.

Each party writes its own: so it is public who proposed, who took part and what each
says came of it, and nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import (
    Check,
    verify_choice,
    verify_fields,
    verify_integer,
    verify_name,
    verify_nested,
    verify_sha256,
    verify_text,
)

__all__ = [
    "JOINT_KINDS",
    "JOINT_OPTIONAL",
    "JOINT_WHOLE",
    "RULES",
    "STATISTICS",
    "verify_reference",
]

STATISTICS = ("sum", "weighted-mean")
RULES = ("no-figure", "already-public", "difference", "dominance")
"""Why the total of a period is withheld."""

_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
_MOST_PERIODS = 120  # ten years by month
_MOST_PARTIES = 20
_MOST_DECIMALS = 9

_REFERENCE: Mapping[str, Check] = {
    "party": verify_name,
    "entry": verify_integer,
    "sha256": verify_sha256,
}


def verify_reference(value: Any, at: str) -> None:
    """Raise unless it names an entry of a party: its index, and the hash of its bytes.

    Examples
    --------
    >>> verify_reference({"party": "jordan", "entry": 3, "sha256": "0" * 64}, "here")
    """
    verify_fields(value, _REFERENCE, at)


def _verify_period(value: Any, at: str) -> None:
    if not isinstance(value, str) or not _PERIOD.fullmatch(value):
        raise NotAcceptable(f"{at}: expected '2015' or '2015-06', got {value!r:.80}")


def _verify_rows(
    value: Any, at: str, *, fields: Mapping[str, Check], by: str, most: int
) -> None:
    """Raise unless it is a list of such rows, in the order of `by`, none twice."""
    if not isinstance(value, list) or len(value) > most:
        raise NotAcceptable(f"{at}: expected a list of at most {most} rows")
    for row in value:
        verify_fields(row, fields, at)
    _verify_order([row[by] for row in value], at)


def _verify_order(names: list[str], at: str) -> None:
    if names != sorted(set(names)):
        raise NotAcceptable(f"{at}: not in order, or one of them twice")


def _verify_periods(value: Any, at: str) -> None:
    """Raise unless they are years or months, in order; it may be empty."""
    if not isinstance(value, list) or len(value) > _MOST_PERIODS:
        raise NotAcceptable(f"{at}: expected a list of at most {_MOST_PERIODS} periods")
    for period in value:
        _verify_period(period, at)
    _verify_order(value, at)
    if len({len(period) for period in value}) > 1:
        raise NotAcceptable(f"{at}: years beside months")


def _at_most(value: Any, at: str, most: int, least: int = 0) -> None:
    verify_integer(value, at, least=least)
    if value > most:
        raise NotAcceptable(f"{at}: expected at most {most}, got {value}")


def _rows(fields: Mapping[str, Check], by: str, most: int) -> Check:
    return partial(_verify_rows, fields=fields, by=by, most=most)


_REASON: Mapping[str, Check] = {
    "period": _verify_period,
    "rule": partial(verify_choice, choices=RULES),
}

JOINT_KINDS: Mapping[str, Mapping[str, Check]] = {
    "joint-proposal": {
        "name": verify_name,
        "title": verify_text,
        "statistic": partial(verify_choice, choices=STATISTICS),
        "observed_property": verify_name,
        "area": verify_text,
        "unit": verify_text,
        "decimals": partial(_at_most, most=_MOST_DECIMALS),
        "periods": _verify_periods,
        "parties": _rows(
            {"party": verify_name, "weight": partial(verify_integer, least=1)},
            "party",
            _MOST_PARTIES,
        ),
        "percent": partial(_at_most, least=1, most=100),
        "nonce": verify_sha256,
    },
    "joint-commitment": {
        "proposal": verify_reference,
        "inputs": _rows(
            {"period": _verify_period, "sha256": verify_sha256},
            "period",
            _MOST_PERIODS,
        ),
        "public": _verify_periods,
        "parcels": _rows(
            {"party": verify_name, "sha256": verify_sha256}, "party", _MOST_PARTIES
        ),
        "certificate": verify_text,
    },
    "joint-total": {
        "proposal": verify_reference,
        "commitments": _rows(_REFERENCE, "party", _MOST_PARTIES),
        "totals": _rows(
            {"period": _verify_period, "total": verify_integer},
            "period",
            _MOST_PERIODS,
        ),
        "withheld": _rows(_REASON, "period", _MOST_PERIODS),
    },
}

JOINT_OPTIONAL: Mapping[str, Mapping[str, Check]] = {
    "joint-commitment": {
        "address": partial(
            verify_nested,
            fields={
                "host": verify_text,
                "port": partial(_at_most, least=1, most=65_535),
            },
        ),
    },
}


def _verify_proposal(written: Mapping[str, Any], at: str) -> None:
    """Raise where a sum has weights, or nothing is asked for."""
    weights = {one["weight"] for one in written["parties"]}
    if written["statistic"] == "sum" and weights - {1}:
        raise NotAcceptable(f"{at}: the figures of a sum have the weight 1")
    if not written["periods"] or not written["parties"]:
        raise NotAcceptable(f"{at}: names no period, or no party")


def _verify_commitment(written: Mapping[str, Any], at: str) -> None:
    """Raise where a figure is called public to which it does not commit."""
    held = {one["period"] for one in written["inputs"]}
    if not held or set(written["public"]) - held:
        raise NotAcceptable(f"{at}: 'public' names a period that 'inputs' has not")


def _verify_total(written: Mapping[str, Any], at: str) -> None:
    """Raise where a period is both told and withheld."""
    told = {one["period"] for one in written["totals"]}
    if told & {one["period"] for one in written["withheld"]}:
        raise NotAcceptable(f"{at}: a period has a total and is withheld")


JOINT_WHOLE: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    "joint-proposal": _verify_proposal,
    "joint-commitment": _verify_commitment,
    "joint-total": _verify_total,
}
"""What holds between the fields of a kind."""
