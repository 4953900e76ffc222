"""How long a log waits for a cosignature, beside one durable commit of SQLite."""

from __future__ import annotations

import http.client
import multiprocessing
import socket
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from benchmarks.figure import figure
from waternet.api.witness import witness_route
from waternet.exchange.witness import write_submission
from waternet.node.folder import Node, Profile, create_node, open_node
from waternet.node.follow import follow_party
from waternet.node.keys import read_key
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.note import Signer
from waternet.record.tree import Frontier, consistency_proof, leaf_hash

ROUNDS = 1000


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    rounds = ROUNDS // 4 if quick else ROUNDS
    log, witness = _node(folder, "log"), _node(folder, "witness")
    follow_party(witness, log.public / "card.json")
    bodies = list(_requests(read_key(log.key("log"), ""), rounds))
    asked = _timed_requests(witness.folder, bodies)
    bare = _timed_commits(folder / "bare.sqlite", rounds)
    for name, part in (("p50", 50), ("p99", 99)):
        yield figure(
            f"witness: add-checkpoint {name}",
            _percentile(asked, part),
            "ms",
            (f"one commit of SQLite, {name}", _percentile(bare, part)),
        )
    yield figure(
        "witness: add-checkpoint p99 alone", _percentile(asked, 99), "ms", most=10
    )


def _node(folder: Path, party: str) -> Node:
    profile = Profile(party, f"waternet/{party}", {"en": party})
    return create_node(folder / party, profile, "")


def _requests(signer: Signer, rounds: int) -> Iterator[bytes]:
    """Yield requests for heads that grow by one entry each."""
    leaves = [leaf_hash(str(number).encode()) for number in range(rounds)]

    def read_hash(level: int, index: int) -> bytes:
        low = index << level
        return Frontier().append(leaves[low : low + (1 << level)]).root()

    tree = Frontier()
    for size in range(1, rounds + 1):
        tree = tree.append([leaves[size - 1]])
        signed = sign_checkpoint(Checkpoint(signer.name, size, tree.root()), signer)
        proof = consistency_proof(size - 1, size, read_hash) if size > 1 else []
        yield write_submission(size - 1, proof, signed)


def _timed_requests(folder: Path, bodies: list[bytes]) -> list[float]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(folder, there))
    server.start()
    times = []
    try:
        link = http.client.HTTPConnection("127.0.0.1", here.recv())
        with closing(link):
            for body in bodies:
                began = time.perf_counter()
                link.request("POST", "/add-checkpoint", body)
                answer = link.getresponse()
                answer.read()
                times.append(time.perf_counter() - began)
                assert answer.status == 200, answer.status
    finally:
        server.terminate()
        server.join()
    return times


def _serve(folder: Path, told: Connection) -> None:
    app = Starlette(routes=[witness_route(open_node([folder]))])
    # TCP is named: of a socket whose protocol is 0, asyncio lets answers wait 40 ms.
    kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with socket.socket(*kind) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        told.send(listening.getsockname()[1])
        config = uvicorn.Config(app, log_level="critical")
        uvicorn.Server(config).run(sockets=[listening])


def _timed_commits(path: Path, rounds: int) -> list[float]:
    times = []
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE held (size INTEGER, checkpoint BLOB) STRICT")
        connection.execute("INSERT INTO held VALUES (0, x'')")
        connection.commit()
        for size in range(rounds):
            began = time.perf_counter()
            connection.execute("UPDATE held SET size = ?, checkpoint = ?", (size, b"x"))
            connection.commit()
            times.append(time.perf_counter() - began)
    return times


def _percentile(seconds: list[float], part: int) -> float:
    return 1000 * statistics.quantiles(seconds, n=100)[part - 1]
