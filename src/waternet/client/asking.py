"""What is asked, as the parameters of a question to a node: texts or lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product

from waternet.client.moments import Time, past
from waternet.errors import NotAcceptable
from waternet.observation.vocabulary import Grade

__all__ = [
    "FILTERS",
    "Query",
    "Texts",
    "Wanted",
    "figure_parameters",
    "one_or_many",
    "wanted",
]

Texts = str | Iterable[str] | None
"""One text, or several."""
Query = Mapping[str, str]
"""Parameters of one request, by name."""

FILTERS = (
    "text",
    "party",
    "dataset",
    "kind",
    "feature",
    "within",
    "bbox",
    "observed_property",
    "statistic_kind",
    "interval",
)
_OF_AN_ADDRESS = ("feature", "observed_property", "statistic_kind", "interval")
_MOST = 1_000  # questions that lists of filters may come to


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which datastreams are meant.

    Attributes
    ----------
    addresses : tuple of str
        In full, 'party:feature/property/statistic/interval/procedure'.
    filters : tuple of mapping
        What is meant besides: each of one value a filter.
    is_named : bool
        Whether addresses were asked for, short or in full; each must be there.
    said : mapping of str to list of str
        The same as it was put.
    """

    addresses: tuple[str, ...]
    filters: tuple[Query, ...]
    is_named: bool
    said: Mapping[str, list[str]]


def wanted(datastreams: Texts, filters: Mapping[str, Texts]) -> Wanted:
    """Read which datastreams are meant.

    Parameters
    ----------
    datastreams : str, or several
        Addresses, 'party:feature/property' or longer.
    filters : mapping of filter to str, or several
        Of one filter any value may hold; all filters must.

    Raises
    ------
    NotAcceptable
        No such filter; an address without its party; both addresses and filters; lists
        that come to more than a thousand questions.

    Examples
    --------
    >>> wanted(None, {"party": ["israel", "jordan"], "kind": "well"}).filters[1]
    {'party': 'jordan', 'kind': 'well'}
    >>> wanted("jordan:W1/lake-level", {}).filters
    ({'party': 'jordan', 'feature': 'W1', 'observed_property': 'lake-level'},)
    """
    values = _values(filters)
    addresses = one_or_many(datastreams)
    if not addresses:
        said = {name: list(texts) for name, texts in values.items()}
        return Wanted((), _combined(values), is_named=False, said=said)
    if values:
        raise NotAcceptable(
            f"both datastreams and filters ({', '.join(values)}) are given",
            hint="name datastreams by address, or all that have some property",
        )
    full, short = list[str](), list[Query]()
    for address in dict.fromkeys(addresses):
        found = _read_address(address)
        if len(found) == len(_OF_AN_ADDRESS) + 1 and address.count("/") == 4:
            full.append(address)
        else:
            short.append(found)
    said = {"datastreams": list(addresses)}
    return Wanted(tuple(full), tuple(short), is_named=True, said=said)


def _values(filters: Mapping[str, Texts]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for name, given in filters.items():
        if name not in FILTERS:
            near = get_close_matches(name, FILTERS, n=1)
            told = f"near it: {near[0]}" if near else f"there are {', '.join(FILTERS)}"
            raise NotAcceptable(f"no filter {name!r}", hint=told)
        if name == "bbox" and given is not None and not isinstance(given, str):
            values[name] = (",".join(map(str, given)),)
        elif chosen := one_or_many(given):
            values[name] = chosen
    return values


def _combined(values: Mapping[str, Sequence[str]]) -> tuple[Query, ...]:
    combined = [
        dict(zip(values, one, strict=True)) for one in product(*values.values())
    ]
    if len(combined) > _MOST:
        raise NotAcceptable(
            f"these lists come to {len(combined):,} questions, more than {_MOST:,}",
            hint="leave a filter out, and choose from what get_datastreams() returns",
        )
    return tuple(combined)


def figure_parameters(
    *,
    as_of: Time = None,
    aggregate: str = "",
    statistic: str = "",
    zone: str = "",
    first_month: int = 0,
    unit: str = "",
    grades: Texts = None,
) -> dict[str, str]:
    """Return how figures are wanted, without what is left open.

    Raises
    ------
    NotAcceptable
        No such past or grade; a statistic without a period.

    Examples
    --------
    >>> figure_parameters(aggregate="month", grades=["good", "suspect"])
    {'aggregate': 'month', 'grades': 'good,suspect'}
    """
    if not aggregate and (statistic or first_month):
        raise NotAcceptable(
            "a statistic is of figures gathered by period: aggregate= says by which",
            hint="aggregate='month'; statistic_kind= is what a datastream itself holds",
        )
    graded = [grade.lower() for grade in one_or_many(grades)]
    known = [grade.name.lower() for grade in Grade]
    for grade in graded:
        if grade not in known:
            raise NotAcceptable(
                f"no grade {grade!r}", hint=f"one of {', '.join(known)}"
            )
    given = {
        "as_of": past(as_of),
        "aggregate": aggregate,
        "statistic": statistic,
        "zone": zone,
        "first_month": str(first_month or ""),
        "unit": unit,
        "grades": ",".join(graded),
    }
    return {name: text for name, text in given.items() if text}


def one_or_many(texts: Texts) -> tuple[str, ...]:
    """Return one text or several as several; none for None and ''.

    Raises
    ------
    NotAcceptable
        One of them is no text; or there are none in a list, which must not mean all.

    Examples
    --------
    >>> one_or_many("jordan"), one_or_many(["jordan", "israel"]), one_or_many(None)
    (('jordan',), ('jordan', 'israel'), ())
    """
    if texts is None or isinstance(texts, str):
        return (texts,) if texts else ()
    several = tuple(texts)
    if not several:
        raise NotAcceptable(
            "an empty list: it is not taken to mean all there is",
            hint="leave it out to ask for all, or look at what the list was made from",
        )
    for one in several:
        if not isinstance(one, str):
            raise NotAcceptable(
                f"expected a text or several, got {one!r:.80} in it",
                hint="write figures in quotes: '2015', 'W1'",
            )
    return tuple(one for one in several if one)


def _read_address(address: str) -> Query:
    party, colon, name = address.partition(":")
    parts = name.split("/")
    if not (party and colon and parts[0]) or len(parts) > 5:
        raise NotAcceptable(
            f"{address!r} is not an address",
            hint="PARTY:FEATURE/PROPERTY, or in full as get_datastreams() gives it",
        )
    found = dict(zip(_OF_AN_ADDRESS, parts, strict=False))
    return {"party": party, **{name: text for name, text in found.items() if text}}
