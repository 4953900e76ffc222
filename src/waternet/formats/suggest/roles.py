"""Which column is what: the date, the station, coordinates, figures, remarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from waternet.formats.features import NUMBER
from waternet.formats.suggest.columns import Column
from waternet.formats.suggest.kinds import Kind, kind_of
from waternet.formats.suggest.words import find_words, month_number

__all__ = ["Roles", "counts_rows", "find_roles", "is_id"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass
class Roles:
    """The columns of a sheet by what they are."""

    date: Column | None = None
    clock: Column | None = None
    year: Column | None = None
    month: Column | None = None
    day: Column | None = None
    station: Column | None = None
    names: list[Column] = field(default_factory=list)
    x: Column | None = None
    y: Column | None = None
    lon: Column | None = None
    lat: Column | None = None
    xy: Column | None = None
    elevation: Column | None = None
    variable: Column | None = None
    value: Column | None = None
    unit: Column | None = None
    censor: Column | None = None
    limit: Column | None = None
    status: Column | None = None
    qualifier: Column | None = None
    beside: Column | None = None  # tells places apart together with `station`
    splits: list[Column] = field(default_factory=list)
    persons: list[Column] = field(default_factory=list)
    rest: list[Column] = field(default_factory=list)

    @property
    def has_time(self) -> bool:
        """Whether some column tells when."""
        return bool(self.date or self.year)


Test = Callable[[Column], bool]


def find_roles(columns: list[Column], axes: tuple[str, ...] = ()) -> Roles:
    """Return what each column is, by its heading and by what stands in it.

    Parameters
    ----------
    columns : list of Column
    axes : tuple of str
        Headings of the columns in which the file itself gives positions; '' else.
    """
    roles = Roles()
    live = [c for c in columns if not c.is_empty and c.heading != NUMBER]
    if axes:
        roles.x, roles.y = (c for c in columns if c.heading in axes[:2])
        roles.x.use = roles.y.use = "x"
    for name, words, test in _ROLES:
        if axes and name in ("x", "y", "lon", "lat", "xy"):
            continue
        if getattr(roles, name) is None:
            found = _best(live, words, test)
            if found:
                found.use = name
                setattr(roles, name, found)
    _date_by_values(roles, live)
    _drop_half_pairs(roles)
    _drop_repeated_time(roles)
    _find_stations(roles, live)
    _number_places(roles, columns)
    _settle_elevation(roles, live)
    for column in live:
        if not column.use and "person" in column.roles and not column.properties:
            column.use = "person"
            roles.persons.append(column)
    roles.rest = [column for column in live if not column.use]
    return roles


def _best(live: list[Column], words: tuple[str, ...], test: Test) -> Column | None:
    """Return the column whose heading says most clearly that it is this."""
    scored = [
        (max(column.roles.get(word, 0.0) for word in words), -column.place, column)
        for column in live
        if not column.use
    ]
    fits = [
        (share, place, column)
        for share, place, column in sorted(scored, key=lambda one: one[:2])[::-1]
        if share >= 0.5 and _is_most_likely(column, words) and test(column)
    ]
    return fits[0][2] if fits else None


def _is_most_likely(column: Column, words: tuple[str, ...]) -> bool:
    """Whether nothing else in the heading says more: 'Depth to water' is no date."""
    own = max(column.roles.get(word, 0.0) for word in words)
    property_share = column.properties[0].share if column.properties else 0.0
    others = [share for role, share in column.roles.items() if role not in words]
    return own >= property_share and own >= max(others, default=0.0) - 0.35


def _is_date(column: Column) -> bool:
    return (column.dates.share >= 0.6 and column.dates.formats != ["serial"]) or (
        column.dates.formats == ["serial"] and column.dates.share >= 0.9
    )


def _is_clock(column: Column) -> bool:
    if column.share(Kind.CLOCK) >= 0.6:
        return True
    whole = column.is_whole and column.within(0, 2400)
    return whole and column.number_share > 0.9


def _is_year(column: Column) -> bool:
    if column.is_whole and column.within(1700, 2200):
        return True
    return column.dates.share > 0.8 and all(
        "M" not in form and "D" not in form and form != "serial"
        for form in column.dates.formats
    )


def _is_month(column: Column) -> bool:
    if column.is_whole and column.within(1, 12):
        return True
    named = sum(bool(month_number(text)) for text in column.distinct)
    return bool(column.distinct) and named >= 0.8 * len(column.distinct)


def _is_day(column: Column) -> bool:
    return column.is_whole and column.within(1, 31)


def _is_number(column: Column) -> bool:
    return column.number_share >= 0.6 and column.share(Kind.DATE) < 0.2


def _settle_elevation(roles: Roles, live: list[Column]) -> None:
    """Keep an elevation only where it is one figure of each place at all times."""
    if roles.elevation is None or not roles.has_time:
        return
    kept = roles.station.cells if roles.station else ["" for _ in live[0].cells]
    chosen, roles.elevation.use = roles.elevation, ""
    others = [c for c in live if not c.use and c.roles.get("elevation", 0) >= 0.5]
    roles.elevation = None
    for column in (chosen, *others):
        same = column.goes_with(kept) if roles.station else len(column.distinct) == 1
        says_water = column.properties and column.properties[0].share > max(
            column.roles.get("elevation", 0.0), 0.3
        )
        if same and not says_water and _is_number(column):
            column.use, roles.elevation = "elevation", column
            return


def _is_easting(column: Column) -> bool:
    return _is_number(column) and (
        not column.within(-1000, 1000) or column.within(-180, 180)
    )


def _is_degrees(column: Column) -> bool:
    if _is_number(column) and column.within(-180, 180):
        return True
    return sum(bool(re.match(r"\d{1,3} ?[°º:]", text)) for text in column.texts) > (
        len(column.texts) // 2
    )


def _is_packed(column: Column) -> bool:
    return column.is_whole and column.within(10**7, 10**13)


def _is_text(column: Column) -> bool:
    return column.share(Kind.TEXT) >= 0.5 and len(column.distinct) > 0


def _is_variable(column: Column) -> bool:
    few = len(column.distinct) <= max(60, len(column.texts) // 4)
    return few and (_is_text(column) or column.is_whole)


def _is_codes(column: Column) -> bool:
    return len(column.distinct) <= 150 and max(map(len, column.distinct)) <= 200


def _is_unit(column: Column) -> bool:
    return len(column.distinct) <= 60 and column.number_share < 0.5


def _is_signs(column: Column) -> bool:
    return all(
        text in ("<", ">", "=", "<=", ">=", "lt", "gt", "nc")
        for text in column.distinct
    )


_ROLES: tuple[tuple[str, tuple[str, ...], Test], ...] = (
    ("date", ("datetime",), _is_date),
    ("date", ("date",), _is_date),
    ("year", ("year",), _is_year),
    ("month", ("month",), _is_month),
    ("day", ("day",), _is_day),
    ("clock", ("clock",), _is_clock),
    ("lon", ("lon",), _is_degrees),
    ("lat", ("lat",), _is_degrees),
    ("x", ("x",), _is_easting),
    ("y", ("y",), _is_easting),
    ("xy", ("xy",), _is_packed),
    ("elevation", ("elevation",), _is_number),
    ("unit", ("unit",), _is_unit),
    ("censor", ("censor",), _is_signs),
    ("limit", ("limit",), _is_number),
    ("variable", ("variable",), _is_variable),
    ("value", ("value",), _is_number),
    ("status", ("status",), _is_codes),
    ("qualifier", ("qualifier",), _is_codes),
)


def _date_by_values(roles: Roles, live: list[Column]) -> None:
    """Where no heading says which, the column that holds dates is the date."""
    if roles.day is None and _months_across(live):
        _days_down(roles, live)
    alone = roles.day is not None and not roles.month and not _months_across(live)
    if roles.date is None and roles.day is not None and alone:
        # A column headed 'Day' may hold whole dates.
        roles.day.use, roles.day = "", None
    if roles.date or (roles.year and (roles.month or not _dated(live))):
        return
    found = _dated(live)
    if found:
        found[0].use, roles.date = "date", found[0]
    elif not roles.year:
        _year_by_values(roles, live)


def _months_across(live: list[Column]) -> bool:
    months = [month_number(column.heading) for column in live if not column.use]
    return sum(map(bool, months)) >= 6 and len(set(months)) >= 6


def _days_down(roles: Roles, live: list[Column]) -> None:
    """Take a column that counts from 1 to 28 or more as the day of the month."""
    for column in live:
        told = [int(x) for x in column.numbers[:31] if x.is_integer()]
        free = not column.use and not month_number(column.heading)
        in_order = told == list(range(1, len(told) + 1))
        if free and _is_day(column) and len(told) >= 28 and in_order:
            column.use, roles.day = "day", column
            return


def _year_by_values(roles: Roles, live: list[Column]) -> None:
    """Take whole numbers as years and months where headings say nothing at all."""
    mute = [c for c in live if not c.use and not c.roles and not c.properties]
    years = [c for c in mute if _is_year(c) and c.number_share > 0.95]
    if not years or len(years) > 2 or len(years[0].distinct) < 2:
        return
    years[0].use, roles.year = "year", years[0]
    months = [c for c in mute if not c.use and c.is_whole and c.within(1, 12)]
    if roles.month is None and months and len(months[0].distinct) == 12:
        months[0].use, roles.month = "month", months[0]


def _dated(live: list[Column]) -> list[Column]:
    return [
        column
        for column in live
        if not column.use
        and (
            (column.share(Kind.DATE) >= 0.7 and column.dates.share >= 0.7)
            or _is_run_together(column)
        )
        and not {"opened", "end_date"} & column.roles.keys()
        and not all(re.search("YYYY.YY", form) for form in column.dates.formats)
    ]


def _is_run_together(column: Column) -> bool:
    """Whether whole numbers are dates such as 20150630, every one of them."""
    if max(column.roles.values(), default=0.0) > 0.9 or column.properties:
        return False
    forms = column.dates.formats
    run = bool(forms) and all(form.startswith("YYYYMMDD") for form in forms)
    return run and column.dates.share > 0.99 and len(column.distinct) > 1


def _drop_half_pairs(roles: Roles) -> None:
    for one, other in (("x", "y"), ("lon", "lat")):
        pair = getattr(roles, one), getattr(roles, other)
        if (pair[0] is None) != (pair[1] is None):
            (pair[0] or pair[1]).use = ""
            setattr(roles, one, None)
            setattr(roles, other, None)


def _drop_repeated_time(roles: Roles) -> None:
    """Where a date stands, its year, month and day beside it say nothing new."""
    parts = [roles.year, roles.month, roles.day]
    if roles.date is None:
        if roles.month and not roles.year:
            roles.month.use, roles.month = "", None
        return
    whole = roles.year and roles.month and roles.day
    if roles.date.dates.problem and whole:
        roles.date.use, roles.date = "left", None
        return
    for part in parts:
        if part is not None:
            part.use = "left"
    roles.year = roles.month = roles.day = None


def is_id(text: str) -> bool:
    """Return whether a text can be an id as it stands."""
    return bool(_ID.fullmatch(text))


def _find_stations(roles: Roles, live: list[Column]) -> None:
    """Find the column that tells the place, and those that name it."""
    scored = []
    for column in live:
        score = _names_places(column, roles)
        if score > 0:
            scored.append((score, -column.place, column))
    if scored:
        best = max(scored, key=lambda one: one[:2])[2]
        best.use, roles.station = "station", best
    elif roles.has_time:
        _station_by_values(roles, live)
    else:
        _place_by_values(roles, live)
    _pair_up(roles, live)
    if roles.station is not None:
        _find_names(roles, live, roles.station)


def _names_places(column: Column, roles: Roles) -> float:
    """Return how clearly a column tells places apart; 0 for not at all."""
    if column.use or not _may_name_places(column):
        return 0.0
    if len(column.distinct) < 2 < len(column.cells) and not roles.has_time:
        return 0.0
    said = column.roles
    share = max(
        said.get("station_id", 0.0),
        0.9 * said.get("station", 0.0),
        0.7 * said.get("station_name", 0.0) * _is_text(column),
    )
    if column.share(Kind.NUMBER) > 0.5:
        # A column headed 'Well 7' holds figures of that well.
        share = said.get("station_id", 0.0)
    if share < 0.45 or (column.properties and column.properties[0].share > share):
        return 0.0
    if said.get("row", 0) >= share and counts_rows(column):
        return 0.0
    sample = list(column.distinct)[:500]
    usable = all(is_id(text) for text in sample)
    letters = any(text[:1].isalpha() for text in sample[:50])
    score = share + 0.15 * usable + 0.05 * letters
    rows = max(len(column.cells), 1)
    if not roles.has_time and roles.variable is None:
        if len(column.distinct) < 0.3 * rows:
            return 0.0
        score += 0.5 * len(column.distinct) / rows
    if said.get("split", 0.0) >= share:
        return 0.0
    score -= 0.3 * said.get("row", 0.0)
    return score + 0.5 * len(column.texts) / rows


def _find_names(roles: Roles, live: list[Column], station: Column) -> None:
    """Find the columns that name the places."""
    for column in live:
        if column.use or not _is_text(column) or not column.goes_with(station.cells):
            continue
        said = column.roles
        share = max(said.get("station_name", 0.0), said.get("station", 0.0))
        several = len(column.distinct) * 2 > len(station.distinct)
        by_heading = share >= 0.5 and share >= said.get("kind", 0.0) and several
        if by_heading or _names_by_values(roles, column):
            column.use = "name"
            roles.names.append(column)


def _names_by_values(roles: Roles, column: Column) -> bool:
    """Whether a list of places names each in a column without a telling heading."""
    many = len(column.distinct) >= 0.9 * len(column.cells) and len(column.cells) > 4
    if roles.has_time or not many or column.roles or len(roles.names) >= 3:
        return False
    usual = sorted(map(len, column.distinct))[len(column.distinct) // 2]
    return 3 <= usual <= 60 and not any(
        "_" in text for text in list(column.distinct)[:20]
    )


def _place_by_values(roles: Roles, live: list[Column]) -> None:
    """In a list of places take the column whose texts are all different."""
    found = [
        column
        for column in live
        if not column.use
        and len(column.distinct) == len(column.texts) == len(column.cells)
        and all(is_id(text) for text in column.distinct)
        and max(map(len, column.distinct)) <= 30
        and (column.share(Kind.TEXT) > 0.5 or _is_plain_number(column))
        and not (month_number(column.heading) or column.properties)
        and kind_of(column.heading) is not Kind.DATE
    ]
    if found:
        best = max(found, key=lambda c: (c.share(Kind.TEXT) > 0.5, -c.place))
        best.use, roles.station = "station", best


def _number_places(roles: Roles, columns: list[Column]) -> None:
    """Call features by their place in the file where nothing else tells them apart."""
    for column in columns:
        if column.heading == NUMBER:
            column.use = "left"
            if roles.station is None and not roles.has_time:
                column.use, roles.station = "station", column


def _pair_up(roles: Roles, live: list[Column]) -> None:
    """In a list of places, find the text that makes each one different."""
    station = roles.station
    repeated = station is not None and (
        len(station.distinct) * 4 <= len(station.texts) * 3
    )
    if station is None or roles.has_time or roles.variable or not repeated:
        return
    others = [c for c in live if not c.use or c.use == "name"]
    for column in others:
        pairs = set(zip(station.cells, column.cells, strict=True))
        few = 1 < len(column.distinct) < len(column.cells)
        if few and _is_text(column) and len(pairs) == len(station.cells):
            if column in roles.names:
                roles.names.remove(column)
            column.use, roles.beside = "beside", column
            return


def _is_plain_number(column: Column) -> bool:
    return column.is_whole and not any("." in text for text in column.distinct)


def _station_by_values(roles: Roles, live: list[Column]) -> None:
    """Where no heading names places, take a column of texts that stand many times."""
    found = [
        column
        for column in live
        if not column.use
        and not column.properties
        and not column.roles.keys()
        - {"station", "station_id", "station_name", "kind", "value", "limit"}
        and _is_text(column)
        and len(column.texts) == len(column.cells)
        and 1 < len(column.distinct) <= len(column.texts) // 2
        and max(map(len, column.distinct)) <= 60
    ]
    if found:
        best = max(found, key=lambda column: (len(column.distinct), -column.place))
        best.use, roles.station = "station", best


def _may_name_places(column: Column) -> bool:
    if column.share(Kind.DATE, Kind.CLOCK) > 0.3:
        return False
    if column.share(Kind.NUMBER) > 0.5:
        return column.is_whole and not find_words("property", column.headed.name)
    return True


def counts_rows(column: Column) -> bool:
    """Whether it is 1, 2, 3... down the file."""
    numbers = column.numbers[:200]
    steps = [b - a for a, b in pairwise(numbers)]
    return bool(steps) and sum(step == 1 for step in steps) > 0.8 * len(steps)
