"""A server that answers for a node: in this process, or in several over one socket.

Run as a module it is one of several: what to serve is its argument, the socket and the
other end of its standard input are its parent's. When that end closes, it ends.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from waternet.cli.show import say_error
from waternet.errors import WaternetError

if TYPE_CHECKING:
    import uvicorn

    from waternet.node.folder import Node

__all__ = ["Settings", "run_here", "run_workers"]

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
    rate : float [1/s]
        Of one caller's requests; 0 for no limit.
    access_log : str
        A file, '-' for standard error, '' for none.
    """

    url: str
    is_unguarded: bool
    rate: float
    access_log: str


def run_here(node: Node, listener: socket.socket, settings: Settings) -> None:
    """Serve a node in this process, until it is told to stop."""
    _server(node, settings).run(sockets=[listener])


def run_workers(
    node: Node, listener: socket.socket, settings: Settings, count: int
) -> None:
    """Serve a node in several processes, until this one is told to stop.

    One that is killed is replaced. None outlives this process, however it ends.

    Raises
    ------
    KeyboardInterrupt
        It was interrupted.
    Exit
        A worker could not start.
    """
    words = json.dumps(
        {
            "folder": str(node.folder),
            "socket": listener.fileno(),
            **asdict(settings),
        }
    )
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    workers = _Workers([sys.executable, "-m", "waternet.cli.worker", words], listener)
    try:
        for _ in range(count):
            workers.start()
        told: int = signal.SIGCHLD
        while told == signal.SIGCHLD:
            told = signal.sigwait(_SIGNALS)
            workers.replace_ended()
    finally:
        workers.stop()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if told == signal.SIGINT:
        raise KeyboardInterrupt
    signal.signal(told, signal.SIG_DFL)
    signal.raise_signal(told)  # who started it learns what ended it


class _Workers:
    """Processes that share a socket."""

    def __init__(self, command: list[str], listener: socket.socket) -> None:
        self._command = command
        self._listener = listener
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start one more."""
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            pass_fds=[self._listener.fileno()],
            start_new_session=True,  # an interruption reaches the parent alone
        )
        self._running.append(process)

    def replace_ended(self) -> None:
        """Start another one for each that was killed.

        One that ended by itself has a fault that the next one has too.
        """
        for process in list(self._running):
            code = process.poll()
            if code is None:
                continue
            self._running.remove(process)
            if code >= 0:
                raise typer.Exit(code or 1)
            time.sleep(_PAUSE)
            self.start()
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
    from waternet.api.app import make_app
    from waternet.api.connection import Connection

    app = make_app(
        node,
        url=settings.url,
        is_unguarded=settings.is_unguarded,
        rate=settings.rate,
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
