"""Who asks: a person or program with a key or a token, or anybody."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.access import Access
from waternet.node.api_key import KEY
from waternet.node.folder import Node
from waternet.node.people import UNGUARDED, Person
from waternet.node.sessions import Session

__all__ = ["Viewer", "Viewers", "verify_no_key"]

_LONGEST = 20_000  # characters of what is shown as a key
_SECRETS = {"api_key", "api-key", "apikey", "x-api-key", "key", "token", "password"}
_SECRETS |= {"access_token", "id_token", "authorization"}
_TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.")
# A name without a dot, or an address: nobody else can have it lead here.
_NEAR = re.compile(
    r"(?:[a-z0-9_-]+|[0-9.]+|\[[0-9a-f:.]+\])(?::[0-9]+)?", re.IGNORECASE
)
_HOW = "send 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and what for.

    Attributes
    ----------
    name : str
        '' for anybody.
    party : str
        Whose restricted figures may be seen; '' for anybody.
    roles : set of str
        'reader', 'steward', 'reviewer', 'delegate', 'secretary', 'operator'.
    reader : str or None
        Which bank is read: None is all that this node holds.
    session : Session or None
        By which a browser showed who it is; None by a key or token.
    """

    name: str = ""
    party: str = ""
    roles: frozenset[str] = frozenset()
    reader: str | None = ""
    session: Session | None = None

    def may(self, role: str) -> bool:
        """Return whether a role is theirs; of several one will do; '' is for all."""
        return not role or not self.roles.isdisjoint(role.split())


class Viewers:
    """Tells from a request's headers who asks.

    Parameters
    ----------
    node : Node
    is_unguarded : bool
        Everybody is a steward of this node: for a scratch node alone.
    """

    def __init__(self, node: Node, *, is_unguarded: bool = False) -> None:
        roles = {"reader", "steward", "reviewer"}
        self.is_unguarded = is_unguarded
        self._anybody = (
            Viewer(UNGUARDED, node.party, frozenset(roles), None)
            if is_unguarded
            else Viewer()
        )
        self._party = node.party
        self.access = Access(node.access)

    def of(self, headers: Mapping[str, str]) -> Viewer:
        """Return who asks; called in a reading thread.

        Raises
        ------
        NotAllowed
            What is shown as a key is none.
        NotReached
            The issuer of a token does not give its keys.
        """
        authorization = headers.get("authorization", "")
        key = headers.get("x-api-key", "")
        if self.is_unguarded:
            _verify_near(headers)
            return self._anybody
        if not (authorization or key):
            return self._anybody
        if authorization and key:
            raise NotAllowed("two keys came, of which one is meant", hint=_HOW)
        if len(authorization) + len(key) > _LONGEST:
            raise NotAllowed("what came is too long for a key", hint=_HOW)
        return self._viewer(
            self.access.people.identify(key) if key else self._shown(authorization)
        )

    def by_session(self, secret: str) -> Viewer:
        """Return who holds a session; anybody where it is over."""
        found = None if self.is_unguarded else self.access.signed_in(secret)
        if found is None:
            return self._anybody
        person, session = found
        return replace(self._viewer(person), session=session)

    def close(self) -> None:
        """Close the file with people's keys and sessions."""
        self.access.close()

    def _shown(self, authorization: str) -> Person:
        scheme, _, shown = authorization.strip().partition(" ")
        shown = shown.strip()
        if scheme.lower() == "basic":
            user, text = _basic(shown)
            return self.access.people.identify(text, user)
        if scheme.lower() != "bearer":
            raise NotAllowed(f"keys are not sent by {scheme[:20]!r} here", hint=_HOW)
        if KEY.fullmatch(shown) or "." not in shown:
            return self.access.people.identify(shown)
        return self.access.issuers.identify(shown)

    def _viewer(self, person: Person) -> Viewer:
        is_own = person.party == self._party
        reader = None if is_own else person.party
        return Viewer(person.name, person.party, person.roles, reader)


def _verify_near(headers: Mapping[str, str]) -> None:
    """Raise where a page from elsewhere asks an unguarded node by its reader's browser.

    Such a page sends where it comes from, or has its own name lead to this machine.
    """
    origin = headers.get("origin")
    asked = [headers.get("host", "localhost")]
    if origin is not None:
        asked.append(origin.partition("://")[2])
    if not all(map(_NEAR.fullmatch, asked)):
        raise NotAllowed(
            "an unguarded node is not for pages from elsewhere",
            hint="ask it at localhost, or serve it without --unguarded",
        )


def verify_no_key(query: str, taken: Collection[str] = ()) -> None:
    """Raise where a query carries a key: addresses are kept, shown and passed on.

    Parameters
    ----------
    query : str
        As it came, encoded.
    taken : collection of str
        Names that the operation itself asks for.

    Raises
    ------
    NotAcceptable
    """
    if not query:
        return
    names = {unquote_plus(one.partition("=")[0]).lower() for one in query.split("&")}
    plain = unquote_plus(query)
    if names & (_SECRETS - set(taken)) or KEY.search(plain) or _TOKEN.search(plain):
        raise NotAcceptable(
            "a key or token came in the address, where others may read it",
            hint=f"{_HOW}; have that key revoked, and take another one",
        )


def _basic(shown: str) -> tuple[str, str]:
    """Return user and key of HTTP's Basic, which is what many programs can do."""
    try:
        user, colon, text = (
            base64.b64decode(shown, validate=True).decode().partition(":")
        )
    except ValueError as error:
        raise NotAllowed(
            "what came as user and key is not base64", hint=_HOW
        ) from error
    if not colon:
        raise NotAllowed("a user came without a key", hint=_HOW)
    return user, text
