"""A recipe: how an agency's files are laid out, said once, in TOML.

How to write one: docs/how-to/recipe.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from waternet.errors import NotAcceptable, WaternetError
from waternet.formats.parts import read_part, write_part
from waternet.formats.personal import verify_personal
from waternet.formats.registry import FORMATS
from waternet.formats.station_columns import StationColumns
from waternet.formats.table_layout import TableLayout
from waternet.formats.time_columns import TimeColumns
from waternet.formats.value_column import ValueColumn
from waternet.observation.datastream import INSTANT
from waternet.observation.place import verify_id
from waternet.observation.vocabulary import get_term

Part = TypeVar("Part")

__all__ = [
    "Overlay",
    "Recipe",
    "StationColumns",
    "TableLayout",
    "TimeColumns",
    "ValueColumn",
    "read_recipe",
]


@dataclass(frozen=True, slots=True)
class Overlay:
    """One `[[part]]`: what is different in one sheet of a file of several layouts.

    Attributes
    ----------
    table, station, time : mapping
        Keys that replace those of the recipe, key by key.
    value : tuple of ValueColumn
        Where it is not empty, instead of the recipe's.
    """

    table: Mapping[str, Any] = field(default_factory=dict)
    station: Mapping[str, Any] = field(default_factory=dict)
    time: Mapping[str, Any] = field(default_factory=dict)
    value: tuple[ValueColumn, ...] = ()


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
    personal : mapping
        Columns with persons' names, addresses or numbers, by heading (or by attribute,
        where the format names them itself): 'drop', or 'pseudonymise'. They are never
        kept as the file has them.
    part : tuple of Overlay
        Several layouts in one file; `parts` gives the recipe of each.

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
    table: TableLayout = field(default_factory=TableLayout)
    station: StationColumns = field(default_factory=StationColumns)
    time: TimeColumns = field(default_factory=TimeColumns)
    every_value: ValueColumn = field(default_factory=ValueColumn)
    value: tuple[ValueColumn, ...] = ()
    status_codes: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    part: tuple[Overlay, ...] = ()

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise NotAcceptable(
                f"no format {self.format!r}", hint=f"one of {', '.join(FORMATS)}"
            )
        verify_id(self.dataset, "a dataset")
        for status in self.status_codes.values():
            get_term("status", status)
        read = [write_part(part) for part in (self.time, *self.value)]
        verify_personal(self.personal, self.station, read)
        if self.part:
            self.parts()
            return
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
        return read_part(cls, _spread(written), "the recipe")

    def parts(self) -> tuple[Recipe, ...]:
        """Return one recipe for each layout in the file; itself where it has one.

        Raises
        ------
        NotAcceptable
            The message begins with the number of the part.
        """
        if not self.part:
            return (self,)
        found = []
        for number, overlay in enumerate(self.part, 1):
            try:
                found.append(
                    replace(
                        self,
                        part=(),
                        table=_overlaid(self.table, overlay.table, "[part.table]"),
                        station=_overlaid(
                            self.station, overlay.station, "[part.station]"
                        ),
                        time=_overlaid(self.time, overlay.time, "[part.time]"),
                        value=overlay.value or self.value,
                    )
                )
            except WaternetError as error:
                raise type(error)(f"part {number}: {error}", hint=error.hint) from error
        return tuple(found)

    def to_toml(self) -> str:
        """Write it, without what is as by default; reading gives the same recipe."""
        import tomli_w

        return tomli_w.dumps(write_part(self))

    def _verify_station(self) -> None:
        station = self.station
        if bool(station.id) + bool(station.column) + bool(station.headings) != 1:
            raise NotAcceptable(
                "[station] needs either id (the file is about one place) or column, or "
                "headings (a column for each station)"
            )
        if station.make_ids and station.id:
            raise NotAcceptable("make_ids needs column: of what are they made?")
        if not station.kind:
            raise NotAcceptable(
                "[station] needs kind", hint="for example kind = 'well'; see vocabulary"
            )
        needs_crs = station.has_position and not FORMATS[self.format].states_system
        if needs_crs and not station.crs:
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
        if given > 1 or not (given or time.headings or time.constant):
            raise NotAcceptable(
                "[time] needs column, or year_column (month_column, day_column), "
                "or headings for a wide grid, or constant"
            )
        time.verify_whole_dates()
        if time.stamp == "end" and time.names_periods:
            raise NotAcceptable(
                "[time] stamp = 'end' with times that name a whole month or year",
                hint="leave stamp out: '2015' or '03/2015' is the interval itself",
            )

    def _verify_value(self, number: int, value: ValueColumn) -> None:
        across = bool(self.time.headings) + bool(self.station.headings)
        if bool(value.column) + across != 1:
            raise NotAcceptable(
                f"value {number}: give column, or for a wide grid [time] headings or "
                "[station] headings; one of the three"
            )
        if not value.observed_property or not value.unit:
            raise NotAcceptable(f"value {number} needs observed_property and unit")
        is_end = self.time.stamp == "end" and not self.describes_itself
        if is_end and value.interval == INSTANT:
            raise NotAcceptable(
                f"value {number}: an instant has no end; [time] stamp is 'end'",
                hint="say which interval the figure stands for: interval = 'P1D'",
            )
        try:
            value.datastream(self.dataset, "any", self.time.zone or "UTC").verify()
        except WaternetError as error:
            raise type(error)(f"value {number}: {error}", hint=error.hint) from error


def _spread(written: dict[str, Any]) -> dict[str, Any]:
    """Copy what holds for every value into each, in the recipe and in its parts."""
    every, values = written.get("every_value", {}), written.get("value", [])
    parts = written.get("part", [])
    for listed, name in ((values, "value"), (parts, "part")):
        if not isinstance(listed, list):
            raise NotAcceptable(f"write [[{name}]] with two brackets, one for each")
    if not (values or parts):
        return written
    spread = dict(written)
    read_part(ValueColumn, spread.pop("every_value", {}), "[every_value]")
    if values:
        spread["value"] = [{**every, **value} for value in values]
    if parts:
        spread["part"] = [_spread_part(part, every, values) for part in parts]
    return spread


def _spread_part(
    part: dict[str, Any], every: dict[str, Any], values: list[dict[str, Any]]
) -> dict[str, Any]:
    spread = dict(part)
    changed = spread.pop("every_value", {})
    read_part(ValueColumn, changed, "[part.every_value]")
    own = spread.pop("value", []) or (values if changed else [])
    if not isinstance(own, list):
        raise NotAcceptable("write [[part.value]] with two brackets, one per column")
    if own:
        spread["value"] = [{**every, **changed, **value} for value in own]
    return spread


def _overlaid(given: Part, overlay: Mapping[str, Any], where: str) -> Part:
    if not overlay:
        return given
    return read_part(type(given), {**write_part(given), **overlay}, where)


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
