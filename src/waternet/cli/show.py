"""How answers appear: a table for people, JSON, CSV or Parquet for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from waternet.errors import NotAcceptable, WaternetError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "ROWS_SHOWN",
    "Form",
    "say",
    "say_error",
    "show_facts",
    "show_rows",
    "show_table",
    "working",
]

ROWS_SHOWN = 40
_RIGHT = {"value", "old_value"}
_NUMBERS = {"double", "int64", "int32", "int16", "int8"}


class Form(StrEnum):
    """The form in which an answer is wanted."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def say(line: str = "") -> None:
    """Print a line for people."""
    print(line)


def say_error(error: WaternetError) -> None:
    """Print an error, then what to do about it, to the error stream."""
    print(f"error: {error}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)


def show_facts(facts: Mapping[str, Any], form: Form, output: Path | None) -> None:
    """Show a handful of named facts."""
    if form is Form.TEXT and output is None:
        width = max(map(len, facts), default=0)
        for name, value in facts.items():
            if value in ("", ()):
                continue
            say(f"{name.replace('_', ' '):<{width}}  {_plain(value)}")
        return
    if form in (Form.CSV, Form.PARQUET):
        raise NotAcceptable("this answer is not a table", hint="use --json")
    with _sink(output) as sink:
        sink.write(json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n")


def show_table(table: pa.Table, form: Form, output: Path | None) -> None:
    """Write a table for programs, or to a file whose ending may give the form.

    Raises
    ------
    NotAcceptable
        Neither the form nor the file's ending says how.
    """
    from waternet.formats.writing import write_csv, write_json, write_parquet

    if output is not None and form is Form.TEXT:
        form = _form_of(output)
    write = {
        Form.JSON: write_json,
        Form.CSV: write_csv,
        Form.PARQUET: write_parquet,
    }[form]
    with _sink(output) as sink:
        write(table, sink)


def show_rows(table: pa.Table, of: int) -> None:
    """Show the first rows to people, and say how many of `of` are left."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    if not table.num_rows:
        say("nothing found")
        return
    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "160"))
    console = Console(width=width)
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in table.column_names:
        number = name in _RIGHT or str(table.schema.field(name).type) in _NUMBERS
        shown.add_column(name.replace("_", " "), justify="right" if number else "left")
    for row in table.slice(0, ROWS_SHOWN).to_pylist():
        shown.add_row(*(_plain(value) for value in row.values()))
    console.print(shown)
    if of > ROWS_SHOWN:
        say(f"... and {of - ROWS_SHOWN:,} more rows; -o FILE.csv writes them all")


@contextmanager
def working(title: str) -> Iterator[Any]:
    """Show a progress bar on a terminal; yields ``advance(done, of)``."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


@contextmanager
def _sink(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with output.open("wb") as file:
        yield file


def _form_of(output: Path) -> Form:
    try:
        return Form(output.suffix.removeprefix("."))
    except ValueError as error:
        raise NotAcceptable(
            f"cannot tell from {output.name!r} which form to write",
            hint="end the name in .csv, .json or .parquet, or give --csv, --json...",
        ) from error


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes") + "Z"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_plain, value))
    return str(value)
