"""Figures as they stand in the files that were signed, not as the bank has them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.node.verified_files import VerifiedFiles
from waternet.observation.datastream import Datastream
from waternet.record.blob import blob_path, read_datastreams
from waternet.record.fields import Reference
from waternet.record.figure_row import find_row

__all__ = ["SignedRows"]

_KEPT_ROWS = 4096
_KEPT_LISTS = 8  # of datastreams, each of one release


class SignedRows:
    """Looks figures up in the files of releases that the bank has taken.

    What a file says is remembered by the file's hash: a file that has been altered
    does not have that hash, and `VerifiedFiles` looks before every answer. Threads may
    share one.

    Attributes
    ----------
    files : VerifiedFiles
    """

    def __init__(self) -> None:
        self.files = VerifiedFiles()
        self._lock = threading.Lock()
        self._rows: OrderedDict[tuple[str, str, datetime], Any] = OrderedDict()
        self._lists: OrderedDict[str, Mapping[str, Datastream]] = OrderedDict()

    def find(
        self,
        folder: Path,
        references: Mapping[str, Reference],
        datastream: str,
        time: datetime,
    ) -> dict[str, Any] | None:
        """Return one figure as an entry's files have it.

        Parameters
        ----------
        folder : Path
            The party's record.
        references : mapping
            The entry's 'observations' and 'datastreams'.
        datastream : str
            Name, without the party.
        time : datetime
            With time zone.

        Returns
        -------
        dict or None
            The row's columns, and the datastream's unit and zone; None where the
            release has no such figure.

        Raises
        ------
        NotFound
            A file is not there.
        NotVerified
            A file is not the one that was signed.
        NotAcceptable
            It does not hold what it should.
        """
        paths = {}
        for name in ("observations", "datastreams"):
            paths[name] = folder / blob_path(references[name].sha256)
            self.files.verify(paths[name], references[name])
        described = self._described(paths["datastreams"], references["datastreams"])
        if datastream not in described:
            return None
        when = time.astimezone(UTC).replace(tzinfo=None)
        row = self._row(
            paths["observations"], references["observations"], datastream, when
        )
        if row is None:
            return None
        stream = described[datastream]
        return {**row, "unit": stream.unit, "zone": stream.zone}

    def datastreams(self, folder: Path, reference: Reference) -> Collection[str]:
        """Return the names in a release's list of datastreams.

        Raises
        ------
        NotFound, NotVerified, NotAcceptable
            As `find`.
        """
        path = folder / blob_path(reference.sha256)
        self.files.verify(path, reference)
        return self._described(path, reference).keys()

    def _row(
        self, path: Path, reference: Reference, datastream: str, when: datetime
    ) -> dict[str, Any] | None:
        key = reference.sha256, datastream, when
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
                found: dict[str, Any] | None = self._rows[key]
                return found
        row = find_row(path, datastream, when)
        # What was read must be what was hashed, whoever wrote in between.
        self.files.verify(path, reference)
        with self._lock:
            self._rows[key] = row
            while len(self._rows) > _KEPT_ROWS:
                self._rows.popitem(last=False)
        return row

    def _described(self, path: Path, reference: Reference) -> Mapping[str, Datastream]:
        with self._lock:
            if reference.sha256 in self._lists:
                self._lists.move_to_end(reference.sha256)
                return self._lists[reference.sha256]
        try:
            read = {one.name: one for one in read_datastreams(path, reference)}
        except UnicodeDecodeError as error:
            raise NotAcceptable(f"not lines of datastreams: {error}") from error
        self.files.verify(path, reference)
        with self._lock:
            self._lists[reference.sha256] = read
            while len(self._lists) > _KEPT_LISTS:
                self._lists.popitem(last=False)
        return read
