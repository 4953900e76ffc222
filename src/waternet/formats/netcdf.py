"""NetCDF: series at stations by the CF conventions (discrete sampling geometries)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waternet.errors import NotAcceptable
from waternet.formats.cf_series import read_cf_series
from waternet.formats.netcdf_classic import is_classic, read_classic
from waternet.formats.netcdf_file import NetcdfFile
from waternet.formats.netcdf_hdf5 import is_hdf5, opened_hdf5
from waternet.formats.recipe import TableLayout
from waternet.formats.series import SeriesDocument

__all__ = ["is_netcdf", "list_series"]

_MAX_FILE = 4 << 30  # bytes of a classic file


def is_netcdf(head: bytes, name: str) -> bool:
    """Whether a file is NetCDF of any make, or HDF5.

    Examples
    --------
    >>> is_netcdf(b"CDF" + bytes([1, 0, 0, 0, 0]), "a.nc"), is_netcdf(b"CDF;1", "a.nc")
    (True, False)
    """
    del name
    return is_classic(head) or is_hdf5(head)


def list_series(path: Path, table: TableLayout) -> SeriesDocument:
    """Return a series for each data variable at each station.

    Parameters
    ----------
    path : Path
        Classic NetCDF (CDF-1, 2, 5), or NetCDF-4 with the extra 'netcdf' installed.
    table : TableLayout
        Nothing in it applies.

    Returns
    -------
    SeriesDocument
        Values are unpacked (scale_factor, add_offset); flags are qualifiers.

    Raises
    ------
    NotAcceptable
        It is no NetCDF, is damaged, or holds no time series of stations.
    """
    del table
    with _opened(path) as file:
        return read_cf_series(file, path.name)


@contextmanager
def _opened(path: Path) -> Iterator[NetcdfFile]:
    with path.open("rb") as source:
        head = source.read(8)
    if is_hdf5(head):
        with opened_hdf5(path) as file:
            yield file
        return
    if not is_classic(head):
        raise NotAcceptable(
            f"{path.name} is no NetCDF: it does not begin like one",
            hint="expected a file that begins with CDF or HDF",
        )
    if path.stat().st_size > _MAX_FILE:
        raise NotAcceptable(f"{path.name}: more than {_MAX_FILE:,} bytes")
    yield read_classic(path.read_bytes(), path.name)
