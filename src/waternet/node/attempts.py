"""Attempts to sign in that were begun here: each is finished once, and soon."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from waternet.errors import NotAllowed
from waternet.node.private_sqlite import PrivateSqlite

__all__ = ["WITHIN", "Attempts"]

WITHIN = 600  # s that an attempt may take
_MOST = 10_000  # under way; whoever began longest ago begins again


class Attempts:
    """What a node remembers between the two steps of signing in.

    Parameters
    ----------
    file : PrivateSqlite
        `access.sqlite`.
    """

    def __init__(self, file: PrivateSqlite) -> None:
        self._file = file

    def begin(self, kind: str, told: Mapping[str, Any]) -> str:
        """Return 256 random bits, base64url, by which what is told is found once."""
        text, now = secrets.token_urlsafe(32), int(time.time())
        row = (_digest(text), kind, json.dumps(dict(told)), now + WITHIN)
        with self._file.transaction() as db:
            db.execute(
                "DELETE FROM attempt WHERE ends <= ? OR rowid IN (SELECT rowid FROM"
                " attempt ORDER BY ends DESC, rowid DESC LIMIT -1 OFFSET ?)",
                (now, _MOST - 1),
            )
            db.execute("INSERT INTO attempt VALUES (?, ?, ?, ?)", row)
        return text

    def take(self, kind: str, text: str) -> dict[str, Any]:
        """Return what was told; from then on it is found no more.

        Raises
        ------
        NotAllowed
            Nothing of that kind was begun so, or it was long ago, or is finished.
        """
        row = None
        if self._file.exists():
            with self._file.transaction() as db:
                row = db.execute(
                    "DELETE FROM attempt WHERE digest = ? AND kind = ?"
                    " RETURNING told, ends",
                    (_digest(text), kind),
                ).fetchone()
        if row is None or row["ends"] <= time.time():
            raise NotAllowed(
                "this was not begun here, or took too long, or is done already",
                hint="sign in again from the start",
            )
        told: dict[str, Any] = json.loads(row["told"])
        return told


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
