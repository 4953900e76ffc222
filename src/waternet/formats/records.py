"""Lists of records in JSON: an object a row, or a list of lists under headings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.cells import MAX_CELL, Cells, unique_headings, verify_width
from waternet.formats.json_text import read_json
from waternet.formats.layout import read_cells
from waternet.formats.mojibake import repair_mojibake
from waternet.formats.preview import Sheet, sample_places
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe, TableLayout

__all__ = ["is_records", "preview_records", "read_records"]

_DEEPEST = 8  # keys that lead to a list of records
_INNERMOST = 4  # objects inside of a record
Row = tuple[int, list[str | None]]


def is_records(head: bytes, name: str) -> bool:
    """Return whether a file may be JSON."""
    del name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"{", b"["))


def read_records(path: Path, recipe: Recipe) -> Reading:
    """Read a list of JSON objects; `[table] records` leads to it.

    A row's number is its place in the list, from 1. Numbers are taken as they are
    written. What an object has inside of another is a column 'outer.inner'. In a list
    of lists the first gives the headings.

    Raises
    ------
    NotAcceptable
        It is not JSON, or holds no such list.
    """
    document = read_json(path, recipe.table.encoding)
    records = _find(document, recipe.table.records, path.name)
    headings, rows = _as_table(records, path.name, recipe.table.mojibake)
    return read_cells(Cells.from_rows(path.name, "", headings, rows), recipe)


def preview_records(path: Path, table: TableLayout) -> list[Sheet]:
    """Return each list of records in a document, with the keys that lead to it.

    Raises
    ------
    NotAcceptable
        It is not JSON.
    """
    found = []
    for way, records in _find_lists(read_json(path, table.encoding), "", 0):
        headings, rows = _as_table(records, path.name, table.mojibake)
        shown = [rows[place] for place in sample_places(len(rows))]
        sampled = tuple(
            (number, tuple(cell or "" for cell in cells)) for number, cells in shown
        )
        names = tuple(unique_headings(headings))
        found.append(Sheet("", sampled, names, len(rows), path=way))
    return found


def _find(document: Any, keys: str, file: str) -> list[Any]:
    for key in keys.split(".") if keys else ():
        if not isinstance(document, dict) or key not in document:
            raise NotAcceptable(
                f"{file}: no key {key!r} on the way {keys!r} to the records"
            )
        document = document[key]
    if _is_table(document):
        return list(document)
    others = [way for way, _ in _find_lists(document, keys, 0)] if not keys else []
    listed = " or ".join(repr(way) for way in others[:5])
    raise NotAcceptable(
        f"{file}: expected a list of objects, got {type(document).__name__}",
        hint=f"write [table] records = {listed}"
        if others
        else "[table] records = 'result.records' leads to a list further inside",
    )


def _find_lists(found: Any, way: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield each list of records in a document, and the keys that lead to it."""
    if _is_table(found) and found:
        yield way, found
    elif isinstance(found, dict) and depth < _DEEPEST:
        for key, inner in found.items():
            if key == "fields" and "records" in found:
                continue  # a CKAN data store describes its columns there
            yield from _find_lists(inner, f"{way}.{key}" if way else key, depth + 1)


def _is_table(found: Any) -> bool:
    """Return whether this is a list of objects, or of lists under headings."""
    if not isinstance(found, list):
        return False
    if found and isinstance(found[0], list):
        return all(isinstance(name, str) and name for name in found[0]) and all(
            isinstance(row, list) for row in found
        )
    return all(isinstance(record, dict) for record in found)


def _as_table(
    records: Sequence[Any], file: str, code_page: str
) -> tuple[list[str], list[Row]]:
    """Return the headings, and each record's number and cells."""
    if records and isinstance(records[0], list):
        headings = [str(name) for name in records[0]]
        flat = [dict(zip(headings, row, strict=False)) for row in records[1:]]
    else:
        flat = [_flatten(record, "", 0) for record in records]
        headings = list(dict.fromkeys(key for record in flat for key in record))
    verify_width(file, len(headings))
    rows = [
        (number, [_as_text(record.get(key), file, number) for key in headings])
        for number, record in enumerate(flat, 1)
    ]
    if code_page:
        headings = [repair_mojibake(name, code_page) for name in headings]
        rows = [
            (number, [cell and repair_mojibake(cell, code_page) for cell in cells])
            for number, cells in rows
        ]
    return headings, rows


def _flatten(record: dict[str, Any], way: str, depth: int) -> dict[str, Any]:
    """Return an object with the keys of those inside of it after its own."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        name = f"{way}.{key}" if way else key
        if isinstance(value, dict) and value and depth < _INNERMOST:
            flat |= _flatten(value, name, depth + 1)
        else:
            flat[name] = value
    return flat


def _as_text(value: Any, file: str, row: int) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) > MAX_CELL:
        raise NotAcceptable(f"{file}, record {row}: a value of {len(text)} signs")
    return text
