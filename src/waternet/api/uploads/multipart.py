"""The parts of a form with files, found in a body without reading it into memory.

References
----------
RFC 7578 (multipart/form-data); RFC 2046, section 5.1 (multipart).
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waternet.api.asked import Body
from waternet.errors import NotAcceptable

__all__ = ["FormPart", "form_parts"]

_MOST_PARTS = 20
_MOST_HEAD = 8_192  # bytes of one part's headers
_PIECE = 1 << 20
_LETTERS = "0-9A-Za-z'()+_,./:=?-"
_BOUNDARY = re.compile(
    f'boundary=(?:"([ {_LETTERS}]{{1,70}})"|([{_LETTERS}]{{1,70}}))', re.IGNORECASE
)
_PARAMETER = re.compile(r'(?:^|;)\s*(name|filename)="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part of a form.

    Attributes
    ----------
    name : str
        Of the field.
    file_name : str
        As its sender named it; '' where it is no file.
    content : memoryview
        Valid as long as the form is open.
    """

    name: str
    file_name: str
    content: memoryview

    @property
    def text(self) -> str:
        """What a field that is no file says.

        Raises
        ------
        NotAcceptable
            It is not UTF-8.
        """
        try:
            return bytes(self.content[:_PIECE]).decode()
        except UnicodeDecodeError as error:
            raise NotAcceptable(f"the field {self.name!r} is not UTF-8") from error

    def write_to(self, path: Path) -> None:
        """Write it to a file, piece by piece."""
        with path.open("wb") as file:
            for at in range(0, len(self.content), _PIECE):
                file.write(self.content[at : at + _PIECE])


@contextmanager
def form_parts(body: Body) -> Iterator[dict[str, FormPart]]:
    """Open the parts of a form, by the names of their fields.

    Raises
    ------
    NotAcceptable
        It is no such form, is cut short, or names a field twice.
    """
    found = _BOUNDARY.search(body.media_type[:500])
    if found is None:
        raise NotAcceptable(
            "a form without a boundary in its Content-Type",
            hint="curl -F file=@levels.csv -F recipe=@levels.toml makes one",
        )
    boundary = b"--" + (found[1] or found[2]).encode()
    with _bytes_of(body) as (whole, view):
        parts: dict[str, FormPart] = {}
        try:
            for start, end in _between(whole, boundary):
                part = _part(view, whole, start, end)
                if part.name in parts:
                    raise NotAcceptable(f"the form has two fields {part.name[:80]!r}")
                parts[part.name] = part
            yield parts
        finally:
            for part in parts.values():
                part.content.release()


@contextmanager
def _bytes_of(body: Body) -> Iterator[tuple[bytes | mmap.mmap, memoryview]]:
    """Open a body's bytes, to search and to cut."""
    if isinstance(body.content, bytes):
        yield body.content, memoryview(body.content)
        return
    with (
        body.content.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole,
        memoryview(whole) as view,
    ):
        yield whole, view


def _between(whole: bytes | mmap.mmap, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each part starts and ends."""
    at = whole.find(boundary, 0, _MOST_HEAD)
    if at < 0:
        raise NotAcceptable("the form does not begin with its boundary")
    for _ in range(_MOST_PARTS + 1):
        at += len(boundary)
        if whole[at : at + 2] == b"--":
            return
        start = whole.find(b"\n", at, at + 100) + 1
        end = whole.find(b"\r\n" + boundary, start)
        if not start or end < 0:
            raise NotAcceptable(
                "the form ends in the middle of a part", hint="send it again"
            )
        yield start, end
        at = end + 2
    raise NotAcceptable(f"a form of more than {_MOST_PARTS} parts")


def _part(view: memoryview, whole: bytes | mmap.mmap, start: int, end: int) -> FormPart:
    head = whole.find(b"\r\n\r\n", start, min(end, start + _MOST_HEAD))
    if head < 0:
        raise NotAcceptable("a part of the form has no end of its headers")
    named: dict[str, str] = {}
    for line in whole[start:head].decode("utf-8", "replace").split("\r\n"):
        name, _, said = line.partition(":")
        if name.strip().lower() == "content-disposition":
            named = {key.lower(): text for key, text in _PARAMETER.findall(said)}
    if not named.get("name"):
        raise NotAcceptable("a part of the form does not say its field's name")
    return FormPart(named["name"], named.get("filename", ""), view[head + 4 : end])
