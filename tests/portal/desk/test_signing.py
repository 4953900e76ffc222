"""Signing from the Desk: the passphrase, and what stays whole when it goes wrong."""

import sqlite3

import pytest
from parties import LEVELS

from waternet.errors import NotAllowed
from waternet.node.keys import write_key
from waternet.node.log import read_head
from waternet.node.pending import list_pending
from waternet.node.publish import read_keys
from waternet.portal.desk import passphrase
from waternet.portal.desk.passphrase import _is_private

PAGE = "/desk/imports/0001-levels"
SECRET = "the heron stands at the weir"


def lock(node):
    """Lock a node's keys with a passphrase."""
    keys = read_keys(node, "")
    for role, signer in (("steward", keys.steward), ("log", keys.log)):
        write_key(node.key(role), signer, SECRET)


def sign(desk, who="rana", **fields):
    digest = desk.get(who, PAGE).json()["digest"]
    return desk.post(who, f"{PAGE}/publish", digest=digest, **fields)


def judge(desk, who, what, **fields):
    """Say what a second person thinks of the import, as its page shows it."""
    digest = desk.get(who, PAGE).json()["digest"]
    return desk.post(who, f"{PAGE}/{what}", digest=digest, **fields)


def heard(node):
    """Return all that the audit trail says."""
    with sqlite3.connect(node.audit) as db:
        return " ".join(str(row) for row in db.execute("SELECT * FROM event"))


def test_the_passphrase_signs_one_import_and_stays_nowhere(opened):
    desk = opened()
    node = desk.party.node
    lock(node)
    desk.party.read()
    assert desk.get("rana", PAGE).json()["keys"] == "locked"
    wrong = sign(desk, passphrase="another heron")
    assert wrong.status_code == 403
    assert "Nothing was signed" in wrong.text
    assert "heron" not in wrong.text
    assert not (node.public / "checkpoint").exists()
    assert [one.folder.name for one in list_pending(node)] == ["0001-levels"]
    done = sign(desk, passphrase=SECRET)
    assert done.status_code == 303, done.text
    assert desk.follow("rana", done)["entries"][-1]["kind"] == "release"
    assert "a passphrase that opens no key" in heard(node)
    for file in node.folder.rglob("*"):
        assert not file.is_file() or b"heron" not in file.read_bytes(), file


def test_wrong_passphrases_soon_have_to_wait(opened, monkeypatch):
    desk = opened()
    desk.party.read()
    monkeypatch.setattr(passphrase, "needs_passphrase", lambda _node: True)
    tried = []

    def refuse(_node, typed):
        tried.append(typed)
        raise passphrase.WrongPassphrase("it does not open")

    monkeypatch.setattr(passphrase, "unlock_keys", refuse)
    told = [sign(desk, passphrase=f"guess {n}").status_code for n in range(6)]
    assert told == [403, 403, 403, 429, 429, 429]
    assert len(tried) == 3
    # Another steward is not made to wait for what the first one typed.
    assert sign(desk, "yusuf", passphrase="x").status_code == 403


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://water.example", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080", True),
        ("http://water.example", False),
        ("http://10.0.0.5:8080", False),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_a_passphrase_goes_by_https_or_stays_on_the_machine(url, private):
    assert _is_private(url) is private


def test_by_plain_http_from_elsewhere_no_passphrase_is_asked_for(opened, monkeypatch):
    desk = opened()
    desk.party.read()
    monkeypatch.setattr(passphrase, "needs_passphrase", lambda _node: True)
    monkeypatch.setattr(passphrase, "unlock_keys", lambda *_: pytest.fail("tried"))
    host = {"host": "water.example"}
    desk.clients["rana"].headers.update(host)
    assert desk.get("rana", PAGE).json()["keys"] == "exposed"
    shown = desk.see("rana", PAGE).text
    assert 'type="password"' not in shown
    refused = sign(desk, passphrase=SECRET)
    assert (refused.status_code, "by https" in refused.text) == (403, True)


def test_figures_that_stand_are_replaced_with_a_reason_alone(opened):
    desk = opened()
    node = desk.party.node
    desk.party.read()
    desk.party.publish()
    desk.party.read(LEVELS.replace("-214.87", "-214.85"))
    told = desk.get("rana", PAGE).json()["changes"]
    # Of the four figures that were read, one is another, and three stand already.
    assert told == {"new": 1, "replaced": 1, "unchanged": 3}
    refused = sign(desk)
    assert (refused.status_code, "no reason is given" in refused.text) == (400, True)
    assert read_head(node, "jordan").size == 3
    done = sign(desk, reason="the gauge was read again")
    (entry,) = desk.follow("rana", done)["entries"]
    assert (entry["kind"], entry["rows"]) == ("revise", 1)
    assert entry["reason"] == "the gauge was read again"


def test_what_stands_already_is_not_signed_again(opened):
    desk = opened()
    desk.party.read()
    desk.party.publish()
    desk.party.read()
    done = sign(desk)
    assert done.headers["location"] == "/desk/receipt?nothing=new"
    assert desk.follow("rana", done)["entries"] == []
    assert desk.get("rana", "/desk").json()["imports"] == []


def test_while_another_process_writes_nothing_is_signed(opened):
    desk = opened()
    desk.party.read()
    with desk.party.node.writing():
        busy = sign(desk)
    assert (busy.status_code, "another process" in busy.text) == (409, True)
    assert sign(desk).status_code == 303


def test_who_reviewed_cannot_sign_though_they_may_do_both(desk):
    desk.party.read()
    assert judge(desk, "noa", "approve").status_code == 303
    own = sign(desk, "noa")
    assert (own.status_code, "noa reviewed" in own.text) == (403, True)
    assert sign(desk, "yusuf").status_code == 303


@pytest.mark.parametrize("what", ["approve", "send-back"])
def test_a_reviewer_judges_what_they_saw(desk, what):
    """An edit, or another file under the same name, came in between."""
    desk.party.read()
    seen = {"digest": desk.get("lena", PAGE).json()["digest"], "note": "so"}
    assert judge(desk, "rana", "discard").status_code == 303
    desk.party.read(LEVELS.replace("-214.5", "-14.5"))
    assert desk.post("rana", f"{PAGE}/discard", **seen).status_code == 409
    late = desk.post("lena", f"{PAGE}/{what}", **seen)
    assert (late.status_code, "since it was shown" in late.text) == (409, True)
    told = desk.get("rana", PAGE).json()["import"]
    assert (told["state"], told["sent_back"]) == ("to-review", [])
    assert desk.post("lena", f"{PAGE}/{what}", note="so").status_code == 400
    seen["digest"] = desk.get("lena", PAGE).json()["digest"]
    for _click in range(2):
        assert desk.post("lena", f"{PAGE}/{what}", **seen).status_code == 303
    reviews = desk.get("rana", PAGE).json()["edits"]
    assert len(reviews) == (1 if what == "approve" else 0)


def test_a_reviewer_sends_an_import_back(desk):
    number = desk.send("noa", LEVELS)
    said = {"answer.time.zone": "+02:00", "dataset": "levels"}
    desk.post("noa", f"/desk/files/{number}/say", **said)
    desk.post("noa", f"/desk/files/{number}/import")
    own = judge(desk, "noa", "approve")
    assert (own.status_code, "noa imported" in own.text) == (403, True)
    assert judge(desk, "lena", "send-back", note="").status_code == 400
    judge(desk, "lena", "send-back", note="W2 في يناير؟")
    told = desk.get("noa", PAGE).json()["import"]
    assert (told["state"], told["sent_back"][0]["note"]) == (
        "sent-back",
        "W2 في يناير؟",
    )
    assert "W2 في يناير؟" in desk.see("noa", PAGE, lang="ar").text
    refused = sign(desk, "yusuf")
    assert (refused.status_code, "sent 0001-levels back" in refused.text) == (403, True)
    judge(desk, "lena", "approve", note="it was so")
    assert desk.get("noa", PAGE).json()["import"]["state"] == "reviewed"
    assert sign(desk, "yusuf").status_code == 303


def test_keys_that_are_elsewhere_sign_nothing_here(opened):
    desk = opened()
    desk.party.read()
    desk.party.node.key("steward").unlink()
    told = desk.get("rana", PAGE).json()
    assert told["keys"] == "none"
    refused = sign(desk)
    assert refused.status_code == 403
    with pytest.raises(NotAllowed):
        read_keys(desk.party.node, "")
