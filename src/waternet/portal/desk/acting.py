"""Orders in a group: acts signed here or handed in, entered; credentials given."""

from __future__ import annotations

from functools import partial
from typing import Any

from waternet.api.answer import Answer
from waternet.api.operation import Operation
from waternet.errors import Conflict, NotAcceptable, WaternetError
from waternet.node.acting import Asked, Doing, draw_up, enter_act, sign_line
from waternet.node.cosigning import gather_cosignatures
from waternet.node.credentials import Given, give_credential, revoke_credential
from waternet.node.delegates import find_delegate
from waternet.node.handed_acts import drop_handed, enter_handed, hand_in
from waternet.node.keys import WrongPassphrase
from waternet.portal.desk.business import (
    BUSINESS,
    show_business,
    show_groups_of_desk,
)
from waternet.portal.desk.doings import doings_of, labels_of_form
from waternet.portal.desk.entrance import acting_name
from waternet.portal.desk.passphrase import Unlocking, key_state
from waternet.portal.desk.work import Work
from waternet.portal.group.held import GROUP, Held, open_group
from waternet.portal.group.refusal_words import refusal_words
from waternet.portal.page import View, Visit, order, page, see_other
from waternet.workinggroup.act import Act
from waternet.workinggroup.refusal import Refused

__all__ = ["acting_operations"]

_REFUSALS = (Conflict, NotAcceptable, Refused)


def acting_operations(unlocking: Unlocking, work: Work) -> tuple[Operation, ...]:
    """Return the pages and orders of what a party does in groups."""
    return (
        page(
            *("/desk/groups", "desk-groups"),
            "The groups, each leading to what waits there for this party.",
            show_groups_of_desk,
            role=BUSINESS,
        ),
        page(
            *("/desk/groups/{group}", "desk-group"),
            "What of a group waits for this party, and the forms to act.",
            show_business,
            parameters=(GROUP,),
            role=BUSINESS,
        ),
        *(
            order(
                f"/desk/groups/{{group}}/{path}",
                f"desk-group-{path}",
                about,
                partial(_ordered, act, unlocking, work),
                parameters=(GROUP,),
                role=role,
            )
            for path, about, act, role in _ORDERS
        ),
    )


def _ordered(act: Any, unlocking: Unlocking, work: Work, visit: Visit) -> Answer | View:
    """Do what a form orders; what it lacks shows its page again."""
    try:
        where = act(unlocking, visit)
    except WrongPassphrase:
        told = visit.language.gettext(
            "The passphrase does not open the keys. Nothing was signed."
        )
        return show_business(visit, told, 403)
    except _Halted as halted:
        work.beside(lambda: gather_cosignatures(visit.node))
        told = _halted_words(visit, halted)
        return show_business(visit, told, _why(visit, halted.error)[1])
    except _REFUSALS as error:
        return show_business(visit, *_why(visit, error))
    work.beside(lambda: gather_cosignatures(visit.node))
    path, _, fragment = where.partition("#")
    answer = see_other(visit, path)
    if fragment:
        moved = {**answer.headers, "location": f"{answer.headers['location']}#handed"}
        return Answer(answer.content, answer.media_type, answer.status, moved)
    return answer


class _Halted(Exception):
    """Of several acts of one form the first were done, and one was refused.

    Attributes
    ----------
    done, left : tuple of Doing
    error : WaternetError
        Why the first of `left` was refused.
    is_entered : bool
        Whether those done are entered: else they wait for the steward.
    """

    def __init__(
        self,
        done: tuple[Doing, ...],
        left: tuple[Doing, ...],
        error: WaternetError,
        *,
        is_entered: bool,
    ) -> None:
        super().__init__(str(error))
        self.done, self.left = done, left
        self.error, self.is_entered = error, is_entered


def _why(visit: Visit, error: WaternetError) -> tuple[str, int]:
    """Return why something was not done, and the status that says so."""
    if isinstance(error, Refused):
        advice = refusal_words(visit.language)[error.name]
        return f"{advice.means} {advice.step} ({error.message})", 409
    hint = f"; {error.hint}" if error.hint else ""
    return f"{error}{hint}", 400 if isinstance(error, NotAcceptable) else 409


def _halted_words(visit: Visit, halted: _Halted) -> str:
    gettext = visit.language.gettext
    told = (
        gettext("Entered: %(done)s. Not entered: %(left)s. %(why)s")
        if halted.is_entered
        else gettext("Handed in: %(done)s. Not handed in: %(left)s. %(why)s")
    )
    return told % {
        "done": ", ".join(map(_name_of, halted.done)),
        "left": ", ".join(map(_name_of, halted.left)),
        "why": _why(visit, halted.error)[0],
    }


def _name_of(doing: Doing) -> str:
    return str(doing.body.get("paragraph", doing.subject))


def _act(unlocking: Unlocking, visit: Visit) -> str:
    """Sign acts with a delegate's key; enter them, or leave them to the steward."""
    held = open_group(visit)
    form, node = visit.form, visit.node
    doings = doings_of(held.state, form)
    delegate = find_delegate(node, form.text("delegate"))
    signer = unlocking.delegate(visit, delegate)
    keys = unlocking.keys(visit) if _enters(visit) else None
    last: Act | None = None
    for at, doing in enumerate(doings):
        try:
            line = draw_up(node, visit.bank, _asked(held, delegate), _planned(doing))
            last, note = sign_line(line, signer)
            if keys is not None:
                enter_act(node, keys, note)
            else:
                hand_in(node, visit.bank, note, acting_name(visit))
        except WaternetError as error:
            if not at:
                raise
            done, left = tuple(doings[:at]), tuple(doings[at:])
            raise _Halted(done, left, error, is_entered=keys is not None) from error
    if keys is None or last is None:
        return f"/desk/groups/{held.handle}#handed"
    return f"/group/{held.handle}/acts/{last.id[:16]}"


def _planned(doing: Doing) -> Any:
    return lambda _state: doing


def _asked(held: Held, delegate: str) -> Asked:
    form = held.visit.form
    return Asked(
        group=held.id,
        delegate=delegate,
        on=tuple(form.text("on").split()),
        date=form.text("date"),
        of=form.text("of"),
        source=form.text("source"),
    )


def _enters(visit: Visit) -> bool:
    """Return whether the party's keys are to sign, too: else the steward enters it."""
    if not visit.viewer.may("steward"):
        return False
    typed = visit.form.fields.get("passphrase", ("",))[-1]
    return bool(typed) or key_state(visit) == "open"


def _hand_in(_unlocking: Unlocking, visit: Visit) -> str:
    """Take in an act that was signed elsewhere."""
    held = open_group(visit)
    file = visit.form.files.get("act")
    if file is None:
        raise NotAcceptable("no file came", hint="choose the file with the signed act")
    try:
        note = bytes(file.content).decode()
    except UnicodeDecodeError as error:
        raise NotAcceptable("the file is no signed act: it is not UTF-8") from error
    hand_in(visit.node, visit.bank, note, acting_name(visit))
    return f"/desk/groups/{held.handle}#handed"


def _enter(unlocking: Unlocking, visit: Visit) -> str:
    held = open_group(visit)
    act = visit.form.needed("act")
    done = enter_handed(visit.node, unlocking.keys(visit), act)
    group = done.act.group
    handle = held.handle if group == held.id else group or done.act.id
    return f"/group/{handle}/acts/{done.act.id[:16]}"


def _drop(_unlocking: Unlocking, visit: Visit) -> str:
    held = open_group(visit)
    drop_handed(visit.node, visit.form.needed("act"))
    return f"/desk/groups/{held.handle}#handed"


def _give(unlocking: Unlocking, visit: Visit) -> str:
    """Give a delegate a credential, for a key that lies here or that was told."""
    held, form = open_group(visit), visit.form
    delegate = form.needed("name")
    vkey = form.text("vkey")
    if not vkey:
        vkey = unlocking.delegate(visit, delegate).verifier.to_text()
    given = Given(
        delegate=delegate,
        names=labels_of_form(form, "names"),
        level=form.needed("level"),
        office=form.text("office"),
        until=form.text("until"),
    )
    give_credential(visit.node, unlocking.keys(visit), given, vkey)
    return f"/desk/groups/{held.handle}"


def _revoke(unlocking: Unlocking, visit: Visit) -> str:
    held, form = open_group(visit), visit.form
    keys = unlocking.keys(visit)
    revoke_credential(visit.node, keys, form.needed("name"), form.text("reason"))
    return f"/desk/groups/{held.handle}"


_ORDERS = (
    ("act", "Sign acts with a delegate's key, and enter them.", _act, BUSINESS),
    ("hand-in", "Hand in an act that was signed elsewhere.", _hand_in, BUSINESS),
    ("enter", "Enter an act that was handed in.", _enter, "steward"),
    ("drop", "Drop an act that was handed in.", _drop, "steward"),
    ("credential", "Give a delegate a credential.", _give, "steward"),
    ("revoke", "Take a delegate's credential back.", _revoke, "steward"),
)
