"""How long a person waits for ``waternet --help``, beside bare Python."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NAMES = ("help",)
TIMES = 15
MOST = 0.3  # s more than bare Python


def figures(quick: bool, _folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    times = TIMES // 3 if quick else TIMES
    bare, told = [], []
    for _ in range(times):
        bare.append(seconds([sys.executable, "-c", "pass"]))
        told.append(seconds([sys.executable, "-m", "waternet.cli.main", "--help"]))
    value, reference = statistics.median(told), statistics.median(bare)
    yield {
        "name": "help",
        "value": value,
        "unit": "s",
        "reference": "python -c pass",
        "reference_value": reference,
        "ratio": value / reference,
        "target": f"reference + {MOST} s",
        "met": value <= reference + MOST,
    }


def seconds(command: Sequence[str]) -> float:
    """Run a command to its end."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
