"""Files that come to the Desk: too large, hostile, slow; and on an unguarded node."""

import io
import struct
import threading
import zipfile
from http.client import HTTPConnection

import httpx
import pytest
from parties import LEVELS, make_party
from web_servers import serving

from waternet.node import inbox
from waternet.node.pending import list_pending
from waternet.portal.app import make_app
from waternet.portal.desk import arriving, work


def swelling_workbook():
    """Return a workbook that says that it unpacks to 3 GiB."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", "x" * 100)
    written = bytearray(sink.getvalue())
    place = written.rindex(b"PK\x01\x02")
    written[place + 24 : place + 28] = struct.pack("<I", 3 << 30)
    return bytes(written)


ENTITIES = """<?xml version='1.0'?>
<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<wml:Collection xmlns:wml='http://www.opengis.net/waterml/2.0'>&a;</wml:Collection>
"""


def state(desk, number):
    return desk.get("rana", f"/desk/files/{number}").json()["file"]


def test_a_file_that_is_too_large_is_refused_by_its_head(opened):
    desk = opened()
    line = HTTPConnection(httpx.URL(desk.address).netloc.decode(), timeout=30)
    line.putrequest("POST", "/desk/files")
    line.putheader("X-API-Key", desk.clients["rana"].headers["x-api-key"])
    line.putheader("Content-Type", "multipart/form-data; boundary=b")
    line.putheader("Content-Length", str(arriving.MOST_FILE + (1 << 20)))
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()
    assert desk.get("rana", "/desk").json()["files"] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("bomb.xlsx", swelling_workbook()), ("levels.xml", ENTITIES.encode())],
)
def test_a_file_that_harms_its_reader_is_told_and_harms_nobody_else(
    opened, name, content
):
    desk = opened()
    number = desk.send("rana", content, name)
    for _ in range(100):
        if state(desk, number)["state"] not in ("working", "new"):
            break
        threading.Event().wait(0.3)
    told = state(desk, number)
    assert told["state"] == "failed"
    assert told["error"]
    text = desk.see("rana", f"/desk/files/{number}").text
    assert str(desk.party.node.folder) not in text
    desk.post("rana", f"/desk/files/{number}/drop")
    assert desk.get("rana", f"/desk/files/{number}").status_code == 404


def test_what_takes_long_goes_on_while_its_page_looks_again(opened, monkeypatch):
    desk, go_on = opened(), threading.Event()
    monkeypatch.setattr(work, "_PATIENCE", 0.05)
    real = inbox.propose_bounded

    def slowly(*given, **named):
        assert go_on.wait(30)
        return real(*given, **named)

    monkeypatch.setattr(inbox, "propose_bounded", slowly)
    number = desk.send("rana", LEVELS)
    assert state(desk, number)["state"] == "working"
    page = desk.see("rana", f"/desk/files/{number}").text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "hx-trigger" in page
    busy = desk.post("rana", f"/desk/files/{number}/drop")
    assert busy.status_code == 409
    go_on.set()
    for _ in range(100):
        if state(desk, number)["state"] != "working":
            break
        threading.Event().wait(0.1)
    assert state(desk, number)["state"] == "asks"
    assert 'http-equiv="refresh"' not in desk.see("rana", f"/desk/files/{number}").text


@pytest.mark.parametrize(
    "name", ["../../keys/steward.key", "C:\\levels.csv", ".hidden", "..", "مناسيب.csv"]
)
def test_a_file_lies_nowhere_but_in_the_inbox(opened, name):
    desk = opened()
    node = desk.party.node
    before = {one for one in node.folder.rglob("*") if one.is_file()}
    number = desk.send("rana", LEVELS, name)
    added = {one for one in node.folder.rglob("*") if one.is_file()} - before
    inside = node.folder / "inbox" / number
    others = {one for one in added if inside not in one.parents}
    # Who did what is noted beside it, and what the bank needs to answer.
    assert {one.name.partition(".")[0] for one in others} <= {"audit", "access"}


def test_a_form_without_a_file_brings_nothing(opened):
    desk = opened()
    empty = desk.clients["rana"].post("/desk/files", files={"file": ("a.csv", b"")})
    assert empty.status_code == 400
    assert desk.post("rana", "/desk/files", recipe="wells").status_code == 400
    unknown = desk.clients["rana"].post(
        "/desk/files", files={"file": ("a.csv", LEVELS)}, data={"recipe": "wells"}
    )
    assert unknown.status_code == 404


def test_two_imports_of_one_file_do_not_pass_unnoticed(opened):
    desk = opened()
    said = {"answer.time.zone": "+02:00"}
    for _ in range(2):
        number = desk.send("rana", LEVELS)
        told = desk.get("rana", f"/desk/files/{number}").json()["same"]
        desk.post("rana", f"/desk/files/{number}/say", **said)
        desk.post("rana", f"/desk/files/{number}/import")
    assert told == ["0001-levels"]


def test_where_nobody_signs_in_a_name_is_asked_for(tmp_path):
    party = make_party(tmp_path, review=True)
    party.read()
    page = "/desk/imports/0001-levels"
    with (
        serving(make_app(party.node, rate=0, is_unguarded=True)) as address,
        httpx.Client(base_url=address, trust_env=False) as web,
    ):
        digest = web.get(page).json()["digest"]
        seen = {"digest": digest}
        assert web.post(f"{page}/approve", data=seen).status_code == 400
        assert web.post(f"{page}/approve", data={**seen, "author": "Lena"}).is_redirect
        digest = web.get(page).json()["digest"]
        signed = {"digest": digest, "author": "lena"}
        assert web.post(f"{page}/publish", data=signed).status_code == 403
        signed["author"] = "Rana"
        assert web.post(f"{page}/publish", data=signed).status_code == 303
    assert list(list_pending(party.node)) == []
