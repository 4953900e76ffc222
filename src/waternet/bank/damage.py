"""Damage to the bank's own files: told, never passed on as an answer."""

from __future__ import annotations

import hashlib
import sqlite3

from waternet.bank.store import Bank
from waternet.errors import NotVerified

__all__ = ["find_damages"]

_HINT = "'waternet rebuild' makes the bank anew from the records"


def find_damages(bank: Bank) -> list[NotVerified]:
    """Check the catalogue and the digest that each file of the table is named by.

    Returns
    -------
    list of NotVerified
        One for each damaged or missing file; empty where all is well.
    """
    damages = []
    try:
        answer = bank.catalogue.rows("PRAGMA integrity_check")
        said = [row[0] for row in answer if row[0] != "ok"]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said:
        damages.append(NotVerified(f"the bank's catalogue: {said[0]}", hint=_HINT))
    for files in bank.view().fragments.values():
        for one in files:
            path = bank.table.folder / one.path
            try:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError:
                damages.append(NotVerified(f"{one.path} is gone", hint=_HINT))
                continue
            if digest not in one.path:
                damages.append(NotVerified(f"{one.path} is damaged", hint=_HINT))
    return damages
