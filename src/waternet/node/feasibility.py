"""Needs for data held against the bank: what is there, from whom, and how good it is.

A check sees what this node's party may read. It names each entry whose figures it
counted by the hash of its bytes, so that whoever holds those entries can repeat it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waternet.bank.aggregate import USABLE
from waternet.bank.calendar import count_between
from waternet.bank.catalogue import Series
from waternet.bank.coverage import Kind, kinds_of
from waternet.bank.labels import to_microseconds
from waternet.bank.query import get_observations
from waternet.bank.selection import Selection, choose_series, verify_known
from waternet.bank.sharing import list_requests, release_access
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.finding import Finding
from waternet.exchange.walk import read_entries
from waternet.node.folder import Node
from waternet.node.intake import seen_head
from waternet.observation.vocabulary import Grade
from waternet.observation.zone import find_zone
from waternet.workinggroup.feasibility import (
    BALANCE,
    Feasibility,
    Found,
    Input,
    Need,
    verdict_on,
)
from waternet.workinggroup.forms import MOST_LISTED

__all__ = ["Checked", "check_needs", "list_differences"]

_MONTH = "P1M"
_AT_ONCE = 10  # datastreams that are read together
_WORST = (Grade.GOOD, Grade.UNCHECKED, Grade.SUSPECT, Grade.BAD)
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of some needs.

    Attributes
    ----------
    needs : tuple of Need
    found : tuple of Found
        By need as asked, then party.
    inputs : tuple of Input
        By party and entry.
    """

    needs: tuple[Need, ...]
    found: tuple[Found, ...]
    inputs: tuple[Input, ...]

    @property
    def verdict(self) -> str:
        """'there', 'partly' or 'missing'."""
        return verdict_on(self.needs, self.found)

    def to_json(self) -> dict[str, Any]:
        """Return the fields of an act 'feasibility.record' that a check gives.

        What it would change in the water balance was not examined: this version keeps
        no water accounts against which it could be.
        """
        return {
            "needs": [_written_need(one) for one in self.needs],
            "found": [_written_found(one) for one in self.found],
            "verdict": self.verdict,
            "inputs": [
                {"party": one.party, "entry": one.entry, "sha256": one.sha256}
                for one in self.inputs
            ],
            "balance": BALANCE[0],
        }


def _written_need(need: Need) -> dict[str, Any]:
    told = {
        "id": need.id,
        "observed_property": need.observed_property,
        "from": need.first,
        "to": need.last,
        "parties": list(need.parties),
        "area": need.area,
        "station": need.station,
    }
    return {name: held for name, held in told.items() if held}


def _written_found(found: Found) -> dict[str, Any]:
    told = {
        "need": found.need,
        "party": found.party,
        "share": found.share,
        "access": found.access,
        "entries": list(found.entries),
        "grade": found.grade,
    }
    return {name: held for name, held in told.items() if held}


def check_needs(node: Node, bank: Bank, needs: Sequence[Need]) -> Checked:
    """Hold needs for data against the bank, as this node's party may read it.

    The share of one datastream is the part of the figures due in the period that are
    there and usable, by its interval or sampling; where its owner states neither, the
    part of the months in which there is one. The share of a party is the mean of those
    of all its datastreams that are meant.

    Parameters
    ----------
    node : Node
    bank : Bank
    needs : sequence of Need

    Raises
    ------
    NotFound
        No such observed property. A party without a record has nothing.
    NotAcceptable
        A need ends before it begins, or takes more entries than an act can name.
    """
    found: list[Found] = []
    for need in needs:
        _verify_period(need)
        verify_known(bank, _selection(need, ""))
        series = choose_series(bank, _selection(need, ",".join(need.parties)))
        parties = need.parties or sorted({one.party for one in series})
        for party in parties:
            own = [one for one in series if one.party == party]
            found.append(_found(node, bank, need, party, own))
    named = sorted({(one.party, entry) for one in found for entry in one.entries})
    if len(named) > MOST_LISTED:
        raise NotAcceptable(
            f"it takes {len(named)} entries, an act names {MOST_LISTED} at most",
            hint="make several checks, each of fewer needs or a shorter period",
        )
    inputs = tuple(_inputs(node, named))
    return Checked(tuple(needs), tuple(found), inputs)


def _verify_period(need: Need) -> None:
    if need.last < need.first:
        raise NotAcceptable(
            f"need {need.id!r}: from {need.first} to {need.last} ends before it begins"
        )


def _selection(need: Need, party: str) -> Selection:
    return Selection(
        party=party,
        observed_property=need.observed_property,
        within=need.area,
        feature=need.station,
    )


def _found(
    node: Node, bank: Bank, need: Need, party: str, series: Sequence[Series]
) -> Found:
    """Return what one party has of a need."""
    shares, entries, grades = [], set[int](), set[Grade]()
    for held in _held(bank, need, series):
        shares.append(held.share)
        entries |= held.entries
        grades |= held.grades
    share = sum(shares, Decimal(0)) / len(shares) if shares else Decimal(0)
    worst = max(grades, key=_WORST.index).name.lower() if grades else ""
    return Found(
        need=need.id,
        party=party,
        share=_written_share(share, bool(entries)),
        access=_access(node, bank, party, entries, series),
        entries=tuple(sorted(entries)),
        grade=worst,
    )


def _written_share(share: Decimal, some: bool) -> str:
    """Write a share in thousandths: what is not whole never reads as whole.

    Nor does what is there read as nothing.
    """
    least = _THOUSANDTH if some else Decimal(0)
    told = max(share.quantize(_THOUSANDTH, ROUND_DOWN), least)
    return f"{told.normalize():f}"


@dataclass(frozen=True, slots=True)
class _Held:
    share: Decimal
    entries: frozenset[int]
    grades: frozenset[Grade]


_NOTHING = _Held(Decimal(0), frozenset(), frozenset())


def _held(bank: Bank, need: Need, series: Sequence[Series]) -> Iterator[_Held]:
    """Yield what each datastream of one party holds of a need, those of a zone at once.

    Days begin and end by the clock of each datastream's owner.
    """
    by_zone: dict[str, list[tuple[Series, Kind]]] = {}
    for one, kind in zip(series, kinds_of(bank, series), strict=True):
        by_zone.setdefault(kind.zone or "UTC", []).append((one, kind))
    for zone, told in by_zone.items():
        for at in range(0, len(told), _AT_ONCE):
            yield from _held_in(bank, need, zone, told[at : at + _AT_ONCE])


def _held_in(
    bank: Bank, need: Need, zone: str, told: Sequence[tuple[Series, Kind]]
) -> Iterator[_Held]:
    first = datetime.combine(date.fromisoformat(need.first), time(), find_zone(zone))
    after = date.fromisoformat(need.last) + timedelta(days=1)
    end = datetime.combine(after, time(), find_zone(zone))
    addresses = [one.address for one, _ in told]
    figures = get_observations(bank, addresses, first, end, grades=USABLE)
    figures = figures.filter(pc.is_valid(figures["value"]))
    for one, kind in told:
        own = figures.filter(pc.equal(figures["datastream"], one.name))
        yield _measured(own, kind, first, end, zone) if own.num_rows else _NOTHING


def _measured(
    figures: pa.Table, kind: Kind, first: datetime, end: datetime, zone: str
) -> _Held:
    """Return how much of a period some figures cover, and where they are from."""
    times = figures["time"].cast("timestamp[us]").to_numpy()
    begins, ends = to_microseconds(first, 0), to_microseconds(end, 0)
    due = count_between(begins, ends, kind.step, zone) - 1
    there = len(np.unique(times))
    if np.isnan(due):
        due = count_between(begins, ends, _MONTH, zone) - 1
        offset = np.timedelta64(first.utcoffset() or timedelta(0), "us")
        there = len(np.unique((times + offset).astype("datetime64[M]")))
    return _Held(
        min(Decimal(there) / max(round(due), 1), Decimal(1)),
        frozenset(pc.unique(figures["release"]).to_pylist()),
        frozenset(Grade(one) for one in pc.unique(figures["grade"]).to_pylist()),
    )


def _access(
    node: Node,
    bank: Bank,
    party: str,
    entries: Iterable[int],
    series: Sequence[Series],
) -> str:
    """Return to whom a party's data are open, as far as its record tells."""
    readers = release_access(bank, party)
    restricted = {release for release, to in readers.items() if to}
    if used := set(entries):
        return "restricted" if restricted & used else "open"
    datasets = _datasets(bank, party, series)
    for one in list_requests(bank, node.party):
        asked = (one.party, one.owner) == (node.party, party)
        if asked and one.state != "refused" and one.dataset in datasets:
            return "requested"
    sealed = {
        dataset
        for release, dataset in _released(bank, party).items()
        if release in restricted
    }
    return "restricted" if sealed & datasets else "not released"


def _datasets(bank: Bank, party: str, series: Sequence[Series]) -> set[str]:
    """Return the datasets of some datastreams; every one of the party without them.

    A datastream that was described in a restricted release alone is unknown here.
    """
    rows = bank.catalogue.rows(
        "SELECT name, dataset FROM datastream WHERE party = ?", (party,)
    )
    names = {one.name for one in series}
    if names:
        return {dataset for name, dataset in rows if name in names}
    return set(_released(bank, party).values()) | {
        dataset
        for (dataset,) in bank.catalogue.rows(
            "SELECT dataset FROM entry WHERE party = ? AND kind = 'terms'", (party,)
        )
    }


def _released(bank: Bank, party: str) -> Mapping[int, str]:
    rows = bank.catalogue.rows(
        "SELECT number, dataset FROM entry WHERE party = ?"
        " AND kind IN ('release', 'revise')",
        (party,),
    )
    return {row["number"]: row["dataset"] for row in rows}


def _inputs(node: Node, named: Iterable[tuple[str, int]]) -> Iterator[Input]:
    """Yield entries by the hash of their bytes, verified by their party's log."""
    cards = node.cards()
    for party, index in named:
        if party not in cards:
            raise NotFound(
                f"{party!r} is followed no more, its entries cannot be verified",
                hint=f"follow it again, or leave {party} out of the need",
            )
        one = next(read_entries(cards[party], seen_head(node, party), index))
        yield Input(party, index, sha256(one.signed).hexdigest())


def list_differences(node: Node, bank: Bank, made: Feasibility) -> tuple[str, ...]:
    """Make a check again, and return how it differs from what its record says.

    Parameters
    ----------
    node : Node
    bank : Bank
    made : Feasibility

    Returns
    -------
    tuple of str
        A sentence each: an entry that is other bytes here or is not here, a share,
        grade or access that is another by now. () where all is as it was.
    """
    told = [*_other_inputs(node, bank, made.inputs)]
    now = check_needs(node, bank, made.needs)
    before = {(one.need, one.party): one for one in made.found}
    for one in now.found:
        was = before.pop((one.need, one.party), None)
        if was != one:
            told.append(f"{one.need} of {one.party}: was {_say(was)}, is {_say(one)}")
    told += [f"{need} of {party}: not found now" for need, party in sorted(before)]
    return tuple(told)


def _other_inputs(node: Node, bank: Bank, inputs: Iterable[Input]) -> Iterator[str]:
    for one in inputs:
        at = f"entry {one.entry} of {one.party}"
        if one.entry >= bank.catalogue.position(one.party):
            yield f"{at} is not here"
            continue
        try:
            (held,) = _inputs(node, [(one.party, one.entry)])
        except (NotFound, Finding) as error:
            yield f"{at}: {error}"
            continue
        if held != one:
            yield f"{at} is other bytes here"


def _say(found: Found | None) -> str:
    if found is None:
        return "not there"
    parts = (found.share, found.grade, found.access)
    entries = ", ".join(map(str, found.entries))
    return " ".join(filter(None, [*parts, f"(entries {entries})" if entries else ""]))
