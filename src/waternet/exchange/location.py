"""From a location, as a person types it, to the records there.

At a web address or in a bucket, one party's public folder lies at the root. Others
that the same node holds are listed in `/.well-known/waternet`, where there is one.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.source import FolderSource, Source, find_records

if TYPE_CHECKING:
    from waternet.exchange.bucket_source import BucketSource
    from waternet.exchange.http_source import HttpSource

__all__ = ["WELL_KNOWN", "open_source", "open_sources"]

WELL_KNOWN = ".well-known/waternet"
_MOST_LISTED = 1 << 18  # bytes
_MOST_RECORDS = 200  # each is asked for its card
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_PATH = re.compile(rf"{_NAME}(/{_NAME}){{0,3}}")


def open_sources(location: str) -> list[Source]:
    """Find the records at a location: that of a party first, then those it mirrors.

    Parameters
    ----------
    location : str
        A folder (see `find_records`), ``http://...``, ``https://...``, or
        ``s3://bucket/prefix``.

    Raises
    ------
    NotFound
        There is no record in that folder.
    NotAcceptable
        The location is of no kind known here, or what it lists cannot be read.
    NotReached
        The server does not answer.
    """
    scheme = _SCHEME.match(location)
    if scheme is None:
        return [*find_records(Path(location))]
    root = _remote(location, scheme[1].lower())
    return [root, *(root.below(path) for path in _listed(root))]


def open_source(location: str) -> Source:
    """Return the one record that lies at a location; nothing is asked yet.

    Raises
    ------
    NotAcceptable
        The location is of no kind known here.
    """
    scheme = _SCHEME.match(location)
    if scheme is None:
        return FolderSource(Path(location))
    return _remote(location, scheme[1].lower())


def _remote(location: str, scheme: str) -> HttpSource | BucketSource:
    # Neither is loaded by whoever reads from a stick.
    if scheme in ("http", "https"):
        from waternet.exchange.http_source import HttpSource

        return HttpSource(location)
    if scheme == "s3":
        from waternet.exchange.bucket_source import BucketSource

        return BucketSource(location)
    raise NotAcceptable(
        f"no way to read records from {scheme}://",
        hint="expected a folder, http://, https:// or s3://bucket/prefix",
    )


def _listed(root: Source) -> list[str]:
    """Return where others' records lie below an address; none where none are listed."""
    try:
        written = root.read(WELL_KNOWN, _MOST_LISTED)
    except NotFound:
        return []
    try:
        fields: Any = json.loads(written)
        paths = [one["path"] for one in fields.get("records", ())]
        unfit = [one for one in paths if not _PATH.fullmatch(one)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unlisted(root, str(error)) from error
    if unfit:
        raise _unlisted(root, f"a path {unfit[0][:80]!r}")
    if len(paths) > _MOST_RECORDS:
        raise _unlisted(root, f"{len(paths)} of them, more than {_MOST_RECORDS}")
    return paths


def _unlisted(root: Source, reason: str) -> NotAcceptable:
    return NotAcceptable(
        f"{root.name}/{WELL_KNOWN}: expected a list of records, got {reason}",
        hint="ask whoever runs that server",
    )
