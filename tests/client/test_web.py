"""A node over HTTP that stalls, refuses, breaks off, or is none."""

import json
import time
from dataclasses import replace

import httpx
import pyarrow as pa
import pyarrow.ipc
import pytest
from web_servers import Scripted, answer, scripted

import waternet as wn
from waternet.client import web
from waternet.client.answers import Told, to_answer
from waternet.client.asynchronous.tables import AsyncHttpTables
from waternet.client.synchronous.tables import HttpTables
from waternet.client.web import TooLarge
from waternet.errors import (
    Conflict,
    NotAcceptable,
    NotAllowed,
    NotFound,
    NotReached,
    NotVerified,
    WaternetError,
)
from waternet.exchange.web import Patience, TryAgain

HURRY = Patience(attempts=3, calls=2, wait=lambda _seconds: None, longest=0.001)
KIND = "application/vnd.apache.arrow.stream"


def packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


TABLE = pa.table({"party": ["jordan"], "id": ["W1"]})
WHOLE = answer(packed(TABLE), Content_Type=KIND)


def read(server: Scripted, **query: str) -> pa.Table:
    tables = HttpTables(server.address, "", "en", HURRY)
    try:
        return tables.read("stations", query)
    finally:
        tables.close()


@pytest.mark.parametrize("status", ["503 Unavailable", "429 Too Many", "500 Oops"])
def test_what_may_pass_is_asked_again(status) -> None:
    with scripted(
        lambda _asked, number: [WHOLE if number else answer(b"", status)]
    ) as server:
        assert read(server) == TABLE
    assert len(server.asked) == 2


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    half = packed(TABLE)[:-40]
    broken = answer(half, Content_Type=KIND)
    with scripted(lambda _asked, number: [WHOLE if number else broken]) as server:
        assert read(server) == TABLE


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad", NotAcceptable),
        ("401 Who", NotAllowed),
        ("403 No", NotAllowed),
        ("404 Nothing", NotFound),
        ("409 Taken", Conflict),
        ("413 Large", TooLarge),
        ("414 Long", TooLarge),
        ("422 Bad", NotAcceptable),
    ],
)
def test_a_refusal_is_put_once_and_told_in_the_nodes_words(status, kind) -> None:
    told = json.dumps({"detail": "لا", "hint": "so"}).encode()
    refused = answer(told, status, Content_Type="application/problem+json")
    with (
        scripted(lambda _asked, _number: [refused]) as server,
        pytest.raises(kind, match="لا") as error,
    ):
        read(server)
    assert type(error.value) is kind
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [("NotVerified", NotVerified), ("TooLong", TooLarge), ("Unexpected", NotReached)],
)
def test_a_fault_that_lasts_is_not_asked_about_again(name, kind) -> None:
    told = json.dumps({"kind": name, "detail": "number 7"}).encode()
    refused = answer(told, "503 Later", Content_Type="application/problem+json")
    with (
        scripted(lambda _asked, _number: [refused]) as server,
        pytest.raises(kind, match="number 7"),
    ):
        read(server)
    assert len(server.asked) == 1


def test_a_server_that_is_no_node_is_named_so() -> None:
    page = answer(b"<html>", Content_Type="text/html")
    with (
        scripted(lambda _asked, _number: [page]) as server,
        pytest.raises(NotReached, match="text/html") as error,
    ):
        read(server)
    assert "Waternet node" in error.value.hint


def test_one_that_does_not_answer_may_be_asked_later() -> None:
    tables = HttpTables("http://127.0.0.1:1", "", "en", HURRY)
    with pytest.raises(NotReached) as error:
        tables.read("stations", {})
    tables.close()
    assert error.value.may_pass


def test_a_redirect_is_not_followed() -> None:
    away = answer(b"", "302 Found", Location="http://127.0.0.1:9/")
    with scripted(lambda _asked, _number: [away]) as server, pytest.raises(NotReached):
        read(server)


def test_the_key_goes_in_a_header_and_never_into_an_address() -> None:
    with (
        scripted(lambda _asked, _number: [WHOLE]) as server,
        wn.open(server.address, key="secret", language="he") as source,
    ):
        _, metadata = source.get_stations(kind="well")
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Bearer secret"
    assert asked.headers["accept-language"] == "he"
    assert asked.path == "/data/stations?kind=well&format=arrow"
    assert "secret" not in repr(metadata) + repr(source)


def test_a_key_is_not_sent_in_the_open() -> None:
    with pytest.raises(NotAcceptable, match="in the open"):
        wn.open("http://water.example", key="secret")
    for make in (HttpTables, AsyncHttpTables):
        with pytest.raises(NotAcceptable):
            make("https://me:secret@water.example", "", "en")


@pytest.mark.parametrize(
    "address", ["ftp://water.example", "https://", "http://me:x@a.example"]
)
def test_what_is_no_address_is_refused(address) -> None:
    with pytest.raises(WaternetError):
        wn.open(address)


def parts(asked: httpx.URL) -> tuple[pa.Table, int]:
    """Answer for a bank of a figure a day over ten years, at most 1,000 at once."""
    start = asked.params.get("start", "2000-01-01T00:00:00Z")
    end = asked.params.get("end", "2010-01-01T00:00:00Z")
    first, last = (
        int(pa.scalar(one[:19]).cast(pa.timestamp("s")).value) for one in (start, end)
    )
    days = [day for day in range(3653) if first <= 946684800 + 86400 * day < last]
    table = pa.table(
        {
            "party": pa.array(["p"] * len(days)).dictionary_encode(),
            "datastream": pa.array(
                ["a/stage/mean/P1D/x"] * len(days)
            ).dictionary_encode(),
            "time": pa.array([(946684800 + 86400 * day) * 10**6 for day in days]).cast(
                pa.timestamp("us")
            ),
            "value": pa.array([float(day) for day in days]),
            "unit": pa.array(["m"] * len(days)),
            **{
                name: pa.array([0] * len(days), pa.int8())
                for name in ("censor", "grade", "status", "release")
            },
        }
    )
    return table, len(days)


LISTED = pa.table(
    {
        "party": ["p"],
        "datastream": ["a/stage/mean/P1D/x"],
        "zone": ["UTC"],
        "figures": [3653],
        "first": pa.array([946684800 * 10**6]).cast(pa.timestamp("us")),
        "last": pa.array([1262217600 * 10**6]).cast(pa.timestamp("us")),
    }
)
STATIONS = pa.table({"party": ["p"], "id": ["a"], "names": [None]})


def small_node(asked, _number):
    url = httpx.URL(asked.path)
    if url.path == "/data/datastreams":
        table, rows = LISTED, 1
    elif url.path == "/data/stations":
        table, rows = STATIONS, 1
    else:
        table, rows = parts(url)
    if rows > 1_000:
        yield answer(b'{"detail": "too many"}', "413 Large")
        return
    said = {b"waternet:positions": b'{"p": 4}', b"waternet:citation": b"[]"}
    yield answer(packed(table.replace_schema_metadata(said)), Content_Type=KIND)


def test_what_is_too_large_for_a_node_is_asked_for_in_smaller_parts() -> None:
    with scripted(small_node) as server, wn.open(server.address) as source:
        frame, metadata = source.get_observations("p:a/stage/mean/P1D/x")
    assert frame["value"].tolist() == [float(day) for day in range(3653)]
    assert len(metadata.requests) == 4
    assert metadata.positions == {"p": 4}


def test_parts_of_two_states_of_a_bank_are_never_joined() -> None:
    def restless(asked, number):
        (made,) = small_node(asked, number)
        yield made.replace(b'{"p": 4}', b'{"p": %d}' % (number % 7))

    with (
        scripted(restless) as server,
        wn.open(server.address) as source,
        pytest.raises(Conflict) as error,
    ):
        source.get_observations("p:a/stage/mean/P1D/x")
    assert error.value.may_pass


def test_the_latest_of_many_figures_are_asked_for_once() -> None:
    many = LISTED.set_column(3, "figures", pa.array([10**9]))

    def large_node(asked, _number):
        url = httpx.URL(asked.path)
        table = {"/data/datastreams": many, "/data/stations": STATIONS}.get(
            url.path, parts(httpx.URL("/?end=2000-01-02T00:00:00Z"))[0]
        )
        yield answer(packed(table), Content_Type=KIND)

    with scripted(large_node) as server, wn.open(server.address) as source:
        frame, metadata = source.get_latest(party="p")
    assert len(frame) == 1
    (request,) = metadata.requests
    assert request.endswith("/data/latest?party=p&format=arrow")


def test_an_answer_without_end_is_cut_off(monkeypatch) -> None:
    monkeypatch.setattr(web, "_MOST", 1 << 20)

    def endless(_asked, _number):
        yield answer(b"", length=1 << 40, Content_Type=KIND)
        for _ in range(64):
            yield bytes(1 << 16)

    with scripted(endless) as server, pytest.raises(NotReached, match="1 MiB"):
        read(server)


def test_an_answer_that_drips_is_given_up() -> None:
    body = web.Body("address", replace(HURRY, silence=0, slowest=1 << 60))
    time.sleep(0.001)
    with pytest.raises(TryAgain, match="too slowly"):
        body.add(b"x")


def test_offsets_that_lead_out_of_the_answer_are_not_followed() -> None:
    # The second of three offsets of a column of text, made to point far away.
    whole = bytearray(packed(pa.table({"party": ["jordan", "israel"]})))
    offsets = (0).to_bytes(4, "little") + (6).to_bytes(4, "little")
    place = whole.index(offsets + (12).to_bytes(4, "little"))
    whole[place + 4 : place + 8] = (1 << 30).to_bytes(4, "little")
    false = answer(bytes(whole), Content_Type=KIND)
    with scripted(lambda _asked, _number: [false]) as server, pytest.raises(NotReached):
        read(server)


def test_figures_that_do_not_say_whether_they_are_limits_are_refused() -> None:
    told = Told("observations", "https://water.example", {}, (), "en")
    names = ("party", "datastream", "unit", "time", "value", "grade", "status")
    table = pa.table({name: pa.array([], pa.string()) for name in (*names, "release")})
    with pytest.raises(NotReached, match="without censor"):
        to_answer(table, told)
