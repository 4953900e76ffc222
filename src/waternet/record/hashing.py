"""Blobs by their hash: where they lie, and whether a file is the one signed for."""

from __future__ import annotations

import hashlib
import re
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.record.fields import Reference

__all__ = ["HashingSink", "blob_path", "verify_blob"]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


def blob_path(sha256: str) -> str:
    """Return where a blob lies, below the public folder.

    Raises
    ------
    NotAcceptable
        It is not a hash in 64 lower-case hexadecimal digits.

    Examples
    --------
    >>> blob_path("ab" * 32)[:16]
    'blob/ab/abababab'
    """
    if not _SHA256.fullmatch(sha256):
        raise NotAcceptable(f"{sha256[:80]!r} is not the SHA-256 of a blob")
    return f"blob/{sha256[:2]}/{sha256}"


def verify_blob(path: Path, reference: Reference) -> None:
    """Raise unless the file is the one that was referred to, byte for byte.

    Raises
    ------
    NotFound
        There is no such file.
    NotVerified
        It is another one.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if size == reference.bytes:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                if found == reference.sha256:
                    return
    except FileNotFoundError as error:
        raise NotFound(f"no blob {reference.sha256}") from error
    raise NotVerified(
        f"the file {path.name[:16]}... of {size} bytes is not the blob "
        f"{reference.sha256[:16]}... of {reference.bytes} bytes that was signed",
        hint="ask the party, or a mirror, for the file as it was signed",
    )


class HashingSink(RawIOBase):
    """Passes bytes on to a file, and hashes and counts them."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._sha256 = hashlib.sha256()
        self._bytes = 0

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, content: Any) -> int:
        """Write all of `content`."""
        # A short write would leave the hash ahead of the file.
        for at in range(0, len(content), _CHUNK):
            piece = content[at : at + _CHUNK]
            if self._sink.write(piece) != len(piece):
                raise OSError("a file took less than it was given")
        self._sha256.update(content)
        self._bytes += len(content)
        return len(content)

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self._bytes

    def reference(self, count: int) -> Reference:
        """Refer to what was written, which holds `count` things."""
        return Reference(self._sha256.hexdigest(), self._bytes, count)
