"""How fast `waternet serve` gives out a record, beside Python's plain web server."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.figure import figure
from waternet.node.folder import Node, Profile, create_node
from waternet.record.blob import blob_path
from waternet.record.layout import entries_path

BUNDLES = 4000
BUNDLE = 150_000  # bytes: 256 entries of the usual length
BLOB = 300 << 20  # bytes


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    node = create_node(folder / "node", Profile("a", "waternet/a", {"en": "A"}), "")
    bundles = [entries_path(n) for n in range(BUNDLES // 10 if quick else BUNDLES)]
    blob = blob_path("ab" * 32)
    for path in bundles:
        _write(node, path, os.urandom(BUNDLE))
    _write(node, blob, os.urandom(1 << 20) * ((BLOB // 10 if quick else BLOB) >> 20))
    own = ["-m", "waternet.cli.main", "serve", "--port", "0"]
    plain = ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with (
        _running([*own, "--node", str(node.folder)]) as (served, process),
        # As it comes, with a connection for each file: kept alive, it lets them wait.
        _running([*plain, "-d", str(node.public)]) as rival,
    ):
        _read(served, bundles[:10])
        _read(rival[0], bundles[:10])
        began = _used(process)
        rate = len(bundles) / _read(served, bundles)
        used = _used(process) - began
        beside = len(bundles) / _read(rival[0], bundles)
        size = (node.public / blob).stat().st_size / 1e6
        whole = size / _read(served, [blob])
        other = size / _read(rival[0], [blob])
    name = "Python's http.server"
    yield figure("serve: bundles of 150 KB", rate, "1/s", (name, beside), least=1)
    each = 1000 * used / len(bundles)
    yield figure("serve: processor's time for a bundle", each, "ms", most=1)
    yield figure("serve: a blob", whole, "MB/s", (name, other))


def _write(node: Node, path: str, content: bytes) -> None:
    (node.public / path).parent.mkdir(parents=True, exist_ok=True)
    (node.public / path).write_bytes(content)


@contextmanager
def _running(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Run a server that says its address in its first line; yield both."""
    with subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            yield said[said.index("http://") :].split()[0].rstrip(")"), process.pid
        finally:
            process.terminate()


def _read(address: str, paths: Sequence[str]) -> float:
    """Return how long one connection takes to read these files [s]."""
    began = time.perf_counter()
    with closing(http.client.HTTPConnection(urlsplit(address).netloc)) as link:
        for path in paths:
            link.request("GET", f"/{path}")
            answer = link.getresponse()
            while answer.read(1 << 20):
                pass
            assert answer.status == 200, answer.status
    return time.perf_counter() - began


def _used(process: int) -> float:
    """Return the processor's time that a process has used [s] (Linux)."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
