"""A group's business over HTTP in the formats that others use."""

import httpx
import pytest
from delegations import make_delegations
from icalendar import Calendar
from popolo_rules import popolo_faults
from web_servers import serving

from waternet.api.app import make_app

CALL = {
    "body": "water",
    "titles": {"ar": "الدورة الثالثة", "en": "Third session"},
    "sort": "session",
    "from": "2026-03-10",
    "to": "2026-03-12",
    "agenda": [],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    made = make_delegations(tmp_path_factory.mktemp("group"), "jordan")
    made.found()
    made.act("jordan", "session.call", "third", CALL)
    with (
        serving(make_app(made.nodes["jordan"], rate=0)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def test_a_calendar_program_reads_the_sessions(client):
    answer = client.get("/groups/basin/sessions.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "Third session"


def test_titles_come_in_the_reader_s_language(client):
    answer = client.get("/groups/basin/sessions.ics", headers={"accept-language": "ar"})
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "الدورة الثالثة"


def test_popolo_objects_to_nothing_in_the_members(client):
    told = client.get("/groups/basin/members.json").json()
    assert popolo_faults(told) == []
    assert [one["name"] for one in told["events"]] == ["Third session"]
