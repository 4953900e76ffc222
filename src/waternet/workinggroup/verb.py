"""Verbs: each way to act, with its form, the right that it takes, and its effect.

A verb that *changes* a thing builds on the last change that the delegate saw: two such
acts on one change are a conflict, which both stand in until somebody resolves it. A
verb that does not change the thing stands beside it: a consent, an attendance, a
receipt; any number of them go together, in whatever order they arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet.record.fields import Check
from waternet.workinggroup.act import Act
from waternet.workinggroup.sight import Sight

if TYPE_CHECKING:
    from waternet.workinggroup.floor import Floor

__all__ = ["Taken", "Verb"]


@dataclass(frozen=True, slots=True)
class Taken:
    """An act that counts.

    Attributes
    ----------
    act : Act
    index : int
        Of its entry, in the log of `act.party`.
    entered : str
        When the steward signed the entry.
    sight : Sight
        What was there when it was signed.
    value : object
        What the thing is after it, for an act that changes the thing; for another one
        what it proposes, or None.
    after : tuple of str
        The changes of its own thing that it names; the first is what it builds on.
    seal : str
        Of an adoption: hash of what it adopts, and of what it builds on. Two with one
        hash are one adoption, said twice. '' for any other act.
    """

    act: Act
    index: int
    entered: str
    sight: Sight
    value: Any = None
    after: tuple[str, ...] = ()
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """One way to act.

    Attributes
    ----------
    name : str
        'text.amend': kind of the thing, and what is done.
    fields, optional : mapping of name to check
        Of the act's body; no other field may be in it.
    right : str
        One of `charter.RIGHTS`, in the body (committee, group) of the thing.
    changes : bool
        Whether it changes the thing, or stands beside it.
    begins : bool
        Whether it makes a new thing: then it builds on nothing of that thing.
    seals : bool
        Whether the thing is adopted by it: what was not there in time, by the act's
        'seen', cannot reopen it.
    take : function of (Floor, Act) returning the thing's new value
        Raises `Refused` where the act cannot count. Returns None where it changes
        nothing. It may rely on what the act names in `on`, and on no other act, but
        for what speaks against it: that is asked for with the act's 'seen'.
    body : function of (Floor, Act) returning str
        Id of the committee or group in which the right is needed; '' for any one.
    """

    name: str
    fields: Mapping[str, Check]
    right: str
    changes: bool
    take: Callable[[Floor, Act], Any]
    body: Callable[[Floor, Act], str]
    optional: Mapping[str, Check]
    begins: bool = False
    seals: bool = False
