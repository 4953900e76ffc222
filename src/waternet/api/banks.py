"""The node's bank, opened once for each kind of reader and lent for one request.

A bank serves one thread at a time, so several are kept; the one that came back last is
lent first, since its files are open and its answers warm.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waternet.bank.seal import writing_bank
from waternet.bank.store import Bank, View
from waternet.errors import NotReached, WaternetError
from waternet.node.desk import Desk
from waternet.node.folder import Node

__all__ = ["Banks", "Lent"]

_KEPT = 16  # banks that nobody reads at the moment, of all readers


@dataclass
class Lent:
    """A bank with a tag for what it holds.

    Attributes
    ----------
    bank : Bank
    inode : int
        Of its catalogue: another one is a bank that was made anew.
    """

    bank: Bank
    inode: int
    _view: View | None = None
    _tag: bytes = b""
    _desk: Desk | None = None

    def drafts(self, folder: Path) -> str:
        """Return what changes whenever a steward writes to the desk of a node."""
        if self._desk is None:
            if not Desk.is_there(folder):
                return ""
            self._desk = Desk.open(folder)
        return repr(self._desk.stand())

    def close(self) -> None:
        """Close the bank, and the desk that was looked at."""
        self.bank.close()
        if self._desk is not None:
            self._desk.close()

    @property
    def tag(self) -> bytes:
        """Changes whenever an answer might."""
        view = self.bank.view()
        if view is not self._view:
            self._tag, self._view = _tag_of(view, self.inode), view
        return self._tag


class Banks:
    """Lends banks.

    Parameters
    ----------
    node : Node
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._catalogue = node.bank / "catalogue.sqlite"
        self._lock = threading.Lock()
        self._free: OrderedDict[int, tuple[str | None, Lent]] = OrderedDict()
        self._count = 0

    @contextmanager
    def lend(self, reader: str | None) -> Iterator[Lent]:
        """Lend a bank that shows what a reader may see.

        Parameters
        ----------
        reader : str or None
            A party; '' for anybody, None for the node's own people.

        Raises
        ------
        NotReached
            There is no bank at the moment.
        """
        lent = self._take(reader, self._inode())
        try:
            yield lent
        except WaternetError:
            self._give_back(reader, lent)
            raise
        except BaseException:
            # What went wrong may have left its engine within a transaction.
            lent.close()
            raise
        self._give_back(reader, lent)

    def close(self) -> None:
        """Close those that nobody reads."""
        with self._lock:
            free = [lent for _, lent in self._free.values()]
            self._free.clear()
        for lent in free:
            lent.close()

    def _take(self, reader: str | None, inode: int) -> Lent:
        stale = []
        found = None
        with self._lock:
            for number in reversed(self._free):
                whose, lent = self._free[number]
                if lent.inode != inode:
                    stale.append(number)
                elif whose == reader:
                    found = self._free.pop(number)[1]
                    break
            closed = [self._free.pop(number)[1] for number in stale]
        for lent in closed:
            lent.close()
        return found or Lent(Bank.open(self._node.bank, reader=reader), inode)

    def _give_back(self, reader: str | None, lent: Lent) -> None:
        with self._lock:
            self._count += 1
            self._free[self._count] = reader, lent
            oldest = len(self._free) > _KEPT and self._free.popitem(last=False)[1][1]
        if oldest:
            oldest.close()

    def _inode(self) -> int:
        try:
            return self._catalogue.stat().st_ino
        except FileNotFoundError:
            pass
        # A bank that was lost must not be shown as an empty one.
        if self._node.state.heads():
            raise NotReached(
                f"no bank in {self._node.folder.name}",
                hint="the node's operator makes it anew: 'waternet rebuild'",
            )
        with writing_bank(self._node.bank):
            return self._catalogue.stat().st_ino


def _tag_of(view: View, inode: int) -> bytes:
    """Return a digest of all that a view shows; files are named by their contents."""
    files = sorted(one.path for many in view.fragments.values() for one in many)
    withdrawn = sorted(
        (party, one.release, one.number)
        for party, many in view.withdrawals.items()
        for one in many
    )
    told = (sorted(view.positions.items()), withdrawn, files, view.generation, inode)
    written = repr((told, sorted(view.hidden.items()), view.unreadable))
    return hashlib.blake2b(written.encode(), digest_size=12).digest()
