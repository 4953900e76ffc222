"""From what a person types to the records there."""

import json
import subprocess
import sys
from contextlib import contextmanager

import pytest
from parties import make_party
from web_servers import answer, scripted

from waternet.errors import NotAcceptable, NotFound
from waternet.exchange.location import open_sources
from waternet.exchange.source import FolderSource


def listing(fields):
    """Return a script of a server with this list of records, and nothing else."""

    def script(asked, _number):
        if asked.path.endswith("/.well-known/waternet"):
            yield answer(fields)
        else:
            yield answer(asked.path.encode())

    return script


def test_a_folder_is_a_location(tmp_path):
    party = make_party(tmp_path)
    (source,) = open_sources(str(party.node.public))
    assert json.loads(source.read("card.json"))["party"] == "jordan"
    assert list(source.read_all(["card.json"])) == [source.read("card.json")]


def test_a_folder_tells_of_a_missing_file_when_its_turn_comes(tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    found = FolderSource(tmp_path).read_all(["a", "b"])
    assert next(found) == b"a"
    with pytest.raises(NotFound, match="no file b"):
        next(found)


def test_a_web_address_is_a_record_and_those_that_it_lists():
    fields = {"party": "a", "records": [{"party": "b", "path": "mirror/b"}]}
    with scripted(listing(json.dumps(fields).encode())) as server:
        own, other = open_sources(server.address + "/water/")
        assert (own.name, other.name) == (
            f"{server.address}/water",
            f"{server.address}/water/mirror/b",
        )
        assert own.read("checkpoint") == b"/water/checkpoint"
        assert other.read("checkpoint") == b"/water/mirror/b/checkpoint"


@pytest.mark.parametrize(
    "listed",
    [
        b"<!doctype html>",
        b"[]",
        b'{"records": [{"party": "b"}]}',
        b'{"records": [{"path": 3}]}',
        b'{"records": [{"path": "../keys"}]}',
        b'{"records": [{"path": "http://elsewhere.example/"}]}',
        b'{"records": [{"path": "//elsewhere.example"}]}',
        b'{"records": [{"path": "mirror/b?x"}]}',
        b'{"records": [{"path": "mirror/%2e%2e"}]}',
        b"[" * 100_000,
        b'{"records": [' + b",".join([b'{"path": "mirror/b"}'] * 201) + b"]}",
    ],
)
def test_a_list_that_leads_elsewhere_or_is_none_is_refused(listed):
    with (
        scripted(listing(listed)) as server,
        pytest.raises(NotAcceptable, match=r"\.well-known/waternet"),
    ):
        open_sources(server.address)


@pytest.mark.parametrize("location", ["ftp://water.example", "gs://bucket/upper"])
def test_a_kind_of_location_that_is_not_known_is_told(location):
    with pytest.raises(NotAcceptable, match="no way to read") as caught:
        open_sources(location)
    assert "s3://bucket/prefix" in caught.value.hint


@contextmanager
def python_server(folder):
    """Run the plain web server that comes with Python."""
    words = ["-m", "http.server", "0", "--bind", "127.0.0.1", "-d", str(folder)]
    with subprocess.Popen(
        [sys.executable, "-u", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            said = process.stdout.readline()  # ... (http://127.0.0.1:PORT/) ...
            yield said[said.index("(") + 1 : said.index(")")]
        finally:
            process.terminate()


def test_any_plain_web_server_will_do(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    folder = FolderSource(party.node.public)
    files = [path for path in party.node.public.rglob("*") if path.is_file()]
    with python_server(party.node.public) as address:
        (source,) = open_sources(address)
        for file in files:
            path = str(file.relative_to(party.node.public))
            assert source.read(path) == folder.read(path)
            assert b"".join(source.chunks(path, 5)) == file.read_bytes()[5:]
