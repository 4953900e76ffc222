"""Signing in at an issuer: sent there with a question, back with a code.

References
----------
OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9207 (issuer in the answer);
RFC 9700 (best current practice of OAuth 2.0).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from waternet.errors import NotAcceptable, NotAllowed, NotFound, NotReached
from waternet.exchange.web import web_client
from waternet.node.attempts import Attempts
from waternet.node.issuer_keys import PATIENCE, read_answer, verify_issuer_url
from waternet.node.issuers import Client, Issuers
from waternet.node.sessions import Beginning

__all__ = ["Back", "CodeFlow", "Sent"]

_KIND = "issuer"
_SCOPES = ("profile", "groups")  # asked for where the issuer has them
_MOST_GROUPS = 200  # of one person, that a session remembers


@dataclass(frozen=True, slots=True)
class Sent:
    """Where somebody is sent, and what their browser keeps meanwhile.

    Attributes
    ----------
    address : str
        At the issuer.
    keepsake : str
        A secret for the browser: whoever comes back without it did not set out here.
    """

    address: str
    keepsake: str


@dataclass(frozen=True, slots=True)
class Back:
    """With what somebody comes back from an issuer.

    Attributes
    ----------
    state, code : str
    issuer : str
        As the answer names it; '' where it does not.
    error : str
        Why the issuer lets them not in.
    keepsake : str
        From their browser.
    """

    state: str
    code: str = ""
    issuer: str = ""
    error: str = ""
    keepsake: str = ""


class CodeFlow:
    """Sends people to issuers, and takes them back.

    Parameters
    ----------
    issuers : Issuers
    attempts : Attempts
    address : str
        Where they come back to; the issuer has it registered.
    """

    def __init__(self, issuers: Issuers, attempts: Attempts, address: str) -> None:
        self._issuers = issuers
        self._attempts = attempts
        self._address = address

    def send(self, issuer: str, onward: str) -> Sent:
        """Return where somebody signs in.

        Parameters
        ----------
        issuer : str
            Its address.
        onward : str
            Where they go once they are back.

        Raises
        ------
        NotFound
            People do not sign in by that issuer here.
        NotReached
            It does not say where.
        """
        client = self._client(issuer)
        told = self._issuers.discovery.find(issuer)
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
        keepsake = secrets.token_urlsafe(32)
        state = self._attempts.begin(
            _KIND,
            {
                "issuer": issuer,
                "verifier": verifier,
                "nonce": nonce,
                "keepsake": hashlib.sha256(keepsake.encode()).hexdigest(),
                "address": self._address,
                "onward": onward,
            },
        )
        question = {
            "response_type": "code",
            "client_id": client.name,
            "redirect_uri": self._address,
            "scope": _scope(told),
            "state": state,
            "nonce": nonce,
            "code_challenge": _base64(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        where = _endpoint(told, "authorization_endpoint")
        mark = "&" if "?" in where else "?"
        return Sent(f"{where}{mark}{urlencode(question)}", keepsake)

    def receive(self, back: Back) -> tuple[Beginning, str]:
        """Return by what right somebody signs in who comes back, and where they go.

        Raises
        ------
        NotAllowed
            They did not set out here, in this browser, a moment ago; the issuer does
            not let them in; its token does not hold; or their groups are not known.
        NotReached
            The issuer does not answer.
        """
        begun = self._attempts.take(_KIND, back.state)
        kept = hashlib.sha256(back.keepsake.encode()).hexdigest()
        if not hmac.compare_digest(kept, begun["keepsake"]):
            raise NotAllowed(
                "this sign-in was begun in another browser",
                hint="sign in again from the start",
            )
        url = begun["issuer"]
        if back.issuer and back.issuer != url:
            raise NotAllowed("another issuer answers than the one that was asked")
        if back.error or not back.code:
            raise NotAllowed(
                f"{url} does not let you in: {back.error or 'no code came'}",
                hint="sign in again, or ask whoever administers it",
            )
        client, issuer = self._client(url), self._issuers.find(url)
        token = _token(client, self._issuers.discovery.find(url), back, begun)
        name, groups = self._issuers.read(token, issuer, client.name, begun["nonce"])
        self._issuers.member(url, name, groups)
        known = {one.name for one in self._issuers.groups() if one.issuer == url}
        named = sorted(groups, key=lambda one: one not in known)[:_MOST_GROUPS]
        return Beginning(name, _KIND, issuer=url, groups=tuple(named)), begun["onward"]

    def _client(self, issuer: str) -> Client:
        for one in self._issuers.clients():
            if one.issuer == issuer:
                return one
        raise NotFound(
            f"nobody signs in by {issuer!r} here",
            hint="the operator lets people: 'waternet access trust --client'",
        )


def _scope(told: Mapping[str, Any]) -> str:
    offered = told.get("scopes_supported")
    held = offered if isinstance(offered, list) else []
    return " ".join(["openid", *(one for one in _SCOPES if one in held)])


def _endpoint(told: Mapping[str, Any], name: str) -> str:
    """Return an address that an issuer names: safe to be asked, or sent to."""
    where = str(told.get(name, ""))
    plain, _, query = where.partition("?")
    try:
        verify_issuer_url(plain)
    except NotAcceptable as error:
        raise NotReached(f"{told['issuer']} names no {name} that is safe") from error
    return f"{plain}?{query}" if query else plain


def _token(
    client: Client, told: Mapping[str, Any], back: Back, begun: Mapping[str, Any]
) -> str:
    """Return the token that a code is good for."""
    where = _endpoint(told, "token_endpoint")
    asked = {
        "grant_type": "authorization_code",
        "code": back.code,
        "redirect_uri": begun["address"],
        "code_verifier": begun["verifier"],
    }
    ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    headers = {"accept": "application/json"}
    if client.secret and "client_secret_basic" in ways:
        headers["authorization"] = _basic(client)
    else:
        asked["client_id"] = client.name
        asked |= {"client_secret": client.secret} if client.secret else {}
    try:
        with web_client(where, PATIENCE) as web:
            given = read_answer(web, "POST", where, data=asked, headers=headers)
    except httpx.HTTPStatusError as error:
        raise NotAllowed(
            f"{client.issuer} gives no token: HTTP {error.response.status_code}",
            hint="sign in again; if it stays so, the operator looks at the client's "
            "name, its secret, and the address registered for coming back",
        ) from error
    except (httpx.HTTPError, ValueError, NotAcceptable) as error:
        raise NotReached(
            f"{client.issuer} gives no token", hint="try again in a minute"
        ) from error
    token = given.get("id_token")
    if not isinstance(token, str):
        raise NotAllowed(f"{client.issuer} says not who signed in: no id_token came")
    return token


def _basic(client: Client) -> str:
    """Return name and secret, each encoded as RFC 6749, section 2.3.1, has it."""
    pair = f"{quote(client.name, safe='')}:{quote(client.secret, safe='')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
