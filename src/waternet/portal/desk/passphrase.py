"""The passphrase of the party's keys, typed for one order: asked for, tried, forgotten.

Decision 0073. It is taken by https or on this machine alone. Wrong ones soon have to
wait: each costs the person who typed it a share of what they may try.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlsplit

from waternet.api.limits import Limits
from waternet.api.problem import Problem
from waternet.errors import NotAllowed
from waternet.node.appending import Keys
from waternet.node.delegates import delegate_key, find_delegate
from waternet.node.keys import WrongPassphrase, is_locked
from waternet.node.trail import Event
from waternet.node.unlocking import needs_passphrase, unlock_key, unlock_keys
from waternet.portal.page import Visit
from waternet.record.note import Signer

__all__ = ["Unlocking", "is_private", "key_state"]

_RATE: Final = 0.1  # wrong ones a second that somebody can keep up; three come at once
_PATIENCE: Final = 60.0  # s that an opening waits for another one
_Opened = TypeVar("_Opened")
_HERE = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|\[?::1\]?", re.IGNORECASE)


def is_private(visit: Visit) -> bool:
    """Return whether nobody on the line can read what a form says.

    Its reader finds the node by https, or is on the same machine; a browser tells of a
    form from which page, by which protocol, it came.
    """
    asked = [visit.asked.url]
    if origin := visit.asked.headers.get("origin", ""):
        asked.append(origin)
    return all(map(_is_private, asked))


def key_state(visit: Visit) -> str:
    """Return how orders are signed here.

    Returns
    -------
    str
        'open': no passphrase locks the keys. 'locked': one is asked for. 'exposed': one
        would be asked for, but others could read it. 'none': the keys are elsewhere.
    """
    try:
        if not needs_passphrase(visit.node):
            return "open"
    except NotAllowed:
        return "none"
    return "locked" if is_private(visit) else "exposed"


class Unlocking:
    """Opens the signing keys for one order; one at a time in each process.

    Parameters
    ----------
    clock : function
        Returns the time [s].
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = Limits(_RATE, clock=clock)
        self._one = threading.Lock()

    def keys(self, visit: Visit) -> Keys:
        """Return the keys that sign what a form orders.

        Raises
        ------
        WrongPassphrase
            What the form says opens no key; trying again soon has to wait.
        NotAllowed
            Others could read the passphrase on the line, or the keys are not here.
        Problem
            'TooOften': too many wrong ones came, or others are being tried.
        """
        state = key_state(visit)
        if state == "exposed":
            raise _exposed()
        passphrase = visit.form.fields.get("passphrase", ("",))[-1]
        if state != "locked":
            return unlock_keys(visit.node, "")
        return self._tried(visit, lambda: unlock_keys(visit.node, passphrase))

    def delegate(self, visit: Visit, name: str) -> Signer:
        """Return the key of a delegate that lies on this node, for one order.

        Raises
        ------
        WrongPassphrase, NotAllowed, Problem
            As `keys`; the form's field is 'delegate_passphrase'.
        NotFound
            No key of that delegate lies here.
        """
        path = delegate_key(visit.node, find_delegate(visit.node, name))
        if not is_locked(path):
            return unlock_key(path, "")
        if not is_private(visit):
            raise _exposed()
        passphrase = visit.form.fields.get("delegate_passphrase", ("",))[-1]
        return self._tried(visit, lambda: unlock_key(path, passphrase))

    def _tried(self, visit: Visit, opening: Callable[[], _Opened]) -> _Opened:
        """Open something locked; wrong passphrases soon have to wait."""
        who = f"{visit.viewer.party} {visit.viewer.name}"
        if not self._one.acquire(timeout=_PATIENCE):
            raise _too_often("others are being tried", 10)
        try:
            if wait := self._limits.wait(who, 0):
                raise _too_often("wrong ones came", wait)
            return opening()
        except WrongPassphrase:
            self._limits.charge(who, 1.0)
            visit.asked.events.append(_refused(visit))
            raise
        finally:
            self._one.release()


def _exposed() -> NotAllowed:
    return NotAllowed(
        "a passphrase is taken by https, or on this machine alone",
        hint="open this page by https, or publish by command at the node",
    )


def _is_private(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" or bool(_HERE.fullmatch(host))


def _refused(visit: Visit) -> Event:
    """Return what the audit trail is told; the caller's share pays as for a key."""
    return Event(
        kind="refused",
        who=visit.viewer.name,
        party=visit.viewer.party,
        operation=visit.asked.operation.name,
        caller=visit.asked.caller,
        outcome="a passphrase that opens no key",
    )


def _too_often(why: str, wait: float) -> Problem:
    return Problem(
        "TooOften",
        f"no passphrase is tried now: {why}",
        headers={"retry-after": str(int(wait) + 1)},
    )
