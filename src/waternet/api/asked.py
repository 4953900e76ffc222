"""What a request asks, read and checked once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from waternet.api.operation import Operation
from waternet.api.viewer import Viewer
from waternet.bank.store import Bank
from waternet.errors import NotFound
from waternet.node.access import Access
from waternet.node.folder import Node
from waternet.node.trail import Event

__all__ = ["Asked", "Body"]


@dataclass(frozen=True, slots=True)
class Body:
    """What a request brings: small in memory, large on disk until it is answered."""

    content: bytes | Path = b""
    media_type: str = ""

    @property
    def size(self) -> int:
        """How long it is [byte]."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return self.content.stat().st_size

    def read(self) -> bytes:
        """Return all of it."""
        if isinstance(self.content, bytes):
            return self.content
        return self.content.read_bytes()

    def open(self) -> BinaryIO:
        """Return it as a file to be read."""
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        return self.content.open("rb")


@dataclass(slots=True)
class Asked:
    """One request, as an operation's `answer` receives it.

    Attributes
    ----------
    operation : Operation
    values : mapping of parameter's name to value
        Of the type that its schema says: int, float, str, bool, list of str. What the
        request leaves out is absent. Those of an open operation's unknown parameters
        are text.
    query : str
        As it came, encoded.
    path : mapping of str to str
        The path's parameters, decoded.
    headers : mapping of str to str
        Names in any case.
    url : str
        Where the reader finds this node: 'https://water.example', without a slash.
    body : Body
    viewer : Viewer
    node : Node
    language : str
        'ar', 'en' or 'he'.
    leased : Bank or None
        `bank` is what to use.
    took_now : bool
        The answer depends on the time: no cache may keep it.
    caller : str
        The address that asks.
    access : Access or None
        Whom the node knows; for pages on which people sign in.
    events : list of Event
        What the audit trail is told besides: who signed in, or was turned away. Of
        one that was turned away, a caller's share pays as for a wrong key.
    """

    operation: Operation
    values: Mapping[str, Any]
    query: str
    path: Mapping[str, str]
    headers: Mapping[str, str]
    url: str
    viewer: Viewer
    node: Node
    language: str = "en"
    body: Body = field(default_factory=Body)
    leased: Bank | None = None
    took_now: bool = False
    caller: str = ""
    access: Access | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def bank(self) -> Bank:
        """The bank as this viewer may see it, for the time of this request."""
        if self.leased is None:
            raise NotFound(f"{self.operation.name} reads no bank")
        return self.leased

    def now(self) -> datetime:
        """Return the time; the answer is then kept by no cache."""
        self.took_now = True
        return datetime.now(UTC)
