"""The bank's seal: a digest of each of its files, so that damage is told, not served.

Whoever writes to the bank breaks the seal first and sets it anew at the end. Files
of figures never change once written, so each is read for its digest only once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waternet.bank.store import Bank
from waternet.errors import NotVerified

__all__ = ["SEAL", "find_damages", "writing_bank"]

SEAL = "seal.json"
_HINT = "'waternet rebuild' makes the bank anew from the records"
_OF_THE_MOMENT = ("lock", SEAL, "catalogue.sqlite-wal", "catalogue.sqlite-shm")


@contextmanager
def writing_bank(folder: Path) -> Iterator[Bank]:
    """Open the bank for writing; set its seal anew once all went well.

    Raises
    ------
    Conflict
        Another process is writing to it.
    """
    known = _read_seal(folder)
    with Bank.open(folder, writable=True) as bank:
        (folder / SEAL).unlink(missing_ok=True)
        yield bank
    unchanging = {path: known[path] for path in known if path.endswith(".parquet")}
    digests = {
        path: unchanging.get(path) or _digest(folder / path) for path in _files(folder)
    }
    (folder / SEAL).write_text(json.dumps(digests, indent=0), encoding="utf-8")


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
        if sealed.pop(path) != _digest(folder / path):
            damages.append(NotVerified(f"bank/{path} is damaged", hint=_HINT))
    damages += [NotVerified(f"bank/{path} is gone", hint=_HINT) for path in sealed]
    return damages


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
