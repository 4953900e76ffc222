"""Archives: looked through before anything in them is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from waternet.errors import NotAcceptable

__all__ = ["MAX_MEMBERS", "MAX_UNPACKED", "verify_archive"]

MAX_UNPACKED = 1 << 30  # bytes: a workbook of the most rows that Excel has
MAX_MEMBERS = 10_000
_MIB = 1 << 20


def verify_archive(path: Path) -> list[zipfile.ZipInfo]:
    """Return what an archive says is in it, where that is within bounds.

    Raises
    ------
    NotAcceptable
        It is no archive, has more than `MAX_MEMBERS` files, would unpack to more than
        `MAX_UNPACKED`, is encrypted, or names a file outside its folder.

    Notes
    -----
    Sizes are the archive's own word. A reader that unpacks must count what comes out;
    where a library unpacks, the process's memory is what ends it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotAcceptable(
            f"{path.name} is a damaged archive: {error}",
            hint="fetch it again, or save it anew from the program that made it",
        ) from error
    if len(members) > MAX_MEMBERS:
        raise _refused(path, f"holds {len(members):,} files; at most {MAX_MEMBERS:,}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise _refused(
            path,
            f"would unpack from {path.stat().st_size / _MIB:,.1f} to "
            f"{unpacked / _MIB:,.0f} MiB; at most {MAX_UNPACKED / _MIB:,.0f}",
        )
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise _refused(path, f"names a file {member.filename!r:.80} outside it")
        if member.flag_bits & 1:
            raise _refused(path, f"{member.filename!r:.80} in it is encrypted")
    return members


def _refused(path: Path, reason: str) -> NotAcceptable:
    return NotAcceptable(
        f"{path.name}: the archive {reason}; nothing of it was read",
        hint="it is damaged or made to do harm: save the table that is needed as CSV",
    )
