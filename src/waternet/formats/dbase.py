"""dBASE tables (.dbf), as shapefiles keep their attributes in."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from waternet.errors import NotAcceptable

__all__ = ["DbaseTable", "is_dbase", "read_dbase"]

Bytes = npt.NDArray[np.uint8]

_HEADER = struct.Struct("<BBBBIHH17xBxx")
_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x7b\x83\x8b\x8c\xcb\xf5")
# Language driver ids of the code pages that appear in the wild.
_CODE_PAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x58: "cp1252",
    0x59: "cp1252",
    0x64: "cp852",
    0x65: "cp866",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}
_TEXT = "CVNFDL"


@dataclass(frozen=True)
class DbaseTable:
    """A table of a .dbf file.

    Attributes
    ----------
    headings : list of str
    columns : list of list of str, each (n,)
        As written; dates as ISO text, logical ones 'T' or 'F', blank ''.
    kept : list of int
        Numbers of the n records that are not marked as deleted, from 0.
    encoding : str
        In which the text was read.
    deleted : int
        How many records are marked as deleted.
    unread : list of str
        Headings of columns whose type keeps its values in another file.
    """

    headings: list[str]
    columns: list[list[str]]
    kept: list[int]
    encoding: str
    deleted: int
    unread: list[str]


@dataclass(frozen=True)
class _Field:
    name: bytes
    kind: str
    start: int
    length: int


def is_dbase(head: bytes) -> bool:
    """Whether a file begins like a .dbf: version, date, header of whole fields."""
    if len(head) < 65 or head[0] not in _VERSIONS:
        return False
    _, _, month, day, _, header, record, _ = _HEADER.unpack_from(head)
    return (
        1 <= month <= 12
        and 1 <= day <= 31
        and header >= 65
        and record >= 2
        and chr(head[43]) in _TEXT + "MIOB@TY+GP0QW"
        and 0x20 < head[32] < 0xFF
    )


def read_dbase(content: bytes, file: str, encoding: str = "") -> DbaseTable:
    """Read a table.

    Parameters
    ----------
    content : bytes
        The whole file.
    file : str
        Its name, for messages.
    encoding : str
        Of its text; '' where nobody said: then its own mark, else UTF-8.

    Raises
    ------
    NotAcceptable
        It is no such table, is cut short, or its text is in another encoding.
    """
    if not is_dbase(content):
        raise NotAcceptable(
            f"{file} is not a dBASE table: it does not begin like one",
            hint="a shapefile's attributes are in its .dbf",
        )
    _, _, _, _, count, header, length, driver = _HEADER.unpack_from(content)
    if header + count * length > len(content):
        whole = max(0, len(content) - header) // length
        raise NotAcceptable(
            f"{file} is cut short: its header counts {count:,} records, "
            f"{whole:,} are there",
            hint="copy it again, all of its parts together",
        )
    fields = _fields(content[:header], file, length)
    records = np.frombuffer(content, np.uint8, count * length, header)
    records = records.reshape(count, length)
    deleted = records[:, 0] == ord("*")
    records = records[~deleted]
    encoding = _encoding(encoding or _CODE_PAGES.get(driver, "utf-8"), records, fields)
    return DbaseTable(
        [_decode(each.name, encoding, file) for each in fields],
        [_column(records, each, encoding, file) for each in fields],
        np.flatnonzero(~deleted).tolist(),
        encoding,
        int(deleted.sum()),
        [_decode(f.name, encoding, file) for f in fields if f.kind not in _READERS],
    )


def _fields(header: bytes, file: str, length: int) -> list[_Field]:
    fields, start = [], 1
    for place in range(32, len(header) - 31, 32):
        if header[place] == 0x0D:
            break
        name = header[place : place + 11].split(b"\0")[0].strip()
        kind, size = chr(header[place + 11]), header[place + 16]
        if kind == "C":  # long texts keep the upper byte where others keep decimals
            size += header[place + 17] << 8
        fields.append(_Field(name, kind, start, size))
        start += size
    if not fields or start > length:
        raise NotAcceptable(
            f"{file}: its fields take {start} bytes of records of {length}"
        )
    return fields


def _encoding(said: str, records: Bytes, fields: list[_Field]) -> str:
    """Return UTF-8 where a code page is said and all the text is UTF-8 beyond ASCII."""
    if said.lower().replace("-", "") == "utf8" or not len(records):
        return said
    texts = [records[:, f.start : f.start + f.length] for f in fields if f.kind == "C"]
    foreign = [text[(text > 127).any(axis=1)] for text in texts]
    cells = [row.tobytes() for text in foreign for row in text]
    names = [field.name for field in fields if not field.name.isascii()]
    return "utf-8" if cells and all(map(_is_utf8, [*cells, *names])) else said


def _is_utf8(text: bytes) -> bool:
    try:
        _whole(text).decode()
    except UnicodeDecodeError:
        return False
    return True


def _whole(text: bytes) -> bytes:
    """Leave out a letter that the width of the field cut in two at the end."""
    for back in range(1, min(4, len(text) + 1)):
        byte = text[-back]
        if byte >= 0xC0:
            size = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return text[:-back] if size > back else text
        if byte < 0x80:
            break
    return text


def _decode(text: bytes, encoding: str, file: str) -> str:
    is_utf8 = encoding.lower().replace("-", "") == "utf8"
    try:
        return (_whole(text) if is_utf8 else text).decode(encoding)
    except UnicodeDecodeError as error:
        raise NotAcceptable(
            f"{file} is not in {encoding}: {text[:40]!r}",
            hint="say in [table] what encoding it has, such as 'cp1255' or 'cp1256'",
        ) from error


def _column(records: Bytes, field: _Field, encoding: str, file: str) -> list[str]:
    cells = records[:, field.start : field.start + field.length]
    if field.kind not in _READERS or not field.length:
        return [""] * len(records)
    read = _READERS[field.kind]
    rows = [row.tobytes() for row in cells]
    if read is not None:
        return [read(row) for row in rows]
    return [
        _decode(row.split(b"\0")[0].rstrip(), encoding, file).strip() for row in rows
    ]


def _number(cell: bytes) -> str:
    return cell.strip(b" \0").decode("latin-1")


def _day(cell: bytes) -> str:
    text = _number(cell)
    if len(text) == 8 and text.isascii() and text.isdigit():
        return "" if text == "0" * 8 else f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text


def _logical(cell: bytes) -> str:
    return {"Y": "T", "T": "T", "N": "F", "F": "F"}.get(_number(cell).upper(), "")


def _whole_number(cell: bytes) -> str:
    return str(int.from_bytes(cell, "little", signed=True))


def _double(cell: bytes) -> str:
    return repr(struct.unpack("<d", cell)[0]) if len(cell) == 8 else ""


def _currency(cell: bytes) -> str:
    amount = int.from_bytes(cell, "little", signed=True)
    sign, whole = "-" * (amount < 0), abs(amount)
    return f"{sign}{whole // 10_000}.{whole % 10_000:04}"


def _moment(cell: bytes) -> str:
    if len(cell) != 8:
        return ""
    day, milliseconds = struct.unpack("<ii", cell)
    if not 1_721_426 <= day <= 5_373_484 or not 0 <= milliseconds < 86_400_000:
        return ""  # Julian days of the years 1 to 9999
    moment = datetime.fromordinal(day - 1_721_425)
    return (moment + timedelta(milliseconds=milliseconds)).isoformat()


# By type; None is text in the file's encoding. Others keep theirs in a memo file.
_READERS: dict[str, Callable[[bytes], str] | None] = {
    "C": None,
    "V": None,
    "N": _number,
    "F": _number,
    "D": _day,
    "L": _logical,
    "I": _whole_number,
    "+": _whole_number,
    "O": _double,
    "B": _double,
    "Y": _currency,
    "T": _moment,
    "@": _moment,
}
