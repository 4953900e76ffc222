"""Many readers at once, each with a connection that it keeps.

``python -m benchmarks.readers ADDRESS READERS REQUESTS PATH...``: they ask for the
paths in turn until so many requests were answered; then a line of JSON tells how.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Crowd", "crowd"]


@dataclass(frozen=True, slots=True)
class Crowd:
    """What readers met.

    Attributes
    ----------
    rate : float [1/s]
    p50, p99, most : float [s]
    errors : int
        Answers other than 200, and connections that broke.
    """

    rate: float
    p50: float
    p99: float
    most: float
    errors: int


def crowd(address: str, readers: int, requests: int, paths: Sequence[str]) -> Crowd:
    """Run them in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.readers", address]
    words = [*command, str(readers), str(requests), *paths]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return Crowd(**told)


async def _read(
    address: str, paths: Sequence[str], left: list[int], times: list[float]
) -> Counter[str]:
    told = urlsplit(address)
    met: Counter[str] = Counter()
    reading, writing = await asyncio.open_connection(told.hostname, told.port)
    number = len(times)
    while left[0] > 0:
        left[0] -= 1
        path = paths[number % len(paths)]
        number += 1
        began = time.perf_counter()
        writing.write(f"GET {path} HTTP/1.1\r\nHost: {told.netloc}\r\n\r\n".encode())
        try:
            head = await reading.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").lower().split("\r\n")
            (length,) = (
                line.split(":")[1] for line in lines if line.startswith("content-len")
            )
            await reading.readexactly(int(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            met["broken"] += 1
            reading, writing = await asyncio.open_connection(told.hostname, told.port)
            continue
        times.append(time.perf_counter() - began)
        met[lines[0].split()[1]] += 1
    writing.close()
    return met


async def _all(address: str, readers: int, requests: int, paths: Sequence[str]) -> None:
    left, times = [requests], list[float]()
    began = time.perf_counter()
    each = [_read(address, paths, left, times) for _ in range(readers)]
    met = sum(await asyncio.gather(*each), Counter[str]())
    seconds = time.perf_counter() - began
    times.sort()
    told = {
        "rate": len(times) / seconds,
        "p50": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)],
        "most": times[-1],
        "errors": sum(met.values()) - met["200"],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    _, where, many, count, *asked = sys.argv
    asyncio.run(_all(where, int(many), int(count), asked))
