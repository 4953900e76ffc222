"""Web servers on the loopback, for tests: a real one, and one that does as it likes."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn


@dataclass
class Asked:
    """A request as it came: path and headers, their names in lower case."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Scripted:
    """Where the server listens, and what it was asked."""

    address: str
    asked: list[Asked]


def answer(
    body: bytes = b"", status: str = "200 OK", length: int | None = None, **headers: str
) -> bytes:
    """Return an answer as it goes over the line."""
    told = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {told}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def scripted(script: Callable[[Asked, int], Iterable[bytes]]) -> Iterator[Scripted]:
    """Run a server that writes what the script yields, then closes the connection.

    Parameters
    ----------
    script : function of (request, how many came before it)
    """
    asked: list[Asked] = []
    told = threading.Lock()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            first = self.rfile.readline().decode()
            headers = {}
            while (line := self.rfile.readline().decode().strip()) != "":
                name, _, text = line.partition(":")
                headers[name.lower()] = text.strip()
            with told:
                number = len(asked)
                asked.append(Asked(first.split()[1], headers))
            try:
                for piece in script(asked[number], number):
                    self.wfile.write(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the reader had enough

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield Scripted(f"http://127.0.0.1:{server.server_address[1]}", asked)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serving(app):
    """Run an application until the test has done; yields its address."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # who comes before the server has started waits
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", ws="none", lifespan="off"
        )
        server = uvicorn.Server(config)
        words = {"sockets": [listener]}
        thread = threading.Thread(target=server.run, kwargs=words)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
