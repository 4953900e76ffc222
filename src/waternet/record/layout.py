"""Where the log's static files lie, and how entries are bundled in them.

References
----------
C2SP tlog-tiles (c2sp.org/tlog-tiles).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from waternet.errors import NotAcceptable

__all__ = [
    "LARGEST_BUNDLE",
    "TILE_WIDTH",
    "entries_path",
    "read_bundle",
    "split_bundle",
    "tile_path",
    "write_bundle",
]

TILE_WIDTH = 256
_LARGEST_ENTRY = 65_535
LARGEST_BUNDLE = TILE_WIDTH * (2 + _LARGEST_ENTRY)  # bytes


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return where a hash tile lies, below the public folder.

    Parameters
    ----------
    level : int
        0 for leaf hashes; a hash of level n spans 256**n entries.
    index : int
        The tile's place in its level.
    width : int
        Hashes in it, 1 to 256.

    Examples
    --------
    >>> tile_path(0, 1234067), tile_path(1, 0, 17)
    ('tile/0/x001/x234/067', 'tile/1/000.p/17')
    """
    return f"tile/{level}/{_numbered(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return where an entry bundle lies, below the public folder.

    Examples
    --------
    >>> entries_path(273, 112)
    'tile/entries/273.p/112'
    """
    return f"tile/entries/{_numbered(index, width)}"


def write_bundle(entries: Sequence[bytes]) -> bytes:
    r"""Return entries one after another, each with its length in 16 bits before it.

    Raises
    ------
    NotAcceptable
        An entry is too long for that.

    Examples
    --------
    >>> write_bundle([b"ab", b""])
    b'\x00\x02ab\x00\x00'
    """
    for entry in entries:
        if len(entry) > _LARGEST_ENTRY:
            raise NotAcceptable(
                f"an entry of {len(entry)} bytes does not fit into a bundle, "
                f"which takes {_LARGEST_ENTRY}"
            )
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(bundle: bytes) -> list[bytes]:
    """Take a bundle apart.

    Raises
    ------
    NotAcceptable
        It ends within an entry; the message names the entry's place in the bundle.
    """
    return list(split_bundle(bundle))


def split_bundle(bundle: bytes) -> Iterator[bytes]:
    """Yield the entries of a bundle; see `read_bundle`."""
    at = number = 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if start > len(bundle) or at > len(bundle):
            raise NotAcceptable(f"the bundle ends within its entry {number}")
        yield bundle[start:at]
        number += 1


def _numbered(index: int, width: int) -> str:
    if index < 0 or not 1 <= width <= TILE_WIDTH:
        raise NotAcceptable(f"no tile {index} of {width} hashes")
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"
