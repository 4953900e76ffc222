"""Passkeys: a person signs in by what their own device signs.

A passkey is registered by somebody who signed in with a key, and goes back to that key:
it opens nothing once the key has ended or was revoked. The device must have verified
its user (a finger, a face, a PIN).

References
----------
W3C Web Authentication Level 3, sections 7.1 (registering) and 7.2 (asserting).
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from waternet.errors import Conflict, NotAcceptable, NotAllowed, NotFound
from waternet.node.attempts import Attempts
from waternet.node.private_sqlite import PrivateSqlite

__all__ = ["LONGEST_NAME", "Passkey", "Passkeys", "Site", "site_of"]

LONGEST_NAME = 60  # characters of what its owner calls it
_LONGEST = 20_000  # characters of what a browser sends
_MOST = 20  # of one person
_COLUMNS = "p.id, p.person, p.key, p.name, p.host, p.created, p.used"
_VALID = """
    FROM passkey p JOIN key k ON k.prefix = p.key AND k.person = p.person
    WHERE k.revoked IS NULL AND k.expires > :now
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a browser is, as passkeys know it.

    Attributes
    ----------
    host : str
        The relying party's id: 'water.example'.
    origin : str
        'https://water.example:8443'.
    """

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """What is known of a passkey; times in seconds since 1970, UTC.

    Attributes
    ----------
    id : str
        Of the credential, base64url.
    key : str
        Prefix of the key that it goes back to.
    host : str
        Where it may be used.
    """

    id: str
    person: str
    key: str
    name: str
    host: str
    created: int
    used: int | None


def site_of(url: str) -> Site | None:
    """Return where a browser is; None where browsers let nobody use a passkey.

    Parameters
    ----------
    url : str
        Where readers find the node.

    Examples
    --------
    >>> site_of("https://water.example:8443/node")
    Site(host='water.example', origin='https://water.example:8443')
    >>> site_of("http://127.0.0.1:8080"), site_of("http://water.example")
    (None, None)
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_local = host == "localhost" or host.endswith(".localhost")
    is_address = ":" in host or host.rpartition(".")[2].isdecimal()
    if not host or is_address or not (parts.scheme == "https" or is_local):
        return None
    return Site(host, f"{parts.scheme}://{parts.netloc.lower()}")


class Passkeys:
    """The passkeys of a node's people.

    Parameters
    ----------
    file : PrivateSqlite
        `access.sqlite`, in which people's keys lie, too.
    """

    def __init__(self, file: PrivateSqlite) -> None:
        self._file = file
        self._attempts = Attempts(file)

    def offer(self, person: str, key: str, site: Site) -> dict[str, Any]:
        """Return what a browser needs to make a passkey (creation options, JSON).

        Parameters
        ----------
        person : str
            Who is signed in.
        key : str
            Prefix of the key that their session goes back to.
        """
        from webauthn import generate_registration_options
        from webauthn.helpers import base64url_to_bytes, options_to_json_dict, structs

        told = {"person": person, "key": key, "handle": self._handle(person).hex()}
        chosen = structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        options = generate_registration_options(
            rp_id=site.host,
            rp_name=f"Waternet, {site.host}",
            user_name=person,
            user_id=bytes.fromhex(told["handle"]),
            challenge=base64url_to_bytes(self._attempts.begin("passkey-new", told)),
            authenticator_selection=chosen,
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.id))
                for one in self.of(person)
                if one.host == site.host
            ],
        )
        return options_to_json_dict(options)

    def add(self, written: str, name: str, person: str, site: Site) -> Passkey:
        """Keep a passkey that a browser made for whoever is signed in.

        Parameters
        ----------
        written : str
            What the browser answered, JSON.
        name : str
            As its owner calls it.

        Raises
        ------
        NotAcceptable
            It has no name, or there are many already.
        NotAllowed
            It does not hold.
        Conflict
            It is known already.
        """
        from webauthn import verify_registration_response
        from webauthn.helpers import bytes_to_base64url

        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise NotAcceptable(f"a passkey has a name of 1 to {LONGEST_NAME} letters")
        if len(self.of(person)) >= _MOST:
            raise NotAcceptable(f"one person has at most {_MOST} passkeys")
        challenge, credential = _challenge(written)
        told = self._attempts.take("passkey-new", challenge)
        if told["person"] != person:
            raise NotAllowed("somebody else began to register this passkey")
        with _judged():
            made = verify_registration_response(
                credential=credential,
                expected_challenge=_bytes(challenge),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        now = int(time.time())
        kept = Passkey(
            bytes_to_base64url(made.credential_id),
            *(person, told["key"], name, site.host, now, None),
        )
        self._insert(kept, bytes.fromhex(told["handle"]), made)
        return kept

    def ask(self, site: Site) -> dict[str, Any]:
        """Return what a browser needs to sign in by a passkey (request options)."""
        from webauthn import generate_authentication_options
        from webauthn.helpers import options_to_json_dict, structs

        options = generate_authentication_options(
            rp_id=site.host,
            challenge=_bytes(self._attempts.begin("passkey", {})),
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def identify(self, written: str, site: Site) -> Passkey:
        """Return the passkey by which a browser answered.

        Raises
        ------
        NotAllowed
            There is none like it, it has ended, or its signature does not hold. Which
            of them is not told.
        """
        from webauthn import verify_authentication_response

        challenge, credential = _challenge(written)
        self._attempts.take("passkey", challenge)
        row = self._row(str(credential.get("id")))
        if row is None or row["host"] != site.host:
            raise NotAllowed("this passkey opens nothing here", hint="use your key")
        shown = credential.get("response", {}).get("userHandle")
        if shown and _bytes(str(shown)) != row["handle"]:
            raise NotAllowed("this passkey opens nothing here", hint="use your key")
        with _judged():
            proved = verify_authentication_response(
                credential=credential,
                expected_challenge=_bytes(challenge),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=row["public"],
                credential_current_sign_count=row["counter"],
                require_user_verification=True,
            )
        with self._file.transaction() as db:
            db.execute(
                "UPDATE passkey SET counter = ?, used = ? WHERE id = ?",
                (proved.new_sign_count, int(time.time()), row["id"]),
            )
        return _passkey(row)

    def of(self, person: str) -> list[Passkey]:
        """Return the passkeys of a person that open something, the oldest first."""
        if not self._file.exists():
            return []
        with self._file.transaction() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} {_VALID} AND p.person = :person"
                " ORDER BY p.created, p.rowid",
                {"now": int(time.time()), "person": person},
            ).fetchall()
        return [_passkey(row) for row in rows]

    def remove(self, person: str, passkey: str) -> Passkey:
        """Forget a passkey of a person; sessions that began with it are over.

        Raises
        ------
        NotFound
            They have none of that id.
        """
        for one in self.of(person):
            if one.id == passkey:
                with self._file.transaction() as db:
                    db.execute("DELETE FROM passkey WHERE id = ?", (passkey,))
                return one
        raise NotFound("there is no such passkey of yours", hint="/account lists them")

    def _handle(self, person: str) -> bytes:
        """Return what stands for a person on their devices: random, tells nothing."""
        with self._file.transaction() as db:
            row = db.execute(
                "SELECT handle FROM passkey WHERE person = ? LIMIT 1", (person,)
            ).fetchone()
        return bytes(row["handle"]) if row else secrets.token_bytes(32)

    def _row(self, passkey: str) -> sqlite3.Row | None:
        with self._file.transaction() as db:
            row: sqlite3.Row | None = db.execute(
                f"SELECT {_COLUMNS}, p.handle, p.public, p.counter {_VALID}"
                " AND p.id = :id",
                {"now": int(time.time()), "id": passkey},
            ).fetchone()
        return row

    def _insert(self, kept: Passkey, handle: bytes, made: Any) -> None:
        row = (
            *(kept.id, kept.person, kept.key, kept.name, kept.host, handle),
            *(made.credential_public_key, made.sign_count, kept.created, None),
        )
        with self._file.transaction() as db:
            # Of a device that is registered anew, since its key has ended.
            db.execute(
                "DELETE FROM passkey WHERE id = :id AND person = :person AND id NOT IN"
                f" (SELECT p.id {_VALID})",
                {"id": kept.id, "person": kept.person, "now": kept.created},
            )
            try:
                marks = ", ".join("?" * len(row))
                db.execute(f"INSERT INTO passkey VALUES ({marks})", row)
            except sqlite3.IntegrityError as error:
                raise Conflict("this passkey is registered already") from error


def _passkey(row: sqlite3.Row) -> Passkey:
    return Passkey(*(row[name] for name in Passkey.__slots__))


def _challenge(written: str) -> tuple[str, dict[str, Any]]:
    """Return the challenge that a browser answers, and all of its answer."""
    if len(written) > _LONGEST:
        raise NotAcceptable("this is too long for a passkey's answer")
    with _judged():
        credential = json.loads(written)
        client = json.loads(_bytes(credential["response"]["clientDataJSON"]))
        challenge = client["challenge"]
        if not isinstance(challenge, str):
            raise TypeError("challenge")
    return challenge, credential


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)


@contextmanager
def _judged() -> Iterator[None]:
    """Have whatever is wrong with a browser's answer refused in one way."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (
        *(WebAuthnException, ValueError, TypeError, LookupError),
        *(AttributeError, RecursionError),
    ) as error:
        raise NotAllowed(
            "the passkey's answer does not hold", hint="try again, or use your key"
        ) from error
