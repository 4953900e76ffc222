"""Tokens of people's own identity providers (OpenID Connect), and what they allow here.

A node believes the issuers that its operator names. What a token's groups mean here is
said here: which party's figures they see, and which roles they have.

References
----------
OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 (JWT best current practices).
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oidc.core import IDToken
from joserfc import jwt
from joserfc.errors import JoseError

from waternet.errors import NotAcceptable, NotAllowed, NotFound
from waternet.node.issuer_keys import Discovery, IssuerKeys, verify_issuer_url
from waternet.node.people import Person
from waternet.node.private_sqlite import PrivateSqlite

__all__ = ["ALGORITHMS", "Client", "Group", "Issuer", "Issuers"]

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""Signatures that are believed; none is taken from a token. A shared secret is none."""

_LONGEST = 16_384  # characters of a token
_LEEWAY = 60  # s that clocks may differ
_LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose tokens are believed.

    Attributes
    ----------
    url : str
        As in the tokens' `iss`.
    audience : str
        Whom the tokens must be meant for (`aud`).
    claim : str
        Which of their claims names groups; dots lead into it: 'realm_access.roles'.
    """

    url: str
    audience: str
    claim: str


@dataclass(frozen=True, slots=True)
class Client:
    """As whom this node sends people to an issuer, so that they sign in there.

    Attributes
    ----------
    issuer : str
        Its address.
    name : str
        As the issuer knows this node ('client_id').
    secret : str
        '' where the issuer gave none.
    """

    issuer: str
    name: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """What members of an issuer's group may do here."""

    issuer: str
    name: str
    party: str
    roles: frozenset[str]


class Issuers:
    """The issuers that a node believes.

    Parameters
    ----------
    file : PrivateSqlite
        `access.sqlite`, in which people's keys lie, too.

    Attributes
    ----------
    discovery : Discovery
    """

    def __init__(self, file: PrivateSqlite) -> None:
        self._file = file
        self._keys: dict[str, IssuerKeys] = {}
        self._lock = threading.Lock()
        self.discovery = Discovery()

    def trust(self, issuer: Issuer) -> None:
        """Believe an issuer from now on, or say of one already known what is wanted.

        Raises
        ------
        NotAcceptable
            Its address is none that can be asked safely, or nothing is said of the
            audience or the claim.
        """
        verify_issuer_url(issuer.url)
        if not issuer.audience or not issuer.claim:
            raise NotAcceptable(
                "an issuer's tokens need an audience and a claim that names groups"
            )
        with self._file.transaction() as db:
            db.execute(
                "INSERT INTO issuer VALUES (?, ?, ?, ?) ON CONFLICT (url) DO UPDATE"
                " SET audience = excluded.audience, claim = excluded.claim",
                (issuer.url, issuer.audience, issuer.claim, int(time.time())),
            )

    def register(self, client: Client) -> None:
        """Let people sign in by way of an issuer; without a name, no more.

        Raises
        ------
        NotFound
            The issuer is not believed.
        """
        self.find(client.issuer)
        with self._file.transaction() as db:
            db.execute("DELETE FROM client WHERE issuer = ?", (client.issuer,))
            if client.name:
                row = (client.issuer, client.name, client.secret)
                db.execute("INSERT INTO client VALUES (?, ?, ?)", row)

    def clients(self) -> list[Client]:
        """Return by which issuers people can sign in."""
        rows = self._rows("SELECT * FROM client ORDER BY issuer")
        return [Client(*row) for row in rows]

    def distrust(self, url: str) -> None:
        """Believe an issuer no more.

        Raises
        ------
        NotFound
            It was not believed.
        """
        self.find(url)
        with self._file.transaction() as db:
            db.execute("DELETE FROM member WHERE issuer = ?", (url,))
            db.execute("DELETE FROM client WHERE issuer = ?", (url,))
            db.execute("DELETE FROM issuer WHERE url = ?", (url,))

    def allow(self, group: Group) -> None:
        """Say what members of a group may do here; without roles, nothing any more."""
        self.find(group.issuer)
        with self._file.transaction() as db:
            if not group.roles:
                db.execute(
                    'DELETE FROM member WHERE issuer = ? AND "group" = ?',
                    (group.issuer, group.name),
                )
                return
            db.execute(
                "INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?)",
                (group.issuer, group.name, group.party, " ".join(sorted(group.roles))),
            )

    def believed(self) -> list[Issuer]:
        """Return the issuers that are believed."""
        rows = self._rows("SELECT url, audience, claim FROM issuer ORDER BY url")
        return [Issuer(*row) for row in rows]

    def groups(self) -> list[Group]:
        """Return what each group may do here."""
        rows = self._rows("SELECT * FROM member ORDER BY issuer, 1, 2")
        return [
            Group(issuer, name, party, frozenset(roles.split()))
            for issuer, name, party, roles in rows
        ]

    def find(self, url: str) -> Issuer:
        """Return the issuer of an address.

        Raises
        ------
        NotFound
            It is not believed.
        """
        for issuer in self.believed():
            if issuer.url == url:
                return issuer
        raise NotFound(
            f"tokens of {url!r} are not believed",
            hint="'waternet access trust' lets them be",
        )

    def identify(self, token: str) -> Person:
        """Return whom a token is of, and what its groups allow.

        Raises
        ------
        NotAllowed
            It is none of a believed issuer, not meant for this node, ended, altered;
            or none of its groups is known here.
        NotReached
            The issuer's keys cannot be had.
        """
        _, unverified = _parts(token)
        known = [one for one in self.believed() if one.url == unverified.get("iss")]
        if not known:
            raise NotAllowed("the token is of no issuer that this node believes")
        (issuer,) = known
        name, groups = self.read(token, issuer, issuer.audience)
        return self.member(issuer.url, name, groups)

    def read(
        self, token: str, issuer: Issuer, audience: str, nonce: str = ""
    ) -> tuple[str, tuple[str, ...]]:
        """Return whom a token of one issuer is of, and which groups it names.

        Parameters
        ----------
        audience : str
            Whom it must be meant for.
        nonce : str
            What it must repeat; '' for nothing.

        Raises
        ------
        NotAllowed, NotReached
            As `identify` does.
        """
        header, _ = _parts(token)
        kid = header.get("kid")
        keys = self._keys_of(issuer.url).find(kid if isinstance(kid, str) else None)
        told = {"nonce": nonce, "client_id": audience} if nonce else {}
        try:
            decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            wanted = _wanted(issuer, audience)
            claims = IDToken(decoded.claims, decoded.header, wanted, told)
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError) as error:
            why = error.error if isinstance(error, JoseError) else "malformed"
            raise NotAllowed(
                f"the token does not hold: {why}",
                hint=f"sign in at {issuer.url} again",
            ) from error
        name = _name_of(str(decoded.claims["sub"]), issuer.url)
        return name, tuple(sorted(_groups(decoded.claims, issuer.claim)))

    def _keys_of(self, url: str) -> IssuerKeys:
        with self._lock:
            return self._keys.setdefault(url, IssuerKeys(url))

    def member(self, url: str, name: str, named: Collection[str]) -> Person:
        """Return what somebody may here whom an issuer has in groups.

        Parameters
        ----------
        url : str
            The issuer's.
        name : str
            By which they are known here.
        named : collection of str
            The groups.

        Raises
        ------
        NotAllowed
            None of them is known here, or they are of several parties.
        """
        held = [one for one in self.groups() if one.issuer == url and one.name in named]
        parties = {one.party for one in held}
        if len(parties) != 1:
            raise NotAllowed(
                "no group of this token is known here"
                if not parties
                else f"the token's groups are of several parties: {sorted(parties)}",
                hint="the operator says what they may: 'waternet access allow'",
            )
        roles = frozenset(role for one in held for role in one.roles)
        return Person(name, parties.pop(), roles)

    def _rows(self, sql: str) -> list[sqlite3.Row]:
        if not self._file.exists():
            return []
        with self._file.transaction() as db:
            return db.execute(sql).fetchall()


def _name_of(subject: str, url: str) -> str:
    """Return what somebody is called here; nobody else is, however long it is."""
    name = f"{subject}@{url.split('://', 1)[1]}"
    if len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{name[: _LONGEST_NAME - 33]}~{digest}"


def _wanted(issuer: Issuer, audience: str) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": issuer.url},
        "aud": {"essential": True, "value": audience},
    }


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a token's header and claims say; nothing of it is believed yet."""
    pieces = token.split(".")
    if len(pieces) != 3 or len(token) > _LONGEST:
        raise NotAllowed("this is no token", hint="send it whole, after 'Bearer '")
    try:
        read = [
            json.loads(base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)))
            for one in pieces[:2]
        ]
    except (ValueError, RecursionError) as error:
        raise NotAllowed("this is no token", hint="send it whole") from error
    header, claims = read
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise NotAllowed("this is no token", hint="send it whole")
    return header, claims


def _groups(claims: Mapping[str, Any], claim: str) -> set[str]:
    """Return the groups that a claim names: a list, or words with spaces between."""
    found: Any = claims
    for name in [claim] if claim in claims else claim.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = found.split()
    if not isinstance(found, list):
        return set()
    return {one for one in found if isinstance(one, str)}
