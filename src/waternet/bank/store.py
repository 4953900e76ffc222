"""The bank: open it, let it take entries, compact it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waternet.bank.arrival import Arrival
from waternet.bank.as_of import AsOf
from waternet.bank.catalogue import Catalogue, Runs, Series, Withdrawal
from waternet.bank.files import FILE_SCHEMA, Fragment, OpenFiles, Window, write_fragment
from waternet.bank.layout import (
    Part,
    in_file_form,
    read_runs,
    resolve,
    split_release,
)
from waternet.bank.table import Table
from waternet.errors import Conflict, NotAllowed, NotFound
from waternet.failpoint import failpoint

__all__ = ["Bank", "View"]

Numbers = npt.NDArray[np.int64]

_FILES_PER_BUCKET = 16  # from here on, taking an entry compacts the bucket
_ROWS_AT_ONCE = 2_000_000  # that compaction holds in memory, where series allow it
_WRITERS = 2
_TOGETHER = 1_000  # entries without rows in one transaction


@dataclass(frozen=True, slots=True)
class View:
    """What one question sees: the bank at one moment.

    Attributes
    ----------
    positions : mapping of party to int
        Entries taken.
    withdrawals : mapping of party to what it withdrew
    buckets : mapping of party to its buckets
    fragments : mapping of bucket to files
    hidden : mapping of bucket to releases
        That have rows there and may not be read by whom the bank was opened for;
        buckets without any are left out. What another row replaced may stand again
        where that row is hidden: `superseded` says nothing in such a bucket.
    unreadable : tuple of (party, number)
        Every entry that may not be read by whom the bank was opened for.
    generation : int
        Grows whenever what the bank holds is told otherwise without another entry:
        compacted, or opened later than it came.
    """

    positions: Mapping[str, int]
    withdrawals: Mapping[str, tuple[Withdrawal, ...]]
    buckets: Mapping[str, Sequence[int]]
    fragments: Mapping[int, tuple[Fragment, ...]]
    hidden: Mapping[int, tuple[int, ...]]
    unreadable: tuple[tuple[str, int], ...] = ()
    generation: int = 0

    def withdrawn(self, party: str, cutoff: int) -> list[int]:
        """Return the entries that `party` had withdrawn by its entry `cutoff`."""
        return [
            one.release
            for one in self.withdrawals.get(party, ())
            if one.number <= cutoff
        ]


class Bank:
    """The query view in one folder: a catalogue and a table of figures.

    One process writes, any number read, each with a `Bank` of its own (and a thread
    of its own). Everything in it follows from the parties' records: a lost or
    damaged bank is rebuilt from them.

    One opened for a reader answers as if it had never held what that reader may not
    read; see `readership`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with Bank.open(Path(folder), writable=True) as bank:
    ...         bank.position("jordan")
    0
    """

    def __init__(
        self, folder: Path, *, lock: int | None, reader: str | None = None
    ) -> None:
        writable = lock is not None
        self._lock = lock
        self._reader = reader
        self._looked_at: set[int] = set()
        self.table = Table(folder / "obs", create=writable)
        self.catalogue = Catalogue(
            folder / "catalogue.sqlite", writable=writable, reader=reader
        )
        self.files = OpenFiles(folder / "obs")
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._view: View | None = None
        self._seen = (-1, -1)
        self._together = False
        self._waiting = 0

    @classmethod
    def open(
        cls, folder: Path, *, writable: bool = False, reader: str | None = None
    ) -> Self:
        """Open the bank in `folder`; a writer makes it where there is none.

        Parameters
        ----------
        reader : str or None
            The party that is to read: what restricted releases hold shows only if
            they were released, granted, swapped or opened to it; '' is anybody. None
            is this node itself: all that it holds.

        Raises
        ------
        Conflict
            Another process is writing to it.
        NotAllowed
            A reader is to write.
        NotVerified
            It was made by another version, in another form.
        NotFound
            There is no bank to read.
        """
        if not writable:
            if not (folder / "catalogue.sqlite").exists():
                raise NotFound(
                    f"no bank in {folder}", hint="'waternet rebuild' makes one"
                )
            return cls(folder, lock=None, reader=reader)
        if reader is not None:
            raise NotAllowed(
                "a bank opened for a reader cannot be written",
                hint="open it with writable=True alone",
            )
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise Conflict(
                f"another process is writing to the bank in {folder}",
                hint="wait for it to end, then run this again",
            ) from error
        try:
            return cls(folder, lock=lock)
        except BaseException:
            os.close(lock)
            raise

    def close(self) -> None:
        """Close every file and let the next writer in."""
        self.files.close()
        if self._engine is not None:
            self._engine.close()
        self.catalogue.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def engine(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB connection that scans the files."""
        if self._engine is None:
            self._engine = duckdb.connect(":memory:")
            self._engine.execute("SET TimeZone = 'UTC'")
            self._engine.execute("SET preserve_insertion_order = false")
        return self._engine

    def view(self) -> View:
        """Return what a question sees now."""
        seen = self.catalogue.changes_elsewhere()
        while self._view is None or seen != self._seen:
            # The catalogue first: rows of an entry it does not count yet stay unseen.
            self._seen = seen
            self._view = View(
                positions=self.catalogue.positions(),
                withdrawals=self.catalogue.withdrawals(),
                buckets=self.catalogue.buckets(),
                hidden=self.catalogue.hidden(),
                unreadable=self.catalogue.unreadable(),
                generation=self.catalogue.generation(),
                fragments=self.table.fragments(),
            )
            # Then once more: it knows of sealed rows before the files hold them.
            seen = self.catalogue.changes_elsewhere()
        return self._view

    def look_at(self, series: Iterable[Series]) -> None:
        """Remember whose figures a question tells, for a trail of who read what.

        Every way to figures passes here. Anybody's bank has none to remember.
        """
        if self._reader != "":
            self._looked_at.update(one.id for one in series)

    def look_again(self, series: Iterable[int]) -> None:
        """Remember, by their ids, series whose figures are told as they were kept."""
        self._looked_at.update(series)

    def take_looked_at(self) -> set[int]:
        """Return the series whose figures were looked at since this was last asked."""
        looked_at, self._looked_at = self._looked_at, set()
        return looked_at

    def position(self, party: str) -> int:
        """Return how many entries of `party`'s log the bank has taken."""
        return self.catalogue.position(party)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Take entries without rows by the thousand in one transaction.

        A process killed meanwhile leaves a bank that ends before the last thousand.
        """
        self._together = True
        try:
            yield
        finally:
            self._together = False
            self._settle()

    def _settle(self) -> None:
        """Let what waits for its thousand count, durably."""
        self._waiting = 0
        self.catalogue.commit()

    def cutoffs(self, as_of: AsOf | None) -> dict[str, int]:
        """Return the last entry that counts of every party; -1 where none does.

        Raises
        ------
        NotFound
            `as_of` names a party or an entry that the bank does not have.
        """
        positions = self.view().positions
        if as_of is not None and as_of.moment is None and as_of.party not in positions:
            raise NotFound(
                f"no party {as_of.party!r} in the bank",
                hint=f"there are {', '.join(sorted(positions))}",
            )
        return {
            party: self.catalogue.cutoff(party, position, as_of)
            for party, position in positions.items()
        }

    def take(self, arrival: Arrival) -> None:
        """Take the next entry of a party's log; one taken before changes nothing.

        A process killed at any moment leaves a bank in which taking the same entry
        again completes it.

        Raises
        ------
        Conflict
            Entries before it have not been taken yet.
        NotAcceptable
            It has rows of a datastream that neither it nor an earlier entry
            describes. Nothing was taken.
        """
        self._verify_writable()
        position = self.position(arrival.party)
        if arrival.index < position:
            return
        if arrival.index > position:
            raise Conflict(
                f"entry {arrival.index} of {arrival.party!r} came, but entry "
                f"{position} is the next to take",
                hint="take the entries in the order of the log",
            )
        rows = arrival.observations
        if rows is None or not rows.num_rows:
            self._take_bare(arrival)
            return
        self._settle()
        runs, starts = read_runs(rows)
        self.catalogue.verify_described(arrival, runs.names)
        touched = self._append(arrival, rows, runs, starts)
        self.catalogue.record(arrival, runs)
        self._view = None
        self._compact_crowded(touched)

    def _take_bare(self, arrival: Arrival) -> None:
        """Take an entry without rows."""
        if self._together:
            self.catalogue.begin()
        self.catalogue.record(arrival, None)
        self._waiting += 1
        if self._waiting >= _TOGETHER:
            self._settle()
        self._view = None

    def complete(self, arrival: Arrival) -> None:
        """Take what an entry that was taken without its rows can now be read to hold.

        Killed at any moment, completing it again ends in the same bank.

        Raises
        ------
        NotFound
            The entry was not taken yet.
        NotAcceptable
            It has rows of a datastream that nothing describes. Nothing was taken.
        """
        self._verify_writable()
        if arrival.index >= self.position(arrival.party):
            raise NotFound(f"entry {arrival.index} of {arrival.party!r} is not here")
        self._settle()
        rows = arrival.observations
        runs = None
        # Opened to all, it may be here already.
        if rows is not None and rows.num_rows and not self._holds(arrival):
            runs, starts = read_runs(rows)
            self.catalogue.verify_described(arrival, runs.names)
            failpoint("bank.before-late")
            self._insert_late(arrival, rows, runs, starts)
            failpoint("bank.after-late")
        self.catalogue.complete(arrival, runs)
        self._view = None

    def _holds(self, arrival: Arrival) -> bool:
        """Return whether an entry was taken with its rows."""
        sql = "SELECT rows FROM entry WHERE party = ? AND number = ?"
        found = self.catalogue.rows(sql, (arrival.party, arrival.index))
        return bool(found[0][0])

    def compact(self) -> None:
        """Write every bucket that has several files anew, as one sorted whole."""
        self._verify_writable()
        fragments = self.view().fragments
        for bucket, files in fragments.items():
            if len(files) > 1 or any(one.is_tail for one in files):
                self._compact_bucket(bucket, files)
        self.table.vacuum()

    def _verify_writable(self) -> None:
        if self._lock is None:
            raise NotAllowed(
                "this bank was opened to be read",
                hint="open it with writable=True",
            )

    def _append(
        self, arrival: Arrival, rows: pa.Table, runs: Runs, starts: Numbers
    ) -> list[int]:
        """Write the rows of one entry unless a run that was cut short did."""
        assigned = self.catalogue.assign(arrival, runs)
        failpoint("bank.catalogued")
        ids, parts = _placed(rows, runs, starts, assigned)
        if not self.table.has(arrival.party, arrival.index):
            failpoint("bank.before-delta")

            def write(part: Part) -> Fragment:
                chosen = in_file_form(
                    rows, starts, runs.lengths, ids, part, arrival.index
                )
                kind = "tail" if part.replaces else "base"
                return write_fragment(self.table.folder, part.bucket, kind, chosen)

            with ThreadPoolExecutor(_WRITERS) as writers:
                written = list(writers.map(write, parts))
            self.table.append(written, arrival.party, arrival.index)
        failpoint("bank.after-delta")
        return sorted(part.bucket for part in parts)

    def _insert_late(
        self, arrival: Arrival, rows: pa.Table, runs: Runs, starts: Numbers
    ) -> None:
        """Put rows among later ones: a tail would be taken for newer than they are."""
        assigned = self.catalogue.assign(arrival, runs)
        late = f"{arrival.party}/{arrival.index}"  # no party has such a name
        if self.table.has(late, arrival.index):
            return
        ids, parts = _placed(rows, runs, starts, assigned)
        fragments = self.view().fragments
        added, removed = list[Fragment](), list[Fragment]()
        for part in parts:
            chosen = in_file_form(rows, starts, runs.lengths, ids, part, arrival.index)
            files = fragments.get(part.bucket, ()) if part.replaces else ()
            added += self._merged(part.bucket, files, chosen)
            removed += files
        self.table.append(added, late, arrival.index, removed)
        self.files.close()
        self.catalogue.touch()

    def _compact_crowded(self, touched: Sequence[int]) -> None:
        fragments = self.view().fragments
        for bucket in touched:
            if len(fragments.get(bucket, ())) >= _FILES_PER_BUCKET:
                self._compact_bucket(bucket, fragments[bucket])

    def _compact_bucket(self, bucket: int, files: tuple[Fragment, ...]) -> None:
        failpoint("bank.before-compact")
        written = self._merged(bucket, files, FILE_SCHEMA.empty_table())
        self.table.replace(files, written)
        self.files.close()  # what was replaced must not stay mapped in memory
        self.catalogue.touch()
        self._view = None
        failpoint("bank.after-compact")

    def _merged(
        self, bucket: int, files: tuple[Fragment, ...], more: pa.Table
    ) -> list[Fragment]:
        """Write the rows of a bucket's files, and more of them, as one sorted whole."""
        for one in files:
            # Damage that were written anew would have a name that fits it.
            self.table.verify(one)
        series = self.catalogue.rows(
            "SELECT series_id FROM series WHERE bucket = ? ORDER BY 1", (bucket,)
        )
        ids = np.array([one for (one,) in series], np.int32)
        more = more.cast(FILE_SCHEMA)
        total = sum(one.rows for one in files) + more.num_rows
        shares = np.array_split(ids, min(len(ids), -(-total // _ROWS_AT_ONCE)))
        written = []
        for share in shares:
            read = [self.files.read(one, Window(share)) for one in files]
            here = np.isin(more["series_id"].to_numpy(), share)
            rows = resolve(pa.concat_tables([*read, more.filter(pa.array(here))]))
            if rows.num_rows:
                written.append(write_fragment(self.table.folder, bucket, "base", rows))
        return written


def _placed(
    rows: pa.Table,
    runs: Runs,
    starts: Numbers,
    assigned: Mapping[str, tuple[int, int, int | None]],
) -> tuple[npt.NDArray[np.int32], list[Part]]:
    """Return the series ids of a release's runs, and the files that they go to."""
    ids = np.array([assigned[name][0] for name in runs.names], np.int32)
    buckets = np.array([assigned[name][1] for name in runs.names], np.int64)
    before = [assigned[name][2] for name in runs.names]
    first = rows["time"].take(pa.array(starts)).cast(pa.int64()).to_numpy()
    replaces = np.array(
        [
            last is not None and int(t) <= last
            for t, last in zip(first, before, strict=True)
        ]
    )
    return ids, split_release(ids, buckets, replaces)
