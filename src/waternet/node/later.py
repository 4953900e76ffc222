"""Which later entries of a log speak of a figure, by the log itself and its files.

The bank says what became of a figure; whether it has been told everything is looked up
here. Entries are summed up bundle by bundle and remembered by the hashes above them, so
that a request pays for those that are new.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from waternet.errors import NotAcceptable, NotFound, NotVerified
from waternet.exchange.card import Card
from waternet.exchange.walk import SeenHead, verify_signed
from waternet.node.signed_rows import SignedRows
from waternet.record.layout import TILE_WIDTH
from waternet.record.note import read_note

__all__ = ["Later", "LaterEntries"]

_MOST_BUNDLES = 128  # that are looked through for one figure
_MOST_FILES = 16  # in which the figure is looked for
_KEPT = 1024  # bundles
_FIGURES = ("release", "revise")


@dataclass(frozen=True, slots=True)
class _Told:
    """What one entry may say of a figure."""

    index: int
    withdraws: int
    first: str
    last: str


_Bundle: TypeAlias = tuple[_Told, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """What later entries say.

    Attributes
    ----------
    entries : tuple of int
        Those that state the figure anew, or withdraw the release that stated it.
    is_all : bool
        Every later entry was looked at that everybody may read.
    """

    entries: tuple[int, ...]
    is_all: bool


class LaterEntries:
    """Looks for what later entries say of a figure; threads may share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bundles: OrderedDict[bytes, _Bundle] = OrderedDict()

    def find(
        self,
        card: Card,
        head: SeenHead,
        release: int,
        figure: tuple[str, datetime],
        rows: SignedRows,
        folder: Path,
    ) -> Later:
        """Return which entries after a release speak of a figure that it stated.

        Restricted ones are passed over: nobody is told of what is in them by this.

        Parameters
        ----------
        card : Card
        head : SeenHead
            Of the log.
        release : int
        figure : (name of the datastream, time with zone)
        rows : SignedRows
        folder : Path
            The record.

        Raises
        ------
        NotFound, NotVerified, NotAcceptable
            The log cannot be read as its head says.
        """
        name, when = figure
        found, looked = list[int](), 0
        moment = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        size = head.checkpoint.size
        numbers = range((release + 1) // TILE_WIDTH, -(-size // TILE_WIDTH))
        is_all = len(numbers) <= _MOST_BUNDLES
        for number in numbers[:_MOST_BUNDLES]:
            for told in self._bundle(head, number):
                if told.index <= release:
                    continue
                if told.withdraws == release:
                    found.append(told.index)
                elif told.first and told.first <= moment <= told.last:
                    looked += 1
                    if looked > _MOST_FILES:
                        return Later(tuple(found), is_all=False)
                    states = _states(card, head, told.index, name, when, rows, folder)
                    is_all = is_all and states is not None
                    if states:
                        found.append(told.index)
        return Later(tuple(found), is_all)

    def _bundle(self, head: SeenHead, number: int) -> _Bundle:
        tile = head.reader.tile(0, number)
        key = hashlib.sha256(number.to_bytes(8) + tile).digest()
        with self._lock:
            if key in self._bundles:
                self._bundles.move_to_end(key)
                return self._bundles[key]
        first = number * TILE_WIDTH
        told = tuple(
            one
            for place, signed in enumerate(head.reader.bundle(number).entries)
            if (one := _summed_up(first + place, signed)) is not None
        )
        with self._lock:
            self._bundles[key] = told
            while len(self._bundles) > _KEPT:
                self._bundles.popitem(last=False)
        return told


def _summed_up(index: int, signed: bytes) -> _Told | None:
    """Return what an entry may say of figures; None where it says nothing of any."""
    try:
        body = json.loads(read_note(signed).text)
        if body["kind"] == "withdraw":
            return _Told(index, int(body["release"]), "", "")
        if body["kind"] in _FIGURES and "sealed" not in body:
            return _Told(index, -1, _exact(body["from"]), _exact(body["to"]))
    except (NotAcceptable, ValueError, KeyError, TypeError, AttributeError):
        return None  # no entry that this version can read: named elsewhere
    return None


def _exact(moment: str) -> str:
    """Return a moment of the record with microseconds, to be compared as text."""
    return moment.rstrip("Z") + ("" if "." in moment else ".000000")


def _states(
    card: Card,
    head: SeenHead,
    index: int,
    name: str,
    when: datetime,
    rows: SignedRows,
    folder: Path,
) -> bool | None:
    """Return whether an entry states a figure; None where its files cannot tell."""
    (signed,) = head.reader.entries(index, index + 1)
    try:
        entry = verify_signed(card, index, signed)
        if entry.kind not in _FIGURES:
            return False  # signed by a key that counted no more
        return rows.find(folder, entry.references(), name, when) is not None
    except (NotFound, NotVerified, NotAcceptable):
        return None  # named by that entry's own check
