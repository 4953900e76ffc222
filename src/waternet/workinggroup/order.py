"""The order in which acts are taken: a function of the set of them, not of arrival."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from waternet.workinggroup.gathering import Candidate
from waternet.workinggroup.sight import Sight

__all__ = ["Order"]

Rank = Callable[[Candidate], int]
_Key = tuple[int, str, str, int]


class Order:
    """Each act after those that it names, and after all that it claims to have seen.

    Among those that may come, the lower rank comes first, then the earlier one. Where
    acts claim to have seen each other, somebody does not tell the truth: `is_broken` is
    set, and they come by rank and time alone.

    Parameters
    ----------
    candidates : sequence of Candidate
    rank : function of Candidate
    known : mapping of id to (Candidate, Sight)
        Those that were taken or refused before. Those of this order are put there.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        rank: Rank,
        known: dict[str, tuple[Candidate, Sight]],
    ) -> None:
        self.is_broken = False
        self._rank = rank
        self._known = known
        self._by_id = {one.act.id: one for one in candidates}
        self._needed: dict[str, int] = {}
        self._after: dict[str, list[str]] = {name: [] for name in self._by_id}
        for name, one in self._by_id.items():
            needed = {*one.act.on, one.act.charter} - known.keys() - {""}
            self._needed[name] = len(needed)
            for other in needed & self._by_id.keys():
                self._after[other].append(name)
        self._reachable = self._reach()
        self._logs = _Logs(self._by_id[name] for name in self._reachable)
        self._ready: list[tuple[_Key, str]] = []
        self._held: dict[str, _Key] = {}
        self._by_key: list[tuple[_Key, str]] = []  # of what is, or was, held

    def _reach(self) -> list[str]:
        """Find the sight of each act that has all before it that it names."""
        left = dict(self._needed)
        found = [name for name, count in left.items() if not count]
        for name in found:  # which grows
            one = self._by_id[name]
            named = [self._known[other] for other in one.act.on]
            self._known[name] = (one, Sight.of(one.act, one.index, named))
            for other in self._after[name]:
                left[other] -= 1
                if not left[other]:
                    found.append(other)
        return found

    def __iter__(self) -> Iterator[tuple[Candidate, Sight]]:
        """Yield the acts in turn; one that names what is nowhere is not yielded."""
        left = dict(self._needed)
        for name in self._reachable:
            if not left[name]:
                self._queue(name)
        while self._ready or self._held:
            if not self._ready:
                self.is_broken = True
                self._release_first()
            _, name = heapq.heappop(self._ready)
            yield self._known[name]
            for other in self._logs.pass_by(self._by_id[name]):
                if other in self._held:
                    self._release(other)
            for other in self._after[name]:
                left[other] -= 1
                if not left[other]:
                    self._queue(other)

    def _queue(self, name: str) -> None:
        """Let an act come, once all has come that it claims to have seen."""
        one, sight = self._known[name]
        act = one.act
        self._held[name] = (self._rank(one), act.issued, act.party, one.index)
        if "seen" in act.body and self._logs.wait(name, sight.bounds()):
            heapq.heappush(self._by_key, (self._held[name], name))
        else:
            self._release(name)

    def _release_first(self) -> None:
        """Let the first one come of those that wait for each other."""
        name = heapq.heappop(self._by_key)[1]
        while name not in self._held:
            name = heapq.heappop(self._by_key)[1]
        self._release(name)

    def _release(self, name: str) -> None:
        heapq.heappush(self._ready, (self._held.pop(name), name))


class _Logs:
    """How far each log was passed, and who waits until it is."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._indexes: dict[str, list[int]] = {}
        for one in candidates:
            self._indexes.setdefault(one.act.party, []).append(one.index)
        for indexes in self._indexes.values():
            indexes.sort(reverse=True)  # the next one is the last of them
        self._passed: dict[str, set[int]] = {one: set() for one in self._indexes}
        self._waiting: dict[str, list[tuple[int, str]]] = {}
        self._logs_left: dict[str, int] = {}

    def wait(self, name: str, bounds: Mapping[str, int]) -> bool:
        """Return whether an act has to wait until logs were passed so far."""
        left = 0
        for party, bound in bounds.items():
            indexes = self._indexes.get(party)
            if indexes and indexes[-1] < bound:
                heapq.heappush(self._waiting.setdefault(party, []), (bound, name))
                left += 1
        self._logs_left[name] = left
        return left > 0

    def pass_by(self, one: Candidate) -> Iterator[str]:
        """Yield the acts that wait no more once this one has come."""
        party = one.act.party
        indexes, passed = self._indexes[party], self._passed[party]
        passed.add(one.index)
        while indexes and indexes[-1] in passed:
            passed.remove(indexes.pop())
        waiting = self._waiting.get(party, [])
        while waiting and (not indexes or waiting[0][0] <= indexes[-1]):
            _, name = heapq.heappop(waiting)
            self._logs_left[name] -= 1
            if not self._logs_left[name]:
                yield name
