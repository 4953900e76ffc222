"""What a node can be asked over HTTP, as data.

Routes, the reading of parameters, the OpenAPI document and the table of who may ask
what are all made from operations (decision 0054).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from waternet.api.answer import Answer
    from waternet.api.asked import Asked

__all__ = ["JSON", "Operation", "Parameter"]

JSON: Final = "application/json"
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a request may say.

    Attributes
    ----------
    name : str
    schema : mapping
        JSON schema. An array of strings is a list with commas.
    about : str
        One sentence.
    place : str
        'query', 'path' or 'header'.
    required : bool
    """

    name: str
    schema: Mapping[str, Any]
    about: str
    place: str = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One question or order, with how it is answered.

    Attributes
    ----------
    method : str
        GET implies HEAD and OPTIONS.
    path : str
        With its parameters in braces: '/edr/collections/{collection}';
        '{rest:path}' also takes slashes.
    name : str
        Of this operation alone: 'edr-location'.
    group : str
        The interface that it belongs to.
    about : str
        One sentence.
    answer : function of Asked
        Runs in a reading thread; raises Waternet's errors, never makes answers of them.
    answers : mapping of media type to JSON schema
        Of what comes with 200 (201 after POST), without references.
    body : mapping of media type to JSON schema
        Of what a request brings.
    most_body : int [byte]
        More is refused (413); 0 where none is read.
    role : str
        That is needed: 'steward', 'operator'...; '' for everybody. Of several, with
        blanks between them, one will do.
    is_open : bool
        Unknown query parameters are handed on; else they are refused (400).
    is_listed : bool
        Stands in the OpenAPI document.
    is_form : bool
        Takes a form of a page of this node: whoever has a session may send it. Who
        reads the form verifies its token.
    reads_bank : bool
        Has a bank for its time, and a tag that changes with the bank.
    cost : float
        How many requests of a caller's share it takes.
    varies : function of the headers, or None
        What its answer depends on beside the address, the reader and the bank.
    """

    method: str
    path: str
    name: str
    group: str
    about: str
    answer: Callable[[Asked], Answer]
    parameters: tuple[Parameter, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    body: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    most_body: int = 0
    role: str = ""
    is_open: bool = False
    is_listed: bool = True
    is_form: bool = False
    reads_bank: bool = True
    cost: float = 1.0
    varies: Callable[[Mapping[str, str]], str] | None = None
