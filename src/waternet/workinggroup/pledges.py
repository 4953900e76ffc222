"""Acts about pledges: made, changed, cancelled, and what was received of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waternet.record.fields import Check
from waternet.workinggroup.act import Act
from waternet.workinggroup.consenting import REASON, verify_own
from waternet.workinggroup.floor import Floor
from waternet.workinggroup.forms import verify_date, verify_titles
from waternet.workinggroup.money import verify_amount, verify_currency, verify_rate
from waternet.workinggroup.pledge import MADE, PROMISE, Pledge, change_promise
from waternet.workinggroup.project import Project
from waternet.workinggroup.projects import EVIDENCE
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Verb
from waternet.workinggroup.when import day_span

__all__ = ["VERBS"]


def _make(floor: Floor, act: Act) -> Pledge:
    project = act.body.get("project", "")
    jointly = tuple(sorted(act.body.get("with", ())))
    if jointly and not act.of:
        raise Refused("not-entitled", f"{act.member!r} pledges for itself alone")
    pledge = Pledge(
        donor=act.member,
        titles=act.body["titles"],
        body=_for_body(floor, act),
        project=project,
        jointly=jointly,
    )
    return change_promise(pledge, act.body)


def _for_body(floor: Floor, act: Act) -> str:
    """Return the body of the project that a new pledge is for; '' for none."""
    project = act.body.get("project", "")
    if not project:
        return ""
    for one in floor.named("project.idea"):
        if one.act.id == project:
            begun: Project = one.value
            return begun.body
    raise Refused("unmet-condition", "it does not name the act that began the project")


def _change(floor: Floor, act: Act) -> Pledge:
    pledge = _own(floor)
    if not PROMISE.keys() & act.body.keys():
        raise Refused("unreadable-act", "it changes nothing of the pledge")
    return change_promise(pledge, act.body)


def _cancel(floor: Floor, _act: Act) -> Pledge:
    return replace(_own(floor), cancelled=True)


def _own(floor: Floor) -> Pledge:
    """Return the pledge, where it is its donor that acts and it stands."""
    pledge: Pledge = floor.base
    if pledge.donor != floor.act.member:
        raise Refused("not-entitled", f"it is the pledge of {pledge.donor!r}")
    if pledge.cancelled:
        raise Refused("not-open", "the pledge was cancelled")
    return pledge


def _receive(floor: Floor, act: Act) -> None:
    pledge: Pledge = floor.base
    _verify_receiver(floor, pledge)
    given = act.body
    if "amount" not in given and "words" not in given:
        raise Refused("unreadable-act", "say how much was received, or what: 'words'")
    if "amount" in given:
        _verify_currency(pledge, given)
    elif {"currency", "rate"} & given.keys():
        raise Refused("unreadable-act", "an amount and its currency go together")
    if day_span(given["on"])[0] > act.last_day:
        told = f"received on {given['on']}, told on {floor.day()}"
        raise Refused("unmet-condition", told)


def _verify_currency(pledge: Pledge, given: Mapping[str, object]) -> None:
    """Refuse a receipt in a currency that no rate tells in that of the pledge."""
    if pledge.worth is None:
        raise Refused("unreadable-act", "no sum was pledged: say in words what came")
    own = pledge.worth.currency
    rate = given.get("rate")
    other = given.get("currency", own)
    to = rate["currency"] if isinstance(rate, Mapping) else other
    if to != own or (rate and other == own):
        told = f"received in {other}, pledged in {own}: give the rate to {own}"
        raise Refused("unreadable-act", told)


def _verify_receiver(floor: Floor, pledge: Pledge) -> None:
    """Refuse a receipt of anybody but those who receive, or keep the record.

    Those are the lead and the beneficiaries of the project, by its last change that
    the act names; where the pledge is for no project, who may hold a gavel. The member
    that keeps the record for others may always say so; a donor never for itself.
    """
    act = floor.act
    may = {floor.charter.keeper} - {""}
    if pledge.project:
        project = _named_project(floor, pledge.project)
        may |= {project.lead, *project.beneficiaries} - {""}
    else:
        may |= {one for body in floor.charter.bodies for one in body.gavel}
    may -= {*pledge.donors}
    if act.member not in may:
        told = ", ".join(sorted(may)) or "nobody"
        raise Refused("not-entitled", f"{told} may say what was received of it")


def _named_project(floor: Floor, root: str) -> Project:
    """Return the project as the act names it last; as it was begun, where it does not.

    What a pledge names was taken before the pledge.
    """
    named = floor.named("project.idea", "project.change", "project.move")
    found: list[Project] = [one.value for one in named]
    same = [one for one in found if one.root == root]
    begun: Project = floor.taken[root].value
    return same[-1] if same else begun


def _correct(floor: Floor, _act: Act) -> None:
    verify_own(floor, "pledge.receive")


def _made_in(floor: Floor, act: Act) -> str:
    return _for_body(floor, act)


def _of_pledge(floor: Floor, _act: Act) -> str:
    pledge: Pledge = floor.base
    return pledge.body


_RECEIVED: Mapping[str, Check] = {
    "amount": verify_amount,
    "currency": verify_currency,
    "rate": verify_rate,
    "words": verify_titles,
}

VERBS = (
    Verb(
        "pledge.make",
        {"titles": verify_titles},
        "pledge",
        True,
        _make,
        _made_in,
        MADE,
        begins=True,
    ),
    Verb("pledge.change", REASON, "pledge", True, _change, _of_pledge, PROMISE),
    Verb("pledge.cancel", REASON, "pledge", True, _cancel, _of_pledge, {}),
    Verb(
        "pledge.receive",
        {"on": verify_date, **EVIDENCE},
        "attend",
        False,
        _receive,
        _of_pledge,
        _RECEIVED,
    ),
    Verb("pledge.correct", REASON, "attend", False, _correct, _of_pledge, {}),
)
