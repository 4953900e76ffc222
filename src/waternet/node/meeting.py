"""What parties lay on the table: deliveries by the schedule, what each gave and got.

All of it follows from the records: parties that hold the same ones read the same
counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotAgreed, NotFound, NotVerified
from waternet.exchange.delivery import Account, Delivery, DeliveryState
from waternet.exchange.delivery_schedule import DeliveryLine
from waternet.exchange.symmetry import PairBalance, PartyBalance, balance, pairs
from waternet.node.deliveries import Kept, kept_lines, list_given, list_requests
from waternet.node.folder import Node
from waternet.node.report import counted
from waternet.node.schedules import standing_schedule

__all__ = [
    "KeptSchedule",
    "balance_sentence",
    "keep_schedule",
    "list_balances",
    "list_pairs",
]

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_SHOWN = 20  # periods of a line that are told one by one


@dataclass(frozen=True, slots=True)
class KeptSchedule:
    """The schedule that stands, and how it was kept.

    Attributes
    ----------
    sha256, name : str
        '' where none stands; `name` is name and version.
    agreed_by : tuple of str
    kept : tuple of Kept
    unreadable : str
        Why the schedule that stands cannot be read here, else ''.
    """

    sha256: str = ""
    name: str = ""
    agreed_by: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    unreadable: str = ""

    def sentences(self) -> Iterator[str]:
        """Say it, a line for each line of the schedule; nothing where none stands."""
        if self.unreadable:
            yield f"the schedule that all agreed on cannot be read: {self.unreadable}"
        if self.sha256:
            yield f"deliveries by schedule {self.name}, agreed by all:"
        for one in self.kept:
            yield f"  {one.line.address}: {_counts(one.account)}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "sha256": self.sha256,
            "name": self.name,
            "agreed_by": list(self.agreed_by),
            "lines": [_plain_account(one.account) for one in self.kept],
            "open": [
                {**_plain_line(one.line), **_plain_delivery(period)}
                for one in self.kept
                for period in _open(one.periods)
            ],
            "unreadable": self.unreadable,
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return every period of every line, for a table."""
        return [
            {**_plain_line(one.line), **_plain_delivery(period)}
            for one in self.kept
            for period in one.periods
        ]


def keep_schedule(node: Node, bank: Bank, now: datetime) -> KeptSchedule:
    """Hold the schedule that stands against the records; empty where none stands."""
    try:
        proposal, schedule = standing_schedule(node, bank)
    except NotAgreed:
        return KeptSchedule()
    except (NotFound, NotVerified, NotAcceptable) as error:
        return KeptSchedule(unreadable=str(error))
    return KeptSchedule(
        sha256=proposal.sha256,
        name=f"{schedule.name}/{schedule.version}",
        agreed_by=tuple(sorted(proposal.agreed_by)),
        kept=tuple(kept_lines(node, bank, schedule, now)),
    )


def list_balances(node: Node, bank: Bank, now: datetime) -> list[PartyBalance]:
    """Return what each party of the circle gave and got."""
    parties = sorted(node.cards())
    given = list_given(bank, parties, now)
    return balance(parties, given, list_requests(bank, parties))


def list_pairs(node: Node, bank: Bank, now: datetime) -> list[PairBalance]:
    """Return who can read whose restricted figures."""
    parties = sorted(node.cards())
    return pairs(parties, list_given(bank, parties, now))


def _plain_delivery(one: Delivery) -> dict[str, Any]:
    """Return a period as plain values; lateness in whole hours, begun ones counted."""
    return {
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "due": _written(one.due),
        "state": str(one.state),
        "steps": one.steps,
        "covered": one.covered,
        "delivered": _written(one.delivered),
        "seen": _written(one.seen),
        "release": one.release,
        "hours_late": _hours(one.overdue),
        "restricted": one.restricted,
    }


def balance_sentence(one: PartyBalance) -> str:
    """Say what a party gave and got in one line."""
    words = f"{one.party}: gave {counted(one.releases, 'release')}"
    words += f" ({counted(one.figures, 'figure')})"
    if one.restricted_releases:
        words += f", {one.restricted_releases:,} of them restricted"
    words += f"; can read {counted(one.got_releases, 'release')}"
    words += f" ({counted(one.got_figures, 'figure')}) of others"
    if one.got_restricted_releases:
        words += f", {one.got_restricted_releases:,} of them restricted"
    for told, of, granted, refused in (
        ("asked", one.asked, one.was_granted, one.was_refused),
        ("was asked", one.was_asked, one.granted, one.refused),
    ):
        if of:
            words += f"; {told} {of:,} times: {granted:,} granted, {refused:,} refused"
    return words


def _counts(one: Account) -> str:
    words = f"{one.delivered:,} delivered"
    if one.delivered_late:
        words += f" ({one.delivered_late:,} of them late)"
    if one.restricted:
        words += f" ({one.restricted:,} of them restricted)"
    words += f", {one.late:,} late, {one.due:,} due, {one.not_yet_due:,} not yet due"
    if one.partial:
        words += f"; {one.partial:,} there in part"
    if one.most_overdue:
        words += f"; at most {counted(_hours(one.most_overdue), 'hour')} late"
    if one.next_due:
        words += f"; next due {_written(one.next_due)}"
    if one.earlier:
        words += f"; {one.earlier:,} earlier periods not counted"
    return words


def _plain_line(line: DeliveryLine) -> dict[str, Any]:
    return {
        "custodian": line.custodian,
        "dataset": line.dataset,
        "observed_properties": list(line.observed_properties),
    }


def _plain_account(one: Account) -> dict[str, Any]:
    written = asdict(one)
    del written["line"], written["most_overdue"], written["next_due"]
    return {
        **_plain_line(one.line),
        **written,
        "most_hours_late": _hours(one.most_overdue),
        "next_due": _written(one.next_due),
    }


def _open(periods: tuple[Delivery, ...]) -> list[Delivery]:
    """Return the last periods that are late or due."""
    wanting = (DeliveryState.LATE, DeliveryState.DUE)
    return [one for one in periods if one.state in wanting][-_SHOWN:]


def _hours(overdue: timedelta) -> int:
    return -(-overdue // timedelta(hours=1))


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime(_FORM)
