"""Who sees a desk: stewards and reviewers of the party whose node it is."""

from __future__ import annotations

from waternet.api.asked import Asked
from waternet.errors import NotAllowed

__all__ = ["is_at_desk", "verify_at_desk"]


def is_at_desk(asked: Asked) -> bool:
    """Return whether whoever asks may see what is not yet published."""
    viewer = asked.viewer
    is_own = viewer.party == asked.node.party
    return is_own and (viewer.may("steward") or viewer.may("reviewer"))


def verify_at_desk(asked: Asked) -> None:
    """Raise `NotAllowed` unless whoever asks may see what is not yet published."""
    if not is_at_desk(asked):
        raise NotAllowed(
            f"only stewards of {asked.node.party} write to its desk",
            hint="the node's operator gives roles to people and programs",
        )
