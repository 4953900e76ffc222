"""Overview, charter and the record of acts, as pages and as data."""

import re

import httpx
import pytest
from acting import Group, charter, member
from parties import make_party
from serving import served

from waternet.portal.app import make_app
from waternet.portal.group.held import handle_of
from waternet.portal.group.refusal_words import refusal_words
from waternet.portal.group.words import role_words, verb_words
from waternet.portal.language.language import get_language
from waternet.workinggroup.charter import ROLES
from waternet.workinggroup.refusal import NEXT_STEP
from waternet.workinggroup.verbs import VERBS

LANGUAGES = ("ar", "en", "he")


@pytest.fixture(scope="module")
def reader(reading):
    """A group that reports acts, has a proposal, a late seat and an act refused."""
    group = Group()
    told = charter(
        keeper="jordan", members=[*charter()["members"], member("archive", "observer")]
    )
    group.join(*(one["id"] for one in told["members"]))
    group.found(told)
    group.act("yonder", "member.join", "yonder", date="2026-03-02")
    other = {**told, "excluded": ["council"]}
    proposed = group.act(
        "jordan", "charter.propose", "charter", {"charter": other}, [group.charter]
    )
    group.act(
        *("israel", "charter.consent", "charter"),
        {"to": "0" * 64, "expires": "2026-12-31"},
        [group.charter, proposed],
    )
    return reading(group)


def test_every_word_of_acts_refusals_and_roles_is_said_in_every_language():
    for code in LANGUAGES:
        language = get_language(code)
        assert set(VERBS) <= set(verb_words(language))
        assert set(refusal_words(language)) == set(NEXT_STEP)
        assert set(role_words(language)) == set(ROLES)


def test_groups_are_listed_and_named_by_the_beginning_of_their_ids(reader):
    (one,) = reader.client.get("/group").json()["groups"]
    assert one["group"] == reader.group.id
    assert one["handle"] == handle_of(reader.group.id, "basin")
    by_id = reader.client.get(f"/group/{reader.group.id}").json()
    assert by_id["state"] == reader.data()["state"] == reader.group.fold().sha256


def test_a_group_that_is_not_there_is_refused(reader):
    assert reader.client.get("/group/nowhere").status_code == 404
    assert reader.client.get(f"{reader.home}?at=soon").status_code == 400


def test_members_stand_in_the_order_of_the_readers_language(reader):
    names = [one["names"]["en"] for one in reader.data()["members"]]
    assert names == sorted(names)


def test_a_member_that_came_late_has_its_seat(reader):
    (late,) = [
        one for one in reader.data("/charter")["members"] if one["member"] == "yonder"
    ]
    assert (late["role"], late["joined"]["day"]) == ("regional", "2026-03-02")


def test_a_page_tells_how_it_stood_on_a_day(reader):
    before = reader.data("/charter", at="2026-03-01")
    assert (before["charter"], before["members"]) == (None, [])
    assert "at=2026-03-01" in reader.page("/charter", at="2026-03-01")


def test_consents_that_lack_are_named_with_a_proposal(reader):
    (one,) = reader.data("/charter")["proposals"]
    assert one["consents"] == {}
    assert one["missing"] == ["israel", "jordan", "palestine"]


def test_what_does_not_count_stands_there_with_its_reason(reader):
    (one,) = reader.data("/acts", which="refused")["acts"]
    assert (one["refusal"], one["member"]) == ("consent-not-to-this", "israel")
    page = reader.page(f"/acts/{one['act'][:16]}")
    assert 'data-refusal="consent-not-to-this"' in page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["", "/charter", "/acts"])
def test_every_act_leads_in_one_step_to_its_entry(reader, path, lang):
    page = reader.page(path, lang=lang)
    entries = set(re.findall(r'href="(/entries/[^"]+)"', page))
    assert entries
    told = reader.client.get(sorted(entries)[0], params={"format": "json"})
    assert told.json()["kind"] in ("act", "credential")


def test_an_entry_leads_back_to_the_act(reader):
    (one,) = reader.data("/acts", kind="member")["acts"]
    page = reader.client.get(
        f"/entries/{one['party']}/{one['entry']}", headers={"accept": "text/html"}
    ).text
    (path,) = re.findall(r'href="(/group/[^"?]+)', page)[-1:]
    assert path.endswith(one["act"][:16])
    assert reader.client.get(path).json()["verb"] == "member.join"


def test_a_node_without_groups_says_so(tmp_path):
    with served(make_app(make_party(tmp_path).node, rate=0)) as address:
        told = httpx.get(f"{address}/group", trust_env=False)
    assert told.json()["groups"] == []


def test_the_page_that_is_open_is_marked_whatever_the_group_is_called(reader):
    for name in ("basin", reader.group.id, reader.home.rpartition("/")[2]):
        page = reader.client.get(
            f"/group/{name}/charter?lang=en", headers={"accept": "text/html"}
        ).text
        tabs = page[page.index('<nav class="tabs"') :]
        (marked,) = re.findall(r'href="([^"]+)" aria-current="page"', tabs)
        assert marked.startswith(f"{reader.home}/charter")
