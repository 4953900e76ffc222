"""Witnesses that are away, endless or wrong: told of, and never waited for long."""

import time
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from serving import app_of, served
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from waternet.exchange import witness_client
from waternet.exchange.witness_client import (
    Asked,
    ask_for_cosignatures,
    ask_what_they_show,
)
from waternet.record.checkpoint import Checkpoint, sign_checkpoint
from waternet.record.cosignature import WitnessSigner
from waternet.record.note import Signer, read_note
from waternet.record.tree import leaf_hash

LOG = Signer("example.com/log", bytes([7]) * 32)
WITNESS = WitnessSigner("example.com/witness", bytes([8]) * 32)
SIGNED = sign_checkpoint(Checkpoint(LOG.name, 1, leaf_hash(b"one")), LOG)
TEXT = read_note(SIGNED).text


def _answering(make):
    """Return an application that answers every request so."""

    async def answer(_request):
        return make()

    return app_of(
        Route("/add-checkpoint", answer, methods=["POST"]),
        Route("/{path:path}", answer, methods=["GET"]),
    )


def _asked(make, old=0):
    with served(_answering(make)) as address:
        asked = [Asked("israel", WITNESS.verifier, address, old)]
        (reply,) = ask_for_cosignatures(asked, TEXT, 1, lambda old: b"%d" % old)
    return reply


def test_a_cosignature_that_holds_is_taken():
    line = WITNESS.cosign(TEXT, 1_796_000_000)
    stranger = WitnessSigner("example.com/other", bytes([9]) * 32).cosign(TEXT, 1)
    body = stranger.to_line() + line.to_line()
    reply = _asked(lambda: Response(body))
    assert (reply.line, reply.old, reply.trouble) == (line, 1, "")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Response(WITNESS.cosign(TEXT + "x\n", 1).to_line()), "does not hold"),
        (lambda: Response("— example.com/witness AAAA\n"), "does not hold"),
        (lambda: Response("\n\n— x AAAAAAAA\n"), "does not hold"),
        (lambda: Response(b""), "does not hold"),
        (lambda: Response(b"\xff\xfe"), "does not hold"),
        (lambda: Response("not now\n", 503), "503: not now"),
        (lambda: Response("no\n", 422), "422: no"),
        (lambda: RedirectResponse("http://127.0.0.1:1/"), "307"),
        (lambda: Response("x" * (1 << 18)), "does not end"),
    ],
)
def test_anything_else_is_told_and_not_taken(make, told):
    reply = _asked(make)
    assert reply.line is None
    assert told in reply.trouble


def test_a_witness_that_knows_less_is_asked_again_from_there():
    answers = [
        Response("0\n", 409),
        Response(WITNESS.cosign(TEXT, 1).to_line()),
    ]
    assert _asked(lambda: answers.pop(0), old=1).line is not None


def test_a_size_that_is_larger_than_the_head_proves_nothing():
    reply = _asked(lambda: Response("99\n", 409))
    assert (reply.line, reply.old) == (None, 99)
    assert "409" in reply.trouble


def test_a_witness_that_drips_is_given_up(monkeypatch):
    def drip():
        yield b"x"
        while True:
            time.sleep(0.05)
            yield b"x"

    monkeypatch.setattr(witness_client, "_LONGEST", 0.2)
    reply = _asked(lambda: StreamingResponse(drip()))
    assert "does not end" in reply.trouble


class _DripsHeaders(StreamRequestHandler):
    """Sends a header byte by byte, and would answer 404 at last."""

    def handle(self):
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nx: ")
            for _byte in range(200):
                time.sleep(0.05)
                self.wfile.write(b"x")
            self.wfile.write(b"\r\ncontent-length: 0\r\n\r\n")


def test_a_witness_whose_headers_drip_is_given_up(monkeypatch):
    monkeypatch.setattr(witness_client, "_LONGEST", 0.3)
    with ThreadingTCPServer(("127.0.0.1", 0), _DripsHeaders) as server:
        Thread(target=server.serve_forever, args=(0.05,)).start()
        try:
            address = f"http://127.0.0.1:{server.server_address[1]}"
            asked = [Asked("israel", WITNESS.verifier, address)]
            (reply,) = ask_for_cosignatures(asked, TEXT, 1, lambda old: b"%d" % old)
            (shown,) = ask_what_they_show(asked, ["a"])
        finally:
            server.shutdown()
    assert "does not end" in reply.trouble
    assert not shown.answered


def test_a_witness_that_is_away_or_nowhere_is_told():
    for address in ("http://127.0.0.1:1", "no address"):
        asked = [Asked("israel", WITNESS.verifier, address)]
        (reply,) = ask_for_cosignatures(asked, TEXT, 1, lambda old: b"%d" % old)
        assert reply.line is None
        assert reply.trouble


def test_only_who_answers_for_every_file_has_answered():
    def shown(make):
        with served(_answering(make)) as address:
            asked = [Asked("israel", WITNESS.verifier, address)]
            (one,) = ask_what_they_show(asked, ["a", "b"])
        return one.answered, one.files

    assert shown(lambda: Response("no", 404)) == (True, {})
    assert shown(lambda: Response("x")) == (True, {"a": b"x", "b": b"x"})
    assert shown(lambda: Response("no", 500)) == (False, {})
