"""What runs in the process that parses a file from outside.

Started by `waternet.node.bounded`; reads its task from standard input, limits itself,
and leaves its answer, or the error, in a folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from waternet.errors import NotAcceptable, WaternetError

__all__ = ["main"]

_FILES = 64  # open at once


def main() -> int:
    """Do the task; return 0, or 1 with the error written down."""
    asked: dict[str, Any] = json.load(sys.stdin)
    answer = Path(asked["answer"])
    _limit(*asked["limits"])
    try:
        _do(asked, answer)
    except WaternetError as error:
        _write_error(answer, type(error).__name__, str(error), error.hint)
        return 1
    except MemoryError:
        name = Path(asked["path"]).name
        memory = f"{asked['limits'][0] >> 20:,} MiB"
        _write_error(
            answer,
            NotAcceptable.__name__,
            f"{name}: reading it would take more than {memory} of memory; it was "
            "stopped, and nothing of it was taken",
            "the file is damaged, made to do harm, or far too large: save the part "
            "that is needed as CSV",
        )
        return 1
    return 0


def _do(asked: Mapping[str, Any], answer: Path) -> None:
    # Imported below the limits, so that a library's own start counts too.
    path = Path(asked["path"])
    if asked["task"] == "read":
        from waternet.formats.file import read_file
        from waternet.formats.recipe import Recipe
        from waternet.node.parcel import write_reading

        write_reading(read_file(path, Recipe.from_toml(asked["recipe"])), answer)
        return
    if asked["task"] == "propose":
        from waternet.formats.suggest import suggest_recipe
        from waternet.node.proposing import write_proposal

        proposal = suggest_recipe(path, asked["answers"], asked["dataset"])
        write_proposal(proposal, answer)
        return
    if asked["task"] == "probe":
        _probe(asked["blobs"], answer)
        return
    if asked["task"] == "figure":
        _figure(asked, answer)
        return
    raise NotAcceptable(f"no task {asked['task']!r}")


def _probe(blobs: list[Any], answer: Path) -> None:
    """Read each blob and let it go; a byte in 'through' stands for each one done."""
    from waternet.record.blob import read_observations
    from waternet.record.fields import Reference
    from waternet.record.findings import read_findings

    readers = {"observations": read_observations, "findings": read_findings}
    with (answer / "through").open("wb", buffering=0) as through:
        for path, reference, field in blobs:
            # What is merely wrong is named by whoever reads it next.
            with suppress(WaternetError):
                readers[field](Path(path), Reference(**reference))
            through.write(b".")


def _figure(asked: Mapping[str, Any], answer: Path) -> None:
    """Find one figure in a release's files, and write it down in words."""
    from datetime import datetime

    import pyarrow as pa
    import pyarrow.compute as pc

    from waternet.observation.vocabulary import Grade, Status
    from waternet.record.blob import read_datastreams, read_observations
    from waternet.record.fields import Reference, write_time

    files = {
        name: (Path(path), Reference(**reference))
        for name, (path, reference) in asked["files"].items()
    }
    name, time = asked["datastream"], asked["time"]
    streams = {one.name: one for one in read_datastreams(*files["datastreams"])}
    rows = read_observations(*files["observations"])
    when = datetime.fromisoformat(time).replace(tzinfo=None)
    rows = rows.filter(pc.equal(rows["time"], pa.scalar(when, pa.timestamp("us"))))
    rows = rows.filter(pc.equal(rows["datastream"].cast(pa.string()), name))
    if not rows.num_rows or name not in streams:
        raise NotAcceptable(f"this release has no figure of {name!r} at {time}")
    (row,) = rows.to_pylist()  # no datastream has two figures at one time
    written = {
        "datastream": name,
        "time": time,
        "end": write_time(row["end"]),
        "value": row["value"],
        "zone": streams[name].zone,
        "unit": streams[name].unit,
        "censor": ("", "<", ">")[row["censor"]],
        "grade": Grade(row["grade"]).name.lower(),
        "status": Status(row["status"]).name.lower(),
        "qualifier": row["qualifier"] or "",
    }
    (answer / "figure.json").write_text(json.dumps(written), encoding="utf-8")


def _limit(memory: int, seconds: int, written: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits: the clock's is the parent's
        return
    for which, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)  # noqa: PLW2901
        resource.setrlimit(which, (most, most))


def _write_error(answer: Path, kind: str, message: str, hint: str) -> None:
    written = {"kind": kind, "message": message, "hint": hint}
    (answer / "error.json").write_text(json.dumps(written), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
