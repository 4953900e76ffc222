"""NetCDF-4: HDF5 underneath, read through h5py with whatever leads out refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from waternet.errors import NotAcceptable
from waternet.formats.netcdf_file import NetcdfFile, Variable

__all__ = ["is_hdf5", "opened_hdf5"]

_MAGIC = b"\x89HDF\r\n\x1a\n"
# Filters that HDF5 itself has: deflate, shuffle, checksum, szip, nbit, scale-offset.
# Others would be looked for, and run, from a folder of the machine.
_FILTERS = {1, 2, 3, 4, 5, 6}
_BARE = "This is a netCDF dimension but not a netCDF variable"
_MAX_VARIABLES = 10_000


def is_hdf5(head: bytes) -> bool:
    """Whether a file begins like HDF5."""
    return head.startswith(_MAGIC)


@contextmanager
def opened_hdf5(path: Path) -> Iterator[NetcdfFile]:
    """Open a file; its values are read while it is open.

    Raises
    ------
    NotAcceptable
        It is damaged, leads into other files, or h5py is not installed.
    """
    try:
        import h5py
    except ImportError as error:
        raise NotAcceptable(
            f"{path.name} is NetCDF-4, for which h5py is needed",
            hint="pip install 'waternet[netcdf]'; classic NetCDF needs nothing more",
        ) from error
    try:
        with h5py.File(path, "r", locking=False) as file:
            yield _described(h5py, file, path.name)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise NotAcceptable(
            f"{path.name} is damaged: {str(error)[:200]}",
            hint="fetch it or write it again",
        ) from error


def _described(h5py: Any, file: Any, name: str) -> NetcdfFile:
    if len(file) > _MAX_VARIABLES:
        raise NotAcceptable(f"{name}: more than {_MAX_VARIABLES:,} variables")
    variables, left_out = {}, []
    for key in file:
        if not isinstance(file.get(key, getlink=True), h5py.HardLink):
            raise _leads_out(name, key)
        item = file[key]
        if not isinstance(item, h5py.Dataset):
            left_out.append(key)
            continue
        if item.is_virtual or item.external:
            raise _leads_out(name, key)
        _verify_filters(item, name, key)
        attributes = _attributes(item)
        if str(attributes.get("NAME", "")).startswith(_BARE):
            continue
        variables[key] = Variable(
            key, _dims(item, key), item.shape, attributes, _loader(item)
        )
    return NetcdfFile(_attributes(file), variables, left_out)


def _leads_out(file: str, name: str) -> NotAcceptable:
    return NotAcceptable(
        f"{file}: {name!r:.80} leads into another file; nothing of it was read",
        hint="ask for a file that holds its figures itself",
    )


def _verify_filters(item: Any, file: str, name: str) -> None:
    plan = item.id.get_create_plist()
    for place in range(plan.get_nfilters()):
        code = plan.get_filter(place)[0]
        if code not in _FILTERS:
            raise NotAcceptable(
                f"{file}: {name!r:.80} is packed by filter {code}, which HDF5 itself "
                "has not",
                hint="write it with deflate (zlib), or without packing",
            )


def _loader(item: Any) -> Any:
    def load() -> Any:
        values = np.asarray(item[()])
        return values.astype("S1") if values.dtype == np.dtype("S1") else values

    return load


def _dims(item: Any, name: str) -> tuple[str, ...]:
    """Return names of dimensions; one of a scale's own is its name."""
    found = []
    for place, dim in enumerate(item.dims):
        if len(dim):
            found.append(dim[0].name.rsplit("/", 1)[-1])
        elif item.ndim == 1 and item.is_scale:
            found.append(name)
        else:
            found.append(f"{name}#{place}")
    return tuple(found)


def _attributes(item: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in item.attrs:
        if name in ("DIMENSION_LIST", "REFERENCE_LIST"):
            continue
        value = item.attrs[name]
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        elif isinstance(value, np.ndarray) and value.dtype.kind in "SO":
            value = " ".join(
                each.decode("utf-8", "replace")
                if isinstance(each, bytes)
                else str(each)
                for each in value.reshape(-1).tolist()
            )
        elif not isinstance(value, str):
            value = np.atleast_1d(np.asarray(value))
        found[name] = value
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
