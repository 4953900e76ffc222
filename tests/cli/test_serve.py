"""`waternet serve` as its user runs it: a process that is started and stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from parties import make_party

from waternet.cli.serve import listen
from waternet.cli.worker import Settings
from waternet.exchange.location import open_sources


@contextmanager
def served(node, *words):
    """Run the command; yields its process and the address that it says."""
    command = [sys.executable, "-m", "waternet.cli.main", "serve", *words]
    with subprocess.Popen(
        [*command, "--node", str(node.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_record_is_given_out_until_the_command_is_stopped(tmp_path, ending):
    node = make_party(tmp_path).node
    with served(node, "--port", "0") as (process, said):
        assert said.startswith("the record of jordan is at http://127.0.0.1:")
        (source,) = open_sources(said.split()[6])
        card = (node.public / "card.json").read_bytes()
        assert source.read("card.json") == card
        process.send_signal(ending)
        out, err = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGTERM: -15, signal.SIGINT: 130}[ending]
    assert (out, err) == ("", "")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(said.split(":")[2].split("/")[0])))


@pytest.mark.parametrize(
    ("host", "code", "error"),
    [
        ("127.0.0.1", 7, "another program listens at port"),
        ("192.0.2.1", 3, "cannot listen at port"),  # RFC 5737: nobody's address
        ("no-such-host.invalid", 3, "cannot listen at port"),
    ],
)
def test_where_it_cannot_listen_the_command_says_why(tmp_path, host, code, error):
    node = make_party(tmp_path).node
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with served(node, "--host", host, "--port", port) as (process, said):
            told = process.stderr.read()
            process.wait(timeout=60)
    assert said == ""
    assert process.returncode == code
    assert f"error: {error} {port}" in told
    assert "hint: " in told


def test_small_answers_are_sent_at_once():
    # asyncio sets TCP_NODELAY only where the listener was told to be TCP.
    with (
        listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()) as _asking,
        listener.accept()[0] as accepted,
    ):
        assert accepted.proto == socket.IPPROTO_TCP


def workers_of(process):
    """Return the processes that one started and that still run."""
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return {int(one) for one in told.split()}


def ends(one):
    """Wait until a process has ended."""
    for _ in range(600):
        try:
            os.kill(one, 0)
            if (
                Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[0]
                == "Z"
            ):
                return True  # nobody waits for it in this container
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_workers_share_a_port_are_replaced_and_all_end(tmp_path):
    node = make_party(tmp_path).node
    log = tmp_path / "access.jsonl"
    words = ["--port", "0", "--workers", "2", "--access-log", str(log)]
    with served(node, *words) as (process, said):
        address = said.split()[6]
        for _ in range(8):
            assert (
                httpx.get(f"{address}health", trust_env=False, timeout=60).text
                == "ok\n"
            )
        first = workers_of(process)
        assert len(first) == 2
        os.kill(min(first), signal.SIGKILL)
        assert "another one started" in process.stderr.readline()
        assert httpx.get(f"{address}health", trust_env=False, timeout=60).text == "ok\n"
        second = workers_of(process)
        assert len(second) == 2
        assert max(first) in second
        process.terminate()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (-signal.SIGTERM, "", "")
    assert all(ends(one) for one in first | second)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["operation"] for one in lines] == ["health"] * 9


def test_no_worker_outlives_a_parent_that_was_killed(tmp_path):
    node = make_party(tmp_path).node
    with served(node, "--port", "0", "--workers", "2") as (process, said):
        httpx.get(f"{said.split()[6]}health", trust_env=False, timeout=60)
        workers = workers_of(process)
        process.kill()
        process.wait()
        assert len(workers) == 2
        assert all(ends(one) for one in workers)


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["--unguarded", "--host", "0.0.0.0"], 5, "an unguarded node cannot be served"),
        (["--url", "water.example"], 3, "expected --url like https://"),
        (["--access-log", "/no/folder/log"], 3, "the access log /no/folder/log"),
        (["--workers", "2", "--access-log", "/no/log"], 3, "the access log /no/log"),
    ],
)
def test_what_cannot_be_served_so_is_refused(tmp_path, words, code, error):
    node = make_party(tmp_path).node
    with served(node, "--port", "0", *words) as (process, _said):
        process.stdout.read()
        told = process.stderr.read()
        process.wait(timeout=60)
    assert process.returncode == code
    assert f"error: {error}" in told


def test_only_an_unguarded_node_has_no_limit_unless_told():
    assert Settings("", False, None, "").limit == 200
    assert Settings("", True, None, "").limit == 0
    assert Settings("", True, 5.0, "").limit == 5
