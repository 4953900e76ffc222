"""The keys by which an issuer of tokens signs, fetched when they are needed and kept.

References
----------
OpenID Connect Discovery 1.0, section 4; RFC 7517 (JWK).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from waternet.errors import NotAcceptable, NotReached, WaternetError
from waternet.exchange.web import Patience, is_loopback, web_client

__all__ = [
    "PATIENCE",
    "Discovery",
    "IssuerKeys",
    "read_answer",
    "verify_issuer_url",
]

_DISCOVERY = "/.well-known/openid-configuration"
_FRESH = 3_600  # s that keys are used without asking again
_STALE = 86_400  # s that they are used where the issuer does not answer
_PAUSE = 60  # s between two questions to one issuer
_MOST_BYTES = 1 << 20
PATIENCE = Patience(connect=5, silence=5)
_KINDS = ("RSA", "EC", "OKP")
_LEAST_RSA = 2_048  # bits


def verify_issuer_url(url: str) -> None:
    """Raise unless an issuer can be asked safely: by https, or on this machine.

    Raises
    ------
    NotAcceptable
    """
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise NotAcceptable(f"{url!r} is no address: {error}") from error
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.host)
    )
    if not is_safe or not parts.host or parts.userinfo or parts.query or parts.fragment:
        raise NotAcceptable(
            f"expected an issuer like https://login.example/realm, got {url!r}",
            hint="it is what the tokens say in 'iss'",
        )


class IssuerKeys:
    """The keys of one issuer; many threads may ask for them.

    Parameters
    ----------
    url : str
        As in the tokens' `iss`.
    clock : function
        Returns the time [s].
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched = self._asked = -float("inf")

    def find(self, kid: str | None) -> KeySet:
        """Return the keys; one that is not among them is looked for anew, not often.

        Raises
        ------
        NotReached
            There are none to be had at the moment.
        """
        with self._lock:
            age = self._clock() - self._fetched
            if self._keys is None or age > _FRESH or not _has(self._keys, kid):
                self._ask_again()
            if self._keys is None or self._clock() - self._fetched > _STALE:
                raise NotReached(
                    f"{self._url} does not give its keys",
                    hint="try again in a minute, or use an API key",
                )
            return self._keys

    def _ask_again(self) -> None:
        if self._clock() - self._asked < _PAUSE:
            return
        self._asked = self._clock()
        try:
            self._keys = _fetch_keys(self._url)
        except (WaternetError, httpx.HTTPError, JoseError, ValueError, KeyError):
            # Those that are known go on counting for a day.
            return
        self._fetched = self._clock()


class Discovery:
    """What issuers say of themselves; many threads may ask for it.

    Anybody at a page can have an issuer asked: it is asked once an hour, and once a
    minute where it does not answer.

    Parameters
    ----------
    clock : function
        Returns the time [s].
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[str, tuple[float, Mapping[str, Any] | None]] = {}

    def find(self, url: str) -> Mapping[str, Any]:
        """Return what an issuer says of itself.

        Raises
        ------
        NotReached
            It did not say it, now or a moment ago.
        """
        with self._lock:
            asked, told = self._found.get(url, (-float("inf"), None))
            if self._clock() - asked > (_PAUSE if told is None else _FRESH):
                told = _discovered(url)
                self._found[url] = self._clock(), told
        if told is None:
            raise NotReached(
                f"{url} does not say where people sign in",
                hint="try again in a minute, or use your key",
            )
        return told


def _discovered(url: str) -> Mapping[str, Any] | None:
    try:
        return _discover(url)
    except (httpx.HTTPError, ValueError, NotAcceptable):
        return None


def _has(keys: KeySet, kid: str | None) -> bool:
    try:
        keys.get_by_kid(kid)
    except InvalidKeyIdError:
        return False
    return True


def _discover(url: str) -> Mapping[str, Any]:
    """Return what an issuer says of itself.

    Raises
    ------
    NotAcceptable
        It names itself otherwise, or answers something else.
    ValueError, httpx.HTTPError
        As `read_answer` does.
    """
    with web_client(url, PATIENCE) as client:
        told = read_answer(client, "GET", url.rstrip("/") + _DISCOVERY)
    if told.get("issuer") != url:
        raise NotAcceptable(f"{url} names itself {told.get('issuer')!r:.200}")
    return told


def _fetch_keys(url: str) -> KeySet:
    """Ask an issuer for its keys, in two small answers."""
    where = str(_discover(url)["jwks_uri"])
    verify_issuer_url(where)
    with web_client(where, PATIENCE) as client:
        found = read_answer(client, "GET", where)
    keys = [one for one in found["keys"] if _is_usable(one)]
    return KeySet.import_key_set({"keys": keys})


def _is_usable(key: Mapping[str, Any]) -> bool:
    """Return whether a published key may sign: public, for signatures, strong enough.

    A secret among published keys is a mistake, or a trap.
    """
    if key.get("kty") not in _KINDS or key.get("use", "sig") != "sig":
        return False
    modulus = str(key.get("n", ""))
    return key["kty"] != "RSA" or 6 * len(modulus) >= _LEAST_RSA


def read_answer(
    client: httpx.Client, method: str, url: str, **sent: Any
) -> Mapping[str, Any]:
    """Return an issuer's answer: one small object of JSON.

    Raises
    ------
    NotAcceptable
        It is larger, or no object.
    ValueError
        It is no JSON.
    httpx.HTTPError
        It did not come.
    """
    with client.stream(method, url, **sent) as answer:
        answer.raise_for_status()
        if answer.status_code != 200:
            raise NotAcceptable(f"{url} answers {answer.status_code}")
        content = b""
        for piece in answer.iter_bytes(65_536):
            content += piece
            if len(content) > _MOST_BYTES:
                raise NotAcceptable(f"{url} gives more than {_MOST_BYTES:,} bytes")
    told = json.loads(content)
    if not isinstance(told, dict):
        raise NotAcceptable(f"{url} gives no object")
    return told
