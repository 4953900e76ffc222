"""Whether a grant is used for what it was given for, and for nothing else.

A grant is one owner's consent that one party reads one release until a moment. What
proves it is a signed entry; what makes it work is a key bound to the same words. Where
the two differ, or a grant comes twice, somebody used a consent that was given for
something else: 'replayed-consent'. That time went by is nobody's fault: a grant that
ran out opens nothing more, and is no finding.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from waternet.exchange.card import Card
from waternet.exchange.finding import Finding
from waternet.exchange.walk import SignedEntry
from waternet.record.entry import Entry
from waternet.record.fields import write_time

__all__ = [
    "FIGURES",
    "binding",
    "ran_out",
    "replayed",
    "verify_bound",
    "verify_grant",
]

FIGURES = ("release", "revise")
_IN_GRANT = ("dataset", "release", "nonce", "until")


def binding(entry: Entry) -> dict[str, Any]:
    """Return what the key that an entry carries must be bound to.

    Places name no dataset: they go with the release that has the same key.
    """
    body = entry.body
    if entry.kind == "grant":
        said = {name: body[name] for name in _IN_GRANT if name in body}
        return {**said, "log": entry.log, "to": [body["to"]]}
    said = {"dataset": body["dataset"]} if "dataset" in body else {}
    return {**said, "log": entry.log, "to": body["sealed"]["to"]}


def verify_bound(card: Card, one: SignedEntry, bound: Mapping[str, Any]) -> None:
    """Raise unless the key in an entry's keys blob is bound to what the entry says.

    Raises
    ------
    Finding
        'replayed-consent'.
    """
    wanted = binding(one.entry)
    found = dict(bound)
    if "dataset" not in wanted:
        found.pop("dataset", None)
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise replayed(
                card,
                one,
                f"its key was made for {name} {found.get(name)!r:.80}, the entry says "
                f"{wanted.get(name)!r:.80}",
            )


def verify_grant(
    card: Card,
    one: SignedEntry,
    release: SignedEntry | None,
    seen: Collection[str],
) -> None:
    """Raise unless a grant is the first of its nonce, for a release that it fits.

    Parameters
    ----------
    card : Card
        The owner's.
    one : SignedEntry
        The grant.
    release : SignedEntry or None
        The entry that it is for; None where the log has none of that number.
    seen : collection of str
        Nonces of earlier grants in this log.

    Raises
    ------
    Finding
        'replayed-consent', saying what does not fit.
    """
    body = one.entry.body
    if body["nonce"] in seen:
        raise replayed(card, one, "an earlier grant has the same nonce")
    what = None if release is None else release.entry
    if what is None or what.kind not in FIGURES or "sealed" not in what.body:
        raise replayed(
            card, one, f"entry {body['release']} is no release that is restricted"
        )
    if what.body["dataset"] != body["dataset"]:
        raise replayed(
            card,
            one,
            f"it is for {body['dataset']!r}, but release {body['release']} is of "
            f"{what.body['dataset']!r}",
        )
    if "request" in body and body["request"]["party"] != body["to"]:
        raise replayed(card, one, "it answers a request of another party")


def ran_out(grant: Entry, at: datetime) -> bool:
    """Return whether a grant had ended by a moment, which has a time zone."""
    until = grant.body.get("until")
    return until is not None and until.rstrip("Z") < write_time(at).rstrip("Z")


def replayed(card: Card, one: SignedEntry, why: str) -> Finding:
    """Return the finding that a grant, or the key in an entry, was for another use."""
    return Finding(
        "replayed-consent",
        f"{one.entry.kind} {one.index} of {card.party!r}: {why}",
        party=card.party,
        index=one.index,
        evidence={"entry": one.signed},
    )
