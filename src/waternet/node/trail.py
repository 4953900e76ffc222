"""The audit trail: who wrote, who was turned away, who read restricted figures.

It lies in `audit.sqlite`, which only the node's own user may read. Rows are only added;
the last million stay, about 200 MB. No key, token or figure is in it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from waternet.node.private_sqlite import PrivateSqlite

__all__ = ["MOST_EVENTS", "Event", "Trail"]

MOST_EVENTS = 1_000_000  # as trail.sql says
_EVERY = 1_000  # events between two looks at how many there are
_NAMED = 100  # releases in one event; more are counted
_TEXTS = ("kind", "who", "party", "operation", "caller", "outcome")
_LONGEST = 200  # characters of a text from outside


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody did.

    Attributes
    ----------
    kind : str
        'read' (of restricted figures), 'write', 'refused' (a key or token that is
        none), 'access' (people, keys and issuers were changed), 'sign-in' (somebody
        signed in or out by a browser, or changed their passkeys or keys there).
    who, party : str
    operation : str
    caller : str
        The address that asked.
    outcome : str
        An HTTP status, or why somebody was turned away.
    releases : tuple of str
        'party:number' of restricted releases.
    at : datetime or None
        When it was noted, UTC; None before.
    """

    kind: str
    who: str = ""
    party: str = ""
    operation: str = ""
    caller: str = ""
    outcome: str = ""
    releases: tuple[str, ...] = ()
    at: datetime | None = None


class Trail:
    """The events of one node; any number of processes add to them.

    Parameters
    ----------
    path : Path
        Of `audit.sqlite`.
    """

    def __init__(self, path: Path) -> None:
        self._file = PrivateSqlite(path, "trail.sql")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def note(self, event: Event) -> None:
        """Add an event, durably.

        Raises
        ------
        OSError
            The disk is full, or refuses: what is not noted must not be done.
        """
        texts = (event.who, event.party, event.operation, event.caller, event.outcome)
        with self._file.transaction() as db:
            added = db.execute(
                "INSERT INTO event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    time.time_ns() // 1_000,
                    event.kind,
                    *(_plain(text) for text in texts),
                    _named(event.releases),
                ),
            ).lastrowid
            if added is not None and added % _EVERY == 0:
                db.execute("DELETE FROM event WHERE id <= ?", (added - MOST_EVENTS,))

    def read(
        self,
        *,
        who: str = "",
        kind: str = "",
        since: datetime | None = None,
        most: int = 100,
    ) -> list[Event]:
        """Return events, the newest first."""
        if not self._file.exists():
            return []
        start = 0 if since is None else int(since.timestamp() * 1_000_000)
        with self._file.transaction() as db:
            rows = db.execute(
                "SELECT * FROM event WHERE at >= ?1 AND (?2 = '' OR who = ?2)"
                " AND (?3 = '' OR kind = ?3) ORDER BY id DESC LIMIT ?4",
                (start, who, kind, most),
            ).fetchall()
        return [
            Event(
                **{name: row[name] for name in _TEXTS},
                releases=tuple(row["releases"].split()),
                at=datetime.fromtimestamp(row["at"] / 1_000_000, UTC),
            )
            for row in rows
        ]


def _named(releases: Sequence[str]) -> str:
    more = len(releases) - _NAMED
    return " ".join([*releases[:_NAMED], *([f"+{more}"] if more > 0 else [])])


def _plain(text: str) -> str:
    """Return a text from outside on one line, without what a terminal would obey."""
    return "".join(one if one.isprintable() else "?" for one in text[:_LONGEST])
