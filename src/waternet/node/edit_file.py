"""The edits of a pending import as a file: written whole, or not at all."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path

from waternet.errors import NotAcceptable, NotVerified
from waternet.node.durable import write_durably
from waternet.quality.edits import Edit
from waternet.record.listing import write_lines

__all__ = ["edit_lines", "read_edits", "write_edits"]

_EDITS = "edits.jsonl"


def edit_lines(edits: Sequence[Edit]) -> bytes:
    """Return edits as the blob that they will be; b'' for none."""
    sink = io.BytesIO()
    if edits:
        write_lines([edit.to_json() for edit in edits], sink)
    return sink.getvalue()


def write_edits(folder: Path, edits: Sequence[Edit]) -> None:
    """Write the edits of a pending import, in order; its last line is their SHA-256.

    An import has the file from the beginning, empty: one that is lost is noticed.
    """
    lines = edit_lines(edits)
    digest = hashlib.sha256(lines).hexdigest().encode()
    write_durably(folder / _EDITS, lines + digest)


def read_edits(folder: Path) -> tuple[Edit, ...]:
    """Read the edits of a pending import.

    Raises
    ------
    NotVerified
        The file is lost or damaged.
    """
    path = folder / _EDITS
    written = path.read_bytes() if path.is_file() else b""
    lines, digest = written[:-64], written[-64:]
    if hashlib.sha256(lines).hexdigest().encode() != digest:
        raise _damaged(folder)
    try:
        return tuple(Edit.from_json(json.loads(line)) for line in lines.splitlines())
    except (ValueError, NotAcceptable) as error:
        raise _damaged(folder) from error


def _damaged(folder: Path) -> NotVerified:
    return NotVerified(
        f"the edits of the pending import {folder.name} are damaged",
        hint=f"'waternet discard {folder.name}', then import the file again and edit "
        "it anew",
    )
