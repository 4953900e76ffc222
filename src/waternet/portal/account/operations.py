"""What can be asked of this room."""

from __future__ import annotations

from waternet.api.operation import Operation
from waternet.portal.account import account, preferences, sign_in

__all__ = ["operations"]


def operations() -> tuple[Operation, ...]:
    """Return the operations of signing in, of one's account and preferences."""
    return (
        *sign_in.operations(),
        *account.operations(),
        *preferences.operations(),
    )
