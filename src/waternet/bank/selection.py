"""Which datastreams a question is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from waternet.bank.catalogue import Series
from waternet.bank.spelling import search_words
from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound
from waternet.observation.vocabulary import get_term

__all__ = [
    "Selection",
    "any_sql",
    "choose_series",
    "place_sql",
    "selection_sql",
    "split_any",
    "verify_known",
    "verify_party",
]

_TERMS = (
    ("kind", "place_kind"),
    ("observed_property", "observed_property"),
    ("statistic", "statistic"),
)

_FEW = 8  # addresses; more are looked up together


@dataclass(frozen=True, slots=True)
class Selection:
    """Which places and datastreams are meant; '' or None leaves a matter open.

    Of `party`, `kind`, `within` and `observed_property` several with commas between
    mean any of them.

    Attributes
    ----------
    text : str
        Every word must occur in a name (in any language and usual spelling), an id
        or a label of what it is.
    party, dataset, feature, observed_property, statistic, interval : str
    kind : str
        Of the place: 'well', 'lake'...
    within : str
        Id of an area (also 'PARTY:ID'), or one of its shared names; places in areas in
        it count.
    bbox : (west, south, east, north) [deg], or None
        WGS 84; west may exceed east across the date line.
    start, end : datetime or None
        With a figure in this half-open period.
    grade : int or None
        With a figure of this `Grade`.
    """

    text: str = ""
    party: str = ""
    dataset: str = ""
    kind: str = ""
    feature: str = ""
    within: str = ""
    bbox: tuple[float, float, float, float] | None = None
    observed_property: str = ""
    statistic: str = ""
    interval: str = ""
    start: datetime | None = None
    end: datetime | None = None
    grade: int | None = None


def choose_series(bank: Bank, datastreams: Sequence[str] | Selection) -> list[Series]:
    """Return the series of addresses, in their order, or of a selection, by address.

    Raises
    ------
    NotFound
        An address names nothing in the bank; the hint names near ones.
    """
    if isinstance(datastreams, Selection):
        where, values = selection_sql(datastreams)
        chosen = bank.catalogue.series(
            "(s.party, s.name) IN (SELECT d.party, d.name FROM datastream d "
            "LEFT JOIN place p ON p.party = d.party AND p.id = d.feature "
            f"WHERE {where})",
            values,
        )
        return sorted(chosen, key=lambda one: (one.party, one.name))
    if isinstance(datastreams, str):
        raise NotAcceptable(
            f"expected a list of addresses, got the text {datastreams!r}"
        )
    addresses = list(dict.fromkeys(datastreams))
    if len(addresses) <= _FEW:
        return [_series_at(bank, address) for address in addresses]
    by_party: dict[str, list[str]] = {}
    for address in addresses:
        party, _, name = address.partition(":")
        by_party.setdefault(party, []).append(name)
    found = {
        one.address: one
        for party, names in by_party.items()
        for one in bank.catalogue.series(
            "s.party = ? AND s.name IN (SELECT value FROM json_each(?))",
            (party, json.dumps(names)),
        )
    }
    return [found.get(address) or _series_at(bank, address) for address in addresses]


def verify_known(bank: Bank, selection: Selection) -> None:
    """Raise where a selection names what there is not, so that it could find nothing.

    Raises
    ------
    NotFound
        No such party; no such kind of place, observed property or statistic.
    """
    for party in split_any(selection.party):
        verify_party(bank, party)
    for name, vocabulary in _TERMS:
        for wanted in split_any(getattr(selection, name)):
            get_term(vocabulary, wanted)


def verify_party(bank: Bank, party: str) -> None:
    """Raise unless the bank knows the party; '' stands for all.

    Raises
    ------
    NotFound
        It does not; the hint names those it knows.
    """
    known = bank.view().positions
    if party and party not in known:
        raise NotFound(
            f"no party {party!r} in the bank",
            hint=f"there are {', '.join(sorted(known))}"
            if known
            else "nothing is published or pulled yet",
        )


def selection_sql(selection: Selection) -> tuple[str, list[object]]:
    """Return a condition on datastream `d` and its place `p`, with its values."""
    parts, values = ["true"], list[object]()
    for column in (
        "d.party",
        "d.dataset",
        "d.feature",
        "d.observed_property",
        "d.statistic",
        "d.interval",
        "p.kind",
    ):
        if wanted := getattr(selection, column[2:]):
            condition, value = any_sql(column, wanted)
            parts.append(condition)
            values.append(value)
    for word in search_words(selection.text):
        parts.append("instr(d.search || ' ' || coalesce(p.search, ''), ?) > 0")
        values.append(word)
    more, bound = place_sql(selection)
    return " AND ".join(parts + more), values + bound


def place_sql(selection: Selection) -> tuple[list[str], list[object]]:
    """Return the conditions on where place `p` lies, with their values."""
    parts, values = list[str](), list[object]()
    if selection.bbox is not None:
        west, south, east, north = selection.bbox
        joined = "AND" if west <= east else "OR"
        parts.append(
            f"(p.longitude >= ? {joined} p.longitude <= ?) "
            "AND p.latitude BETWEEN ? AND ?"
        )
        values += [west, east, south, north]
    if selection.within:
        place, bound = any_sql("id", selection.within)
        name, _ = any_sql("name", selection.within)
        whole, _ = any_sql("party || ':' || id", selection.within)
        parts.append(
            "(p.party, p.id) IN (WITH RECURSIVE inside(party, id) AS ("
            f"SELECT party, id FROM place WHERE {place} OR {whole} "
            f"UNION SELECT party, id FROM shared_name WHERE {name} "
            "UNION SELECT w.party, w.id FROM within w "
            "JOIN inside i ON w.party = i.party AND w.area = i.id) "
            "SELECT party, id FROM inside)"
        )
        values += [bound, bound, bound]
    return parts, values


def split_any(wanted: str) -> list[str]:
    """Return what is wanted, any of several with commas between; '' is nothing.

    Examples
    --------
    >>> split_any("well,spring"), split_any("")
    (['well', 'spring'], [])
    """
    return [one for one in wanted.split(",") if one]


def any_sql(column: str, wanted: str) -> tuple[str, str]:
    """Return the condition that a column is any of what is wanted, with its value."""
    if "," not in wanted:
        return f"{column} = ?", wanted
    # One text, so that a condition has one value whatever is wanted.
    return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(
        split_any(wanted)
    )


def _series_at(bank: Bank, address: str) -> Series:
    party, colon, name = address.partition(":")
    found = bank.catalogue.series("s.party = ? AND s.name = ?", (party, name))
    if found:
        return found[0]
    raise NotFound(
        f"no datastream {address!r} with figures in the bank",
        hint=_near(bank, party, name)
        if colon
        else "an address is party:feature/property/statistic/interval/procedure",
    )


def _near(bank: Bank, party: str, name: str) -> str:
    from difflib import get_close_matches

    names = [
        row[0]
        for row in bank.catalogue.rows(
            "SELECT name FROM datastream WHERE party = ?", (party,)
        )
    ]
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if not near:
        return f"'waternet datastreams --party {party}' lists all {len(names)}"
    return "near it: " + ", ".join(f"{party}:{one}" for one in near)
