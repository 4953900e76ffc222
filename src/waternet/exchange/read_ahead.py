"""Asking for the next files while one is looked at, with bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

__all__ = ["READERS", "read_ahead"]

READERS: Final = (
    4  # requests at a time to one server: polite, and enough to fill a line
)
_AHEAD = 2 * READERS  # files held or asked for


def read_ahead(
    read: Callable[[str, int], bytes], paths: Sequence[str], limit: int
) -> Iterator[bytes]:
    """Yield files in the order asked for, while a few of the next are being read.

    Parameters
    ----------
    read : function of (path, limit)
        A source's, safe to be called by several threads.
    paths : sequence of str
    limit : int [byte]
        Of each file; at most eight of them are held.

    Raises
    ------
    WaternetError
        What `read` raised, when the turn of that file comes.

    Examples
    --------
    >>> list(read_ahead(lambda path, limit: path.encode(), ["a", "b"], 1))
    [b'a', b'b']
    """
    waiting: deque[Future[bytes]] = deque()
    pool = ThreadPoolExecutor(min(READERS, max(len(paths), 1)), "waternet-read")
    try:
        for path in paths:
            waiting.append(pool.submit(read, path, limit))
            if len(waiting) == _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        # Whoever stops early waits for what is on its way, and for nothing more.
        pool.shutdown(cancel_futures=True)
