"""A record read over HTTP, from servers that do as they should and from others.

Expected behaviour: RFC 9110 (ranges, status codes, Retry-After), RFC 1952 (gzip).
"""

import gzip
import itertools
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from web_servers import answer, scripted

from waternet.errors import NotAcceptable, NotFound, NotReached
from waternet.exchange.http_source import HttpSource
from waternet.exchange.web import Patience, read_retry_after

BLOB = bytes(range(256)) * 4096  # 1 MiB


def impatient(waits=None, **given):
    """Return a patience that waits for nothing, and notes what it would have."""
    told = waits if waits is not None else []
    return Patience(wait=told.append, **{"connect": 5, "silence": 5, **given})


def one(raw):
    """Return a script that answers everything with these bytes."""
    return lambda _asked, _number: [raw]


def test_a_small_file_comes_whole_and_compressed_over_a_line(monkeypatch):
    packed = answer(gzip.compress(b"entries"), content_encoding="gzip")
    with scripted(one(packed)) as server:
        # Only by a proxy is there a line to another machine in this test.
        monkeypatch.setenv("WATERNET_PROXY", server.address)
        source = HttpSource("http://water.example/upper/")
        assert source.read("tile/entries/000") == b"entries"
        assert source.name == "http://water.example/upper"
    (asked,) = server.asked
    assert asked.path == "http://water.example/upper/tile/entries/000"
    assert asked.headers["accept-encoding"] == "gzip, identity"
    assert asked.headers["user-agent"].startswith("waternet/")


def test_nothing_is_compressed_for_the_machine_itself():
    with scripted(one(answer(b"entries"))) as server:
        assert HttpSource(server.address).read("tile/entries/000") == b"entries"
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden"])
def test_a_file_that_the_server_lacks_is_not_found_and_asked_for_once(status):
    with scripted(one(answer(status=status))) as server:
        source = HttpSource(server.address, impatient())
        with pytest.raises(NotFound, match=f"tile/0/000: the server answered {status}"):
            source.read("tile/0/000")
        with pytest.raises(NotFound):
            next(source.chunks("blob/ab/cd"))
    assert len(server.asked) == 2


def test_an_endless_body_is_left_after_the_limit():
    def script(_asked, _number):
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        yield from itertools.repeat(b"x" * 65536)

    with scripted(script) as server:
        source = HttpSource(server.address, impatient())
        with pytest.raises(NotAcceptable, match="larger than the 100000 bytes"):
            source.read("checkpoint", 100_000)


def test_a_gzip_bomb_is_left_after_the_limit():
    bomb = gzip.compress(bytes(200_000_000))
    assert len(bomb) < 200_000
    with scripted(one(answer(bomb, content_encoding="gzip"))) as server:
        source = HttpSource(server.address, impatient())
        with pytest.raises(NotAcceptable, match="larger than the 65536 bytes"):
            source.read("card.json", 65_536)


@pytest.mark.parametrize(
    "raw",
    [
        answer(b"half", length=8),
        answer(b"no gzip", content_encoding="gzip"),
        answer(gzip.compress(b"entries")[:-4], content_encoding="gzip"),
        answer(gzip.compress(b"entries") + b"more", content_encoding="gzip"),
        answer(status="500 Internal Server Error"),
        b"\0\0\0\0 this is not HTTP\r\n\r\n",
        b"",
    ],
)
def test_what_is_broken_is_asked_for_again_but_not_for_ever(raw):
    waits = []
    with scripted(one(raw)) as server:
        source = HttpSource(server.address, impatient(waits))
        with pytest.raises(NotReached, match="in 4 attempts") as caught:
            source.read("checkpoint")
    assert f"{server.address}/checkpoint" in str(caught.value)
    assert "later" in caught.value.hint
    assert len(server.asked) == 4
    # Doubling from half a second, shortened by at most a half.
    bounds = [(0.25, 0.5), (0.5, 1), (1, 2)]
    assert len(waits) == 3
    for wait, (least, most) in zip(waits, bounds, strict=True):
        assert least <= wait <= most


@pytest.mark.parametrize(
    "raw",
    [
        answer(b"x", content_encoding="br"),
        answer(b"x", status="206 Partial Content", content_range="bytes 0-0/1"),
        answer(status="204 No Content"),
        answer(status="302 Found", location="file:///etc/passwd"),
        answer(status="301 Moved Permanently", location="http://127.0.0.1:1/elsewhere"),
    ],
)
def test_an_answer_that_is_no_file_is_refused_at_once(raw):
    with scripted(one(raw)) as server, pytest.raises(NotReached):
        HttpSource(server.address, impatient()).read("checkpoint")
    assert len(server.asked) == 1


def test_a_redirect_is_not_followed_and_says_where_it_leads():
    with scripted(one(answer(b"secret"))) as other:
        moved = answer(status="307 Temporary Redirect", location=other.address)
        with (
            scripted(one(moved)) as server,
            pytest.raises(NotReached, match=other.address) as caught,
        ):
            HttpSource(server.address, impatient()).read("checkpoint")
    assert "new address" in caught.value.hint
    assert other.asked == []


def test_a_server_that_stumbles_is_asked_again():
    answers = [answer(status="500 Internal Server Error"), answer(b"", length=3)]

    def script(_asked, number):
        yield answers[number] if number < 2 else answer(b"head")

    with scripted(script) as server:
        assert HttpSource(server.address, impatient()).read("checkpoint") == b"head"


def test_a_server_is_left_alone_for_as_long_as_it_asks():
    waits = []

    def script(_asked, number):
        busy = answer(status="429 Too Many Requests", retry_after="7")
        yield answer(b"head") if number else busy

    with scripted(script) as server:
        source = HttpSource(server.address, impatient(waits))
        assert source.read("checkpoint") == b"head"
    assert waits == [7.0]


def test_a_server_that_asks_for_a_day_is_given_up():
    busy = answer(status="503 Service Unavailable", retry_after="86400")
    waits = []
    with (
        scripted(one(busy)) as server,
        pytest.raises(NotReached, match="left alone for 86400 s"),
    ):
        HttpSource(server.address, impatient(waits)).read("checkpoint")
    assert (waits, len(server.asked)) == ([], 1)


def test_a_date_in_retry_after_is_a_time_from_now():
    when = datetime.now(UTC) + timedelta(hours=1)
    assert 3500 < read_retry_after(format_datetime(when, usegmt=True)) <= 3600
    assert read_retry_after(format_datetime(when - timedelta(days=1))) == 0
    assert read_retry_after("") is None
    assert read_retry_after(f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT") is None


def test_an_answer_that_drips_is_given_up():
    # Always a byte before the silence would be too long, and never an end.
    def script(_asked, _number):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        while True:
            yield b"x"
            pause.wait(0.05)

    pause = threading.Event()
    with scripted(script) as server:
        source = HttpSource(server.address, impatient(silence=0.3, attempts=1))
        with pytest.raises(NotReached, match="too slowly"):
            source.read("checkpoint")


def test_a_silent_server_is_given_up():
    done = threading.Event()

    def script(_asked, _number):
        done.wait(30)
        yield b""

    with scripted(script) as server:
        try:
            source = HttpSource(server.address, impatient(silence=0.2, attempts=2))
            with pytest.raises(NotReached, match="in 2 attempts"):
                source.read("checkpoint")
        finally:
            done.set()


def test_nobody_listening_is_not_reached():
    source = HttpSource("http://127.0.0.1:1", impatient())
    with pytest.raises(NotReached, match=r"1/card\.json: no answer"):
        source.read("card.json")


def ranged(asked):
    """Answer as a server does that knows ranges."""
    told = asked.headers.get("range")
    if told is None:
        return answer(BLOB)
    start = int(told.removeprefix("bytes=").removesuffix("-"))
    if start >= len(BLOB):
        refused = "416 Range Not Satisfiable"
        return answer(status=refused, content_range=f"bytes */{len(BLOB)}")
    return answer(
        BLOB[start:],
        status="206 Partial Content",
        content_range=f"bytes {start}-{len(BLOB) - 1}/{len(BLOB)}",
    )


@pytest.mark.parametrize("start", [0, 1, 1000, len(BLOB) - 1, len(BLOB), 1 << 40])
@pytest.mark.parametrize("knows_ranges", [True, False])
def test_a_blob_is_read_from_any_byte_on(start, knows_ranges):
    def script(asked, _number):
        yield ranged(asked) if knows_ranges else answer(BLOB)

    with scripted(script) as server:
        source = HttpSource(server.address, impatient())
        assert b"".join(source.chunks("blob/ab/cd", start)) == BLOB[start:]
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_a_blob_whose_line_breaks_is_read_on_from_there(knows_ranges):
    def script(asked, number):
        whole = ranged(asked) if knows_ranges else answer(BLOB)
        yield whole if number == 2 else whole[: len(whole) - 1000]

    with scripted(script) as server:
        source = HttpSource(server.address, impatient())
        assert b"".join(source.chunks("blob/ab/cd")) == BLOB
    told = [asked.headers.get("range") for asked in server.asked]
    behind = len(BLOB) - 1000
    assert told[:2] == [None, f"bytes={behind}-"]


@pytest.mark.parametrize(
    "headers",
    [
        {"content_range": f"bytes 0-{len(BLOB) - 1}/{len(BLOB)}"},
        {"content_range": "bytes 10-20/30; bytes 5-"},
        {"content_range": "bytes 10-20/30", "content_encoding": "gzip"},
        {},
    ],
)
def test_a_part_that_is_not_the_one_asked_for_is_refused(headers):
    lie = answer(BLOB, status="206 Partial Content", **headers)
    with scripted(one(lie)) as server:
        source = HttpSource(server.address, impatient())
        with pytest.raises(NotReached, match="the bytes from 10 on"):
            list(source.chunks("blob/ab/cd", 10))


def test_many_files_come_in_the_order_asked_for():
    def script(asked, _number):
        yield answer(asked.path.encode())

    paths = [f"tile/entries/{number:03d}" for number in range(100)]
    with scripted(script) as server:
        read = list(HttpSource(server.address, impatient()).read_all(paths))
    assert read == [f"/{path}".encode() for path in paths]
    assert len(server.asked) == 100


def test_a_missing_file_is_told_when_its_turn_comes():
    def script(asked, _number):
        gone = asked.path.endswith("/2")
        yield answer(status="404 Not Found") if gone else answer(b"here")

    with scripted(script) as server:
        found = HttpSource(server.address, impatient()).read_all(["0", "1", "2", "3"])
        assert [next(found), next(found)] == [b"here", b"here"]
        with pytest.raises(NotFound, match="/2"):
            next(found)


def test_whoever_stops_early_asks_for_little_more():
    with scripted(one(answer(b"x"))) as server:
        found = HttpSource(server.address, impatient()).read_all(["x"] * 1000)
        next(found)
        found.close()
        assert len(server.asked) <= 8


@pytest.mark.parametrize(
    "address",
    [
        "ftp://water.example",
        "http://",
        "https://user:secret@water.example/upper",
        "https://water.example/?record=upper",
        "https://water.example/#upper",
        "http://water.example:port/",
    ],
)
def test_what_is_no_address_of_a_record_is_refused_without_its_password(address):
    with pytest.raises(NotAcceptable) as caught:
        HttpSource(address)
    assert "secret" not in str(caught.value)


def test_a_proxy_is_used_where_the_user_says_so_for_waternet(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with scripted(one(answer(b"head"))) as server:
        assert HttpSource(server.address, impatient()).read("checkpoint") == b"head"
        monkeypatch.setenv("WATERNET_PROXY", server.address)
        through = HttpSource("http://water.example", impatient())
        assert through.read("checkpoint") == b"head"
    assert server.asked[-1].path == "http://water.example/checkpoint"
    monkeypatch.setenv("WATERNET_PROXY", "proxy.example")
    with pytest.raises(NotAcceptable, match="WATERNET_PROXY"):
        HttpSource("http://water.example")
