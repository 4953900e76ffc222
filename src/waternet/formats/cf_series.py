"""Series of stations in a NetCDF file, as chapter 9 of the CF conventions lays them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.formats.cf_stations import Station, read_stations
from waternet.formats.cf_time import is_time_unit, read_times
from waternet.formats.cf_values import Flags, as_texts, is_data
from waternet.formats.netcdf_file import NetcdfFile, Variable
from waternet.formats.reading import Reject
from waternet.formats.series import Points, SeriesDocument, SourceSeries
from waternet.formats.units import to_ucum
from waternet.observation.vocabulary import get_terms

__all__ = ["STATISTICS", "read_cf_series"]

Rows = npt.NDArray[np.int64]

# What 'cell_methods' calls a statistic.
STATISTICS = {
    "point": "instant",
    "mean": "mean",
    "sum": "total",
    "maximum": "maximum",
    "minimum": "minimum",
    "median": "median",
}
_METHOD = re.compile(r"\btime\s*:\s*(\w+)")


def read_cf_series(file: NetcdfFile, name: str) -> SeriesDocument:
    """Return a series for each data variable at each station.

    Parameters
    ----------
    file : NetcdfFile
    name : str
        Of the file, for messages.

    Raises
    ------
    NotAcceptable
        It has another featureType, no time, or nothing that is a figure at a time.
    """
    layout = _Layout(file, name)
    series, notices, first = list[SourceSeries](), list[Reject](), 1
    for variable in layout.data:
        for each in layout.series(variable):
            count = len(each.points.time)
            each.points.number.extend(range(first, first + count))
            first += count
            series.append(each)
    if not series:
        raise NotAcceptable(
            f"{name} holds no figures at stations",
            hint="a data variable has the dimension of the time, and is no coordinate",
        )
    for left in file.left_out:
        reason = "a group: what is in it is not read"
        notices.append(Reject(name, "", 0, left, "", reason, lost=0))
    return SeriesDocument(tuple(series), notices=tuple(notices))


class _Layout:
    """How samples are laid along stations and times."""

    def __init__(self, file: NetcdfFile, name: str) -> None:
        self.file, self.name = file, name
        self._verify_kind()
        self.time = self._find_time()
        self.role = self._find_role()
        self.count = self._with("sample_dimension")
        self.index = self._with("instance_dimension")
        self.instance = self._find_instance()
        self.sample = self._find_sample()
        mine = (self.instance, self.sample, self._length(self.instance))
        self.stations = list(read_stations(file, name, *mine))
        self.data = [each for each in file.variables.values() if self._is_data(each)]

    def series(self, variable: Variable) -> Iterator[SourceSeries]:
        """Yield the series of a data variable, station by station."""
        values = as_texts(variable)
        flags = Flags.of(variable, self.file)
        times, ends = self._times()
        for place, station in enumerate(self.stations):
            rows = self._rows(variable, place)
            # Samples of a station are in order of time, whichever way they are laid.
            is_shared = self._is_shared_time
            clock = np.arange(len(rows)) if is_shared else self._rows(self.time, place)
            own_times = [times[row] for row in clock.tolist()]
            own = [values[row] for row in rows.tolist()]
            # What fills up an incomplete array has no time: it never was a sample.
            kept = [n for n, time in enumerate(own_times) if time or own[n]]
            remarks = flags.texts(rows) if flags else []
            yield self._described(
                variable,
                station,
                Points(
                    [],
                    [own_times[n] for n in kept],
                    [own[n] for n in kept],
                    [remarks[n] for n in kept] if any(remarks) else [],
                    [],
                    [ends[clock[n]] for n in kept] if ends else [],
                ),
            )

    def _verify_kind(self) -> None:
        kind = self.file.text("featureType").lower()
        if kind not in ("", "timeseries", "station"):
            raise NotAcceptable(
                f"{self.name}: featureType {self.file.text('featureType')!r:.40} is "
                "no time series of stations",
                hint="timeSeries is read; profiles and trajectories are not",
            )
        roles = {each.text("cf_role") for each in self.file.variables.values()}
        if extra := roles & {"profile_id", "trajectory_id"}:
            raise NotAcceptable(f"{self.name}: cf_role {extra.pop()!r}: no time series")
        if not kind and "timeseries_id" not in roles:
            raise NotAcceptable(
                f"{self.name} says no featureType and has no timeseries_id",
                hint="grids and model output are not read: extract series at points",
            )

    def _find_time(self) -> Variable:
        found = [
            each
            for each in self.file.variables.values()
            if is_time_unit(each.text("units"))
        ]
        named = [each for each in found if each.text("standard_name") == "time"]
        named = named or [each for each in found if each.text("axis") == "T"] or found
        if not named or not named[0].dims:
            raise NotAcceptable(
                f"{self.name}: no variable of time",
                hint="one with units such as 'days since 1970-01-01' is needed",
            )
        return named[0]

    def _find_role(self) -> Variable | None:
        found = self.file.variables.values()
        return next(
            (each for each in found if each.text("cf_role") == "timeseries_id"), None
        )

    def _with(self, attribute: str) -> Variable | None:
        found = self.file.variables.values()
        return next((each for each in found if each.text(attribute)), None)

    def _find_instance(self) -> str:
        """Return the dimension of the stations; '' where there is one, without."""
        if self.index is not None:
            return self.index.text("instance_dimension")
        if self.count is not None:
            return self.count.dims[0] if self.count.dims else ""
        if self.role is None or not self.role.dims:
            return ""
        is_letters = self.role.values.dtype == np.dtype("S1")
        return "" if is_letters and len(self.role.dims) == 1 else self.role.dims[0]

    def _find_sample(self) -> str:
        if self.count is not None:
            return self.count.text("sample_dimension")
        if self.index is not None:
            return self.index.dims[0]
        others = [dim for dim in self.time.dims if dim != self.instance]
        if len(others) != 1:
            raise NotAcceptable(
                f"{self.name}: time along {', '.join(self.time.dims)!r:.80}",
                hint="expected along the stations and the samples, or the samples",
            )
        return others[0]

    @property
    def _is_ragged(self) -> bool:
        return self.count is not None or self.index is not None

    @property
    def _is_shared_time(self) -> bool:
        """Whether all stations have the times of one row."""
        return not self._is_ragged and self.instance not in self.time.dims

    def _is_data(self, variable: Variable) -> bool:
        if self.sample not in variable.dims or not is_data(variable, self.file):
            return False
        if variable in (self.time, self.count, self.index):
            return False
        others = set(variable.dims) - {self.sample, self.instance}
        wanted = self.sample if self._is_ragged else self.instance
        return not others and (not wanted or wanted in variable.dims)

    def _length(self, dim: str) -> int:
        for each in self.file.variables.values():
            if dim in each.dims:
                return each.shape[each.dims.index(dim)]
        return 0

    def _rows(self, variable: Variable, place: int) -> Rows:
        """Return where the samples of a station stand in a variable laid out flat."""
        length = self._length(self.sample)
        if self.count is not None:
            counts = self._counts()
            start = int(counts[:place].sum())
            return np.arange(start, start + int(counts[place]))
        if self.index is not None:
            return np.flatnonzero(self.index.values.reshape(-1) == place)
        if not self.instance or self.instance not in variable.dims:
            return np.arange(length)
        if variable.dims[0] == self.instance:
            return np.arange(place * length, (place + 1) * length)
        return np.arange(place, length * len(self.stations), len(self.stations))

    def _counts(self) -> Rows:
        assert self.count is not None
        counts = np.where(self.count.missing(), 0, self.count.values).reshape(-1)
        counts = counts.astype(np.int64)
        if (counts < 0).any() or counts.sum() > self._length(self.sample):
            raise NotAcceptable(
                f"{self.name}: {self.count.name!r:.40} counts {counts.sum():,} samples "
                f"of {self._length(self.sample):,}",
                hint="write the file again: its counts do not fit its figures",
            )
        return counts

    def _times(self) -> tuple[list[str], list[str]]:
        """Return starts, and ends where the time has bounds, laid out as the data."""
        unit, calendar = self.time.text("units"), self.time.text("calendar")
        values = np.where(self.time.missing(), np.nan, self.time.values.astype(float))
        is_whole = self.time.values.dtype.kind in "iu" and not np.isnan(values).any()
        given = self.time.values if is_whole else values
        bounds = self.file.variables.get(self.time.text("bounds"))
        if bounds is not None and bounds.shape == (*self.time.shape, 2):
            both = bounds.values
            starts = read_times(both[..., 0].reshape(-1), unit, calendar)
            return starts, read_times(both[..., 1].reshape(-1), unit, calendar)
        return read_times(given.reshape(-1), unit, calendar), []

    def _described(
        self, variable: Variable, station: Station, points: Points
    ) -> SourceSeries:
        term = variable.text("observed_property")
        method = _METHOD.search(variable.text("cell_methods"))
        statistic = STATISTICS.get(method[1], "") if method else ""
        unit = variable.text("units")
        names = (variable.name, variable.text("standard_name"))
        return SourceSeries(
            station.feature,
            tuple(dict.fromkeys(filter(None, (*names, variable.text("long_name"))))),
            points,
            station.name,
            station.x,
            station.y,
            station.crs,
            station.elevation,
            observed_property=term if term in get_terms("observed_property") else "",
            unit=unit,
            ucum=to_ucum(variable.text("ucum_code")) or to_ucum(unit),
            statistic=statistic,
            interval="PT0S" if statistic == "instant" else variable.text("interval"),
            zone="UTC",
            attributes=station.attributes,
        )
