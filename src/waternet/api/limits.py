"""What one caller may take of what is for all: requests, and threads at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

__all__ = ["DEFAULT_RATE", "Limits", "Turns"]

DEFAULT_RATE = 200.0  # requests a second that a caller can keep up
_BURST = 20  # s of them may come at once
_CALLERS = 10_000  # remembered; whoever asked longest ago is forgotten first


class Limits:
    """Counts each caller's requests; many threads may use it at once.

    Parameters
    ----------
    rate : float [1/s]
        0 for no limit.
    clock : function
        Returns the time [s].

    Examples
    --------
    >>> limits = Limits(1.0, clock=lambda: 0.0)
    >>> [limits.wait("a") for _ in range(21)][-2:], limits.wait("b")
    ([0.0, 1.0], 0.0)
    """

    def __init__(
        self, rate: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._most = rate * _BURST
        self._clock = clock
        self._lock = threading.Lock()
        self._callers: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str, cost: float = 1.0) -> float:
        """Take from a caller's bucket; return how long to wait where it is empty.

        Parameters
        ----------
        caller : str
        cost : float
            In requests.

        Returns
        -------
        float [s]
            0 where the request may go on.
        """
        if not self._rate:
            return 0.0
        with self._lock:
            left = self._left(caller)
            goes_on = left >= cost
            if goes_on:
                self._callers[caller] = left - cost, self._callers[caller][1]
        return 0.0 if goes_on else (cost - left) / self._rate

    def charge(self, caller: str, cost: float) -> None:
        """Take from a caller's bucket, beyond what is in it if need be."""
        with self._lock:
            left = self._left(caller) - cost
            self._callers[caller] = max(left, -self._most), self._callers[caller][1]

    def _left(self, caller: str) -> float:
        """Fill a caller's bucket up to now, and return what is in it."""
        now = self._clock()
        left, since = self._callers.pop(caller, (self._most, now))
        left = min(self._most, left + (now - since) * self._rate)
        self._callers[caller] = left, now
        if len(self._callers) > _CALLERS:
            self._callers.popitem(last=False)
        return left


class Turns:
    """Lets each caller have only so many questions answered at a time.

    The rest of them wait in their order, and others do not wait behind them.

    Parameters
    ----------
    most : int
        Of one caller, at a time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._callers: dict[str, tuple[asyncio.Semaphore, list[None]]] = {}

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncIterator[None]:
        """Wait until it is the caller's turn, and take it."""
        free, asking = self._callers.setdefault(
            caller, (asyncio.Semaphore(self._most), [])
        )
        asking.append(None)
        try:
            async with free:
                yield
        finally:
            asking.pop()
            if not asking:
                del self._callers[caller]
