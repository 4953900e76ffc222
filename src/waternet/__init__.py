"""Waternet: a joint water record that parties who do not trust one another accept.

For analysts: ``import waternet as wn``, then ``wn.open(address_or_folder)``. What that
needs is loaded when it is used, so that the command starts as fast without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waternet.client.asynchronous.source import open_async
    from waternet.client.cf import to_xarray
    from waternet.client.citation import cite
    from waternet.client.synchronous.source import open_source as open  # noqa: A004
    from waternet.client.verification import verify

__all__ = ["cite", "open", "open_async", "to_xarray", "verify"]

_WHERE = {
    "cite": ("citation", "cite"),
    "open": ("synchronous.source", "open_source"),
    "open_async": ("asynchronous.source", "open_async"),
    "to_xarray": ("cf", "to_xarray"),
    "verify": ("verification", "verify"),
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'waternet' has no attribute {name!r}")
    module, known_as = _WHERE[name]
    return getattr(import_module(f"waternet.client.{module}"), known_as)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
