"""Which paths of a node are public, and how each is given out.

An allow-list: what no pattern names is not there, whatever lies in the folder. No name
in a pattern begins with a dot, and none can hold a slash, a backslash or a NUL.

References
----------
C2SP tlog-tiles (paths, types, caching); C2SP tlog-witness (witness/); RFC 9111 and
RFC 8246 (Cache-Control: immutable).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Publication", "find_publication"]

_LEVEL = "(?:entries|[0-9]|[1-5][0-9]|6[0-3])"
_NUMBER = "(?:x[0-9]{3}/){0,6}[0-9]{3}"
_WIDTH = "(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_TILE = re.compile(rf"tile/({_LEVEL})/{_NUMBER}(?:\.p/{_WIDTH})?")
_BLOB = re.compile("blob/([0-9a-f]{2})/(\\1[0-9a-f]{62})")
_WITNESS = re.compile("witness/[0-9a-f]{64}/checkpoint")
_NAME = "[A-Za-z0-9][A-Za-z0-9._-]*"
_REGISTRY = re.compile(rf"registry/(?:{_NAME}/){{0,2}}{_NAME}(?<!\.unfinished)")
_MIRROR = re.compile("(mirror/[A-Za-z0-9][A-Za-z0-9._-]{0,63})/(.+)")

_NEVER_CHANGES = "public, max-age=31536000, immutable"
_MAY_CHANGE = "no-cache"
_BYTES = "application/octet-stream"
_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Publication:
    """A file that may be given out, if it is there.

    Attributes
    ----------
    path : tuple of str
        Below the node's folder, name by name.
    media_type : str
    cache_control : str
    is_compressible : bool
        Hashes, ciphertext and Parquet are not; entries are, by half. A head is too
        short to be worth it.
    digest : str
        The SHA-256 in its name; '' where it has none.
    """

    path: tuple[str, ...]
    media_type: str
    cache_control: str
    is_compressible: bool
    digest: str = ""


def find_publication(path: str) -> Publication | None:
    """Return what is published under a path, or None where nothing may be.

    Parameters
    ----------
    path : str
        As it was asked for, decoded, without the slash before it.

    Examples
    --------
    >>> find_publication("mirror/upper/tile/0/000").path
    ('mirror', 'upper', 'tile', '0', '000')
    >>> find_publication("../keys/log.key") is None
    True
    """
    mirror = _MIRROR.fullmatch(path)
    folder, path = mirror.groups() if mirror else ("public", path)
    names = (*folder.split("/"), *path.split("/"))
    if tile := _TILE.fullmatch(path):
        is_bundle = tile[1] == "entries"
        return Publication(names, _BYTES, _NEVER_CHANGES, is_bundle)
    if blob := _BLOB.fullmatch(path):
        return Publication(names, _BYTES, _NEVER_CHANGES, False, blob[2])
    if path == "checkpoint" or _WITNESS.fullmatch(path):
        return Publication(names, _TEXT, _MAY_CHANGE, False)
    if path == "card.json" or _REGISTRY.fullmatch(path):
        media_type = _JSON if path.endswith(".json") else _TEXT
        return Publication(names, media_type, _MAY_CHANGE, True)
    return None
