"""Who asks: a person or program with a key, or anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waternet.node.folder import Node

__all__ = ["Viewer", "Viewers"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and what for.

    Attributes
    ----------
    name : str
        '' for anybody.
    party : str
        Whose restricted figures may be seen; '' for anybody.
    roles : set of str
        'reader', 'steward', 'reviewer', 'delegate', 'secretary', 'operator'.
    reader : str or None
        Which bank is read: None is all that this node holds.
    """

    name: str = ""
    party: str = ""
    roles: frozenset[str] = frozenset()
    reader: str | None = ""

    def may(self, role: str) -> bool:
        """Return whether the role is theirs; '' is everybody's."""
        return not role or role in self.roles


class Viewers:
    """Tells from a request's headers who asks.

    Parameters
    ----------
    node : Node
    is_unguarded : bool
        Everybody is a steward of this node: for a scratch node alone.
    """

    def __init__(self, node: Node, *, is_unguarded: bool = False) -> None:
        roles = {"reader", "steward", "reviewer"}
        self._anybody = (
            Viewer("unguarded", node.party, frozenset(roles), None)
            if is_unguarded
            else Viewer()
        )

    def of(self, _headers: Mapping[str, str]) -> Viewer:
        """Return who asks; called in a reading thread.

        Raises
        ------
        NotAllowed
            What is shown as a key is none.
        """
        return self._anybody
