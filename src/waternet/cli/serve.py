"""The command that gives a node's record out over HTTP."""

from __future__ import annotations

import errno
import socket
import sys
from typing import Annotated

import typer

from waternet.cli.options import NodeOption, opened_node
from waternet.cli.show import say
from waternet.errors import Conflict, NotAcceptable

__all__ = ["add_commands", "listen"]

_WAITING = 128  # connections not yet accepted
_CONNECTIONS = 512  # more are told to come back (503)
_LARGEST_HEAD = 16_384  # bytes of a request before its body
_IDLE = 15  # s that a connection is kept open between requests
_LAST_ANSWERS = 10  # s for them once the command is told to stop


def serve(
    host: Annotated[
        str, typer.Option(help="Where to listen; 0.0.0.0 is everywhere.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 takes a free one.")
    ] = 8080,
    node: NodeOption = None,
) -> None:
    """Give out the public record over HTTP, until stopped."""
    import uvicorn

    from waternet.api.app import make_app

    opened = opened_node(node)
    opened.cards()  # a node whose cards are damaged is not given out
    with listen(host, port) as listener:
        config = uvicorn.Config(
            make_app(opened),
            access_log=False,
            http="h11",
            ws="none",
            lifespan="off",
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=_CONNECTIONS,
            h11_max_incomplete_event_size=_LARGEST_HEAD,
            timeout_keep_alive=_IDLE,
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
        bound = listener.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        say(f"the record of {opened.party} is at http://{name}:{bound}/ until stopped")
        sys.stdout.flush()  # whoever reads it by a pipe waits for it
        uvicorn.Server(config).run(sockets=[listener])


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; whoever asked for it closes it.

    Raises
    ------
    Conflict
        Another program listens there.
    NotAcceptable
        It is no address of this machine, or not for this user.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Told to be TCP, so that asyncio sends small answers at once; else each second one
    # waits 40 ms for the reader's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"another program listens at port {port} of {host}",
                hint="stop it, or choose another: --port",
            ) from error
        raise NotAcceptable(
            f"cannot listen at port {port} of {host}: {error.strerror or error}",
            hint="--host is an address of this machine; ports below 1024 are not for "
            "everybody",
        ) from error
    return listener
