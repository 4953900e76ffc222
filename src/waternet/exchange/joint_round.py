"""Rounds of joint totals, as the parties' verified entries tell them.

A fold over entries: whoever holds the same entries sees the same rounds. A proposal is
agreed once every party that it names committed to its figures; the first commitment of
each counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from waternet.errors import NotFound
from waternet.exchange.disclosure import overlaps, reveals, verify_parties
from waternet.exchange.said import Said

__all__ = ["Round", "find_round", "fold_rounds", "withheld_before"]


@dataclass
class Round:
    """One proposal with what became of it.

    Attributes
    ----------
    proposal : Said
    commitments, totals : dict of party to Said
        The first of each party that counts.
    passed_over : list of str
        Entries that name it and do not count, with the reason.
    """

    proposal: Said
    commitments: dict[str, Said] = field(default_factory=dict)
    totals: dict[str, Said] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """How it is named on the command line: jordan:12."""
        return f"{self.proposal.party}:{self.proposal.index}"

    @property
    def body(self) -> Mapping[str, Any]:
        """What was proposed."""
        return self.proposal.entry.body

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each party, in their order."""
        return {one["party"]: one["weight"] for one in self.body["parties"]}

    @property
    def parties(self) -> list[str]:
        """Who takes part, in order: each party's place in the computation."""
        return list(self.weights)

    @property
    def awaited(self) -> list[str]:
        """Who did not commit yet."""
        return [party for party in self.parties if party not in self.commitments]

    @property
    def common_periods(self) -> list[str]:
        """The periods for which every party has a figure."""
        held = [
            {row["period"] for row in said.entry.body["inputs"]}
            for said in self.commitments.values()
        ]
        return [
            period
            for period in self.body["periods"]
            if all(period in one for one in held)
        ]

    @property
    def agrees(self) -> bool:
        """Whether every party computed, and all say the same."""
        said = [one.entry.body for one in self.totals.values()]
        return len(said) == len(self.parties) and all(one == said[0] for one in said)

    def figure(self, whole: int) -> Decimal:
        """Return a figure, which is computed with as a whole number, in its unit."""
        return Decimal(whole).scaleb(-self.body["decimals"])

    def value(self, total: int) -> Decimal:
        """Return a total, or a weighted mean, in the unit of the proposal."""
        exact = self.figure(total)
        if self.body["statistic"] == "weighted-mean":
            return exact / sum(self.weights.values())
        return exact

    def verify(self) -> None:
        """Raise `NotAllowed` where fewer than three parties are named."""
        verify_parties(self.parties)


def fold_rounds(said: Iterable[Said]) -> list[Round]:
    """Return every round that the entries tell, by its proposal.

    Parameters
    ----------
    said : iterable of Said
        Entries of the kinds 'joint-...', each party's in the order of its log.
    """
    held = list(said)
    rounds = {
        (one.party, one.index): Round(one)
        for one in held
        if one.entry.kind == "joint-proposal"
    }
    for kind, take in (
        ("joint-commitment", _take_commitment),
        ("joint-total", _take_total),
    ):
        for one in held:
            if one.entry.kind != kind:
                continue
            named = one.entry.body["proposal"]
            found = rounds.get((named["party"], named["entry"]))
            if found is not None:
                refused = take(found, one)
                if refused:
                    at = f"entry {one.index} of {one.party!r}"
                    found.passed_over.append(f"{at}: {refused}")
    return [rounds[key] for key in sorted(rounds)]


def find_round(rounds: Sequence[Round], name: str) -> Round:
    """Return the round of that name.

    Raises
    ------
    NotFound
        No such proposal is held here.
    """
    for one in rounds:
        if one.name == name:
            return one
    raise NotFound(
        f"no joint total {name!r} is proposed",
        hint="'waternet joint show' lists them; pull the party's record first",
    )


def withheld_before(
    round_: Round, rounds: Iterable[Round], public: Mapping[str, Iterable[str]]
) -> dict[str, str]:
    """Return the periods that are not even computed, each with the rule.

    Parameters
    ----------
    round_ : Round
        Agreed.
    rounds : iterable of Round
        All that are known.
    public : mapping of period to parties
        Whose figures are public already.
    """
    common = round_.common_periods
    withheld = {
        period: "no-figure" for period in round_.body["periods"] if period not in common
    }
    for period in common:
        known = set(public.get(period, ()))
        earlier = list(_earlier(round_, rounds, period))
        if reveals([round_.weights], known):
            withheld[period] = "already-public"
        elif any(total.keys() == round_.weights.keys() for total in earlier):
            withheld[period] = "difference"  # would show what one of them changed
        elif reveals([*earlier, round_.weights], known):
            withheld[period] = "difference"
    return withheld


def _earlier(
    round_: Round, rounds: Iterable[Round], period: str
) -> Iterator[Mapping[str, int]]:
    """Yield the weights of other totals of this quantity that share the period."""
    for one in rounds:
        same = all(one.body[key] == round_.body[key] for key in _QUANTITY)
        if one is round_ or not same:
            continue
        told = {
            row["period"]
            for said in one.totals.values()
            for row in said.entry.body["totals"]
        }
        if any(overlaps(period, other) for other in told):
            yield one.weights


_QUANTITY = ("observed_property", "area")


def _take_commitment(round_: Round, said: Said) -> str:
    """Let it count, or return why it does not."""
    body = said.entry.body
    if reason := _is_foreign(round_, said):
        return reason
    if said.party in round_.commitments:
        return "it committed before; the first counts"
    periods = [row["period"] for row in body["inputs"]]
    if not set(periods) <= set(round_.body["periods"]):
        return "it commits to a period that was not proposed"
    if [row["party"] for row in body["parcels"]] != round_.parties:
        return "its shares are not for the parties proposed"
    round_.commitments[said.party] = said
    return ""


def _take_total(round_: Round, said: Said) -> str:
    if reason := _is_foreign(round_, said):
        return reason
    if said.party in round_.totals:
        return "it told a total before; the first counts"
    counted = [one.reference() for _party, one in sorted(round_.commitments.items())]
    if said.entry.body["commitments"] != counted or round_.awaited:
        return "it stands on other commitments than those that count"
    round_.totals[said.party] = said
    return ""


def _is_foreign(round_: Round, said: Said) -> str:
    if said.party not in round_.weights:
        return f"{said.party!r} is not named in the proposal"
    if said.entry.body["proposal"] != round_.proposal.reference():
        return "it names another proposal by its hash"
    return ""
