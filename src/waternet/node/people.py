"""People and programs that may ask a node for more than anybody may, and their keys.

All of it lies in `access.sqlite`, which only the node's own user may read. A person
belongs to a party, or to none: the party says which restricted figures they see, the
roles what else they may do.
"""

from __future__ import annotations

import hmac
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound
from waternet.node.api_key import NewKey, digest_of, make_key, prefix_of
from waternet.node.private_sqlite import PrivateSqlite
from waternet.observation.place import verify_id

__all__ = [
    "OWN_ROLES",
    "ROLES",
    "UNGUARDED",
    "ApiKey",
    "People",
    "Person",
    "read_roles",
    "verify_days",
]

ROLES = ("reader", "steward", "reviewer", "delegate", "secretary", "operator")
OWN_ROLES = frozenset({"steward", "reviewer"})
"""Roles that write for the node's party: only its own people have them."""

UNGUARDED = "unguarded"
"""Whom everybody is at an unguarded node; nobody else may be called so."""

_DAY = 86_400
_LONGEST = 3_650  # days
_NOTED = 3_600  # s between two notes that a key was used
_NO_KEY = bytes(32)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a program that stands for somebody.

    Attributes
    ----------
    party : str
        Whose restricted figures they see; '' for none.
    roles : set of str
    """

    name: str
    party: str
    roles: frozenset[str]
    about: str = ""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; times in seconds since 1970, UTC."""

    prefix: str
    person: str
    created: int
    expires: int
    revoked: int | None
    used: int | None

    def state(self, now: float) -> str:
        """Return 'valid', 'ended' or 'revoked'."""
        if self.revoked is not None:
            return "revoked"
        return "valid" if now < self.expires else "ended"


def read_roles(roles: Iterable[str], party: str, own: str) -> frozenset[str]:
    """Return roles, checked.

    Parameters
    ----------
    roles : iterable of str
    party : str
        Whose person has them.
    own : str
        The node's party.

    Raises
    ------
    NotAcceptable
        There is no such role.
    NotAllowed
        It is for the node's own people.
    """
    found = frozenset(roles) or frozenset({"reader"})
    for role in sorted(found - set(ROLES)):
        raise NotAcceptable(f"there is no role {role!r}", hint=f"{', '.join(ROLES)}")
    if party != own and found & OWN_ROLES:
        raise NotAllowed(
            f"only people of {own!r} write for it: {', '.join(sorted(OWN_ROLES))}",
            hint=f"say --party {own}, or leave the role out",
        )
    return found


class People:
    """Who has a key of this node.

    Parameters
    ----------
    path : Path
        Of `access.sqlite`.
    """

    def __init__(self, path: Path) -> None:
        self.file = PrivateSqlite(path, "people.sql")

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def add(self, person: Person) -> None:
        """Add a person; the party and roles are checked already.

        Raises
        ------
        NotAcceptable
            The name cannot be one.
        Conflict
            There is one of that name.
        """
        verify_id(person.name, "a person")
        if person.name == UNGUARDED:
            raise NotAcceptable(f"nobody may be called {UNGUARDED!r}: it is everybody")
        with self.file.transaction() as db:
            try:
                db.execute(
                    "INSERT INTO person VALUES (?, ?, ?, ?, ?)",
                    (*_told(person), person.about, int(time.time())),
                )
            except sqlite3.IntegrityError as error:
                raise Conflict(
                    f"there is a {person.name!r} already",
                    hint="'waternet access change' gives it other roles",
                ) from error

    def change(self, person: Person) -> None:
        """Give a person another party and other roles."""
        self.find(person.name)
        with self.file.transaction() as db:
            name, party, roles = _told(person)
            db.execute(
                "UPDATE person SET party = ?, roles = ?, about = ? WHERE name = ?",
                (party, roles, person.about, name),
            )

    def find(self, name: str) -> Person:
        """Return the person of a name.

        Raises
        ------
        NotFound
            There is none.
        """
        if self.file.exists():
            with self.file.transaction() as db:
                row = db.execute(
                    "SELECT * FROM person WHERE name = ?", (name,)
                ).fetchone()
            if row is not None:
                return _person(row)
        raise NotFound(f"nobody here is {name!r}", hint="'waternet access list'")

    def everybody(self) -> list[Person]:
        """Return everybody, by name."""
        if not self.file.exists():
            return []
        with self.file.transaction() as db:
            rows = db.execute("SELECT * FROM person ORDER BY name").fetchall()
        return [_person(row) for row in rows]

    def keys(self) -> list[ApiKey]:
        """Return all keys, by person and age."""
        if not self.file.exists():
            return []
        with self.file.transaction() as db:
            rows = db.execute(
                "SELECT prefix, person, created, expires, revoked, used FROM key"
                " ORDER BY person, created, prefix"
            ).fetchall()
        return [ApiKey(*row) for row in rows]

    def keys_of(self, name: str) -> list[ApiKey]:
        """Return the keys of a person, by age."""
        return [one for one in self.keys() if one.person == name]

    def give_key(self, name: str, days: int) -> NewKey:
        """Make a key for a person; its text is returned, and kept nowhere.

        Raises
        ------
        NotFound
            Nobody has that name.
        NotAcceptable
            It would last less than a day, or more than ten years.
        """
        verify_days(days)
        self.find(name)
        now = int(time.time())
        key = make_key(now + days * _DAY)
        with self.file.transaction() as db:
            db.execute(
                "INSERT INTO key VALUES (?, ?, ?, ?, ?, NULL, NULL)",
                (key.prefix, name, digest_of(key.text), now, key.expires),
            )
        return key

    def revoke(self, named: str) -> list[str]:
        """Revoke one key, by its prefix, or every key of a person.

        Returns
        -------
        list of str
            Prefixes of the keys that were valid until now.

        Raises
        ------
        NotFound
            It names neither.
        """
        known = [one for one in self.keys() if named in (one.prefix, one.person)]
        if not known:
            self.find(named)
        live = [one.prefix for one in known if one.revoked is None]
        with self.file.transaction() as db:
            db.executemany(
                "UPDATE key SET revoked = ? WHERE prefix = ? AND revoked IS NULL",
                [(int(time.time()), prefix) for prefix in live],
            )
        return live

    def identify(self, text: str, user: str = "") -> Person:
        """Return whose key a text is.

        Parameters
        ----------
        text : str
        user : str
            Who they say they are; '' where they do not.

        Raises
        ------
        NotAllowed
            It is no key of this node, or it ended; nothing tells whether there is one
            like it.
        """
        prefix = prefix_of(text)
        row = self._row(prefix) if prefix and self.file.exists() else None
        # Compared also where there is none, so that the time tells nothing.
        kept = row["digest"] if row else _NO_KEY
        same = hmac.compare_digest(digest_of(text), kept)
        if row is None or not same:
            raise NotAllowed(
                "this is no key of this node",
                hint="check that it is whole, and that this node gave it",
            )
        if user and user != row["name"]:
            raise NotAllowed("this is no key of that user", hint="give its own name")
        key = ApiKey(*(row[name] for name in ApiKey.__slots__))
        now = time.time()
        if key.state(now) != "valid":
            raise NotAllowed(
                f"the key {prefix} is {key.state(now)}",
                hint="ask the node's operator for another one",
            )
        if key.used is None or key.used + _NOTED < now:
            self._note_use(prefix, int(now))
        return _person(row)

    def _row(self, prefix: str) -> sqlite3.Row | None:
        with self.file.transaction() as db:
            row: sqlite3.Row | None = db.execute(
                "SELECT k.prefix, k.person, k.digest, k.created, k.expires, k.revoked,"
                " k.used, p.name, p.party, p.roles, p.about"
                " FROM key k JOIN person p ON p.name = k.person WHERE k.prefix = ?",
                (prefix,),
            ).fetchone()
        return row

    def _note_use(self, prefix: str, now: int) -> None:
        with self.file.transaction() as db:
            db.execute("UPDATE key SET used = ? WHERE prefix = ?", (now, prefix))


def verify_days(days: int) -> None:
    """Raise `NotAcceptable` unless a key lasts a day at least, ten years at most."""
    if not 1 <= days <= _LONGEST:
        raise NotAcceptable(f"a key lasts 1 to {_LONGEST} days, not {days}")


def _told(person: Person) -> tuple[str, str, str]:
    return person.name, person.party, " ".join(sorted(person.roles))


def _person(row: sqlite3.Row) -> Person:
    roles = frozenset(row["roles"].split())
    return Person(row["name"], row["party"], roles, row["about"])
