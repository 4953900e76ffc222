"""Figures as an xarray data set that says what it holds by the CF conventions.

References
----------
CF Conventions 1.11, chapters 3.5 (flags), 7.3 (cell methods) and 9 (discrete sampling
geometries, orthogonal array); the CF standard name table.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from waternet.client.citation import cite
from waternet.client.frames import CENSORED, GRADES, STATUSES, Key, series_of
from waternet.client.interval_ends import ends_of
from waternet.client.metadata import Metadata
from waternet.client.udunits import to_udunits
from waternet.errors import NotAcceptable, NotFound
from waternet.formats.cf_series import STATISTICS
from waternet.observation.vocabulary import get_terms

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import Dataset

__all__ = ["to_xarray"]

_MOST_CELLS = 50_000_000
_METHODS = {statistic: written for written, statistic in STATISTICS.items()}
_GATHERED = {"minimum": "minimum", "maximum": "maximum", "total": "sum", "mean": "mean"}
# CF's flags are words: signs are none.
_FLAGS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "censor": (CENSORED, ("not_censored", "below_limit", "above_limit", "both_limits")),
    "grade": (GRADES, GRADES),
    "status": (STATUSES, STATUSES),
}
_ABSENT = -1


def to_xarray(frame: DataFrame, metadata: Metadata) -> Dataset:
    """Return figures as a data set: stations, times, and a variable for each quantity.

    Parameters
    ----------
    frame : pandas.DataFrame
        From `get_observations` or `get_latest`; rows may have been left out.
    metadata : Metadata
        That came with it.

    Returns
    -------
    xarray.Dataset
        Dimensions station ('party:id') and time (UTC). Variables are named by observed
        property, and by statistic, procedure and interval where one alone does not
        tell them apart; each has its unit (udunits, and ucum_code), standard_name where
        CF has one, cell_methods, and flag variables for censoring, grade and status as
        ancillary_variables. A station without a figure at a time has NaN there, and
        flags that say nothing. Intervals have time_bounds.

    Raises
    ------
    NotFound
        xarray is not installed.
    NotAcceptable
        The frame holds no figures, figures of different intervals or with one name
        in different units, or so few at so many times that the array would be empty
        for the most part.
    """
    xr = _load_xarray()
    if not len(frame) or "value" not in frame.columns:
        raise NotAcceptable("there are no figures to make a data set of")
    layout = _Layout(frame, metadata)
    variables: dict[str, Any] = {}
    for name, keys in layout.variables().items():
        variables |= layout.variable(name, keys)
    coordinates = layout.coordinates()
    bounds = layout.bounds()
    if bounds is not None:
        variables["time_bounds"] = (("time", "edge"), bounds, {})
        coordinates["time"][2]["bounds"] = "time_bounds"
    dataset: Dataset = xr.Dataset(variables, coordinates, layout.attributes())
    for one in ("time", "time_bounds"):
        if one in dataset:
            dataset[one].encoding = {
                "units": f"{layout.resolution} since 1970-01-01T00:00:00",
                "calendar": "proleptic_gregorian",
                "dtype": "int64",
            }
    return dataset


def _load_xarray() -> Any:
    try:
        import xarray as xr
    except ImportError as error:
        raise NotFound(
            "to_xarray needs the package xarray, which is not installed here",
            hint="pip install 'waternet[client]'",
        ) from error
    return xr


class _Layout:
    """Where each figure lies: its station along one axis, its time along the other."""

    def __init__(self, frame: DataFrame, metadata: Metadata) -> None:
        self.frame, self.metadata = frame, metadata
        self.described = {
            (one["party"], one["datastream"]): one for one in metadata.datastreams
        }
        self.codes, self.named = series_of(frame)
        self.parts = {key: key[1].split("/") for key in self.named}
        self._verify_alike()
        ids = [f"{key[0]}:{self.parts[key][0]}" for key in self.named]
        self.ids = list(dict.fromkeys(ids))
        place = {one: number for number, one in enumerate(self.ids)}
        self.station = np.array([place[one] for one in ids])[self.codes]
        microseconds = frame["time"].astype("int64").to_numpy()
        self.times, self.at = np.unique(microseconds, return_inverse=True)
        if len(self.ids) * len(self.times) > _MOST_CELLS:
            raise NotAcceptable(
                f"{len(self.ids)} stations at {len(self.times):,} times that they do "
                "not share would be an array that is empty for the most part",
                hint="ask with aggregate='day', or make a data set of each station",
            )

    @property
    def resolution(self) -> str:
        """The unit in which all times are whole."""
        return "seconds" if not (self.times % 1_000_000).any() else "microseconds"

    def variables(self) -> dict[str, list[Key]]:
        """Return the datastreams of each variable, by its name.

        A name is as long as it must be for one station to have one figure at a time.
        """
        for depth in (1, 2, 3, 4):
            groups: dict[str, list[Key]] = {}
            for key in self.named:
                groups.setdefault(self._name(key, depth), []).append(key)
            if all(self._is_apart(keys) for keys in groups.values()):
                return groups
        shared = next(one for one, keys in groups.items() if not self._is_apart(keys))
        raise NotAcceptable(
            f"two datastreams of one station would both be {shared!r}",
            hint="make a data set of each: get_observations(ADDRESS)",
        )

    def variable(self, name: str, keys: Sequence[Key]) -> dict[str, Any]:
        """Return the values of some datastreams, with their flags, as variables."""
        rows = np.isin(self.codes, [self.named.index(key) for key in keys])
        own = self.frame[rows]
        station, at = self.station[rows], self.at[rows]
        shape = (len(self.ids), len(self.times))
        values = np.full(shape, np.nan)
        values[station, at] = own["value"].to_numpy(np.float64)
        flags: dict[str, Any] = {}
        for column, (terms, words) in _FLAGS.items():
            if column not in own.columns or own[column].isna().all():
                continue
            codes = np.full(shape, _ABSENT, np.int8)
            categories = own[column].cat.set_categories(list(terms))
            codes[station, at] = categories.cat.codes.to_numpy()
            told = _flag_attributes(column, words)
            flags[f"{name}_{column}"] = (("station", "time"), codes, told)
        attributes = self._described(keys, own)
        if flags:
            attributes["ancillary_variables"] = " ".join(flags)
        return {name: (("station", "time"), values, attributes), **flags}

    def coordinates(self) -> dict[str, Any]:
        """Return stations and times."""
        known = {f"{one['party']}:{one['id']}": one for one in self.metadata.stations}
        places = [known.get(one, {}) for one in self.ids]
        told: dict[str, Any] = {
            "station": (
                "station",
                np.array(self.ids, object),
                {
                    "cf_role": "timeseries_id",
                    "long_name": "party and id of the station",
                },
            ),
            "station_name": (
                "station",
                np.array([self._name_of(one) for one in places], object),
                {"standard_name": "platform_name"},
            ),
            "time": (
                "time",
                self.times.astype("datetime64[us]"),
                {"standard_name": "time", "axis": "T", "long_name": "time in UTC"},
            ),
        }
        for name, attributes in _POSITION.items():
            found = [place.get(name) for place in places]
            if any(one is not None for one in found):
                numbers = [np.nan if one is None else one for one in found]
                told[name] = ("station", np.array(numbers, np.float64), attributes)
        return told

    def bounds(self) -> Any:
        """Return where each time's interval begins and ends; None for instants."""
        ends = ends_of(self.frame, (self.codes, self.named), self.described)
        if ends is None:
            return None
        found = np.full(len(self.times), -1, np.int64)
        found[self.at] = ends
        if (found[self.at] != ends).any():
            raise NotAcceptable(
                "figures that begin at one time end at several: clocks of different "
                "zones, or different intervals",
                hint="make a data set of each zone: those of metadata.zones",
            )
        return np.stack([self.times, found], axis=1).astype("datetime64[us]")

    def attributes(self) -> dict[str, Any]:
        """Return what is said of the whole."""
        licences = sorted({one for one in self.metadata.licences.values() if one})
        zones = sorted(set(self.metadata.zones.values()))
        return {
            "Conventions": "CF-1.11",
            "featureType": "timeSeries",
            "title": "Figures as their owners signed them, from a Waternet node",
            "institution": ", ".join(sorted({key[0] for key in self.named})),
            "source": self.metadata.location,
            "references": cite(self.metadata, language="en"),
            "license": "; ".join(licences),
            "time_zones_of_owners": " ".join(zones),
            "history": f"{self.metadata.retrieved:%Y-%m-%dT%H:%M:%SZ} retrieved",
        }

    def _verify_alike(self) -> None:
        if self.metadata.is_gathered:
            return
        found = {parts[3] for parts in self.parts.values()}
        if len(found) > 1:
            raise NotAcceptable(
                f"figures of different intervals ({', '.join(sorted(found))}) have no "
                "times in common",
                hint="make a data set of each: get_observations(..., interval='P1D')",
            )

    def _name(self, key: Key, depth: int) -> str:
        parts = self.parts[key]
        words = [parts[1], *(parts[2], parts[4], parts[3])[: depth - 1]]
        return "_".join(words).replace("-", "_").replace(".", "_")

    def _is_apart(self, keys: Sequence[Key]) -> bool:
        places = [(key[0], self.parts[key][0]) for key in keys]
        statistics = {self.parts[key][2] for key in keys}
        return len(set(places)) == len(places) and len(statistics) == 1

    def _described(self, keys: Sequence[Key], own: DataFrame) -> dict[str, Any]:
        units = own["unit"].astype(str).unique().tolist()
        _feature, term, statistic, interval, _procedure = self.parts[keys[0]]
        if len(units) > 1:
            raise NotAcceptable(
                f"{term}: figures in {' and '.join(units)}",
                hint=f"ask with unit={units[0]!r}",
            )
        known = get_terms("observed_property").get(term)
        language = self.metadata.language
        gathered = self.metadata.question.get("statistic", "mean")
        if self.metadata.is_gathered:
            method = _GATHERED.get(gathered, "")
            interval = self.metadata.question["aggregate"]
        else:
            method = _METHODS.get(statistic, "")
        told = {
            "standard_name": standard_names().get(term, ""),
            "long_name": known.labels[language] if known else term,
            "units": to_udunits(units[0]),
            "ucum_code": units[0],
            "observed_property": term,
            "cell_methods": f"time: {method}" if method else "",
            "statistic": gathered if self.metadata.is_gathered else statistic,
            "interval": "" if interval == "PT0S" else interval,
        }
        return {name: text for name, text in told.items() if text}

    def _name_of(self, place: Mapping[str, Any]) -> str:
        names = dict(place.get("names") or {})
        first = next(iter(names.values()), str(place.get("id", "")))
        return str(names.get(self.metadata.language, first))


_POSITION = {
    "longitude": {"standard_name": "longitude", "units": "degrees_east"},
    "latitude": {"standard_name": "latitude", "units": "degrees_north"},
    "elevation": {
        "standard_name": "altitude",
        "units": "m",
        "positive": "up",
        "long_name": "elevation of the station above its owner's datum",
    },
}


@cache
def standard_names() -> Mapping[str, str]:
    """Return CF's names of the observed properties that it has a name for."""
    source = files("waternet.client") / "standard_names.csv"
    with source.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {row["observed_property"]: row["standard_name"] for row in rows}


def _flag_attributes(column: str, words: Sequence[str]) -> dict[str, Any]:
    return {
        "long_name": {
            "censor": "whether the value is a limit",
            "grade": "grade of quality control",
            "status": "how the figure came about",
        }[column],
        "standard_name": "status_flag" if column != "grade" else "quality_flag",
        "flag_values": np.arange(len(words), dtype=np.int8),
        "flag_meanings": " ".join(words),
        "_FillValue": np.int8(_ABSENT),
    }
