"""How answers appear: a table for people, JSON, CSV or Parquet for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, BinaryIO
from unicodedata import bidirectional

from waternet.errors import NotAcceptable, NotFound, WaternetError

if TYPE_CHECKING:
    import pyarrow as pa

    from waternet.cli.columns import Column

__all__ = [
    "ROWS_SHOWN",
    "Form",
    "form_of",
    "inert",
    "isolated",
    "say",
    "say_error",
    "show_facts",
    "show_rows",
    "show_table",
    "whole_file",
    "working",
]

ROWS_SHOWN = 40
_RIGHT = {"value", "old_value", "mean", "minimum", "maximum", "spread"}
_WORDY = {"names", "title", "reason", "qualifier", "ar", "he", "en"}
_REST = "-o FILE.csv writes them all"
_NO_TERMINAL = (160, 40)  # columns and lines; COLUMNS says otherwise
_WRITTEN_LEFTWARD = {"ar", "fa", "he", "ur"}
_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
# What a terminal would take for a command, or for a turn of all that follows; of marks
# of direction only those of `isolated` are ours.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")
_NUMBERS = {"double", "int64", "int32", "int16", "int8"}


class Form(StrEnum):
    """The form in which an answer is wanted."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def say(line: str = "") -> None:
    """Print a line for people; see `inert`."""
    print(inert(line))


def say_error(error: WaternetError) -> None:
    """Print an error, then what to do about it, to the error stream."""
    print(inert(f"error: {error}"), file=sys.stderr)
    if error.hint:
        print(inert(f"hint: {error.hint}"), file=sys.stderr)


def inert(text: str) -> str:
    r"""Spell out what would move a terminal: others' words and files come through here.

    Examples
    --------
    >>> print(inert("Up\x1b[2Jper"))
    Up\x1b[2Jper
    """
    return _COMMANDS.sub(lambda found: repr(found[0])[1:-1], text)


def isolated(text: str, language: str = "") -> str:
    """Set text that holds Arabic or Hebrew apart, so that it turns nothing around it.

    Parameters
    ----------
    text : str
    language : str
        In which it is written, and thus which way it runs, whatever letter it begins
        with; '' where that is not known: then the first letter says it.

    Examples
    --------
    >>> isolated("Lake"), isolated("אגם")
    ('Lake', '\u2068אגם\u2069')
    >>> isolated("WGWR: אגם", "he"), isolated("אגם, a lake", "en")
    ('\u2067WGWR: אגם\u2069', '\u2066אגם, a lake\u2069')
    """
    if any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return f"{_isolate(language)}{text}\u2069"
    return text


def _isolate(language: str) -> str:
    """Return the mark that opens a text of a language: see `isolated`."""
    if not language:
        return "\u2068"
    return "\u2067" if language.partition("-")[0] in _WRITTEN_LEFTWARD else "\u2066"


def show_facts(facts: Mapping[str, Any], form: Form) -> None:
    """Show a handful of named facts; people see none that are empty."""
    if form is Form.JSON:
        with whole_file(None) as sink:
            sink.write(json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n")
        return
    told = {
        name.replace("_", " "): value
        for name, value in facts.items()
        if value not in ("", (), [])
    }
    width = max(map(len, told), default=0)
    for name, value in told.items():
        lines = value if isinstance(value, (list, tuple)) else [value]
        for number, line in enumerate(lines):
            say(f"{name if number == 0 else '':<{width}}  {_plain(line)}")


def show_table(table: pa.Table, form: Form, output: Path | None) -> None:
    """Write a table for programs, to the standard output or a file."""
    from waternet.formats.writing import write_csv, write_json, write_parquet

    write = {
        Form.JSON: write_json,
        Form.CSV: write_csv,
        Form.PARQUET: write_parquet,
    }[form]
    with whole_file(output) as sink:
        write(table, sink)


def form_of(output: Path) -> Form:
    """Return the form that a file's ending stands for.

    Raises
    ------
    NotAcceptable
        It stands for none.
    """
    ending = output.suffix.lower().removeprefix(".")
    if ending in (Form.CSV, Form.JSON, Form.PARQUET):
        return Form(ending)
    raise NotAcceptable(
        f"cannot tell from {output.name!r} which form to write",
        hint="end the name in .csv, .json or .parquet",
    )


@contextmanager
def whole_file(output: Path | None) -> Iterator[BinaryIO]:
    """Open what is written: a file appears whole, or the old one stays as it was.

    Raises
    ------
    NotFound
        There is no folder for it.
    NotAcceptable
        It is a folder.
    """
    if output is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = output.resolve()
    if not target.parent.is_dir():
        raise NotFound(f"no folder {output.parent}", hint="make it first")
    if target.is_dir():
        raise NotAcceptable(f"{output} is a folder", hint="name a file in it")
    if target.exists() and not target.is_file():  # a device or pipe
        with target.open("wb") as file:
            yield file
        return
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def show_rows(table: pa.Table, of: int, others: str = _REST) -> None:
    """Show the first rows to people, and say what is not shown.

    Parameters
    ----------
    table : pyarrow.Table
    of : int
        Rows in all.
    others : str
        How to have the rest.
    """
    if not table.num_rows:
        say("nothing found")
        return
    from waternet.cli.columns import fitted

    width = get_terminal_size(_NO_TERMINAL).columns
    lines, left_out = fitted(_columns(table.slice(0, ROWS_SHOWN)), width)
    say()
    for line in lines:
        say(line)
    say()
    if left_out:
        say(f"no room for {', '.join(left_out)}; {others}")
    if of > ROWS_SHOWN:
        say(f"... and {of - ROWS_SHOWN:,} more rows; {others}")


def _columns(table: pa.Table) -> list[Column]:
    from waternet.cli.columns import Column

    columns = []
    for name in table.column_names:
        cells = tuple(map(_plain, table[name].to_pylist()))
        number = name in _RIGHT or str(table.schema.field(name).type) in _NUMBERS
        columns.append(Column(name.replace("_", " "), cells, number, name in _WORDY))
    return columns


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
