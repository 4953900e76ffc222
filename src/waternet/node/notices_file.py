"""``notices.toml``: through which mail server a node tells whom of which groups.

::

    [server]
    host = "mail.example"
    port = 465
    security = "tls"
    sender = "waternet@mail.example"
    user = "waternet"

    [[to]]
    address = "secretariat@mail.example"
    language = "ar"
    groups = ["basin"]
    kinds = ["session", "text"]

`security` is 'tls', 'starttls', or 'none' for a server on this very machine. The
server's passphrase is no part of the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable, NotFound
from waternet.record.fields import (
    Check,
    verify_choice,
    verify_fields,
    verify_integer,
    verify_text,
    verify_texts,
)

__all__ = ["MailServer", "Recipient", "read_notices_file"]

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,255}")
_NEAR = ("localhost", "127.0.0.1", "::1")
_SECURITY = ("tls", "starttls", "none")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Through which messages go.

    Attributes
    ----------
    host : str
    port : int
    security : str
        'tls' from the first byte, 'starttls', or 'none' on this machine alone.
    sender : str
        The address in From.
    user : str
        '' where it asks for none.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told.

    Attributes
    ----------
    address : str
    language : str
        Of messages.
    groups : tuple of str
        Names or ids of groups; () for all.
    kinds : tuple of str
        Of things: 'text', 'session'...; () for all.
    """

    address: str
    language: str = "en"
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def read_notices_file(path: Path) -> tuple[MailServer, tuple[Recipient, ...]]:
    """Read whom a node tells, and by which server.

    Raises
    ------
    NotFound
        There is no such file: nobody is told.
    NotAcceptable
        A field is missing, unknown or not as it must be.
    """
    if not path.is_file():
        raise NotFound(
            f"no file {path.name}: nobody is told of acts",
            hint="docs/how-to/found-a-working-group.md shows one",
        )
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotAcceptable(f"{path.name} is not TOML in UTF-8: {error}") from error
    verify_fields(written, {"server": _anything, "to": _anything}, path.name)
    verify_fields(written["server"], _SERVER, f"{path.name}: server", _SERVER_OPTIONAL)
    if not isinstance(written["to"], list):
        raise NotAcceptable(f"{path.name}: expected [[to]]")
    for one in written["to"]:
        verify_fields(one, _TO, f"{path.name}: to", _TO_OPTIONAL)
    server = MailServer(**written["server"])
    if server.security == "none" and server.host not in _NEAR:
        raise NotAcceptable(
            f"{path.name}: without TLS a server may be on this machine alone, "
            f"{server.host!r} is elsewhere",
            hint='security = "tls" or "starttls"',
        )
    return server, tuple(_recipient(one) for one in written["to"])


def _recipient(written: Mapping[str, Any]) -> Recipient:
    return Recipient(
        address=written["address"],
        language=written.get("language", "en"),
        groups=tuple(written.get("groups", ())),
        kinds=tuple(written.get("kinds", ())),
    )


def _verify_address(value: Any, at: str) -> None:
    verify_text(value, at)
    if not _ADDRESS.fullmatch(value):
        raise NotAcceptable(f"{at}: expected an address of mail, got {value!r:.80}")


def _anything(_value: Any, _at: str) -> None:
    """Its own fields are looked at apart."""


_SERVER: Mapping[str, Check] = {
    "host": verify_text,
    "port": partial(verify_integer, least=1),
    "security": partial(verify_choice, choices=_SECURITY),
    "sender": _verify_address,
}
_SERVER_OPTIONAL: Mapping[str, Check] = {"user": verify_text}
_TO: Mapping[str, Check] = {"address": _verify_address}
_TO_OPTIONAL: Mapping[str, Check] = {
    "language": verify_text,
    "groups": verify_texts,
    "kinds": verify_texts,
}
