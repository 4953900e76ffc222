"""The parts of one thing that lie in several files: side by side, or in an archive."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from waternet.errors import NotAcceptable, NotFound
from waternet.formats.archive import verify_archive

__all__ = ["MAX_PART", "Parts", "beside", "open_archive"]

MAX_PART = 1 << 30  # bytes of one part, unpacked
_MAX_RATIO = 500  # how far a part may unpack: .dbf files are mostly blanks


@dataclass(frozen=True)
class Parts:
    """Files of one name with different suffixes.

    Attributes
    ----------
    stem : str
        Their common name.
    contents : mapping of suffix to bytes
        By suffix, in small letters without a dot.
    is_archive : bool
    """

    stem: str
    contents: Mapping[str, bytes]
    is_archive: bool = False


def beside(path: Path, suffixes: Sequence[str]) -> Parts:
    """Read a file, and those beside it of the same name with one of some suffixes.

    Raises
    ------
    NotAcceptable
        One is larger than `MAX_PART`.
    """
    own = path.suffix.lower().lstrip(".")
    contents = {}
    for suffix in suffixes:
        near = path if own == suffix else _near(path, suffix)
        if near is None:
            continue
        if near.stat().st_size > MAX_PART:
            raise NotAcceptable(f"{near.name}: more than {MAX_PART:,} bytes")
        contents[suffix] = near.read_bytes()
    return Parts(path.stem, contents)


def open_archive(path: Path, suffixes: Sequence[str], wanted: str = "") -> Parts:
    """Read the parts of one thing from a zip archive, in memory.

    Nothing is written to disk; of a name in it the last part alone counts.

    Parameters
    ----------
    wanted : str
        Common name of the parts, where there are several things.

    Raises
    ------
    NotFound
        It holds no such thing.
    NotAcceptable
        It is damaged, as `verify_archive` finds, or holds several things.
    """
    members = verify_archive(path)
    stem, chosen = _choose(path.name, members, suffixes, wanted)
    try:
        with zipfile.ZipFile(path) as archive:
            contents = {
                suffix: _unpack(archive, member, path.name)
                for suffix, member in chosen.items()
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise NotAcceptable(
            f"{path.name} is a damaged archive: {error}", hint="pack it again"
        ) from error
    return Parts(stem, contents, is_archive=True)


def _near(path: Path, suffix: str) -> Path | None:
    for written in (suffix, suffix.upper()):
        near = path.with_suffix(f".{written}")
        if near.is_file():
            return near
    return None


def _choose(
    file: str,
    members: Iterable[zipfile.ZipInfo],
    suffixes: Sequence[str],
    wanted: str,
) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """Return the parts that have one name; it is one of those of the first suffixes."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/")).name
        stem, _, suffix = name.rpartition(".")
        # What a Mac adds: '__MACOSX/._wells.shp'.
        if suffix.lower() in suffixes and stem and not stem.startswith("._"):
            parts = found.setdefault(stem, {})
            if parts.setdefault(suffix.lower(), member) is not member:
                raise NotAcceptable(f"{file}: two files {name!r} in it")
    things = {
        stem: parts for stem, parts in found.items() if set(suffixes[:2]) & set(parts)
    }
    listed = ", ".join(sorted(things)[:12])
    if wanted and wanted not in things:
        raise NotFound(f"{file}: no {wanted!r} in it; there are {listed or 'none'}")
    if not things:
        raise NotAcceptable(f"{file}: no .{suffixes[0]} or .{suffixes[1]} in it")
    if len(things) > 1 and not wanted:
        raise NotAcceptable(
            f"{file} holds several: {listed}",
            hint="name one in [table] sheet, or send one at a time",
        )
    stem = wanted or next(iter(things))
    return stem, things[stem]


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> bytes:
    most = min(MAX_PART, max(1 << 20, member.compress_size * _MAX_RATIO))
    if member.file_size > most:
        raise NotAcceptable(
            f"{file}: {member.filename!r:.80} unpacks from {member.compress_size:,} to "
            f"{member.file_size:,} bytes",
            hint="send its parts unpacked, if they are what they should be",
        )
    with archive.open(member) as source:
        content = source.read(most + 1)
    if len(content) != member.file_size:
        raise NotAcceptable(
            f"{file}: {member.filename!r:.80} is not as long as the archive says",
            hint="pack it again",
        )
    return content
