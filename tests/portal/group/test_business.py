"""Sessions, texts, projects, pledges, letters, activity: as pages and as data."""

import re

import pytest
from acting import Group
from business import make_business

LANGUAGES = ("ar", "en", "he")
PATHS = (
    "",
    "/charter",
    "/sessions",
    "/sessions/first",
    "/sessions/seminar",
    "/tasks/map",
    "/texts",
    "/texts/declaration",
    "/projects",
    "/projects/laboratory",
    "/pledges",
    "/pledges/equipment",
    "/pledges/experts",
    "/letters",
    "/letters/talks",
    "/feasibility",
    "/feasibility/notice",
    "/activity",
    "/acts",
)


@pytest.fixture(scope="module")
def reader(reading):
    group = Group()
    make_business(group)
    assert group.refused() == []
    return reading(group)


def _titles(page: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_every_language(reader, path, lang):
    page = reader.page(path, lang=lang)
    assert _titles(page).strip()
    assert re.search(r'href="/entries/\w+/\d+', page) or path == "/activity"


@pytest.mark.parametrize("path", PATHS)
def test_links_of_a_page_keep_the_day_that_is_looked_at(reader, path):
    page = reader.page(path, at="2026-03-31")
    links = re.findall(rf'href="({reader.home}[^"]*)"', page)
    own = [one for one in links if "lang=en" in one and "format=" not in one]
    assert own
    without = [one for one in own if "at=2026-03-31" not in one]
    assert len(without) == 1  # what leads to how it stands now


def test_a_session_tells_who_came_and_who_was_invited(reader):
    told = reader.data("/sessions/first")["session"]
    assert told["present"] == ["jordan", "palestine"]
    assert told["missing"] == ["israel", "syria"]
    assert (told["chair"], told["standing"]) == ("jordan", "closed")
    page = reader.page("/sessions/first", lang="he")
    assert "הכול הסכימו לסעיף הראשון." in page
    assert "وافق الجميع على الفقرة الأولى." in page


def test_what_is_to_come_stands_before_what_was_held(reader):
    told = reader.data("/sessions")
    assert [one["id"] for one in told["to_come"]] == ["seminar"]
    assert [one["id"] for one in told["over"]] == ["first"]
    (task,) = told["tasks"]
    assert (task["owner"], task["standing"]) == ("israel", "set")


def test_a_task_is_late_by_the_day_that_is_looked_at(reader):
    def late(at: str) -> int:
        return reader.data("/tasks/map", at=at)["task"]["days_late"]

    assert (late("2026-03-20"), late("2026-03-30")) == (0, 10)


def test_the_matrix_tells_consent_objection_and_words_that_changed(reader):
    text = reader.data("/texts/declaration")["text"]
    stands = {one["id"]: one["stands"] for one in text["paragraphs"]}
    assert stands["p1"] == dict.fromkeys(("israel", "jordan", "palestine"), "consents")
    assert (stands["p2"]["palestine"], stands["p2"]["israel"]) == ("objects", "missing")
    p3 = text["paragraphs"][2]
    assert p3["positions"]["jordan"]["lapsed"] == "changed"
    assert p3["missing"] == ["israel", "jordan", "palestine"]
    assert [one["verb"] for one in p3["written_by"]] == ["text.draft", "text.amend"]


def test_languages_of_a_text_stand_side_by_side_by_their_codes(reader):
    page = reader.page("/texts/declaration")
    (first, *_) = re.findall(r'data-paragraph="p1".*?</article>', page, re.DOTALL)
    columns = re.findall(r'class="column" lang="(\w+)" dir="auto"', first)
    assert columns == ["ar", "en", "he"]


def test_a_text_and_a_session_lead_to_their_prints(reader):
    for path in ("/texts/declaration", "/sessions/first"):
        (link,) = re.findall(r'href="(/groups/[^"]+\.pdf)"', reader.page(path))
        assert reader.client.get(link).content[:5] == b"%PDF-"


def test_a_consent_in_the_matrix_leads_to_its_entry(reader):
    text = reader.data("/texts/declaration")["text"]
    consent = text["paragraphs"][0]["positions"]["israel"]["consent"]
    entry = f"/entries/{consent['party']}/{consent['entry']}"
    assert f'class="stand consents" href="{entry}' in reader.page("/texts/declaration")
    assert reader.client.get(entry).json()["kind"] == "act"


def test_an_objection_is_tracked_to_what_would_lift_it(reader):
    (one,) = reader.data("/texts/declaration")["text"]["objections"]
    assert one["status"] == "met"
    assert [act["verb"] for act in one["met_by"]] == ["feasibility.record"]
    assert one["condition"]["path"] == "/feasibility/notice"
    assert one["lifted_by"] is None
    assert "Palestine</bdi> alone can lift it" in reader.page("/texts/declaration")


def test_projects_stand_at_their_stage(reader):
    stages = reader.data("/projects")["stages"]
    there = {one["stage"]: [each["id"] for each in one["projects"]] for one in stages}
    assert there["feasibility"] == ["laboratory"]
    assert sum(len(one) for one in there.values()) == 1


def test_a_project_tells_its_way_its_blocks_and_what_lacks(reader):
    told = reader.data("/projects/laboratory")["project"]
    assert [one["stage"] for one in told["history"]] == [
        "idea",
        "defined",
        "feasibility",
    ]
    assert [one["stage"] for one in told["blocks"]] == ["execution"]
    assert told["missing"] == ["israel", "palestine"]
    assert told["linkages"][0]["stages"] == ["execution"]
    assert "Guides" in reader.page("/projects/laboratory")


def test_a_pledge_tells_what_came_and_what_is_outstanding(reader):
    told = reader.data("/pledges/equipment")["pledge"]
    assert (told["received"], told["outstanding"]) == ("250000", "750000")
    assert told["is_late"]
    (receipt,) = told["receipts"]
    assert (receipt["member"], receipt["verb"]) == ("jordan", "pledge.receive")
    by_donor = reader.data("/pledges")["by_donor"]
    assert [(one["of"], one["made"]) for one in by_donor] == [
        (["israel"], "1000000"),
        (["palestine"], None),
    ]
    assert "750,000\u00a0" in reader.page("/pledges/equipment")


def test_a_reply_that_is_reported_is_told_as_a_report(reader):
    replies = reader.data("/letters/talks")["letter"]["replies"]
    (told,) = [one for one in replies if one["source"]]
    assert (told["member"], told["party"]) == ("syria", "jordan")
    page = reader.page("/letters/talks")
    assert "Reported by <bdi>Jordan</bdi> from: " in page
    assert "Archive of letters, folder 3" in page


def test_an_understanding_stays_with_its_acceptance(reader):
    replies = reader.data("/letters/talks")["letter"]["replies"]
    (accepted,) = [one for one in replies if one["answer"] == "accepts"]
    assert [one["en"] for one in accepted["understandings"]] == [
        "The seat of the absent is kept."
    ]


def test_a_check_leads_to_the_entries_that_it_read(reader):
    told = reader.data("/feasibility/notice")["check"]
    assert (told["verdict"], told["needs"][0]["found"][0]["entries"]) == ("partly", [0])
    assert 'href="/entries/jordan/0' in reader.page("/feasibility/notice")


def test_activity_is_counted_by_year_and_drawn(reader):
    told = reader.data("/activity", at="2026-12-31")
    (year,) = told["years"]
    assert (year["year"], year["sessions_held"], year["decisions"]) == (2026, 1, 1)
    assert [one["member"] for one in told["members"]] == [
        "israel",
        "jordan",
        "palestine",
        "syria",
    ]
    page = reader.page("/activity", at="2026-12-31")
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2


def test_rest_is_told_by_the_day_that_is_looked_at(reader):
    at = reader.data("/activity", at="2028-01-01")["dormant"]
    assert {one["kind"] for one in at} >= {"group", "project", "task"}


def test_what_is_not_there_is_refused(reader):
    for path in ("/texts/nothing", "/projects/nothing", "/acts/00000000"):
        told = reader.client.get(f"{reader.home}{path}")
        assert told.status_code == 404


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/sessions", "/sessions.ics"),
        ("/projects", "/activities.xml"),
        ("/charter", "/members.json"),
        ("/acts", "/feed"),
        ("/texts/declaration", "/texts/declaration.xml?version=ar"),
    ],
)
def test_a_page_leads_to_the_form_that_other_programs_read(reader, path, end):
    (address,) = re.findall(
        rf'href="(/groups/[^"]*{re.escape(end)})"', reader.page(path)
    )
    assert reader.client.get(address).status_code == 200
