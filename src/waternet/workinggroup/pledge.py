"""A pledge: what a donor promises, in money or in kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from waternet.record.fields import Check, verify_choice, verify_sha256
from waternet.workinggroup.consenting import verify_day
from waternet.workinggroup.forms import verify_parties, verify_titles
from waternet.workinggroup.money import (
    Rate,
    Sum,
    read_rate,
    verify_amount,
    verify_currency,
    verify_rate,
)
from waternet.workinggroup.refusal import Refused

__all__ = ["KINDS", "MADE", "PROMISE", "Pledge", "change_promise"]

KINDS = ("money", "experts", "technology", "venue", "other")
"""What may be pledged; all but 'money' is in kind."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a pledge is after a change.

    Attributes
    ----------
    donor : str
        The member that made it.
    body : str
        Of the project; '' where the pledge is for none.
    project : str
        Id of the act that began the project; ''.
    titles : mapping of language to str
        What is pledged, in words.
    kind : str
        One of `KINDS`.
    worth : Sum or None
        How much; in kind, what it is worth, where the donor says so.
    due : str
        The day by which; '' where none is named.
    rate : Rate or None
        By which the sum may be told in another currency.
    jointly : tuple of str
        Others of whom a source tells one sum with the donor: in reports alone.
    cancelled : bool
    """

    donor: str
    titles: Mapping[str, str]
    kind: str = "money"
    body: str = ""
    project: str = ""
    worth: Sum | None = None
    due: str = ""
    rate: Rate | None = None
    jointly: tuple[str, ...] = ()
    cancelled: bool = False

    @property
    def donors(self) -> tuple[str, ...]:
        """Who pledged it, by id."""
        return tuple(sorted({self.donor, *self.jointly}))


PROMISE: Mapping[str, Check] = {
    "titles": verify_titles,
    "amount": verify_amount,
    "currency": verify_currency,
    "kind": partial(verify_choice, choices=KINDS),
    "due": verify_day,
    "rate": verify_rate,
}
"""Form of a promise, field by field."""

MADE: Mapping[str, Check] = {
    **{name: check for name, check in PROMISE.items() if name != "titles"},
    "project": verify_sha256,
    "with": verify_parties,
}
"""Form of the act that makes it, besides its titles."""


def change_promise(pledge: Pledge, given: Mapping[str, Any]) -> Pledge:
    """Return a pledge with the fields that an act gives.

    Raises
    ------
    Refused
        'unreadable-act': money without a sum, a sum without a currency, or a rate
        without a sum.
    """
    worth = pledge.worth
    amount = given.get("amount", worth.amount if worth else "")
    currency = given.get("currency", worth.currency if worth else "")
    if bool(amount) != bool(currency):
        raise Refused("unreadable-act", "an amount and its currency go together")
    changed = replace(
        pledge,
        titles=given.get("titles", pledge.titles),
        kind=given.get("kind", pledge.kind),
        worth=Sum(amount, currency) if amount else None,
        due=given.get("due", pledge.due),
        rate=read_rate(given.get("rate")) or pledge.rate,
    )
    if changed.kind == "money" and changed.worth is None:
        raise Refused("unreadable-act", "money is pledged as amount and currency")
    if changed.rate and (
        changed.worth is None or changed.rate.currency == changed.worth.currency
    ):
        told = "a rate tells a sum in a currency other than its own"
        raise Refused("unreadable-act", told)
    return changed
