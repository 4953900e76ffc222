"""Consent: bound to exact bytes, for a time; counted when something is adopted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import Check, verify_sha256, verify_text
from waternet.workinggroup.act import Act
from waternet.workinggroup.charter import Consensus
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span

__all__ = [
    "CONSENT",
    "REASON",
    "verify_consensus",
    "verify_consented_to",
    "verify_consents",
    "verify_day",
    "verify_own",
    "verify_quorum",
]


def verify_day(value: Any, at: str) -> None:
    """Raise unless it is one day, as 2026-11-28."""
    verify_text(value, at)
    if len(value) != len("2026-11-28"):
        raise NotAcceptable(f"{at}: expected a day as 2026-11-28, got {value!r:.80}")
    day_span(value)


CONSENT: Mapping[str, Check] = {"to": verify_sha256, "expires": verify_day}
"""Form of a consent: SHA-256 of what is consented to, and its last day."""

REASON: Mapping[str, Check] = {"reason": verify_text}


def verify_consented_to(act: Act, sha256: str) -> None:
    """Refuse a consent to other bytes than stand there.

    Raises
    ------
    Refused
        'consent-not-to-this', 'consent-expired'.
    """
    if act.body["to"] != sha256:
        told = f"consent to {act.body['to'][:16]}, there stands {sha256[:16]}"
        raise Refused("consent-not-to-this", told)
    if act.body["expires"] < act.last_day.isoformat():
        raise Refused("consent-expired", f"it ends on {act.body['expires']}")


def verify_own(floor: Floor, verb: str) -> None:
    """Refuse an act that takes back what its member did not say.

    Raises
    ------
    Refused
        'unmet-condition': it names no act of that verb by the same member.
    """
    if not any(one.act.member == floor.act.member for one in floor.named(verb)):
        told = f"it names no {verb} of {floor.act.member!r}"
        raise Refused("unmet-condition", told)


def verify_consensus(
    floor: Floor, consensus: Consensus, sha256: str, verb: str
) -> None:
    """Refuse an adoption that lacks the consent of one that counts.

    Every consent must be named by the adoption in `on`, be to these very bytes, not
    have run out, and not have been taken back in time.

    Parameters
    ----------
    floor : Floor
    consensus : Consensus
    sha256 : str
        Of what is adopted.
    verb : str
        Name of the consent: 'charter.consent'.

    Raises
    ------
    Refused
        'no-consensus', 'consent-not-to-this', 'consent-expired', 'consent-withdrawn'.
    """
    counted = floor.counted(consensus)
    verify_quorum(counted, consensus)
    verify_consents(floor, counted, sha256, [*floor.named(verb)])


def verify_quorum(counted: Collection[str], consensus: Consensus) -> None:
    """Refuse an adoption where fewer take part than the charter demands.

    Raises
    ------
    Refused
        'no-consensus'.
    """
    least = max(consensus.quorum, 1)
    if len(counted) < least:
        told = f"only {len(counted)} count, expected {least} at least"
        raise Refused("no-consensus", told)


def verify_consents(
    floor: Floor,
    counted: Collection[str],
    sha256: str,
    consents: Iterable[Taken],
    what: str = "it",
) -> None:
    """Refuse an adoption that lacks a valid consent of one who counts.

    Parameters
    ----------
    floor : Floor
    counted : collection of str
        Members.
    sha256 : str
        Of what is adopted.
    consents : iterable of Taken
        Those that the adoption names. They are taken back by the verb of the adopted
        kind named 'dissent'.
    what : str
        What is adopted, for the message.

    Raises
    ------
    Refused
        'no-consensus', 'consent-not-to-this', 'consent-expired', 'consent-withdrawn'.
    """
    given: dict[str, str] = {}
    for one in consents:
        if one.act.body["to"] != sha256:
            told = f"{one.act.member!r} consented to {one.act.body['to'][:16]}"
            raise Refused("consent-not-to-this", f"{told}, {what} is {sha256[:16]}")
        if one.act.body["expires"] < floor.day():
            told = f"that of {one.act.member!r} ended on {one.act.body['expires']}"
            raise Refused("consent-expired", f"{what}: {told}")
        given[one.act.id] = one.act.member
    for one in floor.beside(f"{floor.act.kind}.dissent"):
        taken_back = [name for name in one.act.on if given.get(name) == one.act.member]
        if taken_back and floor.was_there(one):
            told = f"{one.act.member!r} took it back in entry {one.index}"
            raise Refused("consent-withdrawn", f"{what}: {told}")
    if missing := [one for one in counted if one not in given.values()]:
        raise Refused("no-consensus", f"{what}: not there: {', '.join(missing)}")
