"""How this node asks other machines over HTTP: politely, and not for ever.

Nothing is taken from the environment but the certificates that OpenSSL is told of
(SSL_CERT_FILE, SSL_CERT_DIR) and a proxy in WATERNET_PROXY: HTTP_PROXY is often set
for other programs, and passwords in .netrc are not for the parties of a record.

References
----------
RFC 9110, sections 5.6.7 (dates) and 10.2.3 (Retry-After).
"""

from __future__ import annotations

import os
import random
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import version
from ipaddress import ip_address
from typing import Any

import httpx

from waternet.errors import NotAcceptable, NotReached
from waternet.exchange.read_ahead import READERS

__all__ = [
    "Attempts",
    "Patience",
    "TryAgain",
    "is_loopback",
    "read_http_date",
    "read_retry_after",
    "user_agent",
    "waits",
    "web_client",
    "web_settings",
    "web_transport",
]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often another machine is waited for.

    Attributes
    ----------
    connect, silence : float [s]
        For a connection; between two pieces of an answer.
    slowest : int [byte/s]
        An answer slower than this, once `silence` has passed, is given up.
    attempts : int
        How often one thing is asked for.
    calls : int
        How often a machine that takes no connection is called.
    longest : float [s]
        The longest wait between two attempts, whatever the server wishes.
    wait : function of seconds
        Waits.
    """

    connect: float = 5
    silence: float = 30
    slowest: int = 1024
    attempts: int = 4
    calls: int = 2
    longest: float = 60
    wait: Callable[[float], None] = time.sleep


class TryAgain(Exception):
    """An attempt failed in a way that the next one may not.

    Parameters
    ----------
    reason : str
        What came instead of the answer.
    after : float or None [s]
        How long the server asks to be left alone.
    connected : bool
        Whether there was a connection at all.
    """

    def __init__(
        self, reason: str, after: float | None = None, *, connected: bool = True
    ) -> None:
        super().__init__(reason)
        self.after = after
        self.connected = connected


def web_client(address: str, patience: Patience) -> httpx.Client:
    """Return a client for the machine at an address; whoever makes it closes it.

    Raises
    ------
    NotAcceptable
        As `web_transport` does.
    """
    return httpx.Client(
        transport=web_transport(address),
        trust_env=False,
        timeout=waits(patience),
        headers={"user-agent": user_agent()},
    )


def web_transport(address: str) -> httpx.HTTPTransport:
    """Return the connections to the machine at an address; whoever makes it closes it.

    They are kept alive. What is asked by them alone follows no redirects and keeps no
    cookies.

    Raises
    ------
    NotAcceptable
        The address is not of http or https, or carries a password or a question.
    """
    return httpx.HTTPTransport(**web_settings(address))


def web_settings(address: str) -> dict[str, Any]:
    """Return how connections to the machine at an address are made, by any client.

    Raises
    ------
    NotAcceptable
        As `web_transport` does.
    """
    proxy = os.environ.get("WATERNET_PROXY") or None
    schemes = {_address(address).scheme, _proxy_scheme(proxy)}
    return {
        # Loading the list of authorities takes longer than reading a small record.
        "verify": ssl.create_default_context() if "https" in schemes else False,
        "trust_env": False,
        "proxy": proxy,
        "limits": httpx.Limits(
            max_connections=READERS, max_keepalive_connections=READERS
        ),
    }


def waits(patience: Patience) -> httpx.Timeout:
    """Return how long each step of a request may take."""
    return httpx.Timeout(patience.silence, connect=patience.connect)


@cache
def user_agent() -> str:
    """Return how this program names itself to others."""
    return f"waternet/{version('waternet')}"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine itself, by its name alone.

    Examples
    --------
    >>> is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("water.example")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _proxy_scheme(proxy: str | None) -> str:
    scheme = (proxy or "").partition("://")[0]
    if scheme not in ("", "http", "https"):
        raise NotAcceptable(
            "WATERNET_PROXY is not an address of http or https",
            hint="expected, for example, http://proxy.example:3128",
        )
    return scheme


def _address(address: str) -> httpx.URL:
    try:
        parts = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise NotAcceptable(
            f"{address!r} is not an address: {error}",
            hint="expected, for example, https://water.example/upper",
        ) from error
    if parts.scheme not in ("http", "https") or not parts.host:
        raise NotAcceptable(f"{address!r} is not an address of http or https")
    if parts.userinfo or parts.query or parts.fragment:
        raise NotAcceptable(
            f"the address of a record at {parts.host} carries a password, a question "
            "(?) or a place (#)",
            hint="a record is public: give its address alone",
        )
    return parts


class Attempts:
    """Counts the attempts at one thing, and waits between them.

    The waits double from half a second on, each shortened by chance so that many nodes
    do not come back together.

    Parameters
    ----------
    what : str
        The address asked for.
    patience : Patience
    """

    def __init__(self, what: str, patience: Patience) -> None:
        self._what = what
        self._patience = patience
        self._failures = 0

    def succeeded(self) -> None:
        """Count from the beginning again: the last attempt brought something."""
        self._failures = 0

    def failed(self, error: TryAgain) -> None:
        """Wait before the next attempt.

        Raises
        ------
        NotReached
            The attempts are used up, or the server wants to be left alone for too long.
        """
        self._patience.wait(self.pause(error))

    def pause(self, error: TryAgain) -> float:
        """Return how long to wait before the next attempt [s].

        Raises
        ------
        NotReached
            As `failed` does.
        """
        patience = self._patience
        self._failures += 1
        after = error.after or 0.0
        if after > patience.longest:
            raise NotReached(
                f"{self._what}: {error}, asking to be left alone for {after:.0f} s",
                hint="try again then, or pull from a mirror meanwhile",
            ) from error
        most = patience.attempts if error.connected else patience.calls
        if self._failures >= most:
            raise NotReached(
                f"{self._what}: {error}, in {self._failures} attempts",
                hint="try again later, or pull from a mirror meanwhile",
            ) from error
        backoff = min(2.0 ** (self._failures - 2), patience.longest)
        # Not for secrecy: only so that nodes do not march in step.
        return max(after, backoff * random.uniform(0.5, 1))


def read_retry_after(written: str) -> float | None:
    """Return how many seconds a Retry-After header asks for; None where it says none.

    Examples
    --------
    >>> read_retry_after("120"), read_retry_after("soon")
    (120.0, None)
    """
    if re.fullmatch(r"[0-9]{1,9}", written.strip()):
        return float(written)
    when = read_http_date(written)
    return (
        None if when is None else max(0.0, (when - datetime.now(UTC)).total_seconds())
    )


def read_http_date(written: str) -> datetime | None:
    """Return the time that a header names, in UTC where it says no zone; else None.

    Examples
    --------
    >>> read_http_date("Sun, 06 Nov 1994 08:49:37 GMT").isoformat()
    '1994-11-06T08:49:37+00:00'
    >>> read_http_date("soon"), read_http_date(f"Sun, 06 Nov {'9' * 20} 08:49:37 GMT")
    (None, None)
    """
    try:
        when = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
