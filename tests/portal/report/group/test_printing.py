"""Printing from a node: the file carries proofs that hold without the node."""

import io
import time

import httpx
import pypdf
import pytest
from delegations import make_delegations
from portal.report.group.reading import flat
from web_servers import serving

from waternet.errors import NotAcceptable, NotFound
from waternet.node.policy import node_policy
from waternet.node.proved import verify_figure_proof
from waternet.portal.app import make_app
from waternet.portal.report.group import printing
from waternet.portal.report.group.printing import make_session, make_text
from waternet.record.entry import read_entry
from waternet.record.figure_proof import read_figure_proof
from waternet.record.proof import read_proof
from waternet.workinggroup.act import read_act
from waternet.workinggroup.texts import paragraph_sha256

WORDS = {"ar": "بئر", "en": "A well", "he": "באר"}


@pytest.fixture(scope="module")
def delegations(tmp_path_factory):
    made = make_delegations(tmp_path_factory.mktemp("carried"), "israel", "jordan")
    made.found()
    paragraphs = [{"id": "p1", "words": WORDS}]
    told = {"body": "water", "titles": WORDS, "paragraphs": paragraphs}
    made.act("israel", "text.draft", "wells", told)
    made.pull()
    text = made.state("jordan").thing("text", "wells").value
    to = paragraph_sha256(text, "p1")
    consent = {"paragraph": "p1", "to": to, "expires": "2127-01-01"}
    for party in ("israel", "jordan"):
        made.act(party, "text.consent", "wells", consent)
    call = {"body": "water", "titles": WORDS, "sort": "session", "agenda": []}
    call |= {"from": "2126-05-04", "to": "2126-05-05", "place": WORDS}
    made.act("jordan", "session.call", "first", call)
    made.pull()
    return made


def test_each_attached_proof_holds_and_holds_the_signed_act(delegations):
    node, state = delegations.nodes["jordan"], delegations.state("jordan")
    made = make_text(node, state, state.thing("text", "wells"))
    held = pypdf.PdfReader(io.BytesIO(made)).attachments
    acts = set()
    for name in held:
        proof = read_proof(held[name][0])
        proved = verify_figure_proof(proof, node_policy(node), int(time.time()))
        assert [one.name for one in proved.findings] in ([], ["quorum-not-met"])
        entry = read_entry(read_figure_proof(proof.extra).entry)
        assert name == f"{entry.party}-{proof.index}.tlog-proof"
        if entry.kind == "act":
            acts.add(read_act(entry.body["act"]).id)
    consents = [one for one in state.taken.values() if one.act.verb == "text.consent"]
    assert len(consents) == 2
    assert {one.act.id for one in consents} < acts


def test_only_so_many_proofs_are_carried_and_that_is_said(delegations, monkeypatch):
    monkeypatch.setattr(printing, "MOST_PROOFS", 3)
    node, state = delegations.nodes["israel"], delegations.state("israel")
    made = make_text(node, state, state.thing("text", "wells"))
    assert len(pypdf.PdfReader(io.BytesIO(made)).attachments) == 3
    assert "Not of all acts" in flat(made)


def test_two_nodes_with_the_same_entries_print_the_same_words(delegations):
    found = []
    for party in ("israel", "jordan"):
        state = delegations.state(party)
        made = make_text(delegations.nodes[party], state, state.thing("text", "wells"))
        found.append(flat(made))
    assert found[0] == found[1]


def test_a_session_is_printed_in_the_languages_of_the_charter(delegations):
    node, state = delegations.nodes["jordan"], delegations.state("jordan")
    session = state.thing("session", "first")
    told = flat(make_session(node, state, session, []))
    assert told.index("جلسة") < told.index("Record of a session") < told.index("רישום")
    alone = flat(make_session(node, state, session, ["en"]))
    assert "Record of a session" in alone
    assert "רישום" not in alone


@pytest.mark.parametrize(
    ("codes", "error", "told"),
    [
        (["xx"], NotFound, "no language 'xx'"),
        (["en", "en"], NotAcceptable, "each once"),
    ],
)
def test_languages_that_there_are_not_are_told(delegations, codes, error, told):
    node, state = delegations.nodes["jordan"], delegations.state("jordan")
    with pytest.raises(error, match=told):
        make_session(node, state, state.thing("session", "first"), codes)


def test_anybody_gets_the_prints_over_http(delegations):
    node = delegations.nodes["jordan"]
    state = delegations.state("jordan")
    text = make_text(node, state, state.thing("text", "wells"))
    with (
        serving(make_app(node, rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        told = client.get("/groups/basin/texts/wells.pdf")
        assert (told.status_code, told.content) == (200, text)
        assert told.headers["content-type"] == "application/pdf"
        assert 'filename="text-wells.pdf"' in told.headers["content-disposition"]
        asked = {"languages": "he,en"}
        session = client.get("/groups/basin/sessions/first.pdf", params=asked)
        told = flat(session.content)
        assert told.index("רישום") < told.index("Record of a session")
        assert client.get("/groups/basin/texts/none.pdf").status_code == 404
        asked = {"languages": "xx"}
        wrong = client.get("/groups/basin/sessions/first.pdf", params=asked)
        assert wrong.status_code == 404


def test_an_entry_that_the_record_does_not_hold_is_told_as_left_out(
    delegations, monkeypatch
):
    def prove(_node, _party, _index):
        raise NotFound("not here")

    monkeypatch.setattr(printing, "prove_entry", prove)
    node, state = delegations.nodes["jordan"], delegations.state("jordan")
    made = make_text(node, state, state.thing("text", "wells"))
    assert dict(pypdf.PdfReader(io.BytesIO(made)).attachments) == {}
    assert "Any node gives a proof of each act" in flat(made)
