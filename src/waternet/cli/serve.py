"""The command that answers for a node over HTTP."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
import sys
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from waternet.cli.options import NodeOption, opened_node
from waternet.cli.show import say
from waternet.errors import Conflict, NotAcceptable, NotAllowed

if TYPE_CHECKING:
    from waternet.node.folder import Node

__all__ = ["add_commands", "listen"]

_WAITING = 128  # connections not yet accepted
_URL = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?")


def serve(
    host: Annotated[
        str, typer.Option(help="Where to listen; 0.0.0.0 is everywhere.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 takes a free one.")
    ] = 8080,
    url: Annotated[
        str,
        typer.Option(envvar="WATERNET_URL", help="Where readers find it, if not here."),
    ] = "",
    workers: Annotated[int, typer.Option(min=1, max=64, help="So many processes.")] = 1,
    rate: Annotated[
        float | None,
        typer.Option(min=0, help="Of a caller's requests a second: 200; 0: any."),
    ] = None,
    access_log: Annotated[
        str, typer.Option(help="A file for a line a request; - is standard error.")
    ] = "",
    unguarded: Annotated[
        bool, typer.Option(help="Everybody is a steward: for a scratch node here.")
    ] = False,
    mqtt: Annotated[
        str, typer.Option(help="A broker to tell of new observations: mqtt://host.")
    ] = "",
    node: NodeOption = None,
) -> None:
    """Answer for a node over HTTP, and give out its public record, until stopped."""
    from waternet.cli.worker import Settings, held_signals, run_here, run_workers

    if url and not _URL.fullmatch(url):
        raise NotAcceptable(
            f"expected --url like https://water.example/node, got {url!r}"
        )
    if unguarded and not _is_loopback(host):
        raise NotAllowed(
            f"an unguarded node cannot be served at {host}: all could write to it",
            hint="leave --host out, or give people keys instead of --unguarded",
        )
    opened = opened_node(node)
    opened.cards()  # a node whose cards are damaged is not given out
    settings = Settings(url, unguarded, rate, access_log)
    with ExitStack() as stack:
        listener = stack.enter_context(listen(host, port))
        bound = listener.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        say(f"the record of {opened.party} is at http://{name}:{bound}/ until stopped")
        sys.stdout.flush()  # whoever reads it by a pipe waits for it
        if workers > 1:
            stack.enter_context(held_signals())
        stack.enter_context(_announcing(opened, mqtt, url or f"http://{name}:{bound}"))
        if workers == 1:
            run_here(opened, listener, settings)
            return
        listener.close()
        shared = [
            stack.enter_context(listen(host, bound, is_shared=True))
            for _ in range(workers)
        ]
        run_workers(opened, shared, settings)


def _announcing(node: Node, broker: str, url: str) -> AbstractContextManager[object]:
    """Return what tells a broker of new observations meanwhile, if one is named."""
    if not broker:
        return nullcontext()
    from waternet.api.mqtt import Announcer

    return Announcer(node, broker, url)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def add_commands(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(serve)


def listen(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """Return a socket that listens; whoever asked for it closes it.

    Parameters
    ----------
    is_shared : bool
        It is one of several at that port, among which the system deals connections out.

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
    if is_shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
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
