"""A server that answers for a node: in this process, or in several at one port.

Run as a module it is one of several: what to serve is its argument, its socket and the
other end of its standard input are its parent's. When that end closes, it ends.

Each has a socket of its own at the same port, and the system deals connections out. Of
one socket for all, the first process to wake would take nearly every connection. The
sockets are the parent's: where a worker was killed, readers wait for the next one.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from waternet.api.limits import DEFAULT_RATE
from waternet.cli.show import say_error
from waternet.errors import WaternetError

if TYPE_CHECKING:
    import uvicorn

    from waternet.node.folder import Node

__all__ = ["Settings", "held_signals", "run_here", "run_workers"]

_CONNECTIONS = 512  # more are told to come back (503)
_LARGEST_HEAD = 16_384  # bytes of a request before its body
_IDLE = 15  # s that a connection is kept open between requests
_LAST_ANSWERS = 10  # s for them once the command is told to stop
_PAUSE = 0.5  # s before a worker that was killed is replaced
_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGCHLD})


@dataclass(frozen=True, slots=True)
class Settings:
    """How a node is served.

    Attributes
    ----------
    url : str
        Where readers find it; '' for where they asked.
    is_unguarded : bool
        Everybody is a steward.
    rate : float or None [1/s]
        Of one caller's requests; 0 for no limit. None is as usual: no limit on an
        unguarded node, which only this machine reaches.
    access_log : str
        A file, '-' for standard error, '' for none.
    """

    url: str
    is_unguarded: bool
    rate: float | None
    access_log: str

    @property
    def limit(self) -> float:
        """How many requests a second one caller can keep up; 0 for any number."""
        if self.rate is not None:
            return self.rate
        return 0.0 if self.is_unguarded else DEFAULT_RATE


def run_here(node: Node, listener: socket.socket, settings: Settings) -> None:
    """Serve a node in this process, until it is told to stop."""
    _server(node, settings).run(sockets=[listener])


@contextmanager
def held_signals() -> Iterator[None]:
    """Let what ends the command wait until `run_workers` looks for it.

    Entered before any thread starts: one that has them not held would be met by them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_workers(
    node: Node, listeners: Sequence[socket.socket], settings: Settings
) -> None:
    """Serve a node in several processes, until this one is told to stop.

    Within `held_signals`.

    One that is killed is replaced. None outlives this process, however it ends.

    Raises
    ------
    KeyboardInterrupt
        It was interrupted.
    Exit
        A worker could not start.
    """
    workers = _Workers({"folder": str(node.folder), **asdict(settings)})
    try:
        for listener in listeners:
            workers.start(listener)
        told: int = signal.SIGCHLD
        while told == signal.SIGCHLD:
            told = signal.sigwait(_SIGNALS)
            workers.replace_ended()
    finally:
        workers.stop()
    if told == signal.SIGINT:
        raise KeyboardInterrupt
    signal.signal(told, signal.SIG_DFL)
    signal.raise_signal(told)  # once it is held no more: who started this learns of it


class _Workers:
    """Processes that share a port."""

    def __init__(self, told: dict[str, object]) -> None:
        self._told = told
        self._running: dict[subprocess.Popen[bytes], socket.socket] = {}

    def start(self, listener: socket.socket) -> None:
        """Start one more."""
        words = json.dumps({**self._told, "socket": listener.fileno()})
        process = subprocess.Popen(
            [sys.executable, "-m", "waternet.cli.worker", words],
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # an interruption reaches the parent alone
        )
        self._running[process] = listener

    def replace_ended(self) -> None:
        """Start another one for each that was killed.

        One that ended by itself has a fault that the next one has too.
        """
        for process in list(self._running):
            code = process.poll()
            if code is None:
                continue
            listener = self._running.pop(process)
            if code >= 0:
                raise typer.Exit(code or 1)
            time.sleep(_PAUSE)
            self.start(listener)
            typer.echo(f"signal {-code} ended a worker; another one started", err=True)

    def stop(self) -> None:
        """End them all: answers under way have their time."""
        for process in self._running:
            if process.stdin is not None:
                process.stdin.close()
        latest = time.monotonic() + _LAST_ANSWERS + 2
        for process in self._running:
            try:
                process.wait(max(0.1, latest - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _server(node: Node, settings: Settings) -> uvicorn.Server:
    import uvicorn

    from waternet.api.access_log import AccessLog
    from waternet.api.connection import Connection
    from waternet.portal.app import make_app

    app = make_app(
        node,
        url=settings.url,
        is_unguarded=settings.is_unguarded,
        rate=settings.limit,
        log=AccessLog(settings.access_log) if settings.access_log else None,
    )
    config = uvicorn.Config(
        app,
        access_log=False,
        http=Connection,
        ws="none",
        lifespan="on",
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_LAST_ANSWERS,
    )
    return uvicorn.Server(config)


def _main(words: str) -> NoReturn:
    """Be one worker of several."""
    from waternet.cli.main import EXIT_CODES
    from waternet.node.folder import open_node

    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the parent's are blocked
    told = json.loads(words)
    listener = socket.socket(fileno=told.pop("socket"))
    try:
        node = open_node([Path(told.pop("folder"))])
        server = _server(node, Settings(**told))
    except WaternetError as error:
        say_error(error)
        sys.exit(next(EXIT_CODES[one] for one in EXIT_CODES if isinstance(error, one)))

    def end_with_parent() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=end_with_parent, daemon=True).start()
    with listener:
        server.run(sockets=[listener])
    sys.exit(0)


if __name__ == "__main__":
    _main(sys.argv[1])
