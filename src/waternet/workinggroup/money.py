"""Sums of money: decimal, in a currency, and never added across two without a rate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import Any

from waternet.errors import NotAcceptable
from waternet.record.fields import Check, verify_fields, verify_text
from waternet.workinggroup.forms import verify_date

__all__ = [
    "Rate",
    "Sum",
    "add_sums",
    "exact",
    "read_rate",
    "verify_amount",
    "verify_currency",
    "verify_rate",
    "verify_sum",
    "write_amount",
]

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_DIGITS = 200  # more than sums of products of three amounts have
_CURRENCY = re.compile(r"[A-Z]{3}")


def verify_amount(value: Any, at: str) -> None:
    """Raise unless it is a positive decimal number as text, as '1000000.50'."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value) or not Decimal(value):
        raise NotAcceptable(
            f"{at}: expected an amount as '1000000.50', got {value!r:.80}",
            hint="a number above zero in text: digits, at most six after the point",
        )


def verify_currency(value: Any, at: str) -> None:
    """Raise unless it has the form of a code of ISO 4217."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise NotAcceptable(f"{at}: expected a currency as 'USD', got {value!r:.80}")


_SUM: Mapping[str, Check] = {"amount": verify_amount, "currency": verify_currency}
_RATE: Mapping[str, Check] = {
    "currency": verify_currency,
    "per": verify_amount,
    "on": verify_date,
    "source": verify_text,
}


def verify_sum(value: Any, at: str) -> None:
    """Raise unless it is an amount and a currency."""
    verify_fields(value, _SUM, at)


def verify_rate(value: Any, at: str) -> None:
    """Raise unless it is an exchange rate with its day and its source."""
    verify_fields(value, _RATE, at)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in a currency.

    Attributes
    ----------
    amount : str
        A decimal number.
    currency : str
        A code of ISO 4217.
    """

    amount: str
    currency: str

    @property
    def number(self) -> Decimal:
        """The amount."""
        return Decimal(self.amount)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a sum's currency was worth.

    Attributes
    ----------
    currency : str
        In which it is told.
    per : str
        So many units of `currency` for one.
    on : str
        The day, month or year of which it is the rate.
    source : str
        Who published it.
    """

    currency: str
    per: str
    on: str
    source: str

    def convert(self, amount: Decimal) -> Decimal:
        """Return an amount in the rate's currency, exact."""
        with exact():
            return amount * Decimal(self.per)


def exact() -> AbstractContextManager[Context]:
    """Return a context in which no sum of money is rounded."""
    return localcontext(Context(prec=_DIGITS))


def read_rate(written: Mapping[str, Any] | None) -> Rate | None:
    """Return the rate of an act's field that passed `verify_rate`; None for none."""
    return Rate(**written) if written else None


def write_amount(amount: Decimal) -> str:
    """Return a number as an amount is written: whole, or with two decimals or more.

    Examples
    --------
    >>> write_amount(Decimal("1000.5")), write_amount(Decimal("1E+6"))
    ('1000.50', '1000000')
    >>> write_amount(Decimal("0.1250")), write_amount(Decimal("7.00"))
    ('0.125', '7')
    """
    whole, _, fraction = f"{amount:f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction:0<2}" if fraction else whole


def add_sums(sums: Iterable[Sum]) -> tuple[Sum, ...]:
    """Return one sum for each currency, by its code: nothing is added across two.

    Examples
    --------
    >>> add_sums([Sum("0.1", "USD"), Sum("5", "EUR"), Sum("0.2", "USD")])
    (Sum(amount='5', currency='EUR'), Sum(amount='0.30', currency='USD'))
    """
    found: dict[str, Decimal] = {}
    with exact():
        for one in sums:
            found[one.currency] = found.get(one.currency, Decimal(0)) + one.number
    return tuple(Sum(write_amount(found[one]), one) for one in sorted(found))
