"""Where this node finds copies of a party's record: its address, sticks, mirrors.

`sources.toml` keeps the locations that were given as a party was followed; a party's
card tells its own address, and every other party's node may hold a mirror of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import tomli_w

from waternet.errors import NotAcceptable, NotReached
from waternet.exchange.card import Card
from waternet.exchange.location import open_source
from waternet.exchange.source import Source
from waternet.node.durable import write_durably
from waternet.node.folder import Node
from waternet.record.tiles import LARGEST_BUNDLE

__all__ = ["Copy", "is_own", "keep_location", "known_copies", "read_locations"]


_REMOTE = re.compile("[A-Za-z][A-Za-z0-9+.-]*://")


class Copy:
    """One copy of a party's record: a source that is opened when it is first read.

    Parameters
    ----------
    location : str
    own : bool
        Whether it is where the party itself serves its record.
    silent : set of str
        Machines that did not answer: none of them is waited for twice. The copies of
        one pull share it.
    """

    def __init__(
        self, location: str, *, own: bool = False, silent: set[str] | None = None
    ) -> None:
        self.name = location
        self.own = own
        self._machine = _machine(location)
        self._silent = set() if silent is None else silent
        self._opening = Lock()
        self._source: Source | None = None

    @classmethod
    def opened(cls, source: Source, card: Card) -> Copy:
        """Return a source that is open already as a copy of the card's record."""
        copy = cls(source.name, own=is_own(card, source.name))
        copy._source = source
        return copy

    def read(self, path: str, limit: int = LARGEST_BUNDLE) -> bytes:
        """Return a small file whole."""
        try:
            return self._opened().read(path, limit)
        except NotReached:
            if self._machine:
                self._silent.add(self._machine)
            raise

    def read_all(
        self, paths: Sequence[str], limit: int = LARGEST_BUNDLE
    ) -> Iterator[bytes]:
        """Yield many small files, in order."""
        return self._opened().read_all(paths, limit)

    def chunks(self, path: str, start: int = 0) -> Iterator[bytes]:
        """Yield a large file from a byte on."""
        return self._opened().chunks(path, start)

    def _opened(self) -> Source:
        with self._opening:
            if self._machine in self._silent:
                raise NotReached(
                    f"{self.name}: {self._machine} did not answer just now",
                    hint="try again later, or pull from a mirror meanwhile",
                )
            if self._source is None:
                if not _REMOTE.match(self.name) and not Path(self.name).is_dir():
                    raise NotReached(
                        f"no folder {self.name}",
                        hint="mount the disk, or take it out of sources.toml",
                    )
                try:
                    self._source = open_source(self.name)
                except NotAcceptable as error:
                    # Whoever wrote it: no party is to blame, and no other waits for it.
                    raise NotReached(str(error), hint=error.hint) from error
            return self._source


def is_own(card: Card, location: str) -> bool:
    """Return whether a location is where the party itself serves its record."""
    return location.rstrip("/") in [one.rstrip("/") for one in card.addresses[:1]]


def known_copies(
    cards: Mapping[str, Card], own: str, locations: Mapping[str, Sequence[str]]
) -> dict[str, list[Copy]]:
    """Return every copy that is known of each party followed, the party's own first.

    Then those at the locations given, then further addresses on its card, then the
    mirrors that others may hold; none twice.

    Parameters
    ----------
    cards : mapping of party to Card
        With this node's own.
    own : str
        This node's party.
    locations : mapping of party to sequence of str
        As `read_locations` returns them.
    """
    found: dict[str, list[Copy]] = {}
    silent: set[str] = set()
    for party, card in cards.items():
        if party == own:
            continue
        mirrors = [
            f"{other.addresses[0].rstrip('/')}/mirror/{party}"
            for other in cards.values()
            if other.addresses and other.party not in (party, own)
        ]
        named = [
            *_remote(card.addresses[:1]),
            *locations.get(party, ()),
            *_remote([*card.addresses[1:], *mirrors]),
        ]
        found[party] = [
            Copy(one, own=is_own(card, one), silent=silent)
            for one in dict.fromkeys(one.rstrip("/") for one in named)
        ]
    return found


def _machine(location: str) -> str:
    """Return which machine a location is at: host and port; '' for a folder."""
    try:
        return urlsplit(location).netloc if _REMOTE.match(location) else ""
    except ValueError:
        return ""  # no address at all: that is told as it is opened


def _remote(locations: Sequence[str]) -> list[str]:
    """Pass over folders: what others wrote never leads into this node's disk."""
    return [one for one in locations if _REMOTE.match(one)]


def read_locations(node: Node) -> dict[str, list[str]]:
    """Return the locations in sources.toml, by party.

    Raises
    ------
    NotAcceptable
        The file is not a list of locations for each party.
    """
    path = node.folder / "sources.toml"
    if not path.exists():
        return {}
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        found = {party: list(held["locations"]) for party, held in written.items()}
        "".join("".join(held) for held in found.values())  # a TypeError if not text
    except (ValueError, KeyError, TypeError) as error:
        raise NotAcceptable(
            f"sources.toml: expected [party] with locations = [...], got {error}",
            hint="mend it, or delete it and give the locations to 'waternet pull'",
        ) from error
    return found


def keep_location(node: Node, party: str, location: str) -> None:
    """Add a location to sources.toml."""
    held = read_locations(node)
    known = held.setdefault(party, [])
    if location not in known:
        known.append(location)
        written = {one: {"locations": given} for one, given in sorted(held.items())}
        write_durably(node.folder / "sources.toml", tomli_w.dumps(written).encode())
