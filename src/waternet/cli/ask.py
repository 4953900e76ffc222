"""Commands that ask the joint bank: stations, observations, aggregate, compare...

Each returns a function of the bank; `asks` gives it the options that all share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from waternet.cli.answer import Answer, asks
from waternet.cli.typed import (
    as_of,
    clock_of,
    full_addresses,
    moment,
    selection,
    times_of_day,
    verify_party,
)
from waternet.errors import NotAcceptable, NotFound

__all__ = [
    "End",
    "Party",
    "Past",
    "Property",
    "Start",
    "Within",
    "add_commands",
]

Question = Callable[[Any], Answer]

Text = Annotated[
    str, typer.Argument(help="Words of a name, in any language, or of a quantity.")
]
Addresses = Annotated[
    list[str],
    typer.Argument(
        metavar="ADDRESS...",
        help="PARTY:FEATURE/PROPERTY, longer where that is not enough.",
    ),
]
Address = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS", help="PARTY:FEATURE/PROPERTY, longer where that fits many."
    ),
]
Party = Annotated[str, typer.Option("--party", help="Only this party's.")]
Kind = Annotated[str, typer.Option("--kind", help="Kind of place, e.g. well.")]
Within = Annotated[str, typer.Option("--within", help="Id or shared name of an area.")]
Box = Annotated[str, typer.Option("--bbox", help="WEST,SOUTH,EAST,NORTH in degrees.")]
Property = Annotated[
    str, typer.Option("--property", help="Observed property, e.g. lake-level.")
]
Start = Annotated[
    str, typer.Option("--from", help="From 2015, 2015-06 or 2015-06-30 on.")
]
End = Annotated[str, typer.Option("--to", help="Up to that day, which is left out.")]
Past = Annotated[
    str, typer.Option("--as-of", help="As known then: a date, or PARTY:RELEASE.")
]
Unit = Annotated[str, typer.Option("--unit", help="Convert to this UCUM unit.")]

_FIGURE = (
    "party",
    "datastream",
    "time",
    "value",
    "unit",
    "censor",
    "status",
    "grade",
    "qualifier",
    "release",
)
_LATEST = (*_FIGURE[:7], "release")
_PLACE = ("party", "id", "kind", "names", "longitude", "latitude", "datastreams")
_DATASTREAM = ("party", "datastream", "unit", "figures", "first", "last")
_STATISTICS = ("mean", "minimum", "maximum", "n", "expected", "coverage", "censored")
_PERIOD = ("party", "datastream", "unit", "period", *_STATISTICS, "censor", "release")
_CHANGE = (
    "party",
    "datastream",
    "unit",
    "time",
    "change",
    "old_value",
    "old_censor",
    "value",
    "censor",
    "release",
    "reason",
)
_NOTHING_SHARED = (
    "places are held against each other by a shared name; --place PARTY:ID, twice, "
    "takes two that have none"
)
_RELEASE = (
    "party",
    "release",
    "issued",
    "kind",
    "dataset",
    "title",
    "rows",
    "access",
    "readers",
    "reason",
    "cosigned",
)


@asks
def stations(
    text: Text = "",
    party: Party = "",
    kind: Kind = "",
    within: Within = "",
    bbox: Box = "",
) -> Question:
    """List stations and areas, by name, kind or place."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.discovery import find_places

        chosen = selection(
            bank, text=text, party=party, kind=kind, within=within, bbox=bbox
        )
        return Answer(find_places(bank, chosen), _PLACE)

    return ask


@asks
def datastreams(
    text: Text = "",
    party: Party = "",
    within: Within = "",
    observed_property: Property = "",
    start: Start = "",
    end: End = "",
) -> Question:
    """List datastreams: what is measured where, and when."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.discovery import find_datastreams

        chosen = selection(
            bank,
            text=text,
            party=party,
            within=within,
            observed_property=observed_property,
            start=moment(start),
            end=moment(end),
        )
        return Answer(find_datastreams(bank, chosen), _DATASTREAM)

    return ask


@asks
def observations(
    addresses: Addresses,
    start: Start = "",
    end: End = "",
    past: Past = "",
    unit: Unit = "",
) -> Question:
    """Show the figures of datastreams over a period."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.query import get_observations

        chosen = full_addresses(bank, addresses)
        clock = clock_of(bank, chosen[0])
        table = get_observations(
            bank,
            chosen,
            moment(start, clock),
            moment(end, clock),
            as_of=as_of(past),
            unit=unit,
        )
        return Answer(table, _FIGURE, sources=True)

    return ask


@asks
def latest(
    text: Text = "",
    party: Party = "",
    within: Within = "",
    observed_property: Property = "",
    past: Past = "",
) -> Question:
    """Show the latest figure of each datastream."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.query import get_latest

        chosen = selection(
            bank,
            text=text,
            party=party,
            within=within,
            observed_property=observed_property,
        )
        table = get_latest(bank, chosen, as_of=as_of(past))
        return Answer(table, _LATEST, sources=True)

    return ask


@asks
def history(
    address: Address,
    when: Annotated[
        str, typer.Argument(help="The figure's day, month, year or exact time.")
    ],
) -> Question:
    """Show every revision of one figure, and why."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.history import get_history

        full = full_addresses(bank, [address])
        if len(full) > 1:
            raise NotAcceptable(
                f"{address!r} fits {len(full)} datastreams: {', '.join(full)}",
                hint="give one of these addresses",
            )
        clock = clock_of(bank, full[0])
        time = moment(when, clock)
        if time is None:
            raise NotAcceptable("no time given", hint="write 2015, or 2015-06-30")
        try:
            table = get_history(bank, full[0], time)
        except NotFound as error:
            error.hint = times_of_day(bank, full[0], time, clock) or error.hint
            raise
        columns = ("party", "datastream", "unit", "time", "change", "value", "censor")
        shown = (*columns, "status", "release", "issued", "reason")
        return Answer(table, shown, sources=True)

    return ask


@asks
def changes(
    party: Annotated[str, typer.Argument(help="Whose record.")],
    start: Annotated[int, typer.Argument(metavar="FROM", help="A release's number.")],
    end: Annotated[int, typer.Argument(metavar="TO", help="A later one's.")],
) -> Question:
    """Show what changed between two releases, and why."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.history import get_changes

        verify_party(bank, party)
        if start > end:
            raise NotAcceptable(
                f"changes go from an earlier release to a later one, not {start} to "
                f"{end}",
                hint=f"waternet changes {party} {end} {start}",
            )
        return Answer(get_changes(bank, party, start, end), _CHANGE)

    return ask


@asks
def releases(party: Party = "") -> Question:
    """List what each party published."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.discovery import list_releases
        from waternet.cli.words import by_title

        verify_party(bank, party)
        return Answer(list_releases(bank, party), _RELEASE, read=by_title)

    return ask


@asks
def aggregate(
    addresses: Addresses,
    period: Annotated[
        str,
        typer.Option(
            help="hour, day, month, season, year, hydrological-year or record.",
        ),
    ],
    zone: Annotated[str, typer.Option(help="Whose days and years, e.g. Asia/Amman.")],
    first_month: Annotated[
        int, typer.Option(help="With which a hydrological year begins, 1 to 12.")
    ] = 0,
    percentile: Annotated[
        list[int] | None,
        typer.Option(min=0, max=99, help="Also a percentile, e.g. 95; repeat it."),
    ] = None,
    start: Start = "",
    end: End = "",
    past: Past = "",
) -> Question:
    """Show means and extremes by period, with coverage."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.aggregate import aggregate as aggregated
        from waternet.bank.calendar import Calendar
        from waternet.formats.zones import find_zone

        clock = find_zone(zone)
        table = aggregated(
            bank,
            full_addresses(bank, addresses),
            Calendar(period, zone, first_month),
            moment(start, clock),
            moment(end, clock),
            as_of=as_of(past),
            percents=percentile or (),
        )
        asked = [f"p{one:02}" for one in sorted(set(percentile or ()))]
        shown = (*_PERIOD[:7], *asked, *_PERIOD[7:])
        return Answer(table, shown, _aggregate_remark(table))

    return ask


@asks
def compare(
    observed_property: Annotated[
        str, typer.Argument(metavar="PROPERTY", help="e.g. dependency-ratio.")
    ],
    places: Annotated[
        list[str] | None,
        typer.Option(
            "--place",
            help="Shared name (iso3166:JO) or PARTY:ID; repeat it [default: all].",
        ),
    ] = None,
    start: Start = "",
    end: End = "",
    past: Past = "",
    unit: Unit = "",
) -> Question:
    """Show several parties' figures side by side."""

    def ask(bank: Any) -> Answer:
        from waternet.bank.compare import compare as compared
        from waternet.cli.words import side_by_side

        table = compared(
            bank,
            observed_property,
            places or _shared_names(bank, observed_property),
            moment(start),
            moment(end),
            as_of=as_of(past),
            unit=unit,
        )
        remark = "" if table.num_rows or places else _NOTHING_SHARED
        return Answer(table, remark=remark, sources=True, read=side_by_side)

    return ask


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (
        stations,
        datastreams,
        observations,
        latest,
        aggregate,
        compare,
        history,
        changes,
        releases,
    ):
        app.command()(command)


def _shared_names(bank: Any, observed_property: str) -> list[str]:
    """Return a shared name of every place with that property that has one."""
    from waternet.bank.discovery import find_places
    from waternet.bank.selection import Selection

    places = find_places(bank, Selection(observed_property=observed_property))
    return sorted({names[0] for names in places["same_as"].to_pylist() if names})


def _aggregate_remark(table: Any) -> str:
    said = {key.decode(): text.decode() for key, text in table.schema.metadata.items()}
    grades = ", ".join(said["grades"].split())
    remark = f"by {said['period']} in {said['zone']}, of figures graded {grades}"
    if said["first_month"]:
        remark += f"; hydrological years begin with month {said['first_month']}"
    return remark
