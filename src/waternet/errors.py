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

Each error carries a message (what was expected, what came, where) and a hint (the
next step). Exit codes are mapped in ``waternet.cli``, and nowhere else.
"""

from __future__ import annotations

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
    """

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


class NotAllowed(WaternetError):
    """The terms, or a key that is missing or locked, forbid it."""


class NotAgreed(WaternetError):
    """The group has not consented to it."""


class Conflict(WaternetError):
    """Somebody else was first; read the present state, then try again."""
