"""How fresh each log's head is here, and how long its cosignatures took.

Three clocks are told apart. When a head was seen is by this node's clock. When it was
cosigned is by the witnesses' clocks. When its last entry was issued is by its steward's
clock, which anybody can set: a delay is the difference of the last two, and says as
much about the clocks as about the witnesses where it is negative or large.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotVerified
from waternet.exchange.card import Card
from waternet.node.folder import Node
from waternet.node.report import counted
from waternet.node.state import Sighting
from waternet.node.trust import is_enough
from waternet.record.cosignature import cosigned_times
from waternet.record.policy import MOST_AHEAD, Policy

__all__ = ["HeadStatus", "first_seen", "head_status"]


@dataclass(frozen=True, slots=True)
class HeadStatus:
    """One log's head as this node holds it; times in seconds since 1970, UTC.

    Attributes
    ----------
    party : str
    new, seen : int or None
        When the head was new here, and when it was last found to be the newest.
    cosigned_first, cosigned_last : int or None
        The oldest and the newest cosignature of that head.
    witnesses : int
        How many cosigned it.
    heads, with_quorum : int
        That this node remembers; those of them that a quorum cosigned.
    delay, worst_delay : int or None [s]
        From the `issued` of a head's last entry to the cosignature that completed its
        quorum: the median and the longest of those heads.
    """

    party: str
    new: int | None
    seen: int | None
    cosigned_first: int | None
    cosigned_last: int | None
    witnesses: int
    heads: int
    with_quorum: int
    delay: int | None
    worst_delay: int | None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values: moments as text, delays in seconds."""
        return {
            "party": self.party,
            "new": _written(self.new),
            "seen": _written(self.seen),
            "cosigned_first": _written(self.cosigned_first),
            "cosigned_last": _written(self.cosigned_last),
            "witnesses": self.witnesses,
            "heads": self.heads,
            "with_quorum": self.with_quorum,
            "delay": self.delay,
            "worst_delay": self.worst_delay,
        }

    def sentence(self, now: int) -> str:
        """Say it in one line; '' where there is nothing to say."""
        words = []
        if self.seen is not None and self.new is not None:
            words.append(f"new {_since(self.new, now)}, seen {_since(self.seen, now)}")
        if self.witnesses:
            words.append(counted(self.witnesses, "cosignature"))
        if self.delay is not None and self.worst_delay is not None:
            words.append(
                f"a quorum after {_long(self.delay)} (median), "
                f"{_long(self.worst_delay)} at most, for {self.with_quorum} of "
                f"{counted(self.heads, 'head')}"
            )
        return f"head of {self.party}: {'; '.join(words)}" if words else ""


def head_status(
    node: Node, bank: Bank | None, party: str, policy: Policy
) -> HeadStatus:
    """Return how fresh a log's head is here, and how it was cosigned.

    Parameters
    ----------
    node : Node
    bank : Bank or None
        Knows when each entry was issued.
    party : str
    policy : Policy
        Whose cosignatures count, and how many are a quorum.
    """
    now, card = int(time.time()), node.cards()[party]
    seen = node.state.sightings(party)
    head = node.state.head(party)
    newest = seen[-1] if seen and seen[-1].size == head.size else None
    times = sorted(_times(head.checkpoint, policy, now).values())
    issued = _issued(bank, party, [one.size - 1 for one in seen]) if bank else {}
    delays = []
    for one in seen:
        completed = _completed(_times(one.checkpoint, policy, now), policy, card)
        if completed is not None and one.size - 1 in issued:
            delays.append(completed - issued[one.size - 1])
    return HeadStatus(
        party=party,
        new=min(newest.first, newest.last) if newest else None,
        seen=newest.last if newest else None,
        cosigned_first=times[0] if times else None,
        cosigned_last=times[-1] if times else None,
        witnesses=len(times),
        heads=len(seen),
        with_quorum=len(delays),
        delay=int(median(delays)) if delays else None,
        worst_delay=max(delays, default=None),
    )


def first_seen(seen: Sequence[Sighting], index: int) -> datetime | None:
    """Return when this node first saw a log with its entry `index`; None if unknown."""
    place = bisect_right(seen, index, key=lambda one: one.size)
    if place == len(seen):
        return None
    return datetime.fromtimestamp(min(seen[place].first, seen[place].last), UTC)


def _since(then: int, now: int) -> str:
    """Say how long ago something was, in whole units."""
    if then > now + MOST_AHEAD:
        return "in the future, by a wrong clock"
    return f"{_long(max(now - then, 0))} ago"


def _times(signed: bytes, policy: Policy, now: int) -> Mapping[str, int]:
    """Return who cosigned a head and when; nothing from the future."""
    if not signed or not policy.witnesses:
        return {}
    names = {one.verifier.name: one.name for one in policy.witnesses}
    try:
        found = cosigned_times(signed, [one.verifier for one in policy.witnesses])
    except (NotVerified, NotAcceptable):
        return {}  # 'waternet verify' names it; here it counts for nothing
    return {names[key]: at for key, at in found.items() if at <= now + MOST_AHEAD}


def _completed(times: Mapping[str, int], policy: Policy, card: Card) -> int | None:
    """Return when the last cosignature of the quorum was made; None without one."""
    if not policy.witnesses:
        return None
    for moment in sorted(times.values()):
        if is_enough(policy, card, [who for who, at in times.items() if at <= moment]):
            return moment
    return None


def _issued(bank: Bank, party: str, numbers: Sequence[int]) -> dict[int, int]:
    rows = bank.catalogue.rows(
        "SELECT number, issued FROM entry WHERE party = ?"
        " AND number IN (SELECT value FROM json_each(?))",
        (party, json.dumps(numbers)),
    )
    return {number: issued // 1_000_000 for number, issued in rows}


def _long(seconds: int) -> str:
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if abs(seconds) >= 2 * length:
            return f"{int(seconds / length)} {unit}s"
    return counted(seconds, "second")


def _written(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
