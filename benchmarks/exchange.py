"""Pulling another party's record, beside hashing and writing the same bytes.

The log has a million entries, most of them terms, and a hundred releases with ten
million observations. Nobody can leave out reading, hashing and writing these bytes;
an honest reader cannot leave out one Ed25519 signature for each entry either, which
alone takes longer than all the rest: so each pull is held against both.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from benchmarks.figure import figure

if TYPE_CHECKING:
    from waternet.node.folder import Node

ENTRIES, ROWS, RELEASES = 1_000_000, 10_000_000, 100
LOGS = 10
FILES = 128  # written and made durable together, as a pull does
ISSUED = "2026-01-01T00:00:00Z"


def figures(quick: bool, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of this room."""
    share = 20 if quick else 1
    entries, rows = ENTRIES // share, ROWS // share
    public = write_record(folder / "large", entries, rows)
    bare = written_seconds(public, folder / "bare")
    signatures = checked_seconds(public, entries)
    limits = (("hash and write alone", bare, 0.7), (_HONEST, bare + signatures, 0.7))
    with served(folder / "large") as address:
        for what, location in (("folder", str(public)), ("HTTP", address)):
            seconds, memory = pulled(folder / f"from-{what}", public, location)
            for reference, limit, least in limits:
                yield figure(
                    f"exchange: mirror by {what}, beside {reference}",
                    entries / seconds / 1e3,
                    "k/s",
                    (reference, entries / limit / 1e3),
                    least=least,
                )
    small = write_record(folder / "small", entries // 10, rows // 10)
    _seconds, less = pulled(folder / "from-small", small, str(small))
    yield figure(
        f"exchange: memory to pull {entries:,} entries",
        memory / 2**20,
        "MiB",
        (f"{entries // 10:,} entries", less / 2**20),
        most=1.25,
    )
    yield from unchanged(folder / "unchanged")


_HONEST = "that and bare signatures"


def write_record(folder: Path, entries: int, rows: int) -> Path:
    """Publish a record of that many entries and observations; return its folder."""
    from waternet.node.folder import Dataset, Profile, create_node
    from waternet.node.log import append_entries, stage_blobs
    from waternet.node.publish import read_keys
    from waternet.record.entry import Entry, sign_entry

    terms = Dataset("levels", "CC0-1.0", "benchmark")
    profile = Profile("bench", "waternet/bench", {"en": "Bench"}, (terms,))
    node = create_node(folder, profile, "")
    keys = read_keys(node, "")

    def signed(kind: str, body: dict[str, Any]) -> bytes:
        said = Entry(kind, "waternet/bench", "bench", ISSUED, body)
        return sign_entry(said, keys.steward)

    releases = RELEASES
    between = entries // releases
    for number in range(releases):
        staged = stage_blobs(node)
        kind, body = release(staged, number, rows // releases)
        said = [signed(kind, body)] + [
            signed("terms", {**terms.terms(), "attribution": f"{number} {place}"})
            for place in range(between - 1)
        ]
        append_entries(node, said, keys.log)
    return node.public


def release(staged: Path, number: int, rows: int) -> tuple[str, dict[str, Any]]:
    """Stage the blobs of a release of hourly levels; return what its entry says."""
    from waternet.observation.datastream import Datastream
    from waternet.observation.table import SCHEMA
    from waternet.record.blob import write_datastreams, write_observations

    stream = Datastream.from_json(
        {
            "dataset": "levels",
            "feature": f"W{number}",
            "procedure": "dipper",
            "observed_property": "groundwater-level",
            "statistic": "instant",
            "unit": "m",
            "interval": "PT0S",
            "sampling": "PT1H",
            "zone": "+00:00",
        }
    )
    times = np.datetime64("1970-01-01", "us") + np.arange(rows) * np.timedelta64(
        3600, "s"
    )
    walk = np.random.default_rng(number).normal(0, 0.02, rows).cumsum() + 400
    whole: dict[str, Any] = {
        "datastream": [stream.name] * rows,
        "time": times,
        "value": np.round(walk, 2),
        "censor": np.zeros(rows, np.int8),
        "grade": np.zeros(rows, np.int8),
        "status": np.zeros(rows, np.int8),
    }
    columns = [
        pa.array(whole[field.name]).cast(field.type)
        if field.name in whole
        else pa.nulls(rows, field.type)
        for field in SCHEMA
    ]
    table = pa.table(columns, schema=SCHEMA)
    references = {}
    for name, write, held in (
        ("observations", write_observations, table),
        ("datastreams", write_datastreams, [stream]),
    ):
        part = staged / "part"
        with part.open("wb") as sink:
            references[name] = write(held, sink)  # type: ignore[operator]
        part.rename(staged / references[name].sha256)
    return "release", {
        "dataset": "levels",
        "title": f"levels {number}",
        "source": "benchmark",
        "observations": references["observations"].to_json("rows"),
        "datastreams": references["datastreams"].to_json(),
        "from": f"{times[0].astype('datetime64[s]')}Z",
        "to": f"{times[-1].astype('datetime64[s]')}Z",
        "input": {"name": "levels.csv", "sha256": "0" * 64},
        "recipe": {"sha256": "0" * 64},
        "rejected": 0,
        "checks": [],
    }


def written_seconds(public: Path, target: Path) -> float:
    """Read, hash, write and make durable what a mirror holds, unread."""
    from waternet.node.durable import write_all_durably

    paths = [
        path
        for path in public.rglob("*")
        if path.is_file() and not path.parent.name.endswith(".p")
    ]
    os.sync()
    began = time.perf_counter()
    for at in range(0, len(paths), FILES):
        files = {}
        for path in paths[at : at + FILES]:
            content = path.read_bytes()
            hashlib.sha256(content).digest()
            files[str(path.relative_to(public))] = content
        write_all_durably(target, files)
    return time.perf_counter() - began


def checked_seconds(public: Path, entries: int) -> float:
    """Verify that many signatures with nothing around them, on all processors."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from waternet.exchange.card import read_card
    from waternet.record.layout import read_bundle
    from waternet.record.note import read_note

    card = read_card((public / "card.json").read_bytes(), "card.json")
    key = Ed25519PublicKey.from_public_bytes(card.steward_verifier.key)
    bundle = read_bundle((public / "tile/entries/000").read_bytes())
    notes = [read_note(signed) for signed in bundle]
    signed = [(one.signatures[0].signature, one.text.encode()) for one in notes]

    def check(_part: int) -> None:
        for signature, text in signed:
            key.verify(signature, text)

    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as checkers:
        list(checkers.map(check, range(entries // len(signed))))
    return time.perf_counter() - began


def pulled(folder: Path, public: Path, location: str) -> tuple[float, int]:
    """Mirror a record in a process of its own; return seconds and peak memory [byte].

    As `waternet pull` does, but for the bank: it takes in figures, not bytes.
    """
    make_follower(folder, [public])
    command = [sys.executable, "-c", _PULL, str(folder), location]
    os.sync()
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, kilobytes = answer.stdout.split()
    return float(seconds), int(kilobytes) * 1024


_PULL = """
import resource, sys, time
from pathlib import Path
from waternet.node.copies import Copy
from waternet.node.folder import open_node
from waternet.node.log_pull import LogPull
node = open_node([Path(sys.argv[1])])
card = node.cards()["bench"]
began = time.perf_counter()
with node.writing():
    log = LogPull(node, card, [Copy(sys.argv[2])], lambda done, of: None, False, True)
    log.pull()
assert log.is_read and not log.findings and not log.bad_copies, log
seconds = time.perf_counter() - began
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def make_follower(folder: Path, publics: list[Path]) -> Node:
    """Make a node that follows these records."""
    from waternet.node.folder import Profile, create_node
    from waternet.node.follow import follow_party

    profile = Profile("reader", "waternet/reader", {"en": "Reader"})
    node = create_node(folder, profile, "")
    with node.writing():
        for public in publics:
            follow_party(node, public / "card.json")
    return node


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a node's record in a process of its own; yields its address."""
    command = [str(Path(sys.executable).with_name("waternet")), "serve"]
    with _started([*command, "--port", "0", "--node", str(folder)]) as address:
        yield address


@contextmanager
def _started(command: list[str]) -> Iterator[str]:
    """Start a server; yields the addresses that it says it is at."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield " ".join(re.findall(r"http://\S+[0-9]", server.stdout.readline()))
        finally:
            server.terminate()


def unchanged(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what a pull of ten logs costs where nothing is new."""
    from waternet.node.copies import keep_location
    from waternet.node.folder import Profile, create_node
    from waternet.node.follow import follow_party
    from waternet.node.log import append_entries, stage_blobs
    from waternet.node.publish import read_keys
    from waternet.node.pull import pull_records
    from waternet.record.entry import Entry, sign_entry

    parties = [f"party-{number}" for number in range(LOGS)]
    body = {"release": 0, "reason": "benchmark"}
    for party in parties:
        node = create_node(folder / party, Profile(party, party, {"en": party}), "")
        keys = read_keys(node, "")
        stage_blobs(node)
        said = sign_entry(Entry("withdraw", party, party, ISSUED, body), keys.steward)
        append_entries(node, [said], keys.log)
    reader = make_follower(folder / "reader", [])
    command = [sys.executable, "-c", _SERVE, str(folder), *parties]
    with _started(command) as addresses:
        address = addresses.split()[0]
        with reader.writing():
            for party, own in zip(parties, addresses.split(), strict=True):
                follow_party(reader, folder / party / "public" / "card.json")
                keep_location(reader, party, own)
        first = pull_records(reader, [], lambda _done, _of: None)
        assert sum(first.entries.values()) == LOGS, first
        asked = _asked(address)
        times = []
        for _turn in range(5):
            began = time.perf_counter()
            pull_records(reader, [], lambda _done, _of: None)
            times.append(time.perf_counter() - began)
        requests = (_asked(address) - asked - 1) / len(times)
    name = f"exchange: {LOGS} logs with nothing new"
    yield figure(name, sorted(times)[2] * 1e3, "ms", most=50)
    yield figure(f"{name}, requests for each", requests / LOGS, "", most=1)


def _asked(address: str) -> int:
    import httpx

    return int(httpx.get(f"{address}/asked", trust_env=False).text)


_SERVE = """
import asyncio, socket, sys
from pathlib import Path
import uvicorn
from waternet.api.app import make_app
from waternet.node.folder import open_node
asked = 0
def counting(app):
    async def count(scope, receive, send):
        global asked
        asked += scope["type"] == "http"
        if scope["path"] == "/asked":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": str(asked).encode()})
        else:
            await app(scope, receive, send)
    return count
async def serve():
    servers, ports = [], []
    for party in sys.argv[2:]:
        app = counting(make_app(open_node([Path(sys.argv[1], party)])))
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="critical", lifespan="off")
        servers.append(uvicorn.Server(config).serve(sockets=[listener]))
        ports.append(listener.getsockname()[1])
    print(" ".join(f"http://127.0.0.1:{port}" for port in ports), flush=True)
    await asyncio.gather(*servers)
asyncio.run(serve())
"""
