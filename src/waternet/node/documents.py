"""Documents that go with acts: files of the record, bounded, read back verified."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from waternet.bank.store import Bank
from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.node.draft import stage_blob
from waternet.node.folder import Node
from waternet.node.groups import read_said
from waternet.record.blob import blob_path, verify_blob
from waternet.record.fields import Reference
from waternet.workinggroup.act import Act, read_act

__all__ = [
    "MOST_DOCUMENT",
    "describe_document",
    "read_document",
    "stage_document",
    "verify_goes_with",
]

MOST_DOCUMENT = 32 << 20  # bytes
_PIECE = 1 << 20


def describe_document(path: Path) -> dict[str, Any]:
    """Return the 'sha256' and 'bytes' of a file, as an act names it.

    Raises
    ------
    NotFound
        There is no such file.
    NotAcceptable
        It is empty, or larger than `MOST_DOCUMENT`.
    """
    digest, length = hashlib.sha256(), 0
    _verify_size(path)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            length += len(piece)
    return {"sha256": digest.hexdigest(), "bytes": length}


def stage_document(blobs: Path, path: Path, body: Mapping[str, Any]) -> Reference:
    """Lay a document among the blobs of the next append.

    Parameters
    ----------
    blobs : Path
    path : Path
    body : mapping
        Of the act: it must name this file's 'sha256'.

    Raises
    ------
    NotFound, NotAcceptable
        As `describe_document`; or the act names another file, or none.
    """
    _verify_size(path)
    reference = stage_blob(blobs, lambda sink: _copied(path, sink))
    verify_goes_with(body, reference.sha256)
    return reference


def verify_goes_with(body: Mapping[str, Any], sha256: str) -> None:
    """Refuse what comes with an act unless the act names it, and what it names came.

    Parameters
    ----------
    body : mapping
        Of the act.
    sha256 : str
        Of the document that came; '' where none did.

    Raises
    ------
    NotAcceptable
        The act names another document, or none, or its document did not come.
    """
    named = body.get("sha256", "")
    if named == sha256:
        return
    if not sha256:
        raise NotAcceptable(
            f"the act names the document {str(named)[:16]}, which did not come with it",
            hint="give the file together with the act",
        )
    if not named:
        raise NotAcceptable(
            f"a document came, {sha256[:16]}, and the act names none",
            hint="leave it out: nobody has signed for it",
        )
    raise NotAcceptable(
        f"another document came than the act names: its SHA-256 is {sha256[:16]}, "
        f"expected {str(named)[:16]}",
        hint="give the file as it was when the act was drawn up",
    )


def read_document(node: Node, bank: Bank, party: str, entry: int) -> bytes:
    """Return the document of an act, from this node's copy, verified.

    Raises
    ------
    NotFound
        There is no such act, it has no document, or its file is not here (yet).
    NotVerified
        The file is not the one that was signed; or the steward laid another document
        beside the act than its delegate named.
    """
    for one in read_said(node, bank):
        if (one.party, one.index) == (party, entry) and "document" in one.body:
            reference = Reference.from_json(one.body["document"])
            _verify_named(read_act(one.body["act"]), reference)
            path = node.records(party) / blob_path(reference.sha256)
            verify_blob(path, reference)
            return path.read_bytes()
    raise NotFound(f"entry {entry} of {party!r} has no document")


def _verify_named(act: Act, reference: Reference) -> None:
    """Raise unless the document of an entry is the one that the act in it names."""
    named = act.body.get("sha256", "")
    if named != reference.sha256:
        told = f"the document {str(named)[:16]}" if named else "no document"
        raise NotVerified(
            f"the act names {told}, {act.party!r} entered "
            f"{reference.sha256[:16]} with it",
            hint=f"ask {act.party!r} for the document that its delegate named",
        )
    if reference.bytes > MOST_DOCUMENT:
        raise NotVerified(
            f"a document has at most {MOST_DOCUMENT:,} bytes, that which {act.party!r} "
            f"entered {reference.bytes:,}"
        )


def _verify_size(path: Path) -> None:
    if not path.is_file():
        raise NotFound(f"no file {path}")
    size = path.stat().st_size
    if not 0 < size <= MOST_DOCUMENT:
        raise NotAcceptable(
            f"{path.name} has {size:,} bytes: a document has 1 to {MOST_DOCUMENT:,}"
        )


def _copied(path: Path, sink: BinaryIO) -> Reference:
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            length += len(piece)
            sink.write(piece)
    return Reference(digest.hexdigest(), length, 1)
