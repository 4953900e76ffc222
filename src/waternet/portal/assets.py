"""What pages load beside themselves: styles, scripts, fonts, from inside the package.

One digest of all of them stands in their address, so that they are kept for ever where
they are the same, and a style sheet finds its fonts beside it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.conditions import accepts_gzip
from waternet.api.operation import Operation, Parameter
from waternet.errors import NotFound

__all__ = ["asset_address", "asset_operation", "build_digest", "has_asset"]

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "woff2": "font/woff2",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TEXT = {"type": "string", "maxLength": 200}


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    packed: bytes
    media_type: str


def asset_operation() -> Operation:
    """Return what gives out the pages' styles, scripts and fonts."""
    return Operation(
        "GET",
        "/assets/{digest}/{name:path}",
        "asset",
        "portal",
        "A style sheet, script or font of the pages.",
        _give_out,
        parameters=(
            Parameter("digest", _TEXT, "Of all assets.", "path", required=True),
            Parameter("name", _TEXT, "The file.", "path", required=True),
        ),
        is_listed=False,
        is_open=True,
        reads_bank=False,
    )


def asset_address(name: str) -> str:
    """Return the path of an asset: '/assets/0f3c.../portal.css'.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    if name not in _assets():
        raise NotFound(
            f"no asset {name!r} in the package",
            hint="install it again: the build puts scripts and fonts into it",
        )
    return f"/assets/{build_digest()}/{name}"


def has_asset(name: str) -> bool:
    """Return whether there is an asset of that name."""
    return name in _assets()


@cache
def build_digest() -> str:
    """Return a digest of all that pages are made of: assets, templates, sentences."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in ("assets", "templates", "languages"):
        for name, file in sorted(_walk(files("waternet.portal") / folder, "")):
            digest.update(f"{folder}/{name}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _give_out(asked: Asked) -> Answer:
    asset = _assets().get(asked.path["name"])
    if asset is None:
        raise NotFound(f"no asset {asked.path['name'][:200]!r}")
    is_current = asked.path["digest"] == build_digest()
    headers = {"cache-control": _FOR_EVER if is_current else "no-cache"}
    content = asset.content
    if asset.packed and accepts_gzip(asked.headers.get("accept-encoding", "")):
        content = asset.packed
        headers["content-encoding"] = "gzip"
    headers["vary"] = "Accept-Encoding"
    return Answer(content, asset.media_type, headers=headers)


@cache
def _assets() -> Mapping[str, _Asset]:
    found = {}
    for name, file in _walk(files("waternet.portal") / "assets", ""):
        media_type = _TYPES.get(name.rpartition(".")[2])
        if media_type is None:
            continue
        content = file.read_bytes()
        is_text = not media_type.startswith("font/")
        packed = gzip.compress(content, 9, mtime=0) if is_text else b""
        found[name] = _Asset(content, packed, media_type)
    return found


def _walk(folder: Traversable, before: str) -> list[tuple[str, Traversable]]:
    found = []
    for one in folder.iterdir():
        name = f"{before}{one.name}"
        if one.is_dir():
            found += _walk(one, f"{name}/")
        elif not one.name.startswith("."):
            found.append((name, one))
    return found
