"""Files from outside, parsed in a process of their own, with limits.

A workbook, an archive, XML or a binary table can be made so that its parser takes all
memory, never ends, or crashes. Then it takes that process down, and nothing else: the
node reports the file and goes on. The process gets no secret of the node's.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import waternet.errors
from waternet.errors import NotAcceptable, WaternetError
from waternet.formats.file import read_file
from waternet.formats.reading import Reading
from waternet.formats.recipe import Recipe
from waternet.formats.registry import FORMATS
from waternet.node.parcel import read_reading

__all__ = ["LIMITS", "Limits", "read_bounded", "run_bounded", "without_secrets"]

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one file may take.

    Attributes
    ----------
    file : int [bytes]
        The file itself.
    memory : int [bytes]
        Address space of the process; half a gigabyte of it is the program's own.
    seconds : int [s]
        Of a processor; twice as much by the clock.
    written : int [bytes]
        The largest file it may write: its answer.
    """

    file: int = 2048 * _MIB
    memory: int = 6144 * _MIB
    seconds: int = 240
    written: int = 8192 * _MIB


LIMITS = Limits()


def read_bounded(
    path: Path, recipe: Recipe, limits: Limits = LIMITS, *, apart: bool = False
) -> Reading:
    """Read a file as its recipe says; what is not plain text, in its own process.

    Parameters
    ----------
    path : Path
    recipe : Recipe
    limits : Limits
    apart : bool
        Plain text as well: whoever serves others must not be held up by one file.

    Returns
    -------
    Reading
        As `waternet.formats.file.read_file` gives it.

    Raises
    ------
    NotFound, NotAcceptable
        As `read_file`; also where parsing goes beyond the limits.
    """
    if FORMATS[recipe.format].is_plain and not apart:
        return read_file(path, recipe)
    with TemporaryDirectory(prefix="waternet-") as answer:
        asked = {"task": "read", "path": str(path), "recipe": recipe.to_toml()}
        run_bounded(asked, Path(answer), limits)
        return read_reading(Path(answer))


def run_bounded(asked: Mapping[str, Any], answer: Path, limits: Limits) -> None:
    """Run one task of `waternet.node.parsing` within limits.

    Parameters
    ----------
    asked : mapping
        'task', 'path' of the file, and what the task needs.
    answer : Path
        An empty folder; the task writes its result there.
    limits : Limits

    Raises
    ------
    WaternetError
        What the task raised; or `NotAcceptable` where it was stopped.
    """
    path = Path(asked["path"])
    if asked["task"] == "read" and _is_larger(path, limits.file):
        raise NotAcceptable(
            f"{path.name} has {path.stat().st_size / _MIB:,.0f} MiB; at most "
            f"{limits.file / _MIB:,.0f} MiB of this format are read",
            hint="split it, or save it as CSV, which has no such limit",
        )
    told = {
        **asked,
        "path": str(path.absolute()),
        "answer": str(answer),
        "limits": [limits.memory, limits.seconds, limits.written],
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "waternet.node.parsing"],
            input=json.dumps(told).encode(),
            capture_output=True,
            env=without_secrets(),
            timeout=2 * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much(path, f"more than {2 * limits.seconds} seconds") from error
    if done.returncode == 0:
        return
    failed = answer / "error.json"
    if failed.is_file():
        raise _raised(json.loads(failed.read_bytes()))
    raise _stopped(path, done.returncode, done.stderr, limits)


def _is_larger(path: Path, most: int) -> bool:
    return path.is_file() and path.stat().st_size > most


def without_secrets() -> dict[str, str]:
    """Return the environment without passphrases, failpoints and Python's switches."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WATERNET_", "PYTHON"))
    }


def _raised(written: Mapping[str, str]) -> WaternetError:
    """Return an error as the other process raised it."""
    kind = getattr(waternet.errors, written["kind"], None)
    if not (isinstance(kind, type) and issubclass(kind, WaternetError)):
        kind = NotAcceptable
    return kind(written["message"], hint=written["hint"])


def _stopped(path: Path, code: int, said: bytes, limits: Limits) -> WaternetError:
    """Return why a process that left no answer ended."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_much(path, f"more than {limits.seconds} seconds of a processor")
    last = said.decode(errors="replace").strip().splitlines()[-1:]
    is_memory = b"MemoryError" in said or b"memory allocation" in said
    if is_memory or code in (-signal.SIGABRT, -signal.SIGSEGV):
        memory = f"more than {limits.memory / _MIB:,.0f} MiB of memory"
        return _too_much(path, memory)
    ended = last[0] if last else f"code {code}"
    return NotAcceptable(
        f"{path.name}: its parser broke off ({ended:.200})",
        hint="the file is damaged or made to do harm: open it elsewhere and save it "
        "anew, or ask its owner",
    )


def _too_much(path: Path, what: str) -> NotAcceptable:
    return NotAcceptable(
        f"{path.name}: reading it would take {what}; it was stopped, and nothing of it "
        "was taken",
        hint="the file is damaged, made to do harm, or far too large: save the part "
        "that is needed as CSV",
    )
