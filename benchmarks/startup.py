"""How long a person waits for ``waternet --help``, beside bare Python."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figure import figure

TIMES = 15


def figures(quick: bool, _folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    times = TIMES // 3 if quick else TIMES
    bare, told = [], []
    for _ in range(times):
        bare.append(seconds([sys.executable, "-c", "pass"]))
        told.append(seconds([sys.executable, "-m", "waternet.cli.main", "--help"]))
    bare_seconds, told_seconds = statistics.median(bare), statistics.median(told)
    yield figure(
        "startup: waternet --help beyond bare Python",
        told_seconds - bare_seconds,
        "s",
        most=0.3,
    )
    yield figure(
        "startup: waternet --help",
        told_seconds,
        "s",
        ("python -c pass", bare_seconds),
    )


def seconds(command: Sequence[str]) -> float:
    """Run a command to its end."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
