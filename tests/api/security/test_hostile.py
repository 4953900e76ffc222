"""Whatever is sent, the answer is one: no fault, no trace of code, nothing hidden."""

import itertools
import json
import socket
import threading

import pytest
from api.security.calls import EVERYTHING, to_text
from api.security.planted import PLANTED

HIDDEN = [one for one in PLANTED if not one.is_for("")]
CODE = (
    "traceback",
    'file "/',
    "site-packages",
    ".py",
    "sqlite",
    "duckdb",
    "parquet file",
    "read_parquet",
    "syntax error",
    "binder error",
)
TRICKS = [
    "'; DROP TABLE place; --",
    "' OR '1'='1",
    '" OR 1=1 --',
    "x') UNION SELECT body FROM main.place --",
    "x' UNION ALL SELECT * FROM read_text('/etc/passwd') --",
    "1); ATTACH '/tmp/x.db'; --",
    "$party",
    "../../../etc/passwd",
    "..%2f..%2faccess.sqlite",
    "\x00",
    "a\r\nSet-Cookie: x=1",
    "{{7*7}}${7*7}",
    "<script>alert(1)</script>",
    "\u202e\u2066abc\u2069",
    "\ud7ff\U0010ffff",
    "9" * 400,
    "1e999",
    "NaN",
    "-1",
    "(" * 500,
    "x" * 5_000,
    ",".join("a" * 3 for _ in range(2_000)),
    "jordan:999999999999999999999",
    "2020-13-45T99:99:99Z",
]
FILTERS = [
    "value > 1) OR (1 = 1",
    "value > (SELECT max(value) FROM main.series)",
    "read_text('/etc/passwd') = 'x'",
    "name LIKE '%' ESCAPE ''",
    "CASEI(name) = CASEI('" + "%" * 3_000 + "')",
    "(" * 400 + "value > 1" + ")" * 400,
    " AND ".join(["value > 1"] * 300),
    "value > 1e400",
    "value > 0x41",
    "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))",
    "S_INTERSECTS(geometry, POINT(1e308 1e308))",
    "T_AFTER(first, TIMESTAMP('9999-99-99T00:00:00Z'))",
    "\u02bc OR 1=1",
]
STA_FILTERS = [
    "result eq 1 or 1 eq 1; DROP TABLE x",
    "substringof('x',name)) or (substringof('',name)",
    "name eq 'x'' or ''1'' eq ''1'",
    "result gt (select 1)",
    "not " * 300 + "true",
    "(" * 600 + "true" + ")" * 600,
    "st_within(location, geography'POLYGON((0 0))')",
    "length(name) eq 1e999",
    "Datastream/Thing/Datastreams/Thing/Datastreams/Thing/name eq 'x'",
    "geo.distance(location, geography'POINT(1e308 1e308)') lt 1",
    "year(phenomenonTime) eq 99999999999999",
    "concat(name,concat(name,concat(name,name))) eq 'x'",
]
IDS = ["0", "-1", "1;DROP TABLE x", "9" * 40, "1e5", "'1'", "1) or (1", "null", " 1"]
OPERATIONS = [one for one in EVERYTHING if not one.role]


def verify_plain(answer, asked) -> None:
    """Raise where an answer tells of code, or of what is hidden."""
    assert answer.status_code < 500, (asked, answer.text[:500])
    said = str(asked).lower()
    text = to_text(answer)
    assert [one for one in CODE if one in text and one not in said] == [], asked
    found = [each for one in HIDDEN for each in one.traces if each.lower() in text]
    assert found == [], asked


def one_of_each() -> list[tuple[str, str]]:
    """Return a path and parameter for every name of each interface."""
    found = {}
    for one in OPERATIONS:
        for parameter in one.parameters:
            if parameter.place == "query" and "{" not in one.path:
                found.setdefault((one.group, parameter.name), one.path)
    return [(path, name) for (_, name), path in found.items()]


@pytest.mark.parametrize("trick", TRICKS, ids=range(len(TRICKS)))
def test_no_parameter_leads_further_than_to_a_refusal(asking, trick):
    for path, name in one_of_each():
        verify_plain(asking[""].get(path, params={name: trick}), (path, name, trick))


@pytest.mark.parametrize("written", FILTERS, ids=range(len(FILTERS)))
def test_a_filter_of_cql2_is_no_sql(asking, written):
    for collection in ("/ogc/collections/datastreams", "/ogcapi/v1/collections/daily"):
        asked = {"filter": written, "limit": "1000"}
        answer = asking[""].get(f"{collection}/items", params=asked)
        verify_plain(answer, (collection, written))


@pytest.mark.parametrize("written", STA_FILTERS, ids=range(len(STA_FILTERS)))
def test_a_filter_of_sensorthings_is_no_sql(asking, written):
    for entities in ("Observations", "Datastreams", "Things"):
        asked = {"$filter": written}
        answer = asking[""].get(f"/sta/v1.1/{entities}", params=asked)
        verify_plain(answer, (entities, written))


@pytest.mark.parametrize("option", ["$expand", "$orderby", "$select", "$skiptoken"])
def test_other_options_of_sensorthings_are_no_sql(asking, option):
    words = ["Datastreams(" * 60, "name;DROP", "1,2,3,4", "name desc, (select 1)", "'"]
    words += ["/".join(["Datastreams/Thing"] * 60), "*", "properties/'x", "id/../id"]
    for word in words:
        answer = asking[""].get("/sta/v1.1/Things", params={option: word})
        verify_plain(answer, (option, word))


def test_ids_are_ids(asking):
    for id_ in IDS:
        for path in (f"Things({id_})", f"Observations({id_})/Datastream"):
            answer = asking[""].get(f"/sta/v1.1/{path}")
            verify_plain(answer, path)
            assert answer.status_code in (400, 404), path


BODIES = [
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"op":"and","args":[' * 2_000 + b"1" + b"]}" * 2_000,
    b'{"op":"=","args":[{"property":"value"},1e999]}',
    b'{"op":"read_text","args":["/etc/passwd"]}',
    b'{"op":"=","args":[{"property":"\'); DROP TABLE x; --"},1]}',
    b'{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point"}]}',
    b"\xff\xfe\x00",
    b"null",
    b'"x"',
    b'{"name":"x","name":"y"}',
    b'{"name":' + b"9" * 5_000 + b"}",
    b'{"result":NaN,"Datastream":{"@iot.id":1}}',
    b'{"Datastream":{"@iot.id":"1); DROP TABLE x; --"},"result":1}',
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_none_is_refused(asking, body):
    json_type = {"content-type": "application/json"}
    for path in ("Things", "Observations", "CreateObservations", "$batch"):
        answer = asking["jordan-steward"].post(
            f"/sta/v1.1/{path}", content=body, headers=json_type
        )
        assert answer.status_code < 500, (path, body[:80], answer.text[:300])
        assert [one for one in CODE if one in answer.text.lower()] == []
    for path in ("/ogc/collections/stations", "/ogcapi/v1/collections/daily"):
        answer = asking[""].post(f"{path}/items", content=body, headers=json_type)
        verify_plain(answer, (path, body[:80]))


def test_who_may_not_send_a_body_need_not_be_read(address):
    """Nobody, told of a body of a gigabyte: refused before a byte of it came."""
    host, port = address.removeprefix("http://").split(":")
    told = b"content-type: application/json\r\ncontent-length: 1000000000\r\n"
    for path in (b"/sta/v1.1/Things", b"/upload", b"/sta/v1.1/$batch"):
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(b"POST " + path + b" HTTP/1.1\r\nhost: x\r\n" + told + b"\r\n")
            assert b" 401 " in line.recv(65_536).split(b"\r\n")[0]


def test_a_body_that_is_too_large_is_refused_by_its_head(address, region):
    host, port = address.removeprefix("http://").split(":")
    for one in EVERYTHING:
        if not one.most_body or "{" in one.path:
            continue
        who = "israel-delegate" if one.name == "acts-hand-in" else "jordan-steward"
        key = region.keys[who]
        head = (
            f"{one.method} {one.path} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\n"
            f"content-type: {next(iter(one.body))}\r\n"
            f"content-length: {one.most_body + 1}\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(head.encode())
            assert b" 413 " in line.recv(65_536).split(b"\r\n")[0], one.name


PATHS = [
    "/access.sqlite",
    "/audit.sqlite",
    "/desk.sqlite",
    "/bank/catalogue.sqlite",
    "/keys/steward.key",
    "/node.toml",
    "/data/../access.sqlite",
    "/data/%2e%2e/access.sqlite",
    "/data/..%2faccess.sqlite",
    "/mirror/..%2faccess.sqlite",
    "/mirror/israel/..%2f..%2f..%2faccess.sqlite",
    "/mirror/israel/../../../access.sqlite",
    "/tile/../../access.sqlite",
    "/sta/v1.1/..%2f..%2faccess.sqlite",
    "/sta/v1.1/../../access.sqlite",
    "/edr/collections/..%2f..%2faccess.sqlite/locations",
    "/recipes/..%2f..%2faccess.sqlite",
    "/upload/..%2f..%2faccess.sqlite",
    "/ogc/collections/stations/items/..%2f..%2faccess.sqlite",
    "//access.sqlite",
    "/./access.sqlite",
    "/access.sqlite%00.json",
    "/data/observations%00",
    "/%ff%fe",
    "/data/%zz",
    "/%2561ccess.sqlite",
    "\\..\\access.sqlite",
    "/sta/v1.1/Things(1)" + "/Datastreams(1)/Thing" * 200,
    "/" + "a/" * 4_000,
    "/" + "x" * 12_000,
    "*",
    "http://127.0.0.1/access.sqlite",
]


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_no_path_leads_to_the_nodes_own_files(address, path):
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\n".encode("latin-1"))
        line.sendall(b"connection: close\r\n\r\n")
        told = b"".join(
            itertools.takewhile(bool, iter(lambda: line.recv(65_536), None))
        )
    assert told.split(b" ")[1] in (b"400", b"401", b"404", b"414"), told[:200]
    for secret in (b"SQLite format", b"PRIVATE+KEY", b"AGE-SECRET", b"origin ="):
        assert secret not in told


def test_slow_readers_and_senders_keep_nobody_waiting(address, asking):
    """Forty that open a connection and say half a request, while others ask."""
    host, port = address.removeprefix("http://").split(":")
    lines = []
    try:
        for number in range(40):
            line = socket.create_connection((host, int(port)), timeout=30)
            lines.append(line)
            half = b"GET /data/observations HTTP/1.1\r\nhost: x\r\n"
            line.sendall(half if number % 2 else half + b"\r\n")
        answers = []

        def ask() -> None:
            answers.append(asking[""].get("/data/stations").status_code)

        asker = threading.Thread(target=ask)
        asker.start()
        asker.join(30)
        assert answers == [200]
    finally:
        for line in lines:
            line.close()


def test_after_all_this_everything_is_as_it_was(asking):
    text = to_text(asking["jordan-reader"].get("/data/stations"))
    assert all(one.word.lower() in text for one in PLANTED)
    counted = {"$count": "true", "$top": "0"}
    told = asking["jordan-reader"].get("/sta/v1.1/Observations", params=counted)
    assert json.loads(told.text)["@iot.count"] == 14 * len(PLANTED)
