"""NetCDF in its classic makes, read and written byte by byte.

References
----------
The NetCDF Classic Format Specification (CDF-1, CDF-2 and CDF-5), Unidata.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from math import prod
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable
from waternet.formats.netcdf_file import NetcdfFile, Variable

__all__ = ["is_classic", "read_classic", "write_classic"]

_TYPES = {
    1: ">i1",
    2: "S1",
    3: ">i2",
    4: ">i4",
    5: ">f4",
    6: ">f8",
    7: ">u1",
    8: ">u2",
    9: ">u4",
    10: ">i8",
    11: ">u8",
}
_CODES = {"S": 2, "i1": 1, "i2": 3, "i4": 4, "f4": 5, "f8": 6}
_DIMENSION, _VARIABLE, _ATTRIBUTE = 10, 11, 12
_MAX_PARTS = 100_000  # dimensions, variables or attributes


def is_classic(head: bytes) -> bool:
    """Whether a file begins like one of the classic makes."""
    return head[:3] == b"CDF" and head[3:4] in (b"\x01", b"\x02", b"\x05")


def read_classic(content: bytes, file: str) -> NetcdfFile:
    """Read a whole file.

    Raises
    ------
    NotAcceptable
        It is cut short, or its header contradicts itself.
    """
    try:
        return _Reader(content).read()
    except (struct.error, ValueError, OverflowError, KeyError, IndexError) as error:
        raise NotAcceptable(
            f"{file} is damaged: {error}",
            hint="fetch it or write it again",
        ) from error


class _Header(NamedTuple):
    """A variable as the header describes it."""

    name: str
    places: list[int]
    attributes: dict[str, Any]
    dtype: np.dtype[Any]
    begin: int


class _Reader:
    """A file while it is read."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 4
        self.wide = content[3] == 5
        self.offset = ">q" if content[3] in (2, 5) else ">i"

    def read(self) -> NetcdfFile:
        records = self._count(least=-1)
        dims = self._dims()
        attributes = self._attributes()
        headers = [self._variable() for _ in range(self._list(_VARIABLE))]
        unlimited = [place for place, (_, length) in enumerate(dims) if not length]
        grown = [h for h in headers if h.places[:1] == unlimited[:1] and h.places]
        sizes = [self._size(header, dims) for header in grown]
        stride = (
            sizes[0] if len(sizes) == 1 else sum(-(-each // 4) * 4 for each in sizes)
        )
        if records < 0 or records * stride > len(self.content):
            # Streamed: as many as there is room for.
            begin = min((header.begin for header in grown), default=0)
            records = max(0, len(self.content) - begin) // max(stride, 1)
        variables = {}
        for header in headers:
            is_grown = any(header is each for each in grown)
            shape = [dims[place][1] for place in header.places]
            if is_grown:
                shape[0] = records
            variables[header.name] = Variable(
                header.name,
                tuple(dims[place][0] for place in header.places),
                tuple(shape),
                header.attributes,
                self._loader(header, tuple(shape), stride if is_grown else 0),
            )
        return NetcdfFile(attributes, variables)

    def _size(self, header: _Header, dims: list[tuple[str, int]]) -> int:
        lengths = [dims[place][1] for place in header.places[1:]]
        return prod(lengths) * header.dtype.itemsize

    def _loader(self, header: _Header, shape: tuple[int, ...], stride: int) -> Any:
        size = prod(shape) * header.dtype.itemsize
        last = header.begin + size
        if stride and shape[0]:
            last = header.begin + (shape[0] - 1) * stride + size // shape[0]
        if not 0 <= header.begin <= last <= len(self.content):
            raise ValueError(f"variable {header.name!r:.80} ends after the file does")

        def load() -> npt.NDArray[Any]:
            inner = np.empty(shape[1:], header.dtype).strides if stride else ()
            return np.ndarray(
                shape,
                header.dtype,
                self.content,
                header.begin,
                (stride, *inner) if stride else None,
            )

        return load

    def _unpack(self, form: str) -> int:
        (number,) = struct.unpack_from(form, self.content, self.at)
        self.at += struct.calcsize(form)
        return int(number)

    def _count(self, least: int = 0) -> int:
        number = self._unpack(">q" if self.wide else ">i")
        if number < least:
            raise ValueError(f"a count of {number}")
        return number

    def _list(self, kind: int) -> int:
        tag, count = self._unpack(">i"), self._count()
        if (tag not in (0, kind)) or (tag == 0 and count) or count > _MAX_PARTS:
            raise ValueError(f"a list of {count} parts of kind {tag}")
        return count

    def _bytes(self, count: int) -> bytes:
        if count > len(self.content) - self.at:
            raise ValueError("its header ends after the file does")
        found = self.content[self.at : self.at + count]
        self.at += -(-count // 4) * 4
        return found

    def _name(self) -> str:
        return self._bytes(self._count()).decode("utf-8")

    def _dims(self) -> list[tuple[str, int]]:
        return [(self._name(), self._count()) for _ in range(self._list(_DIMENSION))]

    def _attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in range(self._list(_ATTRIBUTE)):
            name, dtype = self._name(), np.dtype(_TYPES[self._unpack(">i")])
            count = self._count()
            content = self._bytes(count * dtype.itemsize)
            is_text = dtype.kind == "S"
            found[name] = (
                content.rstrip(b"\0").decode("utf-8", "replace")
                if is_text
                else np.frombuffer(content, dtype)
            )
        return found

    def _variable(self) -> _Header:
        name, rank = self._name(), self._count()
        if rank > 64:
            raise ValueError(f"variable {name!r:.80} has {rank} dimensions")
        places = [self._count() for _ in range(rank)]
        attributes = self._attributes()
        dtype = np.dtype(_TYPES[self._unpack(">i")])
        self._count(least=-1)  # its size, which the shape says too
        return _Header(name, places, attributes, dtype, self._unpack(self.offset))


_Written = tuple[Sequence[str], Mapping[str, Any], npt.NDArray[Any]]


def write_classic(
    dims: Mapping[str, int],
    attributes: Mapping[str, Any],
    variables: Mapping[str, _Written],
    sink: IO[bytes],
) -> None:
    """Write a file with 64-bit offsets (CDF-2), all dimensions of fixed length.

    Parameters
    ----------
    dims : mapping of name to length
        Each at least 1.
    attributes : mapping
        Texts, or arrays of numbers.
    variables : mapping of name to (dims, attributes, values)
        Values of type S1, i1, i2, i4, f4 or f8.
    sink : binary file
    """
    numbers = {name: place for place, name in enumerate(dims)}
    parts = []
    for name, (along, own, values) in variables.items():
        places = b"".join(struct.pack(">i", numbers[dim]) for dim in along)
        size = -(-values.nbytes // 4) * 4
        head = _named(name) + struct.pack(">i", len(along)) + places
        head += _attribute_list(own)
        head += struct.pack(">ii", _code(values), min(size, 2**31 - 1))
        parts.append((head, size, values))
    start = b"CDF\x02" + struct.pack(">i", 0)
    start += _tagged(
        _DIMENSION, [_named(n) + struct.pack(">i", size) for n, size in dims.items()]
    )
    start += _attribute_list(attributes)
    start += struct.pack(">ii", _VARIABLE, len(parts))
    begin = len(start) + sum(len(head) + 8 for head, _, _ in parts)
    sink.write(start)
    for head, size, _ in parts:
        sink.write(head + struct.pack(">q", begin))
        begin += size
    for _, size, values in parts:
        content = values.astype(values.dtype.newbyteorder(">")).tobytes()
        sink.write(content.ljust(size, b"\0"))


def _named(name: str) -> bytes:
    written = name.encode()
    return struct.pack(">i", len(written)) + _padded(written)


def _padded(content: bytes) -> bytes:
    return content.ljust(-(-len(content) // 4) * 4, b"\0")


def _tagged(kind: int, parts: Sequence[bytes]) -> bytes:
    return struct.pack(">ii", kind if parts else 0, len(parts)) + b"".join(parts)


def _attribute_list(attributes: Mapping[str, Any]) -> bytes:
    parts = []
    for name, value in attributes.items():
        values = np.asarray(value)
        if isinstance(value, str):
            content, code, count = value.encode(), 2, len(value.encode())
        else:
            values = np.atleast_1d(values)
            content = values.astype(values.dtype.newbyteorder(">")).tobytes()
            code, count = _code(values), len(values)
        parts.append(_named(name) + struct.pack(">ii", code, count) + _padded(content))
    return _tagged(_ATTRIBUTE, parts)


def _code(values: npt.NDArray[Any]) -> int:
    kind = values.dtype.kind
    return _CODES["S" if kind == "S" else f"{kind}{values.dtype.itemsize}"]
