"""The order in which acts are taken: a function of the set of them, not of arrival."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence

from waternet.workinggroup.gathering import Candidate

__all__ = ["in_order"]

Rank = Callable[[Candidate], int]


def in_order(
    candidates: Sequence[Candidate], rank: Rank, known: set[str]
) -> Iterator[Candidate]:
    """Yield each act after those that it names, and the lower rank first among others.

    Parameters
    ----------
    candidates : sequence of Candidate
    rank : function of Candidate
        What speaks for or against an adoption has a lower one than the adoption, so it
        is taken first wherever both may be.
    known : set of str
        Ids that were taken or refused before.

    Yields
    ------
    Candidate
        One that names an act which is nowhere is not yielded.
    """
    by_id = {one.act.id: one for one in candidates}
    waiting: dict[str, list[str]] = {}
    missing: dict[str, int] = {}
    ready: list[tuple[int, str, str, int, str]] = []

    def push(one: Candidate) -> None:
        act = one.act
        heapq.heappush(ready, (rank(one), act.issued, act.party, one.index, act.id))

    for one in candidates:
        needed = {*one.act.on, one.act.charter} - known - {""}
        missing[one.act.id] = len(needed)
        for other in needed:
            waiting.setdefault(other, []).append(one.act.id)
        if not needed:
            push(one)
    while ready:
        done = heapq.heappop(ready)[-1]
        yield by_id[done]
        for other in waiting.pop(done, ()):
            missing[other] -= 1
            if not missing[other]:
                push(by_id[other])
