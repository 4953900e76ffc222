"""What a proof page says of a verdict, as data: findings in words, doubts, dates."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from waternet.exchange.finding import Finding
from waternet.node.attested import AttestedEntry
from waternet.portal.language.language import Language
from waternet.portal.proof.words import finding_words

__all__ = ["advised", "at_second", "checks_of", "doubts_of", "plain"]

_STALE = 7 * 86_400  # s since this node last looked at another party's record


def advised(findings: Sequence[Finding], language: Language) -> list[dict[str, Any]]:
    """Return findings with what each means and what to do, in the reader's words."""
    words = finding_words(language)
    told = []
    for one in findings:
        advice = words.get(one.name)
        told.append(
            {
                **one.to_json(),
                "means": advice.means if advice else "",
                "advice": advice.step if advice else one.hint,
            }
        )
    return told


def doubts_of(one: AttestedEntry) -> dict[str, Any]:
    """Return what makes a verdict less than it seems: stale, or a newer head is known.

    Returns
    -------
    dict
        stale: whether this node has not looked at the record for a week; ahead: of how
        many entries a witness knows that are not here, or 0.
    """
    is_stale = one.seen is not None and time.time() - one.seen > _STALE
    agreement = one.agreement
    return {"stale": is_stale, "ahead": agreement.ahead if agreement else 0}


def checks_of(*many: Sequence[Any]) -> list[dict[str, Any]]:
    """Return checks as data, those that fit nothing here left out."""
    return [{"check": one.name, "holds": one.holds} for some in many for one in some]


def at_second(written: str | int | None) -> datetime | None:
    """Return a moment of the record, or of a signature, with its zone."""
    if isinstance(written, int):
        return datetime.fromtimestamp(written, UTC)
    return datetime.fromisoformat(written) if written else None


def plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of a table as JSON can say them: times as text in UTC."""
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat() + "Z"
    return value
