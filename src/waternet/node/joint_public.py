"""Whose figures of a joint total are public already, so that they hide nobody's."""

from __future__ import annotations

from datetime import UTC

from waternet.bank.query import get_observations
from waternet.bank.selection import Selection, choose_series
from waternet.bank.standing import standing_datastreams
from waternet.bank.store import Bank
from waternet.exchange.disclosure import overlaps
from waternet.exchange.joint_round import Round
from waternet.observation.zone import find_zone

__all__ = ["parties_public"]


def parties_public(bank: Bank, round_: Round) -> dict[str, set[str]]:
    """Return, for each period, the parties whose figure is public.

    A party says so of its own figures in its commitment; and where this node's bank
    holds a party's figure of the same observed property for the area itself, of a time
    in the period, it is public whatever the party says.
    """
    public: dict[str, set[str]] = {period: set() for period in round_.body["periods"]}
    for party, said in round_.commitments.items():
        for period in said.entry.body["public"]:
            public[period].add(party)
        for month in _months_held(bank, round_, party):
            for period in public:
                if overlaps(period, month):
                    public[period].add(party)
    return public


def _months_held(bank: Bank, round_: Round, party: str) -> set[str]:
    """Return the months or years in which a figure of the area itself begins."""
    area, held = round_.body["area"], set()
    places = bank.catalogue.rows(
        "SELECT id FROM place WHERE party = ?1 AND id = ?2 "
        "UNION SELECT id FROM shared_name WHERE party = ?1 AND name = ?2",
        (party, area),
    )
    streams = standing_datastreams(bank, party)
    for (feature,) in places:
        chosen = Selection(
            party=party,
            feature=feature,
            observed_property=round_.body["observed_property"],
        )
        for series in choose_series(bank, chosen):
            stream = streams[series.name]
            clock = find_zone(stream.zone)
            label = "%Y" if stream.interval == "P1Y" else "%Y-%m"
            for time in get_observations(bank, [series.address])["time"].to_pylist():
                held.add(time.replace(tzinfo=UTC).astimezone(clock).strftime(label))
    return held
