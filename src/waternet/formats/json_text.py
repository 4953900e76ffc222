"""JSON documents with their numbers as they are written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable

__all__ = ["as_list", "as_object", "as_text", "read_json"]


def read_json(path: Path) -> Any:
    """Read a document; its numbers stay text, as the file writes them.

    Raises
    ------
    NotAcceptable
        It is not JSON, or nested too deep to be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotAcceptable(
            f"{path.name} is not JSON: {error}",
            hint="a file that was cut off, or saved as a web page?",
        ) from error


def as_text(value: Any) -> str:
    """Return text or a number as text, null and all else as ''."""
    return value.strip() if isinstance(value, str) else ""


def as_object(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else []
