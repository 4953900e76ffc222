"""XML documents, read piece by piece: no entities, no network, no deep nests."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from waternet.formats.cells import clean_text
from waternet.formats.xml_stream import stream_xml

__all__ = [
    "begins_with_element",
    "find_text",
    "local_name",
    "read_elements",
    "read_inner_elements",
    "text_of",
]


def read_elements(
    path: Path, taken: frozenset[str], kept: frozenset[str] = frozenset()
) -> Iterator[Any]:
    """Yield the elements of some names as they end, and the root last.

    Parameters
    ----------
    path : Path
    taken : set of str
        Local names; such an element is forgotten once it was yielded, so that a long
        series is never in memory as a tree.
    kept : set of str
        Local names of elements that stay where they are.

    Yields
    ------
    element
        Of `xml.etree`.

    Raises
    ------
    NotAcceptable
        It is not well-formed, declares entities, or is nested too deep.
    """
    with path.open("rb") as source:
        yield from _read(source, path.name, taken, kept)


def read_inner_elements(text: str, file: str, taken: frozenset[str]) -> Iterator[Any]:
    """Yield the elements of a document that stood as text inside another one."""
    # A declaration of the encoding spoke of the bytes that it was once in.
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    yield from _read(BytesIO(text.encode()), file, taken, frozenset())


def _read(
    source: IO[bytes], file: str, taken: frozenset[str], kept: frozenset[str]
) -> Iterator[Any]:
    open_elements: list[Any] = []
    for event, element in stream_xml(source, file):
        if event == "start":
            open_elements.append(element)
            continue
        open_elements.pop()
        name = local_name(element)
        if not open_elements or name in taken or name in kept:
            yield element
        if open_elements and name in taken:
            open_elements[-1].remove(element)


def local_name(element: Any) -> str:
    """Return an element's name without its namespace."""
    tag: str = element.tag
    return tag.rpartition("}")[2]


def text_of(element: Any) -> str:
    """Return an element's own text, cleaned; '' for None."""
    return clean_text(element.text or "") if element is not None else ""


def find_text(element: Any, *names: str) -> str:
    """Return the text of the first descendant on a way of local names; '' for none."""
    for name in names:
        if element is None:
            return ""
        element = next((each for each in element if local_name(each) == name), None)
    return text_of(element)


def begins_with_element(head: bytes, names: tuple[str, ...]) -> bool:
    """Return whether a file begins as XML with a root of one of these local names.

    Examples
    --------
    >>> begins_with_element(b'<?xml version="1.0"?><a:Series x="1">', ("Series",))
    True
    >>> begins_with_element(b"name,Series", ("Series",))
    False
    """
    text = _decoded(head).lstrip("\ufeff \t\r\n")
    while text.startswith(("<?", "<!--", "<!DOCTYPE")):
        end = "-->" if text.startswith("<!--") else ">"
        _, found, text = text.partition(end)
        text = text.lstrip()
        if not found:
            return False
    if not text.startswith("<"):
        return False
    tag = text[1:200].split(">")[0].split("/")[0].split()
    return bool(tag) and tag[0].rpartition(":")[2] in names


def _decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")
