"""Encrypting and opening the files of a restricted release, beside pyrage bare."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyrage

from benchmarks.figure import figure
from waternet.record.fields import Reference
from waternet.record.sealing import generate_release_key, seal, unseal

MEBIBYTES = 512
ROUNDS = 3


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    size = MEBIBYTES // 8 if quick else MEBIBYTES
    plain, sealed, opened = (folder / name for name in ("plain", "sealed", "opened"))
    piece = Random(1).randbytes(1 << 20)
    with plain.open("wb") as sink:
        for _ in range(size):
            sink.write(piece)
    key = generate_release_key()
    identity = pyrage.x25519.Identity.from_str(key)
    reference: list[Reference] = []

    def ours() -> None:
        with sealed.open("wb") as sink:
            reference[:] = [seal(plain, sink, key, count=1)]

    def bare() -> None:
        with plain.open("rb") as source, opened.open("wb") as sink:
            pyrage.encrypt_io(source, sink, [identity.to_public()])

    yield figure(
        "sealing: a file sealed, with both hashes",
        size / _seconds(ours),
        "MiB/s",
        ("pyrage alone", size / _seconds(bare)),
    )

    def open_ours() -> None:
        with opened.open("wb") as sink:
            unseal(sealed, reference[0], key, sink)

    def open_bare() -> None:
        with sealed.open("rb") as source, opened.open("wb") as sink:
            pyrage.decrypt_io(source, sink, [identity])

    yield figure(
        "sealing: a file opened, its hash checked",
        size / _seconds(open_ours),
        "MiB/s",
        ("pyrage alone", size / _seconds(open_bare)),
    )


def _seconds(work: Callable[[], None]) -> float:
    """Return the shortest of a few runs."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)
