"""What was typed, as the bank takes it: times, pasts, places, addresses."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from waternet.errors import NotAcceptable, NotFound

__all__ = [
    "as_of",
    "clock_of",
    "full_addresses",
    "moment",
    "selection",
    "times_of_day",
    "verify_party",
]


def moment(text: str, clock: tzinfo = UTC) -> datetime | None:
    """Read a year, month, day or ISO time, by `clock` if it says none; '' is None.

    Raises
    ------
    NotAcceptable
        It is none of these.
    """
    from waternet.bank.when import read_time

    return read_time(text, clock) if text else None


def as_of(text: str) -> Any:
    """Read a past: a day, a time, or PARTY:RELEASE; None where nothing is said.

    Raises
    ------
    NotAcceptable
        It is none of these. A year or a month could mean its beginning or its end.
    """
    from waternet.bank.when import read_past

    return read_past(text) if text else None


def clock_of(bank: Any, address: str) -> tzinfo:
    """Return the clock by which the owner's days begin; UTC where it is not known."""
    from waternet.bank.standing import standing_datastreams
    from waternet.formats.zones import find_zone

    party, _colon, name = address.partition(":")
    stream = standing_datastreams(bank, party).get(name)
    return find_zone(stream.zone) if stream else UTC


def times_of_day(bank: Any, address: str, day: datetime, clock: tzinfo) -> str:
    """Return a hint at the figures of the day that begins then; '' if it has none."""
    from waternet.bank.query import get_observations

    found = get_observations(bank, [address], day, day + timedelta(days=1))["time"]
    times = [
        time.replace(tzinfo=UTC).astimezone(clock).isoformat(timespec="minutes")
        for time in found.to_pylist()[:3]
    ]
    return f"that day has figures at {', '.join(times)}" if times else ""


def selection(bank: Any, *, bbox: str = "", **asked: Any) -> Any:
    """Return which datastreams are meant.

    Parameters
    ----------
    bank : Bank
    bbox : str
        WEST,SOUTH,EAST,NORTH in degrees.
    **asked : fields of `waternet.bank.selection.Selection`

    Raises
    ------
    NotFound
        There is no such party, area, kind of place or observed property, so that
        nothing could ever be found; the hint says what there is.
    """
    from waternet.bank.selection import Selection
    from waternet.observation.vocabulary import get_term

    verify_party(bank, asked.get("party", ""))
    for name, vocabulary in (
        ("kind", "place_kind"),
        ("observed_property", "observed_property"),
    ):
        if asked.get(name):
            get_term(vocabulary, asked[name])
    _verify_area(bank, asked.get("within", ""))
    return Selection(bbox=_box(bbox), **asked)


def verify_party(bank: Any, party: str) -> None:
    """Raise unless the bank knows the party; '' stands for all.

    Raises
    ------
    NotFound
        It does not; the hint names those it knows.
    """
    parties = sorted(bank.cutoffs(None))
    if party and party not in parties:
        raise NotFound(
            f"no party {party!r} in the bank",
            hint=f"there are {', '.join(parties)}"
            if parties
            else "nothing is published or pulled yet",
        )


def full_addresses(bank: Any, given: list[str]) -> list[str]:
    """Complete addresses that name only feature and property, where some fit.

    Raises
    ------
    NotFound
        An address names no party, or one that the bank does not know.
    """
    from waternet.bank.selection import Selection, choose_series

    full = []
    for address in given:
        party, colon, name = address.partition(":")
        if not colon:
            raise _without_party(bank, address)
        verify_party(bank, party)
        parts = name.split("/")
        if len(parts) == 5 or not parts[0]:
            full.append(address)
            continue
        feature, observed_property, statistic, interval = (*parts, "", "", "")[:4]
        chosen = Selection(
            party=party,
            feature=feature,
            observed_property=observed_property,
            statistic=statistic,
            interval=interval,
        )
        found = [one.address for one in choose_series(bank, chosen)]
        # Where none fits, the bank's own message names near ones.
        full += found or [address]
    return full


def _without_party(bank: Any, address: str) -> NotFound:
    from waternet.bank.selection import Selection, choose_series

    feature, observed_property = (*address.split("/"), "")[:2]
    chosen = Selection(feature=feature, observed_property=observed_property)
    fit = [one.address for one in choose_series(bank, chosen)]
    return NotFound(
        f"{address!r} does not say whose figures it means",
        hint=f"write {', or '.join(fit[:3])}"
        if fit
        else "write PARTY:FEATURE/PROPERTY; 'waternet datastreams WORDS' finds them",
    )


def _verify_area(bank: Any, within: str) -> None:
    known = bank.catalogue.rows(
        "SELECT 1 FROM place WHERE id = ? "
        "UNION SELECT 1 FROM shared_name WHERE name = ?",
        (within, within),
    )
    if within and not list(known):
        raise NotFound(
            f"no party describes an area {within!r}",
            hint="'waternet stations' lists places; give an id or a shared name",
        )


def _box(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (south <= north and math.isfinite(west + south + east + north)):
        raise NotAcceptable(
            f"--bbox {text!r} is not four numbers, the south below the north",
            hint="WEST,SOUTH,EAST,NORTH in degrees: --bbox 34,29,37,34",
        )
    return west, south, east, north
