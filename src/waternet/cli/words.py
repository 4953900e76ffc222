"""Figures in words: codes as terms, times by their owner's clock, limits as '<'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from waternet.cli.show import ROWS_SHOWN, isolated

if TYPE_CHECKING:
    import pyarrow as pa

    from waternet.bank.store import Bank

__all__ = ["as_people_read", "by_title", "short_date", "side_by_side"]

_HEADING = ("party", "datastream", "unit")
# The figures in a row, each with the column that says whether it is a limit.
_FIGURES = {
    "value": "censor",
    "old_value": "old_censor",
    **dict.fromkeys(("mean", "minimum", "maximum"), "censor"),
    **{f"p{percent:02}": "censor" for percent in range(100)},
}
_TIMES = ("time", "first", "last", "gap_start", "gap_end", "overdue")
_FREE_TEXT = ("title", "reason", "qualifier")


def as_people_read(bank: Bank, table: pa.Table) -> tuple[str, pa.Table, int]:
    """Prepare figures for a terminal.

    Returns
    -------
    heading : str
        The one datastream that all rows are of, with its unit; '' where several.
    pyarrow.Table
        The first rows: times by the owner's clock, limits with their sign, without
        the columns that the heading says.
    int
        Rows in all.
    """
    import pyarrow as pa

    rows = table.slice(0, ROWS_SHOWN).to_pylist(maps_as_pydicts="strict")
    zones: dict[tuple[str, str], tzinfo] = {}
    for row in rows:
        key = (row.get("party", ""), row.get("datastream", ""))
        if key[1] and key not in zones:
            zones[key] = _zone_of(bank, *key)
        _put_in_words(row, zones.get(key))
    signs = set(_FIGURES.values())
    heading, columns = [], [name for name in table.column_names if name not in signs]
    said = {tuple(row.get(name) for name in _HEADING) for row in rows}
    if len(said) == 1 and set(_HEADING) <= set(columns):
        ((party, datastream, unit),) = said
        heading.append(f"{party}:{datastream} [{unit}]")
        columns = [name for name in columns if name not in _HEADING]
    else:
        _shorten(rows)
    if reasons := _shared_reasons(rows):
        heading += reasons
        columns.remove("reason")
    filled = [name for name in columns if any(_is_told(row[name]) for row in rows)]
    shown = pa.table({name: [row[name] for row in rows] for name in filled})
    return "\n".join(heading), shown, table.num_rows


def _shared_reasons(rows: list[dict[str, Any]]) -> list[str]:
    """Say reasons above the rows where one stands for several of them."""
    given = [row for row in rows if row.get("reason")]
    reasons = {row["release"]: row["reason"] for row in given}
    if len(reasons) == len(given):
        return []
    if len(reasons) == 1 and len(given) == len(rows):
        return [f"reason: {reason}" for reason in reasons.values()]
    return [f"reason of entry {entry}: {reasons[entry]}" for entry in sorted(reasons)]


def _shorten(rows: list[dict[str, Any]]) -> None:
    """Name datastreams by feature and property where that tells the rows apart."""
    full = {(row.get("party"), row.get("datastream") or "") for row in rows}
    short = {(party, "/".join(name.split("/")[:2])) for party, name in full}
    if len(short) == len(full):
        for row in rows:
            if row.get("datastream"):
                row["datastream"] = "/".join(row["datastream"].split("/")[:2])


def _put_in_words(row: dict[str, Any], zone: tzinfo | None) -> None:
    """Write times by the owner's clock, limits with their sign, names set apart."""
    for name in _TIMES:
        if isinstance(row.get(name), datetime) and zone is not None:
            row[name] = short_date(row[name], zone, row["datastream"])
    for name in ("longitude", "latitude"):
        if isinstance(row.get(name), float):
            row[name] = round(row[name], 5)  # a metre, as maps have it
    if isinstance(row.get("names"), dict):
        row["names"] = " · ".join(map(isolated, row["names"].values()))
    for name in _FREE_TEXT:
        row[name] = isolated(row[name]) if row.get(name) else None
    for name, censor in _FIGURES.items():
        if isinstance(row.get(name), float):
            row[name] = f"{row.get(censor) or ''}{row[name]:.10g}"


def side_by_side(bank: Bank, table: pa.Table) -> tuple[str, pa.Table, int]:
    """Lay a comparison out for a terminal: a row for each time, a column each side.

    Returns
    -------
    heading : str
        The unit of every figure.
    pyarrow.Table
        'time', a column for each party and place, and 'spread' where two parties
        report the same place.
    int
        Rows in all.
    """
    import pyarrow as pa

    rows = table.to_pylist()
    names = _sides(rows)
    sides = sorted(names.values())
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    spread = any(row["spread"] is not None for row in rows)
    for row in rows:
        zone = _zone_of(bank, row["party"], row["datastream"])
        when = short_date(row["time"], zone, row["datastream"])
        figure = (row["feature"], row["statistic"], row["interval"]) if spread else ()
        line = lines.setdefault((when, *figure), {})
        line[names[row["party"], row["datastream"]]] = _said(row)
        if row["spread"] is not None:
            line["spread"] = f"{row['spread']:.10g}"
    lines = {figure: lines[figure] for figure in sorted(lines)}
    columns = {"time": [when for when, *_figure in lines]}
    for side in [*sides, *(["spread"] if spread else [])]:
        columns[side] = [line.get(side, "") for line in lines.values()]
    units = {row["unit"] for row in rows}
    heading = f"in {', '.join(sorted(units))}" if units else ""
    return heading, pa.table(columns), len(lines)


def by_title(bank: Bank, table: pa.Table) -> tuple[str, pa.Table, int]:
    """Name each entry by its title, terms by their dataset; leave a count of 0 out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    untitled, empty = pc.equal(table["title"], ""), pc.equal(table["rows"], 0)
    titles = pc.if_else(untitled, table["dataset"], table["title"])
    rows = pc.if_else(empty, pa.scalar(None, table["rows"].type), table["rows"])
    for name, column in (("title", titles), ("rows", rows)):
        place = table.column_names.index(name)
        table = table.set_column(place, name, column)
    table = table.drop_columns(["dataset"])
    if not any(table["readers"].to_pylist()):
        table = table.drop_columns(["access", "readers"])
    return as_people_read(bank, table)


def short_date(moment: datetime, zone: tzinfo, datastream: str) -> str:
    """Write a time as its owner would: a year, a month, a day, or a moment.

    Examples
    --------
    >>> start = datetime(2014, 12, 31, 22)
    >>> from zoneinfo import ZoneInfo
    >>> short_date(start, ZoneInfo("Asia/Amman"), "x/y/total/P1Y/z")
    '2015'
    """
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    interval = datastream.split("/")[3] if datastream.count("/") == 4 else ""
    form = {"P1Y": "%Y", "P1M": "%Y-%m", "P1D": "%Y-%m-%d"}.get(interval)
    if form:
        return local.strftime(form)
    if local.hour == local.minute == 0:
        return local.strftime("%Y-%m-%d")
    return local.isoformat(sep=" ", timespec="minutes")


def _zone_of(bank: Bank, party: str, datastream: str) -> tzinfo:
    from waternet.bank.standing import standing_datastreams
    from waternet.formats.zones import find_zone

    stream = standing_datastreams(bank, party).get(datastream)
    return find_zone(stream.zone if stream else "UTC")


def _is_told(value: object) -> bool:
    return value is not None and value not in ("", [])


def _sides(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Name each datastream: by party and place, and in full where that fits two."""
    short = {}
    for row in rows:
        party, name = row["party"], row["datastream"]
        place = name.split("/")[0]
        short[party, name] = party if place == party else f"{party}: {place}"
    times = Counter(short.values())
    return {
        key: one if times[one] == 1 else f"{one} {'/'.join(key[1].split('/')[2:])}"
        for key, one in short.items()
    }


def _said(row: Mapping[str, Any]) -> str:
    said = f"{row['censor'] or ''}{row['value']:.10g}"
    plain = row["status"] in ("measured", "reported")
    return said if plain else f"{said} ({row['status']})"
