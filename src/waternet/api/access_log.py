"""The access log: one line of JSON for each request, without anything secret.

A query can carry what its sender took for a parameter, so none is written; headers are
not, either.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from waternet.errors import NotAcceptable
from waternet.node.api_key import KEY

__all__ = ["AccessLog"]

_LONGEST = 500  # characters of a path


class AccessLog:
    """Appends lines to a file; several processes may append to one.

    Parameters
    ----------
    path : str
        '-' is standard error.

    Raises
    ------
    NotAcceptable
        It cannot be written.
    """

    def __init__(self, path: str) -> None:
        if path == "-":
            self._file = sys.stderr.fileno()
            return
        try:
            # Each line is one write at the end: lines of processes do not mix.
            how = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(Path(path), how, 0o640)
        except OSError as error:
            raise NotAcceptable(
                f"the access log {path} cannot be written: {error.strerror}",
                hint="--access-log names a file, or - for standard error",
            ) from error

    def write(self, fields: dict[str, Any]) -> None:
        """Write one line; a full disk keeps nobody from an answer."""
        when = datetime.now(UTC).isoformat(timespec="milliseconds")
        fields["path"] = KEY.sub("wn1_...", fields["path"][:_LONGEST])
        line = orjson.dumps({"time": when, **fields}) + b"\n"
        try:
            os.write(self._file, line)
        except OSError:
            return
