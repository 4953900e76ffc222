"""Sessions: who signed in by a browser, for how long, and by what right.

A session's secret is with its browser alone; here lies its digest, in `access.sqlite`.
What it may is asked anew at each request: it ends with the key or the passkey that it
began with, and with the belief in its issuer.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import sqlite3
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace

from waternet.node.private_sqlite import PrivateSqlite

__all__ = ["IDLE", "LONGEST", "Beginning", "Session", "Sessions"]

IDLE = 8 * 3_600  # s without a request, after which a session is over
LONGEST = 7 * 86_400  # s, however much it is used
_NOTED = 300  # s between two notes that a session was used
_MOST = 50  # of one person; the one that was used longest ago ends first
_LONGEST_AGENT = 200  # characters
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_COLUMNS = "s.number, s.name, s.way, s.key, s.issuer, s.groups, s.caller, s.agent"
_COLUMNS += ", s.created, s.seen, s.ends"
_VALID = """
    FROM session s LEFT JOIN key k ON k.prefix = s.key
    LEFT JOIN passkey p ON p.id = s.passkey LEFT JOIN issuer i ON i.url = s.issuer
    WHERE s.ends > :now AND s.seen > :now - :idle
    AND CASE s.way WHEN 'issuer' THEN i.url IS NOT NULL
        ELSE k.revoked IS NULL AND k.expires > :now AND k.person = s.name END
    AND (s.way <> 'passkey' OR p.person = s.name)
"""
_IDLE = {"idle": IDLE}


@dataclass(frozen=True, slots=True)
class Beginning:
    """By what right a session begins.

    Attributes
    ----------
    name : str
        Whose it is.
    way : str
        'key', 'passkey' or 'issuer'.
    key : str
        Prefix of the key that it goes back to; '' of an issuer's.
    passkey : str
        Id of the passkey; '' for none.
    issuer : str
        Its address; '' but of an issuer's.
    groups : tuple of str
        As the issuer named them.
    """

    name: str
    way: str
    key: str = ""
    passkey: str = ""
    issuer: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """What is known of a session; times in seconds since 1970, UTC.

    Attributes
    ----------
    number : str
        Names it in lists; not secret.
    form_token : str
        What its forms carry, so that no other page can fill them in; '' in lists.
    """

    number: str
    name: str
    way: str
    key: str
    issuer: str
    groups: tuple[str, ...]
    caller: str
    agent: str
    created: int
    seen: int
    ends: int
    form_token: str = ""


class Sessions:
    """The sessions of one node; any number of processes may look.

    Parameters
    ----------
    file : PrivateSqlite
        `access.sqlite`, in which people's keys lie, too.
    """

    def __init__(self, file: PrivateSqlite) -> None:
        self._file = file

    def begin(self, by: Beginning, *, caller: str = "", agent: str = "") -> str:
        """Begin a session; what its browser is to hold is returned, and kept nowhere.

        Parameters
        ----------
        caller : str
            The address that signed in.
        agent : str
            As its browser names itself.
        """
        secret, now = secrets.token_urlsafe(32), int(time.time())
        row = (
            secrets.token_hex(8),
            _digest(secret),
            *(by.name, by.way, by.key, by.passkey, by.issuer),
            json.dumps(by.groups),
            caller,
            _plain(agent),
            *(now, now, now + LONGEST),
        )
        with self._file.transaction() as db:
            db.execute(
                f"DELETE FROM session WHERE number NOT IN (SELECT s.number {_VALID})",
                {"now": now} | _IDLE,
            )
            db.execute(
                "DELETE FROM session WHERE number IN (SELECT number FROM session"
                " WHERE name = ? ORDER BY seen DESC LIMIT -1 OFFSET ?)",
                (by.name, _MOST - 1),
            )
            marks = ", ".join("?" * len(row))
            db.execute(f"INSERT INTO session VALUES ({marks})", row)
        return secret

    def find(self, secret: str) -> Session | None:
        """Return the session that a browser holds; None where it is over."""
        if not _SECRET.fullmatch(secret) or not self._file.exists():
            return None
        now = int(time.time())
        asked = {"now": now, "digest": _digest(secret)} | _IDLE
        with self._file.transaction() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} {_VALID} AND s.digest = :digest", asked
            ).fetchone()
            if row is None:
                return None
            if row["seen"] + _NOTED < now:
                db.execute(
                    "UPDATE session SET seen = :now WHERE digest = :digest", asked
                )
        return replace(_session(row), form_token=_form_token(secret))

    def of(self, name: str) -> list[Session]:
        """Return a person's sessions, the one that was used last first."""
        with self._file.transaction() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} {_VALID} AND s.name = :name"
                " ORDER BY s.seen DESC, s.created DESC, s.number",
                {"now": int(time.time()), "name": name} | _IDLE,
            ).fetchall()
        return [_session(row) for row in rows]

    def end(self, secret: str) -> None:
        """End the session that a browser holds, if there is one."""
        if not self._file.exists():
            return
        with self._file.transaction() as db:
            db.execute("DELETE FROM session WHERE digest = ?", (_digest(secret),))

    def end_numbered(self, name: str, number: str) -> bool:
        """End one of a person's sessions; return whether there was one."""
        with self._file.transaction() as db:
            done = db.execute(
                "DELETE FROM session WHERE name = ? AND number = ?", (name, number)
            )
        return done.rowcount > 0

    def end_others(self, name: str, number: str) -> int:
        """End all of a person's sessions but one; return how many."""
        with self._file.transaction() as db:
            done = db.execute(
                "DELETE FROM session WHERE name = ? AND number <> ?", (name, number)
            )
        return done.rowcount


def _session(row: sqlite3.Row) -> Session:
    told = dict(row)
    return Session(**{**told, "groups": tuple(json.loads(told["groups"]))})


def _digest(secret: str) -> bytes:
    """Return what is kept of a secret: of 256 random bits, a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def _form_token(secret: str) -> str:
    """Return what can be made of the secret alone, and does not tell it."""
    made = hmac.digest(secret.encode(), b"waternet form token", "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")


def _plain(agent: str) -> str:
    return "".join(one for one in agent[:_LONGEST_AGENT] if one.isprintable())
