"""The page on which people sign in: by a key, a passkey, or at an issuer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from waternet.api.answer import Answer, json_answer
from waternet.api.operation import Operation, Parameter
from waternet.api.session_cookie import cookie_of, session_cookie
from waternet.errors import NotAcceptable, NotAllowed
from waternet.node.api_key import prefix_of
from waternet.node.attempts import WITHIN
from waternet.node.passkeys import Site, site_of
from waternet.node.people import UNGUARDED
from waternet.node.sessions import Beginning
from waternet.portal.account.entering import access_of, enter, leave, refuse
from waternet.portal.account.onward import ONWARD, onward_of
from waternet.portal.page import View, Visit, order, page

__all__ = ["NEXT", "operations", "site_here"]

NEXT: Final = Parameter("next", ONWARD, "Where to go on to: a path of this node.")
_TEXT: dict[str, Any] = {"type": "string", "maxLength": 4_000}
_SETTING_OUT = "waternet_setting_out"  # the cookie of who is at an issuer meanwhile
_BEGUN: Final = 50.0  # requests: what is begun takes another's place if many do it
_ALONE = {"cache-control": "no-store"}
_BACK = (
    Parameter("state", _TEXT, "As it was sent there."),
    Parameter("code", _TEXT, "What a token is given for."),
    Parameter("iss", _TEXT, "Which issuer answers."),
    Parameter("error", _TEXT, "Why nobody is let in."),
    Parameter("error_description", _TEXT, "The same in words."),
)


def operations() -> tuple[Operation, ...]:
    """Return the operations of this module."""
    about = "Sign in by key, passkey or issuer."
    back = "Come back from an issuer, signed in there."
    return (
        page(
            "/sign-in",
            "page-sign-in",
            about,
            _show,
            parameters=(NEXT,),
            reads_bank=False,
        ),
        # Issuers add to the address whatever is theirs.
        replace(
            page(
                "/sign-in/back",
                "page-sign-in-back",
                back,
                _return,
                parameters=_BACK,
                reads_bank=False,
            ),
            is_open=True,
        ),
        _form("/sign-in", "sign-in-key", "Sign in by name and key.", _by_key),
        _form(
            "/sign-in/passkey/ask",
            "sign-in-passkey-ask",
            "Ask for what a passkey is to sign.",
            _ask_passkey,
            _BEGUN,
        ),
        _form(
            "/sign-in/passkey",
            "sign-in-passkey",
            "Sign in by a passkey.",
            _by_passkey,
        ),
        _form(
            *("/sign-in/issuer", "sign-in-issuer", "Set out to an issuer."),
            _set_out,
            _BEGUN,
        ),
        _form("/sign-out", "sign-out", "End one's session.", leave),
    )


def _form(path: str, name: str, about: str, act: Any, cost: float = 1.0) -> Operation:
    return order(
        path, name, about, act, reads_bank=False, parameters=(NEXT,), cost=cost
    )


def site_here(visit: Visit) -> Site | None:
    """Return this node's site, as passkeys know it; None where there can be none."""
    return site_of(visit.asked.url)


def _show(visit: Visit) -> View:
    return _page(visit)


def _page(visit: Visit, refused: str = "", way: str = "") -> View:
    access, unguarded = visit.asked.access, visit.viewer.name == UNGUARDED
    clients = access.issuers.clients() if access and not unguarded else []
    site = site_here(visit)
    data = {
        "person": visit.viewer.name,
        "is_unguarded": unguarded,
        "issuers": [one.issuer for one in clients],
        "has_passkeys": site is not None,
        "onward": _onward(visit),
        "refused": refused,
        "refused_way": way,
    }
    title = visit.language.gettext("Sign in")
    status = 403 if refused else 200
    return View("account/sign-in.html", title, data, status=status, headers=_ALONE)


def _by_key(visit: Visit) -> Answer | View:
    access, key = access_of(visit), visit.form.text("key")
    try:
        person = access.people.identify(key, visit.form.needed("name"))
    except NotAllowed as error:
        return _refused(visit, error, "key")
    by = Beginning(person.name, "key", prefix_of(key))
    return enter(visit, by, person.party, _onward(visit))


def _ask_passkey(visit: Visit) -> Answer:
    options = access_of(visit).passkeys.ask(_site(visit))
    told = json_answer(options)
    return Answer(told.content, told.media_type, headers=_ALONE)


def _by_passkey(visit: Visit) -> Answer | View:
    access = access_of(visit)
    try:
        found = access.passkeys.identify(visit.form.text("credential"), _site(visit))
    except NotAllowed as error:
        return _refused(visit, error, "passkey")
    by = Beginning(found.person, "passkey", found.key, found.id)
    person = access.people.find(found.person)
    return enter(visit, by, person.party, _onward(visit))


def _set_out(visit: Visit) -> View:
    from waternet.node.code_flow import CodeFlow

    access = access_of(visit)
    flow = CodeFlow(access.issuers, access.attempts, _back(visit))
    issuer = visit.form.needed("issuer")
    sent = flow.send(issuer, _onward(visit))
    kept = session_cookie(sent.keepsake, visit.asked.url, _SETTING_OUT, WITHIN)
    # Not a redirect: forms of this page lead to this node alone (form-action).
    headers = {**_ALONE, "set-cookie": kept, "refresh": f"0; url={sent.address}"}
    title = visit.language.gettext("On to where you sign in")
    data = {"issuer": issuer, "address": sent.address}
    return View("account/set-out.html", title, data, headers=headers)


def _return(visit: Visit) -> View:
    from waternet.node.code_flow import Back, CodeFlow

    values = visit.values
    if not values.keys() & {"state", "code", "error"}:
        return _page(visit)  # nobody comes back
    told = values.get("error_description") or values.get("error", "")
    back = Back(
        values.get("state", ""),
        values.get("code", ""),
        values.get("iss", ""),
        told[:200],
        cookie_of(visit.asked.headers, visit.asked.url, _SETTING_OUT),
    )
    access = access_of(visit)
    try:
        flow = CodeFlow(access.issuers, access.attempts, _back(visit))
        by, onward = flow.receive(back)
        person = access.issuers.member(by.issuer, by.name, by.groups)
    except NotAllowed as error:
        return _refused(visit, error, "issuer")
    entered = enter(visit, by, person.party, onward)
    data = {"onward": onward}
    headers = {**entered.headers, "refresh": f"0; url={onward}"}
    del headers["location"]
    title = visit.language.gettext("You are signed in")
    return View("account/returned.html", title, data, headers=headers)


def _refused(visit: Visit, error: NotAllowed, way: str) -> View:
    refuse(visit.asked, error)
    return _page(visit, str(error), way)


def _site(visit: Visit) -> Site:
    site = site_here(visit)
    if site is None:
        raise NotAcceptable(
            "browsers have no passkeys for this address",
            hint="open the node by its name and https, or as localhost",
        )
    return site


def _back(visit: Visit) -> str:
    return f"{visit.asked.url}/sign-in/back"


def _onward(visit: Visit) -> str:
    written = visit.form.text("next") or str(visit.values.get("next", ""))
    return onward_of(written, visit.link.base, visit.link.to("/account"))
