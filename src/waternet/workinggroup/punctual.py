"""Whether an act was done on the day that it claims."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from waternet.workinggroup.act import Act
from waternet.workinggroup.gathering import Candidate
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.verb import Taken
from waternet.workinggroup.when import day_span, moment

__all__ = ["verify_days"]

_CLOCKS = timedelta(hours=1)  # how far two delegates' clocks may be apart
_ZONES = timedelta(days=1)  # a day begins elsewhere earlier
_ON_THE_DESK = timedelta(days=30)  # how long a steward may take to enter an act


def verify_days(one: Candidate, named: Iterable[Taken]) -> None:
    """Refuse an act that claims another day than it can have been done on.

    Parameters
    ----------
    one : Candidate
    named : iterable of Taken
        What it builds on: nothing is done before that.

    Raises
    ------
    Refused
        'back-dated'.
    """
    act = one.act
    issued, entered = moment(act.issued), moment(one.entered)
    if not -_CLOCKS <= entered - issued <= _ON_THE_DESK:
        raise Refused(
            "back-dated",
            f"signed {act.issued}, entered {one.entered}: expected within "
            f"{_ON_THE_DESK.days} days",
        )
    _verify_claim(act, issued.date())
    for before in named:
        if moment(before.act.issued) - issued > _CLOCKS:
            told = f"signed {act.issued}, what it builds on {before.act.issued}"
            raise Refused("back-dated", told)
        if before.act.last_day > act.last_day:
            told = f"dated {act.day}, what it builds on {before.act.day}"
            raise Refused("back-dated", told)


def _verify_claim(act: Act, signed: date) -> None:
    first, last = day_span(act.day)
    if act.of and last - signed <= _ZONES:
        return  # a report may come at any time after what it tells of
    if first != last or abs(last - signed) > _ZONES:
        told = f"dated {act.day}, signed on {signed}"
        raise Refused("back-dated", f"{told}: only a report tells of earlier days")
