"""The Delta table `obs`: which files are live, and one commit at a time."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from waternet.bank.files import FILE_SCHEMA, Fragment, sync
from waternet.errors import NotFound, NotVerified

__all__ = ["Table"]

# How long a reader may go on with the files that it knew before a compaction.
_GRACE = timedelta(hours=1)


class Table:
    """The Delta table in one folder.

    Files are written first, by `write_fragment`; a commit then makes them part of
    the table. A file that no commit names does not exist for any reader.
    """

    def __init__(self, folder: Path, *, create: bool) -> None:
        self.folder = folder
        if create and not DeltaTable.is_deltatable(str(folder)):
            columns = [
                pa.field(column.name, pa.string(), column.nullable)
                if pa.types.is_dictionary(column.type)
                else column
                for column in FILE_SCHEMA
            ]
            schema = pa.schema([*columns, pa.field("bucket", pa.int32(), False)])
            DeltaTable.create(folder, schema, mode="ignore", partition_by=["bucket"])
        try:
            self._delta = DeltaTable(folder)
        except TableNotFoundError as error:
            raise NotFound(
                f"no bank in {folder.parent}", hint="'waternet rebuild' makes one"
            ) from error

    def fragments(self) -> dict[int, tuple[Fragment, ...]]:
        """Return the live files of every bucket, as of the newest commit."""
        self._delta.update_incremental()
        adds = pa.table(self._delta.get_add_actions(flatten=True)).to_pydict()
        found: dict[int, tuple[Fragment, ...]] = {}
        for bucket, path, rows, size, first, last in zip(
            adds.get("partition.bucket", ()),
            adds["path"],
            adds["num_records"],
            adds["size_bytes"],
            adds.get("min.series_id", ()),
            adds.get("max.series_id", ()),
            strict=False,
        ):
            one = Fragment(path, bucket, rows, size, first, last)
            found[bucket] = (*found.get(bucket, ()), one)
        return found

    def verify(self, fragment: Fragment) -> None:
        """Raise unless a file is, byte for byte, the one that was written."""
        with (self.folder / fragment.path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not Path(fragment.path).stem.endswith(digest):
            raise NotVerified(
                f"bank/{self.folder.name}/{fragment.path} is damaged",
                hint="'waternet rebuild' makes the bank anew from the records",
            )

    def has(self, party: str, index: int) -> bool:
        """Whether the rows of that entry are in the table already."""
        self._delta.update_incremental()
        newest = self._delta.transaction_version(party)
        return newest is not None and newest >= index

    def append(
        self,
        added: Sequence[Fragment],
        party: str,
        index: int,
        removed: Sequence[Fragment] = (),
    ) -> None:
        """Make the files of one entry part of the table, together with its number.

        Those `removed` have their rows in the files added.
        """
        properties = CommitProperties(app_transactions=[Transaction(party, index)])
        actions = [_add(one, is_new=True) for one in added]
        self._commit([*_removals(removed), *actions], properties)

    def replace(self, removed: Sequence[Fragment], added: Sequence[Fragment]) -> None:
        """Put `added` in the place of `removed`: the same rows, told otherwise."""
        actions = [_add(one, is_new=False) for one in added]
        self._commit([*_removals(removed), *actions], CommitProperties())

    def vacuum(self) -> None:
        """Delete files that no commit has named for an hour."""
        self._delta.vacuum(
            retention_hours=int(_GRACE / timedelta(hours=1)),
            dry_run=False,
            enforce_retention_duration=False,
            full=True,
        )
        self._delta.update_incremental()

    def _commit(
        self, actions: Sequence[AddAction | RemoveAction], properties: CommitProperties
    ) -> None:
        self._delta.update_incremental()
        self._delta.create_write_transaction(
            list(actions),
            mode="append",
            schema=self._delta.schema(),
            partition_by=["bucket"],
            commit_properties=properties,
        )
        self._delta.update_incremental()
        log = self.folder / "_delta_log"
        # The catalogue counts the entry next, durably: its rows must be so before.
        sync(log / f"{self._delta.version():020}.json")
        sync(log)


def _removals(removed: Sequence[Fragment]) -> list[RemoveAction]:
    now = int(time.time() * 1000)
    return [
        RemoveAction(one.path, False, now, one.size, {"bucket": str(one.bucket)})
        for one in removed
    ]


def _add(one: Fragment, *, is_new: bool) -> AddAction:
    statistics = {
        "numRecords": one.rows,
        "minValues": {"series_id": one.first},
        "maxValues": {"series_id": one.last},
        "nullCount": {"series_id": 0},
    }
    return AddAction(
        path=one.path,
        size=one.size,
        partition_values={"bucket": str(one.bucket)},
        modification_time=int(time.time() * 1000),
        data_change=is_new,
        stats=json.dumps(statistics),
    )
