"""`waternet serve` as its user runs it: a process that is started and stopped."""

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
from parties import make_party

from waternet.cli.serve import listen
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
