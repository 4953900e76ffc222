"""A request before anybody read it: whose operation is found, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waternet.api.operation import Operation
from waternet.bank.store import Bank

__all__ = ["Request"]


@dataclass(slots=True)
class Request:
    """A request whose operation is found.

    Attributes
    ----------
    caller : str
        The address that asks.
    noted : dict
        What the access log says of it.
    bank : Bank or None
        What is read for it at the moment.
    """

    operation: Operation
    path: Mapping[str, str]
    raw_path: str
    query: str
    headers: Mapping[str, str]
    url: str
    language: str
    caller: str
    noted: dict[str, Any]
    bank: Bank | None = None

    @property
    def shows_key(self) -> bool:
        """Whether whoever asks says who that is."""
        return "authorization" in self.headers or "x-api-key" in self.headers

    @property
    def is_ambient_write(self) -> bool:
        """Whether it writes by what a browser may send along for any page."""
        shown = self.headers.get("authorization", "")
        is_basic = shown[:6].lower() == "basic "
        return self.operation.method != "GET" and is_basic

    def interrupt(self) -> None:
        """End the question that the bank is asked; another thread waits for it."""
        if self.bank is not None:
            self.bank.engine.interrupt()
