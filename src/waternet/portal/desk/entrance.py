"""Who may enter the Desk, under whose name they act, how long a node is waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from waternet.errors import Conflict
from waternet.node.editing import composed
from waternet.node.folder import Node
from waternet.node.people import UNGUARDED
from waternet.portal.page import Visit

__all__ = [
    "DESK",
    "NO_STORE",
    "TOOLS",
    "acting_name",
    "is_nameless",
    "writing_soon",
]

NO_STORE: Final[Mapping[str, str]] = MappingProxyType({"cache-control": "no-store"})
TOOLS: Final[Mapping[str, Any]] = MappingProxyType({"at": datetime.fromisoformat})
"""What the Desk's templates call, beside what every template has."""

DESK: Final = "steward reviewer"
"""Whose the Desk is: one of these roles will do."""

_PATIENCE = 5.0  # s that an order waits for another one to end
_PAUSE = 0.05  # s


def is_nameless(visit: Visit) -> bool:
    """Return whether everybody is the same here, so that a form must ask who acts."""
    return visit.viewer.name == UNGUARDED


def acting_name(visit: Visit) -> str:
    """Return who sends a form: who signed in; on an unguarded node, as they say.

    Raises
    ------
    NotAcceptable
        They do not say it.
    """
    if is_nameless(visit):
        return composed(visit.form.needed("author"))
    return visit.viewer.name


@contextmanager
def writing_soon(node: Node) -> Iterator[None]:
    """Hold a node for writing; whoever writes just now is waited for, for a while.

    Raises
    ------
    Conflict
        They take longer.
    """
    latest = time.monotonic() + _PATIENCE
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(node.writing())
                break
            except Conflict:
                if time.monotonic() > latest:
                    raise
                time.sleep(_PAUSE)
        yield
