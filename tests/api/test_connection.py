"""Who says too slowly what it asks makes room for others."""

import socket
import threading
import time

import pytest
import uvicorn

from waternet.api import connection
from waternet.api.connection import Connection


async def app(scope, _receive, send):
    body = b"x" * int(scope["path"][1:] or 0)
    headers = [(b"content-length", str(len(body)).encode())]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(connection, "HEAD_WITHIN", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, http=Connection, ws="none", lifespan="off", log_level="critical"
        )
        server = uvicorn.Server(config)
        words = {"sockets": [listener]}
        thread = threading.Thread(target=server.run, kwargs=words)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def is_cut(line):
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_head_that_does_not_end_is_cut_off(port, said):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(said)
        assert is_cut(line)


def test_dripping_does_not_help(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        try:
            for letter in b"GET / HTTP/1.1\r\nX: " + b"x" * 400:
                line.sendall(bytes([letter]))
                time.sleep(0.01)
        except (BrokenPipeError, ConnectionResetError):
            return
        assert is_cut(line)


def test_who_is_in_time_keeps_the_connection(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        for _ in range(3):
            line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 200")
            time.sleep(0.4)  # longer than a head may take: nothing was begun


def test_head_and_body_come_together(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        for _ in range(20):
            line.sendall(b"GET /9 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert line.recv(4096).endswith(b"\r\n\r\nxxxxxxxxx")


def test_a_large_body_comes_whole(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"GET /900000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        with line.makefile("rb") as answer:
            assert answer.read().count(b"x") == 900_000
