"""XML read as a stream: one element at a time, nothing expanded, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from waternet.errors import NotAcceptable

__all__ = ["stream_xml"]

MAX_DEPTH = 200


def stream_xml(source: Path | IO[bytes], file: str) -> Iterator[tuple[str, Any]]:
    """Yield ('start', element) and ('end', element) in the document's order.

    Whoever has read an element clears it, so that memory does not grow with the file.

    Parameters
    ----------
    source : Path or binary file
    file : str
        Its name, for messages.

    Raises
    ------
    NotAcceptable
        It is not well-formed, ends early, declares entities, is nested too deep, or
        is in an encoding that is not read.
    """
    depth = 0
    try:
        events = ("start", "end")
        for event, element in defusedxml.ElementTree.iterparse(source, events):
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise NotAcceptable(f"{file}: XML nested {MAX_DEPTH} deep")
            yield event, element
    except (
        defusedxml.ElementTree.ParseError,
        DefusedXmlException,
        LookupError,  # an encoding that does not exist
        ValueError,  # an encoding of several bytes a letter
    ) as error:
        raise NotAcceptable(
            f"{file} is not safe XML: {error!r:.200}",
            hint="a file that was cut off, or saved as a web page?",
        ) from error
