"""Whom a node knows, and how they show it: keys, passkeys, issuers, sessions."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from waternet.errors import NotAllowed
from waternet.node.attempts import Attempts
from waternet.node.passkeys import Passkeys
from waternet.node.people import People, Person
from waternet.node.sessions import Session, Sessions

if TYPE_CHECKING:
    from waternet.node.issuers import Issuers

__all__ = ["Access"]


class Access:
    """All that lies in one `access.sqlite`, which is opened once.

    Parameters
    ----------
    path : Path
        Of `access.sqlite`.
    """

    def __init__(self, path: Path) -> None:
        self.people = People(path)
        self.attempts = Attempts(self.people.file)
        self.passkeys = Passkeys(self.people.file)
        self.sessions = Sessions(self.people.file)

    @cached_property
    def issuers(self) -> Issuers:
        """The issuers that are believed."""
        # What reads tokens takes a while to load, and most nodes need none.
        from waternet.node.issuers import Issuers

        return Issuers(self.people.file)

    def close(self) -> None:
        """Close the file."""
        self.people.close()

    def signed_in(self, secret: str) -> tuple[Person, Session] | None:
        """Return whose session a browser holds, as they are known by now.

        None where it is over, or its groups mean nothing here any more.
        """
        session = self.sessions.find(secret)
        if session is None:
            return None
        if session.way != "issuer":
            return self.people.find(session.name), session
        try:
            member = self.issuers.member(session.issuer, session.name, session.groups)
        except NotAllowed:
            return None
        return member, session
