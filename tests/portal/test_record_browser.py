"""The record browser, its feed, and findings with their evidence."""

import re
import xml.etree.ElementTree as ET

import httpx
import pytest
from parties import LEVELS, make_party
from serving import served

from waternet.exchange.evidence import fork_evidence
from waternet.exchange.finding import Finding
from waternet.node.evidence import keep_evidence
from waternet.node.publish import publish_withdrawal, read_keys
from waternet.portal.app import make_app
from waternet.record.checkpoint import Checkpoint, sign_checkpoint

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def jordan(tmp_path_factory):
    """Return a party that published, corrected and withdrew."""
    party = make_party(tmp_path_factory.mktemp("node"))
    party.read()
    party.publish()
    party.read(LEVELS.replace("-214.5", "-213.5"), "قياسات.csv")
    party.publish("خطأ في القراءة")
    publish_withdrawal(party.node, read_keys(party.node, ""), 3, "wrong gauge")
    return party


@pytest.fixture(scope="module")
def client(jordan):
    with (
        served(make_app(jordan.node, rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def _entries(client, **params):
    told = client.get("/entries", params=params)
    assert told.status_code == 200, told.text
    return [one["entry"] for one in told.json()["entries"]]


def test_every_entry_is_there_the_newest_first(client):
    told = client.get("/entries").json()
    assert told["total"] == 5
    assert [one["kind"] for one in told["entries"]][:2] == ["withdraw", "revise"]
    assert told["counts"]["kind"] == {
        "release": 1,
        "revise": 1,
        "station": 1,
        "terms": 1,
        "withdraw": 1,
    }
    assert told["entries"][1]["withdrawn_by"] == 4


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"kind": "withdraw"}, [4]),
        ({"text": "القراءه"}, [3]),
        ({"text": "gauge"}, [4]),
        ({"start": "2999"}, []),
        ({"end": "2999", "kind": "terms"}, [1]),
        ({"party": "israel"}, []),
        ({"party": "", "kind": "", "text": "", "start": ""}, [4, 3, 2, 0, 1]),
        ({"skip": "4"}, [0]),
    ],
)
def test_entries_are_chosen_by_the_address(client, params, found):
    assert sorted(_entries(client, **params)) == sorted(found)


def test_a_day_that_is_none_is_refused(client):
    assert client.get("/entries", params={"start": "soon"}).status_code == 400


@pytest.mark.parametrize("lang", ["ar", "en", "he"])
def test_the_list_is_a_page_whose_filters_stay_chosen(client, lang):
    told = client.get(
        "/entries", params={"kind": "revise", "lang": lang}, headers=BROWSER
    )
    assert re.search(r'<option value="revise" selected>', told.text)
    assert f'name="lang" value="{lang}"' in told.text
    assert f'href="/entries/jordan/3?lang={lang}"' in told.text


def test_new_entries_come_as_a_feed(client):
    told = client.get("/entries", params={"format": "atom", "kind": "revise"})
    assert told.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(told.content)
    (entry,) = feed.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "خطأ في القراءة"
    link = entry.find(f"{ATOM}link").get("href")
    assert client.get(link).json()["kind"] == "revise"
    assert feed.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")


def test_what_xml_cannot_say_does_not_end_the_feed(tmp_path):
    party = make_party(tmp_path)
    party.read()
    party.publish()
    reason = "wrong \uffff\ufffe gauge & <b>"
    publish_withdrawal(party.node, read_keys(party.node, ""), 2, reason)
    with served(make_app(party.node, rate=0)) as address:
        told = httpx.get(f"{address}/entries?format=atom", trust_env=False)
    summaries = [one.text for one in ET.fromstring(told.content).iter(f"{ATOM}summary")]
    assert summaries == ["wrong \ufffd\ufffd gauge & <b>"]


def test_without_faults_the_findings_page_says_so(client):
    told = client.get("/findings").json()
    assert told == {"evidence": [], "entries": [], "total": 0}
    page = client.get("/findings?lang=en", headers=BROWSER).text
    assert "This node holds no evidence against anybody." in page


def test_evidence_can_be_taken_away(jordan, client):
    head = jordan.node.state.head("jordan").checkpoint
    other = sign_checkpoint(
        Checkpoint("waternet/jordan", 5, bytes(32)), jordan.log_signer
    )
    evidence = fork_evidence((head, other), ()).to_bytes()
    told = Finding("forked-log", "x", party="jordan", evidence={"evidence": evidence})
    keep_evidence(jordan.node, told)
    (one,) = client.get("/findings").json()["evidence"]
    assert (one["finding"], one["about"]) == ("forked-log", "jordan")
    assert client.get(f"/findings/{one['digest']}").content == evidence
    assert client.get("/findings/000000000000").status_code == 404
    page = client.get("/findings?lang=he", headers=BROWSER).text
    assert f"/findings/{one['digest']}" in page
