"""Whether what sets a report is there: it comes with an extra."""

from __future__ import annotations

from importlib import util
from typing import Final

from waternet.errors import NotFound

__all__ = ["verify_installed"]

_NEEDED: Final = ("typst", "fontTools", "brotli")


def verify_installed() -> None:
    """Raise `NotFound` unless what sets reports is installed."""
    if not all(util.find_spec(one) for one in _NEEDED):
        raise NotFound(
            "reports need packages that are not installed",
            hint="install them with the extra: pip install 'waternet[report]'",
        )
