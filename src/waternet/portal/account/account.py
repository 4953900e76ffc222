"""The page of whoever is signed in: who they are here, and by what they get in."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.operation import Operation
from waternet.api.viewer import Viewer
from waternet.errors import NotAcceptable, NotAllowed, NotFound
from waternet.node.access import Access
from waternet.node.passkeys import Site, site_of
from waternet.node.people import UNGUARDED
from waternet.node.sessions import Session
from waternet.portal.account.browser import browser_name
from waternet.portal.account.entering import access_of, note
from waternet.portal.page import View, Visit, order, page, see_other

__all__ = ["FRESH", "operations"]

FRESH: Final = 3_600  # s after signing in in which a passkey may be registered
_PATH = "/account"


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    about = "Who one is here: party, roles, passkeys, sessions, keys."
    return (
        page(_PATH, "page-account", about, _show, reads_bank=False),
        _form(
            "/passkeys/offer",
            "passkey-offer",
            "Ask for what a device needs to make a passkey.",
            _offer,
        ),
        _form("/passkeys", "passkey-add", "Register a passkey.", _add),
        _form("/passkeys/remove", "passkey-remove", "Remove a passkey.", _remove),
        _form("/sessions/end", "session-end", "End other sessions.", _end),
        _form("/keys/revoke", "key-revoke", "Revoke a key of one's own.", _revoke),
    )


def _form(path: str, name: str, about: str, act: Any) -> Operation:
    return order(f"{_PATH}{path}", f"account-{name}", about, act, reads_bank=False)


def _show(visit: Visit) -> View:
    viewer = visit.viewer
    if not viewer.name:
        raise NotAllowed("the account is of whoever is signed in")
    is_unguarded = viewer.name == UNGUARDED
    data: dict[str, Any] = {
        "person": viewer.name,
        "party": viewer.party,
        "roles": sorted(viewer.roles),
        "is_unguarded": is_unguarded,
        "way": viewer.session.way if viewer.session else "",
        "passkeys": [],
        "sessions": [],
        "keys": [],
    }
    if not is_unguarded:
        data |= _held(access_of(visit), viewer)
    more = {
        "has_passkeys": site_of(visit.asked.url) is not None,
        "is_fresh": _is_fresh(viewer.session),
        "at": lambda seconds: datetime.fromtimestamp(seconds, UTC),
    }
    title = visit.language.gettext("Account")
    alone = {"cache-control": "no-store"}
    return View("account/account.html", title, data, more, headers=alone)


def _held(access: Access, viewer: Viewer) -> dict[str, Any]:
    """Return by what somebody gets in; times in seconds since 1970, UTC."""
    name, now = viewer.name, time.time()
    keys = access.people.keys_of(name)
    until = {one.prefix: one.expires for one in keys}
    mine = viewer.session.number if viewer.session else ""
    return {
        "passkeys": [
            {
                "id": one.id,
                "name": one.name,
                "host": one.host,
                "created": one.created,
                "used": one.used,
                "until": until[one.key],
            }
            for one in access.passkeys.of(name)
        ],
        "sessions": [
            {
                "number": one.number,
                "is_this": one.number == mine,
                "way": one.way,
                "browser": browser_name(one.agent),
                "caller": one.caller,
                "created": one.created,
                "seen": one.seen,
            }
            for one in access.sessions.of(name)
        ],
        "keys": [
            {
                "key": one.prefix,
                "state": one.state(now),
                "until": one.expires,
                "used": one.used,
            }
            for one in keys
        ],
    }


def _is_fresh(session: Session | None) -> bool:
    """Return whether somebody signed in so lately that they are still who they were."""
    return (
        session is not None
        and bool(session.key)
        and time.time() - session.created < FRESH
    )


def _registering(visit: Visit) -> tuple[Access, str, Site]:
    """Return what a passkey is registered by.

    Raises
    ------
    NotAllowed
        Nobody is signed in by a key or passkey of theirs, or they did so long ago: an
        open browser must not become a key to this node.
    NotAcceptable
        There can be none at this address.
    """
    session, site = visit.viewer.session, site_of(visit.asked.url)
    if session is None or not _is_fresh(session):
        raise NotAllowed(
            "a passkey is registered within an hour of signing in by key or passkey",
            hint="sign in again, then register it",
        )
    if site is None:
        raise NotAcceptable(
            "browsers have no passkeys for this address",
            hint="open the node by its name and https, or as localhost",
        )
    return access_of(visit), session.key, site


def _offer(visit: Visit) -> Answer:
    access, key, site = _registering(visit)
    told = json_answer(access.passkeys.offer(visit.viewer.name, key, site))
    alone = {"cache-control": "no-store"}
    return Answer(told.content, told.media_type, headers=alone)


def _add(visit: Visit) -> Answer:
    access, _, site = _registering(visit)
    name, written = visit.form.needed("name"), visit.form.needed("credential")
    kept = access.passkeys.add(written, name, visit.viewer.name, site)
    note(visit.asked, f"passkey {kept.name!r} registered, of key {kept.key}")
    return see_other(visit, _PATH)


def _remove(visit: Visit) -> Answer:
    access = access_of(visit)
    gone = access.passkeys.remove(_name(visit), visit.form.needed("passkey"))
    note(visit.asked, f"passkey {gone.name!r} removed")
    return see_other(visit, _PATH)


def _end(visit: Visit) -> Answer:
    """End one session, or all but this one where none is named."""
    sessions, name = access_of(visit).sessions, _name(visit)
    number, mine = visit.form.text("session"), visit.viewer.session
    if number:
        ended = int(sessions.end_numbered(name, number))
    else:
        ended = sessions.end_others(name, mine.number if mine else "")
    note(visit.asked, f"{ended} sessions ended")
    return see_other(visit, _PATH)


def _revoke(visit: Visit) -> Answer:
    people, name = access_of(visit).people, _name(visit)
    prefix = visit.form.needed("key")
    if not any(one.prefix == prefix for one in people.keys_of(name)):
        raise NotFound("there is no such key of yours", hint="/account lists them")
    people.revoke(prefix)
    note(visit.asked, f"key {prefix} revoked")
    return see_other(visit, "/sign-in")


def _name(visit: Visit) -> str:
    """Return who is signed in.

    Raises
    ------
    NotAllowed
        Nobody is.
    """
    if not visit.viewer.name:
        raise NotAllowed("the account is of whoever is signed in")
    return visit.viewer.name
