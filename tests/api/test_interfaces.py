"""Operations over HTTP: answers, problems and conditions that all of them share."""

import gzip
import json
import socket

import httpx
import pytest
from parties import make_party
from web_servers import serving

from waternet.api import body
from waternet.api.answer import Answer, SpooledFile, json_answer
from waternet.api.interfaces import Interfaces
from waternet.api.limits import Limits
from waternet.api.operation import Operation, Parameter
from waternet.api.viewer import Viewers
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAgreed,
    NotAllowed,
    NotFound,
    NotReached,
    NotVerified,
)

ERRORS = {
    "acceptable": (NotAcceptable, 400),
    "allowed": (NotAllowed, 401),
    "found": (NotFound, 404),
    "conflict": (Conflict, 409),
    "agreed": (NotAgreed, 409),
    "verified": (NotVerified, 502),
    "reached": (NotReached, 503),
    "secret": (RuntimeError, 500),
}


def positions(asked):
    return json_answer(sorted(asked.bank.view().positions))


def raise_it(asked):
    raise ERRORS[asked.path["kind"]][0](f"this is {asked.path['kind']}")


def echo(asked):
    with asked.body.open() as file:
        first = file.read(3).decode()
    return json_answer(
        {
            "bytes": asked.body.size,
            "first": first,
            "on_disk": not isinstance(asked.body.content, bytes),
        },
        status=201,
    )


def spool(tmp_path):
    def answer(_asked):
        file = tmp_path / "large"
        file.write_bytes(b"abc" * 1_000_000)
        return Answer(SpooledFile(file, 3_000_000), "application/octet-stream")

    return answer


def clock(asked):
    return json_answer({"year": asked.now().year})


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    party = make_party(tmp_path_factory.mktemp("party"))
    party.read()
    party.publish()
    return party


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("spooled")


@pytest.fixture(scope="module")
def address(party, folder):
    text = Parameter("text", {"type": "string"}, "Words.")
    kind = Parameter("kind", {"type": "string"}, "The error.", "path")
    csv = {"text/csv": {"type": "string"}}
    operations = [
        Operation("GET", "/positions", "all", "t", "A.", positions, parameters=(text,)),
        Operation(
            "GET", "/wells/{id}", "well", "t", "A.", lambda a: json_answer(a.path)
        ),
        Operation("GET", "/wells/mine", "mine", "t", "A.", lambda _: json_answer("me")),
        Operation(
            "GET", "/errors/{kind}", "err", "t", "A.", raise_it, parameters=(kind,)
        ),
        Operation(
            "GET", "/all/{rest:path}", "any", "t", "A.", lambda _: json_answer(1)
        ),
        Operation("PUT", "/all/one", "put", "t", "A.", lambda _: json_answer(2)),
        Operation(
            "POST", "/echo", "echo", "t", "A.", echo, body=csv, most_body=2_000_000
        ),
        Operation("GET", "/spool", "spool", "t", "A.", spool(folder)),
        Operation("GET", "/clock", "clock", "t", "A.", clock),
        Operation("GET", "/steward", "steward", "t", "A.", positions, role="steward"),
    ]

    async def rest(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"rest"})

    app = Interfaces(party.node, operations, rest, Viewers(party.node), Limits(0), "")
    with serving(app) as address:
        yield address
    app.close()


@pytest.fixture
def web(address):
    with httpx.Client(base_url=address, trust_env=False) as client:
        client.headers["accept-encoding"] = "identity"
        yield client


def test_an_answer_comes_from_the_bank(web):
    answer = web.get("/positions")
    assert (answer.status_code, answer.json()) == (200, ["jordan"])
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_path_with_fewer_parameters_counts_and_a_slash_can_be_part_of_a_name(web):
    assert web.get("/wells/mine").json() == "me"
    assert web.get("/wells/AL%2F1%20b").json() == {"id": "AL/1 b"}
    assert web.get("/wells/a%0Ab").json() == {"id": "a\nb"}
    assert web.get("/all/a%0Ab").json() == 1
    assert web.get("/wells/AL/1").text == "rest"
    assert web.get("/wells/mine/").json() == "me"


def test_a_method_that_a_narrower_path_lacks_is_looked_for_in_wider_ones(web):
    assert web.put("/all/one").json() == 2
    assert web.get("/all/one").json() == web.get("/all/one/two").json() == 1
    assert web.delete("/all/one").headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    assert web.options("/all/one").headers["allow"] == "GET, HEAD, OPTIONS, PUT"


@pytest.mark.parametrize(("kind", "error"), ERRORS.items())
def test_each_error_is_a_problem_in_the_language_asked_for(web, kind, error):
    answer = web.get(f"/errors/{kind}", headers={"accept-language": "he"})
    told = answer.json()
    assert answer.status_code == told["status"] == error[1]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "he"
    assert any("א" <= letter <= "ת" for letter in told["title"])
    if error[1] == 500:
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
    else:
        assert told["detail"] == f"this is {kind}"
    assert ("www-authenticate" in answer.headers) == (error[1] == 401)


def test_who_lacks_a_role_is_told_to_sign_in(web):
    assert web.get("/steward").status_code == 401


def test_what_a_reader_has_is_not_sent_again_until_something_is_published(web, party):
    first = web.get("/positions")
    has = {"if-none-match": first.headers["etag"]}
    again = web.get("/positions", headers=has)
    assert (again.status_code, again.content) == (304, b"")
    assert web.get("/positions?text=x", headers=has).status_code == 200
    party.read("well,day,level\nW1,2016-01-01,-200\n", "later.csv")
    party.publish()
    later = web.get("/positions", headers=has)
    assert (later.status_code, later.json()) == (200, ["jordan"])
    assert later.headers["etag"] != first.headers["etag"]


def test_what_is_not_there_is_not_unchanged(web):
    # RFC 9110, 13.1.2: '*' is of a representation that there is.
    answer = web.get("/errors/found", headers={"if-none-match": "*"})
    assert answer.status_code == 404


def test_what_depends_on_the_time_is_kept_by_nobody(web):
    answer = web.get("/clock")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_what_is_asked_by_head_has_the_same_headers_and_no_body(web):
    whole, head = web.get("/positions"), web.head("/positions")
    assert head.content == b""
    for name in ("content-length", "etag", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_another_method_is_refused_with_those_that_are_known(web):
    answer = web.delete("/positions")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    options = web.options("/echo", headers={"origin": "https://a.example"})
    assert options.status_code == 204
    assert options.headers["access-control-allow-methods"] == "OPTIONS, POST"
    assert "X-API-Key" in options.headers["access-control-allow-headers"]


def test_a_body_is_read_in_memory_or_on_disk_and_not_beyond_its_limit(web):
    kind = {"content-type": "text/csv; charset=utf-8"}
    small = web.post("/echo", content=b"abc", headers=kind)
    assert small.status_code == 201
    assert small.json() == {"bytes": 3, "first": "abc", "on_disk": False}
    large = web.post("/echo", content=b"x" * 1_500_000, headers=kind).json()
    assert large == {"bytes": 1_500_000, "first": "xxx", "on_disk": True}
    assert web.post("/echo", content=b"x" * 2_000_001, headers=kind).status_code == 413

    def endless():
        for _ in range(300):
            yield b"x" * 10_000

    assert web.post("/echo", content=endless(), headers=kind).status_code == 413
    wrong = web.post("/echo", content=b"{}", headers={"content-type": "text/xml"})
    assert (wrong.status_code, wrong.headers["accept"]) == (415, "text/csv")


def test_a_body_that_does_not_follow_in_time_is_not_waited_for(address, monkeypatch):
    monkeypatch.setattr(body, "_PATIENCE", 0.2)
    host, port = address.removeprefix("http://").split(":")
    head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(f"{head}Content-Length: 100\r\n\r\nabc".encode())
        came = b"".join(iter(lambda: line.recv(65536), b""))
    assert came.startswith(b"HTTP/1.1 408")
    assert b'"kind":"TooLate"' in came


def test_a_large_answer_comes_from_disk_and_is_deleted(web, folder):
    assert web.head("/spool").headers["content-length"] == "3000000"
    assert web.get("/spool").content == b"abc" * 1_000_000
    assert list(folder.iterdir()) == []


def test_what_is_long_is_compressed_for_who_takes_it(address):
    host, port = address.removeprefix("http://").split(":")
    name = "n" * 3000
    with socket.create_connection((host, int(port))) as line:
        asked = f"GET /wells/{name} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n"
        line.sendall(f"{asked}Connection: close\r\n\r\n".encode())
        came = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, packed = came.partition(b"\r\n\r\n")
    assert b"content-encoding: gzip" in head
    assert json.loads(gzip.decompress(packed)) == {"id": name}


def test_what_no_operation_has_is_handed_on(web):
    assert web.get("/nowhere").text == "rest"
