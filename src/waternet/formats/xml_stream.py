"""XML read as a stream: one element at a time, nothing expanded, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from waternet.errors import NotAcceptable

__all__ = ["local_name", "stream_xml", "text_of"]


def stream_xml(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield ('start', element) and ('end', element) in the document's order.

    Whoever has read an element clears it, so that memory does not grow with the file.

    Raises
    ------
    NotAcceptable
        It is not well-formed, ends early, declares entities, or is in an encoding
        that does not exist.
    """
    try:
        yield from defusedxml.ElementTree.iterparse(path, events=("start", "end"))
    except (
        defusedxml.ElementTree.ParseError,
        DefusedXmlException,
        LookupError,  # an encoding that does not exist
        ValueError,  # an encoding that the parser does not read
    ) as error:
        raise NotAcceptable(
            f"{path.name} is not safe XML: {error!r}",
            hint="is it whole? entities and external documents are not read",
        ) from error


def local_name(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Any) -> str:
    """Return an element's own text, trimmed; '' for none."""
    return str(element.text or "").strip()
