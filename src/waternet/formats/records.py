"""Lists of records in JSON: one object per row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.cells import MAX_CELL, Cells, verify_width
from waternet.formats.layout import read_cells
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe

__all__ = ["is_records", "read_records"]


def is_records(head: bytes, name: str) -> bool:
    """Return whether a file may be JSON."""
    del name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"{", b"["))


def read_records(path: Path, recipe: Recipe) -> Reading:
    """Read a list of JSON objects; `[table] records` leads to it.

    A row's number is its place in the list, from 1. Numbers are taken as they are
    written.

    Raises
    ------
    NotAcceptable
        It is not JSON, or holds no such list of objects.
    """
    try:
        text = path.read_bytes().decode(_encoding(recipe))
        document = json.loads(
            text,
            parse_float=str,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=_distinct,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotAcceptable(
            f"{path.name} is not JSON: {error}", hint="is it whole, and is it JSON?"
        ) from error
    records = _find(document, recipe.table.records, path.name)
    headings = list(dict.fromkeys(key for record in records for key in record))
    verify_width(path.name, len(headings))
    rows = (
        (number, [_as_text(record.get(key), path, number) for key in headings])
        for number, record in enumerate(records, 1)
    )
    return read_cells(Cells.from_rows(path.name, "", headings, rows), recipe)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; one that says a thing twice says neither."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotAcceptable(
            f"an object has the key {twice!r} twice",
            hint="ask for a file that says each thing once",
        )
    return made


def _encoding(recipe: Recipe) -> str:
    encoding = recipe.table.encoding
    return "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding


def _find(document: Any, keys: str, file: str) -> list[dict[str, Any]]:
    for key in keys.split(".") if keys else ():
        if not isinstance(document, dict) or key not in document:
            raise NotAcceptable(
                f"{file}: no key {key!r} on the way {keys!r} to the records"
            )
        document = document[key]
    if not isinstance(document, list) or not all(
        isinstance(record, dict) for record in document
    ):
        raise NotAcceptable(
            f"{file}: expected a list of objects, got {type(document).__name__}",
            hint="[table] records = 'result.records' leads to a list further inside",
        )
    return document


def _as_text(value: Any, path: Path, row: int) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) > MAX_CELL:
        raise NotAcceptable(f"{path.name}, record {row}: a value of {len(text)} signs")
    return text
