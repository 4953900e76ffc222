"""The first page of the Desk, the requests' page, and that somebody saw the news."""

from __future__ import annotations

from typing import Any

import orjson

from waternet.api.answer import Answer
from waternet.api.operation import Operation
from waternet.bank.sharing import list_requests
from waternet.errors import NotAcceptable
from waternet.node.noticed import Noticed
from waternet.node.recipes import list_recipes
from waternet.portal.desk.entrance import DESK, NO_STORE, TOOLS, is_nameless
from waternet.portal.desk.overview import overview, plain_request
from waternet.portal.desk.passphrase import key_state
from waternet.portal.page import View, Visit, order, page, see_other

__all__ = ["board_operations", "show_desk"]

_MOST_PARTIES = 1_000


def board_operations() -> tuple[Operation, ...]:
    """Return the Desk's first page, and what belongs to it."""
    return (
        page(
            *("/desk", "desk"),
            "What is due, waits, is asked for, is new, and is wrong.",
            show_desk,
            role=DESK,
        ),
        page(
            *("/desk/requests", "desk-requests"),
            "What other parties asked of this one and were answered, and the reverse.",
            _show_requests,
            role=DESK,
        ),
        order(
            *("/desk/seen", "desk-seen"),
            "Remember that somebody has seen what others published.",
            _seen,
            role=DESK,
            reads_bank=False,
        ),
    )


def show_desk(visit: Visit, wrong: str = "", status: int = 200) -> View:
    """Return the first page of the Desk; `wrong` says what a form lacked."""
    visit.asked.now()  # no cache keeps it
    noticed = Noticed(visit.node.folder)
    try:
        known = noticed.positions(visit.viewer.name)
    finally:
        noticed.close()
    data: dict[str, Any] = {
        **overview(visit.node, visit.bank, known),
        "recipes": list_recipes(visit.node),
        "keys": key_state(visit),
        "wrong": wrong,
    }
    more = {
        **TOOLS,
        "is_nameless": is_nameless(visit),
        "seen": orjson.dumps(data["news"]["positions"]).decode(),
    }
    title = visit.language.gettext("Desk")
    return View("desk/desk.html", title, data, more, status, NO_STORE)


def _show_requests(visit: Visit) -> View:
    visit.asked.now()  # no cache keeps it
    found = list_requests(visit.bank, visit.node.party)
    data = {
        "party": visit.node.party,
        "requests": [plain_request(one) for one in reversed(found)],
    }
    title = visit.language.gettext("Requests and answers")
    return View("desk/requests.html", title, data, TOOLS, headers=NO_STORE)


def _seen(visit: Visit) -> Answer:
    noticed = Noticed(visit.node.folder)
    try:
        noticed.notice(visit.viewer.name, _positions(visit.form.needed("positions")))
    finally:
        noticed.close()
    return see_other(visit, "/desk")


def _positions(text: str) -> dict[str, int]:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotAcceptable("the form does not say what was seen") from error
    if not isinstance(read, dict) or len(read) > _MOST_PARTIES:
        raise NotAcceptable("the form does not say what was seen")
    for party, size in read.items():
        if len(party) > 64 or type(size) is not int or not 0 <= size < 1 << 48:
            raise NotAcceptable("the form does not say what was seen")
    return read
