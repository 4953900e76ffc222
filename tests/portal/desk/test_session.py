"""The Desk by a browser's session: forms carry its token, and others send nothing."""

import re

import httpx
import pytest
from parties import LEVELS

from waternet.node.people import People

PAGE = "/desk/imports/0001-levels"


@pytest.fixture
def signed_in(opened):
    """Return a Desk, and a browser in which Rana signed in."""
    desk = opened()
    desk.party.read()
    people = People(desk.party.node.access)
    key = people.give_key("rana", 1).text
    people.close()
    address = desk.address.replace("127.0.0.1", "localhost")
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=address, trust_env=False, headers=headers) as browser:
        done = browser.post("/sign-in", data={"name": "rana", "key": key})
        assert done.status_code == 303, done.text
        yield desk, browser


def hidden(text, action):
    """Return the hidden fields of the form that leads to an address."""
    form = text.partition(f'action="{action}"')[2].partition("</form>")[0]
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return dict(fields)


def test_a_session_signs_by_the_forms_of_its_own_pages(signed_in):
    desk, browser = signed_in
    fields = hidden(browser.get(PAGE).text, f"{PAGE}/publish")
    assert set(fields) == {"token", "digest"}
    without = browser.post(f"{PAGE}/publish", data={"digest": fields["digest"]})
    assert without.status_code == 403
    other = browser.post(f"{PAGE}/publish", data={**fields, "token": "x" * 43})
    assert other.status_code == 403
    foreign = browser.post(
        f"{PAGE}/publish", data=fields, headers={"sec-fetch-site": "cross-site"}
    )
    assert foreign.status_code in (401, 403)
    assert not (desk.party.node.public / "checkpoint").exists()
    assert browser.post(f"{PAGE}/publish", data=fields).status_code == 303
    assert (desk.party.node.public / "checkpoint").exists()


def test_a_session_brings_a_file_with_its_token(signed_in):
    desk, browser = signed_in
    fields = hidden(browser.get("/desk").text, "/desk/files")
    file = {"file": ("levels.csv", LEVELS)}
    assert browser.post("/desk/files", files=file).status_code == 403
    assert desk.get("rana", "/desk").json()["files"] == []
    sent = browser.post("/desk/files", files=file, data=fields)
    assert sent.status_code == 303, sent.text
    (one,) = desk.get("rana", "/desk").json()["files"]
    assert one["sender"] == "rana"


def test_once_signed_out_the_desk_is_closed(signed_in):
    _desk, browser = signed_in
    fields = hidden(browser.get(PAGE).text, f"{PAGE}/discard")
    browser.cookies.clear()
    assert browser.get("/desk").status_code == 401
    assert browser.post(f"{PAGE}/discard", data=fields).status_code == 401
