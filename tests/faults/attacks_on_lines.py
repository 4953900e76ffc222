"""Attacks by what is asked for over a line, and by addresses and words of others."""

import asyncio
import gzip
import io
import json
import os
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from faults.threat import TAKEN, named
from parties import make_party, quiet
from web_servers import answer, scripted

from waternet.api.app import make_app
from waternet.api.published import Publication
from waternet.cli.prove import _read
from waternet.cli.show import say_error
from waternet.errors import NotAcceptable, NotFound, NotReached
from waternet.exchange import walk
from waternet.exchange.card import read_card
from waternet.exchange.http_source import HttpSource
from waternet.exchange.location import open_source
from waternet.node.durable import write_durably
from waternet.node.follow import follow_party
from waternet.node.pull import pull_records

_SCOPE = {
    "type": "http",
    "method": "GET",
    "headers": [],
    "query_string": b"",
    "root_path": "",
    "scheme": "http",
    "http_version": "1.1",
    "server": ("h", 80),
    "client": ("c", 1),
}


def asked(party, path: str) -> bytes:
    """Return what a node answers over HTTP to a path."""
    sent = []
    scope = {**_SCOPE, "path": path, "raw_path": path.encode()}

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(make_app(party.node)(scope, receive, send))
    return b"".join(one.get("body", b"") for one in sent)


def private_file(folder: Path) -> str:
    """Ask a node for its keys."""
    party = make_party(folder)
    return TAKEN if b"PRIVATE+KEY" in asked(party, "/keys/log.key") else "404"


def linked_file(folder: Path) -> str:
    """Ask a node for a public file that is a link to its keys."""
    party = make_party(folder)
    link = party.node.public / "blob" / "ab" / ("ab" * 32)
    link.parent.mkdir(parents=True)
    link.symlink_to(party.node.key("log"))
    path = "/" + str(link.relative_to(party.node.public))
    return TAKEN if b"PRIVATE+KEY" in asked(party, path) else "404"


def anything(path: str):
    """Publish whatever lies in the node's folder."""
    return Publication(tuple(path.split("/")), "text/plain", "no-cache", False)


def follow_links(folder: Path, names) -> int:
    """Open a file wherever it leads."""
    return os.open(folder.joinpath(*names), os.O_RDONLY)


def gzip_bomb(_folder: Path) -> str:
    """Answer with a few kilobytes that unpack to 16 MiB."""
    packed = gzip.compress(bytes(16 << 20))
    with scripted(lambda *_: [answer(packed, content_encoding="gzip")]) as server:
        try:
            HttpSource(server.address).read("checkpoint", walk._MOST_CHECKPOINT)
        except NotAcceptable:
            return "refused"
    return TAKEN


def huge_file(folder: Path) -> str:
    """Give a proof that is endless to whoever verifies it."""
    path = folder / "x.tlog-proof"
    with path.open("wb") as file:
        file.truncate(64 << 20)
    try:
        _read(path)
    except NotAcceptable:
        return "refused"
    return TAKEN


def _carded(folder: Path, **fields):
    """Return a follower of a party whose card says what it likes."""
    israel, jordan = make_party(folder, "israel"), make_party(folder / "stick")
    jordan.read()
    jordan.publish()
    card = replace(jordan.node.cards()["jordan"], **fields)
    write_durably(jordan.node.public / "card.json", card.to_json())
    follow_party(israel.node, jordan.node.public / "card.json")
    return israel


def leading_address(folder: Path) -> str:
    """Give a folder of the reader's own disk as an address on a card."""
    israel = _carded(folder, addresses=(str(folder / "stick/jordan/public"),))
    try:
        pull_records(israel.node, [], quiet)
    except NotFound:
        return "not read"
    return TAKEN


def no_address(folder: Path) -> str:
    """Give an address that is none; whoever cannot read it must accuse nobody."""
    israel = _carded(folder, addresses=("file:///etc",))
    return named(pull_records(israel.node, [], quiet).findings).replace(TAKEN, "told")


def open_as_it_is(copy):
    """Open a copy; what its address is wrong with is the reader's to name."""
    return open_source(copy.name)


def _card(folder: Path, **fields) -> str:
    party = make_party(folder)
    written = json.loads((party.node.public / "card.json").read_bytes())
    try:
        read_card(json.dumps({**written, **fields}).encode(), "card.json")
    except NotAcceptable:
        return "refused"
    return TAKEN


def endless_addresses(folder: Path) -> str:
    """List so many addresses that a pull never ends."""
    return _card(folder, addresses=[f"http://a{n}.example" for n in range(2000)])


def commanding_name(folder: Path) -> str:
    """Give a name that clears the reader's terminal."""
    return _card(folder, names={"en": "Jordan\x1b[2J"})


def commanding_words(_folder: Path) -> str:
    """Answer with words that move the terminal they are printed to."""
    with redirect_stderr(io.StringIO()) as said:
        say_error(NotReached("it answers \x1b]0;root\x07"))
    return TAKEN if "\x1b" in said.getvalue() else "spelt out"


def misleading_list(folder: Path) -> str:
    """List records that lie elsewhere, beside another place that is pulled from."""
    israel, honest = make_party(folder, "israel"), make_party(folder / "stick")
    honest.read()
    honest.publish()
    follow_party(israel.node, honest.node.public / "card.json")
    listed = b'{"records": [{"path": "//elsewhere.example"}]}'

    def script(request, _number):
        found = request.path.endswith("waternet")
        return [answer(listed) if found else answer(status="404 Not Found")]

    with scripted(script) as server:
        try:
            places = [server.address, str(honest.node.public)]
            pulled = pull_records(israel.node, places, quiet)
        except NotAcceptable:
            return "nobody is pulled from"
    said = any(".well-known" in text for text in pulled.unread)
    return "told" if said and pulled.entries == {"jordan": 3} else TAKEN


def believed(root) -> list[str]:
    """Return what a list names, wherever that leads."""
    return [
        one["path"] for one in json.loads(root.read(".well-known/waternet"))["records"]
    ]


def dripping_request(folder: Path) -> str:
    """Ask a witness for a cosignature, and never end asking."""
    sent = []

    async def receive():
        await asyncio.sleep(3600)

    async def send(message):
        sent.append(message)

    async def ask():
        path = "/add-checkpoint"
        scope = {**_SCOPE, "method": "POST", "path": path, "raw_path": path.encode()}
        await asyncio.wait_for(
            make_app(make_party(folder).node)(scope, receive, send), 1
        )

    with patch("waternet.api.witness._SENT_WITHIN", SENT_WITHIN):
        try:
            asyncio.run(ask())
        except TimeoutError:
            return "it waits for ever"
    return str(sent[0]["status"])


SENT_WITHIN = 0.01
