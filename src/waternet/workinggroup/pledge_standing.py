"""Pledges against receipts: made, received, outstanding; by donor and by project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from waternet.workinggroup.citing import cite
from waternet.workinggroup.linkage import is_taken_back
from waternet.workinggroup.money import Sum, exact, read_rate, write_amount
from waternet.workinggroup.plain import to_plain
from waternet.workinggroup.pledge import Pledge
from waternet.workinggroup.state import State
from waternet.workinggroup.thing import Thing
from waternet.workinggroup.verb import Taken

__all__ = [
    "PledgeStanding",
    "Receipt",
    "Total",
    "add_pledges",
    "list_pledges",
    "of_donor",
    "of_project",
    "pledge_standing",
]

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Receipt:
    """That something of a pledge came.

    Attributes
    ----------
    taken : Taken
    came : Sum or None
        As it came; None in kind.
    counted : Decimal
        In the currency of the pledge, by the receipt's own rate where it came in
        another; 0 in kind, and for what is set aside.
    aside : bool
        Whether its receiver relied on a change of the project that does not stand: of
        one that made itself the lead beside the others, for instance.
    """

    taken: Taken
    came: Sum | None
    counted: Decimal
    aside: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        body = self.taken.act.body
        names = ("on", "words", "rate", "evidence")
        told = {name: body[name] for name in names if name in body}
        sums = {"came": to_plain(self.came), "counted": write_amount(self.counted)}
        told |= {"aside": True} if self.aside else {}
        return {**cite(self.taken), **told, **(sums if self.came else {})}


@dataclass(frozen=True, slots=True)
class PledgeStanding:
    """One pledge, and what came of it.

    Attributes
    ----------
    id, root : str
    pledge : Pledge
    project : str
        Id of the project; '' for none.
    made : Taken
        The act that made it.
    receipts : tuple of Receipt
        By day; without those that were taken back.
    received, outstanding, exceeded : Decimal or None
        In the currency of the pledge; None where no sum was pledged. Of a pledge that
        was cancelled nothing is outstanding. `exceeded` is what came beyond it.
    """

    id: str
    root: str
    pledge: Pledge
    project: str
    made: Taken
    receipts: tuple[Receipt, ...]
    received: Decimal | None = None
    outstanding: Decimal | None = None
    exceeded: Decimal | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        sums = {
            "received": self.received,
            "outstanding": self.outstanding,
            "exceeded": self.exceeded,
        }
        written = {
            name: write_amount(one) for name, one in sums.items() if one is not None
        }
        return {
            **cite(self.made),
            "id": self.id,
            "root": self.root,
            "pledge": to_plain(self.pledge),
            "donors": list(self.pledge.donors),
            "project": self.project,
            "receipts": [one.to_json() for one in self.receipts],
            **written,
        }


def list_pledges(state: State) -> tuple[PledgeStanding, ...]:
    """Return every pledge with what came of it, by id."""
    found = (pledge_standing(state, one) for one in state.of("pledge"))
    return tuple(one for one in found if one is not None)


def pledge_standing(state: State, thing: Thing) -> PledgeStanding | None:
    """Return a pledge with what came of it; None where it was begun twice at once."""
    pledge: Pledge | None = thing.value
    if pledge is None:
        return None
    project = state.things.get(pledge.project)
    receipts = tuple(
        sorted(
            _receipts(thing, project),
            key=lambda one: (one.taken.act.body["on"], one.taken.act.id),
        )
    )
    standing = PledgeStanding(
        id=thing.id,
        root=thing.root,
        pledge=pledge,
        project=project.id if project else "",
        made=thing.changes[0],
        receipts=receipts,
    )
    if pledge.worth is None:
        return standing
    with exact():
        received = sum((one.counted for one in receipts), _NONE)
        rest = pledge.worth.number - received
        exceeded = max(-rest, _NONE)
    open_ = _NONE if pledge.cancelled else max(rest, _NONE)
    return replace(standing, received=received, outstanding=open_, exceeded=exceeded)


def _receipts(thing: Thing, project: Thing | None) -> list[Receipt]:
    taken_back = [one for one in thing.beside if one.act.verb == "pledge.correct"]
    seen = {one.act.id: one.value for one in thing.changes}
    found = [
        _receipt(thing.value, seen[one.act.on[0]], one)
        for one in thing.beside
        if one.act.verb == "pledge.receive" and not is_taken_back(one, taken_back)
    ]
    if project is None:
        return found
    stands = {one.act.id for one in project.standing()}
    return [
        one if _relied_on(one.taken, project) in stands else _set_aside(one)
        for one in found
    ]


def _relied_on(one: Taken, project: Thing) -> str:
    """Return the change of the project by which a receiver may say what came."""
    changes = {change.act.id for change in project.changes}
    named = [name for name in one.act.on if name in changes]
    return named[-1] if named else project.root


def _set_aside(one: Receipt) -> Receipt:
    return replace(one, counted=_NONE, aside=True)


def _receipt(pledge: Pledge, seen: Pledge, one: Taken) -> Receipt:
    """Return what came, of the pledge as it is and as the receiver saw it.

    Where the donor changed the currency since, nothing may tell how much of the new sum
    came: then it counts for nothing, and is shown as it came.
    """
    body = one.act.body
    if "amount" not in body or pledge.worth is None or seen.worth is None:
        return Receipt(one, None, _NONE)
    came = Sum(body["amount"], body.get("currency", seen.worth.currency))
    rate = read_rate(body.get("rate"))
    if came.currency == pledge.worth.currency:
        return Receipt(one, came, came.number)
    if rate and rate.currency == pledge.worth.currency:
        return Receipt(one, came, rate.convert(came.number))
    return Receipt(one, came, _NONE)


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of pledges of one donor, or for one project, in one currency.

    Attributes
    ----------
    of : tuple of str
        The donor, or donors where a source tells one sum of several; or the project; ()
        for no project.
    currency : str
        '' for what is pledged in kind without a worth.
    made, received, outstanding : Decimal
    pledges : int
        How many are in it.
    """

    of: tuple[str, ...]
    currency: str
    made: Decimal
    received: Decimal
    outstanding: Decimal
    pledges: int

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        sums = {
            "made": write_amount(self.made),
            "received": write_amount(self.received),
            "outstanding": write_amount(self.outstanding),
        }
        return {
            "of": list(self.of),
            "currency": self.currency,
            **(sums if self.currency else {}),
            "pledges": self.pledges,
        }


def of_donor(one: PledgeStanding) -> tuple[str, ...]:
    """Return under whom a pledge is added by donor."""
    return one.pledge.donors


def of_project(one: PledgeStanding) -> tuple[str, ...]:
    """Return under which project a pledge is added."""
    return (one.project,) if one.project else ()


def add_pledges(
    standings: Iterable[PledgeStanding],
    of: Callable[[PledgeStanding], tuple[str, ...]],
    currency: str = "",
) -> tuple[Total, ...]:
    """Add pledges up, each currency for itself.

    Parameters
    ----------
    standings : iterable of PledgeStanding
    of : function of PledgeStanding
        `of_donor` or `of_project`.
    currency : str
        A pledge whose own rate is to this currency is added in it; every other stays
        in its own. '' for none.

    Returns
    -------
    tuple of Total
        By what they are of and currency. What was cancelled is not made any more; what
        came of it is received all the same.
    """
    found: dict[tuple[tuple[str, ...], str], Total] = {}
    for one in standings:
        told, times = _told_in(one.pledge, currency)
        key = (of(one), told)
        before = found.get(key, Total(*key, _NONE, _NONE, _NONE, 0))
        worth = one.pledge.worth
        made = worth.number if worth and not one.pledge.cancelled else _NONE
        with exact():
            found[key] = Total(
                *key,
                made=before.made + made * times,
                received=before.received + (one.received or _NONE) * times,
                outstanding=before.outstanding + (one.outstanding or _NONE) * times,
                pledges=before.pledges + 1,
            )
    return tuple(found[key] for key in sorted(found))


def _told_in(pledge: Pledge, currency: str) -> tuple[str, Decimal]:
    """Return the currency in which a pledge is told, and how many of it for one."""
    if pledge.worth is None:
        return "", _NONE
    rate = pledge.rate
    if rate and currency == rate.currency and pledge.worth.currency != currency:
        return currency, rate.convert(Decimal(1))
    return pledge.worth.currency, Decimal(1)
