"""A node's record over HTTP: all that is public, as C2SP says, and nothing else."""

import hashlib
import os
import socket
import threading

import httpx
import pytest
from parties import LEVELS, make_party
from web_servers import serving

from waternet.api.app import make_app
from waternet.exchange.location import open_sources
from waternet.exchange.source import FolderSource
from waternet.record.layout import read_bundle

FOREVER = "public, max-age=31536000, immutable"


def files_of(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )


def first(folder, pattern):
    return str(sorted(folder.glob(pattern))[0].relative_to(folder))


def test_the_whole_record_and_its_mirrors_are_read_as_from_their_folders(node, address):
    own, mirrored = open_sources(address)
    for source, folder in ((own, node.public), (mirrored, node.records("israel"))):
        here, paths = FolderSource(folder), files_of(folder)
        assert len(paths) > 5
        assert list(source.read_all(paths)) == [here.read(path) for path in paths]
        for path in paths:
            assert b"".join(source.chunks(path, 3)) == here.read(path)[3:]


@pytest.mark.parametrize(
    ("pattern", "media_type", "caching"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("card.json", "application/json", "no-cache"),
        ("tile/0/*/*", "application/octet-stream", FOREVER),
        ("tile/entries/*/*", "application/octet-stream", FOREVER),
        ("blob/*/*", "application/octet-stream", FOREVER),
    ],
)
def test_a_file_has_the_type_and_the_caching_that_the_layout_asks_for(
    node, web, pattern, media_type, caching
):
    path = first(node.public, pattern)
    answer = web.get(f"/{path}")
    assert answer.status_code == 200
    assert answer.content == (node.public / path).read_bytes()
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == caching
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    head = web.head(f"/{path}")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(answer.content))
    for name in ("etag", "last-modified"):
        unless = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}[name]
        again = web.get(f"/{path}", headers={unless: answer.headers[name]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]


def test_a_blobs_tag_is_its_hash(node, web):
    path = first(node.public, "blob/*/*")
    digest = hashlib.sha256((node.public / path).read_bytes()).hexdigest()
    assert web.get(f"/{path}").headers["etag"] == f'"{digest}"'


def test_bundles_are_compressed_for_who_likes_and_hashes_and_blobs_never(node, web):
    likes = {"Accept-Encoding": "gzip"}
    path = first(node.public, "tile/entries/*/*")
    packed = web.get(f"/{path}", headers=likes)
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(packed.content)
    plain = web.get(f"/{path}")
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert len(read_bundle(plain.content)) > 1
    other = {"If-None-Match": plain.headers["etag"], **likes}
    assert web.get(f"/{path}", headers=other).status_code == 200
    for pattern in ("tile/0/*/*", "blob/*/*", "checkpoint"):
        answer = web.get(f"/{first(node.public, pattern)}", headers=likes)
        assert "content-encoding" not in answer.headers
        assert "vary" not in answer.headers


def test_a_part_is_of_the_bytes_as_they_lie_there(node, web):
    path = first(node.public, "tile/entries/*/*")
    whole = (node.public / path).read_bytes()
    asked = {"Range": "bytes=10-19", "Accept-Encoding": "gzip"}
    part = web.get(f"/{path}", headers=asked)
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert "content-encoding" not in part.headers
    beyond = web.get(f"/{path}", headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(whole)}"
    several = web.get(f"/{path}", headers={"Range": "bytes=0-1,5-6"})
    assert (several.status_code, several.content) == (200, whole)


def test_nothing_private_is_given_out(node, web):
    private = [path for path in files_of(node.folder) if not path.startswith("public/")]
    assert {"keys/log.key", "keys/steward.key", "node.toml", "state.sqlite"} <= set(
        private
    )
    for path in private:
        mirrored = path.startswith("mirror/")
        assert web.get(f"/{path}").status_code == (200 if mirrored else 404), path
        assert web.get(f"/public/{path}").status_code == 404
        for up in ("/tile/0/../../..", "/registry/..", "/mirror/israel/../.."):
            assert raw(web, f"{up}/{path}").startswith(b"HTTP/1.1 404"), path


@pytest.mark.parametrize(
    "path",
    [
        "/../keys/log.key",
        "/tile/../../keys/log.key",
        "/%2e%2e/keys/log.key",
        "/%2e%2e%2fkeys%2flog.key",
        "/..%2fkeys/log.key",
        "/mirror/israel/..%2f..%2fkeys/log.key",
        "/mirror/%2e%2e/keys/log.key",
        "/%252e%252e/keys/log.key",
        "/..%5ckeys%5clog.key",
        "/%c0%ae%c0%ae/keys/log.key",
        "//keys/log.key",
        "/./keys/log.key",
        "/checkpoint%00",
        "/checkpoint%0a",
        "/card.json%00.html",
        "/.well-known/../keys/log.key",
        "/health/../keys/log.key",
        "/?path=../keys/log.key",
        "/tile/0/%D9%A0%D9%A0%D9%A0",
    ],
)
def test_no_spelling_of_a_path_leads_out(web, path):
    answer = raw(web, path)
    # The root knows no parameters; anything else is nowhere.
    refused = b"400" if path.startswith("/?") else b"404"
    assert answer.startswith(b"HTTP/1.1 " + refused)
    assert b"PRIVATE" not in answer


def raw(web, target, more=""):
    """Ask for a target exactly as it is spelt, and return all that comes."""
    with socket.create_connection((web.base_url.host, web.base_url.port)) as line:
        asked = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n"
        line.sendall(asked.encode())
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_no_link_is_followed_and_nothing_but_files_is_read(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    node = party.node
    names = [f"{digit:x}" * 64 for digit in range(4)]
    for name in names:
        (node.public / "blob" / name[:2]).mkdir(exist_ok=True, parents=True)
    paths = [f"blob/{name[:2]}/{name}" for name in names]
    (node.public / paths[0]).symlink_to(node.key("log"))
    (node.public / paths[1]).parent.rmdir()
    (node.public / paths[1]).parent.symlink_to(node.folder / "keys")
    (node.folder / "keys" / names[1]).write_text("secret")
    os.mkfifo(node.public / paths[2])
    (node.public / paths[3]).mkdir()
    (node.folder / "mirror").mkdir()
    (node.folder / "mirror" / "other").symlink_to(node.public)
    (node.public / f"{paths[3]}.unfinished").write_text("half")
    with (
        serving(make_app(node)) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        asked = [*paths, f"{paths[3]}.unfinished", "mirror/other/card.json"]
        answers = [web.get(f"/{path}") for path in asked]
        assert [answer.status_code for answer in answers] == [404] * len(asked)
        assert web.get("/card.json").status_code == 200


def test_only_reading_is_allowed(web):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = web.request(method, "/checkpoint")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "GET",
    }
    answer = web.options("/checkpoint", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"


def test_a_missing_file_is_told_as_a_problem_that_no_cache_keeps(web):
    answer = web.get("/tile/0/x001/000")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["kind"]) == (404, "NotFound")
    assert "/tile/0/x001/000" in told["detail"]
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/no/such", "/a%0Ab", "/%FF", "/%00", "/sta"])
def test_an_unknown_path_is_a_problem_whatever_stands_in_it(web, path):
    answer = web.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_root_leads_to_every_interface_in_the_readers_language(web):
    told = web.get("/").json()
    assert (told["title"], told["party"]) == ("Waternet: Jordan", "jordan")
    assert len(told["links"]) == 9
    for link in told["links"]:
        answer = web.get(link["href"])
        assert answer.status_code == 200, link
        kind = link["type"].partition(";")[0]
        assert answer.headers["content-type"].startswith(kind), link
    in_arabic = web.get("/", headers={"Accept-Language": "ar"})
    assert in_arabic.json()["description"].startswith("ما تنشره أطراف")


def test_an_interface_without_a_document_of_its_own_lists_its_questions(web):
    interfaces = web.get("/.well-known/waternet").json()["interfaces"]
    for name, one in (("data", "/data/latest"), ("wateroneflow", "/GetSites")):
        links = web.get(f"/{interfaces[name]}").json()["links"]
        (found,) = [link for link in links if link["href"].endswith(one)]
        assert found["title"].endswith("."), found
        assert not any("{" in link["href"] for link in links)


def test_a_hint_names_an_address_where_a_command_would_name_itself(web):
    told = web.get("/data/observations?datastream=jordan:zz/zz").json()
    assert told["hint"].startswith("/data/datastreams?party=jordan lists all ")
    assert "waternet" not in told["hint"]


def test_what_is_here_is_listed(web):
    answer = web.get("/.well-known/waternet")
    listed = answer.json()
    assert listed["party"] == "jordan"
    assert listed["names"] == {"en": "Jordan"}
    assert listed["records"] == [{"party": "israel", "path": "mirror/israel"}]
    assert listed["witness"] == "add-checkpoint"
    assert listed["interfaces"]["openapi"] == "openapi.json"
    tag = {"If-None-Match": answer.headers["etag"]}
    assert web.get("/.well-known/waternet", headers=tag).status_code == 304
    packed = web.get("/.well-known/waternet", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == listed
    assert web.post("/.well-known/waternet").status_code == 405


def test_a_node_without_its_card_is_not_well(tmp_path):
    party = make_party(tmp_path)
    with (
        serving(make_app(party.node)) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        assert web.get("/health").text == "ok\n"
        (party.node.public / "card.json").unlink()
        assert web.get("/health").status_code == 503


def test_a_head_of_a_request_has_its_limit(web):
    endless = "X-Long: " + "x" * 200_000 + "\r\n"
    try:
        answer = raw(web, "/checkpoint", endless)
    except ConnectionResetError:
        return
    assert answer.split()[1] in (b"400", b"431")


def test_a_large_blob_comes_whole_and_in_parts(tmp_path):
    party = make_party(tmp_path)
    content = os.urandom(1 << 20) * 5 + b"end"
    digest = hashlib.sha256(content).hexdigest()
    path = f"blob/{digest[:2]}/{digest}"
    (party.node.public / path).parent.mkdir(parents=True)
    (party.node.public / path).write_bytes(content)
    with serving(make_app(party.node)) as address:
        (source,) = open_sources(address)
        assert b"".join(source.chunks(path)) == content
        assert b"".join(source.chunks(path, 1234)) == content[1234:]
        # Whoever leaves half-way leaves nothing behind, and others are answered.
        leaving = source.chunks(path)
        next(leaving)
        leaving.close()
        assert b"".join(source.chunks(path, len(content) - 3)) == b"end"


def test_a_reader_never_sees_half_of_what_is_being_published(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    done, seen = threading.Event(), []

    def read_on(address):
        (source,) = open_sources(address)
        while not done.is_set():
            seen.append((source.read("checkpoint"), source.read("card.json")))

    with serving(make_app(party.node)) as address:
        reader = threading.Thread(target=read_on, args=(address,))
        reader.start()
        try:
            for month in range(4, 7):
                more = f"W1,2015-{month:02d}-01,-214\n"
                party.read(LEVELS + more, f"{month}.csv")
                party.publish("they go on")
        finally:
            done.set()
            reader.join()
        (source,) = open_sources(address)
        last = source.read("checkpoint")
    assert last == (party.node.public / "checkpoint").read_bytes()
    heads = [head for head, _card in seen]
    assert all(head.startswith(b"waternet/jordan\n") for head in heads)
    assert all(head.count(b"\xe2\x80\x94 waternet/jordan ") == 1 for head in heads)
