"""A recipe: how an agency's files are laid out, said once, in TOML.

How to write one: docs/how-to/recipe.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from waternet.errors import NotAcceptable, WaternetError
from waternet.formats.moments import compile_clock, compile_moment
from waternet.formats.parts import read_part, write_part
from waternet.formats.registry import FORMATS
from waternet.formats.zones import find_zone
from waternet.observation.datastream import INSTANT, Datastream
from waternet.observation.place import to_wgs84, verify_id
from waternet.observation.vocabulary import get_term

__all__ = [
    "Recipe",
    "StationColumns",
    "TableLayout",
    "TimeColumns",
    "ValueColumn",
    "read_recipe",
]

Texts = tuple[str, ...]
TextByText = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The `[table]` part: where the cells are, and how numbers are written.

    Attributes
    ----------
    encoding : str
        'utf-8' (with or without a byte order mark), 'cp1255', 'cp1256'...
    mojibake : str
        The code page that the text was in before somebody read it as cp1252 and saved
        it as UTF-8: 'cp1256'. Headings are written here as repaired.
    delimiter : str
        What separates cells in delimited text.
    sheet : str
        Name of the sheet; '' is the first one.
    records : str
        Keys that lead to the list of records in JSON: 'result.records'.
    header_row : int
        Row of the headings, from 1. 0: no headings, columns are '#1', '#2'...
    header_rows : int
        How many rows the headings take; they are joined by ' / ', and a merged
        heading goes on to the right.
    first_row : int
        First row of figures; 0: the one below the headings.
    decimal, thousands : str
        The signs in numbers; `thousands` '' where there is none.
    missing : tuple of str
        What stands for "not reported" besides a blank cell: '-999', '_'.
    below, above : tuple of str
        Signs before a limit: '<0.05'.
    not_detected : tuple of str
        What stands instead of a value below the limit: 'ND'.
    after_number : tuple of str
        Signs that may follow a number and mean nothing: 'º'.
    """

    encoding: str = "utf-8"
    mojibake: str = ""
    delimiter: str = ","
    sheet: str = ""
    records: str = ""
    header_row: int = 1
    header_rows: int = 1
    first_row: int = 0
    decimal: str = "."
    thousands: str = ""
    missing: Texts = ()
    below: Texts = ("<",)
    above: Texts = (">",)
    not_detected: Texts = ()
    after_number: Texts = ()

    def __post_init__(self) -> None:
        if len(self.delimiter) != 1 or not self.delimiter.isascii():
            raise NotAcceptable(f"delimiter {self.delimiter!r} is not one ASCII sign")
        if len(self.decimal) != 1 or self.decimal == self.thousands:
            raise NotAcceptable(
                f"decimal {self.decimal!r} and thousands {self.thousands!r} "
                "must be one character each, and differ"
            )
        try:
            for encoding in filter(None, (self.encoding, self.mojibake)):
                "1".encode(encoding).decode(encoding)
        except (LookupError, UnicodeError) as error:
            raise NotAcceptable(
                f"no encoding {encoding!r}",
                hint="for example 'utf-8', 'cp1255' (Hebrew), 'cp1256' (Arabic)",
            ) from error


@dataclass(frozen=True, slots=True)
class StationColumns:
    """The `[station]` part: which place a row is about.

    Attributes
    ----------
    id, column : str
        One of the two: the id of the only place, or the column that holds ids.
    ids : mapping
        Ids for what the file writes: {"Ein Feshkha" = "ein-feshkha"}.
    kind : str
        A term of the vocabulary 'place_kind'.
    kinds : mapping
        Kind by id, where it differs from `kind`.
    names, name_columns : mapping of language to str
        The name itself (one place), or the column that holds it.
    x, y, elevation : float or None
        Of one place; `x` is easting or longitude.
    x_column, y_column, elevation_column : str
    crs : str
        For example 'EPSG:28192'; needed with coordinates, unless the format itself
        says in what system they are (shapefile, GeoJSON, GeoPackage).
    vertical_datum : str
    within, same_as : tuple of str
        Of one place, or of every place in the file.
    same_as_id : str
        Prefix that makes ids shared names: 'iso3166:' gives 'iso3166:JOR'.
    attribute_columns : mapping
        Columns to keep as they are written, by the name to keep them under.
    """

    id: str = ""
    column: str = ""
    ids: TextByText = field(default_factory=dict)
    kind: str = ""
    kinds: TextByText = field(default_factory=dict)
    names: TextByText = field(default_factory=dict)
    name_columns: TextByText = field(default_factory=dict)
    x: float | None = None
    y: float | None = None
    elevation: float | None = None
    x_column: str = ""
    y_column: str = ""
    elevation_column: str = ""
    crs: str = ""
    vertical_datum: str = ""
    within: Texts = ()
    same_as: Texts = ()
    same_as_id: str = ""
    attribute_columns: TextByText = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in (self.kind, *self.kinds.values()):
            if kind:
                get_term("place_kind", kind)
        for place in (self.id, *self.ids.values(), *self.kinds):
            if place:
                verify_id(place, "a place")
        if (self.x is None) != (self.y is None) or bool(self.x_column) != bool(
            self.y_column
        ):
            raise NotAcceptable("coordinates need both x and y")
        if self.crs:
            to_wgs84(np.empty(0), np.empty(0), self.crs)


@dataclass(frozen=True, slots=True)
class TimeColumns:
    """The `[time]` part: when, by whose clock.

    Attributes
    ----------
    column : str
        Holds the date, or date and time of day.
    format : tuple of str
        How dates are written, tried in turn: 'DD/MM/YYYY', 'DD-Mon-YY HH:MM',
        'ISO' (2015-06-30 or 2015-06-30T08:00:00+03:00), 'YYYY', 'serial' (days as
        spreadsheets count them).
    pivot_year : int
        First of the hundred years that two-digit years mean: 1950 makes 68 1968 and
        15 2015. Needed where the format has YY.
    clock_column : str
    clock : tuple of str
        How the time of day is written: 'HH:MM', 'HHMM' (leading zeros may be lost:
        845 is 08:45, 12 is 00:12), 'HH'. With both 'HHMM' and 'HH', one or two
        digits are hours.
    default_clock : str
        The time of day of readings that have only a date, 'HH:MM'; '' midnight.
    year_column, month_column, day_column : str
        Instead of `column`.
    headings : str
        For a wide grid: headings that are written like this are times, and the cells
        below them are figures: 'YYYY', 'MM/YYYY', 'Mon' (with `year_column`).
    month_names : tuple of 12 str
        What Mon stands for, where it is not English.
    zone : str
        IANA zone or fixed offset of the clock: 'Asia/Amman', '+02:00'. In it the days
        and years of interval data begin.
    """

    column: str = ""
    format: Texts = ("ISO",)
    pivot_year: int = 0
    clock_column: str = ""
    clock: Texts = ("HH:MM",)
    default_clock: str = ""
    year_column: str = ""
    month_column: str = ""
    day_column: str = ""
    headings: str = ""
    month_names: Texts = ()
    zone: str = ""
    stamp: str = "start"

    def __post_init__(self) -> None:
        if self.month_names and len(set(self.month_names)) != 12:
            raise NotAcceptable(f"{len(self.month_names)} month names; 12 are needed")
        if self.zone:
            find_zone(self.zone)
        written = (*self.format, *((self.headings,) if self.headings else ()))
        for moment in written:
            compile_moment(moment, self.month_names, self.pivot_year)
        compile_clock(self.clock)
        if self.default_clock:
            compile_clock(("HH:MM",))(self.default_clock)
        if self.month_column and not self.year_column:
            raise NotAcceptable("month_column needs year_column")
        if self.day_column and not self.month_column:
            raise NotAcceptable("day_column needs month_column")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """One `[[value]]` part: a column of figures, and what they are.

    Attributes
    ----------
    column : str
        Its heading; '' in a wide grid, where headings are times. In WaterML: the
        title or address of the observed property.
    observed_property, unit, statistic, interval, procedure, sampling : str
        As in `waternet.observation.datastream.Datastream`.
    when : mapping of column to str
        Take only rows where these columns say so (a long table with a column that
        names the quantity).
    written_unit : str
        WaterML: what the file calls the unit; figures in another one are refused.
    missing : tuple of str
        Further signs for "not reported" in this column.
    limit_column : str
        The detection limit that belongs to a 'not detected'.
    censor_column : str
        Holds the '<' or '>' that belongs to the value.
    qualifier_column : str
        The source's remark code, kept as it is written.
    status : str
        A term of the vocabulary 'status'.
    status_column : str
        Holds codes; `[status_codes]` says which status each is.
    """

    column: str = ""
    observed_property: str = ""
    unit: str = ""
    statistic: str = "instant"
    interval: str = INSTANT
    procedure: str = "unspecified"
    sampling: str = ""
    when: TextByText = field(default_factory=dict)
    written_unit: str = ""
    missing: Texts = ()
    limit_column: str = ""
    censor_column: str = ""
    qualifier_column: str = ""
    status: str = "measured"
    status_column: str = ""

    def __post_init__(self) -> None:
        get_term("status", self.status)

    def datastream(self, dataset: str, feature: str, zone: str) -> Datastream:
        """Return the datastream of these figures at one place."""
        return Datastream(
            dataset,
            feature,
            self.observed_property,
            self.unit,
            self.statistic,
            self.interval,
            self.procedure,
            self.sampling,
            zone,
        )


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to read one kind of file.

    Attributes
    ----------
    format : str
        A name in `waternet.formats.registry.FORMATS`.
    dataset : str
        The owner's dataset that the figures belong to.
    table, station, time, value
        The parts of the file's layout.
    every_value : ValueColumn
        What holds for every figure where the format itself lists the quantities
        (AQUASTAT). Elsewhere `[every_value]` is copied into each `[[value]]`.
    status_codes : mapping
        Status by the file's own code.

    Examples
    --------
    >>> recipe = Recipe.from_toml('''
    ... format = "delimited"
    ... dataset = "levels"
    ... [station]
    ... id = "kinneret"
    ... kind = "lake"
    ... [time]
    ... column = "Survey_Date"
    ... format = "DD/MM/YYYY"
    ... zone = "Asia/Jerusalem"
    ... [[value]]
    ... column = "Kinneret_Level"
    ... observed_property = "lake-level"
    ... unit = "m"
    ... ''')
    >>> recipe.value[0].unit, Recipe.from_toml(recipe.to_toml()) == recipe
    ('m', True)
    """

    format: str
    dataset: str
    table: TableLayout = TableLayout()
    station: StationColumns = StationColumns()
    time: TimeColumns = TimeColumns()
    every_value: ValueColumn = ValueColumn()
    value: tuple[ValueColumn, ...] = ()
    status_codes: TextByText = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise NotAcceptable(
                f"no format {self.format!r}", hint=f"one of {', '.join(FORMATS)}"
            )
        verify_id(self.dataset, "a dataset")
        for status in self.status_codes.values():
            get_term("status", status)
        if not self.describes_itself:
            self._verify_station()
        if self.value or self.format == "aquastat":
            self._verify_time()
        for number, value in enumerate(self.value, 1):
            self._verify_value(number, value)

    @property
    def describes_itself(self) -> bool:
        """Whether the format says itself what is a place, a time and a figure."""
        return FORMATS[self.format].family == "series" or self.format == "aquastat"

    @classmethod
    def from_toml(cls, text: str) -> Recipe:
        """Read a recipe.

        Raises
        ------
        NotAcceptable
            It is not TOML, or a key is unknown, missing or of the wrong type; the
            message says which, the hint names near ones.
        """
        try:
            written = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise NotAcceptable(f"the recipe is not TOML: {error}") from error
        every = written.get("every_value", {})
        if written.get("value"):
            read_part(ValueColumn, written.pop("every_value", {}), "[every_value]")
            if not isinstance(written["value"], list):
                raise NotAcceptable("write [[value]] with two brackets, one per column")
            written["value"] = [{**every, **value} for value in written["value"]]
        return read_part(cls, written, "the recipe")

    def to_toml(self) -> str:
        """Write it, without what is as by default; reading gives the same recipe."""
        import tomli_w

        return tomli_w.dumps(write_part(self))

    def _verify_station(self) -> None:
        station = self.station
        if bool(station.id) == bool(station.column):
            raise NotAcceptable(
                "[station] needs either id (the file is about one place) or column"
            )
        if not station.kind:
            raise NotAcceptable(
                "[station] needs kind", hint="for example kind = 'well'; see vocabulary"
            )
        has_position = station.x is not None or station.x_column
        if has_position and not (station.crs or FORMATS[self.format].states_system):
            raise NotAcceptable(
                "[station]: coordinates without crs",
                hint="crs = 'EPSG:4326' for longitude and latitude in degrees; "
                "the national grid's EPSG code for metres",
            )

    def _verify_time(self) -> None:
        time = self.time
        if not time.zone and FORMATS[self.format].family != "series":
            raise NotAcceptable(
                "[time] needs zone: whose clock the times are by",
                hint="zone = 'Asia/Amman', or '+02:00' for a clock without summer time",
            )
        given = bool(time.column) + bool(time.year_column)
        if self.describes_itself:
            return
        if given > 1 or not (given or time.headings):
            raise NotAcceptable(
                "[time] needs column, or year_column (month_column, day_column), "
                "or headings for a wide grid"
            )

    def _verify_value(self, number: int, value: ValueColumn) -> None:
        if bool(value.column) == bool(self.time.headings):
            raise NotAcceptable(
                f"value {number}: give column, or [time] headings for a wide grid; "
                "one of the two"
            )
        if not value.observed_property or not value.unit:
            raise NotAcceptable(f"value {number} needs observed_property and unit")
        try:
            value.datastream(self.dataset, "any", self.time.zone or "UTC").verify()
        except WaternetError as error:
            raise type(error)(f"value {number}: {error}", hint=error.hint) from error


def read_recipe(path: Path | str) -> Recipe:
    """Read a recipe from a TOML file.

    Raises
    ------
    NotAcceptable
        The message begins with the file's name.
    """
    path = Path(path)
    try:
        return Recipe.from_toml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise NotAcceptable(f"{path.name} is not UTF-8: {error}") from error
    except WaternetError as error:
        raise type(error)(f"{path.name}: {error}", hint=error.hint) from error
