"""Starting the process in which shares are made, joined and computed with.

One process for each task; its secrets go in by its standard input. It ends with the
task, with its time, or with the command that started it being stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from waternet.errors import NotVerified
from waternet.node.bounded import without_secrets

__all__ = ["PRIME", "compute", "join", "split"]

PRIME = 2**256 - 189
"""The largest prime below 2**256: every share is a remainder of it."""

_SECONDS = 60  # for a task without other parties; its start takes half of one
_GRACE = 15  # s, for starting and ending around the time that parties have


def split(
    secrets: Sequence[int], degree: int, holders: int, prime: int = PRIME
) -> list[list[int]]:
    """Split secrets into Shamir shares.

    Parameters
    ----------
    secrets : sequence of int, (n,)
        From 0 to below `prime`.
    degree : int
        One share more than this joins a secret; so many tell nothing of it.
    holders : int
    prime : int

    Returns
    -------
    list of list of int, (n, holders)
        The share of the holder at place i, counted from 0, is the value at i + 1 of a
        polynomial whose value at 0 is the secret.
    """
    asked = {
        "task": "split",
        "prime": str(prime),
        "secrets": [str(secret) for secret in secrets],
        "degree": degree,
        "holders": holders,
    }
    return [[int(share) for share in of] for of in _run(asked, _SECONDS)["shares"]]


def join(
    points: Sequence[tuple[int, int]], places: Sequence[int], prime: int = PRIME
) -> list[int]:
    """Return the values, at `places`, of the polynomial through some points.

    Parameters
    ----------
    points : sequence of (place, share)
        Places from 1 on.
    places : sequence of int
        0 is the secret; at others a further share shows whether all fit together.
    prime : int
    """
    asked = {
        "task": "join",
        "prime": str(prime),
        "points": [[place, str(share)] for place, share in points],
        "places": list(places),
    }
    return [int(value) for value in _run(asked, _SECONDS)["values"]]


def compute(asked: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Compute a joint total with the other parties' processes.

    Parameters
    ----------
    asked : mapping
        As `waternet.node.joint` puts it together.
    seconds : float
        How long the others have, from now to the end.

    Raises
    ------
    NotVerified
        A party never came, went away, or sent what it had not committed to. Nothing
        of a total is known then.
    """
    told = {**asked, "task": "compute", "prime": str(PRIME), "seconds": seconds}
    return _run(told, seconds + _GRACE)


def _run(asked: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "waternet.node.joint_computation"],
            input=json.dumps(asked).encode(),
            capture_output=True,
            env=without_secrets(),
            timeout=seconds,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise _broken_off(f"it was stopped after {seconds:g} seconds") from error
    except ValueError as error:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise _broken_off(*last) from error
    if "error" in answer:
        raise _broken_off(answer["error"])
    return answer


def _broken_off(reason: str = "its process ended without an answer") -> NotVerified:
    return NotVerified(
        f"the computation broke off: {reason}; no total is known to this party",
        hint="once the parties have settled it, all of them run it again",
    )
