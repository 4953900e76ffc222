"""The benchmarks' one command: ``script/bench [--quick] [--only NAME] [--json]``.

Each figure is one record: name, value, unit, reference (what was measured beside it in
the same run), reference_value, ratio, target, met. Machines are noisy: keep the ratio,
not the number.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import (
    bank,
    checks,
    exchange,
    finding,
    formats,
    ingest,
    interfaces,
    portal,
    sealing,
    serving,
    startup,
    witness,
    working_group,
)

ROOMS = {
    "startup": startup,
    "formats": formats,
    "ingest": ingest,
    "checks": checks,
    "bank": bank,
    "finding": finding,
    "exchange": exchange,
    "witness": witness,
    "sealing": sealing,
    "serve": serving,
    "interfaces": interfaces,
    "portal": portal,
    "working-group": working_group,
}


def measure(only: str, folder: Path, *, quick: bool) -> Iterator[dict[str, Any]]:
    """Yield the figures whose name has `only` in it; '' is every one.

    Names begin with their room's: a room that `only` names alone is measured alone.
    """
    for name, room in ROOMS.items():
        if any(only.startswith(other) for other in ROOMS) and not only.startswith(name):
            continue
        place = folder / name
        place.mkdir()
        for figure in room.figures(quick, place):
            if only in figure["name"]:
                yield figure


def main() -> None:
    """Measure, print a line for each figure as it comes, and say what was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    parser.add_argument("--only", default="", metavar="NAME", help="part of a name")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    asked = parser.parse_args()
    told = []
    with tempfile.TemporaryDirectory(prefix="waternet-bench-") as folder:
        for figure in measure(asked.only, Path(folder), quick=asked.quick):
            told.append(figure)
            if not asked.json:
                print(line(figure), flush=True)
    if asked.json:
        print(json.dumps(told, indent=1))
    missed = [figure["name"] for figure in told if figure["met"] is False]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    elif not told:
        sys.exit(f"no figure has {asked.only!r} in its name")


def line(figure: dict[str, Any]) -> str:
    """Write one figure as a line."""
    said = f"{figure['name']:<50} {figure['value']:>9.4g} {figure['unit']:<7}"
    if figure["reference"]:
        said += f" x {figure['ratio']:.3g} of {figure['reference_value']:.4g}"
        said += f" ({figure['reference']})"
    if figure["target"]:
        said += f"  target {figure['target']}: {'met' if figure['met'] else 'MISSED'}"
    return said


if __name__ == "__main__":
    main()
