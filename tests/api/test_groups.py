"""Groups over HTTP: what stands, a feed, acts handed in and entered by the steward."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from xml.etree import ElementTree

import httpx
import pytest
from delegations import make_delegations
from published_schemas import akoma_ntoso_faults
from web_servers import serving

from waternet.api.app import make_app
from waternet.node.acting import sign_line
from waternet.node.credentials import own_key
from waternet.node.handed_acts import enter_handed
from waternet.node.people import People, Person
from waternet.node.publish import read_keys

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    made = make_delegations(tmp_path_factory.mktemp("group"), "israel", "jordan")
    made.found()
    return made


@pytest.fixture(scope="module")
def asking(made):
    """Return clients of Jordan's node, by role; '' is anybody."""
    node = made.nodes["jordan"]
    people = People(node.access)
    keys = {"": ""}
    for name, party, role in (
        ("delegate", "jordan", "delegate"),
        ("steward", "jordan", "steward"),
        ("other", "israel", "delegate"),
    ):
        people.add(Person(name, party, frozenset({role})))
        keys[name] = people.give_key(name, 1).text
    people.close()
    with serving(make_app(node, rate=0)) as address:
        clients = {
            name: httpx.Client(
                base_url=address,
                trust_env=False,
                headers={"authorization": f"Bearer {key}"} if key else {},
            )
            for name, key in keys.items()
        }
        yield clients
        for client in clients.values():
            client.close()


def draft(made, days=9):
    """Return what a delegate says: consent to the charter that stands."""
    last = datetime.now(UTC) + timedelta(days=days)
    state = made.state("jordan")
    return {
        "verb": "charter.consent",
        "subject": "charter",
        "body": {"to": state.charter.sha256, "expires": f"{last:%Y-%m-%d}"},
        "on": [state.group],
        "delegate": "envoy",
    }


def test_everybody_reads_what_stands_with_its_hash(made, asking):
    state = made.state("israel")
    told = asking[""].get("/groups/basin/state").json()
    assert (told["sha256"], told["group"]) == (state.sha256, state.group)
    (group,) = asking[""].get("/groups").json()["groups"]
    assert (group["group"], group["name"]) == (state.group, "basin")
    shown = asking[""].get(f"/groups/{state.group[:8]}").json()
    assert shown["members"] == {"israel": "core", "jordan": "core"}
    charter = asking[""].get("/groups/basin/charter").json()
    assert charter["in_force"] == state.charter_id


def test_a_group_is_shown_as_it_stood_on_a_day(asking):
    told = asking[""].get("/groups/basin/acts", params={"at": "1999"}).json()
    assert told == {"matched": 0, "acts": []}
    answer = asking[""].get("/groups/basin", params={"at": "yesterday"})
    assert answer.status_code == 400


def test_the_feed_has_every_act_with_who_did_it(made, asking):
    feed = ElementTree.fromstring(asking[""].get("/groups/basin/feed").text)
    titles = [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")]
    assert len(titles) == len(made.state("jordan").taken)
    assert "israel: charter.adopt charter" in titles
    acts = asking[""].get("/groups/basin/acts").json()["acts"]
    one = asking[""].get(f"/groups/basin/acts/{acts[0]['act']}").json()
    assert one == acts[0]


def test_a_text_is_told_with_its_standing_and_as_akoma_ntoso(made, asking):
    words = {"ar": "بئر", "en": "A well", "he": "באר"}
    told = [{"id": "p1", "words": words}]
    content = {"body": "water", "titles": words, "paragraphs": told}
    made.act("jordan", "text.draft", "wells", content)
    (row,) = asking[""].get("/groups/basin/texts").json()["texts"]
    assert (row["text"], row["missing"]) == ("wells", "israel, jordan")
    standing = asking[""].get("/groups/basin/texts/wells/standing").json()
    assert standing["paragraphs"][0]["words"] == words
    written = asking[""].get("/groups/basin/texts/wells.xml?version=he")
    assert akoma_ntoso_faults(written.content) == []
    assert "באר" in written.text
    answer = asking[""].get("/groups/basin/texts/wells.xml?version=fr")
    assert answer.status_code == 404


def test_an_act_is_drawn_up_signed_elsewhere_handed_in_and_entered(made, asking):
    node, delegate = made.nodes["jordan"], asking["delegate"]
    drawn = delegate.post("/groups/basin/drafts", json=draft(made))
    assert drawn.status_code in (200, 201), drawn.text
    act, note = sign_line(drawn.text, own_key(node, "envoy", ""))
    plain = {"content-type": "text/plain"}
    handed = delegate.post("/acts", content=note, headers=plain)
    assert (handed.status_code, handed.json()["act"]) == (201, act.id)
    waiting = asking["steward"].get("/acts").json()["acts"]
    assert [(one["act"], one["sender"]) for one in waiting] == [(act.id, "delegate")]
    assert asking["other"].get("/acts").json() == {"acts": []}
    assert act.id not in made.state("jordan").taken
    done = enter_handed(node, read_keys(node, ""), act.id[:8])
    assert done.act.id in made.state("jordan").taken
    assert asking["steward"].get("/acts").json() == {"acts": []}


def test_a_document_comes_with_its_act_and_is_dropped_with_it(made, asking):
    node, delegate = made.nodes["jordan"], asking["delegate"]
    call = {"body": "water", "titles": {"en": "Third"}, "sort": "session"}
    days = {"from": "2026-03-10", "to": "2026-03-12", "agenda": []}
    made.act("jordan", "session.call", "third", {**call, **days})
    paper = {
        "titles": {"en": "Levels"},
        "name": "paper.pdf",
        "media_type": "application/pdf",
        "sha256": sha256(b"A paper").hexdigest(),
        "bytes": 7,
    }
    told = {"verb": "session.paper", "subject": "third", "body": paper}
    asked = {**told, "delegate": "envoy"}
    line = delegate.post("/groups/basin/drafts", json=asked).text
    act, note = sign_line(line, own_key(node, "envoy", ""))
    other = {"act": ("act", note), "document": ("paper.pdf", b"Another")}
    refused = delegate.post("/acts", files=other)
    assert (refused.status_code, "another doc" in refused.text) == (400, True)
    form = {"act": ("act", note), "document": ("paper.pdf", b"A paper")}
    handed = delegate.post("/acts", files=form)
    assert (handed.status_code, handed.json()["document"]) == (201, 7)
    assert delegate.delete(f"/acts/{act.id}").status_code == 403
    assert asking["steward"].delete(f"/acts/{act.id}").status_code == 204
    assert asking["steward"].delete(f"/acts/{act.id}").status_code == 404


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"party": "israel"}, "is of 'israel'"),
        ({"delegate": "nobody"}, "no-credential"),
        ({"group": "0" * 64}, "unknown-act"),
    ],
)
def test_what_would_not_count_is_not_taken_in(made, asking, change, name):
    node, delegate = made.nodes["jordan"], asking["delegate"]
    line = delegate.post("/groups/basin/drafts", json=draft(made)).text
    changed = json.dumps(
        json.loads(line) | change,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    _act, note = sign_line(f"{changed}\n", own_key(node, "envoy", ""))
    answer = delegate.post(
        "/acts", content=note, headers={"content-type": "text/plain"}
    )
    assert answer.status_code in (400, 409)
    assert name in answer.json()["detail"]
    assert asking["steward"].get("/acts").json() == {"acts": []}


def test_nobody_hands_in_without_the_role(asking):
    plain = {"content-type": "text/plain"}
    assert asking[""].post("/acts", content="x", headers=plain).status_code == 401
    assert (
        asking["steward"].post("/acts", content="x", headers=plain).status_code == 403
    )
