"""Swaps: two restricted releases, each read by the other side or neither.

A fold over verified entries: whoever holds the same entries sees the same swaps. Only
how far a swap got *now* also depends on the clock.

::

    offered ── accepted ── held ── opened by one ── complete
       │           │         │           │
       └─ lapsed   └─────────┴─ lapsed   └─ escrow used
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waternet.errors import NotFound
from waternet.exchange.said import Said

__all__ = ["Swap", "find_swap", "fold_swaps"]


@dataclass
class Swap:
    """One offer with what became of it.

    Attributes
    ----------
    offer : Said
    acceptance, deposit, share : Said or None
        The first that counts.
    refused : str
        Why the offer itself does not count; ''.
    openings : dict of party to Said
    passed_over : list of str
        Entries that name it and do not count, with the reason.
    """

    offer: Said
    acceptance: Said | None = None
    deposit: Said | None = None
    share: Said | None = None
    refused: str = ""
    openings: dict[str, Said] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """How it is named on the command line: jordan:12."""
        return f"{self.offer.party}:{self.offer.index}"

    @property
    def body(self) -> Mapping[str, Any]:
        """What was offered."""
        return self.offer.entry.body

    @property
    def sides(self) -> tuple[str, str]:
        """Who offered, and to whom."""
        return self.offer.party, self.body["counterpart"]

    @property
    def depositary(self) -> str:
        """Who holds a share of both."""
        depositary: str = self.body["depositary"]
        return depositary

    def other(self, party: str) -> str:
        """Return the other side."""
        first, second = self.sides
        return second if party == first else first

    def said_by(self, party: str) -> Said | None:
        """Return the entry in which a side promised its release and its shares."""
        return self.offer if party == self.offer.party else self.acceptance

    def agreed(self) -> dict[str, Any]:
        """Return what later entries name: offer and acceptance, by their hashes.

        Raises
        ------
        NotFound
            It is not accepted.
        """
        if self.acceptance is None:
            raise NotFound(f"{self.name} is not accepted by {self.sides[1]!r} yet")
        return {
            "offer": self.offer.reference(),
            "acceptance": self.acceptance.reference(),
        }

    def state(self, now: str) -> str:
        """Return how far it got.

        Parameters
        ----------
        now : str
            A moment of UTC, '2026-11-22T08:00:00Z'.

        Returns
        -------
        str
            'offered', 'accepted', 'held' (the depositary has its shares), 'opened by
            one', 'complete', 'escrow used', 'lapsed', or 'refused'.
        """
        if self.refused:
            return "refused"
        if len(self.openings) == len(self.sides):
            return "complete"
        if self.share is not None:
            return "escrow used"
        if self.openings:
            return "opened by one"
        end = "accept_by" if self.acceptance is None else "open_by"
        if now > self.body[end]:
            return "lapsed"
        if self.acceptance is None:
            return "offered"
        return "accepted" if self.deposit is None else "held"


def fold_swaps(said: Iterable[Said]) -> list[Swap]:
    """Return every swap that the entries tell, by its offer.

    Parameters
    ----------
    said : iterable of Said
        Entries of the kinds 'swap-...', each party's in the order of its log.
    """
    held = list(said)
    swaps: dict[tuple[str, int], Swap] = {}
    nonces: set[tuple[str, str]] = set()
    for one in held:
        if one.entry.kind == "swap-offer":
            swap = swaps[one.party, one.index] = Swap(one)
            swap.refused = _refused_offer(swap, nonces)
            nonces.add((one.party, one.entry.body["nonce"]))
    for kind, take in _STEPS:
        for one in held:
            named = one.entry.body.get("offer", {})
            found = swaps.get((named.get("party"), named.get("entry")))
            if one.entry.kind != kind or found is None:
                continue
            if reason := _foreign(found, one) or take(found, one):
                at = f"entry {one.index} of {one.party!r}"
                found.passed_over.append(f"{at}: {reason}")
    return [swaps[key] for key in sorted(swaps)]


def find_swap(swaps: Sequence[Swap], name: str) -> Swap:
    """Return the swap of that name.

    Raises
    ------
    NotFound
        No such offer is held here, or it does not count.
    """
    for one in swaps:
        if one.name == name and one.refused:
            raise NotFound(f"the offer {name} does not count: {one.refused}")
        if one.name == name:
            return one
    raise NotFound(
        f"no swap {name!r} is offered",
        hint="'waternet swap show' lists them; pull the party's record first",
    )


def _refused_offer(swap: Swap, nonces: set[tuple[str, str]]) -> str:
    if (swap.offer.party, swap.body["nonce"]) in nonces:
        return "an earlier offer has the same nonce"
    if swap.body["release"] >= swap.offer.index:
        return "it offers what was not released before"
    return ""


def _foreign(swap: Swap, said: Said) -> str:
    """Return why an entry is not about this offer and its acceptance; '' if it is."""
    body = said.entry.body
    if swap.refused:
        return f"the offer does not count: {swap.refused}"
    if body["offer"] != swap.offer.reference():
        return "it names another offer by its hash"
    if "acceptance" not in body:
        return ""
    if swap.acceptance is None or body["acceptance"] != swap.acceptance.reference():
        return "it names another acceptance than the one that counts"
    return ""


def _take_acceptance(swap: Swap, said: Said) -> str:
    body, offered = said.entry.body, swap.body
    named = [swap.offer.party, swap.depositary, said.party]
    if said.party != offered["counterpart"]:
        return "the offer was made to another party"
    if swap.acceptance is not None:
        return "it accepted before; the first counts"
    if said.entry.issued > offered["accept_by"]:
        return f"it came after {offered['accept_by']}"
    if body["release"] >= said.index:
        return "it offers what was not released before"
    if [one["to"] for one in body["shares"]] != named:
        return "its shares are not for the parties of the offer"
    swap.acceptance = said
    return ""


def _take_deposit(swap: Swap, said: Said) -> str:
    if said.party != swap.depositary:
        return "it is not the depositary"
    swap.deposit = swap.deposit or said
    return ""


def _take_opening(swap: Swap, said: Said) -> str:
    if said.party not in swap.sides:
        return "it is no side of this swap"
    swap.openings.setdefault(said.party, said)
    return ""


def _take_share(swap: Swap, said: Said) -> str:
    if said.party != swap.depositary:
        return "it is not the depositary"
    if not swap.openings:
        return "neither side has opened"
    passed = {(one["of"], one["to"]) for one in said.entry.body["shares"]}
    first, second = swap.sides
    if passed != {(first, second), (second, first)}:
        return "it passes on other shares than those it holds"
    swap.share = swap.share or said
    return ""


_STEPS: tuple[tuple[str, Callable[[Swap, Said], str]], ...] = (
    ("swap-acceptance", _take_acceptance),
    ("swap-deposit", _take_deposit),
    ("swap-opening", _take_opening),
    ("swap-share", _take_share),
)
