"""Delivery schedules: which party publishes which dataset, how often and by when.

::

    name = "basin"
    version = "1"

    [[delivery]]
    custodian = "jordan"
    dataset = "levels"
    every = "P1M"
    step = "P1D"
    due = "P10D"
    from = "2026-01-01"
    zone = "Asia/Amman"

How often something is *measured* is another matter: see `quality.schedule`. The order
of the lines means nothing, so they are sorted: equal schedules are equal bytes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from waternet.errors import NotAcceptable
from waternet.exchange.period import date_after, verify_days
from waternet.observation.datastream import calendar_interval
from waternet.observation.place import verify_id
from waternet.observation.vocabulary import get_term
from waternet.observation.zone import find_zone

__all__ = ["MOST_BYTES", "MOST_LINES", "DeliveryLine", "DeliverySchedule"]

MOST_LINES, MOST_BYTES = 1_000, 2 << 20  # of one schedule
_MOST_STEPS = 400  # of one period: a year has 366 days
_MOST_PROPERTIES = 30
_LONGEST = 3_653  # days: ten years
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)
_NEEDED = ("custodian", "dataset", "every", "step", "due", "from")
_OPTIONAL = ("until", "zone", "observed_properties")
_DAY = date(2000, 1, 1)  # from which lengths are measured


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """What one party is to publish.

    Attributes
    ----------
    custodian : str
        The party.
    dataset : str
        Of that party.
    every : str
        ISO 8601 duration of a period, in whole days or longer.
    step : str
        ISO 8601 duration: figures lie no farther apart than that. A period is
        delivered when each of its steps is covered.
    due : str
        ISO 8601 duration: how long after the end of a period.
    first : date
        On which the first period begins; all others are counted from it.
    until : date or None
        The last day on which a period may begin.
    zone : str
        By whose clock days begin: that of the dataset's owner.
    observed_properties : tuple of str
        Each of them is to be there, sorted; () is whatever the dataset holds.
    """

    custodian: str
    dataset: str
    every: str
    step: str
    due: str
    first: date
    until: date | None = None
    zone: str = "UTC"
    observed_properties: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        verify_id(self.custodian, "a party")
        verify_id(self.dataset, "a dataset")
        verify_days(self.every, "every")
        verify_days(self.step, "step")
        calendar_interval(self.due)
        find_zone(self.zone)
        for term in self.observed_properties:
            get_term("observed_property", term)
        if len(self.observed_properties) > _MOST_PROPERTIES:
            raise NotAcceptable(
                f"{len(self.observed_properties)} observed properties in one line, "
                f"{_MOST_PROPERTIES} at most",
                hint="leave them out: a line without them is about the whole dataset",
            )
        for day in (self.first, self.until or self.first):
            if not _EARLIEST <= day <= _LATEST:
                raise NotAcceptable(f"{day} is not between {_EARLIEST} and {_LATEST}")
        if self.until and self.until < self.first:
            raise NotAcceptable(f"until {self.until} is before from {self.first}")
        self._verify_lengths()

    def _verify_lengths(self) -> None:
        every, step = _days(self.every), _days(self.step)
        if every > _LONGEST or _days(self.due) > _LONGEST:
            raise NotAcceptable(
                f"every {self.every}, due {self.due}: expected ten years at most"
            )
        if not every / _MOST_STEPS <= step <= every:
            raise NotAcceptable(
                f"step {self.step} of a period of {self.every}: expected no longer "
                f"than the period, and {_MOST_STEPS} of them at most"
            )

    @property
    def address(self) -> str:
        """What names it among all lines of its schedule and time."""
        told = f"{self.custodian}:{self.dataset}"
        return " ".join((told, *self.observed_properties))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, without what is as by default."""
        written: dict[str, Any] = {
            "custodian": self.custodian,
            "dataset": self.dataset,
            "every": self.every,
            "step": self.step,
            "due": self.due,
            "from": self.first.isoformat(),
        }
        if self.until:
            written["until"] = self.until.isoformat()
        if self.zone != "UTC":
            written["zone"] = self.zone
        if self.observed_properties:
            written["observed_properties"] = list(self.observed_properties)
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> DeliveryLine:
        """Read what `to_json` wrote.

        Raises
        ------
        NotAcceptable
            A key is missing, unknown, or its value breaks a rule.
        NotFound
            There is no such observed property.
        """
        missing = [name for name in _NEEDED if name not in written]
        unknown = sorted(set(written) - {*_NEEDED, *_OPTIONAL}, key=repr)
        if missing or unknown:
            raise NotAcceptable(
                f"{missing[0]!r} is missing"
                if missing
                else f"no key {unknown[0]!r:.80}",
                hint=f"keys: {', '.join(_NEEDED)}; {', '.join(_OPTIONAL)} if need be",
            )
        for name in ("custodian", "dataset", "every", "step", "due", "zone"):
            if not isinstance(written.get(name, ""), str):
                raise NotAcceptable(f"{name} is {written[name]!r:.40}, not text")
        return cls(
            custodian=written["custodian"],
            dataset=written["dataset"],
            every=written["every"],
            step=written["step"],
            due=written["due"],
            first=_read_date("from", written["from"]),
            until=_read_date("until", written["until"]) if "until" in written else None,
            zone=written.get("zone", "UTC"),
            observed_properties=_read_texts(written.get("observed_properties", [])),
        )


@dataclass(frozen=True, slots=True)
class DeliverySchedule:
    """Lines under a name and a version, sorted.

    Attributes
    ----------
    name, version : str
    lines : tuple of DeliveryLine
        By custodian, dataset, observed properties and first period. No two of them
        ask for the same at one time.
    """

    name: str
    version: str
    lines: tuple[DeliveryLine, ...]

    def __post_init__(self) -> None:
        verify_id(self.name, "a schedule")
        ordered = tuple(sorted(self.lines, key=_order))
        for before, after in pairwise(ordered):
            if before.address == after.address and (
                before.until is None or before.until >= after.first
            ):
                raise NotAcceptable(
                    f"two lines ask for {after.address} from {after.first} on",
                    hint="the earlier one's 'until' lies before the later one's 'from'",
                )
        object.__setattr__(self, "lines", ordered)

    def to_json(self) -> tuple[dict[str, Any], ...]:
        """Return the lines as the schedule's blob holds them."""
        return tuple(line.to_json() for line in self.lines)

    @classmethod
    def from_json(
        cls, name: str, version: str, lines: Iterable[Mapping[str, Any]]
    ) -> DeliverySchedule:
        """Read the lines of a blob.

        Raises
        ------
        NotAcceptable, NotFound
            A line breaks a rule, names what this version does not know, or there are
            too many of them; the message says which.
        """
        made = []
        for number, line in enumerate(lines, 1):
            if number > MOST_LINES:
                raise NotAcceptable(f"a schedule has {MOST_LINES:,} lines at most")
            if not isinstance(line, Mapping):
                raise NotAcceptable(f"line {number} is {line!r:.40}, not a table")
            try:
                made.append(DeliveryLine.from_json(line))
            except NotAcceptable as error:
                raise NotAcceptable(
                    f"line {number}: {error}", hint=error.hint
                ) from error
        if not made:
            raise NotAcceptable(
                "a schedule without a line", hint="write [[delivery]] tables"
            )
        return cls(name, version, tuple(made))

    @classmethod
    def from_toml(cls, text: str) -> DeliverySchedule:
        """Read a schedule's file.

        Raises
        ------
        NotAcceptable, NotFound
            It is not TOML, or not a schedule.
        """
        try:
            written = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise NotAcceptable(f"a schedule is not TOML: {error}") from error
        lines = written.get("delivery")
        if set(written) != {"name", "version", "delivery"} or not isinstance(
            lines, list
        ):
            raise NotAcceptable(
                "a schedule has name, version and tables [[delivery]], nothing else",
                hint="docs/how-to/agree-a-schedule.md shows one",
            )
        for name in ("name", "version"):
            if not isinstance(written[name], str) or not written[name]:
                raise NotAcceptable(f"{name} is {written[name]!r:.40}, not text")
        return cls.from_json(written["name"], written["version"], lines)


def _days(interval: str) -> float:
    """Return about how many days a duration has."""
    count, unit = calendar_interval(interval)
    seconds = {"hour": 3600, "minute": 60, "second": 1}
    if unit in seconds:
        return count * seconds[unit] / 86_400
    # Before any date is reckoned: nine digits of years are no date.
    if count > 10 * _LONGEST:
        return float(count)
    try:
        return float((date_after(_DAY, interval, 1) - _DAY).days)
    except NotAcceptable:
        return float(count * 365)


def _order(line: DeliveryLine) -> tuple[str, str, tuple[str, ...], date]:
    return (line.custodian, line.dataset, line.observed_properties, line.first)


def _read_date(name: str, given: object) -> date:
    if type(given) is date:  # as TOML has them
        return given
    try:
        if isinstance(given, str) and len(given) == len("2026-01-01"):
            return date.fromisoformat(given)
    except ValueError:
        pass  # the 30th of February, or another form
    raise NotAcceptable(f"{name} is {given!r:.40}, expected a date as 2026-01-01")


def _read_texts(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise NotAcceptable(
            f"observed_properties is {given!r:.40}, not a list of texts"
        )
    return tuple(sorted(set(given)))
