"""NetCDF, written: one quantity at stations, as a contiguous ragged array (CF-1.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.formats.cf_series import STATISTICS
from waternet.formats.moments import compile_moment
from waternet.formats.netcdf_classic import write_classic
from waternet.formats.series import SourceSeries

__all__ = ["write_netcdf"]

_METHODS = {statistic: written for written, statistic in STATISTICS.items()}
_TIME = "seconds since 1970-01-01T00:00:00Z"
_Variables = dict[str, tuple[Sequence[str], Mapping[str, Any], npt.NDArray[Any]]]


def write_netcdf(series: Sequence[SourceSeries], sink: IO[bytes]) -> None:
    """Write series of one quantity, unit and statistic at stations.

    Parameters
    ----------
    series : sequence of SourceSeries
        One for each station; times in ISO with an offset, or in UTC by `zone`.
        Remark codes become flags; a missing value is the fill value NaN.
    sink : binary file
        In the classic format with 64-bit offsets, which every NetCDF library reads.

    Raises
    ------
    NotAcceptable
        Several quantities (write one file for each), two series at one station, a
        limit ('<0.05'), a remark code with a blank, or positions in several systems.
    """
    first = _verify_alike(series)
    counts = [len(each.points.time) for each in series]
    times = [time for each in series for time in _moments(each, each.points.time)]
    dims = {"station": len(series), "obs": sum(counts)}
    ids = _letters([each.feature for each in series])
    names = _letters([each.name for each in series])
    dims |= {"id_length": ids.shape[1], "name_length": names.shape[1]}
    own = {"long_name": first.quantities[-1] if first.quantities else "value"}
    variable = _variable_name(first)
    variables: _Variables = {
        "station_id": (
            ("station", "id_length"),
            {"cf_role": "timeseries_id", "_Encoding": "utf-8"},
            ids,
        ),
        "station_name": (
            ("station", "name_length"),
            {"standard_name": "platform_name", "_Encoding": "utf-8"},
            names,
        ),
        **_positions(series),
        "row_size": (
            ("station",),
            {"sample_dimension": "obs"},
            np.array(counts, np.int32),
        ),
        "time": (
            ("obs",),
            {
                "standard_name": "time",
                "units": _TIME,
                "axis": "T",
                "calendar": "proleptic_gregorian",
            },
            np.array(times, np.float64),
        ),
    }
    if any(any(each.points.end) for each in series):
        ends = [end for each in series for end in _moments(each, each.points.end)]
        variables["time"][1]["bounds"] = "time_bounds"  # type: ignore[index]
        both = np.array([times, ends], np.float64).T
        variables["time_bounds"] = (("obs", "edge"), {}, both)
        dims["edge"] = 2
    flags = _flags(series)
    if flags is not None:
        variables["flag"] = flags
        own["ancillary_variables"] = "flag"
    values = [value for each in series for value in _values(each)]
    variables[variable] = (
        ("obs",),
        {**_described(first), **own, "_FillValue": np.array([np.nan])},
        np.array(values, np.float64),
    )
    head = {"Conventions": "CF-1.11", "featureType": "timeSeries"}
    write_classic(dims, head, variables, sink)


def _verify_alike(series: Sequence[SourceSeries]) -> SourceSeries:
    if not series or not any(each.points.time for each in series):
        raise NotAcceptable("no figures to write", hint="stations alone are no series")
    kinds = {(s.quantities, s.unit, s.statistic, s.interval, s.crs) for s in series}
    if len(kinds) > 1:
        raise NotAcceptable(
            "series of several quantities, units, statistics or reference systems",
            hint="write one file for each",
        )
    features = [each.feature for each in series]
    if len(set(features)) < len(features):
        raise NotAcceptable(
            "two series at one station", hint="write one file for each method"
        )
    if series[0].statistic and series[0].statistic not in _METHODS:
        raise NotAcceptable(f"no statistic {series[0].statistic!r} in CF's methods")
    return series[0]


def _variable_name(series: SourceSeries) -> str:
    """Return a name that NetCDF allows, and that is none of the file's own."""
    given = series.quantities[0] if series.quantities else "value"
    if given.isidentifier() and given.isascii() and given not in _OWN:
        return given
    return "value"


_OWN = frozenset(
    ("station", "obs", "edge", "id_length", "name_length", "station_id", "station_name")
) | {"x", "y", "z", "crs", "row_size", "time", "time_bounds", "flag"}


def _described(series: SourceSeries) -> dict[str, str]:
    written = {"units": series.unit, "observed_property": series.observed_property}
    if series.statistic:
        written["cell_methods"] = f"time: {_METHODS[series.statistic]}"
    if series.interval not in ("", "PT0S"):
        written["interval"] = series.interval
    if series.x:
        written["coordinates"] = "time y x" + (" z" if series.elevation else "")
    if series.x and series.crs != "EPSG:4326":
        written["grid_mapping"] = "crs"
    return {name: text for name, text in written.items() if text}


def _positions(series: Sequence[SourceSeries]) -> _Variables:
    degrees = series[0].crs == "EPSG:4326"
    x: dict[str, str] = {"standard_name": "projection_x_coordinate", "units": "m"}
    y: dict[str, str] = {"standard_name": "projection_y_coordinate", "units": "m"}
    if degrees:
        x = {"standard_name": "longitude", "units": "degrees_east"}
        y = {"standard_name": "latitude", "units": "degrees_north"}
    found: _Variables = {}
    for name, own in (("x", x), ("y", y)):
        figures = [_number(getattr(each, name), each) for each in series]
        if not np.isnan(figures).all():
            found[name] = (("station",), own, np.array(figures, np.float64))
    heights = [_number(each.elevation, each) for each in series]
    if not np.isnan(heights).all():
        own = {"standard_name": "altitude", "units": "m", "positive": "up"}
        found["z"] = (("station",), own, np.array(heights, np.float64))
    if found and not degrees and series[0].crs:
        found["crs"] = ((), _mapping(series[0].crs), np.array(0, np.int32))
    return found


def _mapping(crs: str) -> dict[str, str]:
    # Written out, so that readers without a registry know it too.
    from pyproj import CRS

    wkt = CRS.from_user_input(crs).to_wkt()
    written = {"crs_wkt": wkt, "grid_mapping_name": "unknown"}
    if crs.startswith("EPSG:"):
        written["epsg_code"] = crs
    return written


def _moments(series: SourceSeries, texts: Sequence[str]) -> list[float]:
    """Return seconds since 1970 in UTC."""
    read, found = compile_moment("ISO"), []
    for text in texts:
        moment = read(text)
        if moment.offset is None and moment.has_clock and series.zone != "UTC":
            raise NotAcceptable(
                f"{series.feature}: {text!r} says no offset",
                hint="give times in UTC",
            )
        utc = moment.local - 60_000_000 * (moment.offset or 0)
        found.append(utc / 1_000_000)
    return found


def _values(series: SourceSeries) -> list[float]:
    return [_number(value, series) for value in series.points.value]


def _number(text: str, series: SourceSeries) -> float:
    if not text:
        return float("nan")
    try:
        return float(text)
    except ValueError as error:
        raise NotAcceptable(
            f"{series.feature}: NetCDF cannot say {text!r}",
            hint="limits such as '<0.05' are kept by CSV and WaterML",
        ) from error


def _letters(texts: Sequence[str]) -> npt.NDArray[Any]:
    written = [text.encode() for text in texts]
    width = max(1, *map(len, written))
    flat = b"".join(each.ljust(width, b"\0") for each in written)
    return np.frombuffer(flat, "S1").reshape(len(written), width)


def _flags(
    series: Sequence[SourceSeries],
) -> tuple[Sequence[str], Mapping[str, Any], npt.NDArray[Any]] | None:
    remarks = [
        remark
        for each in series
        for remark in each.points.qualifier or [""] * len(each.points.time)
    ]
    words = sorted(set(remarks) - {""})
    if not words:
        return None
    for word in words:
        if len(word.split()) != 1:
            raise NotAcceptable(
                f"a remark code with a blank, {word!r:.40}: no flag can mean it",
                hint="leave remarks out, or write WaterML or CSV",
            )
    codes = {word: number for number, word in enumerate(words, 1)} | {"": 0}
    own = {
        "standard_name": "quality_flag",
        "flag_values": np.array(range(1, len(words) + 1), np.int32),
        "flag_meanings": " ".join(words),
    }
    return ("obs",), own, np.array([codes[each] for each in remarks], np.int32)
