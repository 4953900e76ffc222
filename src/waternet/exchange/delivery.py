"""Deliveries: which figures that all agreed on were published, when, and which not.

A period is delivered when each of its steps is covered by releases of its dataset that
stand. A release covers every step that holds a moment between the times of its first
and its last figure. How many figures there are in between it does not tell: that is
`quality.compliance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from waternet.exchange.delivery_schedule import DeliveryLine
from waternet.exchange.period import begun_by, date_after, midnight, moment_after
from waternet.observation.datastream import calendar_interval
from waternet.observation.zone import find_zone

__all__ = [
    "MOST_STEPS",
    "Account",
    "Delivery",
    "DeliveryState",
    "Release",
    "account",
    "deliveries",
]

Integers = npt.NDArray[np.int64]

MOST_STEPS = 4_000
"""Steps of one line that are counted, the last ones: about ten years of days."""
_NONE = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class DeliveryState(StrEnum):
    """How one period stands at a moment."""

    DELIVERED = "delivered"
    LATE = "late"
    DUE = "due"
    NOT_YET_DUE = "not yet due"


@dataclass(frozen=True, slots=True)
class Release:
    """What a delivery is made with.

    Attributes
    ----------
    party, dataset : str
    number : int
        Of its entry.
    first, last : datetime
        The times of its first and its last figure, in UTC.
    issued : datetime
        By its steward's clock.
    seen : datetime or None
        When it was first seen by whoever asks, where that is known: told beside
        `issued`, and never counted with, because news travels by stick, too.
    withdrawn : datetime or None
        Since when its figures stand no more.
    restricted : bool
        Whether only some can read it.
    observed_properties : frozenset of str or None
        Those that it holds; None where that cannot be read: then it counts for each.
    """

    party: str
    dataset: str
    number: int
    first: datetime
    last: datetime
    issued: datetime
    seen: datetime | None = None
    withdrawn: datetime | None = None
    restricted: bool = False
    observed_properties: frozenset[str] | None = None

    def stands(self, now: datetime) -> bool:
        """Whether its figures stand at a moment."""
        gone = self.withdrawn is not None and self.withdrawn <= now
        return self.issued <= now and not gone


@dataclass(frozen=True, slots=True)
class Delivery:
    """One period of one line at a moment.

    Attributes
    ----------
    number : int
        Of the period, from 0.
    start, end : date
        Its first day, and the first one after it, by the clock of the line's zone.
    due : datetime
    state : DeliveryState
        'late' once it is due and not all of it is there; 'due' from the end of the
        period until then; before, 'not yet due'.
    steps, covered : int
        Of the period, for each observed property; those of them that are there.
    delivered : datetime or None
        When the last step was covered, by the steward's clock.
    seen : datetime or None
        When that release was first seen here.
    release : int or None
        The entry that did it.
    overdue : timedelta
        How long after it was due it was delivered, or is missing now; 0 where not.
    restricted : bool
        Whether a step of it is covered by restricted releases alone.
    """

    number: int
    start: date
    end: date
    due: datetime
    state: DeliveryState
    steps: int
    covered: int
    delivered: datetime | None
    seen: datetime | None
    release: int | None
    overdue: timedelta
    restricted: bool

    @property
    def is_partial(self) -> bool:
        """Whether some of it is there, and some not."""
        return 0 < self.covered < self.steps


@dataclass(frozen=True, slots=True)
class Account:
    """All periods of one line, counted.

    Attributes
    ----------
    line : DeliveryLine
    delivered, delivered_late, restricted : int
        Periods; those of them that came after they were due; those that hold what
        only some can read.
    late, due, not_yet_due, partial : int
        Periods; of all three, those of which some is there.
    most_overdue : timedelta
        Of all periods, delivered or not.
    next_due : datetime or None
        Of the periods that are not late and not delivered.
    earlier : int
        Periods before these, which are too long ago to be counted.
    """

    line: DeliveryLine
    delivered: int
    delivered_late: int
    restricted: int
    late: int
    due: int
    not_yet_due: int
    partial: int
    most_overdue: timedelta
    next_due: datetime | None
    earlier: int


def deliveries(
    line: DeliveryLine,
    releases: Iterable[Release],
    now: datetime,
    most_steps: int = MOST_STEPS,
) -> list[Delivery]:
    """Hold a line against what was published.

    Parameters
    ----------
    line : DeliveryLine
    releases : iterable of Release
        In any order; those of others and of other datasets are passed over.
    now : datetime
        With time zone. What is published or withdrawn later does not count.
    most_steps : int
        Earlier periods are left out; one period is always counted.

    Returns
    -------
    list of Delivery
        By period, up to the one that is running.
    """
    periods, starts = _periods(line, now, most_steps)
    if not periods:
        return []
    counted = [
        one
        for one in releases
        if (one.party, one.dataset) == (line.custodian, line.dataset)
        and one.stands(now)
    ]
    counted.sort(key=lambda one: (one.issued, one.number))
    zone = find_zone(line.zone)
    edges = np.array([_microseconds(midnight(day, zone)) for day in starts])
    wanted: Sequence[str | None] = line.observed_properties or (None,)
    by_property = [_cover(edges, counted, one) for one in wanted]
    by = np.stack([by for by, _open in by_property])
    is_open = np.stack([is_open for _by, is_open in by_property])
    found, place = [], 0
    for number, start, end, steps in periods:
        of = slice(place, place + steps)
        place += steps
        due = moment_after(end, line.due, zone)
        ends = midnight(end, zone)
        parts, opened = by[:, of].ravel(), is_open[:, of].ravel()
        state, overdue, last = _stand(parts, counted, (ends, due, now))
        found.append(
            Delivery(
                number=number,
                start=start,
                end=end,
                due=due,
                state=state,
                steps=len(parts),
                covered=int((parts != _NONE).sum()),
                delivered=last.issued if last else None,
                seen=last.seen if last else None,
                release=last.number if last else None,
                overdue=overdue,
                restricted=bool(((parts != _NONE) & ~opened).any()),
            )
        )
    return found


def account(line: DeliveryLine, found: Sequence[Delivery]) -> Account:
    """Count the periods of a line; a party's accounts are never added up."""
    states = [one.state for one in found]
    pending = (DeliveryState.DUE, DeliveryState.NOT_YET_DUE)
    delivered = [one for one in found if one.state is DeliveryState.DELIVERED]
    return Account(
        line=line,
        delivered=len(delivered),
        delivered_late=sum(one.overdue > timedelta() for one in delivered),
        restricted=sum(one.restricted for one in delivered),
        late=states.count(DeliveryState.LATE),
        due=states.count(DeliveryState.DUE),
        not_yet_due=states.count(DeliveryState.NOT_YET_DUE),
        partial=sum(one.is_partial for one in found),
        most_overdue=max((one.overdue for one in found), default=timedelta()),
        next_due=min((one.due for one in found if one.state in pending), default=None),
        earlier=found[0].number if found else 0,
    )


_Period = tuple[int, date, date, int]  # number, start, end, steps


def _periods(
    line: DeliveryLine, now: datetime, most_steps: int
) -> tuple[list[_Period], list[date]]:
    """Return the periods that have begun, and where each step begins; its end last."""
    today = now.astimezone(find_zone(line.zone)).date()
    last = min(today, line.until or today)
    count = begun_by(last, line.first, line.every)
    room = most_steps // max(len(line.observed_properties), 1)
    newest: list[tuple[_Period, list[date]]] = []
    for number in reversed(range(count)):
        start = date_after(line.first, line.every, number)
        end = date_after(line.first, line.every, number + 1)
        steps = _steps(line, number, start, end)
        room -= len(steps)
        if room < 0 and newest:
            break
        newest.append(((number, start, end, len(steps)), steps))
    newest.reverse()
    days = [day for _period, steps in newest for day in steps]
    ends = [newest[-1][0][2]] if newest else []
    return [period for period, _steps_of in newest], days + ends


def _steps(line: DeliveryLine, number: int, start: date, end: date) -> list[date]:
    """Return where the steps of a period begin; the last may be shorter."""
    (every, of), (step, unit) = map(calendar_interval, (line.every, line.step))
    months = {"year": 12, "month": 1}
    if of in months and unit in months:
        # Counted from the first period, too, so that ends of months stay such.
        before = number * every * months[of]
        steps = range(0, every * months[of], step * months[unit])
        return [date_after(line.first, "P1M", before + one) for one in steps]
    found, first = [], start
    while first < end:
        found.append(first)
        first = date_after(start, line.step, len(found))
    return found


def _cover(
    edges: Integers, releases: Sequence[Release], wanted: str | None
) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """Return which release covered each step first, and whether all can read one."""
    by = np.full(len(edges) - 1, _NONE)
    is_open = np.zeros(len(by), np.bool_)
    for place, one in enumerate(releases):
        held = one.observed_properties
        if wanted is not None and held is not None and wanted not in held:
            continue
        low = int(np.searchsorted(edges, _microseconds(one.first), side="right")) - 1
        high = int(np.searchsorted(edges, _microseconds(one.last), side="right"))
        span = slice(max(low, 0), min(high, len(by)))
        by[span] = np.where(by[span] == _NONE, place, by[span])
        is_open[span] |= not one.restricted
    return by, is_open


def _stand(
    parts: Integers,
    releases: Sequence[Release],
    moments: tuple[datetime, datetime, datetime],
) -> tuple[DeliveryState, timedelta, Release | None]:
    """Return the state of a period, how much overdue, and what delivered it."""
    ends, due, now = moments
    if (parts != _NONE).all():
        last = releases[int(parts.max())]  # they are in the order of `issued`
        overdue = max(last.issued - due, timedelta())
        return DeliveryState.DELIVERED, overdue, last
    if now > due:
        return DeliveryState.LATE, now - due, None
    state = DeliveryState.DUE if now >= ends else DeliveryState.NOT_YET_DUE
    return state, timedelta(), None


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
