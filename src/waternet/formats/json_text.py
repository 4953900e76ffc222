"""JSON documents with their numbers as they are written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable
from waternet.formats.decoding import UTF8

__all__ = [
    "as_list",
    "as_object",
    "as_text",
    "decode_json",
    "json_faults",
    "parse_json",
    "read_json",
]


def read_json(path: Path, encoding: str = "utf-8") -> Any:
    """Read a document; its numbers stay text, as the file writes them.

    Raises
    ------
    NotAcceptable
        It is not JSON, nested too deep to be read, or an object says a thing twice.
    """
    with json_faults(path.name):
        return parse_json(decode_json(path, encoding))


def decode_json(path: Path, encoding: str) -> str:
    """Return a file's text, without the mark that it may begin with."""
    is_utf8 = encoding.lower() in UTF8
    return path.read_bytes().decode("utf-8-sig" if is_utf8 else encoding)


def parse_json(text: str) -> Any:
    """Return what a text says, numbers as text; an object says each thing once."""
    return json.loads(
        text,
        parse_float=str,
        parse_int=str,
        parse_constant=str,
        object_pairs_hook=_distinct,
    )


@contextmanager
def json_faults(file: str) -> Iterator[None]:
    """Say of a file that it is no JSON, where reading it shows that.

    Raises
    ------
    NotAcceptable
    """
    try:
        yield
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotAcceptable(
            f"{file} is not JSON: {error}",
            hint="a file that was cut off, or saved as a web page?",
        ) from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; one that says a thing twice says neither."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise NotAcceptable(
            f"an object has the key {twice!r:.80} twice",
            hint="ask for a file that says each thing once",
        )
    return made


def as_text(value: Any) -> str:
    """Return text or a number as text, null and all else as ''."""
    return value.strip() if isinstance(value, str) else ""


def as_object(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else []
