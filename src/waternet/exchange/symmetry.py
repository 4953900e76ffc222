"""Symmetry: what each party gave and got, counted, so that a meeting can see it.

Counts, by party in alphabetical order; never a score and never a rank. What counts as
a figure is what was signed: each revision of one counts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Given", "PairBalance", "PartyBalance", "Request", "balance", "pairs"]


@dataclass(frozen=True, slots=True)
class Given:
    """A release that stands.

    Attributes
    ----------
    party, dataset : str
    figures : int
    readers : frozenset of str or None
        Who can read it besides its owner; None where all can.
    """

    party: str
    dataset: str
    figures: int
    readers: frozenset[str] | None = None

    def is_for(self, party: str) -> bool:
        """Whether another party can read it."""
        return party != self.party and (self.readers is None or party in self.readers)


@dataclass(frozen=True, slots=True)
class Request:
    """A request for restricted figures, and what its owner answered last.

    Attributes
    ----------
    by, owner : str
    answer : str
        'grant', 'refuse', 'condition', or '' where there is none yet.
    """

    by: str
    owner: str
    answer: str


@dataclass(frozen=True, slots=True)
class PartyBalance:
    """What one party gave, and what it got of all others.

    Attributes
    ----------
    party : str
    datasets, releases, figures : int
        That it published and that stand.
    restricted_releases, restricted_figures : int
        Of those: what not all can read.
    got_datasets, got_releases, got_figures : int
        That others published, and that it can read.
    got_restricted_releases : int
        Of those: what not all can read.
    asked, was_granted, was_refused, was_conditioned : int
        Its own requests, and how they were answered.
    was_asked, granted, refused, conditioned : int
        Requests of others to it, and how it answered.
    """

    party: str
    datasets: int
    releases: int
    figures: int
    restricted_releases: int
    restricted_figures: int
    got_datasets: int
    got_releases: int
    got_figures: int
    got_restricted_releases: int
    asked: int
    was_granted: int
    was_refused: int
    was_conditioned: int
    was_asked: int
    granted: int
    refused: int
    conditioned: int


@dataclass(frozen=True, slots=True)
class PairBalance:
    """What of one party's restricted figures another one can read.

    Attributes
    ----------
    owner, reader : str
    releases, figures : int
        Restricted ones of the owner that the reader can read.
    of_releases, of_figures : int
        All restricted ones of the owner.
    """

    owner: str
    reader: str
    releases: int
    figures: int
    of_releases: int
    of_figures: int


def balance(
    parties: Iterable[str], given: Sequence[Given], requests: Sequence[Request]
) -> list[PartyBalance]:
    """Count what each party gave and got, in alphabetical order."""
    return [_balance(party, given, requests) for party in sorted(set(parties))]


def pairs(parties: Iterable[str], given: Sequence[Given]) -> list[PairBalance]:
    """Count who can read whose restricted figures, for every two parties."""
    known, found = sorted(set(parties)), []
    for owner in known:
        closed = [one for one in _of(owner, given) if one.readers is not None]
        for reader in known:
            if reader == owner:
                continue
            read = [one for one in closed if one.is_for(reader)]
            found.append(
                PairBalance(
                    owner=owner,
                    reader=reader,
                    releases=len(read),
                    figures=sum(one.figures for one in read),
                    of_releases=len(closed),
                    of_figures=sum(one.figures for one in closed),
                )
            )
    return found


def _balance(
    party: str, given: Sequence[Given], requests: Sequence[Request]
) -> PartyBalance:
    own = _of(party, given)
    closed = [one for one in own if one.readers is not None]
    got = [one for one in given if one.is_for(party)]
    asked = [one.answer for one in requests if one.by == party]
    was_asked = [one.answer for one in requests if one.owner == party]
    return PartyBalance(
        party=party,
        datasets=len({one.dataset for one in own}),
        releases=len(own),
        figures=sum(one.figures for one in own),
        restricted_releases=len(closed),
        restricted_figures=sum(one.figures for one in closed),
        got_datasets=len({(one.party, one.dataset) for one in got}),
        got_releases=len(got),
        got_figures=sum(one.figures for one in got),
        got_restricted_releases=sum(one.readers is not None for one in got),
        asked=len(asked),
        was_granted=asked.count("grant"),
        was_refused=asked.count("refuse"),
        was_conditioned=asked.count("condition"),
        was_asked=len(was_asked),
        granted=was_asked.count("grant"),
        refused=was_asked.count("refuse"),
        conditioned=was_asked.count("condition"),
    )


def _of(party: str, given: Sequence[Given]) -> list[Given]:
    return [one for one in given if one.party == party]
