"""Processes that begin with Waternet's modules already read: each is a fork.

One process reads the modules and does nothing else; each run is forked from it, and is
a process of its own: its memory, folder, environment, network, end by a signal.
"""

import ctypes
import io
import multiprocessing
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

# They bring nearly all that commands need. What computes together is not among them:
# it says something as it is read.
READ = [
    "typer._adapters",
    "waternet.cli.main",
    "waternet.exchange.draft",
    "waternet.exchange.http_source",
    "waternet.node.follow",
    "waternet.node.importing",
    "waternet.node.publish",
    "waternet.node.registry",
    "waternet.node.status",
]
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of setns(2)


@dataclass(frozen=True)
class Ended:
    """How a run ended, and what it said.

    Attributes
    ----------
    code : int
        Its exit code; of a run that was killed, the signal with a minus.
    """

    code: int
    said: str
    errors: str


@dataclass(frozen=True)
class Place:
    """Where a run takes place.

    Attributes
    ----------
    environment : mapping of str to str
        All of it: nothing of the test's own is added.
    network : str
        Name of a network namespace; '' is the test's own network.
    limits : mapping of int to int
        The most it may take of a resource, as `resource.setrlimit` numbers them.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    network: str = ""
    limits: Mapping[int, int] = field(default_factory=dict)


class Fork:
    """A run that goes on while others do."""

    def __init__(
        self, main: Callable[[list[str]], int], words: Iterable[Any], place: Place
    ) -> None:
        pipes = [Pipe(duplex=False) for _ in range(2)]
        self._reading = [reading for reading, _ in pipes]
        arguments = (main, [*map(str, words)], place, [writing for _, writing in pipes])
        self._process: Any = _context().Process(target=_begin, args=arguments)
        self._process.start()
        for _, writing in pipes:
            writing.close()

    def wait(self, seconds: float = 120) -> Ended:
        """Read what it says until it ends."""
        heard = dict.fromkeys(self._reading, b"")
        until = time.monotonic() + seconds
        silent = False
        while self._reading and not silent:
            ready = wait(self._reading, until - time.monotonic())
            silent = not ready
            for reading in ready:
                piece = os.read(reading.fileno(), 65_536)
                heard[reading] += piece
                if not piece:
                    self._reading.remove(reading)
                    reading.close()
        if silent:
            self._process.kill()
        self._process.join()
        assert not silent, f"still at it after {seconds} s: {heard}"
        said, errors = (text.decode("utf-8") for text in heard.values())
        return Ended(self._process.exitcode, said, errors)


@cache
def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(READ)
    return context


def _begin(
    main: Callable[[list[str]], int],
    words: list[str],
    place: Place,
    told: list[Connection],
) -> None:
    warnings.simplefilter("error")
    os.environ.clear()
    os.environ.update(place.environment)
    if place.network:
        _enter(place.network)
    os.chdir(place.folder)
    for one, most in place.limits.items():
        resource.setrlimit(one, (most, most))
    for number, writing in enumerate(told, 1):
        os.dup2(writing.fileno(), number)
        writing.close()
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, "w", closefd=False), "utf-8")
        for number in (1, 2)
    )
    sys.exit(main(words))


def _enter(network: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/run/netns", network).open("rb") as space:
        if libc.setns(space.fileno(), _NEW_NETWORK):
            raise OSError(ctypes.get_errno(), f"cannot enter {network}")
