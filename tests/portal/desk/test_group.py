"""What a party does in groups from the Desk: signed for one order, or handed in."""

import re
import shutil
import time
from contextlib import ExitStack

import httpx
import pytest
from business import DECLARATION, PARAGRAPHS, made_charter
from delegations import Delegations, make_delegations
from parties import quiet
from serving import served

from waternet.node.acting import enter_act
from waternet.node.delegates import delegate_key
from waternet.node.folder import open_node
from waternet.node.keys import write_key
from waternet.node.people import People, Person
from waternet.node.publish import read_keys
from waternet.node.pull import pull_records
from waternet.portal.app import make_app
from waternet.portal.desk import acting
from waternet.workinggroup.charter_form import read_charter
from waternet.workinggroup.refusal import Refused
from waternet.workinggroup.texts import paragraph_sha256

PEOPLE = {"rana": {"steward"}, "huda": {"delegate"}, "dan": {"reader"}}
SECRET = "the heron stands at the weir"
HTML = {"accept": "text/html"}


class Office:
    """Jordan's Desk in a group of three, and the others' delegates."""

    def __init__(self, parties: Delegations, clients) -> None:
        self.parties = parties
        self.clients = clients
        self.home = ""

    @property
    def node(self):
        return self.parties.nodes["jordan"]

    def data(self, who: str = "rana"):
        told = self.clients[who].get(self.home)
        assert told.status_code == 200, told.text
        return told.json()

    def send(self, who: str, what: str = "act", **fields):
        """Send a form of the Desk."""
        return self.clients[who].post(f"{self.home}/{what}", data=fields)

    def state(self):
        return self.parties.state("jordan")


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """Return a folder of nodes whose group has a charter and a draft."""
    folder = tmp_path_factory.mktemp("parties")
    _found(make_delegations(folder, "israel", "jordan", "palestine"))
    return folder


@pytest.fixture
def office(founded, tmp_path):
    home = shutil.copytree(founded, tmp_path / "parties")
    names = ("israel", "jordan", "palestine")
    parties = Delegations({one: open_node([home / one]) for one in names})
    node = parties.nodes["jordan"]
    people = People(node.access)
    keys = {}
    for name, roles in PEOPLE.items():
        people.add(Person(name, "jordan", frozenset(roles)))
        keys[name] = people.give_key(name, 30).text
    people.close()
    with ExitStack() as held:
        address = held.enter_context(served(make_app(node, rate=0)))
        clients = {
            name: held.enter_context(
                httpx.Client(
                    base_url=address,
                    trust_env=False,
                    headers={"x-api-key": key},
                    timeout=60,
                )
            )
            for name, key in keys.items()
        }
        made = Office(parties, clients)
        (group,) = clients["rana"].get("/group").json()["groups"]
        made.home = f"/desk/groups/{group['handle']}"
        yield made


def _found(parties: Delegations) -> None:
    """Found the group by the charter that pages are tried with, and draft a text."""
    told = made_charter()
    parties.act("israel", "charter.found", "charter", {"charter": told})
    parties.pull()
    consent = {"to": read_charter(told).sha256, "expires": "2099-12-31"}
    given = [
        parties.act(one, "charter.consent", "charter", consent).act.id
        for one in sorted(parties.nodes)
    ]
    parties.pull()
    parties.act("israel", "charter.adopt", "charter", {}, given)
    parties.pull()
    paragraphs = [
        {"id": f"p{at}", "words": words} for at, words in enumerate(PARAGRAPHS, 1)
    ]
    draft = {"body": "water", "titles": DECLARATION, "paragraphs": paragraphs}
    parties.act("israel", "text.draft", "declaration", draft)
    parties.pull()


def _ticked(office: Office, *names: str) -> dict[str, object]:
    (text,) = office.data()["texts"]
    hashes = {one["id"]: one["sha256"] for one in text["paragraphs"]}
    return {
        "verb": "text.consent",
        "subject": "declaration",
        "paragraph": [f"{name}:{hashes[name]}" for name in names],
        "delegate": "envoy",
    }


def _stands(office: Office) -> dict[str, str]:
    path = office.home.replace("/desk/groups/", "/group/") + "/texts/declaration"
    text = office.clients["rana"].get(path).json()["text"]
    return {one["id"]: one["stands"]["jordan"] for one in text["paragraphs"]}


def _pull(office: Office, *parties: str) -> None:
    """Let jordan take in what these published."""
    sources = [str(office.parties.nodes[one].public) for one in parties]
    pull_records(office.node, sources, quiet)


def test_what_waits_for_consent_is_shown_in_all_languages(office):
    (text,) = office.data()["texts"]
    assert text["missing"] == 3
    page = office.clients["rana"].get(office.home, headers=HTML).text
    for told in PARAGRAPHS[0].values():
        assert told in page


def test_paragraphs_that_are_ticked_are_consented_to_and_entered(office):
    done = office.send("rana", **_ticked(office, "p1", "p3"))
    assert done.status_code == 303, done.text
    assert "/acts/" in done.headers["location"]
    assert _stands(office) == {"p1": "consents", "p2": "missing", "p3": "consents"}
    assert office.data()["texts"][0]["missing"] == 1


def test_a_consent_to_words_that_changed_meanwhile_is_refused(office):
    ticked = _ticked(office, "p1")
    words = {**PARAGRAPHS[0], "he": "הצדדים מחליפים נתונים."}
    change = {"paragraphs": [{"id": "p1", "words": words}], "reason": "shorter"}
    office.parties.act("israel", "text.amend", "declaration", change)
    _pull(office, "israel")
    refused = office.send("rana", **ticked)
    assert refused.status_code == 409
    assert _stands(office)["p1"] == "missing"


def test_who_is_no_steward_signs_and_the_steward_enters(office):
    done = office.send("huda", **_ticked(office, "p2"))
    assert done.status_code == 303, done.text
    assert _stands(office)["p2"] == "missing"
    (waiting,) = office.data()["handed"]
    assert (waiting["verb"], waiting["sender"]) == ("text.consent", "huda")
    assert office.send("huda", "enter", act=waiting["act"]).status_code == 403
    entered = office.send("rana", "enter", act=waiting["act"])
    assert entered.status_code == 303, entered.text
    assert _stands(office)["p2"] == "consents"
    assert office.data()["handed"] == []


def test_what_was_handed_in_can_be_dropped(office):
    office.send("huda", **_ticked(office, "p2"))
    (waiting,) = office.data()["handed"]
    assert office.send("rana", "drop", act=waiting["act"]).status_code == 303
    assert office.data()["handed"] == []


def test_what_waits_to_be_entered_is_shown_with_all_that_it_says(office):
    letter = {
        "to": ["syria"],
        "titles": {"en": "Invitation"},
        "words": {"en": ["You are invited."]},
        "sort": "invitation",
    }
    sent = office.parties.act("jordan", "letter.send", "talks", letter).act.id
    form = {
        "verb": "letter.reply",
        "subject": "talks",
        "answer": "declines",
        "words.en": "Not now.",
        "of": "syria",
        "source": "Archive of letters, folder 3",
        "on": sent,
        "delegate": "envoy",
    }
    done = office.send("huda", **form)
    assert done.status_code == 303, done.text
    (waiting,) = office.data()["handed"]
    told = office.clients["rana"].get(office.home, params={"lang": "en"}, headers=HTML)
    page = told.text[told.text.index('id="handed"') :]
    page = page[: page.index("</article>")]
    assert "Archive of letters, folder 3" in page
    assert "Syria" in page
    assert f'datetime="{waiting["day"]}"' in page
    assert f"/acts/{sent[:16]}" in page
    assert waiting["handle"] in page
    assert "Document" in page


def test_where_a_later_paragraph_is_refused_those_entered_before_are_told(
    office, monkeypatch
):
    entered = []

    def enter(*told):
        if entered:
            raise Refused("not-open", "the text is withdrawn")
        entered.append(told)
        return enter_act(*told)

    monkeypatch.setattr(acting, "enter_act", enter)
    form = _ticked(office, "p1", "p2", "p3")
    page = office.clients["rana"].post(
        f"{office.home}/act", data=form, params={"lang": "en"}
    )
    assert page.status_code == 409
    assert "Entered: p1. Not entered: p2, p3." in page.text
    assert "the text is withdrawn" in page.text
    assert _stands(office) == {"p1": "consents", "p2": "missing", "p3": "missing"}


def test_a_delegates_passphrase_opens_the_key_for_one_order(office, monkeypatch):
    hands = office.parties.hands("jordan")
    write_key(delegate_key(office.node, "envoy"), hands.delegate, SECRET)
    ticked = _ticked(office, "p1")
    wrong = office.send("rana", **ticked, delegate_passphrase="x")
    assert (wrong.status_code, "Nothing was signed" in wrong.text) == (403, True)
    # Where the party's keys are locked and none opens them, the signed act waits.
    monkeypatch.setattr(acting, "key_state", lambda _visit: "locked")
    done = office.send("rana", **ticked, delegate_passphrase=SECRET)
    assert done.status_code == 303, done.text
    assert done.headers["location"].endswith("#handed")
    (waiting,) = office.data()["handed"]
    assert waiting["verb"] == "text.consent"
    for file in office.node.folder.rglob("*"):
        assert not file.is_file() or b"heron" not in file.read_bytes(), file


def test_a_draft_has_as_many_paragraphs_in_each_language(office):
    titles = {f"titles.{code}": told for code, told in DECLARATION.items()}
    two = "One thing.\n\nAnother\nthing."
    form = {"verb": "text.draft", "subject": "second", "body": "water", **titles}
    uneven = {"words.ar": "شيء.", "words.en": two, "words.he": "דבר.\n\nדבר."}
    assert office.send("rana", **form, **uneven).status_code == 400
    even = {**uneven, "words.ar": "شيء.\n\nآخر."}
    assert office.send("rana", **form, **even).status_code == 303
    text = office.state().thing("text", "second").value
    assert [one.words["en"] for one in text.paragraphs] == [
        "One thing.",
        "Another thing.",
    ]


def test_an_objection_names_what_would_lift_it(office):
    form = {
        "verb": "text.object",
        "subject": "declaration",
        "paragraph": "p2",
        "words.en": "Too early.",
        "condition": "feasibility",
        "condition_name": "notice",
    }
    assert office.send("rana", **form).status_code == 303
    assert _stands(office)["p2"] == "objects"


def test_any_other_act_is_written_as_json_and_judged_before_it_is_entered(office):
    form = {"verb": "text.resume", "subject": "declaration"}
    form["fields"] = '{"reason": "again"}'
    refused = office.send("rana", **form)
    assert refused.status_code == 409
    assert "the text is draft" in refused.text
    assert office.send("rana", **form | {"fields": "["}).status_code == 400
    assert office.state().refusals == ()


@pytest.mark.parametrize("fields", [100_000 * "[", 10_000 * "9"])
def test_fields_that_no_reader_of_json_takes_are_refused(office, fields):
    form = {"verb": "text.resume", "subject": "declaration", "fields": fields}
    assert office.send("rana", **form).status_code == 400


def test_a_receipt_is_told_of_the_project_as_it_stands_by_now(office):
    project = {
        "body": "water",
        "titles": {"en": "Laboratory"},
        "lead": "jordan",
        "participants": ["israel"],
    }
    act = office.parties.act
    idea = act("jordan", "project.idea", "laboratory", project).act.id
    pledge = {"titles": {"en": "Equipment"}, "amount": "100", "currency": "USD"}
    told = {**pledge, "project": idea}
    pull_records(office.parties.nodes["israel"], [str(office.node.public)], quiet)
    act("israel", "pledge.make", "equipment", told, [idea])
    _pull(office, "israel")
    move = {"stage": "defined", "evidence": ["minutes"]}
    moved = act("jordan", "project.move", "laboratory", move).act.id
    form = {
        "verb": "pledge.receive",
        "subject": "equipment",
        "amount": "40",
        "on_day": "2026-03-03",
        "evidence": "bank advice",
    }
    done = office.send("rana", **form)
    assert done.status_code == 303, done.text
    (receipt,) = office.state().thing("pledge", "equipment").beside
    assert moved in receipt.act.on


def test_of_two_texts_of_one_name_that_is_consented_to_which_was_read(office):
    draft = {
        "body": "water",
        "titles": DECLARATION,
        "paragraphs": [{"id": "p1", "words": PARAGRAPHS[0]}],
    }
    office.parties.act("israel", "text.draft", "twin", draft)
    office.parties.act("palestine", "text.draft", "twin", draft)
    _pull(office, "israel", "palestine")
    page = office.clients["rana"].get(office.home, headers=HTML).text
    names = set(re.findall(r'name="subject" value="(twin[^"]*)"', page))
    assert len(names) == 2
    (first, _) = sorted(names)
    (text, _) = office.data()["texts"][1:]
    (p1,) = text["paragraphs"]
    ticked = {"paragraph": f"p1:{p1['sha256']}", "delegate": "envoy"}
    form = {"verb": "text.consent", "subject": first, **ticked}
    assert office.send("rana", **form).status_code == 303
    missing = {one["path"]: one["missing"] for one in office.data()["texts"]}
    assert missing[f"/texts/{first}"] == 0


def test_a_credential_is_given_and_taken_back(office):
    told = {"name": "second", "names.en": "Second envoy", "level": "ministers"}
    key = read_keys(office.node, "").steward.verifier.to_text()
    given = office.send("rana", "credential", **told, vkey=key)
    assert given.status_code == 303, given.text
    last = office.data()["credentials"][-1]
    assert (last["delegate"], last["level"]) == ("second", "ministers")
    taken = office.send("rana", "revoke", name="second", reason="another post")
    assert taken.status_code == 303, taken.text
    assert office.data()["credentials"][-1]["vkey"] == ""
    assert office.send("huda", "credential", **told, vkey=key).status_code == 403


def test_an_act_signed_elsewhere_is_handed_in_as_a_file(office):
    office.send("huda", **_ticked(office, "p2"))
    (waiting,) = office.data()["handed"]
    note = (office.node.folder / "acts" / waiting["act"] / "act").read_bytes()
    office.send("rana", "drop", act=waiting["act"])
    sent = office.clients["huda"].post(
        f"{office.home}/hand-in", files={"act": ("act.txt", note)}
    )
    assert sent.status_code == 303, sent.text
    assert len(office.data()["handed"]) == 1


def test_strangers_see_none_of_it(office):
    assert office.clients["dan"].get(office.home).status_code == 403
    assert office.send("dan", verb="text.adopt", subject="x").status_code == 403


@pytest.mark.parametrize("lang", ["ar", "en", "he"])
def test_the_page_is_there_in_every_language(office, lang):
    for who in ("rana", "huda"):
        told = office.clients[who].get(office.home, params={"lang": lang}, headers=HTML)
        assert told.status_code == 200, told.text
    groups = office.clients["huda"].get("/desk/groups", headers=HTML)
    assert office.home in groups.text


def _adopted_by_all(office: Office) -> None:
    """Let everybody consent to every paragraph, jordan at its Desk."""
    for party in ("israel", "palestine"):
        text = office.parties.state(party).thing("text", "declaration").value
        for name in ("p1", "p2", "p3"):
            told = {"paragraph": name, "to": paragraph_sha256(text, name)}
            told["expires"] = "2099-12-31"
            office.parties.act(party, "text.consent", "declaration", told)
    _pull(office, "israel", "palestine")
    fields = _ticked(office, "p1", "p2", "p3")
    assert office.send("rana", **fields).status_code == 303


def _once_free(office: Office, **fields):
    """Send a form, once cosignatures are gathered that the one before asked for."""
    for _ in range(200):
        answer = office.send("rana", **fields)
        if "another process is writing" not in answer.text:
            return answer
        time.sleep(0.05)
    return answer


def test_a_text_is_adopted_with_every_consent_named_by_itself(office):
    early = office.send("rana", verb="text.adopt", subject="declaration")
    assert early.status_code == 409
    _adopted_by_all(office)
    form = {"verb": "text.adopt", "subject": "declaration", "delegate": "envoy"}
    done = _once_free(office, **form)
    assert done.status_code == 303, done.text
    assert office.state().thing("text", "declaration").value.stage == "adopted"


def test_an_own_objection_is_lifted_and_only_that_is_offered(office):
    words = {"paragraph": "p1", "words": {"en": "Not yet."}}
    office.parties.act("israel", "text.object", "declaration", words)
    _pull(office, "israel")
    assert office.data()["objections"] == []
    office.parties.act("jordan", "text.object", "declaration", words)
    (one,) = office.data()["objections"]
    told = {"objection": one["name"], "reason": "it was explained"}
    done = office.send("rana", verb="text.lift", delegate="envoy", **told)
    assert done.status_code == 303, done.text
    assert office.data()["objections"] == []


def test_a_project_is_moved_to_a_stage_with_its_evidence(office):
    told = {"body": "water", "titles": DECLARATION, "participants": ["jordan"]}
    office.parties.act("jordan", "project.idea", "laboratory", told)
    fields = {"subject": "laboratory", "stage": "defined", "evidence": "The plan"}
    done = office.send("rana", verb="project.move", delegate="envoy", **fields)
    assert done.status_code == 303, done.text
    assert office.state().thing("project", "laboratory").value.stage == "defined"


def test_a_chair_closes_the_session_with_minutes_and_decisions(office):
    call = {
        "body": "water",
        "titles": DECLARATION,
        "sort": "session",
        "from": "2026-12-01",
        "to": "2026-12-02",
        "agenda": [],
    }
    office.parties.act("jordan", "session.call", "first", call)
    office.parties.act("jordan", "session.open", "first")
    assert [one["id"] for one in office.data()["chaired"]] == ["first"]
    fields = {
        "verb": "session.close",
        "subject": "first",
        "delegate": "envoy",
        "words.en": "We met.\nWe spoke.",
    }
    uneven = {"decisions.en": "One\nTwo", "decisions.ar": "واحد"}
    refused = office.send("rana", **fields, **uneven)
    assert refused.status_code == 400
    even = {"decisions.en": "One\nTwo", "decisions.ar": "واحد\nاثنان"}
    done = office.send("rana", **fields, **even)
    assert done.status_code == 303, done.text
    session = office.state().thing("session", "first").value
    assert session.minutes["en"] == ("We met.", "We spoke.")
    assert [one.words["ar"] for one in session.decisions] == ["واحد", "اثنان"]
