"""How far each person has looked at the other parties' records.

It lies in `noticed.sqlite`, which only the node's own user may read. Where it is lost,
all that others published is news again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from waternet.node.private_sqlite import PrivateSqlite

__all__ = ["Noticed"]


class Noticed:
    """What each person saw of the other parties' records.

    Parameters
    ----------
    folder : Path
        The node's.
    """

    def __init__(self, folder: Path) -> None:
        self._file = PrivateSqlite(folder / "noticed.sqlite", "noticed.sql")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def positions(self, person: str) -> dict[str, int]:
        """Return how many entries of each party a person has seen."""
        if not self._file.exists():
            return {}
        with self._file.transaction() as db:
            rows = db.execute(
                "SELECT party, entries FROM noticed WHERE person = ?", (person,)
            )
            return {row["party"]: row["entries"] for row in rows}

    def notice(self, person: str, positions: Mapping[str, int]) -> None:
        """Keep that a person has seen so many entries of each party, or more."""
        now = int(time.time())
        with self._file.transaction() as db:
            db.executemany(
                "INSERT INTO noticed VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE"
                " SET entries = max(entries, excluded.entries), at = excluded.at",
                [(person, party, size, now) for party, size in positions.items()],
            )
