"""What people say of figures: marks, comments, corrections; a second look."""

from __future__ import annotations

from datetime import UTC
from typing import Final

from waternet.api.answer import Answer
from waternet.api.operation import Operation
from waternet.bank.when import read_time
from waternet.errors import Conflict, NotAcceptable, WaternetError
from waternet.node.editing import add_edit, find_datastream, undo_edit
from waternet.node.pending import discard_pending
from waternet.node.reviewing import review_pending, reviewed_digest, send_back
from waternet.observation.zone import find_zone
from waternet.portal.desk.entrance import acting_name, writing_soon
from waternet.portal.desk.imports import PENDING, pending_of, show_import
from waternet.portal.page import View, Visit, order, see_other
from waternet.record.fields import write_time

__all__ = ["judging_operations"]

_OPERATIONS: Final = ("mark", "comment", "correct", "interpolate", "status")
_GRADES: Final = ("good", "suspect", "bad")
_TYPED: Final = ("operation", "from", "to", "value", "status", "reason", "grade")


def judging_operations() -> tuple[Operation, ...]:
    """Return what can be said of an import that waits."""
    at = "/desk/imports/{pending}"
    return (
        order(
            *(f"{at}/edit", "desk-edit"),
            "Mark, comment on or correct figures of an import, with a reason.",
            _edit,
            parameters=(PENDING,),
            role="steward",
        ),
        order(
            *(f"{at}/undo", "desk-undo"),
            "Take an edit back; it stays in the list.",
            _undo,
            parameters=(PENDING,),
            role="steward",
        ),
        order(
            *(f"{at}/approve", "desk-approve"),
            "Say as a second person that an import may be published.",
            _approve,
            parameters=(PENDING,),
            role="reviewer",
        ),
        order(
            *(f"{at}/send-back", "desk-send-back"),
            "Say as a second person what is to be mended first.",
            _send_back,
            parameters=(PENDING,),
            role="reviewer",
        ),
        order(
            *(f"{at}/discard", "desk-discard"),
            "Drop an import, unpublished.",
            _discard,
            parameters=(PENDING,),
            role="steward",
        ),
    )


def _edit(visit: Visit) -> Answer | View:
    name = pending_of(visit).folder.name
    try:
        with writing_soon(visit.node):
            add_edit(visit.node, name, **_said(visit))
    except NotAcceptable as error:
        return _again(visit, error)
    return _figures_of(visit)


def _said(visit: Visit) -> dict[str, str]:
    """Return an edit as a form says it; times by the datastream's own clock."""
    form = visit.form
    stream = find_datastream(pending_of(visit), form.needed("datastream"))
    what = form.needed("operation")
    operation, _, grade = what.partition("-")
    if operation not in _OPERATIONS or (operation == "mark") != (grade in _GRADES):
        raise NotAcceptable(f"no operation {what[:40]!r}")
    return {
        "operation": operation,
        "datastream": stream.name,
        "start": _moment(form.needed("from"), stream.zone),
        "end": _moment(form.text("to"), stream.zone),
        "grade": grade,
        "value": form.text("value") if operation == "correct" else "",
        "status": form.text("status") if operation in ("status", "correct") else "",
        "author": acting_name(visit),
        "reason": form.text("reason"),
    }


def _moment(text: str, zone: str) -> str:
    if not text:
        return ""
    return write_time(read_time(text, find_zone(zone)).astimezone(UTC))


def _undo(visit: Visit) -> Answer | View:
    name, number = pending_of(visit).folder.name, visit.form.needed("number")
    if not number.isdecimal() or len(number) > 9:
        raise NotAcceptable(f"{number[:40]!r} is not the number of an edit")
    try:
        with writing_soon(visit.node):
            who, why = acting_name(visit), visit.form.text("reason")
            undo_edit(visit.node, name, int(number), who, why)
    except NotAcceptable as error:
        return _again(visit, error)
    return see_other(visit, f"/desk/imports/{name}", tab="edits")


def _approve(visit: Visit) -> Answer:
    name, seen = pending_of(visit).folder.name, visit.form.needed("digest")
    who, note = acting_name(visit), visit.form.text("note")
    with writing_soon(visit.node):
        review_pending(visit.node, name, who, note, seen=seen)
    return see_other(visit, f"/desk/imports/{name}")


def _send_back(visit: Visit) -> Answer | View:
    name, seen = pending_of(visit).folder.name, visit.form.needed("digest")
    try:
        with writing_soon(visit.node):
            who, note = acting_name(visit), visit.form.text("note")
            send_back(visit.node, name, who, note, seen=seen)
    except NotAcceptable as error:
        return _again(visit, error)
    return see_other(visit, f"/desk/imports/{name}")


def _discard(visit: Visit) -> Answer:
    """Drop an import as its page showed it: another one may bear its name by now."""
    seen = visit.form.needed("digest")
    with writing_soon(visit.node):
        pending = pending_of(visit)
        if seen != reviewed_digest(pending, pending.edits):
            raise Conflict(
                f"{pending.folder.name} was edited or reviewed since it was shown",
                hint="look at it again, then discard it",
            )
        discard_pending(visit.node, pending.folder.name)
    return see_other(visit, "/desk")


def _figures_of(visit: Visit) -> Answer:
    """Lead back to where the figures were shown."""
    form, name = visit.form, visit.asked.path["pending"]
    return see_other(
        visit,
        f"/desk/imports/{name}",
        tab="figures",
        datastream=form.text("datastream"),
        rows=form.text("rows") or None,
        first=form.text("first") or None,
    )


def _again(visit: Visit, error: WaternetError) -> View:
    """Show the page again with what is wrong, and what was typed."""
    told = f"{error}; {error.hint}" if error.hint else str(error)
    typed = {name: visit.form.text(name) for name in _TYPED}
    return show_import(visit, told, 400, typed)
