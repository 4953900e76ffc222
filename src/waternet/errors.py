"""What is raised, by who must act.

::

    WaternetError
    ├── NotVerified      a signature, hash or proof is wrong: ask the party again
    ├── NotAcceptable    a value or file breaks a rule: mend it
    ├── NotFound         no such thing: look at what there is
    ├── NotReached       no answer, or none that can be used: try later or elsewhere
    ├── NotAllowed       the terms or a missing passphrase forbid it
    ├── NotAgreed        the group has not consented
    └── Conflict         somebody was first: read again, then retry

Each error carries a message (what was expected, what came, where), a hint (the next
step), and whether the same question may be answered if it is put again unchanged.
Exit codes are mapped in ``waternet.cli``, and nowhere else.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "Conflict",
    "NotAcceptable",
    "NotAgreed",
    "NotAllowed",
    "NotFound",
    "NotReached",
    "NotVerified",
    "WaternetError",
]


class WaternetError(Exception):
    """Anything that Waternet raises on purpose.

    Parameters
    ----------
    message : str
        What was expected, what came, and where.
    hint : str
        The next step for whoever reads it; empty where the message says it.

    Examples
    --------
    >>> error = NotFound("no station 'AL1'", hint="waternet stations lists them")
    >>> str(error), error.hint
    ("no station 'AL1'", 'waternet stations lists them')
    >>> error.may_pass, NotReached("no answer").may_pass
    (False, True)
    """

    may_pass: ClassVar[bool] = False
    """Whether to put the same question again, later, can help."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class NotVerified(WaternetError):
    """A signature, hash or proof does not hold; ask the party again."""


class NotAcceptable(WaternetError):
    """A value, file or argument breaks a rule; whoever supplied it must mend it."""


class NotFound(WaternetError):
    """What was asked for does not exist here."""


class NotReached(WaternetError):
    """Another machine did not answer as it should; that says nothing of what it holds.

    Nobody need mend anything here: trying again later may help, and so may a copy of
    the same record elsewhere.
    """

    may_pass = True


class NotAllowed(WaternetError):
    """The terms, or a key that is missing or locked, forbid it."""


class NotAgreed(WaternetError):
    """The group has not consented to it."""


class Conflict(WaternetError):
    """Somebody else was first; read the present state, then try again."""

    may_pass = True
