"""Orders that sign: an import, what is due, an answer to a request (decision 0073)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from functools import partial
from typing import Any

from waternet.api.answer import Answer
from waternet.api.operation import Operation
from waternet.bank.when import read_time
from waternet.errors import NotAcceptable
from waternet.node.appending import Keys
from waternet.node.cosigning import gather_cosignatures
from waternet.node.keys import WrongPassphrase
from waternet.node.publish import (
    Chosen,
    Published,
    gather_drafts,
    publish_due,
    publish_pending,
)
from waternet.node.sharing import answer_request
from waternet.portal.desk.board import show_desk
from waternet.portal.desk.entrance import acting_name
from waternet.portal.desk.imports import PENDING, pending_of, show_import
from waternet.portal.desk.passphrase import Unlocking
from waternet.portal.desk.work import Work
from waternet.portal.page import View, Visit, order, see_other
from waternet.record.fields import write_time

__all__ = ["signing_operations"]

_Again = Callable[[Visit, str, int], View]


def signing_operations(unlocking: Unlocking, work: Work) -> tuple[Operation, ...]:
    """Return the orders that sign with the party's keys, and those around them."""

    def signed(
        act: Callable[[Visit, Keys], Sequence[Published]], again: _Again
    ) -> Callable[[Visit], Answer | View]:
        return partial(_signed, unlocking, work, act, again)

    return (
        order(
            *("/desk/imports/{pending}/publish", "desk-publish"),
            "Sign an import, append it to the record, and have it cosigned.",
            signed(_publish, show_import),
            parameters=(PENDING,),
            role="steward",
        ),
        order(
            *("/desk/due", "desk-due"),
            "Sign what is due without an import: ended embargoes, the registry.",
            signed(lambda visit, keys: publish_due(visit.node, keys), show_desk),
            role="steward",
        ),
        order(
            *("/desk/requests", "desk-answer"),
            "Grant, refuse or answer conditionally what another party asks for.",
            signed(_answer, show_desk),
            role="steward",
        ),
        order(
            *("/desk/drafts", "desk-drafts"),
            "Make imports of what was written by SensorThings, to be looked at.",
            _gather,
            role="steward",
            reads_bank=False,
        ),
        order(
            *("/desk/cosign", "desk-cosign"),
            "Ask the other parties again to cosign the newest head.",
            _cosign,
            role="steward",
            reads_bank=False,
        ),
    )


def _signed(
    unlocking: Unlocking,
    work: Work,
    act: Callable[[Visit, Keys], Sequence[Published]],
    again: _Again,
    visit: Visit,
) -> Answer | View:
    """Open the keys, do what is ordered, and lead to the receipt."""
    gettext = visit.language.gettext
    try:
        keys = unlocking.keys(visit)
    except WrongPassphrase:
        told = gettext(
            "The passphrase does not open the party's keys. Nothing was signed."
        )
        return again(visit, told, 403)
    try:
        published = act(visit, keys)
    except NotAcceptable as error:
        hint = f"; {error.hint}" if error.hint else ""
        return again(visit, f"{error}{hint}", 400)
    work.beside(lambda: gather_cosignatures(visit.node))
    entries = [one.entry for one in published if one.entry >= 0]
    if not entries:
        return see_other(visit, "/desk/receipt", nothing="new")
    return see_other(visit, "/desk/receipt", first=min(entries), last=max(entries))


def _publish(visit: Visit, keys: Keys) -> list[Published]:
    form = visit.form
    chosen = Chosen(
        pending_of(visit).folder.name, form.needed("digest"), acting_name(visit)
    )
    reason = form.text("reason")
    return publish_pending(visit.node, keys, reason, _unheard, chosen)


def _answer(visit: Visit, keys: Keys) -> list[Published]:
    form = visit.form
    said: dict[str, Any] = {"reason": form.text("reason"), "until": _until(visit)}
    request, decision = form.needed("request"), form.needed("decision")
    return answer_request(visit.node, keys, request, decision, said)


def _until(visit: Visit) -> str:
    text = visit.form.text("until")
    if not text or visit.form.text("decision") != "grant":
        return ""
    when = read_time(text).astimezone(UTC)
    return write_time(when.replace(microsecond=0))


def _gather(visit: Visit) -> Answer:
    gather_drafts(visit.node)
    return see_other(visit, "/desk")


def _cosign(visit: Visit) -> Answer:
    gather_cosignatures(visit.node)
    first, last = visit.form.text("first"), visit.form.text("last")
    return see_other(visit, "/desk/receipt", first=first or None, last=last or None)


def _unheard(_done: int, _of: int) -> None:
    """Take no notice of progress: an answer tells when all is done."""
