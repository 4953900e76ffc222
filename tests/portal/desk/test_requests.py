"""Requests of others on the Desk, what they published since, and what is due."""

import pytest
from parties import make_party, quiet

from waternet.bank.seal import reading_bank
from waternet.bank.sharing import list_requests
from waternet.node.follow import follow_party, pull_folder
from waternet.node.publish import read_keys
from waternet.node.sharing import request_dataset


@pytest.fixture
def asked(opened, tmp_path):
    """Return a Desk of which another party asks for restricted figures."""
    desk = opened(access="parties", about="Levels of the yard")
    israel = make_party(tmp_path, "israel")
    for ours, theirs in ((desk.party, israel), (israel, desk.party)):
        follow_party(ours.node, theirs.node.public / "card.json")
    desk.party.read()
    desk.party.publish()
    pull_folder(israel.node, desk.party.node.public, quiet)
    keys = read_keys(israel.node, "")
    words = {"purpose": "نموذج مشترك <b>"}
    request_dataset(israel.node, keys, "jordan", "levels", words)
    israel.read()
    israel.publish()
    pull_folder(desk.party.node, israel.node.public, quiet)
    return desk


def state(desk):
    with reading_bank(desk.party.node.bank) as bank:
        (one,) = list_requests(bank, "jordan")
    return one.state, one.reason


def test_a_request_is_granted_by_a_form_and_everybody_sees_it(asked):
    (waits,) = asked.get("rana", "/desk").json()["requests"]
    assert (waits["name"], waits["purpose"]) == ("israel:0", "نموذج مشترك <b>")
    assert "نموذج مشترك &lt;b&gt;" in asked.see("rana", "/desk", lang="ar").text
    done = asked.post(
        "rana",
        "/desk/requests",
        request="israel:0",
        decision="grant",
        until="2099-01-01",
    )
    told = asked.follow("rana", done)["entries"]
    assert [one["kind"] for one in told] == ["grant", "answer"]
    assert state(asked) == ("granted", "")
    assert asked.get("rana", "/desk").json()["requests"] == []
    (one,) = asked.get("rana", "/desk/requests").json()["requests"]
    assert (one["state"], one["answered_by"]) == ("granted", told[-1]["number"])


def test_a_refusal_needs_a_reason(asked):
    said = {"request": "israel:0", "decision": "refuse"}
    answer = asked.post("rana", "/desk/requests", **said)
    assert (answer.status_code, "needs a reason" in answer.text) == (400, True)
    assert state(asked) == ("open", "")
    asked.post("rana", "/desk/requests", **said, reason="not before the survey")
    assert state(asked) == ("refused", "not before the survey")


def test_only_what_was_asked_is_answered(asked):
    for said in (
        {"request": "israel:9", "decision": "grant"},
        {"request": "palestine:0", "decision": "grant"},
    ):
        assert asked.post("rana", "/desk/requests", **said).status_code == 404
    for said in (
        {"request": "israel:0", "decision": "give"},
        {"request": "israel:0"},
        {"request": "israel:0", "decision": "grant", "until": "soon"},
    ):
        assert asked.post("rana", "/desk/requests", **said).status_code == 400
    assert state(asked) == ("open", "")


def test_what_others_published_is_news_until_each_person_saw_it(asked):
    news = asked.get("rana", "/desk").json()["news"]
    kinds = [one["kind"] for one in news["entries"]]
    assert sorted(kinds) == ["release", "request", "station", "terms"]
    assert news["positions"] == {"israel": 4}
    asked.post("rana", "/desk/seen", positions='{"israel": 4}')
    assert asked.get("rana", "/desk").json()["news"]["count"] == 0
    assert asked.get("lena", "/desk").json()["news"]["count"] == 4


def test_what_was_seen_is_told_as_the_page_told_it(asked):
    for positions in (
        *("", "x", "[]"),
        *('{"a": -1}', '{"a": 1.5}', '{"a": true}', '{"a": 1e99}'),
    ):
        answer = asked.post("rana", "/desk/seen", positions=positions)
        assert answer.status_code == 400, positions
    assert asked.get("rana", "/desk").json()["news"]["count"] == 4
