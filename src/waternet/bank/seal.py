"""The bank's seal: a digest of each of its files, so that damage is told, not served.

Whoever writes to the bank compares its small files with the seal, breaks it, and sets
it anew at the end, so that damage is never sealed as if it were right. Files of
figures never change once written, and are named by their digest.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deltalake.exceptions import DeltaError

from waternet.bank.files import sync
from waternet.bank.store import Bank
from waternet.errors import NotVerified, WaternetError

__all__ = ["SEAL", "find_damages", "reading_bank", "writing_bank"]

SEAL = "seal.json"
_HINT = "'waternet rebuild' makes the bank anew from the records"
# Files of figures; Delta's own checkpoints are Parquet too, but are named otherwise.
_NAMED = re.compile(r"/(?:base|tail)-([0-9a-f]{64})\.parquet$")
_OF_THE_MOMENT = (
    "lock",
    SEAL,
    f"{SEAL}.part",
    "catalogue.sqlite-wal",
    "catalogue.sqlite-shm",
)


# What SQLite says of the disk: read-only, an error, full, not to be opened.
_OF_THE_DISK = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)


@contextmanager
def writing_bank(folder: Path) -> Iterator[Bank]:
    """Open the bank for writing; set its seal anew at the end.

    Raises
    ------
    Conflict
        Another process is writing to it.
    NotVerified
        It is damaged.
    OSError
        The disk is full, or refuses.
    """
    for path, digest in _read_seal(folder).items():
        if not _NAMED.search(path) and not _is_sealed(folder / path, digest):
            raise NotVerified(f"bank/{path} is damaged or gone", hint=_HINT)
    refused: WaternetError | None = None
    try:
        with Bank.open(folder, writable=True) as bank:
            (folder / SEAL).unlink(missing_ok=True)
            try:
                yield bank
            except WaternetError as error:
                # Refused, not stopped: all that was taken before is whole.
                refused = error
    except (sqlite3.OperationalError, DeltaError) as error:
        raise OSError(f"the bank cannot be written: {error}") from error
    except sqlite3.DatabaseError as error:
        raise NotVerified(f"the bank is damaged: {error}", hint=_HINT) from error
    _set_seal(folder)
    if refused is not None:
        raise refused


@contextmanager
def reading_bank(folder: Path, reader: str | None = None) -> Iterator[Bank]:
    """Open the bank to be read.

    Parameters
    ----------
    folder : Path
    reader : str or None
        The party that reads, '' for anybody, None for this node; see `Bank.open`.

    Raises
    ------
    NotFound
        There is none.
    NotVerified
        It is damaged, so that no answer can be given. Damage that does not stand in
        the way of an answer is found by `find_damages`.
    OSError
        The disk is full, or refuses: a reader of the catalogue needs a page of its own.
    """
    try:
        with Bank.open(folder, reader=reader) as bank:
            yield bank
    except (WaternetError, GeneratorExit):
        raise
    except Exception as error:
        # Whatever library met the damage first has an error of its own for it.
        damages = find_damages(folder)
        if damages:
            raise damages[0] from error
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK:
            raise OSError(f"the bank cannot be read: {error}") from error
        raise


def find_damages(folder: Path) -> list[NotVerified]:
    """Compare every file of the bank with its seal.

    Returns
    -------
    list of NotVerified
        One for each file that is gone, changed or not of the bank; one where there
        is no seal, because a writer was stopped; empty where all is well.
    """
    sealed = _read_seal(folder)
    if not sealed:
        return [NotVerified("the bank has no seal: its writer was stopped", hint=_HINT)]
    damages = []
    for path in _files(folder):
        if path not in sealed:
            # A file that no commit names is left behind by a writer that was stopped.
            continue
        if not _is_sealed(folder / path, sealed.pop(path)):
            damages.append(NotVerified(f"bank/{path} is damaged", hint=_HINT))
    damages += [NotVerified(f"bank/{path} is gone", hint=_HINT) for path in sealed]
    return damages


def _set_seal(folder: Path) -> None:
    digests = {
        path: named[1] if (named := _NAMED.search(path)) else _digest(folder / path)
        for path in _files(folder)
    }
    unfinished = folder / f"{SEAL}.part"
    unfinished.write_text(json.dumps(digests, indent=0), encoding="utf-8")
    sync(unfinished)
    unfinished.replace(folder / SEAL)
    sync(folder)


def _is_sealed(path: Path, digest: str) -> bool:
    return path.is_file() and _digest(path) == digest


def _read_seal(folder: Path) -> dict[str, str]:
    try:
        sealed = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return sealed if isinstance(sealed, dict) else {}


def _files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in _OF_THE_MOMENT
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
